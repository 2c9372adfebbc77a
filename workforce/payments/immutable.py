"""What the database itself refuses about payments: changing what was ordered, and deleting anything.

A payment keeps its payee, account and amount for ever; only its state moves on. A batch that is
confirmed or cancelled and a hold that is released are over. The payslip of a cancelled payment may
go (its run was returned and calculated again): then the payment names none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.platform.refusals import Refusal, differs, refuse

if TYPE_CHECKING:
    from sqlalchemy import Table


_PAYMENT: Final = (
    differs("batch_id", "employment_id", "amount", "payee_name", "bank_name", "bank_account")
    + " OR (OLD.state <> 'cancelled' AND ("
    + differs("payslip_id", "chain_id")
    + ")) OR (OLD.state = 'cancelled' AND NEW.state <> 'cancelled')"
)
_BATCH: Final = (
    differs("company_id", "run_id", "number", "pay_on", "made_at", "payment_count", "total_amount")
    + " OR OLD.state <> 'made'"
)
_HOLD: Final = differs("employment_id", "reason", "held_at") + " OR OLD.released_at IS NOT NULL"

# Table, what is tried, when it is refused.
_REFUSALS: Final = (
    ("payment", "UPDATE", _PAYMENT),
    ("payment", "DELETE", None),
    ("payment_batch", "UPDATE", _BATCH),
    ("payment_batch", "DELETE", None),
    ("pay_hold", "UPDATE", _HOLD),
    ("pay_hold", "DELETE", None),
)


def protect(table: Table) -> None:
    """Make ``create_all`` build the triggers of a table."""
    refuse(
        table,
        [
            Refusal(
                table=name,
                name=f"stands_{verb.lower()}",
                verb=verb,
                when=when,
                says="what was paid stands",
            )
            for name, verb, when in _REFUSALS
            if name == table.name
        ],
    )

"""Writing what late facts make due: adjustments of the next open period, tied to the old lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.payroll.correction_models import AdjustmentLine
from workforce.payroll.models import Adjustment
from workforce.platform import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from workforce.payroll.correction_models import LateFact
    from workforce.payroll.late.facts import Preview
    from workforce.payroll.late.shadow import PersonDifference
    from workforce.platform.audit import Actor

_REASON_LENGTH: Final = 200


def settle(
    session: Session, found: Preview, facts: Sequence[LateFact], actor: Actor
) -> dict[int, int]:
    """Write what is due as adjustments with the old lines that they correct."""
    rows: list[tuple[Adjustment, PersonDifference, bool]] = []
    for one in found.shadow.differences:
        given = {
            "employment_id": one.employment_id,
            "pay_period": str(found.pay_periods[one.employment_id]),
            "for_period": str(found.period),
            "reason": _reason(facts, found.facts, one.employment_id),
            "corrected_payslip_id": one.payslip_id,
            "created_by_id": actor.account_id,
            "created_at": clock.now(),
        }
        if one.pay:
            rows.append((Adjustment(kind="pay", amount=one.pay, **given), one, True))
        if one.after_tax:
            kind = "return" if one.after_tax > 0 else "claim"
            rows.append((Adjustment(kind=kind, amount=abs(one.after_tax), **given), one, False))
    session.add_all(row for row, _, _ in rows)
    session.flush()
    session.add_all(
        AdjustmentLine(
            adjustment_id=row.id,
            payslip_id=one.payslip_id,
            code=line.key.code,
            kind=line.key.kind,
            detail=line.key.detail,
            before_amount=line.before,
            after_amount=line.after,
        )
        for row, one, is_pay in rows
        for line in one.lines
        if line.is_pay is is_pay
    )
    return {one.employment_id: one.pay + one.after_tax for one in found.shadow.differences}


def _reason(new: Sequence[LateFact], known: Sequence[LateFact], employment_id: int) -> str:
    """Say why on the payslip: the reasons of the facts that are new, or of all that concern a person."""
    for facts in (new, known):
        said = {fact.reason: None for fact in facts if fact.employment_id in {None, employment_id}}
        if said:
            return f"补差：{'；'.join(said)}"[:_REASON_LENGTH]
    raise AssertionError("nobody has a difference without a late fact")


def paid_in(found: Preview, facts: Sequence[LateFact]) -> dict[int, str]:
    """Return the period in which each fact is paid; of several people the first one."""
    paid: dict[int, str] = {}
    for fact in facts:
        periods = [
            found.pay_periods[one.employment_id]
            for one in found.shadow.differences
            if fact.employment_id in {None, one.employment_id}
        ]
        if periods:
            paid[fact.id] = str(min(periods))
    return paid

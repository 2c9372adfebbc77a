"""What the database itself refuses: changing the results of an approved run, moving a closed one.

A run is decided while it names an approver (``approved_by_id``; a check ties it to the states). Its
payslips and lines can then be neither changed nor deleted, none can be added, and its totals and
fingerprints stand; a return to the maker takes the approver's name away first. A paid run can only be closed, and what is
recorded of its payment stands; a closed run never changes again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.platform.refusals import Refusal, refuse

if TYPE_CHECKING:
    from sqlalchemy import Table

_RESULTS: Final = (
    "company_id, period, kind, number, pay_on, payslip_count, fault_count, gross_pay_amount, "
    "net_pay_amount, employer_cost_amount, input_hash, law_hash, result_hash, code_version, "
    "prepared_by_id, prepared_at"
)
_OF_LINE: Final = (
    "EXISTS (SELECT 1 FROM payslip JOIN payroll_run ON payroll_run.id = payslip.run_id "
    "WHERE payslip.id = OLD.payslip_id AND payroll_run.approved_by_id IS NOT NULL)"
)
_OF_SLIP: Final = (
    "EXISTS (SELECT 1 FROM payroll_run "
    "WHERE payroll_run.id = OLD.run_id AND payroll_run.approved_by_id IS NOT NULL)"
)
_OF_RUN: Final = "OLD.approved_by_id IS NOT NULL"
_TO_LINE: Final = _OF_LINE.replace("OLD.", "NEW.")
_TO_SLIP: Final = _OF_SLIP.replace("OLD.", "NEW.")
_NOT_TO_CLOSE: Final = (
    "OLD.state = 'paid' AND (NEW.state <> 'closed' OR NEW.paid_on IS NULL "
    "OR NEW.paid_on <> OLD.paid_on OR NEW.paid_reference <> OLD.paid_reference "
    "OR NEW.paid_by_id <> OLD.paid_by_id OR NEW.approved_by_id <> OLD.approved_by_id)"
)

# Table, name, what is tried, when it is refused.
_REFUSALS: Final = (
    ("payroll_run", "results", f"UPDATE OF {_RESULTS}", _OF_RUN),
    ("payroll_run", "closed", "UPDATE", "OLD.state = 'closed'"),
    ("payroll_run", "paid", "UPDATE", _NOT_TO_CLOSE),
    ("payroll_run", "delete", "DELETE", _OF_RUN),
    ("payslip", "update", "UPDATE", _OF_SLIP),
    ("payslip", "delete", "DELETE", _OF_SLIP),
    ("payslip_line", "update", "UPDATE", _OF_LINE),
    ("payslip_line", "delete", "DELETE", _OF_LINE),
    ("payslip", "moved", "UPDATE OF run_id", _TO_SLIP),
    ("payslip_line", "moved", "UPDATE OF payslip_id", _TO_LINE),
    ("payslip", "insert", "INSERT", _TO_SLIP),
    ("payslip_line", "insert", "INSERT", _TO_LINE),
)


def protect(last: Table) -> None:
    """Make ``create_all`` build the triggers of a run's tables, after the last of them."""
    refuse(
        last,
        [
            Refusal(
                table=table,
                name=f"decided_{name}",
                verb=verb,
                when=when,
                says="the run is decided",
                is_once=verb == "INSERT",
            )
            for table, name, verb, when in _REFUSALS
        ],
    )

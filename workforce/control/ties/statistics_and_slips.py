"""The wages that statistics count are those of the payslips that count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from workforce.control.tie import Asked, Control, Tie
from workforce.core.terms import term
from workforce.payroll import queries as payroll
from workforce.payroll.selects import decided

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOTALS: Final = ("gross_pay", "net_pay", "employer_cost")


def _ties(asked: Asked) -> Iterator[Tie]:
    slips = decided.decided_slips(asked.scope, asked.month).order_by(None).subquery()
    facts = payroll.payslip_facts(asked.scope, asked.month, is_final_only=True)
    counted = facts.order_by(None).subquery()
    expected, found = (
        asked.session.execute(
            select(*(func.coalesce(func.sum(table.c[f"{name}_amount"]), 0) for name in _TOTALS))
        ).one()
        for table in (slips, counted)
    )
    for name, due, said in zip(_TOTALS, expected, found, strict=True):
        yield Tie(term(f"pay_field.{name}"), int(due), int(said))


CONTROL: Final = Control("statistics_and_slips", 70, _ties)

"""A run's totals are the sums of its payslips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from workforce.control.tie import Asked, Control, Tie, Unit
from workforce.control.words import of_run
from workforce.core.terms import term
from workforce.payroll import queries as payroll

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOTALS: Final = ("gross_pay", "net_pay", "employer_cost")


def _ties(asked: Asked) -> Iterator[Tie]:
    for run in asked.session.scalars(payroll.runs_of_month(asked.scope, asked.month)):
        slips = payroll.payslips_of_run(asked.scope, run.id).order_by(None).subquery()
        sums = [func.coalesce(func.sum(slips.c[f"{name}_amount"]), 0) for name in _TOTALS]
        count, *found = asked.session.execute(select(func.count(slips.c.id), *sums)).one()
        yield Tie(
            of_run(run, term("control_figure.payslips")), run.payslip_count, count, Unit.COUNT
        )
        for name, value in zip(_TOTALS, found, strict=True):
            yield Tie(
                of_run(run, term(f"pay_field.{name}")), getattr(run, f"{name}_amount"), int(value)
            )


CONTROL: Final = Control("runs_and_slips", 30, _ties)

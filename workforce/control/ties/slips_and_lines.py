"""A payslip's totals are the sums of its lines: over a run, and for each single payslip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, case, func, or_, select

from workforce.control.tie import Asked, Control, Tie, Unit
from workforce.control.words import of_run
from workforce.core.results import LineKind
from workforce.core.terms import term
from workforce.payroll import queries as payroll

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

# Total of a payslip → which lines add to it, and which take from it.
_PARTS: Final = {
    "gross_pay": ((LineKind.EARNING,), (LineKind.REDUCTION,)),
    "net_pay": ((LineKind.EARNING,), (LineKind.REDUCTION, LineKind.DEDUCTION)),
    "employer_cost": ((LineKind.EARNING, LineKind.EMPLOYER), (LineKind.REDUCTION,)),
}


def _ties(asked: Asked) -> Iterator[Tie]:
    for run in asked.session.scalars(payroll.runs_of_month(asked.scope, asked.month)):
        slip = payroll.payslips_of_run(asked.scope, run.id).order_by(None).subquery()
        line = payroll.lines_of_run(asked.scope, run.id).order_by(None).subquery()
        signed = {name: _signed(line, *parts) for name, parts in _PARTS.items()}
        summed = (
            select(line.c.payslip_id, *(value.label(name) for name, value in signed.items()))
            .group_by(line.c.payslip_id)
            .subquery()
        )
        # A payslip without lines is one of nothing.
        pairs = {
            name: (slip.c[f"{name}_amount"], func.coalesce(summed.c[name], 0)) for name in _PARTS
        }
        row = asked.session.execute(
            select(
                *(func.coalesce(func.sum(found), 0) for _, found in pairs.values()),
                func.coalesce(
                    func.sum(case((or_(*(a != b for a, b in pairs.values())), 1), else_=0)), 0
                ),
            ).select_from(slip.outerjoin(summed, summed.c.payslip_id == slip.c.id))
        ).one()
        *totals, unequal = (int(value) for value in row)
        for name, found in zip(_PARTS, totals, strict=True):
            expected = getattr(run, f"{name}_amount")
            yield Tie(of_run(run, term(f"pay_field.{name}")), expected, found)
        yield Tie(of_run(run, term("control_figure.unequal_payslips")), 0, unequal, Unit.COUNT)


def _signed(
    line: Any, adds: tuple[LineKind, ...], takes: tuple[LineKind, ...]
) -> ColumnElement[int]:
    sign = case(
        (line.c.kind.in_([kind.value for kind in adds]), 1),
        (line.c.kind.in_([kind.value for kind in takes]), -1),
        else_=0,
    )
    return func.sum(line.c.amount * sign)


CONTROL: Final = Control("slips_and_lines", 20, _ties)

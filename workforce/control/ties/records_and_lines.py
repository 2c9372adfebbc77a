"""Every accepted unit of the month is in exactly one piecework line.

Decided runs only: a draft is made of what was there when it was calculated. What groups made together
is left out here: a line says one's own share of it. The fingerprint of the run stands for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from workforce.control.tie import Asked, Control, Tie, Unit
from workforce.control.words import of_run
from workforce.core.lifecycle import FINAL
from workforce.core.money import MICRO
from workforce.core.orders import Purpose
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.payroll import queries as payroll
from workforce.payroll.facts.basis import basis_of
from workforce.production import queries as production

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE: Final = "piecework_pay"


def _ties(asked: Asked) -> Iterator[Tie]:
    for run in asked.session.scalars(payroll.runs_of_month(asked.scope, asked.month)):
        if run.state in FINAL and _pays_records(asked, run):
            what = of_run(run, term("control_figure.accepted_qty"))
            yield Tie(what, _accepted(asked, run), _paid(asked, run), Unit.MICRO)


def _pays_records(asked: Asked, run: Any) -> bool:
    """Tell whether a run pays a month as it was recorded: a re-issued payslip has late facts besides."""
    order = basis_of(asked.session, run).order
    return order is None or order.purpose is Purpose.FINAL_PAY


def _accepted(asked: Asked, run: Any) -> int:
    slips = payroll.payslips_of_run(asked.scope, run.id).order_by(None).subquery()
    period = PayPeriod.parse(run.period)
    parts = [production.output_sums(asked.scope, period)]
    if not period.half:
        parts.append(production.strayed_sums(asked.scope, period))
    total = 0
    for part in parts:
        output = part.subquery()
        total += int(
            asked.session.scalar(
                select(func.coalesce(func.sum(output.c.accepted_qty), 0)).where(
                    output.c.employment_id.in_(select(slips.c.employment_id))
                )
            )
            or 0
        )
    return total * MICRO


def _paid(asked: Asked, run: Any) -> int:
    line = payroll.lines_of_run(asked.scope, run.id).order_by(None).subquery()
    chosen = select(func.coalesce(func.sum(line.c.quantity), 0)).where(line.c.code == _LINE)
    return int(asked.session.scalar(chosen) or 0)


CONTROL: Final = Control("records_and_lines", 10, _ties)

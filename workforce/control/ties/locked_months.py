"""A month's facts are locked exactly while its regular run is approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.control.tie import Asked, Control, Tie, Unit
from workforce.control.words import of_run
from workforce.core.lifecycle import FINAL
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.payroll import queries as payroll
from workforce.platform import locks

if TYPE_CHECKING:
    from collections.abc import Iterator


def _ties(asked: Asked) -> Iterator[Tie]:
    locked = locks.locked_periods(asked.session, asked.company_id)
    for run in asked.session.scalars(payroll.runs_of_month(asked.scope, asked.month)):
        if run.kind != "regular":
            continue
        is_locked = PayPeriod.parse(run.period) in locked
        what = of_run(run, term("control_figure.locks"))
        yield Tie(what, int(run.state in FINAL), int(is_locked), Unit.COUNT)


CONTROL: Final = Control("locked_months", 50, _ties)

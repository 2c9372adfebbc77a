"""What is stored of a run is what was stored when it was calculated: its fingerprint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.control.tie import Asked, Control, Tie, Unit
from workforce.control.words import of_run
from workforce.core.terms import term
from workforce.payroll import queries as payroll
from workforce.payroll.verify import is_stored_whole

if TYPE_CHECKING:
    from collections.abc import Iterator


def _ties(asked: Asked) -> Iterator[Tie]:
    for run in asked.session.scalars(payroll.runs_of_month(asked.scope, asked.month)):
        is_whole = is_stored_whole(asked.session, run)
        what = of_run(run, term("control_figure.fingerprints"))
        yield Tie(what, 1, int(is_whole), Unit.COUNT)


CONTROL: Final = Control("stored_results", 40, _ties)

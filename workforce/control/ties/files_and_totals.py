"""Every file that the month could hand in ties to what was decided and ordered.

Whether a file lacks something else (an account number, a template) is not asked here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.control.tie import Asked, Control, Tie, Unit
from workforce.core.text import Text
from workforce.documents.files import service as files
from workforce.payments import queries as payments
from workforce.payroll import decided
from workforce.payroll import queries as payroll

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workforce.documents.files.service import Prepared


def _ties(asked: Asked) -> Iterator[Tie]:
    session, scope = asked.session, asked.scope
    if session.scalar(decided.decided_runs(scope, asked.month).limit(1)) is None:
        return
    runs = {run.id for run in session.scalars(payroll.runs_of_month(scope, asked.month))}
    batches = [
        batch.id
        for batch in session.scalars(payments.batches(scope))
        if batch.run_id in runs and batch.state != "cancelled"
    ]
    for prepared in files.prepare_all(session, scope, asked.company_id, asked.month, batches):
        yield from _totals(prepared)


def _totals(prepared: Prepared) -> Iterator[Tie]:
    name = prepared.form.label
    if prepared.data.batch is not None:
        number = prepared.data.batch.number
        name = Text(f"{name.zh} {number}", f"{name.en} {number}")
    for control in prepared.controls:
        yield Tie(
            Text(f"{name.zh} · {control.label.zh}", f"{name.en} · {control.label.en}"),
            control.due,
            control.figure,
            Unit.COUNT if control.is_count else Unit.FEN,
        )


CONTROL: Final = Control("files_and_totals", 65, _ties)

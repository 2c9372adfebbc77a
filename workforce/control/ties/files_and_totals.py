"""Every file that the month could hand in ties to what was decided and ordered.

Whether a file lacks something else (an account number, a template) is not asked here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.control.tie import Asked, Control, Tie, Unit
from workforce.core.text import Text
from workforce.documents.files import service as files
from workforce.payments import queries as payments
from workforce.payroll import queries as payroll
from workforce.payroll.selects import decided

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workforce.documents.files.form import Control as FileTotal
    from workforce.documents.files.reading import BatchFacts


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
    all_files = files.controls_of_all(session, scope, asked.company_id, asked.month, batches)
    for form, data, totals in all_files:
        yield from _totals(form.label, data.batch, totals)


def _totals(name: Text, batch: BatchFacts | None, totals: Sequence[FileTotal]) -> Iterator[Tie]:
    if batch is not None:
        name = Text(f"{name.zh} {batch.number}", f"{name.en} {batch.number}")
    for control in totals:
        yield Tie(
            Text(f"{name.zh} · {control.label.zh}", f"{name.en} · {control.label.en}"),
            control.due,
            control.figure,
            Unit.COUNT if control.is_count else Unit.FEN,
        )


CONTROL: Final = Control("files_and_totals", 65, _ties)

"""Every file that the month could hand in ties to what was decided and ordered.

Whether a file lacks something else (an account number, a template) is not asked here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.control.tie import Asked, Control, Tie, Unit
from workforce.core.text import Text
from workforce.documents.files import service as files
from workforce.documents.files.form import Subject
from workforce.documents.files.forms import forms
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
        batch
        for batch in session.scalars(payments.batches(scope))
        if batch.run_id in runs and batch.state != "cancelled"
    ]
    for form in forms().values():
        if form.is_own:
            continue
        if form.subject is Subject.MONTH:
            yield from _totals(files.prepare_month(session, asked.company_id, form, asked.month))
        else:
            for batch in batches:
                yield from _totals(files.prepare_batch(session, scope, form, batch.id))


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

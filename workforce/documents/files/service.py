"""Making a file that leaves the house: read once, checked, refused where it does not tie, and noted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from workforce.accounts import queries as accounts
from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.core.money import format_fen
from workforce.core.text import Text
from workforce.documents.files import checking, reading
from workforce.documents.files.form import FILED, Control, FileForm, Group, Remark, Row, Subject
from workforce.documents.files.forms import forms
from workforce.documents.files.models import FileTemplate
from workforce.documents.files.template import (
    Header,
    fill_sheet,
    kept_lines,
    layout_of,
    read_header,
)
from workforce.documents.files.writing import write_sheet, write_text
from workforce.documents.service import MEDIA_TYPES, Document
from workforce.platform import audit, clock
from workforce.platform.db import unit_of_work
from workforce.platform.files import made_name, safe_name

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from workforce.core.errors import DomainError
    from workforce.core.period import PayPeriod
    from workforce.documents.files.layout import Layout
    from workforce.platform.audit import Actor, AuditEntry
    from workforce.platform.scope import Scope


_PRODUCED: Final = "file.produce"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A company's own layout of a file."""

    name: str
    header: Header
    content: bytes
    uploaded_at: dt.datetime
    uploaded_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A file that could be made, with all that is to be known before."""

    form: FileForm
    layout: Layout
    data: reading.FileData
    rows: Sequence[Row]
    heads: Row
    controls: Sequence[Control]
    remarks: Sequence[Remark]
    template: Template | None

    @property
    def faults(self) -> list[Remark]:
        """Return what keeps the file from being made."""
        return [remark for remark in self.remarks if remark.is_fault]

    @property
    def warnings(self) -> list[Remark]:
        """Return what should be known before it is handed in."""
        return [remark for remark in self.remarks if not remark.is_fault]

    @property
    def can_be_made(self) -> bool:
        """Whether every total ties and no row lacks anything."""
        return not self.faults and all(control.is_met for control in self.controls)

    @property
    def name(self) -> str:
        """Return the file's name."""
        batch = self.data.batch
        parts = [self.form.label.zh, self.data.company.code, str(self.data.period)]
        return made_name(*parts, *([f"{batch.number}"] if batch else []), ending=self.layout.ending)


@dataclass(frozen=True, slots=True)
class RemarkGroup:
    """Remarks that say the same: the error, and of whom; ``people`` is empty where of nobody alone."""

    error: DomainError
    people: tuple[str, ...]


def grouped(remarks: Sequence[Remark]) -> list[RemarkGroup]:
    """Return remarks with the people of whom they say the same, in the order of the first of each."""
    groups: dict[tuple[str, str], tuple[DomainError, list[str]]] = {}
    for remark in remarks:
        key = (remark.error.code, remark.error.message("zh"))
        _, people = groups.setdefault(key, (remark.error, []))
        if remark.name:
            people.append(f"{remark.employee_no} {remark.name}")
    return [RemarkGroup(error, tuple(people)) for error, people in groups.values()]


def form_named(code: str) -> FileForm:
    """Return a form by its code.

    Raises:
        NotFoundError: there is none.
    """
    form = forms().get(code)
    if form is None:
        raise NotFoundError("file.unknown", code=code, known=", ".join(forms()))
    return form


def prepare_month(session: Session, company_id: int, form: FileForm, period: PayPeriod) -> Prepared:
    """Return a file of a month with its control totals.

    Raises:
        InputError: nothing of the month is decided, or the form is of batches.
    """
    if form.subject is not Subject.MONTH:
        raise InputError("file.of_batches", label=form.label)
    is_filed = form.group in FILED
    data = reading.read_month(session, company_id, period, is_filed=is_filed)
    return _prepare(session, form, data)


def controls_of_all(
    session: Session, scope: Scope, company_id: int, period: PayPeriod, batch_ids: Sequence[int]
) -> Iterator[tuple[FileForm, reading.FileData, Sequence[Control]]]:
    """Return the control totals of every file of a month and of some batches, each thing read once.

    Forms of which the company must bring the layout itself are left out; what rows lack is not asked.

    Raises:
        InputError: nothing of the month is decided.
        NotFoundError: a batch is out of reach.
        StateError: a batch is cancelled.
    """
    known = [form for form in forms().values() if not form.is_own]
    month = reading.read_month(session, company_id, period, is_filed=True)
    for form in known:
        if form.subject is Subject.MONTH:
            yield form, month, form.controls(month, form.rows(month))
    for batch_id in batch_ids:
        batch = reading.read_batch(session, scope, batch_id)
        for form in known:
            if form.subject is Subject.BATCH:
                yield form, batch, form.controls(batch, form.rows(batch))


def prepare_batch(session: Session, scope: Scope, form: FileForm, batch_id: int) -> Prepared:
    """Return a file of a payment batch with its control totals.

    Raises:
        NotFoundError: the batch does not exist, or is out of reach.
        InputError: the form is of months.
        StateError: the batch is cancelled.
    """
    data = reading.read_batch(session, scope, batch_id)
    if form.subject is not Subject.BATCH:
        raise InputError("file.of_months", label=form.label)
    return _prepare(session, form, data)


def _prepare(session: Session, form: FileForm, data: reading.FileData) -> Prepared:
    template = template_of(session, data.company.id, form.code)
    layout, remarks = form.layout, []
    if form.is_own and template is None:
        remarks.append(Remark(error=InputError("file.needs_template"), is_fault=True))
    if template is not None:
        try:
            layout = layout_of(form.layout, template.header)
        except InputError as error:
            # A later version of the form asks for more than the company's own layout has.
            remarks.append(Remark(error=error, is_fault=True))
        kept = kept_lines(form.layout, template.header)
        if kept:
            remarks.append(Remark(error=InputError("file.template_kept_lines", count=kept)))
    rows = form.rows(data)
    remarks += [*form.remarks(data, rows), *checking.remarks_of(layout, rows)]
    if not rows:
        remarks.append(Remark(error=InputError("file.nothing_in_it"), is_fault=True))
    return Prepared(
        form=form,
        layout=layout,
        data=data,
        rows=rows,
        heads=form.heads(data, rows),
        controls=form.controls(data, rows),
        remarks=remarks,
        template=template,
    )


def make_file(prepared: Prepared, actor: Actor) -> Document:
    """Return the bytes of a file and note in the audit that it was made, with its totals.

    Raises:
        StateError: a control total differs, or a row lacks what the file needs; nothing is made.
    """
    for control in prepared.controls:
        if not control.is_met:
            raise StateError(
                "file.differs",
                label=control.label,
                figure=shown(control, control.figure),
                due=shown(control, control.due),
            )
    if prepared.faults:
        first = prepared.faults[0]
        who = f"{first.employee_no} {first.name}".strip()
        raise StateError(
            "file.has_faults",
            count=len(prepared.faults),
            who=who,
            first=Text(first.error.message("zh"), first.error.message("en")),
        )
    content = _bytes(prepared)
    document = Document(prepared.name, MEDIA_TYPES[prepared.layout.ending], content)
    _note(prepared, document, actor)
    return document


def shown(control: Control, value: int) -> str:
    """Return a figure of a control as people read it: ``6512.30``, or a count."""
    return str(value) if control.is_count else format_fen(value)


def _bytes(prepared: Prepared) -> bytes:
    layout, rows, heads = prepared.layout, prepared.rows, prepared.heads
    if layout.ending != "xlsx":
        return write_text(layout, rows, heads)
    if prepared.template is not None:
        return fill_sheet(prepared.template.content, prepared.template.header, layout, rows)
    company = prepared.data.company
    return write_sheet(layout, rows, heads, author=company.name, created=clock.now())


@dataclass(frozen=True, slots=True)
class Made:
    """That a file was made before: when, by whom, and of which digest."""

    at: dt.datetime
    by: str
    sha256: str


def made_before(session: Session, prepared: Prepared) -> list[Made]:
    """Return when this file was made before, the latest first: what a bank gets twice is paid twice."""
    subject_type, subject_id = _subject(prepared)
    about = audit.entries_about(session, subject_type, subject_id)
    made = []
    for entry in about:
        if entry.action == _PRODUCED:
            said = json.loads(entry.after or "{}")
            if said.get("form") == prepared.form.code:
                made.append(Made(entry.at, entry.actor_name, said["sha256"]))
    return made


def _subject(prepared: Prepared) -> tuple[str, str]:
    """Return what a file is about, as the audit names it."""
    data = prepared.data
    if data.batch:
        return batch_subject(data.batch.batch_id)
    return month_subject(data.company.code, data.period)


def batch_subject(batch_id: int) -> tuple[str, str]:
    """Return how the audit names a payment batch."""
    return "payment_batch", str(batch_id)


def month_subject(company_code: str, month: PayPeriod) -> tuple[str, str]:
    """Return how the audit names a company's month."""
    return "month", f"{company_code} {month}"


def form_that_names_people(entry: AuditEntry) -> FileForm | None:
    """Return the form of a file that an entry says was made, unless it names nobody, as vouchers do."""
    if entry.action != _PRODUCED:
        return None
    form = forms().get(json.loads(entry.after or "{}").get("form", ""))
    return None if form is None or form.group is Group.VOUCHER else form


def _note(prepared: Prepared, document: Document, actor: Actor) -> None:
    subject_type, subject_id = _subject(prepared)
    with unit_of_work() as session:
        audit.record(
            session,
            actor,
            _PRODUCED,
            subject_type,
            subject_id,
            company_id=prepared.data.company.id,
            after={
                "form": prepared.form.code,
                "name": document.name,
                "sha256": hashlib.sha256(document.content).hexdigest(),
                "rows": len(prepared.rows),
                "warnings": len(prepared.warnings),
                "controls": {control.label.zh: control.figure for control in prepared.controls},
            },
        )


def template_of(session: Session, company_id: int, code: str) -> Template | None:
    """Return a company's own layout of a form, or None where it uses the usual one."""
    names = accounts.display_names().subquery()
    found = session.execute(
        select(FileTemplate, names.c.display_name)
        .outerjoin(names, names.c.account_id == FileTemplate.uploaded_by_id)
        .where(FileTemplate.company_id == company_id, FileTemplate.form_code == code)
        .order_by(FileTemplate.uploaded_at.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    row, by = found
    return Template(
        name=row.name,
        header=Header.of(row.header),
        content=row.content,
        uploaded_at=row.uploaded_at,
        uploaded_by=by,
    )


def templated_forms(session: Session, company_id: int) -> frozenset[str]:
    """Return the codes of the forms of which a company has its own layout."""
    chosen = select(FileTemplate.form_code).where(FileTemplate.company_id == company_id)
    return frozenset(session.scalars(chosen))


def upload_template(
    company_id: int, form: FileForm, name: str, content: bytes, actor: Actor
) -> Template:
    """Store a company's own layout of a form; it takes the place of the one before.

    Raises:
        InputError: it cannot be read, or its titles do not fit the form; they are named.
    """
    header = read_header(content, form.layout)
    layout_of(form.layout, header)
    at = clock.now()
    with unit_of_work() as session:
        _forget(session, company_id, form.code)
        row = FileTemplate(
            company_id=company_id,
            form_code=form.code,
            name=safe_name(name, fallback="template"),
            header=header.as_json(),
            content=content,
            uploaded_by_id=actor.account_id,
            uploaded_at=at,
        )
        session.add(row)
        session.flush()
        audit.record(
            session,
            actor,
            "file_template.upload",
            "file_template",
            row.id,
            company_id=company_id,
            after={
                "form": form.code,
                "name": row.name,
                "titles": list(header.titles),
                "sha256": hashlib.sha256(content).hexdigest(),
            },
        )
        return Template(
            name=row.name, header=header, content=content, uploaded_at=at, uploaded_by=actor.name
        )


def remove_template(company_id: int, form: FileForm, actor: Actor) -> None:
    """Go back to a form's usual layout.

    Raises:
        StateError: the company has none of its own.
    """
    with unit_of_work() as session:
        if not _forget(session, company_id, form.code):
            raise StateError("file.no_template")
        audit.record(
            session,
            actor,
            "file_template.remove",
            "company",
            company_id,
            company_id=company_id,
            before={"form": form.code},
        )


def _forget(session: Session, company_id: int, code: str) -> int:
    gone = session.execute(
        delete(FileTemplate).where(
            FileTemplate.company_id == company_id, FileTemplate.form_code == code
        )
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]

"""Importing on pages: choose what, upload, look at it, apply it once, find it again.

A file is looked at before anything is written. What the visitor then applies is what was shown
(``kept``). Which tables a role may import is said by each source's own permission; a team's leader
imports for the own teams only.
"""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, send_file, url_for

from workforce.core.errors import DomainError, ForbiddenError, InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.imports import jobs, kept, queries, service
from workforce.imports.about import ABOUT, GROUPS
from workforce.imports.exports import SUFFIXES, export
from workforce.imports.kept import LONG_BYTES, Visitor
from workforce.imports.marked import marked_workbook
from workforce.imports.option_form import FILES_LIMIT, OptionsForm, shown, task_type_choices
from workforce.imports.source import SourceFile
from workforce.imports.templates import template
from workforce.platform.db import db, unit_of_work
from workforce.platform.files import made_name
from workforce.platform.forms import fault_of
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.job_views import job_view
from workforce.platform.jobs import JobState, enqueue
from workforce.platform.scope import ScopeKind
from workforce.platform.web import SliceRoutes, actor, may, page_of, principal
from workforce.production import queries as production

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.imports.about import About
    from workforce.imports.models import ImportPreview
    from workforce.imports.source import Source
    from workforce.platform.job_views import JobView
    from workforce.platform.scope import Scope

ROUTES: Final = SliceRoutes("imports", __name__)

_USE: Final = Permission.IMPORT_USE
_RECEIPTS_PER_PAGE: Final = 50
_RECENT: Final = 8
_REFUSALS_PER_PAGE: Final = 100


@ROUTES.page("/imports", permission=_USE)
def sources(scope: Scope) -> ResponseReturnValue:
    """List what the visitor may import, the own files that wait, and what was imported lately."""
    visitor = _visitor(scope)
    session = db.session()
    known = service.all_sources()
    groups = [
        (
            label,
            [
                (known[code], about)
                for code, about in ABOUT.items()
                if about.group == group and may(known[code].permission)
            ],
        )
        for group, label in GROUPS.items()
    ]
    receipts = queries.receipts(scope, principal().account_id).limit(_RECENT)
    return render_template(
        "imports/sources.html",
        groups=[(label, found) for label, found in groups if found],
        waiting=kept.waiting(session, visitor),
        receipts=session.execute(receipts).all(),
        sources=known,
        is_limited=scope.kind is ScopeKind.TEAM,
    )


@ROUTES.form("/imports/sources/<source>", permission=_USE)
def upload(scope: Scope, source: str) -> ResponseReturnValue:
    """Take one or several files of a source, look at them, and show what they would do."""
    chosen, about = _source(source)
    visitor = _visitor(scope)
    session = db.session()
    form = _form(session)
    if request.method == "POST":
        files = _files(form) if form.read(about) else []
        if files:
            return _keep_and_look(session, visitor, chosen, files, form.said)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    page = render_template(
        "imports/upload.html",
        source=chosen,
        about=about,
        form=form,
        files_limit=FILES_LIMIT,
        is_limited=scope.kind is ScopeKind.TEAM,
        can_export=_can_export(chosen),
    )
    return page, status


def _files(form: OptionsForm) -> list[SourceFile]:
    """Return the files of a form, or say at the field what is wrong with them."""
    sent = form.sent_files()
    fault = None
    if not sent:
        fault = InputError("import.no_file")
    elif len(sent) > FILES_LIMIT:
        fault = InputError("import.too_many_files", limit=FILES_LIMIT, count=len(sent))
    if fault is not None:
        form.files.errors = [*form.files.errors, fault_of(fault)]
        return []
    # One byte more than is allowed tells that a file is too large; the rest need not be read.
    limit = service.SIZE_LIMIT_BYTES + 1
    return [SourceFile(file.filename or "", file.stream.read(limit)) for file in sent]


def _keep_and_look(
    session: Session,
    visitor: Visitor,
    source: Source,
    files: Sequence[SourceFile],
    said: dict[str, Any],
) -> ResponseReturnValue:
    ids = []
    for file in files:
        with unit_of_work() as writing:
            row = kept.keep(writing, visitor, source, file, said)
            ids.append(row.id)
            is_long = _look_later(writing, visitor, row)
        if not is_long:
            kept.look(visitor, ids[-1], session)
    if len(ids) == 1:
        return redirect(url_for("imports.preview", preview_id=ids[0]))
    flash(gettext("已上传 %(count)s 个文件，请逐个查看并导入", count=len(ids)), "success")
    return redirect(url_for("imports.sources"))


def _look_later(session: Session, visitor: Visitor, row: ImportPreview) -> bool:
    """Queue a long file's preview in the caller's unit of work; tell whether it is long."""
    if row.size_bytes < LONG_BYTES:
        return False
    # The same file with other things said is other work, also while the first look still runs.
    said = hashlib.sha256(row.options.encode()).hexdigest()
    params = jobs.params_of(visitor, row.id, said=said)
    row.progress_id = enqueue(session, jobs.LOOK, params, visitor.actor, row.company_id)
    return True


@ROUTES.page("/imports/sources/<source>/template", permission=_USE)
def example(scope: Scope, source: str) -> ResponseReturnValue:
    """Send a filled example of a source's table, or of another program's file."""
    del scope
    chosen, _about = _source(source)
    locale = current_locale()
    suffix = chosen.suffixes[0] if chosen.sample is not None else ".xlsx"
    name = made_name(chosen.label.in_locale(locale), gettext("样例"), ending=suffix[1:])
    return _send(template(chosen, locale), name)


@ROUTES.page("/imports/sources/<source>/records.<ending>", permission=_USE)
def records(scope: Scope, source: str, ending: str) -> ResponseReturnValue:
    """Send what is stored as the table that the source reads: ``?period=2026-10`` one month of it."""
    chosen, _about = _source(source)
    if not _can_export(chosen) or f".{ending}" not in SUFFIXES:
        raise NotFoundError("web.not_found")
    text = request.args.get("period")
    period = PayPeriod.parse_month(text) if text else None
    content = export(
        db.session(),
        chosen,
        f".{ending}",
        company_id=_visitor(scope).company_id,
        period=period,
        actor=actor(),
        reach=scope,
    )
    label = chosen.label.in_locale(current_locale())
    parts = [label, str(period)] if period else [label]
    return _send(content, made_name(*parts, ending=ending))


@ROUTES.page("/imports/previews/<int:preview_id>", permission=_USE)
def preview(scope: Scope, preview_id: int) -> ResponseReturnValue:
    """Show what a kept file would do, how far its job is, or that it is done."""
    session = db.session()
    row = kept.find(session, _visitor(scope), preview_id)
    if row.state == "applied" and row.import_batch_id is not None:
        return redirect(url_for("imports.receipt", receipt_id=row.import_batch_id))
    return _show(session, scope, row)


def _show(
    session: Session, scope: Scope, row: ImportPreview, form: OptionsForm | None = None
) -> ResponseReturnValue:
    source, about = _source(row.source)
    report = kept.report_of(row) or {}
    refusals = report.get("refusals", [])
    page = page_of(len(refusals), _REFUSALS_PER_PAGE)
    has_faults = form is not None
    job = _job(session, scope, row)
    if form is None:
        form = _form(session)
        shown(form, kept.said_of(row))
    html = render_template(
        "imports/preview.html",
        row=row,
        source=source,
        about=about,
        report=report,
        refusals=refusals[page.rows],
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("imports.preview", preview_id=row.id, page=number),
        form=form,
        job=job,
        is_stale=_is_stale(row, job),
        has_faults=has_faults,
        locale_code=current_locale(),
    )
    return html, HTTPStatus.UNPROCESSABLE_ENTITY if has_faults else HTTPStatus.OK


def _job(session: Session, scope: Scope, row: ImportPreview) -> JobView | None:
    """Return the job that works on a file, or None; a team's leader may not see another's job."""
    try:
        return job_view(session, scope, row.progress_id) if row.progress_id else None
    except NotFoundError:
        return None


def _is_stale(row: ImportPreview, job: JobView | None) -> bool:
    """Tell whether a job was to import a file and found that the facts had changed."""
    is_done = job is not None and job.kind is jobs.APPLY and job.state is JobState.DONE
    return is_done and row.state == "ready"


@ROUTES.action("/imports/previews/<int:preview_id>/options", permission=_USE)
def change_options(scope: Scope, preview_id: int) -> ResponseReturnValue:
    """Look at the same file again with other things said, such as whose a user of a tool is."""
    visitor = _visitor(scope)
    session = db.session()
    row = kept.find(session, visitor, preview_id)
    _chosen, about = _source(row.source)
    form = _form(session)
    is_right = form.read(about)
    # Users are mapped one by one beside their names, too.
    for name, number in zip(
        request.form.getlist("user"), request.form.getlist("employee_no"), strict=False
    ):
        if number.strip():
            form.said.setdefault("mapping", {})[name] = number.strip()
    if not is_right:
        return _show(session, scope, row, form)
    before = kept.said_of(row)
    # A file that is not sent again still counts; so do users mapped before, unless all were shown.
    kept_names = ["users_file"] if "mapping_text" in request.form else ["users_file", "mapping"]
    for name in kept_names:
        if before.get(name):
            form.said[name] = {**before[name], **form.said.get(name, {})}
    with unit_of_work() as writing:
        row = kept.say(writing, visitor, preview_id, form.said)
        is_long = _look_later(writing, visitor, row)
    if not is_long:
        kept.look(visitor, preview_id, session)
    return redirect(url_for("imports.preview", preview_id=preview_id))


@ROUTES.action("/imports/previews/<int:preview_id>/apply", permission=_USE)
def apply(scope: Scope, preview_id: int) -> ResponseReturnValue:
    """Import what was shown, once; where the facts have changed since, show the new preview."""
    visitor = _visitor(scope)
    session = db.session()
    row = kept.find(session, visitor, preview_id)
    _source(row.source)
    if row.state in {"failed", "waiting"}:
        return redirect(url_for("imports.preview", preview_id=preview_id))
    digest = request.form.get("digest", "")
    keep_good = request.form.get("rows") == "good"
    if row.size_bytes >= LONG_BYTES and row.state == "ready" and digest == row.digest:
        params = jobs.params_of(visitor, row.id, digest=digest, keep_good_rows=keep_good)
        with unit_of_work() as writing:
            held = kept.find(writing, visitor, preview_id, lock=True)
            held.progress_id = enqueue(writing, jobs.APPLY, params, visitor.actor, held.company_id)
        return redirect(url_for("imports.preview", preview_id=preview_id))
    try:
        done = kept.apply(visitor, preview_id, session, digest=digest, keep_good_rows=keep_good)
    except NotFoundError:
        raise
    except DomainError as error:
        flash(fault_of(error), "danger")
        return redirect(url_for("imports.preview", preview_id=preview_id))
    if done.is_stale:
        flash(gettext("预览之后数据有变化，没有导入。下面是新的预览，请重新核对。"), "warning")
        return redirect(url_for("imports.preview", preview_id=preview_id))
    if done.receipt_id is None:
        flash(gettext("文件里的内容都已经登记过，没有变化"), "success")
        return redirect(url_for("imports.sources"))
    flash(gettext("已导入"), "success")
    return redirect(url_for("imports.receipt", receipt_id=done.receipt_id))


@ROUTES.action("/imports/previews/<int:preview_id>/discard", permission=_USE)
def discard(scope: Scope, preview_id: int) -> ResponseReturnValue:
    """Delete a kept file without importing it."""
    with unit_of_work() as session:
        kept.discard(session, _visitor(scope), preview_id)
    flash(gettext("已删除，没有导入"), "success")
    return redirect(url_for("imports.sources"))


@ROUTES.page("/imports/previews/<int:preview_id>/refused.xlsx", permission=_USE)
def refused(scope: Scope, preview_id: int) -> ResponseReturnValue:
    """Send the refused rows, marked in a copy of the file."""
    row = kept.find(db.session(), _visitor(scope), preview_id)
    report = kept.report_of(row) or {}
    refusals = report.get("refusals", [])
    file = kept.content_of(row) if refusals and row.state != "applied" else None
    content = marked_workbook(refusals, file, current_locale())
    return _send(content, _refused_name(row.file_name))


@ROUTES.page("/imports/history", permission=_USE)
def history(scope: Scope) -> ResponseReturnValue:
    """List what was imported: ``?source=`` of one kind."""
    session = db.session()
    wanted = request.args.get("source") or None
    chosen = queries.receipts(scope, principal().account_id, wanted)
    size = session.scalar(queries.size_of(chosen)) or 0
    page = page_of(size, _RECEIPTS_PER_PAGE)
    rows = chosen.offset(page.rows.start).limit(_RECEIPTS_PER_PAGE)
    return render_template(
        "imports/history.html",
        receipts=session.execute(rows).all(),
        size=size,
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("imports.history", page=number, source=wanted),
        sources=service.all_sources(),
        wanted=wanted,
    )


@ROUTES.page("/imports/history/<int:receipt_id>", permission=_USE)
def receipt(scope: Scope, receipt_id: int) -> ResponseReturnValue:
    """Show what one file changed, which rows it was refused, and how to correct it."""
    session = db.session()
    row, refusals = _receipt(session, scope, receipt_id)
    page = page_of(len(refusals), _REFUSALS_PER_PAGE)
    return render_template(
        "imports/receipt.html",
        row=row,
        source=service.all_sources().get(row.source),
        refusals=refusals[page.rows],
        refused_count=len(refusals),
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("imports.receipt", receipt_id=receipt_id, page=number),
        locale_code=current_locale(),
    )


@ROUTES.page("/imports/history/<int:receipt_id>/refused.xlsx", permission=_USE)
def receipt_refused(scope: Scope, receipt_id: int) -> ResponseReturnValue:
    """Send the rows that an applied file was refused."""
    row, refusals = _receipt(db.session(), scope, receipt_id)
    return _send(marked_workbook(refusals, None, current_locale()), _refused_name(row.file_name))


def _receipt(session: Session, scope: Scope, receipt_id: int) -> tuple[Any, list[dict[str, Any]]]:
    account_id = principal().account_id
    chosen = queries.receipts(scope, account_id, receipt_id=receipt_id)
    row = session.execute(chosen).one_or_none()
    refusals = session.scalar(queries.refused_rows(scope, account_id, receipt_id))
    if row is None or refusals is None:
        raise NotFoundError("web.not_found")
    return row, refusals


def _visitor(scope: Scope) -> Visitor:
    return Visitor(actor(), scope)


def _source(code: str) -> tuple[Source, About]:
    """Return a source that the visitor may import.

    Raises:
        NotFoundError: there is none of this code.
        ForbiddenError: its permission is missing.
    """
    source = service.all_sources().get(code)
    if source is None:
        raise NotFoundError("web.not_found")
    if not may(source.permission):
        raise ForbiddenError("web.forbidden")
    return source, ABOUT[code]


def _can_export(source: Source) -> bool:
    """Tell whether the visitor may have a table back: what identifies people asks for more."""
    is_secret = any(column.is_secret for column in source.columns)
    return source.export is not None and (not is_secret or may(Permission.IDENTITY_UNMASK))


def _form(session: Session) -> OptionsForm:
    form = OptionsForm()
    types = session.execute(production.task_type_names()).all()
    form.task_type.choices = task_type_choices(types, current_locale())
    return form


def _refused_name(file_name: str) -> str:
    return made_name(
        file_name.rpartition(".")[0] or file_name, gettext("被拒绝的行"), ending="xlsx"
    )


def _send(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(content), as_attachment=True, download_name=name)

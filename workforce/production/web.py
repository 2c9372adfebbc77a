"""Output on pages: what was made, batch by batch, what is decided about it, and rows typed by hand."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, send_file, url_for

from workforce.companies import queries as companies
from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.platform import audit, clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.files import made_name
from workforce.platform.forms import fault_of
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.sheets import CellKind, SheetColumn, Workbook
from workforce.platform.web import (
    SliceRoutes,
    key_of,
    may,
    note_read,
    page_of,
    safe_next,
)
from workforce.production import listing, service
from workforce.production.entry_form import EntryForm, Prices, decider, quantity, task_types
from workforce.production.listing import QUANTITIES, STATES, Wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope

ROUTES: Final = SliceRoutes("production", __name__)

_READ: Final = Permission.OUTPUT_READ
_PER_PAGE: Final = 100
_EXPORT_LIMIT: Final = 200_000


@ROUTES.page("/output", permission=_READ)
def output(scope: Scope) -> ResponseReturnValue:
    """List output: ``?period=`` a month or ``?on=`` a day, person, task type, batch, state."""
    session = db.session()
    wanted, shown = _wanted(session, scope)
    total = session.execute(listing.totals(scope, wanted)).one()
    page = page_of(total.record_count, _PER_PAGE)
    rows = listing.records(scope, wanted).offset(page.rows.start).limit(_PER_PAGE)
    return render_template(
        "production/output.html",
        rows=session.execute(rows).all(),
        total=total,
        shown=shown,
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("production.output", page=number, **shown),
        task_types=task_types(session),
        states=STATES,
        today=clock.today(),
        locale_code=current_locale(),
        label_of=_label_of,
    )


@ROUTES.page("/output/records.xlsx", permission=_READ)
def output_file(scope: Scope) -> ResponseReturnValue:
    """Send the listed output as a file: the same rows, the same sums."""
    session = db.session()
    wanted, shown = _wanted(session, scope)
    total = session.execute(listing.totals(scope, wanted)).one()
    if total.record_count > _EXPORT_LIMIT:
        raise InputError("export.too_long", limit=_EXPORT_LIMIT)
    rows = session.execute(listing.records(scope, wanted)).all()
    note_read("output.export", "company", scope.company_id or 0, company_id=scope.company_id)
    span = shown.get("on") or shown.get("period") or ""
    return send_file(
        BytesIO(_as_xlsx(rows, total)),
        as_attachment=True,
        download_name=made_name(gettext("产量"), str(span), ending="xlsx"),
    )


@ROUTES.page("/output/batches", permission=_READ)
def batches(scope: Scope) -> ResponseReturnValue:
    """List batches with their counts: ``?period=``, words in the code, task type, undecided only."""
    session = db.session()
    wanted, shown = _wanted(session, scope)
    rows = session.execute(listing.batches(scope, wanted)).all()
    page = page_of(len(rows), _PER_PAGE)
    return render_template(
        "production/batches.html",
        rows=rows[page.rows],
        size=len(rows),
        shown=shown,
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("production.batches", page=number, **shown),
        task_types=task_types(session),
        locale_code=current_locale(),
    )


@ROUTES.page("/output/batches/<int:batch_id>", permission=_READ)
def batch(scope: Scope, batch_id: int) -> ResponseReturnValue:
    """Show one batch: counts apart, its records, and what may be decided."""
    session = db.session()
    wanted = Wanted(batch_id=batch_id)
    found = session.execute(listing.batches(scope, wanted)).one_or_none()
    if found is None:
        raise NotFoundError("web.not_found")
    page = page_of(found.record_count, _PER_PAGE)
    rows = listing.records(scope, wanted).offset(page.rows.start).limit(_PER_PAGE)
    return render_template(
        "production/batch.html",
        batch=found,
        rows=session.execute(rows).all(),
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("production.batch", batch_id=batch_id, page=number),
        today=clock.today(),
        acceptance=_acceptance(session, scope),
        locale_code=current_locale(),
        label_of=_label_of,
    )


@ROUTES.page("/output/records/<int:record_id>", permission=_READ)
def record(scope: Scope, record_id: int) -> ResponseReturnValue:
    """Show one record: its counts, its pay month, whether its day has a price, what was decided."""
    return _show_record(scope, record_id)


def _show_record(
    scope: Scope, record_id: int, fault: DomainError | None = None
) -> ResponseReturnValue:
    session = db.session()
    row = _record(session, scope, record_id)
    price = Prices(session, scope).on(row.task_type_id, row.work_on)
    page = render_template(
        "production/record.html",
        row=row,
        fault=fault_of(fault) if fault else "",
        typed=request.form,
        has_price=price is not None,
        price=price if may(Permission.PAYSLIP_READ) else None,
        acts=audit.entries_about(session, "output_record", record_id),
        act_labels=_ACTS,
        acceptance=_acceptance(session, scope),
        locale_code=current_locale(),
        label_of=_label_of,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK


@ROUTES.action("/output/records/<int:record_id>/quantities", permission=Permission.OUTPUT_ACCEPT)
def count(scope: Scope, record_id: int) -> ResponseReturnValue:
    """Split one record's quantity into accepted and rejected units, with a reason."""
    _record(db.session(), scope, record_id)
    try:
        numbers = {name: quantity(request.form.get(name, "")) for name in QUANTITIES[2:]}
        with unit_of_work() as session:
            service.count_record(
                session,
                decider(scope),
                record_id,
                accepted=numbers["accepted"] or 0,
                rejected=numbers["rejected"] or 0,
                reworked=numbers["reworked"] or 0,
                on=clock.today(),
                reason=request.form.get("reason", ""),
            )
    except NotFoundError:
        raise
    except DomainError as error:
        return _show_record(scope, record_id, error)
    flash(gettext("数量已保存"), "success")
    return redirect(url_for("production.record", record_id=record_id))


@ROUTES.action("/output/decide", permission=Permission.OUTPUT_ACCEPT)
def decide(scope: Scope) -> ResponseReturnValue:
    """Accept, reject, send back or take in again: chosen records, or a whole batch."""
    back = safe_next(request.form.get("next")) or url_for("production.output")
    try:
        with unit_of_work() as session:
            done = service.decide_records(
                session,
                decider(scope),
                request.form.get("action", ""),
                on=_decided_on(),
                reason=request.form.get("reason", ""),
                **_chosen(),
            )
    except NotFoundError:
        raise
    except DomainError as error:
        flash(fault_of(error), "danger")
        return redirect(back)
    _say(done)
    return redirect(back)


def _decided_on() -> dt.date:
    """Return the day of acceptance: that of the form, else today."""
    text, today = request.form.get("accepted_on", "").strip(), clock.today()
    if not text:
        return today
    try:
        on = dt.date.fromisoformat(text)
    except ValueError as error:
        raise InputError("form.day", text=text) from error
    if on > today:
        raise InputError("output.accepted_ahead", on=on)
    return on


def _chosen() -> dict[str, Any]:
    """Return which records a form means."""
    if request.form.get("which") == "batch":
        seen = request.form.get("seen", "")
        return {
            "batch_id": key_of(request.form.get("batch_id", "")),
            "seen": key_of(seen) if seen else None,
        }
    return {"record_ids": [key_of(text) for text in request.form.getlist("record")]}


def _say(done: service.Decided) -> None:
    if done.changed:
        flash(gettext("已处理 %(count)s 条记录", count=done.changed), "success")
    elif not done.uncertified:
        flash(gettext("没有需要处理的记录"), "warning")
    if done.closed:
        words = gettext(
            "%(count)s 条已在关账月份计薪，没有改动；请财务在以后的月份做调整", count=done.closed
        )
        flash(words, "warning")
    if done.own:
        flash(gettext("%(count)s 条是您自己的产量，没有处理", count=done.own), "warning")
    for error in service.shortened(done.uncertified.values()):
        flash(fault_of(error), "danger")


@ROUTES.form("/output/entry", permission=Permission.OUTPUT_IMPORT)
def enter(scope: Scope) -> ResponseReturnValue:
    """Record output by hand: one person's day, or a whole team's day in one grid."""
    session = db.session()
    form = EntryForm(session, scope)
    if request.method == "POST" and form.is_ready:
        saved = form.save()
        if saved is not None:
            flash(gettext("已登记 %(count)s 条产量", count=saved), "success")
            return redirect(url_for("production.output", on=form.on.isoformat()))
    page = render_template(
        "production/entry.html",
        form=form,
        lines=form.lines(),
        task_types=task_types(session),
        teams=session.scalars(companies.teams(scope)).all(),
        locale_code=current_locale(),
        label_of=_label_of,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.faults else HTTPStatus.OK


_ACTS: Final = {
    "output.accept": "output_act.accept",
    "output.reject": "output_act.reject",
    "output.rework": "output_act.rework",
    "output.resubmit": "output_act.resubmit",
    "output.count": "output_act.count",
    "output.enter": "output_act.enter",
}


def _record(session: Session, scope: Scope, record_id: int) -> Any:
    chosen = listing.record(scope, record_id)
    row = session.execute(chosen).one_or_none()
    if row is None:
        raise NotFoundError("web.not_found")
    return row


def _wanted(session: Session, scope: Scope) -> tuple[Wanted, dict[str, Any]]:
    """Read the address: what the list is narrowed to, and the same as arguments of an address."""
    said = {name: request.args.get(name, "").strip() for name in _FILTERS}
    if said["state"] not in STATES:
        said["state"] = ""
    if said["on"]:
        try:
            first = last = dt.date.fromisoformat(said["on"])
        except ValueError:
            raise InputError("cell.not_date", value=said["on"]) from None
        said["period"] = ""
    else:
        if said["period"]:
            period = PayPeriod.parse_month(said["period"])
        else:
            latest = session.scalar(listing.latest_day(scope))
            period = PayPeriod.of(latest or clock.today())
        said["period"] = str(period)
        first, last = period.first_on, period.last_on
    wanted = Wanted(
        first_on=first,
        last_on=last,
        words=said["q"][:60],
        task_type=said["task_type"],
        batch=said["batch"][:60],
        state=said["state"],
    )
    return wanted, {name: value for name, value in said.items() if value}


_FILTERS: Final = ("period", "on", "q", "task_type", "batch", "state")


def _label_of(row: Any, name: str) -> str:
    """Return a word of a row in the visitor's language: its ``name_zh`` or ``name_en``."""
    return str(getattr(row, f"{name}_{current_locale()}"))


def _acceptance(session: Session, scope: Scope) -> str | None:
    if scope.company_id is None:
        return None
    return service.acceptance_of(session, scope.company_id, clock.today())


def _columns() -> list[SheetColumn]:
    words = [
        (gettext("日期"), CellKind.DATE),
        (gettext("工号"), CellKind.TEXT),
        (gettext("姓名"), CellKind.TEXT),
        (gettext("任务类型"), CellKind.TEXT),
        (gettext("批次"), CellKind.TEXT),
        (gettext("提交"), CellKind.COUNT),
        (gettext("已检"), CellKind.COUNT),
        (gettext("合格"), CellKind.COUNT),
        (gettext("不合格"), CellKind.COUNT),
        (gettext("返工"), CellKind.COUNT),
        (gettext("状态"), CellKind.TEXT),
        (gettext("工资月份"), CellKind.TEXT),
    ]
    return [SheetColumn(title, kind) for title, kind in words]


def _cells(row: Any) -> list[Any]:
    return [
        row.work_on,
        row.employee_no,
        row.name or row.group_name,
        _label_of(row, "name"),
        row.batch_code,
        *(getattr(row, f"{name}_qty") for name in QUANTITIES),
        _state_label(row),
        row.pay_period,
    ]


def _state_label(row: Any) -> str:
    code = "sent_back" if row.is_sent_back else row.state
    return term(f"output_state.{code}").in_locale(current_locale())


def _total_cells(total: Any) -> list[Any]:
    sums = [getattr(total, f"{name}_qty") for name in QUANTITIES]
    return [None, gettext("合计"), None, None, None, *sums, None, None]


def _as_xlsx(rows: Sequence[Any], total: Any) -> bytes:
    book = Workbook(title=gettext("产量"), author="", created=clock.now())
    book.sheet(gettext("产量")).table(
        _columns(), map(_cells, rows), total=_total_cells(total), freeze_columns=1
    )
    return book.finish()

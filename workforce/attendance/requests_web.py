"""Pages of requests: the own ones, asking for another, the list to answer, one request.

The same form serves whoever asks for the own days and the team leader who asks for another; only the
scope differs.
"""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for

from workforce.attendance import requests as service
from workforce.attendance import requests_reading as reading
from workforce.attendance.leave_rules import LEAVE_KINDS
from workforce.attendance.requests import Decider, LeaveWish, ShiftWish
from workforce.attendance.requests_forms import (
    MISSING,
    AnswerForm,
    LeaveRequestForm,
    ShiftRequestForm,
)
from workforce.attendance.requests_reading import OPEN, STATES, RequestFilter
from workforce.attendance.requests_view import (
    LeaveFacts,
    OwnEmployment,
    day_before,
    day_of,
    late_pay_period,
    leave_facts,
    own_balance,
    own_employments,
)
from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.platform import clock
from workforce.platform.db import db, size_of, unit_of_work
from workforce.platform.forms import fault_of, place_fault
from workforce.platform.i18n import current_locale
from workforce.platform.i18n import gettext as _
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope, ScopeKind
from workforce.platform.uploads import ACCEPTED_ENDINGS, Upload, send_upload
from workforce.platform.web import (
    SliceRoutes,
    actor,
    key_of,
    note_read,
    page_of,
    principal,
)

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy import Row

    from workforce.attendance.balances import Balance


ROUTES = SliceRoutes("requests", __name__)

_PER_PAGE: Final = 50
_KINDS: Final = ("leave", "shift")


def _locale_terms(kind: str, codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, term(f"{kind}.{code}").in_locale(current_locale())) for code in codes]


# --- The own requests ---------------------------------------------------------------------------


@ROUTES.page("/attendance/requests/mine", permission=Permission.ATTENDANCE_REQUEST_OWN)
def mine(scope: Scope) -> ResponseReturnValue:
    """List the own requests with their answers, the newest first."""
    chosen = reading.requests_for(scope)
    page = page_of(size_of(db.session(), chosen), _PER_PAGE)
    rows = db.session().execute(chosen.limit(_PER_PAGE).offset(page.rows.start or 0)).all()
    return render_template(
        "attendance/requests_mine.html",
        rows=rows,
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("requests.mine", page=number),
        today=clock.today(),
    )


@ROUTES.form("/attendance/requests/mine/new", permission=Permission.ATTENDANCE_REQUEST_OWN)
def new(scope: Scope) -> ResponseReturnValue:
    """Ask for the own days: ``?kind=leave`` or ``shift``, ``?on=`` the day."""
    return _ask_page(scope)


@ROUTES.page(
    "/attendance/requests/mine/<int:request_id>", permission=Permission.ATTENDANCE_REQUEST_OWN
)
def own(scope: Scope, request_id: int) -> ResponseReturnValue:
    """Show one of the own requests."""
    return render_template(
        "attendance/request_own.html", row=_row(scope, request_id), today=clock.today()
    )


@ROUTES.action(
    "/attendance/requests/mine/<int:request_id>/withdraw",
    permission=Permission.ATTENDANCE_REQUEST_OWN,
)
def withdraw_own(scope: Scope, request_id: int) -> ResponseReturnValue:
    """Take an own request back."""
    return _withdraw(scope, request_id, url_for("requests.mine"))


@ROUTES.page(
    "/attendance/requests/mine/<int:request_id>/file",
    permission=Permission.ATTENDANCE_REQUEST_OWN,
)
def own_file(scope: Scope, request_id: int) -> ResponseReturnValue:
    """Download what was sent in with an own request."""
    return _file(scope, request_id)


# --- Others' requests ---------------------------------------------------------------------------


@ROUTES.page("/attendance/requests", permission=Permission.ATTENDANCE_REQUEST_DECIDE)
def listing(scope: Scope) -> ResponseReturnValue:
    """List the requests in reach: ``?state=``, ``?kind=``, ``?q=`` name or number, ``?late=1``."""
    state = request.args.get("state", OPEN)
    kind = request.args.get("kind", "")
    wanted = RequestFilter(
        state=state if state in STATES else None,
        kind=kind if kind in _KINDS else None,
        text=request.args.get("q", "").strip()[:100],
        is_late=request.args.get("late") == "1",
    )
    chosen = reading.requests_for(scope, wanted)
    page = page_of(size_of(db.session(), chosen), _PER_PAGE)
    rows = db.session().execute(chosen.limit(_PER_PAGE).offset(page.rows.start or 0)).all()
    visitor = principal()
    return render_template(
        "attendance/requests.html",
        rows=rows,
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("requests.listing", **_arguments(wanted, number)),
        wanted=wanted,
        state=state,
        states=_locale_terms("request_state", STATES),
        kinds=_locale_terms("request_kind", _KINDS),
        today=clock.today(),
        may_decide=lambda row: _may_decide(row, visitor.account_id, visitor.person_id),
    )


def _arguments(wanted: RequestFilter, number: int) -> dict[str, Any]:
    return {
        "state": wanted.state or "all",
        "kind": wanted.kind or None,
        "q": wanted.text or None,
        "late": "1" if wanted.is_late else None,
        "page": number,
    }


def _may_decide(row: Row[Any], account_id: int, person_id: int | None) -> bool:
    """Tell for a button whether this visitor could answer; the service decides itself."""
    return bool(
        row.state == OPEN
        and row.asked_by_id != account_id
        and (person_id is None or row.person_id != person_id)
    )


@ROUTES.form("/attendance/requests/for", permission=Permission.ATTENDANCE_REQUEST_DECIDE)
def new_for(scope: Scope) -> ResponseReturnValue:
    """Ask for somebody in one's charge; another person decides."""
    return _ask_page(scope)


@ROUTES.page(
    "/attendance/requests/<int:request_id>", permission=Permission.ATTENDANCE_REQUEST_DECIDE
)
def one(scope: Scope, request_id: int) -> ResponseReturnValue:
    """Show a request beside what is recorded of its days."""
    return _one_page(scope, request_id, AnswerForm())


@ROUTES.action(
    "/attendance/requests/<int:request_id>/decide",
    permission=Permission.ATTENDANCE_REQUEST_DECIDE,
)
def decide(scope: Scope, request_id: int) -> ResponseReturnValue:
    """Approve (``verdict=approve``) or reject a request."""
    form = AnswerForm()
    _row(scope, request_id)
    if not form.validate():
        return _one_page(scope, request_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with unit_of_work() as session:
            outcome = service.decide(
                session,
                scope,
                Decider(actor(), principal().person_id),
                request_id,
                is_approved=request.form.get("verdict") == "approve",
                answer=form.answer.data or "",
            )
    except InputError as error:
        place_fault(form, error)
        return _one_page(scope, request_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    if request.form.get("verdict") != "approve":
        flash(_("已答复：不同意"), "success")
    elif outcome.pay_period:
        flash(
            _("已同意。相关月份已关账：差额随 %(period)s 工资处理", period=outcome.pay_period),
            "success",
        )
    else:
        flash(_("已同意，考勤已更新"), "success")
    return redirect(url_for("requests.listing"))


@ROUTES.action("/attendance/requests/approve", permission=Permission.ATTENDANCE_REQUEST_DECIDE)
def approve_chosen(scope: Scope) -> ResponseReturnValue:
    """Approve the ticked requests for leave; what cannot be approved is named, the others stand."""
    keys = [key_of(text) for text in request.form.getlist("request_id")[:_PER_PAGE]]
    if not keys:
        flash(fault_of(InputError("request.none_chosen")), "warning")
        return redirect(url_for("requests.listing"))
    rows = {key: _row(scope, key) for key in keys}
    decider, done = Decider(actor(), principal().person_id), 0
    refused: list[str] = []
    with unit_of_work() as session:
        for key, row in rows.items():
            if row.kind != "leave":
                continue
            try:
                with session.begin_nested():
                    service.decide(session, scope, decider, key, is_approved=True)
            except DomainError as error:
                refused.append(f"{row.name} {row.first_on}：{fault_of(error)}")
            else:
                done += 1
    flash(_("已同意 %(count)s 份请假", count=done), "success" if done else "warning")
    for text in refused:
        flash(text, "warning")
    return redirect(url_for("requests.listing"))


@ROUTES.action(
    "/attendance/requests/<int:request_id>/withdraw",
    permission=Permission.ATTENDANCE_REQUEST_DECIDE,
)
def withdraw(scope: Scope, request_id: int) -> ResponseReturnValue:
    """Take back what oneself asked for another."""
    return _withdraw(scope, request_id, url_for("requests.listing"))


@ROUTES.page(
    "/attendance/requests/<int:request_id>/file",
    permission=Permission.ATTENDANCE_REQUEST_DECIDE,
)
def file(scope: Scope, request_id: int) -> ResponseReturnValue:
    """Download what was sent in with a request."""
    return _file(scope, request_id)


# --- What both sides share ----------------------------------------------------------------------


def _row(scope: Scope, request_id: int) -> Row[Any]:
    chosen = reading.requests_for(scope)
    column = chosen.selected_columns["request_id"]
    row = db.session().execute(chosen.where(column == request_id)).one_or_none()
    if row is None:
        raise NotFoundError("web.not_found")
    return row


def _one_page(scope: Scope, request_id: int, form: AnswerForm) -> str:
    row = _row(scope, request_id)
    visitor = principal()
    session = db.session()
    note_read(
        "attendance_request.read", "attendance_request", request_id, company_id=row.company_id
    )
    return render_template(
        "attendance/request.html",
        row=row,
        form=form,
        before=day_before(session, scope, row),
        facts=_leave_facts(row),
        late=late_pay_period(session, row, row.company_id) if row.state == OPEN else None,
        may_decide=_may_decide(row, visitor.account_id, visitor.person_id),
        is_own=visitor.person_id == row.person_id,
        is_asker=visitor.account_id == row.asked_by_id,
        today=clock.today(),
    )


def _leave_facts(row: Row[Any]) -> LeaveFacts | None:
    if row.kind != "leave":
        return None
    return leave_facts(
        db.session(), law_book(), row.company_id, row.employment_id, row.leave_kind, row.first_on
    )


def _withdraw(scope: Scope, request_id: int, onward: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        service.withdraw(session, scope, actor(), request_id)
    flash(_("已撤回"), "success")
    return redirect(onward)


def _file(scope: Scope, request_id: int) -> ResponseReturnValue:
    row = _row(scope, request_id)
    upload = db.session().get(Upload, row.upload_id) if row.upload_id else None
    if upload is None:
        raise NotFoundError("web.not_found")
    return send_upload(upload)


def _ask_page(scope: Scope) -> ResponseReturnValue:
    kind = "shift" if request.args.get("kind") == "shift" else "leave"
    form = ShiftRequestForm() if kind == "shift" else LeaveRequestForm()
    is_own = scope.kind is ScopeKind.SELF
    jobs = own_employments(db.session(), scope) if is_own else []
    form.employment.choices = [(job.employment_id, job.company_name) for job in jobs]
    if is_own:
        del form.employee_no
    if len(jobs) < 2:  # noqa: PLR2004 - one needs no choice
        del form.employment
    if is_own and not jobs:
        return render_template("attendance/request_new.html", form=None, kind=kind, is_own=True)
    if isinstance(form, LeaveRequestForm):
        form.leave_kind.choices = _locale_terms("leave", LEAVE_KINDS)
        form.half.choices = [
            ("", str(_("整天"))),
            ("morning", str(_("上午半天"))),
            ("afternoon", str(_("下午半天"))),
        ]
    employment_id = _employment_id(scope, form, [job.employment_id for job in jobs])
    if isinstance(form, ShiftRequestForm):
        _offer_shifts(scope, form, employment_id)
    status = HTTPStatus.OK
    if request.method == "POST":
        late = _submit(scope, form, employment_id)
        if late is not None:
            flash(_submitted(late), "success")
            return redirect(url_for("requests.mine" if is_own else "requests.listing"))
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    elif isinstance(form, LeaveRequestForm) and (on := _asked_day()):
        form.first_on.data = form.last_on.data = on
    page = render_template(
        "attendance/request_new.html",
        form=form,
        kind=kind,
        is_own=is_own,
        accept=ACCEPTED_ENDINGS,
        balances=_balances(jobs) if kind == "leave" else [],
        asked_on=form.on.data if isinstance(form, ShiftRequestForm) else None,
    )
    return page, status


def _submitted(late: str) -> str:
    if not late:
        return str(_("已提交，等待审批"))
    return str(
        _("已提交，等待审批。那个月的工资已关账：同意后，差额随 %(period)s 工资处理", period=late)
    )


def _asked_day() -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None


def _employment_id(
    scope: Scope, form: ShiftRequestForm | LeaveRequestForm, own_ids: list[int]
) -> int | None:
    """Return whose days are asked for: of the own employments the chosen one, else by number."""
    if own_ids:
        chosen = form.employment.data if "employment" in form else None
        return chosen if chosen in own_ids else own_ids[0]
    number = (form.employee_no.data or request.args.get("employee_no") or "").strip()
    if not form.employee_no.data:
        form.employee_no.data = number
    return reading.employment_numbered(db.session(), scope, number) if number else None


def _offer_shifts(scope: Scope, form: ShiftRequestForm, employment_id: int | None) -> None:
    """Offer the day's recorded shifts as what is wrong, and the stated times as a beginning."""
    is_new = request.method != "POST"
    on = _asked_day() if is_new else form.on.data
    choices = [(MISSING, str(_("没有登记，漏了一个班次")))]
    if on is not None and employment_id is not None:
        try:
            day = day_of(db.session(), scope, employment_id, on)
        except NotFoundError:
            day = None
        if day is not None:
            choices += [
                (shift.starts_at.isoformat(), str(_("登记的 %(times)s 不对", times=_times(shift))))
                for shift in day.shifts
            ]
            if is_new:
                form.corrects.data = choices[-1][0]
                form.starts.data, form.ends.data = day.starts, day.ends
                form.break_minutes.data = day.break_minutes
    if is_new:
        form.on.data = on
    form.corrects.choices = choices


def _times(shift: Any) -> str:
    return f"{shift.starts_at:%H:%M}–{shift.ends_at:%H:%M}"


def _submit(
    scope: Scope, form: ShiftRequestForm | LeaveRequestForm, employment_id: int | None
) -> str | None:
    """Submit a form: the pay month if it comes late, else an empty text; None: it is wrong."""
    is_valid = form.validate()
    if employment_id is None:
        number = form.employee_no.data or ""
        place_fault(form, InputError("request.employee", place="employee_no", employee_no=number))
        return None
    if not is_valid:
        return None
    try:
        with unit_of_work() as session:
            stored = service.ask(
                session,
                scope,
                actor(),
                employment_id,
                _wish(form),
                reason=form.reason.data or "",
                file=form.file.data,
            )
            return late_pay_period(session, stored, service.company_of(session, stored)) or ""
    except NotFoundError:
        day = "on" if isinstance(form, ShiftRequestForm) else "first_on"
        on = form[day].data
        place_fault(form, InputError("request.not_employed", place=day, on=on))
    except InputError as error:
        place_fault(form, error)
    return None


def _wish(form: ShiftRequestForm | LeaveRequestForm) -> ShiftWish | LeaveWish:
    """Return what a form that is right asks for."""
    values: dict[str, Any] = form.data
    if isinstance(form, LeaveRequestForm):
        return LeaveWish(
            kind=values["leave_kind"],
            first_on=values["first_on"],
            last_on=values["last_on"],
            half=values["half"] or None,
        )
    try:
        corrects = dt.datetime.fromisoformat(values["corrects"] or "")
    except ValueError:
        corrects = None
    return ShiftWish(
        on=values["on"],
        starts=values["starts"],
        ends=values["ends"],
        break_minutes=values["break_minutes"],
        corrects_starts_at=corrects,
    )


def _balances(jobs: list[OwnEmployment]) -> list[tuple[str, Balance]]:
    """Return the balances of the own employments with their companies, for whoever asks for leave."""
    book, session, year = law_book(), db.session(), clock.today().year
    found = [
        (
            job.company_name,
            own_balance(session, book, job.company_id, job.region, job.employment_id, year),
        )
        for job in jobs
    ]
    return [(company, balance) for company, balance in found if balance is not None]

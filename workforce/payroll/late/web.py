"""Late facts on pages: what is found late of locked months, its preview and its approval."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import func, select

from workforce.accounts import queries as accounts
from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import terms_of
from workforce.payroll import adjustments, jobs
from workforce.payroll.correction_models import LateFact
from workforce.payroll.late import facts as late_facts
from workforce.payroll.late.facts import Entry
from workforce.payroll.late.forms import OPTIONAL, late_form
from workforce.payroll.late_kinds.kinds import KINDS, kind_of
from workforce.payroll.line_heads import line_label, task_type_texts
from workforce.payroll.routes import ROUTES, companies_in, company_named, flash_error
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import place_fault
from workforce.platform.i18n import current_locale, gettext, in_current
from workforce.platform.jobs import enqueue
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope
from workforce.platform.web import actor, may, note_read, page_of, principal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.payroll.late.shadow import PersonDifference
    from workforce.platform.jobs import JobKind

_PER_PAGE: Final = 100
_PEOPLE_PER_PAGE: Final = 50
_STATES: Final = {None: "waiting", True: "approved", False: "rejected"}


def state_of(fact: LateFact) -> str:
    """Return whether a fact waits, is approved or is not."""
    return _STATES[fact.is_approved]


@ROUTES.page("/payroll/late", permission=Permission.PAYSLIP_READ)
def late_list(scope: Scope) -> ResponseReturnValue:
    """List late facts: those that wait, or all, the newest period first."""
    session = db.session()
    is_all = request.args.get("all") == "1"
    chosen = late_facts.late_facts(scope)
    if not is_all:
        chosen = chosen.where(LateFact.is_approved.is_(None))
    size = session.scalar(select(func.count()).select_from(chosen.order_by(None).subquery())) or 0
    page = page_of(size, _PER_PAGE)
    shown = session.scalars(chosen.slice(page.rows.start, page.rows.stop)).all()
    waiting = late_facts.late_facts(scope).where(LateFact.is_approved.is_(None))
    periods = session.scalars(
        waiting.with_only_columns(LateFact.for_period).order_by(None).distinct()
    )
    asked = session.execute(late_facts.requests_to_pay(scope).limit(_PER_PAGE)).all()
    named = [*(fact.employment_id for fact in shown), *(one.employment_id for one in asked)]
    who = people_by_employment(session, scope, named)
    return render_template(
        "payroll/late.html",
        asked=[(one, _filled(one, who)) for one in asked if one.employment_id in who],
        facts=shown,
        size=size,
        is_all=is_all,
        who=who,
        by=names_by_account(session, _signers(shown)),
        kinds=_kinds(),
        described=late_facts.described,
        state_of=state_of,
        waiting=sorted(periods),
        can_enter=may(Permission.PAYROLL_RUN_PREPARE),
        number=page.number,
        count=page.count,
        page_url=lambda to: url_for("payroll.late_list", all="1" if is_all else None, page=to),
    )


@ROUTES.form("/payroll/late/new", permission=Permission.PAYROLL_RUN_PREPARE)
def late_new(scope: Scope) -> ResponseReturnValue:
    """Enter a late fact of one kind; the address may fill in what is known already."""
    session = db.session()
    company = company_named(companies_in(session, scope), "")
    code = request.args.get("kind", "shift")
    try:
        kind = kind_of(code)
    except InputError as error:
        raise NotFoundError("web.not_found") from error
    closed = PayCycles.read(session, company.company_id).locked
    form = late_form(kind, [str(one) for one in sorted(closed, reverse=True)], _task_types(session))
    if not form.is_submitted():
        for name in form.data:
            if name != "csrf_token" and request.args.get(name):
                form[name].data = request.args[name]
    elif form.validate():
        said = {name: form[name].data or "" for name in kind.FIELDS}
        try:
            number = (form.employee_no.data or "").strip() if kind.IS_OF_ONE else ""
            employment_id = _employment(session, company.company_id, number) if number else None
            entry = Entry(
                kind=kind.CODE,
                employment_id=employment_id,
                said=said,
                reason=form.reason.data,
                request_id=request.args.get("request", type=int),
            )
            if employment_id is None:
                # Everybody's months take too long for a page.
                late_facts.check_entry(scope, company.company_id, entry, actor())
                said_of = {"kind": kind.CODE, "said": said, "reason": entry.reason}
                return _queue(jobs.ENTER_LATE, said_of, company.company_id)
            ids = late_facts.enter(scope, company.company_id, entry, actor(), law_book())
        except DomainError as error:
            place_fault(form, error)
        else:
            flash(gettext("已录入 %(count)s 条，等另一个人批准", count=len(ids)), "success")
            return redirect(url_for("payroll.late_list"))
    page = render_template(
        "payroll/late_new.html",
        form=form,
        kind=kind,
        kinds=_kinds(),
        optional=OPTIONAL,
        has_closed=bool(closed),
        label=in_current(terms_of("late_kind")[kind.CODE]),
    )
    is_wrong = form.errors or form.form_errors
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK


@ROUTES.page("/payroll/late/<period>", permission=Permission.PAYSLIP_READ)
def late_preview(scope: Scope, period: str) -> ResponseReturnValue:
    """Show what a month's late facts make due, before and after, person by person."""
    session = db.session()
    month = PayPeriod.parse(period)
    company = company_named(companies_in(session, scope), "")
    found = late_facts.preview(scope, company.company_id, month, law_book())
    note_read("late_fact.preview", "company", company.company_id, company_id=company.company_id)
    differences = found.shadow.differences
    page = page_of(len(differences), _PEOPLE_PER_PAGE)
    shown = differences[page.rows]
    named = [
        *(one.employment_id for one in shown),
        *(fact.employment_id for fact in found.facts[:_PER_PAGE]),
        *(fault.employment_id for fault in found.shadow.faults[:_PER_PAGE]),
    ]
    own = [fact for fact in found.waiting if fact.entered_by_id == principal().account_id]
    return render_template(
        "payroll/late_preview.html",
        period=month,
        found=found,
        facts=found.facts[:_PER_PAGE],
        rows=[_row(one, found, task_type_texts(session)) for one in shown],
        total=sum(one.pay + one.after_tax for one in differences),
        size=len(differences),
        moved={one.employment_id for one in differences},
        who=people_by_employment(session, scope, named),
        by=names_by_account(session, _signers(found.facts[:_PER_PAGE])),
        faults=[
            (one.employment_id, one.error.message(current_locale())) for one in found.shadow.faults
        ],
        described=late_facts.described,
        state_of=state_of,
        by_hand=_by_hand(session, scope, month, [one.employment_id for one in shown]),
        can_approve=may(Permission.PAYROLL_RUN_APPROVE) and found.waiting and not own,
        is_own=bool(own),
        can_enter=may(Permission.PAYROLL_RUN_PREPARE),
        number=page.number,
        count=page.count,
        page_url=lambda to: url_for("payroll.late_preview", period=period, page=to),
    )


def _row(one: PersonDifference, found: late_facts.Preview, names: dict[str, Any]) -> dict[str, Any]:
    """Return one person's differences as the page shows them."""
    return {
        "employment_id": one.employment_id,
        "payslip_id": one.payslip_id,
        "pay_period": found.pay_periods[one.employment_id],
        "pay": one.pay,
        "after_tax": one.after_tax,
        "lines": [
            {
                "label": line_label(line.key.code, line.key.kind, line.key.detail, names),
                "before": line.before,
                "after": line.after,
                "change": line.change,
            }
            for line in one.lines
        ],
    }


@ROUTES.action("/payroll/late/<period>/approve", permission=Permission.PAYROLL_RUN_APPROVE)
def late_approve(scope: Scope, period: str) -> ResponseReturnValue:
    """Approve what waits of a month, as it was seen, and write the adjustments."""
    month = PayPeriod.parse(period)
    company = company_named(companies_in(db.session(), scope), "")
    try:
        if late_facts.is_long(scope, month):
            late_facts.check_approval(scope, month, actor())
            said = {"period": str(month), "seen": request.form.get("seen", "")}
            return _queue(jobs.APPROVE_LATE, said, company.company_id)
        due = late_facts.approve(
            scope,
            company.company_id,
            month,
            actor(),
            law_book(),
            seen=request.form.get("seen", ""),
        )
    except NotFoundError:
        raise
    except DomainError as error:
        flash_error(error)
    else:
        flash(
            gettext("已批准；%(count)s 人的差额进入下一个未批准的月份", count=len(due)), "success"
        )
    return redirect(url_for("payroll.late_preview", period=period))


def _queue(kind: JobKind, params: dict[str, Any], company_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        job_id = enqueue(session, kind, params, actor(), company_id)
    return redirect(url_for("operations.job", job_id=job_id))


@ROUTES.action("/payroll/late/facts/<int:late_fact_id>/reject", permission=Permission.PAYSLIP_READ)
def late_reject(scope: Scope, late_fact_id: int) -> ResponseReturnValue:
    """Refuse a fact that waits: whoever may approve, or who entered it."""
    session = db.session()
    fact = session.scalar(late_facts.late_facts(scope).where(LateFact.id == late_fact_id))
    is_own = fact is not None and fact.entered_by_id == principal().account_id
    if fact is None or not (is_own or may(Permission.PAYROLL_RUN_APPROVE)):
        raise NotFoundError("web.not_found")
    try:
        late_facts.reject(scope, late_fact_id, actor(), request.form.get("answer", ""))
    except DomainError as error:
        flash_error(error)
    else:
        flash(gettext("已退回，不会计算"), "success")
    return redirect(url_for("payroll.late_preview", period=fact.for_period))


def _filled(asked: Any, who: dict[int, Any]) -> str:
    """Return the address of the form with what an approved request says."""
    common = {
        "request": asked.request_id,
        "employee_no": who[asked.employment_id].employee_no,
        "reason": asked.reason[:200],
    }
    if asked.kind == "shift":
        return url_for(
            "payroll.late_new",
            kind="shift",
            on=asked.queued_first_on,
            shift_act="replace" if asked.corrects_starts_at else "add",
            starts_at=f"{asked.starts_at:%H:%M}",
            ends_at=f"{asked.ends_at:%H:%M}",
            break_minutes=asked.break_minutes,
            **common,
        )
    return url_for(
        "payroll.late_new",
        kind="leave",
        first_on=asked.queued_first_on,
        last_on=asked.queued_last_on,
        leave_act="add",
        leave_kind=asked.leave_kind,
        half=asked.half,
        **common,
    )


def _kinds() -> list[tuple[str, str]]:
    words = terms_of("late_kind")
    return [(code, in_current(words[code])) for code in KINDS]


def _task_types(session: Session) -> list[tuple[str, str]]:
    names = task_type_texts(session)
    return [(code, in_current(names[code])) for code in sorted(names)]


def _employment(session: Session, company_id: int, number: str) -> int:
    everybody = people.all_employments(Scope.company(company_id)).subquery()
    found: int | None = session.scalar(
        select(everybody.c.employment_id).where(everybody.c.employee_no == number)
    )
    if found is None:
        raise InputError("late.person", place="employee_no", number=number)
    return found


def people_by_employment(
    session: Session, scope: Scope, employment_ids: Iterable[int | None]
) -> dict[int, Any]:
    """Return number and name of some people, by employment."""
    known = people.directory(scope).order_by(None).subquery()
    wanted = sorted({one for one in employment_ids if one is not None})
    rows = session.execute(known.select().where(known.c.employment_id.in_(wanted)))
    return {row.employment_id: row for row in rows}


def names_by_account(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Return the display names of some accounts."""
    known = accounts.display_names().subquery()
    wanted = sorted({one for one in ids if one is not None})
    rows = session.execute(known.select().where(known.c.account_id.in_(wanted)))
    return {row.account_id: row.display_name for row in rows}


def _signers(facts: Iterable[LateFact]) -> list[int | None]:
    return [one for fact in facts for one in (fact.entered_by_id, fact.decided_by_id)]


def _by_hand(
    session: Session, scope: Scope, month: PayPeriod, employment_ids: Iterable[int]
) -> dict[int, list[Any]]:
    """Return corrections of the month that were entered by hand: they may be for the same thing."""
    stored = adjustments.stored_adjustments(scope).order_by(None).subquery()
    rows = session.execute(
        stored.select().where(
            stored.c.for_period == str(month),
            stored.c.employment_id.in_(list(employment_ids)),
            ~stored.c.is_late,
        )
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.employment_id, []).append(row)
    return found

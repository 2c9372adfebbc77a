"""Amounts agreed with a person from month to month, and corrections of earlier months.

Both take the way of an import: planned first, refused where the month is approved, then stored.
"""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for

from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.payroll import adjustments, entries
from workforce.payroll.adjustments import AdjustmentFact
from workforce.payroll.entries import ITEMS, EntryFact
from workforce.payroll.forms import AdjustmentForm, EntryForm
from workforce.payroll.routes import ROUTES
from workforce.people import queries as people
from workforce.platform import audit, clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import choices_of, fault_of, place_fault
from workforce.platform.i18n import gettext, in_current
from workforce.platform.scope import Scope
from workforce.platform.web import actor, note_read, page_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

_PER_PAGE: Final = 100
_TEXT_LENGTH: Final = 60
_PREFIX: Final = "adjust-"
"""Two forms stand on one page: the fields of the second have names of their own."""
_FURTHEST: Final = dt.timedelta(days=366)
"""No correction is paid later than in a year: a mistyped year would never be seen again."""


@ROUTES.page("/payroll/entries", permission=Permission.PAYROLL_RUN_PREPARE)
def entries_list(scope: Scope) -> ResponseReturnValue:
    """List the people of a company with what is agreed with each in a month."""
    session = db.session()
    asked = request.args.get("period", "")
    period = PayPeriod.parse_month(asked) if asked else PayPeriod.of(clock.today())
    words = request.args.get("q", "").strip()[:_TEXT_LENGTH]
    known = people.directory(scope).order_by(None).subquery()
    chosen = known.select().where(
        known.c.hired_on <= period.last_on,
        (known.c.separated_on.is_(None)) | (known.c.separated_on >= period.first_on),
    )
    if words:
        chosen = chosen.where(
            known.c.employee_no.icontains(words, autoescape=True)
            | known.c.name.icontains(words, autoescape=True)
        )
    rows = session.execute(chosen.order_by(known.c.employee_no)).all()
    page = page_of(len(rows), _PER_PAGE)
    held: dict[int, list[Any]] = {}
    for row in session.execute(entries.stored_entries(scope, period)):
        held.setdefault(row.employment_id, []).append(row)
    return render_template(
        "payroll/entries.html",
        period=period,
        words=words,
        rows=rows[page.rows],
        held=held,
        label=entry_label,
        number=page.number,
        count=page.count,
        page_url=lambda to: url_for(
            "payroll.entries_list", period=str(period), q=words or None, page=to
        ),
    )


@ROUTES.form("/payroll/entries/<int:employment_id>", permission=Permission.PAYROLL_RUN_PREPARE)
def entries_of(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """Show what is agreed with one person, and agree something more."""
    session = db.session()
    who = _person(session, scope, employment_id)
    form = _entry_form()
    if form.validate_on_submit():
        kind, _, code = form.item.data.partition(":")
        last: PayPeriod | None = form.period_to.data
        try:
            fact = EntryFact(
                employment_id=employment_id,
                kind=kind,
                code=code,
                period_from=form.period_from.data,
                period_to=last.next() if last else None,
                amount=form.amount.data,
            )
            _store_entry(who, fact, "pay_entry.set")
        except DomainError as error:
            place_fault(form, error, None if error.place else "period_from")
        else:
            flash(gettext("已保存，重新计算后生效"), "success")
            return redirect(url_for("payroll.entries_of", employment_id=employment_id))
    return _person_page(scope, who, form, AdjustmentForm(formdata=None, prefix=_PREFIX))


@ROUTES.action(
    "/payroll/entries/<int:employment_id>/end", permission=Permission.PAYROLL_RUN_PREPARE
)
def end_entry(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """Let an agreed amount end with a month."""
    session = db.session()
    who = _person(session, scope, employment_id)
    said = {name: request.form.get(name, "") for name in ("kind", "code", "period_from")}
    stored = [
        row
        for row in _entries_of(session, scope, employment_id)
        if {name: getattr(row, name) for name in said} == said
    ]
    if not stored:
        raise NotFoundError("web.not_found")
    try:
        last = PayPeriod.parse_month(request.form.get("last", ""))
        fact = EntryFact(
            employment_id=employment_id,
            kind=stored[0].kind,
            code=stored[0].code,
            period_from=PayPeriod.parse(stored[0].period_from),
            period_to=last.next(),
            amount=stored[0].amount,
        )
        _store_entry(who, fact, "pay_entry.end")
    except DomainError as error:
        flash(fault_of(error), "danger")
    else:
        flash(gettext("已在 %(month)s 终止", month=str(last)), "success")
    return redirect(url_for("payroll.entries_of", employment_id=employment_id))


@ROUTES.action(
    "/payroll/adjustments/<int:employment_id>", permission=Permission.PAYROLL_RUN_PREPARE
)
def adjust(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """Enter a correction of an earlier month, or take one back by the amount 0."""
    session = db.session()
    who = _person(session, scope, employment_id)
    form = AdjustmentForm(prefix=_PREFIX)
    if form.validate_on_submit():
        try:
            fact = AdjustmentFact(
                employment_id=employment_id,
                for_period=_period(form.for_period),
                pay_period=_period(form.pay_period),
                amount=form.amount.data,
                reason=(form.reason.data or "").strip(),
            )
            _store_adjustment(who, fact)
        except DomainError as error:
            place_fault(form, error, None if error.place else "pay_period")
        else:
            flash(gettext("调整已保存，重新计算后生效"), "success")
            return redirect(url_for("payroll.entries_of", employment_id=employment_id))
    return _person_page(scope, who, _entry_form(formdata=None), form)


def _entry_form(**given: Any) -> EntryForm:
    form = EntryForm(**given)
    form.item.choices = choices_of(
        (f"{kind}:{code}", entry_label(kind, code)) for kind, code in ITEMS
    )
    return form


def entry_label(kind: str, code: str) -> str:
    """Return an agreed item as people call it, in the visitor's language."""
    return in_current(entries.item_label(kind, code))


def _period(bound: Any) -> PayPeriod:
    try:
        found = PayPeriod.parse(bound.data.strip())
        if found.first_on > clock.today() + _FURTHEST:
            raise InputError("cell.too_far", on=found)
    except DomainError as error:
        raise error.at(bound.short_name) from error
    return found


def _person(session: Session, scope: Scope, employment_id: int) -> Row[Any]:
    """Return whose amounts these are.

    Raises:
        NotFoundError: the employment does not exist or is out of reach.
    """
    known = people.directory(scope).order_by(None).subquery()
    owner = people.companies_of_employments(scope).subquery()
    found = session.execute(
        known.select()
        .add_columns(owner.c.company_id)
        .join(owner, owner.c.employment_id == known.c.employment_id)
        .where(known.c.employment_id == employment_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError("web.not_found")
    return found


def _entries_of(session: Session, scope: Scope, employment_id: int) -> list[Any]:
    stored = entries.stored_entries(scope, employment_id=employment_id)
    return list(session.execute(stored))


def _person_page(
    scope: Scope, who: Row[Any], form: EntryForm, adjusting: AdjustmentForm
) -> ResponseReturnValue:
    session = db.session()
    note_read("pay_entry.read", "employment", who.employment_id, company_id=who.company_id)
    own = adjustments.stored_adjustments(scope, employment_id=who.employment_id)
    page = render_template(
        "payroll/entries_of.html",
        who=who,
        rows=_entries_of(session, scope, who.employment_id),
        adjustments=session.execute(own).all(),
        label=entry_label,
        form=form,
        adjusting=adjusting,
        month=PayPeriod.of(clock.today()),
        previous_of=lambda text: str(PayPeriod.parse(text).previous()),
    )
    is_wrong = form.errors or form.form_errors or adjusting.errors or adjusting.form_errors
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK


def _store_entry(who: Row[Any], fact: EntryFact, action: str) -> None:
    """Plan and store one entry with its audit.

    Raises:
        DomainError: it cannot be stored.
    """
    with unit_of_work() as session:
        plan = entries.plan_entries(session, who.company_id, [fact])
        for error in plan.faults.values():
            raise error
        entries.store_entries(session, plan)
        last = fact.period_to.previous() if fact.period_to else None
        audit.record(
            session,
            actor(),
            action,
            "employment",
            who.employment_id,
            company_id=who.company_id,
            before={"changed": [change.before for change in plan.rows.changed]},
            after={
                "kind": fact.kind,
                "code": fact.code,
                "amount": fact.amount,
                "period_from": str(fact.period_from),
                "period_last": str(last) if last else None,
            },
        )


def _store_adjustment(who: Row[Any], fact: AdjustmentFact) -> None:
    """Plan and store one correction with its audit.

    Raises:
        DomainError: it cannot be stored.
    """
    by = actor()
    with unit_of_work() as session:
        plan = adjustments.plan_adjustments(session, who.company_id, [fact])
        for error in plan.faults.values():
            raise error
        adjustments.store_adjustments(session, plan, by.account_id)
        audit.record(
            session,
            by,
            "adjustment.set",
            "employment",
            who.employment_id,
            company_id=who.company_id,
            before={"changed": [change.before for change in plan.rows.changed]},
            after={
                "for_period": str(fact.for_period),
                "pay_period": str(fact.pay_period),
                "amount": fact.amount,
            },
            reason=fact.reason,
        )

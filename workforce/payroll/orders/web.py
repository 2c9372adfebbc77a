"""Pages of runs beside the regular one: ordering them, and settling with somebody who leaves."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from workforce.companies import queries as companies
from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.core.orders import Purpose
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.payroll import jobs, service
from workforce.payroll.compute import company_in
from workforce.payroll.entries import item_label
from workforce.payroll.orders import final_pay, orders
from workforce.payroll.orders import lines as order_lines
from workforce.payroll.orders.final_pay import Settlement
from workforce.payroll.orders.forms import FinalPayForm, OrderForm
from workforce.payroll.orders.lines import Defaults
from workforce.payroll.orders.orders import OrderAmount, OrderFacts
from workforce.payroll.routes import ROUTES, companies_in, company_named, flash_error
from workforce.people import queries as people
from workforce.platform import clock
from workforce.platform.db import db, size_of, unit_of_work
from workforce.platform.forms import answer_of, choices_of, place_fault, read_count
from workforce.platform.i18n import gettext, in_current
from workforce.platform.jobs import enqueue
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope
from workforce.platform.web import actor, note_read, page_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.payroll.orders.final_pay import Proposal

_PER_PAGE: Final = 100
_OFFERED: Final = (Purpose.BONUS, Purpose.OTHER)
"""What is ordered on the page of orders; the others begin where their reason is: with a person."""
_MOST_DAYS: Final = 366
_EVERYBODY: Final = "everybody"
_TEAM: Final = "team:"


@ROUTES.page("/payroll/orders", permission=Permission.PAYROLL_RUN_PREPARE)
def orders_list(scope: Scope) -> ResponseReturnValue:
    """List the runs that were ordered beside the regular ones, the newest first."""
    session = db.session()
    chosen = orders.orders(scope)
    page = page_of(size_of(session, chosen), _PER_PAGE)
    rows = session.execute(chosen.slice(page.rows.start, page.rows.stop)).all()
    return render_template(
        "payroll/orders.html",
        rows=rows,
        names={row.company_id: row.company_name for row in companies_in(session, scope)},
        number=page.number,
        count=page.count,
        page_url=lambda to: url_for("payroll.orders_list", page=to),
    )


@ROUTES.form("/payroll/orders/new", permission=Permission.PAYROLL_RUN_PREPARE)
def new_order(scope: Scope) -> ResponseReturnValue:
    """Order a run beside the regular one: why, for whom and how much."""
    session = db.session()
    known = companies_in(session, scope)
    company = company_named(known, request.values.get("company", ""))
    purpose = Purpose.BONUS
    try:
        purpose = orders.known_purpose(request.values.get("purpose", "bonus"), _OFFERED)
    except InputError:
        flash(gettext("请选择用途"), "danger")
    form = OrderForm(
        purpose=purpose.value, period=str(PayPeriod.of(clock.today())), pay_on=clock.today()
    )
    _fill_choices(form, session, company.company_id, purpose)
    if form.validate_on_submit():
        try:
            facts = _facts(session, company.company_id, purpose, form)
            order_id = orders.create_order(scope, company.company_id, facts, actor())
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error)
        else:
            flash(gettext("已建好，请核对后计算"), "success")
            return redirect(url_for("payroll.order", order_id=order_id))
    page = render_template(
        "payroll/order_new.html",
        form=form,
        company=company,
        companies=known,
        items=order_lines.items_of(purpose),
        purpose=purpose,
    )
    return answer_of(page, form)


def _fill_choices(form: OrderForm, session: Session, company_id: int, purpose: Purpose) -> None:
    form.purpose.choices = choices_of(
        (one.value, in_current(term(f"run_purpose.{one}"))) for one in _OFFERED
    )
    form.item.choices = choices_of(
        (item.key, in_current(item.label)) for item in order_lines.items_of(purpose)
    )
    teams = session.scalars(companies.teams(Scope.company(company_id)))
    form.whom.choices = choices_of(
        [
            ("", gettext("只发给名单上的人")),
            (_EVERYBODY, gettext("期末在职的全部员工")),
            *((f"{_TEAM}{team.id}", team.name) for team in teams),
        ]
    )


def _facts(session: Session, company_id: int, purpose: Purpose, form: OrderForm) -> OrderFacts:
    """Return what was filled in; amounts that hold for all may be told otherwise line by line.

    Raises:
        InputError: names the field, and in the list the line.
    """
    try:
        period = PayPeriod.parse((form.period.data or "").strip())
    except InputError as error:
        raise error.at("period") from error
    item = order_lines.item_named(purpose, form.item.data)
    each, whom = form.each.data, form.whom.data or ""
    for_all: tuple[OrderAmount, ...] = ()
    if whom:
        if each is None:
            raise InputError("order.each_needed", place="each")
        team_id = int(whom.removeprefix(_TEAM)) if whom.startswith(_TEAM) else None
        wanted = OrderAmount(0, item.kind, item.code, each)
        for_all = order_lines.everybody(session, company_id, period, team_id, wanted)
    told = order_lines.read_lines(
        session, company_id, purpose, form.lines.data or "", Defaults(item=item, amount=each)
    )
    amounts = order_lines.merged(for_all, told)
    return OrderFacts(
        period=period,
        purpose=purpose,
        title=form.title.data or "",
        pay_on=form.pay_on.data,
        reason=form.reason.data or "",
        people=frozenset(one.employment_id for one in amounts),
        amounts=amounts,
    )


@ROUTES.page("/payroll/orders/<int:order_id>", permission=Permission.PAYSLIP_READ)
def order(scope: Scope, order_id: int) -> ResponseReturnValue:
    """Show an order: why, for whom, how much, and how far its run is."""
    session = db.session()
    found = orders.found_order(session, scope, order_id)
    note_read("run_order.read", "run_order", order_id, company_id=found.company_id)
    rows = orders.amounts_of(session, order_id)
    known = people.directory(Scope.company(found.company_id)).order_by(None).subquery()
    names = {
        row.employment_id: row
        for row in session.execute(
            select(known).where(known.c.employment_id.in_({row.employment_id for row in rows}))
        )
    }
    page = page_of(len(rows), _PER_PAGE)
    run = orders.run_of_order(session, order_id)
    return render_template(
        "payroll/order.html",
        order=found,
        period=PayPeriod.parse(found.period),
        company=company_in(session, scope, found.company_id),
        rows=sorted(rows, key=lambda row: names[row.employment_id].employee_no)[page.rows],
        people_count=len(names),
        total=sum(row.amount or 0 for row in rows),
        names=names,
        label=_label,
        run=run,
        is_open=orders.is_open(None if run is None else run.state),
        number=page.number,
        count=page.count,
        page_url=lambda to: url_for("payroll.order", order_id=order_id, page=to),
    )


def _label(kind: str, code: str) -> str:
    return in_current(item_label(kind, code))


@ROUTES.action(
    "/payroll/orders/<int:order_id>/calculate", permission=Permission.PAYROLL_RUN_PREPARE
)
def calculate_order(scope: Scope, order_id: int) -> ResponseReturnValue:
    """Queue the computation of an order's run and show how far it is."""
    session = db.session()
    found = orders.found_order(session, scope, order_id)
    company_id, period = found.company_id, PayPeriod.parse(found.period)
    try:
        service.check_replaceable(scope, company_id, period, order_id)
    except DomainError as error:
        flash_error(error)
        return redirect(url_for("payroll.order", order_id=order_id))
    return _queue(company_id, period, order_id)


def _queue(company_id: int, period: PayPeriod, order_id: int) -> ResponseReturnValue:
    params = {"period": str(period), "order_id": order_id}
    with unit_of_work() as session:
        job_id = enqueue(session, jobs.CALCULATE, params, actor(), company_id)
    return redirect(url_for("operations.job", job_id=job_id))


@ROUTES.action("/payroll/orders/<int:order_id>/withdraw", permission=Permission.PAYROLL_RUN_PREPARE)
def withdraw_order(scope: Scope, order_id: int) -> ResponseReturnValue:
    """Take an order back that nothing has decided."""
    try:
        orders.withdraw_order(scope, order_id, actor(), request.form.get("reason", ""))
    except NotFoundError:
        raise
    except DomainError as error:
        flash_error(error)
        return redirect(url_for("payroll.order", order_id=order_id))
    flash(gettext("已撤销"), "success")
    return redirect(url_for("payroll.orders_list"))


@ROUTES.form("/payroll/final-pay/<int:employment_id>", permission=Permission.PAYROLL_RUN_PREPARE)
def settle_leaver(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """Show what is to be settled with a leaver, and order the final pay."""
    session = db.session()
    found = final_pay.propose(session, scope, employment_id, law_book())
    note_read("employment.read", "employment", employment_id, company_id=found.company_id)
    form = FinalPayForm(**_proposed(found))
    if form.validate_on_submit():
        try:
            order_id = final_pay.order_final_pay(
                scope, employment_id, _settled(form), actor(), law_book()
            )
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error)
        else:
            return _queue(found.company_id, found.period, order_id)
    page = render_template("payroll/final_pay.html", found=found, form=form)
    return answer_of(page, form)


def _proposed(found: Proposal) -> dict[str, Any]:
    average = None if found.wage_before is None else found.wage_before.amount
    return {
        "pay_on": max(found.separated_on, clock.today()),
        "leave_days": str(found.leave_days),
        "average_wage": average,
        "has_severance": False,
    }


def _settled(form: FinalPayForm) -> Settlement:
    """Return what was filled in.

    Raises:
        InputError: names the field.
    """
    try:
        days = read_count(form.leave_days.data or "", _MOST_DAYS)
    except InputError as error:
        raise error.at("leave_days") from error
    is_paid = bool(form.has_severance.data)
    pay_on: dt.date = form.pay_on.data
    return Settlement(
        pay_on=pay_on,
        reason=form.reason.data or "",
        leave_days=days,
        average_wage=form.average_wage.data if is_paid else None,
        agreed=form.agreed.data if is_paid else None,
    )

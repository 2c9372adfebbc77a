"""The month as stages, and the rules by which a company reviews its runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, flash, redirect, render_template, request, url_for

from workforce.core.errors import InputError, NotFoundError
from workforce.core.lifecycle import REPLACEABLE
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.payroll import queries, views
from workforce.payroll.deadlines import tax_deadline
from workforce.payroll.forms import RuleForm
from workforce.payroll.models import PayrollRun
from workforce.payroll.review.rules import Rule, rule_of, set_rule
from workforce.payroll.routes import ROUTES, companies_in, company_named
from workforce.payroll.stages import stages
from workforce.payroll.stages.checks import Severity, checked_severities, checks
from workforce.payroll.stages.finders import Asked
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.forms import answer_of, place_fault
from workforce.platform.i18n import gettext
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope
from workforce.platform.web import actor, may, permission_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.payroll.stages.finders import Place


@ROUTES.page("/payroll/month", permission=Permission.PAYROLL_RUN_READ)
def this_month(scope: Scope) -> ResponseReturnValue:
    """Go to the month that is being worked on: the newest that is not closed."""
    asked = request.args.get("period", "")
    period = PayPeriod.parse(asked) if asked else _current(scope)
    company = request.args.get("company") or None
    return redirect(url_for("payroll.month", period=str(period), company=company))


def _current(scope: Scope) -> PayPeriod:
    """Return the oldest month with a run that is not closed, or the one before today."""
    chosen = (
        queries.runs(scope)
        .with_only_columns(PayrollRun.period)
        .order_by(None)
        .where(PayrollRun.state != "closed")
        .order_by(PayrollRun.period)
        .limit(1)
    )
    oldest = db.session.scalar(chosen)
    if oldest is not None:
        return PayPeriod.parse(oldest)
    return PayPeriod.of(clock.today()).previous()


@ROUTES.page("/payroll/month/<period>", permission=Permission.PAYROLL_RUN_READ)
def month(scope: Scope, period: str) -> ResponseReturnValue:
    """Show how far a company's month is, and what stands in its way."""
    session = db.session()
    asked_for = PayPeriod.parse(period)
    known = companies_in(session, scope)
    if not known:
        raise NotFoundError("web.not_found")
    company = company_named(known, request.args.get("company", ""))
    run = stages.run_of(session, company.company_id, asked_for)
    asked = Asked(
        session=session,
        company_id=company.company_id,
        period=asked_for,
        book=law_book(),
        run=run,
    )
    return render_template(
        "payroll/month.html",
        period=asked_for,
        company=company,
        companies=known,
        run=run,
        stages=stages.month_stages(asked),
        shows_people=may(Permission.PAYSLIP_READ),
        can_calculate=may(Permission.PAYROLL_RUN_PREPARE)
        and (run is None or run.state in REPLACEABLE),
        url_of=_url_of,
        tax_due=tax_deadline(law_book(), asked_for),
        halves=[half for half in asked_for.whole.halves if half != asked_for],
        beside=[
            row
            for row in views.rows_of_month(session, Scope.company(company.company_id), asked_for)
            if run is None or row.run_id != run.id
        ],
        can_order=may(Permission.PAYROLL_RUN_PREPARE),
    )


def _url_of(place: Place | None) -> str | None:
    """Return the address of a page, if there is such a page and the visitor may see it."""
    if place is None or place.endpoint not in current_app.view_functions:
        return None
    permission = permission_of(current_app._get_current_object(), place.endpoint)  # type: ignore[attr-defined]  # noqa: SLF001
    if permission is not None and not may(permission):
        return None
    return url_for(place.endpoint, **place.arguments)


@ROUTES.form("/payroll/rules", permission=Permission.PAYROLL_RUN_APPROVE)
def rules(scope: Scope) -> ResponseReturnValue:
    """Show and set when a change is large, and which findings block."""
    session = db.session()
    company = company_named(companies_in(session, scope), "")
    rule = rule_of(session, company.company_id)
    form = RuleForm(change_rate=rule.change_rate, change_amount=rule.change_amount)
    given = {code: request.form.get(code, rule.severities.get(code)) for code in _switchable()}
    if form.validate_on_submit():
        chosen = {code: said for code, said in given.items() if said}
        try:
            severities = checked_severities(chosen)
            set_rule(
                company.company_id,
                Rule(
                    change_rate=form.change_rate.data,
                    change_amount=form.change_amount.data,
                    severities=severities,
                ),
                actor(),
            )
        except InputError as error:
            place_fault(form, error)
        else:
            flash(gettext("审核规则已保存，下次计算或审核时生效"), "success")
            return redirect(url_for("payroll.rules"))
    page = render_template(
        "payroll/rules.html",
        company=company,
        form=form,
        checks=list(_switchable().values()),
        given=given,
        severities=list(Severity),
    )
    return answer_of(page, form)


def _switchable() -> dict[str, Any]:
    """Return the checks whose severity a company may choose."""
    return {code: check for code, check in checks().items() if not check.is_fixed}

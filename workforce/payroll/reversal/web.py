"""Reversing one person's payslip on pages: proposed, put in force by another, issued anew."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for

from workforce.core.errors import DomainError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.payroll import queries
from workforce.payroll.late.forms import ReissueForm, ReversalForm
from workforce.payroll.late.web import names_by_account, people_by_employment
from workforce.payroll.reversal import reversal
from workforce.payroll.routes import ROUTES, companies_in, company_named, flash_error
from workforce.platform.db import db
from workforce.platform.forms import answer_of, place_fault
from workforce.platform.i18n import gettext
from workforce.platform.web import actor, may, note_read, page_of, principal

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

_PER_PAGE: Final = 100


def _prefix(period: str) -> str:
    """Tell the forms of several months apart."""
    return f"p{period}-"


@ROUTES.page("/payroll/reversals", permission=Permission.PAYSLIP_READ)
def reversal_list(scope: Scope) -> ResponseReturnValue:
    """List reversals and proposals of them, and what waits to be issued anew."""
    session = db.session()
    rows = session.execute(reversal.reversals(scope)).all()
    page = page_of(len(rows), _PER_PAGE)
    waiting: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        if row.approved_by_id is not None and not (row.is_reissued or row.is_ordered):
            waiting[row.period].append(row)
    shown = rows[page.rows]
    named = [*shown, *(row for group in waiting.values() for row in group)]
    return render_template(
        "payroll/reversals.html",
        rows=shown,
        waiting=dict(waiting),
        who=people_by_employment(session, scope, [row.employment_id for row in named]),
        by=names_by_account(
            session, [one for row in shown for one in (row.proposed_by_id, row.approved_by_id)]
        ),
        forms={period: ReissueForm(formdata=None, prefix=_prefix(period)) for period in waiting},
        account_id=principal().account_id,
        can_approve=may(Permission.PAYROLL_RUN_APPROVE),
        can_prepare=may(Permission.PAYROLL_RUN_PREPARE),
        number=page.number,
        count=page.count,
        page_url=lambda to: url_for("payroll.reversal_list", page=to),
    )


@ROUTES.form(
    "/payroll/payslips/<int:payslip_id>/reverse", permission=Permission.PAYROLL_RUN_PREPARE
)
def reverse_slip(scope: Scope, payslip_id: int) -> ResponseReturnValue:
    """Propose to reverse a payslip, with the reason that its person will read."""
    session = db.session()
    slip = queries.found(session, queries.payslip(scope, payslip_id))
    run = queries.found(session, queries.run_of_payslip(scope, payslip_id))
    form = ReversalForm()
    if form.validate_on_submit():
        try:
            reversal.propose(scope, payslip_id, form.reason.data or "", actor())
        except DomainError as error:
            place_fault(form, error)
        else:
            flash(gettext("已提出冲销，等另一个人批准"), "success")
            return redirect(url_for("payroll.reversal_list"))
    note_read("payslip.read", "payslip", payslip_id, company_id=run.company_id)
    page = render_template(
        "payroll/reverse.html",
        form=form,
        slip=slip,
        who=people_by_employment(session, scope, [slip.employment_id]),
    )
    return answer_of(page, form)


@ROUTES.action(
    "/payroll/reversals/<int:reversal_id>/approve", permission=Permission.PAYROLL_RUN_APPROVE
)
def approve_reversal(scope: Scope, reversal_id: int) -> ResponseReturnValue:
    """Put a reversal in force."""
    try:
        reversal.approve(scope, reversal_id, actor())
    except NotFoundError:
        raise
    except DomainError as error:
        flash_error(error)
    else:
        flash(gettext("已冲销；这张工资条不再计入任何合计。请安排重发"), "success")
    return redirect(url_for("payroll.reversal_list"))


@ROUTES.action(
    "/payroll/reversals/<int:reversal_id>/withdraw", permission=Permission.PAYROLL_RUN_PREPARE
)
def withdraw_reversal(scope: Scope, reversal_id: int) -> ResponseReturnValue:
    """Take a proposal back."""
    try:
        reversal.withdraw(scope, reversal_id, actor())
    except NotFoundError:
        raise
    except DomainError as error:
        flash_error(error)
    else:
        flash(gettext("冲销申请已撤回"), "success")
    return redirect(url_for("payroll.reversal_list"))


@ROUTES.action("/payroll/reversals/reissue", permission=Permission.PAYROLL_RUN_PREPARE)
def reissue(scope: Scope) -> ResponseReturnValue:
    """Order a run that issues the reversed payslips of a month anew."""
    session = db.session()
    period = PayPeriod.parse(request.form.get("period", ""))
    form = ReissueForm(prefix=_prefix(str(period)))
    if not form.validate():
        flash(next(str(errors[0]) for errors in form.errors.values()), "danger")
        return redirect(url_for("payroll.reversal_list"))
    company = company_named(companies_in(session, scope), "")
    people = [
        row.employment_id
        for row in session.execute(reversal.reversals(scope))
        if row.period == str(period)
        and row.approved_by_id is not None
        and not (row.is_reissued or row.is_ordered)
    ]
    try:
        order_id = reversal.order_reissue(
            scope,
            company.company_id,
            period,
            sorted(set(people)),
            form.pay_on.data,
            form.reason.data or "",
            actor(),
        )
    except NotFoundError:
        raise
    except DomainError as error:
        flash_error(error)
        return redirect(url_for("payroll.reversal_list"))
    flash(gettext("已安排重发：现在计算，再审核、批准和发放"), "success")
    return redirect(url_for("payroll.order", order_id=order_id))

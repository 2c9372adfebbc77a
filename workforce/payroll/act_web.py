"""Approving and paying a run: everything that is decided stands on one page, and its total is typed.

What is typed must be the run's total to the fen: nobody approves or pays by a slip of the hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, url_for

from workforce.core.capitals import capitals
from workforce.core.errors import DomainError, NotFoundError
from workforce.core.lifecycle import RunAction, RunState, after
from workforce.core.money import format_fen
from workforce.core.permissions import Permission
from workforce.payroll import review, service, views
from workforce.payroll.forms import ConfirmForm, PaymentForm
from workforce.payroll.routes import ROUTES, run_in
from workforce.platform import clock
from workforce.platform.forms import answer_of, place_fault
from workforce.platform.i18n import gettext
from workforce.platform.law_book import law_book
from workforce.platform.web import actor, may, note_read, principal

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.payroll.views import RunView
    from workforce.platform.scope import Scope

_MOST_CHANGES: Final = 10


@ROUTES.form("/payroll/runs/<int:run_id>/approve", permission=Permission.PAYROLL_RUN_APPROVE)
def approve(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Show what is approved, and approve it."""
    view = _view(scope, run_id, RunAction.APPROVE)
    form = ConfirmForm()
    if form.validate_on_submit():
        if form.amount.data != view.run.net_pay:
            form.amount.errors = [
                gettext(
                    "输入的是 %(given)s 元，实发合计是 %(due)s 元",
                    given=format_fen(form.amount.data),
                    due=format_fen(view.run.net_pay),
                )
            ]
        else:
            try:
                seen = form.seen.data or ""
                service.take(scope, run_id, RunAction.APPROVE, actor(), law_book(), seen=seen)
            except NotFoundError:
                raise
            except DomainError as error:
                place_fault(form, error)
            else:
                flash(gettext("已批准，工资条已对本人可见，本月数据已锁定"), "success")
                return redirect(url_for("payroll.run", run_id=run_id))
    # What is refused is shown anew: the next answer is about what the page shows now.
    form.seen.data = view.hashes["result"]
    return _page("payroll/approve.html", scope, view, RunAction.APPROVE, form)


@ROUTES.form("/payroll/runs/<int:run_id>/pay", permission=Permission.PAYROLL_RUN_PAY)
def pay(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Show what is to be paid, and record that it was."""
    form = PaymentForm()
    view = _view(scope, run_id, RunAction.PAY)
    if form.validate_on_submit():
        payment = service.Payment(
            paid_on=form.paid_on.data,
            amount=form.amount.data,
            reference=form.reference.data or "",
        )
        try:
            service.pay_run(scope, run_id, actor(), payment, law_book())
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error)
        else:
            flash(gettext("已标记发放，还可以关账"), "success")
            return redirect(url_for("payroll.run", run_id=run_id))
    return _page("payroll/pay.html", scope, view, RunAction.PAY, form)


def _view(scope: Scope, run_id: int, action: RunAction) -> RunView:
    """Return a run on which the action can be done now.

    Raises:
        NotFoundError: it is out of reach.
        StateError: it is in another state.
    """
    session, run = run_in(scope, run_id)
    after(RunState(run.state), action)
    return views.run_view(session, scope, run_id)


def _page(
    template: str, scope: Scope, view: RunView, action: RunAction, form: Any
) -> ResponseReturnValue:
    session, run = run_in(scope, view.run.run_id)
    is_allowed = service.may_act(
        action,
        principal().account_id,
        prepared_by_id=view.prepared_by_id,
        reviewed_by_id=view.reviewed_by_id,
    )
    changes = []
    if may(Permission.PAYSLIP_READ):
        note_read("payroll_run.read", "payroll_run", run.id, company_id=run.company_id)
        columns = review.chosen_columns(review.FIXED, ("gross", "gross_before", "change"))
        for is_descending in (True, False):
            wanted = review.Wanted(order="change", is_descending=is_descending)
            changes.append(review.grid(session, run, columns, wanted, slice(0, _MOST_CHANGES)).rows)
    page = render_template(
        template,
        view=view,
        run=view.run,
        form=form,
        is_allowed=is_allowed,
        in_capitals=capitals(view.run.net_pay),
        rises=[row for row in changes[0] if (row.values["change"] or 0) > 0] if changes else [],
        falls=[row for row in changes[1] if (row.values["change"] or 0) < 0] if changes else [],
        days_left=(view.run.pay_on - clock.today()).days,
    )
    return answer_of(page, form)

"""Approving a run: everything that is decided stands on one page, and its total is typed.

What is typed must be the run's total to the fen: nobody approves by a slip of the hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for

from workforce.core.errors import DomainError, NotFoundError
from workforce.core.lifecycle import RunAction, RunState, after
from workforce.core.money import format_fen
from workforce.core.permissions import Permission
from workforce.payroll import service, views
from workforce.payroll.deciding import decision
from workforce.payroll.forms import ConfirmForm
from workforce.payroll.routes import ROUTES, run_in
from workforce.platform.forms import answer_of, place_fault
from workforce.platform.i18n import gettext
from workforce.platform.law_book import law_book
from workforce.platform.web import actor

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.payroll.views import RunView
    from workforce.platform.scope import Scope


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
                flash(gettext("已批准，本月数据已锁定；工资条公布以后本人才能看到"), "success")
                return redirect(url_for("payroll.run", run_id=run_id))
    # What is refused is shown anew: the next answer is about what the page shows now.
    form.seen.data = view.hashes["result"]
    return _page("payroll/approve.html", scope, view, RunAction.APPROVE, form)


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
    return answer_of(render_template(template, form=form, **decision(scope, view, action)), form)

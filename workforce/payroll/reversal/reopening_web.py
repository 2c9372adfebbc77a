"""Asking that an approved run be opened again, and another person's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for

from workforce.core.errors import DomainError, NotFoundError
from workforce.core.permissions import Permission
from workforce.payroll.reversal.reopening import answer_reopening, ask_to_reopen
from workforce.payroll.routes import ROUTES, flash_error
from workforce.platform.i18n import gettext
from workforce.platform.web import actor

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope


@ROUTES.action("/payroll/runs/<int:run_id>/reopening", permission=Permission.PAYROLL_RUN_APPROVE)
def ask_reopening(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Ask, with a reason, that an approved run be opened again."""
    try:
        ask_to_reopen(scope, run_id, actor(), request.form.get("reason", ""))
    except NotFoundError:
        raise
    except DomainError as error:
        flash_error(error)
    else:
        flash(gettext("已申请退回，等另一位有批准权限的人同意"), "success")
    return redirect(url_for("payroll.run", run_id=run_id))


@ROUTES.action(
    "/payroll/runs/<int:run_id>/reopening/grant", permission=Permission.PAYROLL_RUN_APPROVE
)
def grant_reopening(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Grant what another person asked: the run goes back to its maker."""
    return _answer(scope, run_id, is_granted=True)


@ROUTES.action(
    "/payroll/runs/<int:run_id>/reopening/refuse", permission=Permission.PAYROLL_RUN_APPROVE
)
def refuse_reopening(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Refuse what another person asked, or take back what oneself did."""
    return _answer(scope, run_id, is_granted=False)


def _answer(scope: Scope, run_id: int, *, is_granted: bool) -> ResponseReturnValue:
    try:
        answer_reopening(scope, run_id, actor(), is_granted=is_granted)
    except NotFoundError:
        raise
    except DomainError as error:
        flash_error(error)
    else:
        done = gettext("已退回，可以重新计算") if is_granted else gettext("批次保持已批准")
        flash(done, "success")
    return redirect(url_for("payroll.run", run_id=run_id))

"""What every act on a run shares: who may do it, the run held for it, and its step with its audit entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.core.errors import ForbiddenError, StateError
from workforce.core.lifecycle import RunAction, RunState, after
from workforce.core.permissions import Permission, is_segregated
from workforce.core.terms import term
from workforce.payroll import queries
from workforce.payroll.models import PayrollRun, Payslip
from workforce.platform import audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

_SUBJECT: Final = "payroll_run"

_PERMISSIONS: Final = {
    RunAction.REVIEW: Permission.PAYROLL_RUN_REVIEW,
    RunAction.APPROVE: Permission.PAYROLL_RUN_APPROVE,
    RunAction.RETURN: Permission.PAYROLL_RUN_APPROVE,
    RunAction.PAY: Permission.PAYROLL_RUN_PAY,
    RunAction.CLOSE: Permission.PAYROLL_RUN_CLOSE,
}
"""The right that each action needs; pages and commands ask for it."""


def permission_for(action: RunAction) -> Permission:
    """Return the right that an action needs."""
    return _PERMISSIONS[action]


def may_act(
    action: RunAction,
    account_id: int | None,
    *,
    prepared_by_id: int | None,
    reviewed_by_id: int | None,
) -> bool:
    """Tell whether an account may answer for a run in addition to those who already do.

    The maker neither reviews nor approves. A run whose maker has no name (made on the command line)
    still needs two people: then whoever reviewed it does not approve it.
    """
    if account_id is None:
        return False
    if action is RunAction.RETURN:
        # It decides nothing: the maker may do it too.
        return True
    if account_id == prepared_by_id:
        return not is_segregated(Permission.PAYROLL_RUN_PREPARE, _PERMISSIONS[action])
    is_second_name = prepared_by_id is None and account_id == reviewed_by_id
    return not (is_second_name and action is RunAction.APPROVE)


def ready(
    session: Session,
    scope: Scope,
    run_id: int,
    action: RunAction,
    actor: Actor,
    *,
    is_held: bool = False,
) -> PayrollRun:
    """Return a run on which the actor may do this now; nothing is changed yet.

    ``is_held``: others who would change its row wait until this writing transaction ends.
    """
    chosen = queries.run(scope, run_id)
    if is_held:
        # What another act did while this one waited counts, not what was read before.
        chosen = chosen.with_for_update().execution_options(populate_existing=True)
    run = queries.found(session, chosen)
    if run.state == RunState.DRAFT:
        negative = queries.payslips_of_run(scope, run_id).where(Payslip.net_pay_amount < 0)
        raise StateError(
            "payroll.unresolved",
            faults=run.fault_count,
            negative=len(session.scalars(negative).all()),
        )
    after(RunState(run.state), action)
    if not may_act(
        action,
        actor.account_id,
        prepared_by_id=run.prepared_by_id,
        reviewed_by_id=run.reviewed_by_id,
    ):
        raise ForbiddenError("payroll.two_people", action=term(f"run_action.{action}"))
    return run


def move(
    session: Session,
    run: PayrollRun,
    action: RunAction,
    actor: Actor,
    reason: str | None = None,
    **said: object,
) -> None:
    """Take a run, whose other columns are set already, to its next state and record it."""
    before = RunState(run.state)
    run.state = after(before, action).value
    audit.record(
        session,
        actor,
        f"payroll_run.{action}",
        _SUBJECT,
        run.id,
        company_id=run.company_id,
        before={"state": before.value},
        after={"state": run.state, "result_hash": run.result_hash, **said},
        reason=reason,
    )

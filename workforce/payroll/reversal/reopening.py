"""Opening an approved run again before it is paid: one person asks and says why, another one grants it.

What was approved by two people is taken back by two. The run then goes to its maker as a returned one
does, and its month's facts are open again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from workforce.accounts import queries as accounts
from workforce.core.errors import ForbiddenError, InputError, NotFoundError, StateError
from workforce.core.lifecycle import RunAction, RunState
from workforce.core.terms import term
from workforce.payroll import queries
from workforce.payroll.acts import ready
from workforce.payroll.models import RunReopening
from workforce.payroll.service import give_back
from workforce.platform import audit, clock, locks
from workforce.platform.db import unit_of_work

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from workforce.payroll.models import PayrollRun
    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

_SUBJECT: Final = "payroll_run"
_REASON_LENGTH: Final = 400


@dataclass(frozen=True, slots=True)
class Reopening:
    """A request that waits for its answer: who asked, when and why."""

    asked_by_id: int
    asked_by: str
    asked_at: dt.datetime
    reason: str


def reopening_of(session: Session, run_id: int) -> Reopening | None:
    """Return the request to reopen a run that nobody has answered, if there is one."""
    asked = session.scalar(open_request(run_id))
    if asked is None:
        return None
    names = accounts.display_names().subquery()
    name = session.scalar(
        select(names.c.display_name).where(names.c.account_id == asked.asked_by_id)
    )
    return Reopening(asked.asked_by_id, name or "", asked.asked_at, asked.reason)


def open_request(run_id: int) -> Select[RunReopening]:
    """The request to reopen a run that nobody has answered: one row or none."""
    return select(RunReopening).where(
        RunReopening.run_id == run_id, RunReopening.is_granted.is_(None)
    )


def ask_to_reopen(scope: Scope, run_id: int, actor: Actor, reason: str) -> None:
    """Ask that an approved run be opened again; another person answers.

    Raises:
        ForbiddenError: nobody is named.
        InputError: no reason is given, or one that is too long.
        NotFoundError: the run is out of reach.
        StateError: the run is not approved, is paid, or somebody has asked already.
    """
    said = reason.strip()
    if not 0 < len(said) <= _REASON_LENGTH:
        raise InputError("payroll.reason_needed", longest=_REASON_LENGTH)
    with unit_of_work() as session:
        run = _approved(session, scope, run_id, actor)
        if session.scalar(open_request(run_id)) is not None:
            raise StateError("payroll.reopening_asked")
        session.add(
            RunReopening(
                run_id=run_id, reason=said, asked_by_id=actor.account_id, asked_at=clock.now()
            )
        )
        audit.record(
            session,
            actor,
            "payroll_run.ask_reopening",
            _SUBJECT,
            run_id,
            company_id=run.company_id,
            reason=said,
        )


def answer_reopening(scope: Scope, run_id: int, actor: Actor, *, is_granted: bool) -> None:
    """Grant or refuse what another person asked; whoever asked can only take it back.

    Granted, the run goes back to its maker with the reason of the request.

    Raises:
        ForbiddenError: nobody is named, or whoever asked would grant it.
        NotFoundError: nobody has asked, or the run is out of reach.
        StateError: the run is not approved any more, or a later month is.
    """
    with unit_of_work() as session:
        run = _approved(session, scope, run_id, actor)
        asked = session.scalar(open_request(run_id))
        if asked is None:
            raise NotFoundError("web.not_found")
        if is_granted and asked.asked_by_id == actor.account_id:
            raise ForbiddenError("payroll.two_people", action=term("run_action.return"))
        asked.answered_by_id, asked.answered_at = actor.account_id, clock.now()
        asked.is_granted = is_granted
        if is_granted:
            give_back(session, scope, run, actor, asked.reason)
            return
        audit.record(
            session,
            actor,
            "payroll_run.refuse_reopening",
            _SUBJECT,
            run_id,
            company_id=run.company_id,
        )


def _approved(session: Session, scope: Scope, run_id: int, actor: Actor) -> PayrollRun:
    """Return the run, held with its company's facts, if it is approved and not paid."""
    run = queries.found(session, queries.run(scope, run_id))
    locks.hold(session, run.company_id)
    session.refresh(run)
    if run.state != RunState.APPROVED:
        raise StateError("payroll.reopening_state", state=term(f"run_state.{run.state}"))
    return ready(session, scope, run_id, RunAction.RETURN, actor, is_held=True)

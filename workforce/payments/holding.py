"""Holding back one person's pay, with a reason, and releasing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from workforce.core.errors import StateError
from workforce.payments import queries
from workforce.payments.models import PayHold
from workforce.payments.rules import company_of, reason_of
from workforce.payroll import queries as payroll
from workforce.platform import audit, clock, locks
from workforce.platform.db import unit_of_work

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope


def hold_pay(scope: Scope, employment_id: int, reason: str, actor: Actor) -> int:
    """Hold back a person's pay from now on, of whatever month; return the hold's id.

    Raises:
        InputError: no reason is given.
        NotFoundError: the person is out of reach.
        StateError: the pay is held back already, or is with the bank in a batch.
    """
    why = reason_of(reason)
    with unit_of_work() as session:
        company_id = company_of(session, scope, employment_id)
        locks.hold(session, company_id)
        if session.scalar(select(queries.is_held(employment_id))):
            raise StateError("payments.held_already")
        waiting = session.scalar(queries.pending_batch_of(employment_id))
        if waiting is not None:
            raise StateError("payments.hold_pending", number=waiting)
        hold = PayHold(
            employment_id=employment_id,
            reason=why,
            held_by_id=actor.account_id,
            held_at=clock.now(),
        )
        session.add(hold)
        session.flush()
        _note_hold(session, actor, "pay_hold.place", hold, company_id, why)
        return hold.id


def release_pay(scope: Scope, hold_id: int, reason: str, actor: Actor) -> None:
    """Release a person's pay; what was held back is paid by the next batch of arrears.

    Raises:
        InputError: no reason is given.
        NotFoundError: the hold is out of reach.
        StateError: it was released already.
    """
    why = reason_of(reason)
    with unit_of_work() as session:
        employment_id = payroll.found(session, queries.hold(scope, hold_id)).employment_id
        company_id = company_of(session, scope, employment_id)
        locks.hold(session, company_id)
        hold = payroll.found(session, queries.hold(scope, hold_id).with_for_update())
        session.refresh(hold)
        if hold.released_at is not None:
            raise StateError("payments.released_already")
        hold.released_by_id, hold.released_at = actor.account_id, clock.now()
        hold.release_reason = why
        _note_hold(session, actor, "pay_hold.release", hold, company_id, why)


def _note_hold(
    session: Session, actor: Actor, action: str, hold: PayHold, company_id: int, reason: str
) -> None:
    audit.record(
        session,
        actor,
        action,
        "pay_hold",
        hold.id,
        company_id=company_id,
        after={"employment_id": hold.employment_id},
        reason=reason,
    )

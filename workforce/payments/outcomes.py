"""What became of single payments: the bank did not make them, or they were marked so by mistake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from workforce.core.errors import NotFoundError, StateError
from workforce.payments import queries
from workforce.payments.models import Payment, PaymentBatch
from workforce.payments.rules import day_of, reason_of, sums_of
from workforce.platform import audit, clock, locks
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor


def fail_payment(
    scope: Scope, payment_id: int, reason: str, actor: Actor, on: dt.date | None = None
) -> None:
    """Mark a payment that the bank did not make or sent back; the person is owed again.

    ``on``: the day on which it failed; None: today.

    Raises:
        InputError: no reason is given, or the day is to come.
        NotFoundError: it is out of reach.
        StateError: it has failed already, or was cancelled.
    """
    why, failed_on = reason_of(reason), day_of(on)
    with unit_of_work() as session:
        payment, batch = _held_payment(session, scope, payment_id)
        if payment.state not in {"pending", "paid"}:
            raise StateError("payments.not_to_fail")
        fail(session, batch.company_id, {payment.id: why}, actor, failed_on)


def fail(
    session: Session, company_id: int, reasons: Mapping[int, str], actor: Actor, on: dt.date
) -> None:
    """Mark payments of a company as failed in the caller's unit of work: payment id → the bank's reason."""
    changed = [
        {"id": payment_id, "state": "failed", "fail_reason": why, "settled_on": on}
        for payment_id, why in reasons.items()
    ]
    session.execute(update(Payment), changed)
    for payment_id, why in reasons.items():
        audit.record(
            session,
            actor,
            "payment.fail",
            "payment",
            payment_id,
            company_id=company_id,
            after={"state": "failed", "settled_on": str(on)},
            reason=why,
        )


def recall_failure(scope: Scope, payment_id: int, reason: str, actor: Actor) -> None:
    """Take back that a payment failed: it was marked by mistake.

    Raises:
        InputError: no reason is given.
        NotFoundError: it is out of reach.
        StateError: it has not failed, or the money was paid or ordered otherwise since.
    """
    why = reason_of(reason)
    with unit_of_work() as session:
        payment, batch = _held_payment(session, scope, payment_id)
        if payment.state != "failed":
            raise StateError("payments.not_failed")
        rows = queries.arrears(
            Scope.company(batch.company_id), clock.today(), employment_id=payment.employment_id
        ).subquery()
        open_amount = select(rows.c.outstanding_amount - rows.c.pending_amount)
        left = session.scalar(open_amount.where(rows.c.chain_id == payment.chain_id)) or 0
        sums = sums_of(session, batch.id)
        room = batch.total_amount if batch.paid_amount is None else batch.paid_amount
        if batch.state == "cancelled" or payment.amount > min(left, room - sums.get("paid", 0)):
            raise StateError("payments.paid_otherwise")
        payment.state = "pending" if batch.state == "made" else "paid"
        payment.fail_reason, payment.settled_on = None, batch.paid_on
        audit.record(
            session,
            actor,
            "payment.recall",
            "payment",
            payment.id,
            company_id=batch.company_id,
            after={"state": payment.state},
            reason=why,
        )


def _held_payment(session: Session, scope: Scope, payment_id: int) -> tuple[Payment, PaymentBatch]:
    found = session.execute(queries.payment(scope, payment_id)).one_or_none()
    if found is None:
        raise NotFoundError("web.not_found")
    payment, batch = found
    locks.hold(session, batch.company_id)
    session.refresh(payment)
    session.refresh(batch)
    return payment, batch

"""Paying: batches that go to the bank, what came of them, and pay that is held back.

Every act holds the company (``locks.hold``), so that nobody is paid twice by two acts at once; the
database has at most one pending payment a payslip besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, literal, select, update

from workforce.core.errors import StateError
from workforce.core.lifecycle import RunAction, RunState
from workforce.payments import queries
from workforce.payments.models import Payment, PaymentBatch
from workforce.payments.queries import OWED, PAYABLE, Why
from workforce.payments.rules import reason_of, refuse_nobody, refuse_outside, sums_of
from workforce.payroll import queries as payroll
from workforce.payroll import service as runs
from workforce.payroll.acts import ready
from workforce.payroll.selects import dues
from workforce.people import queries as people
from workforce.platform import audit, clock, locks
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy import Subquery
    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.platform.audit import Actor

_BATCH: Final = "payment_batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Whom a batch pays or leaves out: ``amount`` (fen) is what is still owed, ``why`` how it stands."""

    employment_id: int
    employee_no: str
    name: str
    amount: int
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Payable:
    """What a batch would pay, and whom it leaves out; amounts in fen.

    ``total`` and the amounts of those left out add up to what is still owed; nobody vanishes.
    """

    count: int
    total: int
    left_out: tuple[Part, ...]


def payable(session: Session, scope: Scope, run_id: int | None = None) -> Payable:
    """Return what a batch of a run, or of all that is still owed of paid runs, would pay now."""
    rows = _rows(scope, run_id)
    wanted = select(
        rows.c.employment_id,
        rows.c.employee_no,
        rows.c.name,
        rows.c.outstanding_amount.label("amount"),
        rows.c.why,
    )
    left = wanted.where(rows.c.why.not_in(PAYABLE)).order_by(rows.c.employee_no)
    if run_id is None:
        # Of all months only what is owed is told, not everybody who was ever paid.
        left = left.where(rows.c.why.in_(OWED))
    sums = select(func.count(), func.sum(rows.c.outstanding_amount)).where(rows.c.why.in_(PAYABLE))
    count, total = session.execute(sums).one()
    return Payable(
        count=count,
        total=int(total or 0),
        left_out=tuple(
            Part(**{**row._asdict(), "why": Why(row.why)}) for row in session.execute(left)
        ),
    )


def _rows(scope: Scope, run_id: int | None) -> Subquery:
    """Return who is paid by a run's batch, or by one of arrears.

    What an approved run owes its own batch pays, which takes the run on.
    """
    chosen = queries.arrears(scope, clock.today(), run_id=run_id, is_open_only=run_id is None)
    if run_id is not None:
        return chosen.subquery("row")
    row = chosen.subquery("row_of_any")
    return select(row).where(row.c.run_state != RunState.APPROVED).subquery("row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A new batch, and whom it leaves out."""

    batch_id: int
    number: int
    count: int
    total: int
    left_out: tuple[Part, ...]


def make_batch(scope: Scope, run_id: int, actor: Actor, book: LawBook) -> Made:
    """Put everybody of an approved run who can be paid into a batch for the bank.

    Raises:
        ForbiddenError: nobody is named.
        NotFoundError: the run is out of reach.
        StateError: it is not approved, has a batch already that waits for the bank, or what the
            company wants settled before money leaves is not.
    """
    with unit_of_work() as session:
        run = _held_run(session, scope, run_id, actor)
        runs.refuse_unpayable(session, run, book)
        return _make(session, run.company_id, actor, run)


def make_arrears_batch(scope: Scope, company_id: int, actor: Actor) -> Made:
    """Put everything that a company still owes, of whatever month, into a batch for the bank.

    Raises:
        ForbiddenError: nobody is named.
        NotFoundError: the company is out of reach.
        StateError: there is nothing that can be paid.
    """
    refuse_nobody(actor)
    refuse_outside(scope, company_id)
    with unit_of_work() as session:
        locks.hold(session, company_id)
        return _make(session, company_id, actor, None)


def _held_run(session: Session, scope: Scope, run_id: int, actor: Actor) -> Any:
    """Return an approved run that the actor may pay, with its company held."""
    run = payroll.found(session, payroll.run(scope, run_id))
    locks.hold(session, run.company_id)
    # What another act did meanwhile counts, not what was read before the lock.
    session.expire(run)
    return ready(session, scope, run_id, RunAction.PAY, actor, is_held=True)


def _make(session: Session, company_id: int, actor: Actor, run: Any) -> Made:
    run_id = None if run is None else run.id
    if run_id is not None:
        waiting = session.scalar(queries.open_batch(run_id))
        if waiting is not None:
            raise StateError("payments.batch_waits", number=waiting.number)
    scope, today = Scope.company(company_id), clock.today()
    found = payable(session, scope, run_id)
    if run is None and not found.count:
        raise StateError("payments.nothing_owed")
    newest = select(func.max(PaymentBatch.number)).where(PaymentBatch.company_id == company_id)
    batch = PaymentBatch(
        company_id=company_id,
        run_id=run_id,
        number=(session.scalar(newest) or 0) + 1,
        pay_on=today if run is None else max(run.pay_on, today),
        state="made",
        payment_count=found.count,
        total_amount=found.total,
        made_by_id=actor.account_id,
        made_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    _order_payments(session, scope, batch)
    _check_sums(session, batch, found)
    audit.record(
        session,
        actor,
        "payment_batch.make",
        _BATCH,
        batch.id,
        company_id=company_id,
        after={
            "number": batch.number,
            "run_id": run_id,
            "payment_count": found.count,
            "total_amount": found.total,
            "left_out": {part.employee_no: part.why.value for part in found.left_out},
        },
    )
    return Made(
        batch_id=batch.id,
        number=batch.number,
        count=found.count,
        total=found.total,
        left_out=found.left_out,
    )


def _order_payments(session: Session, scope: Scope, batch: PaymentBatch) -> None:
    """Write the payments in one statement; an account is copied as it is stored, encrypted."""
    rows = _rows(scope, batch.run_id)
    payee = people.payees(scope).subquery("account")
    session.execute(
        insert(Payment).from_select(
            [
                "batch_id",
                "employment_id",
                "payslip_id",
                "chain_id",
                "amount",
                "state",
                "payee_name",
                "bank_name",
                "bank_account",
            ],
            select(
                literal(batch.id),
                rows.c.employment_id,
                rows.c.payslip_id,
                rows.c.chain_id,
                rows.c.outstanding_amount,
                literal("pending"),
                rows.c.name,
                payee.c.bank_name,
                payee.c.bank_account,
            )
            .join(payee, payee.c.employment_id == rows.c.employment_id)
            .where(rows.c.why.in_(PAYABLE))
            .order_by(rows.c.employee_no, rows.c.period),
        )
    )


def _check_sums(session: Session, batch: PaymentBatch, found: Payable) -> None:
    """Assert that the batch pays what it says, and with those left out all that its run still owes.

    Raises:
        RuntimeError: it does not: a defect, and nothing is written.
    """
    ordered = sums_of(session, batch.id)
    if sum(ordered.values()) != found.total:
        message = f"batch {batch.number} orders {ordered}, not {found.total}"
        raise RuntimeError(message)
    if batch.run_id is None:
        return
    rows = _rows(Scope.company(batch.company_id), batch.run_id)
    paid = session.scalar(select(func.sum(rows.c.paid_amount))) or 0
    net = session.scalar(dues.counting_net(batch.run_id)) or 0
    left = sum(part.amount for part in found.left_out)
    if found.total + left + paid != net:
        message = f"batch {batch.number}: {found.total} + {left} + {paid} is not {net}"
        raise RuntimeError(message)


def cancel_batch(scope: Scope, batch_id: int, reason: str, actor: Actor) -> None:
    """Cancel a batch that the bank has not paid; its people can be put into another one.

    Raises:
        InputError: no reason is given.
        NotFoundError: it is out of reach.
        StateError: it is confirmed or cancelled already.
    """
    why = reason_of(reason)
    with unit_of_work() as session:
        batch = _held_batch(session, scope, batch_id)
        # Who failed in it is free like the others: nothing of the batch binds a payslip any more.
        _set(
            session,
            batch,
            ("pending", "failed"),
            state="cancelled",
            fail_reason=None,
            settled_on=None,
        )
        batch.state = "cancelled"
        _note(session, actor, "payment_batch.cancel", batch, reason=why)


def confirm_batch(scope: Scope, batch_id: int, payment: runs.Payment, actor: Actor) -> None:
    """Record that the bank has paid a batch: all payments that have not failed, to the fen.

    A run's batch takes the run to ``paid``.

    Raises:
        ForbiddenError: nobody is named, or not this person.
        InputError: the amount, the day or the reference is wrong.
        NotFoundError: it is out of reach.
        StateError: it is confirmed or cancelled.
    """
    refuse_nobody(actor)
    with unit_of_work() as session:
        batch = _held_batch(session, scope, batch_id)
        run = None if batch.run_id is None else _held_run(session, scope, batch.run_id, actor)
        _confirm(session, batch, run, payment, actor)


def pay_run(scope: Scope, run_id: int, actor: Actor, payment: runs.Payment, book: LawBook) -> Made:
    """Make a run's batch and record that it is paid, in one go; whom it leaves out stays owed.

    Raises:
        ForbiddenError: nobody is named.
        InputError: the amount, the day or the reference is wrong.
        StateError: the run is not approved, a batch waits, or what the company wants settled is not.
    """
    with unit_of_work() as session:
        run = _held_run(session, scope, run_id, actor)
        runs.refuse_unpayable(session, run, book)
        made = _make(session, run.company_id, actor, run)
        batch = session.scalars(queries.batch(scope, made.batch_id)).one()
        _confirm(session, batch, run, payment, actor)
    return made


def _confirm(
    session: Session, batch: PaymentBatch, run: Any, payment: runs.Payment, actor: Actor
) -> None:
    due = sums_of(session, batch.id).get("pending", 0)
    begun = batch.made_at if run is None else run.approved_at
    runs.check_payment(payment, due=due, first_on=clock.to_base(begun).date())
    _set(session, batch, ("pending",), state="paid", settled_on=payment.paid_on)
    batch.state = "confirmed"
    batch.paid_on, batch.paid_amount = payment.paid_on, payment.amount
    batch.reference = payment.reference.strip()
    batch.confirmed_by_id, batch.confirmed_at = actor.account_id, clock.now()
    _note(
        session,
        actor,
        "payment_batch.confirm",
        batch,
        paid_on=str(batch.paid_on),
        paid_amount=batch.paid_amount,
        paid_reference=batch.reference,
    )
    if run is not None:
        runs.mark_paid(session, run, actor, payment)


def _held_batch(session: Session, scope: Scope, batch_id: int) -> PaymentBatch:
    """Return a batch that waits for the bank, with its company held."""
    company_id = payroll.found(session, queries.batch(scope, batch_id)).company_id
    locks.hold(session, company_id)
    batch = payroll.found(session, queries.batch(scope, batch_id).with_for_update())
    session.refresh(batch)
    if batch.state != "made":
        raise StateError("payments.batch_over", number=batch.number, state=batch.state)
    return batch


def _set(session: Session, batch: PaymentBatch, states: tuple[str, ...], **values: object) -> None:
    """Give the payments of a batch that are in some states other values."""
    mine = (Payment.batch_id == batch.id, Payment.state.in_(states))
    session.execute(
        update(Payment).where(*mine).values(**values),
        execution_options={"synchronize_session": False},
    )


def _note(
    session: Session,
    actor: Actor,
    action: str,
    batch: PaymentBatch,
    reason: str | None = None,
    **said: object,
) -> None:
    audit.record(
        session,
        actor,
        action,
        _BATCH,
        batch.id,
        company_id=batch.company_id,
        after={"number": batch.number, "total_amount": batch.total_amount, **said},
        reason=reason,
    )

"""Taking a run through its states. Every act is one transaction with its audit entry.

Approving and closing compute again and compare with what is stored: a run whose inputs, law or rows
have changed since is refused, never recomputed behind the approver's back (lesson P4).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from workforce.core.errors import InputError, StateError
from workforce.core.lifecycle import RunAction, RunState
from workforce.core.money import format_fen
from workforce.core.period import PayPeriod
from workforce.payroll import queries, run_locks
from workforce.payroll.acts import may_act, move, permission_for, ready
from workforce.payroll.adjustments import tie_to_payslips
from workforce.payroll.calculation import RunOutcome, check_replaceable, pay_day, run_payroll
from workforce.payroll.compute import company_in, facts_hash
from workforce.payroll.facts.basis import basis_of
from workforce.payroll.models import PayrollRun
from workforce.payroll.receipts import refuse_published
from workforce.payroll.review import variances
from workforce.payroll.selects import dues
from workforce.payroll.stages.checks import Stage
from workforce.payroll.stages.finders import Asked
from workforce.payroll.stages.stages import refuse_blocked
from workforce.payroll.verify import Verification, verify_stored
from workforce.platform import clock, locks
from workforce.platform.db import db, unit_of_work

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

__all__ = [
    "Payment",
    "RunOutcome",
    "approve_run",
    "check_payment",
    "check_replaceable",
    "close_run",
    "give_back",
    "mark_paid",
    "may_act",
    "pay_day",
    "permission_for",
    "return_run",
    "review_run",
    "run_payroll",
    "take",
    "verify_run",
]

_SUBJECT: Final = "payroll_run"
_REFERENCE_LENGTH: Final = 200
_REASON_LENGTH: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """How a run was paid: the day and the total in fen that left the bank, and the bank's reference."""

    paid_on: dt.date
    amount: int
    reference: str


def review_run(scope: Scope, run_id: int, actor: Actor, book: LawBook, *, seen: str = "") -> None:
    """Mark a calculated run as reviewed, by somebody else than its maker.

    Raises:
        ForbiddenError: the actor made the run, or nobody is named.
        StateError: it is not calculated, or still a draft, or not what was ``seen``, or a variance is
            not ticked, or what the company wants settled first is not.
    """
    with unit_of_work() as session:
        run = ready(session, scope, run_id, RunAction.REVIEW, actor, is_held=True)
        variances.refuse_unseen(run, seen)
        # The month before may have been calculated again since; what that brings up stays to be ticked.
        variances.refresh(session, run)
        waiting = variances.unticked(session, run.id)
        if not waiting:
            # What is not settled of the month does not hold up what an order names beside it.
            if run.order_id is None:
                _refuse_blocked(session, run, book, *_BEFORE_REVIEW)
            run.reviewed_by_id, run.reviewed_at = actor.account_id, clock.now()
            move(session, run, RunAction.REVIEW, actor)
    if waiting:
        raise StateError("payroll.variances_unticked", count=waiting)


_BEFORE_REVIEW: Final = (Stage.ATTENDANCE, Stage.QUALITY, Stage.COMPUTE, Stage.REVIEW)


def _refuse_blocked(session: Session, run: PayrollRun, book: LawBook, *passed: Stage) -> None:
    asked = Asked(
        session=session,
        company_id=run.company_id,
        period=PayPeriod.parse(run.period),
        book=book,
        run=run,
    )
    refuse_blocked(asked, passed)


def approve_run(scope: Scope, run_id: int, actor: Actor, book: LawBook, *, seen: str = "") -> None:
    """Approve a reviewed run if it still is what its inputs give, and lock the month's facts.

    From now on a late fact goes to the next open month.

    Raises:
        ForbiddenError: the actor made the run (or, if nobody is named as maker, reviewed it).
        StateError: it is not reviewed, or not what was ``seen``, or its inputs, the law or its rows
            have changed, or what the company wants settled first is not.
    """
    verified = _verified(scope, run_id, RunAction.APPROVE, actor, book)
    with unit_of_work() as session:
        run = _held(session, scope, run_id, RunAction.APPROVE, actor, verified, book)
        variances.refuse_unseen(run, seen)
        if run.order_id is None:
            _refuse_blocked(session, run, book, Stage.APPROVE)
        run_locks.decide(session, scope, run, actor.account_id)
        run.approved_by_id, run.approved_at = actor.account_id, clock.now()
        move(session, run, RunAction.APPROVE, actor)
        tie_to_payslips(session, run)


def return_run(scope: Scope, run_id: int, actor: Actor, reason: str) -> None:
    """Give a reviewed run back to its maker, who can calculate it again.

    An approved one needs two people: ``payroll.reversal.reopening``.

    Raises:
        InputError: no reason is given.
        StateError: there is nothing to return, or the run is approved.
    """
    if not 0 < len(reason.strip()) <= _REASON_LENGTH:
        raise InputError("payroll.reason_needed", longest=_REASON_LENGTH)
    with unit_of_work() as session:
        run = ready(session, scope, run_id, RunAction.RETURN, actor, is_held=True)
        if run.state == RunState.APPROVED:
            raise StateError("payroll.reopening_needed")
        give_back(session, scope, run, actor, reason.strip())


def give_back(session: Session, scope: Scope, run: PayrollRun, actor: Actor, reason: str) -> None:
    """Take a held run back to its maker; the month of an approved one is open again for its facts.

    Raises:
        StateError: a later month is approved already, or its payments are with the bank.
    """
    if run.state == RunState.APPROVED:
        if session.scalar(dues.is_being_paid(run.id)):
            raise StateError("payroll.being_paid")
        refuse_published(session, run)
        run_locks.undo(session, scope, run)
    run.reviewed_by_id = run.reviewed_at = None
    run.approved_by_id = run.approved_at = None
    move(session, run, RunAction.RETURN, actor, reason=reason)


def refuse_unpayable(session: Session, run: PayrollRun, book: LawBook) -> None:
    """Refuse to order the payment of a run: once it is ordered, what was paid is only recorded.

    Raises:
        StateError: what the company wants settled before money leaves is not.
    """
    _refuse_blocked(session, run, book, Stage.PAY)


def mark_paid(session: Session, run: PayrollRun, actor: Actor, payment: Payment) -> None:
    """Record in the caller's unit of work that an approved run, held by it, was paid.

    Less than its net pay leaves the bank where pay is held back or somebody has no account; what the
    amount must be, ``payments`` says, which calls this.
    """
    run.paid_on, run.paid_amount = payment.paid_on, payment.amount
    run.paid_reference = payment.reference.strip()
    run.paid_by_id, run.paid_at = actor.account_id, clock.now()
    move(
        session,
        run,
        RunAction.PAY,
        actor,
        paid_on=str(run.paid_on),
        paid_amount=run.paid_amount,
        paid_reference=run.paid_reference,
    )


def check_payment(payment: Payment, *, due: int, first_on: dt.date) -> None:
    """Refuse a payment of another amount than is due (fen), or of a day before ``first_on`` or to come.

    Raises:
        InputError: names the field.
    """
    if payment.amount != due:
        raise InputError(
            "payroll.paid_total_differs",
            place="amount",
            given=format_fen(payment.amount),
            due=format_fen(due),
            difference=format_fen(payment.amount - due),
        )
    if not first_on <= payment.paid_on <= clock.today():
        raise InputError(
            "payroll.paid_day_impossible",
            place="paid_on",
            given=payment.paid_on,
            first=first_on,
            last=clock.today(),
        )
    if not 0 < len(payment.reference.strip()) <= _REFERENCE_LENGTH:
        raise InputError(
            "payroll.paid_reference_needed", place="reference", longest=_REFERENCE_LENGTH
        )


def close_run(scope: Scope, run_id: int, actor: Actor, book: LawBook) -> None:
    """Close the month of a paid run: nothing of it changes any more.

    Raises:
        StateError: it is not paid, or its inputs have changed since, or what the company wants settled
            first is not.
    """
    verified = _verified(scope, run_id, RunAction.CLOSE, actor, book)
    with unit_of_work() as session:
        run = _held(session, scope, run_id, RunAction.CLOSE, actor, verified, book)
        _refuse_blocked(session, run, book, Stage.CLOSE)
        run.closed_at = clock.now()
        move(session, run, RunAction.CLOSE, actor)


class _Verified(NamedTuple):
    """What was found unchanged before the write lock was taken."""

    input_hash: str
    result_hash: str


def _verified(
    scope: Scope, run_id: int, action: RunAction, actor: Actor, book: LawBook
) -> _Verified:
    """Verify a run that the actor may take on, while others may go on writing."""
    session = db.session()
    run = ready(session, scope, run_id, action, actor)
    return _Verified(_check_unchanged(session, scope, run, action, book), run.result_hash)


def _held(
    session: Session,
    scope: Scope,
    run_id: int,
    action: RunAction,
    actor: Actor,
    verified: _Verified,
    book: LawBook,
) -> PayrollRun:
    """Return the run, with its company's facts held; what came in meanwhile is looked at.

    The facts are read again for their hash, and nothing is computed unless it differs. Any cheaper
    mark (the newest act of the audit, a counter of versions) would miss what was changed past the
    services, and that is what approval must find.
    """
    company_id = queries.found(session, queries.run(scope, run_id)).company_id
    locks.hold(session, company_id)
    run = ready(session, scope, run_id, action, actor, is_held=True)
    session.refresh(run)
    company = company_in(session, scope, company_id)
    basis = basis_of(session, run)
    now = facts_hash(session, company, PayPeriod.parse(run.period), book, basis=basis)
    if (now, run.result_hash) != verified:
        _check_unchanged(session, scope, run, action, book)
    return run


def _check_unchanged(
    session: Session, scope: Scope, run: PayrollRun, action: RunAction, book: LawBook
) -> str:
    """Return the hash of the facts if the run still is what they give.

    A paid run that another law, or another version of the program, would pay otherwise is closed as it
    was paid: what the new law gives besides is an adjustment. So are a final pay and an extra payment
    though their month, still open, has gone on: a batch may be inspected that the leaver worked on, too,
    or a special deduction be declared after the bonus.

    Raises:
        StateError: it is not.
    """
    found = verify_stored(session, scope, run, book)
    is_closed_intact = action is RunAction.CLOSE and found.is_intact
    if is_closed_intact:
        basis = basis_of(session, run)
        if basis.is_final_pay or basis.is_extra:
            return found.input_hash
    if found.has_new_facts:
        raise StateError("payroll.facts_changed", causes=found.causes())
    is_as_paid = is_closed_intact and bool(found.remarks)
    if found.differences and not is_as_paid:
        first = found.differences[0].text()
        raise StateError("payroll.changed_since", count=len(found.differences), first=first)
    return found.input_hash


def verify_run(scope: Scope, run_id: int, book: LawBook) -> Verification:
    """Compute a stored run again and compare it bit by bit; nothing is written.

    Raises:
        NotFoundError: the run does not exist or is out of reach.
    """
    session = db.session()
    run = queries.found(session, queries.run(scope, run_id))
    return verify_stored(session, scope, run, book)


def take(
    scope: Scope,
    run_id: int,
    action: RunAction,
    actor: Actor,
    book: LawBook,
    reason: str = "",
    seen: str = "",
) -> None:
    """Take a run one step on: the one door of pages and commands to what needs no figures.

    Paying needs the payment: ``payments.service.pay_run``. ``seen``: the hash of the results on the page, if there is one.

    Raises:
        ForbiddenError: the actor answers for the run already.
        InputError: a return without a reason.
        StateError: the step is not possible, or the run is not what its inputs give any more.
    """
    match action:
        case RunAction.REVIEW:
            review_run(scope, run_id, actor, book, seen=seen)
        case RunAction.APPROVE:
            approve_run(scope, run_id, actor, book, seen=seen)
        case RunAction.RETURN:
            return_run(scope, run_id, actor, reason)
        case RunAction.CLOSE:
            close_run(scope, run_id, actor, book)
        case RunAction.PAY:
            message = "a payment is recorded by payments.service.pay_run"
            raise ValueError(message)

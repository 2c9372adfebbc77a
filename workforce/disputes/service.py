"""Raising, answering, reopening and closing disputes; an accepted one becomes an adjustment.

open → answered (accepted or rejected) → closed; an answered one may be reopened once. The owner is the
company's finance, who answers within `ANSWER_WORKDAYS`. The old payslip never changes: what is
accepted is paid in the next open pay month, in a run that two people answer for.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from workforce.core.errors import ForbiddenError, InputError, NotFoundError, StateError
from workforce.core.lifecycle import FINAL
from workforce.core.money import format_fen
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.disputes import queries
from workforce.disputes.models import Dispute, DisputeEntry
from workforce.payroll import queries as payroll
from workforce.payroll.adjustments import AdjustmentFact, plan_adjustments, store_adjustments
from workforce.payroll.line_heads import line_heads
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform import audit, clock
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.platform.uploads import is_sent, store_upload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session
    from werkzeug.datastructures import FileStorage

    from workforce.core.work_calendar import WorkCalendar
    from workforce.platform.audit import Actor

ANSWER_WORKDAYS: Final = 5
"""Finance answers by the end of the fifth workday after the day of asking."""
LEAST_CHARACTERS: Final = 4
MOST_CHARACTERS: Final = 1000


def answer_day(
    asked_on: dt.date, calendar: WorkCalendar, workdays: int = ANSWER_WORKDAYS
) -> dt.date:
    """Return the last of some workdays after a day.

    In a year whose calendar is not published yet, Monday to Friday count.
    """
    day, left = asked_on, workdays
    while left:
        day += dt.timedelta(days=1)
        left -= calendar.is_expected_workday(day)
    return day


def open_dispute(
    scope: Scope,
    payslip_id: int,
    line_seq: int,
    reason: str,
    file: FileStorage | None,
    actor: Actor,
    calendar: WorkCalendar,
) -> int:
    """Raise a doubt about a line of an own payslip; return the dispute's key.

    Raises:
        NotFoundError: there is no such line in reach.
        InputError: the reason is too short, or the file is not one that is taken.
        StateError: the line has been disputed already, or its run is not approved.
    """
    reason = _checked(reason, "dispute.reason_missing")
    with unit_of_work() as session:
        head = _line(session, scope, payslip_id, line_seq)
        if head.state not in FINAL:
            raise StateError("dispute.not_decided")
        if session.scalar(
            select(Dispute.id).where(Dispute.payslip_id == payslip_id, Dispute.line_seq == line_seq)
        ):
            raise StateError("dispute.exists")
        dispute = Dispute(
            company_id=head.company_id,
            employment_id=head.employment_id,
            payslip_id=payslip_id,
            line_seq=line_seq,
            line_code=head.code,
            line_kind=head.kind,
            line_detail=head.detail,
            line_amount=head.amount,
            period=head.period,
            state="open",
            due_on=answer_day(clock.today(), calendar),
            opened_at=clock.now(),
        )
        session.add(dispute)
        try:
            session.flush()
        except IntegrityError as error:
            # Sent twice at the same moment: the other one came first.
            raise StateError("dispute.exists") from error
        _say(session, dispute, "opened", reason, actor, file=file)
        return dispute.id


def _line(session: Session, scope: Scope, payslip_id: int, line_seq: int):  # type: ignore[no-untyped-def]  # noqa: ANN202
    heads = line_heads(scope).subquery()
    head = session.execute(
        select(heads).where(heads.c.payslip_id == payslip_id, heads.c.seq == line_seq)
    ).one_or_none()
    if head is None:
        raise NotFoundError("web.not_found")
    return head


def answer_dispute(
    scope: Scope,
    dispute_id: int,
    text: str,
    actor: Actor,
    *,
    is_accepted: bool,
    amount: int | None,
    person_id: int | None,
) -> PayPeriod | None:
    """Answer an open dispute; an accepted one is paid. Return the pay month of the adjustment.

    Args:
        scope: the answering company's.
        dispute_id: which.
        text: the answer, which the person reads.
        actor: who answers.
        is_accepted: whether the person is right.
        amount: fen to be paid, for an accepted one.
        person_id: the person behind the answering account, if any.

    Raises:
        NotFoundError: there is no such dispute in reach.
        InputError: text or amount are missing or wrong.
        StateError: it is not open.
        ForbiddenError: it is the answerer's own.

    """
    text = _checked(text, "dispute.answer_missing")
    if is_accepted and not (amount and amount > 0):
        raise InputError("dispute.amount_missing", place="amount")
    if not is_accepted and amount:
        raise InputError("dispute.amount_without_acceptance", place="amount")
    with unit_of_work() as session:
        dispute = _found(session, scope, dispute_id)
        _check_state(dispute, "open")
        if person_id is not None and dispute.employment_id in session.scalars(
            people.employment_ids(Scope.own(person_id))
        ):
            raise ForbiddenError("dispute.own")
        pay_period = _pay(session, dispute, amount, actor) if is_accepted and amount else None
        kind = "accepted" if is_accepted else "rejected"
        before = {"state": dispute.state, "outcome": dispute.outcome}
        dispute.state, dispute.outcome = "answered", kind
        _say(
            session, dispute, kind, text, actor, before=before, amount=amount, pay_period=pay_period
        )
        return pay_period


def _pay(session: Session, dispute: Dispute, amount: int, actor: Actor) -> PayPeriod:
    """Make the adjustment in the next open period of the person."""
    corrected = PayPeriod.parse(dispute.period)
    gross = _decided_gross(session, dispute, corrected)
    if amount > gross:
        raise InputError(
            "dispute.amount_too_large",
            place="amount",
            amount=format_fen(amount),
            gross=format_fen(gross),
        )
    cycles = PayCycles.read(session, dispute.company_id)
    pay_period = cycles.next_open(dispute.employment_id, max(clock.today(), corrected.end_on))
    row = queries.dispute_row(session, Scope.company(dispute.company_id), dispute.id)
    fact = AdjustmentFact(
        employment_id=dispute.employment_id,
        for_period=corrected,
        pay_period=pay_period,
        amount=amount,
        reason=_reason(row),
    )
    plan = plan_adjustments(session, dispute.company_id, [fact])
    for fault in plan.faults.values():
        raise fault
    store_adjustments(session, plan, actor.account_id)
    return pay_period


def _decided_gross(session: Session, dispute: Dispute, corrected: PayPeriod) -> int:
    """Return the person's gross pay of the period, in fen, as it was approved last.

    Raises:
        StateError: its run has been returned, so that the line itself can still be put right.
    """
    slips = payroll.payslips_for(Scope.company(dispute.company_id), corrected).subquery()
    gross: int | None = session.scalar(
        select(slips.c.gross_pay_amount).where(
            slips.c.employment_id == dispute.employment_id, slips.c.state.in_(FINAL)
        )
    )
    if gross is None:
        raise StateError("dispute.run_returned", period=corrected)
    return gross


def _reason(row: queries.DisputeRow) -> str:
    """Say on the payslip what is made good; a second answer of a dispute has its own words."""
    again = "（复议）" if row.was_reopened else ""
    return f"工资疑问 {row.dispute_id}{again}：{row.line_label.zh}"[:200]


def reopen_dispute(
    scope: Scope,
    dispute_id: int,
    reason: str,
    file: FileStorage | None,
    actor: Actor,
    calendar: WorkCalendar,
) -> None:
    """Ask once more about an answered dispute.

    Raises:
        NotFoundError: there is no such dispute in reach.
        InputError: the reason is too short, or the file is not one that is taken.
        StateError: it is not answered, or was reopened before.
    """
    reason = _checked(reason, "dispute.reason_missing")
    with unit_of_work() as session:
        dispute = _found(session, scope, dispute_id)
        _check_state(dispute, "answered")
        if dispute.reopened_at is not None:
            raise StateError("dispute.reopened_once")
        dispute.state, dispute.reopened_at = "open", clock.now()
        dispute.due_on = answer_day(clock.today(), calendar)
        _say(session, dispute, "reopened", reason, actor, file=file, before={"state": "answered"})


def close_dispute(scope: Scope, dispute_id: int, actor: Actor) -> None:
    """End an answered dispute: its person is content with the answer, or gives up.

    Raises:
        NotFoundError: there is no such dispute in reach.
        StateError: it is not answered.
    """
    with unit_of_work() as session:
        dispute = _found(session, scope, dispute_id)
        _check_state(dispute, "answered")
        dispute.state = "closed"
        _say(session, dispute, "closed", "", actor, before={"state": "answered"})


def _found(session: Session, scope: Scope, dispute_id: int) -> Dispute:
    dispute = session.scalar(
        select(Dispute).where(Dispute.id == dispute_id, queries.in_scope(scope)).with_for_update()
    )
    if dispute is None:
        raise NotFoundError("web.not_found")
    return dispute


def _check_state(dispute: Dispute, wanted: str) -> None:
    if dispute.state != wanted:
        raise StateError("dispute.wrong_state", state=term(f"dispute_state.{dispute.state}"))


def _checked(text: str, code: str) -> str:
    text = text.strip()
    if len(text) < LEAST_CHARACTERS:
        raise InputError(code, place="text", least=LEAST_CHARACTERS)
    return text[:MOST_CHARACTERS]


def _say(
    session: Session,
    dispute: Dispute,
    kind: str,
    text: str,
    actor: Actor,
    *,
    file: FileStorage | None = None,
    before: Mapping[str, object] | None = None,
    amount: int | None = None,
    pay_period: PayPeriod | None = None,
) -> None:
    """Keep what was said, and record the act."""
    upload = (
        store_upload(session, file, company_id=dispute.company_id, actor=actor)
        if file is not None and is_sent(file)
        else None
    )
    session.add(
        DisputeEntry(
            dispute_id=dispute.id,
            kind=kind,
            at=clock.now(),
            account_id=actor.account_id,
            text=text,
            upload_id=upload.id if upload else None,
            amount=amount,
            pay_period=str(pay_period) if pay_period else None,
        )
    )
    after: dict[str, object] = {
        "state": dispute.state,
        "outcome": dispute.outcome,
        "due_on": dispute.due_on,
        "line": f"{dispute.payslip_id}/{dispute.line_seq}",
    }
    if amount:
        after |= {"amount": amount, "pay_period": str(pay_period)}
    audit.record(
        session,
        actor,
        f"dispute.{kind}",
        "dispute",
        dispute.id,
        company_id=dispute.company_id,
        before=before,
        after=after,
        reason=text[:400] or None,
    )

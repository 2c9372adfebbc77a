"""Asking for a shift or leave to be recorded, and deciding on it.

Whoever asks never decides, and nobody decides on the own days: checked here and by the database.
Approving writes the days by the one way there is (``service.plan_days``), with the last word over the
clock. Days of a closed month are not touched: they are kept as a late correction for the next open pay
month, which payroll reads from ``requests_reading.late_corrections``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from workforce.attendance import requests_reading as reading
from workforce.attendance.grid import SUBJECT as DAY_SUBJECT
from workforce.attendance.grid import subject_of as subject_of_day
from workforce.attendance.leave_days import HALVES_OF_DAY
from workforce.attendance.leave_rules import LEAVE_KINDS
from workforce.attendance.models import AttendancePolicy, AttendanceRequest
from workforce.attendance.requests_days import SOURCE, plan_request
from workforce.attendance.requests_reading import Subject, read_days
from workforce.attendance.service import check_shift, store_days
from workforce.core.errors import ForbiddenError, InputError, NotFoundError, StateError
from workforce.core.terms import term
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform import audit, clock, locks
from workforce.platform.scope import Scope, ScopeKind
from workforce.platform.uploads import is_sent, store_upload

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage

    from workforce.platform.audit import Actor

ANSWER_DAYS: Final = 3
LONGEST_DAYS: Final = 200
"""More than the longest maternity leave."""

AHEAD: Final = dt.timedelta(days=366)
"""How far ahead leave may be asked for."""

_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftWish:
    """What the shift of a day should be; an end at or before the start is on the next day.

    ``corrects_starts_at``: the recorded shift that it replaces, None: it is missing.
    """

    on: dt.date
    starts: dt.time
    ends: dt.time
    break_minutes: int
    corrects_starts_at: dt.datetime | None = None

    @property
    def first_on(self) -> dt.date:
        """The day."""
        return self.on

    @property
    def last_on(self) -> dt.date:
        """The day."""
        return self.on

    @property
    def times(self) -> tuple[dt.datetime, dt.datetime]:
        """When it begins and ends, local wall clock."""
        ends_on = self.on + _DAY * (self.ends <= self.starts)
        return dt.datetime.combine(self.on, self.starts), dt.datetime.combine(ends_on, self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveWish:
    """Leave over whole days, both ends included; or of one day's ``half`` (morning, afternoon)."""

    kind: str
    first_on: dt.date
    last_on: dt.date
    half: str | None = None


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides: the account, and whose account it is (None: of no person here)."""

    actor: Actor
    person_id: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of approving: days written, and the pay month of those that wait for it."""

    written_days: int
    pay_period: str | None


def ask(
    session: Session,
    scope: Scope,
    actor: Actor,
    employment_id: int,
    wish: ShiftWish | LeaveWish,
    *,
    reason: str,
    file: FileStorage | None = None,
) -> AttendanceRequest:
    """Submit a request about an employment in scope, in the caller's unit of work.

    Raises:
        NotFoundError: the employment is not in reach on these days.
        InputError: the days, times or file cannot be, or contradict what is recorded.
    """
    reason = reason.strip()
    if not reason:
        raise InputError("request.reason", place="reason")
    _check_days(wish)
    # Two who ask at once, or ask and record, wait for one another before anything is looked at.
    locks.hold_shifts(session)
    subject = reading.subject_of(session, scope, employment_id, wish.first_on, wish.last_on)
    for on in (wish.first_on, wish.last_on):
        if not subject.is_employed(on):
            raise InputError("request.not_employed", place="first_on", on=on)
    _refuse_second(session, subject, wish)
    request = _new(session, subject, wish, actor, reason)
    # What can never be written is refused now, not after days of waiting.
    plan_request(session, subject, request, _open_days(session, subject, request)[0])
    if file is not None and is_sent(file):
        upload = store_upload(session, file, company_id=subject.company_id, actor=actor)
        request.upload_id = upload.id
    session.add(request)
    session.flush()
    audit.record(
        session,
        actor,
        "attendance_request.submit",
        "attendance_request",
        request.id,
        company_id=subject.company_id,
        after=_said(request),
        reason=reason,
    )
    return request


def _check_days(wish: ShiftWish | LeaveWish) -> None:
    if wish.last_on < wish.first_on:
        raise InputError(
            "request.range", place="last_on", first_on=wish.first_on, last_on=wish.last_on
        )
    if isinstance(wish, ShiftWish):
        if wish.on > clock.today():
            raise InputError("request.future", place="on", on=wish.on)
        try:
            check_shift(*wish.times, wish.break_minutes)
        except InputError as error:
            raise error.at("break_minutes" if error.code == "shift.break" else "ends") from error
        return
    if wish.kind not in LEAVE_KINDS:
        raise InputError("web.bad_request", place="leave_kind")
    if wish.half is not None and wish.half not in HALVES_OF_DAY:
        raise InputError("web.bad_request", place="half")
    if wish.half is not None and wish.last_on != wish.first_on:
        raise InputError("request.half_of_days", place="last_on")
    if wish.last_on > clock.today() + AHEAD:
        raise InputError("request.too_far", place="last_on", on=clock.today() + AHEAD)
    if (wish.last_on - wish.first_on).days >= LONGEST_DAYS:
        raise InputError("request.too_long", place="last_on", days=LONGEST_DAYS)


def _refuse_second(session: Session, subject: Subject, wish: ShiftWish | LeaveWish) -> None:
    """One request about a day at a time: two would undo each other."""
    waiting = select(AttendanceRequest.first_on).where(
        AttendanceRequest.employment_id == subject.employment_id,
        AttendanceRequest.state == "submitted",
        AttendanceRequest.first_on <= wish.last_on,
        AttendanceRequest.last_on >= wish.first_on,
    )
    first = session.scalar(waiting.order_by(AttendanceRequest.first_on))
    if first is not None:
        place = "on" if isinstance(wish, ShiftWish) else "first_on"
        raise InputError("request.duplicate", place=place, on=max(first, wish.first_on))


def _new(
    session: Session,
    subject: Subject,
    wish: ShiftWish | LeaveWish,
    actor: Actor,
    reason: str,
) -> AttendanceRequest:
    policy = policy_of(session, subject.company_id)
    values: dict[str, Any] = {}
    if isinstance(wish, ShiftWish):
        starts_at, ends_at = wish.times
        values = {
            "starts_at": starts_at,
            "ends_at": ends_at,
            "break_minutes": wish.break_minutes,
            "corrects_starts_at": wish.corrects_starts_at,
        }
    else:
        values = {"leave_kind": wish.kind, "half": wish.half}
    return AttendanceRequest(
        employment_id=subject.employment_id,
        person_id=subject.person_id,
        kind="shift" if isinstance(wish, ShiftWish) else "leave",
        first_on=wish.first_on,
        last_on=wish.last_on,
        reason=reason,
        state="submitted",
        asked_by_id=actor.account_id,
        asked_at=clock.now(),
        due_on=clock.today() + policy.answer_days * _DAY,
        **values,
    )


def policy_of(session: Session, company_id: int) -> AttendancePolicy:
    """Return how a company deals with requests and missing records; the defaults if it never said."""
    stored = session.scalar(
        select(AttendancePolicy).where(AttendancePolicy.company_id == company_id)
    )
    if stored is not None:
        return stored
    return AttendancePolicy(company_id=company_id, answer_days=ANSWER_DAYS, absence_after_days=None)


def company_of(session: Session, request: AttendanceRequest) -> int:
    """Return the company that a request belongs to."""
    pairs = people.companies_of_employments(Scope.own(request.person_id)).subquery()
    chosen = select(pairs.c.company_id).where(pairs.c.employment_id == request.employment_id)
    company_id: int = session.scalars(chosen).one()
    return company_id


def withdraw(session: Session, scope: Scope, actor: Actor, request_id: int) -> None:
    """Take an open request back: whose days they are, or whoever asked for another.

    Raises:
        NotFoundError: it is not in reach.
        ForbiddenError: somebody else asked for it.
        StateError: it has been dealt with.
    """
    request, subject = _open_request(session, scope, request_id)
    if scope.kind is not ScopeKind.SELF and request.asked_by_id != actor.account_id:
        raise ForbiddenError("request.not_asker")
    request.state = "withdrawn"
    request.decided_at = clock.now()
    session.flush()
    audit.record(
        session,
        actor,
        "attendance_request.withdraw",
        "attendance_request",
        request.id,
        company_id=subject.company_id,
        before={"state": "submitted"},
        after={"state": "withdrawn"},
    )


def decide(
    session: Session,
    scope: Scope,
    decider: Decider,
    request_id: int,
    *,
    is_approved: bool,
    answer: str = "",
) -> Outcome:
    """Approve or reject a request in reach, in the caller's unit of work; approving writes its days.

    Raises:
        NotFoundError: it is not in reach.
        StateError: it has been dealt with.
        ForbiddenError: the decider asked for it, or it is about the own days.
        InputError: a refusal without its reason, or days that can no longer be written so.
    """
    locks.hold_shifts(session)
    request, subject = _open_request(session, scope, request_id)
    actor, answer = decider.actor, answer.strip()
    if decider.person_id is not None and decider.person_id == request.person_id:
        raise ForbiddenError("request.own")
    if actor.account_id == request.asked_by_id:
        raise ForbiddenError("request.asked_yourself")
    if not is_approved and not answer:
        raise InputError("request.answer", place="answer")
    before: dict[str, Any] = {"state": request.state}
    after: dict[str, Any] = {}
    outcome = Outcome(0, None)
    if is_approved:
        days = read_days(session, subject, request.first_on, request.last_on)
        outcome = _write(session, subject, request, actor)
        before |= {"days": days.as_text()}
        after |= _said(request) | {"written_days": outcome.written_days}
        if outcome.pay_period:
            after["pay_period"] = outcome.pay_period
    request.state = "approved" if is_approved else "rejected"
    request.decided_by_id = actor.account_id
    request.decided_by_person_id = decider.person_id
    request.decided_at = clock.now()
    request.answer = answer or None
    session.flush()
    audit.record(
        session,
        actor,
        f"attendance_request.{'approve' if is_approved else 'reject'}",
        "attendance_request",
        request.id,
        company_id=subject.company_id,
        before=before,
        after={"state": request.state, **after},
        reason=answer or request.reason,
    )
    return outcome


def _open_request(
    session: Session, scope: Scope, request_id: int
) -> tuple[AttendanceRequest, Subject]:
    request = session.scalar(reading.request_in_scope(scope, request_id).with_for_update())
    if request is None:
        raise NotFoundError("web.not_found")
    if request.state != "submitted":
        raise StateError("request.settled", state=term(f"request_state.{request.state}"))
    subject = reading.subject_of(
        session, scope, request.employment_id, request.first_on, request.last_on
    )
    return request, subject


def _open_days(
    session: Session, subject: Subject, request: AttendanceRequest
) -> tuple[list[dt.date], list[dt.date], PayCycles]:
    """Return the days that can be written, those of closed months, and the company's cycles."""
    cycles = PayCycles.read(session, subject.company_id)
    days = [
        request.first_on + n * _DAY for n in range((request.last_on - request.first_on).days + 1)
    ]
    closed = [on for on in days if cycles.has_closed(subject.employment_id, on)]
    return [on for on in days if on not in set(closed)], closed, cycles


def _write(session: Session, subject: Subject, request: AttendanceRequest, actor: Actor) -> Outcome:
    days, closed, cycles = _open_days(session, subject, request)
    if closed:
        request.pay_period = str(cycles.next_open(subject.employment_id, closed[0]))
        request.queued_first_on, request.queued_last_on = closed[0], closed[-1]
    if days:
        before = read_days(session, subject, request.first_on, request.last_on)
        plan = plan_request(session, subject, request, days)
        store_days(session, plan, SOURCE, None, actor=actor)
        after = read_days(session, subject, request.first_on, request.last_on)
        # As the grid does it: whoever looks at a day finds every hand that changed it.
        audit.record_many(
            session,
            actor,
            "attendance_day.record",
            DAY_SUBJECT,
            [
                audit.Change(
                    subject_of_day((subject.employment_id, on)),
                    {"day": before.record(on).text},
                    {"day": after.record(on).text},
                )
                for on in days
            ],
            company_id=subject.company_id,
            reason=request.reason,
        )
    return Outcome(len(days), request.pay_period)


def _said(request: AttendanceRequest) -> dict[str, Any]:
    """Return what a request says, for the audit."""
    common = {
        "employment_id": request.employment_id,
        "first_on": request.first_on,
        "last_on": request.last_on,
    }
    if request.kind == "leave":
        return {**common, "leave_kind": request.leave_kind, "half": request.half}
    return {
        **common,
        "starts_at": request.starts_at,
        "ends_at": request.ends_at,
        "break_minutes": request.break_minutes,
        "corrects_starts_at": request.corrects_starts_at,
    }

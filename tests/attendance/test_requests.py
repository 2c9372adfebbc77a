"""Asking for days to be recorded, and deciding: who may, what is written, what waits."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import (
    create_absence,
    create_account,
    create_company,
    create_employment,
    create_leadership,
    create_leave,
    create_membership,
    create_person,
    create_shift,
    create_team,
)
from tests.factories.requests import (
    create_request,
    create_shift_assignment,
    create_shift_type,
)
from workforce.accounts.models import Account
from workforce.attendance import requests as service
from workforce.attendance import requests_reading as reading
from workforce.attendance.grid import history
from workforce.attendance.models import Absence, AttendanceRequest, Leave, Shift
from workforce.attendance.requests import Decider, LeaveWish, Outcome, ShiftWish
from workforce.attendance.service import DayFacts, ShiftFact, plan_days
from workforce.companies.models import Company, Team
from workforce.core.errors import ForbiddenError, InputError, NotFoundError, StateError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.people.models import Employment, Person
from workforce.platform import clock, locks
from workforce.platform.audit import Actor, AuditEntry
from workforce.platform.scope import Scope

MONDAY = dt.date(2026, 10, 12)
NOW = dt.datetime(2026, 10, 14, 2, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@dataclass
class Base:
    session: Session
    company: Company
    team: Team
    worker: Employment
    own: Account
    leader: Account
    finance: Account

    def ask(self, wish: ShiftWish | LeaveWish, by: Account | None = None) -> AttendanceRequest:
        account = by or self.own
        scope = Scope.own(self.worker.person_id) if account is self.own else self.reach
        with clock.fixed(NOW):
            return service.ask(
                self.session, scope, actor_of(account), self.worker.id, wish, reason="忘记打卡"
            )

    @property
    def reach(self) -> Scope:
        return Scope.teams(self.company.id, frozenset({self.team.id}))

    def decide(self, request: AttendanceRequest, by: Account | None = None, **also: Any) -> Outcome:
        account = by or self.leader
        values = {"is_approved": True, **also}
        with clock.fixed(NOW):
            return service.decide(
                self.session,
                self.reach if account is self.leader else Scope.company(self.company.id),
                Decider(actor_of(account), account.person_id),
                request.id,
                **values,
            )

    def shifts(self) -> list[tuple[str, str, int, int, int, str]]:
        return [
            (
                f"{s.starts_at:%d %H:%M}",
                f"{s.ends_at:%d %H:%M}",
                s.break_minutes,
                s.late_minutes,
                s.early_minutes,
                s.source,
            )
            for s in self.session.scalars(select(Shift).order_by(Shift.starts_at))
        ]


def actor_of(account: Account) -> Actor:
    return Actor(account.id, account.login_name)


@pytest.fixture
def base(session: Session) -> Base:
    company = create_company(session)
    team = create_team(session, company)
    person = create_person(session)
    worker = create_employment(session, company, person)
    create_membership(session, worker, team)
    own = create_account(session, Role.ANNOTATOR, company, person)
    leader = create_account(session, Role.SUPERVISOR, company, create_person(session))
    create_leadership(session, team, leader.id)
    finance = create_account(session, Role.FINANCE, company)
    create_shift_type(session, company, late_grace_minutes=5)
    create_shift_assignment(session, company)
    return Base(session, company, team, worker, own, leader, finance)


def shift_wish(**changes: Any) -> ShiftWish:
    values: dict[str, Any] = {
        "on": MONDAY,
        "starts": dt.time(9),
        "ends": dt.time(18),
        "break_minutes": 60,
    }
    return ShiftWish(**values | changes)


def leave_wish(days: int = 1, kind: str = "personal_leave", first: dt.date = MONDAY) -> LeaveWish:
    return LeaveWish(kind=kind, first_on=first, last_on=first + (days - 1) * DAY)


@both_engines
@pytest.mark.feature("ANN-14", "SUP-21")
def test_a_missing_shift_is_asked_for_and_written_when_another_approves(base: Base) -> None:
    create_absence(base.session, base.worker, MONDAY)
    request = base.ask(shift_wish(starts=dt.time(9, 20)))
    assert base.shifts() == []
    assert request.due_on == dt.date(2026, 10, 17)
    assert base.decide(request) == Outcome(1, None)
    # Twenty minutes after nine with a grace of five: all twenty count.
    assert base.shifts() == [("12 09:20", "12 18:00", 60, 20, 0, "request")]
    assert base.session.scalars(select(Absence)).all() == []
    assert (request.state, request.decided_by_id) == ("approved", base.leader.id)


@both_engines
@pytest.mark.feature("ANN-14")
def test_a_wrong_shift_gives_way_and_the_others_of_the_day_stay(base: Base) -> None:
    morning = create_shift(
        base.session,
        base.worker,
        MONDAY,
        ends_at=dt.datetime(2026, 10, 12, 12),
        break_minutes=0,
        late_minutes=3,
    )
    create_shift(
        base.session,
        base.worker,
        MONDAY,
        starts_at=dt.datetime(2026, 10, 12, 14),
        ends_at=dt.datetime(2026, 10, 12, 16),
        break_minutes=0,
    )
    wish = shift_wish(ends=dt.time(13), break_minutes=0, corrects_starts_at=morning.starts_at)
    base.decide(base.ask(wish))
    assert [(s[0], s[1], s[5]) for s in base.shifts()] == [
        ("12 09:00", "12 13:00", "request"),
        ("12 14:00", "12 16:00", "test"),
    ]


@pytest.mark.feature("SUP-6")
def test_a_shift_over_midnight_belongs_to_the_day_it_starts(base: Base) -> None:
    base.decide(base.ask(shift_wish(starts=dt.time(22), ends=dt.time(6), break_minutes=30)))
    (shift,) = base.session.scalars(select(Shift))
    assert (shift.work_on, shift.ends_at) == (MONDAY, dt.datetime(2026, 10, 13, 6))


@both_engines
@pytest.mark.feature("SUP-21")
def test_nobody_decides_on_the_own_days_or_on_what_they_asked_for(base: Base) -> None:
    own_worker = create_employment(
        base.session,
        base.company,
        base.session.get_one(Person, base.leader.person_id),
    )
    create_membership(base.session, own_worker, base.team)
    of_leader = create_request(base.session, own_worker, base.leader)
    with pytest.raises(ForbiddenError) as refused:
        base.decide(of_leader)
    assert refused.value.code == "request.own"
    # Somebody else asked for the leader's day: still not the leader's to decide.
    by_finance = create_request(base.session, own_worker, base.finance)
    with pytest.raises(ForbiddenError):
        base.decide(by_finance)
    for_worker = base.ask(leave_wish(), by=base.leader)
    with pytest.raises(ForbiddenError) as refused:
        base.decide(for_worker)
    assert refused.value.code == "request.asked_yourself"
    assert base.decide(for_worker, by=base.finance).written_days == 1


@both_engines
@pytest.mark.feature("SUP-21")
@pytest.mark.parametrize("column", ["decided_by_id", "decided_by_person_id"])
def test_the_database_itself_refuses_to_decide_on_oneself(base: Base, column: str) -> None:
    request = base.ask(leave_wish())
    values = {
        "decided_by_id": {"decided_by_id": base.own.id},
        "decided_by_person_id": {
            "decided_by_id": base.leader.id,
            "decided_by_person_id": base.worker.person_id,
        },
    }[column]
    for name, value in {"state": "approved", **values}.items():
        setattr(request, name, value)
    with pytest.raises(IntegrityError):
        base.session.flush()
    base.session.rollback()


@both_engines
@pytest.mark.feature("ANN-14")
def test_approved_leave_is_recorded_by_the_day_with_the_last_word(base: Base) -> None:
    base.decide(base.ask(leave_wish(3, "annual_leave")))
    (leave,) = base.session.scalars(select(Leave))
    assert (leave.kind, leave.first_on, leave.last_on, leave.source) == (
        "annual_leave",
        MONDAY,
        MONDAY + 2 * DAY,
        "request",
    )


@both_engines
def test_what_the_clock_says_later_does_not_undo_an_approved_shift(base: Base) -> None:
    base.decide(base.ask(shift_wish()))
    from_clock = ShiftFact(
        base.worker.id, MONDAY, dt.datetime(2026, 10, 12, 9, 40), dt.datetime(2026, 10, 12, 18), 60
    )
    day = (base.worker.id, MONDAY)
    facts = DayFacts(covered=frozenset({day}), shifts=[from_clock])
    plan = plan_days(base.session, base.company.id, "dingtalk", facts)
    assert plan.shifts.is_empty
    assert plan.faults.keys() == {day}


@both_engines
@pytest.mark.feature("SUP-10")
def test_days_of_a_closed_month_wait_for_the_next_open_one(base: Base) -> None:
    september, october = PayPeriod(2026, 9), PayPeriod(2026, 10)
    for month in (september, october):
        locks.lock(base.session, base.company.id, month, reason="test", account_id=None)
    base.session.flush()
    request = base.ask(leave_wish(4, first=dt.date(2026, 10, 30)))
    # 30 and 31 October are closed; 1 and 2 November are written.
    assert base.decide(request) == Outcome(2, "2026-11")
    (leave,) = base.session.scalars(select(Leave))
    assert (leave.first_on, leave.last_on) == (dt.date(2026, 11, 1), dt.date(2026, 11, 2))
    (late,) = base.session.execute(
        reading.late_corrections(Scope.company(base.company.id), "2026-11")
    )
    assert (late.request_id, late.queued_first_on, late.queued_last_on) == (
        request.id,
        dt.date(2026, 10, 30),
        dt.date(2026, 10, 31),
    )
    other = create_company(base.session)
    assert base.session.execute(reading.late_corrections(Scope.company(other.id))).all() == []


@both_engines
@pytest.mark.feature("SUP-22")
def test_every_answer_says_what_was_before_and_after_who_and_why(base: Base) -> None:
    create_absence(base.session, base.worker, MONDAY)
    request = base.ask(shift_wish())
    base.decide(request, answer="当天在场")
    asked, decided = base.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_type == "attendance_request")
        .order_by(AuditEntry.id)
    )
    assert (asked.action, asked.actor_id, asked.reason) == (
        "attendance_request.submit",
        base.own.id,
        "忘记打卡",
    )
    assert (decided.action, decided.actor_id, decided.reason) == (
        "attendance_request.approve",
        base.leader.id,
        "当天在场",
    )
    assert "absence 2026-10-12" in (decided.before or "")
    assert "2026-10-12 09:00:00" in (decided.after or "")
    assert decided.at == NOW
    # The history of the day itself, which the grid shows, has it too.
    (day,) = history(base.session, (base.worker.id, MONDAY))
    assert (day.actor_id, day.before, day.after, day.reason) == (
        base.leader.id,
        '{"day":"absent"}',
        '{"day":"09:00-18:00/60@白班"}',
        "忘记打卡",
    )


def test_a_refusal_says_why_and_writes_nothing(base: Base) -> None:
    request = base.ask(leave_wish())
    with pytest.raises(InputError) as refused:
        base.decide(request, is_approved=False)
    assert refused.value.place == "answer"
    base.decide(request, is_approved=False, answer="那天要交付")
    assert (request.state, request.answer) == ("rejected", "那天要交付")
    assert base.session.scalars(select(Leave)).all() == []


def test_what_was_answered_stays_answered(base: Base) -> None:
    request = base.ask(leave_wish())
    base.decide(request)
    for act in (
        lambda: base.decide(request, by=base.finance),
        lambda: service.withdraw(
            base.session, Scope.own(base.worker.person_id), actor_of(base.own), request.id
        ),
    ):
        with pytest.raises(StateError):
            act()


def test_only_the_person_or_who_asked_takes_it_back(base: Base) -> None:
    request = base.ask(leave_wish())
    with pytest.raises(ForbiddenError):
        service.withdraw(base.session, base.reach, actor_of(base.leader), request.id)
    service.withdraw(base.session, Scope.own(base.worker.person_id), actor_of(base.own), request.id)
    assert request.state == "withdrawn"
    # The day is free for another request.
    assert base.ask(leave_wish()).state == "submitted"


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (shift_wish(on=dt.date(2026, 10, 15)), "request.future"),
        (shift_wish(ends=dt.time(9)), None),  # a whole day, to nine on the next
        (shift_wish(break_minutes=540), "shift.break"),
        (leave_wish(0), "request.range"),
        (leave_wish(201), "request.too_long"),
        (leave_wish(kind="holiday"), "web.bad_request"),
        (leave_wish(first=dt.date(2019, 12, 31)), "request.not_employed"),
        (shift_wish(corrects_starts_at=dt.datetime(2026, 10, 12, 8)), "request.shift_gone"),
    ],
)
def test_what_cannot_be_is_refused_when_asked(
    base: Base, wish: ShiftWish | LeaveWish, code: str | None
) -> None:
    if code is None:
        assert base.ask(wish).state == "submitted"
        return
    with pytest.raises(InputError) as refused:
        base.ask(wish)
    assert refused.value.code == code
    assert refused.value.place


def test_a_day_has_one_open_request_and_one_fact(base: Base) -> None:
    base.ask(leave_wish(2))
    with pytest.raises(InputError) as refused:
        base.ask(shift_wish(on=MONDAY + DAY))
    assert refused.value.code == "request.duplicate"
    create_shift(base.session, base.worker, dt.date(2026, 10, 8))
    create_leave(base.session, base.worker, dt.date(2026, 10, 9))
    for first, code in (
        (dt.date(2026, 10, 8), "leave_on_shift"),
        (dt.date(2026, 10, 9), "on_leave"),
    ):
        with pytest.raises(InputError) as refused:
            base.ask(leave_wish(first=first))
        assert refused.value.code == f"request.{code}"


@both_engines
@pytest.mark.feature("SUP-23")
def test_a_leader_reaches_the_days_in_the_own_team_only(base: Base) -> None:
    other_team = create_team(base.session, base.company)
    leaver = create_employment(base.session, base.company)
    create_membership(base.session, leaver, base.team, valid_to=dt.date(2026, 10, 12))
    create_membership(base.session, leaver, other_team, valid_from=dt.date(2026, 10, 12))
    before = create_request(
        base.session, leaver, first_on=dt.date(2026, 10, 9), last_on=dt.date(2026, 10, 9)
    )
    after = create_request(base.session, leaver)
    seen = {row.request_id for row in base.session.execute(reading.requests_for(base.reach))}
    assert seen == {before.id}
    with pytest.raises(NotFoundError):
        base.decide(after)
    elsewhere = create_request(
        base.session, create_employment(base.session, create_company(base.session))
    )
    with pytest.raises(NotFoundError):
        base.decide(elsewhere, by=base.finance)


@both_engines
@pytest.mark.feature("FIN-38")
def test_half_a_day_of_leave_is_granted_beside_the_other_half(base: Base) -> None:
    """Who worked the morning asks for the afternoon; the clock may tell before or after."""
    create_shift(
        base.session,
        base.worker,
        MONDAY,
        starts_at=dt.datetime(2026, 10, 12, 9),
        ends_at=dt.datetime(2026, 10, 12, 13, 5),
        break_minutes=0,
        early_minutes=295,
        source="dingtalk",
    )
    base.session.flush()
    with pytest.raises(InputError) as refused:
        base.ask(LeaveWish(kind="annual_leave", first_on=MONDAY, last_on=MONDAY))
    assert refused.value.code == "request.leave_on_shift"
    days: dict[str, Any] = {
        "kind": "annual_leave",
        "first_on": MONDAY,
        "last_on": MONDAY + DAY,
    }
    with pytest.raises(InputError) as refused:
        base.ask(LeaveWish(**days, half="afternoon"))
    assert (refused.value.code, refused.value.place) == ("request.half_of_days", "last_on")
    wish = LeaveWish(kind="annual_leave", first_on=MONDAY, last_on=MONDAY, half="morning")
    with pytest.raises(InputError) as refused:
        base.ask(wish)
    assert (refused.value.code, refused.value.place) == ("request.half_worked", "half")

    request = base.ask(replace(wish, half="afternoon"))
    assert base.decide(request) == Outcome(1, None)

    (leave,) = base.session.scalars(select(Leave))
    assert (leave.kind, leave.half, leave.source) == ("annual_leave", "afternoon", "request")
    subject = reading.subject_of(base.session, base.reach, base.worker.id, MONDAY, MONDAY)
    (shift,) = reading.read_days(base.session, subject, MONDAY, MONDAY).shifts
    assert shift.early_minutes == 0
    (entry,) = history(base.session, (base.worker.id, MONDAY))
    said = json.loads(entry.after or "")
    assert said["day"] == "09:00-13:05/0;leave:annual_leave/afternoon"
    # The clock's file of the month comes again, and later days of it: nothing contradicts the leave.
    again = ShiftFact(
        base.worker.id,
        MONDAY,
        dt.datetime(2026, 10, 12, 9),
        dt.datetime(2026, 10, 12, 13, 6),
        0,
        early_minutes=294,
    )
    plan = plan_days(
        base.session,
        base.company.id,
        "dingtalk",
        DayFacts(covered=frozenset({again.day}), shifts=[again]),
    )
    assert (plan.faults, len(plan.shifts.changed), plan.leaves.is_empty) == ({}, 1, True)
    # A correction of the worked half leaves the leave alone; work through the afternoon ends it.
    corrected = ShiftWish(
        on=MONDAY,
        starts=dt.time(9),
        ends=dt.time(13),
        break_minutes=0,
        corrects_starts_at=dt.datetime(2026, 10, 12, 9),
    )
    base.decide(base.ask(corrected))
    assert base.session.scalars(select(Leave.half)).all() == ["afternoon"]
    base.decide(base.ask(replace(corrected, ends=dt.time(18), break_minutes=60)))
    assert base.session.scalars(select(Leave.half)).all() == []

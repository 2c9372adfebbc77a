"""Giving seats: one person at a seat at a time, reused from shift to shift."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.factories.premises import create_tenancy
from tests.factories.requests import create_shift_type
from tests.factories.seating import create_office, create_seat_assignment
from tests.together import AT_ONCE, together
from workforce.attendance.models import ShiftType
from workforce.companies.models import Company
from workforce.core.errors import ClosedError, DomainError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.people.models import Employment, Person
from workforce.platform import locks
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.premises.models import Area, Seat, SeatState
from workforce.seating import queries
from workforce.seating.clashes import clash_count
from workforce.seating.day import read_day
from workforce.seating.models import SeatAssignment
from workforce.seating.service import (
    SeatFact,
    end_assignment,
    end_team,
    plan_seats,
    store_seats,
)
from workforce.seating.times import Days, Hours, ShiftHours

_ON = dt.date(2026, 11, 2)
_LATER = dt.date(2026, 11, 16)


@dataclass
class World:
    """A company with three seats, four people and three kinds of shift; night runs over midnight."""

    company: Company
    seats: list[Seat]
    people: list[Employment]

    def fact(self, who: int, seat: int, shift: str = "day", **more: dt.date) -> SeatFact:
        return SeatFact(
            self.people[who].id,
            self.seats[seat].code,
            shift,
            more.get("valid_from", _ON),
            more.get("valid_to"),
        )


def _world(session: Session) -> World:
    company = factories.create_company(session, code="A")
    create_shift_type(session, company)
    evening = {"starts": dt.time(18), "ends": dt.time(2)}
    create_shift_type(session, company, code="evening", name="晚班", **evening)
    night = {"starts": dt.time(22), "ends": dt.time(9)}
    create_shift_type(session, company, code="night", name="夜班", **night)
    people = [factories.create_employment(session, company) for _ in range(4)]
    world = World(company, create_office(session, company, 3), people)
    session.commit()
    return world


def _person(session: Session, employment: Employment) -> Person:
    return session.get_one(Person, employment.person_id)


def _give(world: World, *facts: SeatFact) -> dict[tuple[int, str, dt.date], DomainError]:
    with unit_of_work() as session:
        plan = plan_seats(session, world.company.id, facts)
        store_seats(session, CLI, world.company.id, plan)
    return plan.faults


def _rows(session: Session) -> list[tuple[int, int, str, dt.date, dt.date | None]]:
    chosen = select(SeatAssignment).order_by(SeatAssignment.valid_from, SeatAssignment.id)
    return [
        (row.employment_id, row.seat_id, row.shift_type_code, row.valid_from, row.valid_to)
        for row in session.scalars(chosen)
    ]


@pytest.mark.parametrize(
    ("one", "other", "is_meeting"),
    [
        (("09:00", "18:00"), ("18:00", "02:00"), False),
        (("09:00", "18:00"), ("17:59", "23:00"), True),
        (("22:00", "06:00"), ("06:00", "14:00"), False),
        (("22:00", "06:00"), ("05:59", "14:00"), True),
        (("22:00", "06:00"), ("14:00", "22:01"), True),
        (("20:00", "08:00"), ("08:00", "20:00"), False),
        (("08:00", "08:00"), ("23:00", "23:01"), True),
        (("01:00", "05:00"), ("22:00", "06:00"), True),
    ],
)
def test_hours_meet_over_midnight_too(
    one: tuple[str, str], other: tuple[str, str], *, is_meeting: bool
) -> None:
    a, b = (Hours.between(*map(dt.time.fromisoformat, pair)) for pair in (one, other))
    assert a.meets(b) is b.meets(a) is is_meeting


def test_versions_of_a_shift_meet_on_their_own_days_only(session: Session) -> None:
    company = factories.create_company(session)
    change = {"valid_to": _LATER}
    types = [
        create_shift_type(session, company, **change),
        create_shift_type(session, company, ends=dt.time(19), valid_from=_LATER),
        create_shift_type(
            session, company, code="late", name="晚", starts=dt.time(18), ends=dt.time(2)
        ),
    ]
    hours = ShiftHours(types)
    day, late = (company.id, "day"), (company.id, "late")
    assert not hours.meet(day, late, Days(_ON, _LATER))
    assert hours.meet(day, late, Days(_ON, _LATER + dt.timedelta(days=1)))


@both_engines
@pytest.mark.feature("SUP-19")
def test_a_seat_holds_one_person_at_a_time_and_is_reused_by_other_shifts(
    session: Session, engine_name: str
) -> None:
    del engine_name
    world = _world(session)
    first, second, third, _ = (person.id for person in world.people)
    seat, other, _ = (seat.id for seat in world.seats)

    assert not _give(world, world.fact(0, 0), world.fact(1, 0, "晚班"))
    # 22:00–09:00 meets the evening (until 2:00), not the day (from 9:00).
    faults = _give(world, world.fact(2, 0, "night"), world.fact(2, 1))
    (error,) = faults.values()
    assert error.code == "seat.taken"
    assert world.people[1].employee_no in error.message("zh")
    assert "晚班" in error.message("zh")
    assert "2026-11-02 起" in error.message("zh")
    assert _rows(session) == [
        (first, seat, "day", _ON, None),
        (second, seat, "evening", _ON, None),
        (third, other, "day", _ON, None),
    ]

    # One person, one seat: whoever moves leaves the old seat that day, and two change places at once.
    swap = (world.fact(0, 1, valid_from=_LATER), world.fact(2, 0, valid_from=_LATER))
    assert not _give(world, *swap)
    assert _rows(session) == [
        (first, seat, "day", _ON, _LATER),
        (second, seat, "evening", _ON, None),
        (third, other, "day", _ON, _LATER),
        (first, other, "day", _LATER, None),
        (third, seat, "day", _LATER, None),
    ]
    assert not _give(world, *swap), "again: nothing changes"
    assert len(_rows(session)) == 5
    acts = session.scalars(select(AuditEntry.action)).all()
    assert acts.count("seat.assign") == 7, "three given, two ended and two begun"


@both_engines
def test_of_several_who_take_a_seat_at_once_one_gets_it(
    app: Flask, session: Session, engine_name: str
) -> None:
    del engine_name
    world = _world(session)
    fact = [world.fact(who % 4, 0) for who in range(AT_ONCE)]
    company_id, numbers = world.company.id, iter(range(AT_ONCE))
    session.commit()

    def attempt(working: Session) -> bool:
        plan = plan_seats(working, company_id, [fact[next(numbers)]])
        store_seats(working, CLI, company_id, plan)
        return bool(plan.rows.added)

    assert together(app, attempt).count(True) == 1
    assert len(_rows(session)) == 1


def test_an_assignment_holds_only_while_employed_and_rented(session: Session) -> None:
    world = _world(session)
    world.people[0].separated_on = _LATER - dt.timedelta(days=1)
    other = factories.create_company(session, code="B")
    create_shift_type(session, other)
    (seat,) = create_office(session, None, 1)
    area = session.get_one(Area, seat.area_id)
    create_tenancy(session, other, area, valid_to=_LATER)
    create_tenancy(session, world.company, area, valid_from=_LATER)
    stranger = factories.create_employment(session, other, _person(session, world.people[1]))
    create_seat_assignment(session, stranger, seat)
    broken = world.seats[2]
    state = session.scalars(select(SeatState).where(SeatState.seat_id == broken.id)).one()
    state.valid_to = _LATER
    changed = {"valid_from": _LATER, "valid_to": None}
    session.add(SeatState(seat_id=broken.id, state="out_of_use", reason="插座坏", **changed))
    session.commit()

    assert not _give(world, world.fact(0, 0)), "until further notice"
    # Who left frees the seat without anybody's doing; before that it is taken.
    assert [e.code for e in _give(world, world.fact(2, 0)).values()] == ["seat.taken"]
    assert not _give(world, world.fact(2, 0, valid_from=_LATER))
    # In another company until it moves out of the area: there, and in another seat, is a person once.
    faults = _give(world, world.fact(1, 1))
    assert [e.code for e in faults.values()] == ["seat.person_elsewhere"]
    there = SeatFact(world.people[1].id, seat.code, "day", _ON)
    assert [e.code for e in _give(world, there).values()] == ["seat.not_rented"]
    assert not _give(world, there._replace(valid_from=_LATER))

    # Who sits at the broken seat is told of from the day on.
    assert not _give(world, world.fact(3, 2))
    company = Scope.company(world.company.id)
    assert session.scalars(queries.lost(company, _ON)).all() == []
    assert len(session.scalars(queries.lost(company, _LATER)).all()) == 1
    session.rollback()

    at_fault = [
        (world.fact(3, 2, valid_from=_LATER), "seat.not_usable"),
        (world.fact(0, 1, valid_from=_LATER), "seat.not_employed"),
        (world.fact(3, 1, "noon"), "seat.unknown_shift"),
        (world.fact(3, 1, valid_to=_ON), "dated.empty"),
        (world.fact(3, 1)._replace(seat="Z-1"), "seat.unknown"),
    ]
    for fact, code in at_fault:
        assert [e.code for e in _give(world, fact).values()] == [code]


def test_ending_frees_the_seat_and_a_closed_month_stays(session: Session) -> None:
    world = _world(session)
    row = create_seat_assignment(session, world.people[0], world.seats[0])
    locks.lock(session, world.company.id, PayPeriod.parse("2026-10"), reason="x", account_id=None)
    session.commit()
    company = Scope.company(world.company.id)
    cases = [
        (Scope.company(world.company.id + 1), _ON, NotFoundError, "web.not_found"),
        (Scope.teams(world.company.id, frozenset({1})), _ON, NotFoundError, "web.not_found"),
        (company, dt.date(2026, 10, 31), ClosedError, "month.closed"),
        (company, dt.date(2019, 12, 31), DomainError, "dated.empty"),
    ]
    for scope, on, kind, code in cases:
        with pytest.raises(kind) as refused, unit_of_work() as working:
            end_assignment(working, scope, CLI, row.id, on)
        assert refused.value.code == code
    faults = _give(world, world.fact(1, 1, valid_from=dt.date(2026, 10, 31)))
    assert [e.code for e in faults.values()] == ["month.closed"]

    with unit_of_work() as working:
        end_assignment(working, company, CLI, row.id, _LATER)
    assert not _give(world, world.fact(1, 0, valid_from=_LATER))
    with pytest.raises(DomainError) as refused, unit_of_work() as working:
        end_assignment(working, company, CLI, row.id, _LATER + dt.timedelta(days=1))
    assert refused.value.code == "seat.ended"


@pytest.mark.feature("SUP-19")
def test_two_teams_change_shifts_on_the_same_seats(session: Session) -> None:
    """Team one has the two seats by day, team two in the evening; on the 16th they change over."""
    world = _world(session)
    teams = [factories.create_team(session, world.company) for _ in range(2)]
    for number, who in enumerate(world.people):
        factories.create_membership(session, who, teams[number // 2])
    session.commit()
    company, (one, two) = Scope.company(world.company.id), [team.id for team in teams]
    shifts = ("day", "day", "evening", "evening")
    given = [world.fact(who, who % 2, shift) for who, shift in enumerate(shifts)]
    # One more begins after the change: it never will.
    later = world.fact(0, 2, valid_from=_LATER + dt.timedelta(days=7))
    assert not _give(world, *given, later)

    def leave(team_id: int, shift: str, scope: Scope = company) -> int:
        with unit_of_work() as working:
            return end_team(working, scope, CLI, team_id, shift, _LATER)

    for scope in (Scope.teams(world.company.id, frozenset({two})), Scope.company(0)):
        with pytest.raises(NotFoundError):
            leave(one, "day", scope)
    assert (leave(one, "day"), leave(two, "evening")) == (3, 2)
    with pytest.raises(DomainError) as refused:
        leave(one, "day")
    assert refused.value.code == "seat.nobody_seated"
    new = [
        world.fact(who, who % 2, shift, valid_from=_LATER)
        for who, shift in enumerate(reversed(shifts))
    ]
    assert not _give(world, *new)

    ids = [who.id for who in world.people]
    a, b = (seat.id for seat in world.seats[:2])
    held = [row for row in _rows(session) if row[4] != row[3]]
    assert held == [
        (ids[0], a, "day", _ON, _LATER),
        (ids[1], b, "day", _ON, _LATER),
        (ids[2], a, "evening", _ON, _LATER),
        (ids[3], b, "evening", _ON, _LATER),
        (ids[0], a, "evening", _LATER, None),
        (ids[1], b, "evening", _LATER, None),
        (ids[2], a, "day", _LATER, None),
        (ids[3], b, "day", _LATER, None),
    ]
    ended = session.scalars(select(AuditEntry).where(AuditEntry.action == "seat.end")).all()
    assert len(ended) == 5
    before, after = (json.loads(told) for told in (ended[0].before, ended[0].after) if told)
    assert {name for name in before if before[name] != after[name]} == {"valid_to"}


@pytest.mark.feature("SUP-19")
def test_hours_that_were_changed_later_are_told_of(session: Session) -> None:
    """The day ends at 19:00 from a day on, and the evening still begins at 18:00."""
    world = _world(session)
    assert not _give(world, world.fact(0, 0), world.fact(1, 0, "evening"), world.fact(2, 1))
    company, team = Scope.company(world.company.id), factories.create_team(session, world.company)
    factories.create_membership(session, world.people[1], team)
    led = Scope.teams(world.company.id, frozenset({team.id}))
    day = session.scalars(select(ShiftType).where(ShiftType.code == "day")).one()
    day.valid_to = _LATER
    create_shift_type(session, world.company, ends=dt.time(19), valid_from=_LATER)
    session.commit()
    before = _LATER - dt.timedelta(days=1)
    assert [clash_count(session, company, on) for on in (before, _LATER)] == [0, 1]
    assert clash_count(session, led, _LATER) == 1
    assert clash_count(session, Scope.teams(world.company.id, frozenset({0})), _LATER) == 0
    (pair,) = read_day(session, led, _LATER).clashes
    assert [(sitter.who is None, code) for sitter, code in pair] == [
        (True, world.seats[0].code),
        (False, world.seats[0].code),
    ]
    # Who left sits in nobody's way.
    world.people[0].separated_on = before
    session.commit()
    assert clash_count(session, company, _LATER) == 0


def test_the_same_file_again_changes_nothing_in_a_closed_month(session: Session) -> None:
    world = _world(session)
    first, second = dt.date(2026, 10, 5), dt.date(2026, 10, 20)
    facts = [world.fact(0, 0, valid_from=first), world.fact(0, 1, valid_from=second)]
    assert not _give(world, *facts)
    kept = _rows(session)
    locks.lock(session, world.company.id, PayPeriod.parse("2026-10"), reason="x", account_id=None)
    session.commit()
    assert not _give(world, *facts)
    assert not _give(world, facts[0])
    assert _rows(session) == kept


def test_a_seat_that_never_was_can_be_left_for_another(session: Session) -> None:
    world = _world(session)
    assert not _give(world, world.fact(0, 0))
    seat = session.get_one(Seat, world.seats[0].id)
    seat.removed_on = seat.built_on
    for state in session.scalars(select(SeatState).where(SeatState.seat_id == seat.id)):
        state.valid_to = state.valid_from
    session.commit()
    assert not _give(world, world.fact(0, 1))
    assert [row[1] for row in _rows(session)] == [world.seats[1].id]

"""The use of seats, counted from attendance: by hour, shift, company and floor."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.factories.premises import create_floor
from tests.factories.requests import create_shift_type
from tests.factories.seating import create_office, create_seat_assignment
from workforce.attendance.models import Shift
from workforce.companies.models import Company
from workforce.platform.db import db
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope
from workforce.premises.models import Area, SeatState
from workforce.seating.figures import Figures, read_figures

_MONDAY = dt.date(2026, 11, 2)
_SUNDAY = dt.date(2026, 11, 8)
_NEXT = dt.datetime(2026, 11, 9)


def _on(day: int, clock: str) -> dt.datetime:
    return dt.datetime.combine(dt.date(2026, 11, day), dt.time.fromisoformat(clock))


def _week(session: Session) -> tuple[Company, Company, int]:
    """A: 4 usable seats, the fourth out of use from Wednesday on. B: 2 seats. C: 3, without any shift.

    Monday   A1 9:00–18:00 (hours 9–17), A2 9:31–17:30 (10–16), A1 again 18:00–2:00 (18–1)
             B1 9:00–18:00; a B without a seat 9:00–12:00 (9–11)
    Tuesday  A1 9:00–18:00 with two at it from 16:00 on; Wednesday A4 9:00–18:00, which is out of use
    """
    a, b, c = (factories.create_company(session, code=code) for code in "ABC")
    for company in (a, b):
        create_shift_type(session, company)
        evening = {"starts": dt.time(18), "ends": dt.time(2)}
        create_shift_type(session, company, code="evening", name="晚班", **evening)
    a_seats = create_office(session, a, 4)
    area = a_seats[0]
    b_seats = create_office(session, b, 2)
    create_office(session, c, 3)
    create_office(session, None, 1)
    states = select(SeatState).where(SeatState.seat_id == a_seats[3].id)
    session.scalars(states).one().valid_to = dt.date(2026, 11, 4)
    changed = {"valid_from": dt.date(2026, 11, 4), "valid_to": None}
    session.add(SeatState(seat_id=a_seats[3].id, state="out_of_use", reason="坏", **changed))
    people = [factories.create_employment(session, a) for _ in range(4)]
    ours, theirs = (factories.create_employment(session, b) for _ in range(2))
    create_seat_assignment(session, people[0], a_seats[0])
    create_seat_assignment(session, people[1], a_seats[1])
    create_seat_assignment(session, people[2], a_seats[0], "evening")
    # Of two seats the one of the shift that begins nearer is used.
    create_seat_assignment(session, people[2], a_seats[2], "day")
    create_seat_assignment(session, people[3], a_seats[3])
    create_seat_assignment(session, ours, b_seats[0])
    for who, day, starts, ends in [
        (people[0], 2, "09:00", "18:00"),
        (people[1], 2, "09:31", "17:30"),
        (people[0], 3, "09:00", "18:00"),
        (people[3], 4, "09:00", "18:00"),
        (ours, 2, "09:00", "18:00"),
        (theirs, 2, "09:00", "12:00"),
    ]:
        times = {"starts_at": _on(day, starts), "ends_at": _on(day, ends)}
        factories.create_shift(session, who, dt.date(2026, 11, day), **times)
    for day, starts, last, ends in [(2, "18:00", 3, "02:00"), (3, "16:00", 3, "20:00")]:
        times = {"starts_at": _on(day, starts), "ends_at": _on(last, ends)}
        factories.create_shift(session, people[2], dt.date(2026, 11, day), **times)
    session.commit()
    return a, b, area.area_id


@both_engines
@pytest.mark.feature("SUP-20")
def test_the_use_of_seats_follows_from_shifts(session: Session, engine_name: str) -> None:
    del engine_name
    a, b, area_id = _week(session)

    base = _figures(session, Scope.base())
    assert base.used[0].tolist() == [0] * 9 + [2, *[3] * 7, 2] + [1] * 6
    assert base.used[1].tolist() == [1, 1] + [0] * 7 + [1] * 11 + [0] * 4
    assert not base.used[2:].any(), "a seat out of use is not in use"
    assert base.unseated[0].tolist() == [0] * 9 + [1] * 3 + [0] * 12
    assert base.unseated[2].tolist() == [0] * 9 + [1] * 9 + [0] * 6
    assert base.unseated_peak == 1
    # Working hours: 5 days × 9. Monday 9 + 7 + 9, Tuesday 9.
    whole = base.whole
    assert (whole.built, whole.usable, whole.silent) == (10, 9, 3)
    assert (whole.hours, whole.seat_hours) == (45, 34)
    assert whole.average == Fraction(34, 45)
    # Usable and heard of: 7 on Monday and Tuesday, 6 on the other three.
    assert whole.share == Fraction(34, 9 * (7 + 7 + 6 + 6 + 6))
    assert (whole.peak, whole.peak_at) == (3, _on(2, "10:00"))
    by_code = {line.place.code: line.use for line in base.companies}
    assert by_code["A"].share == Fraction(9 + 7 + 9, 9 * (4 + 4 + 3 + 3 + 3))
    assert by_code["B"].share == Fraction(9, 45 * 2)
    assert by_code["C"].usable == by_code["C"].silent == 3
    assert by_code["C"].average is by_code["C"].share is None, "unknown is not nobody"
    assert (base.vacant.usable, base.vacant.share_per_mille) == (1, 0)
    floors = {line.place.id: line.use for line in base.floors}
    assert len(floors) == len(base.sites) == 4
    assert floors[_floor(session, area_id)].seat_hours == 25
    shifts = {
        (line.company_id, line.code): (line.days, line.average, line.peak) for line in base.shifts
    }
    # For the day A1 and A2 on Monday, A1 on Tuesday; from 16:00 the evening's seat is nearest.
    assert shifts == {
        (a.id, "day"): (2, Fraction(3, 2), 2),
        (a.id, "evening"): (2, 1, 1),
        (b.id, "day"): (1, 1, 1),
    }

    own = _figures(session, Scope.company(b.id))
    assert [line.place.code for line in own.companies] == ["B"]
    assert own.whole == by_code["B"]
    assert len(own.floors) == 1
    assert own.unseated[0].sum() == 3


def _figures(session: Session, scope: Scope) -> Figures:
    return read_figures(session, scope, _MONDAY, _SUNDAY, now=_NEXT, calendar=law_book().calendar())


def _floor(session: Session, area_id: int) -> int:
    return session.get_one(Area, area_id).floor_id


def test_hours_to_come_and_days_without_a_record_tell_nothing(session: Session) -> None:
    company = factories.create_company(session)
    create_shift_type(session, company)
    (seat,) = create_office(session, company, 1)
    who = factories.create_employment(session, company)
    other = factories.create_employment(session, company)
    factories.create_shift(session, other, _MONDAY)
    session.commit()
    scope, calendar = Scope.company(company.id), law_book().calendar()

    def read(now: dt.datetime) -> Figures:
        return read_figures(session, scope, _MONDAY, _SUNDAY, now=now, calendar=calendar)

    # Somebody was at work, but nobody is given a seat: that no seat was in use is not known.
    unplaced = read(_NEXT).whole
    assert (unplaced.is_known, unplaced.average, unplaced.silent) == (False, None, 1)
    session.execute(delete(Shift))
    create_seat_assignment(session, who, seat)
    session.commit()
    unknown = read(_NEXT).whole
    assert (unknown.hours, unknown.is_known, unknown.average, unknown.peak_at) == (
        45,
        False,
        None,
        None,
    )
    factories.create_shift(session, who, _MONDAY)
    factories.create_shift(session, who, dt.date(2026, 11, 3))
    session.commit()
    # At 11:30 of Monday the hours 9 and 10 are over; the third is not, though its shift is written down.
    early = read(_on(2, "11:30"))
    assert early.whole.hours == 2
    assert early.whole.average == early.whole.share == Fraction(1)
    assert early.is_over.sum() == 11
    # Before the week nothing is known of it.
    assert read(_on(1, "12:00")).whole.average is None


@pytest.mark.feature("SUP-20", "BASE-1")
def test_more_people_at_work_than_seats_are_told_with_the_worst_hour(session: Session) -> None:
    """A rents 3 seats, one of which is out of use from Tuesday on; B rents none.

    Monday three of A work: each could sit. Tuesday two from 9:00 and a third from 10:00 on, for two seats.
    """
    a, b = (factories.create_company(session, code=code) for code in "AB")
    seats = create_office(session, a, 3)
    states = select(SeatState).where(SeatState.seat_id == seats[2].id)
    session.scalars(states).one().valid_to = dt.date(2026, 11, 3)
    changed = {"valid_from": dt.date(2026, 11, 3), "valid_to": None}
    session.add(SeatState(seat_id=seats[2].id, state="out_of_use", reason="坏", **changed))
    create_shift_type(session, a)
    people = [factories.create_employment(session, a) for _ in range(3)]
    create_seat_assignment(session, people[0], seats[0])
    for day, who, starts in [(2, 0, 9), (2, 1, 9), (2, 2, 9), (3, 0, 9), (3, 1, 9), (3, 2, 10)]:
        times = {"starts_at": _on(day, f"{starts:02d}:00"), "ends_at": _on(day, "18:00")}
        factories.create_shift(session, people[who], dt.date(2026, 11, day), **times)
    factories.create_shift(session, factories.create_employment(session, b), _MONDAY)
    session.commit()

    for scope in (Scope.base(), Scope.company(a.id)):
        (crowd,) = _figures(session, scope).crowded
        assert crowd.place.code == "A"
        assert (crowd.at, crowd.people, crowd.usable) == (_on(3, "10:00"), 3, 2)
    # Who works for B sits elsewhere and lacks no seat here.
    assert _figures(session, Scope.base()).unseated[0].tolist() == [0] * 9 + [2] * 9 + [0] * 6
    # On Tuesday at 9:45 ten o'clock is still to come.
    now, calendar = _on(3, "09:45"), law_book().calendar()
    early = read_figures(session, Scope.base(), _MONDAY, _SUNDAY, now=now, calendar=calendar)
    assert early.crowded == []


def test_what_is_not_known_is_neither_nobody_nor_somebody_else(session: Session) -> None:
    """One of A works after the last day of work that was entered later; C's floor has a vacant seat."""
    a, c = (factories.create_company(session, code=code) for code in "AC")
    create_shift_type(session, a)
    floor = create_floor(session)
    seats, _silent = create_office(session, a, 2), create_office(session, c, 3, floor)
    create_office(session, None, 1, floor)
    left, stays = (factories.create_employment(session, a) for _ in range(2))
    for who, seat in zip((left, stays), seats, strict=True):
        create_seat_assignment(session, who, seat)
    factories.create_shift(session, left, _MONDAY)
    left.separated_on = dt.date(2026, 10, 20)
    session.commit()

    figures = _figures(session, Scope.base())
    assert not figures.used.any(), "nor does the colleague's seat stand in for it"
    assert figures.unseated[0].sum() == 9
    told = {line.place.id: line.use for line in figures.floors}
    assert told[floor.id].average is told[floor.id].share is None
    assert told[_floor(session, seats[0].area_id)].average == 0
    assert figures.vacant.share == 0


def test_the_number_of_statements_does_not_grow(session: Session) -> None:
    def count() -> int:
        seen: list[str] = []

        def note(*args: object) -> None:
            seen.append(str(args[2]))

        event.listen(db.engine, "before_cursor_execute", note)
        _figures(session, Scope.base())
        event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    few = count()
    for _ in range(3):
        company = factories.create_company(session)
        create_shift_type(session, company)
        for seat in create_office(session, company, 3):
            create_seat_assignment(session, factories.create_employment(session, company), seat)
    session.commit()
    assert count() == few

"""Saving cells: what a typed text becomes, what is refused, and that nobody overwrites the unseen."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance_web.grid_world import (
    GridWorld,
    give_night_shift,
    make_world,
    on,
)
from tests.engines import both_engines
from tests.factories import (
    create_absence,
    create_company,
    create_employment,
    create_leave,
    create_shift,
)
from tests.queries import counted
from workforce.attendance.grid import CellEdit, Outcome, history
from workforce.attendance.models import Absence, Leave, Shift
from workforce.attendance.service import Day, DayFacts, ShiftFact, plan_days, store_days
from workforce.core.errors import DomainError, InputError
from workforce.core.period import PayPeriod
from workforce.people.models import Person
from workforce.platform import locks
from workforce.platform.db import unit_of_work


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 10, day, hour, minute)


def stored(world: GridWorld) -> list[tuple[int, dt.datetime, dt.datetime, int]]:
    world.session.rollback()
    rows = world.session.scalars(select(Shift).order_by(Shift.employment_id, Shift.starts_at))
    return [(row.employment_id, row.starts_at, row.ends_at, row.break_minutes) for row in rows]


# --- What a text becomes --------------------------------------------------------------------------


@both_engines
def test_hours_begin_with_the_shift(session: Session) -> None:
    world = make_world(session)

    report = world.save(world.type(0, 8, "8"), world.type(1, 8, "10"), world.type(2, 8, "4"))

    ann, bob, cat = (person.id for person in world.people)
    assert report.count(Outcome.SAVED) == 3
    assert stored(world) == [
        (ann, at(8, 9), at(8, 18), 60),
        (bob, at(8, 9), at(8, 20), 60),
        # Half of the shift has no break.
        (cat, at(8, 9), at(8, 13), 0),
    ]


@both_engines
@pytest.mark.feature("SUP-6")
def test_a_night_belongs_to_the_day_it_starts(session: Session) -> None:
    world = make_world(session)
    give_night_shift(world, world.people[0])

    report = world.save(world.type(0, 8, "F"), world.type(0, 9, "F"))

    # 22:00 to 06:00 less half an hour; the next night begins after it has ended.
    assert [r.cell.minutes for r in report.results] == [450, 450]
    assert [row[1:] for row in stored(world)] == [
        (at(8, 22), at(9, 6), 30),
        (at(9, 22), at(10, 6), 30),
    ]


def test_the_second_half_of_a_night_belongs_to_the_next_day(world: GridWorld) -> None:
    give_night_shift(world, world.people[0])
    world.save(world.type(0, 8, "N1"))

    assert code_of(world, world.type(0, 8, "F")) == "grid.half_night"
    # Off in the second half: 22:00 up to half of the 7.5 hours.
    world.save(world.type(0, 9, "N2"))
    world.save(world.type(0, 9, "F"))
    assert [row[1:] for row in stored(world)] == [(at(9, 22), at(10, 1, 45), 0)]


def test_each_kind_of_entry(world: GridWorld) -> None:
    world.save(world.type(2, 9, "K"))

    world.save(world.type(0, 8, "病假"), world.type(1, 8, "K"), world.type(2, 9, "", seen="absent"))

    world.session.rollback()
    (leave,) = world.session.scalars(select(Leave))
    assert (leave.kind, leave.first_on, leave.last_on, leave.source) == (
        "sick_leave",
        on(8),
        on(8),
        "grid",
    )
    (absence,) = world.session.scalars(select(Absence))
    assert (absence.employment_id, absence.absent_on) == (world.people[1].id, on(8))


def test_the_same_hours_move_nothing(world: GridWorld) -> None:
    create_shift(
        world.session,
        world.people[0],
        on(8),
        starts_at=at(8, 13),
        ends_at=at(8, 21),
        break_minutes=0,
        source="shifts",
    )
    world.session.commit()

    (result,) = world.save(world.type(0, 8, "8")).results

    assert result.outcome is Outcome.UNCHANGED
    assert stored(world) == [(world.people[0].id, at(8, 13), at(8, 21), 0)]


def test_other_hours_on_a_day_in_lieu_are_not_paid_as_overtime(world: GridWorld) -> None:
    create_shift(world.session, world.people[0], on(17), is_in_lieu=True, source="grid")
    world.session.commit()

    world.save(world.type(0, 17, "6"))

    world.session.rollback()
    (shift,) = world.session.scalars(select(Shift))
    assert (shift.ends_at, shift.is_in_lieu) == (at(17, 16), True)


@pytest.mark.parametrize(
    ("day", "text", "code"),
    [
        (8, "24", "shift.times"),  # with the hour of break it would last longer than a day
        (26, "8", "grid.ahead"),  # Monday to come
        (26, "K", "grid.ahead"),
        (17, "B", "grid.rest_day"),  # a Saturday
        (8, "休", "grid.not_a_rest_day"),
        (8, "谢谢", "grid.not_understood"),
    ],
)
def test_what_cannot_be_is_refused(world: GridWorld, day: int, text: str, code: str) -> None:
    (result,) = world.save(world.type(0, day, text)).results

    assert result.outcome is Outcome.REFUSED
    assert result.error is not None
    assert result.error.code == code
    assert not stored(world)


def test_leave_may_be_entered_ahead(world: GridWorld) -> None:
    (result,) = world.save(world.type(0, 26, "N")).results

    assert result.outcome is Outcome.SAVED


def test_without_a_kind_of_shift_hours_are_refused(world: GridWorld) -> None:
    from workforce.attendance.models import ShiftAssignment  # noqa: PLC0415

    world.session.query(ShiftAssignment).delete()
    world.session.commit()

    (result,) = world.save(world.type(0, 8, "8")).results

    assert result.error is not None
    assert result.error.code == "grid.no_shift_type"


# --- Locks ----------------------------------------------------------------------------------------


def code_of(world: GridWorld, edit: CellEdit, **how: object) -> str | None:
    (result,) = world.save(edit, **how).results
    return result.error.code if result.error else None


@pytest.mark.feature("SUP-10")
def test_a_closed_month_is_refused(world: GridWorld) -> None:
    locks.lock(world.session, world.company.id, PayPeriod(2026, 10), reason="test", account_id=None)
    world.session.commit()

    assert code_of(world, world.type(0, 8, "8")) == "month.closed"
    assert code_of(world, world.type(0, 8, "8"), reason="x", is_correction=True) == "month.closed"


def test_a_clock_s_day_wants_a_reason(world: GridWorld) -> None:
    create_shift(world.session, world.people[0], on(8), source="dingtalk", ends_at=at(8, 15))
    world.session.commit()

    assert code_of(world, world.type(0, 8, "8")) == "grid.other_source"
    assert code_of(world, world.type(0, 8, "8"), reason="only a note") == "grid.other_source"
    assert code_of(world, world.type(0, 8, "8"), is_correction=True) == "grid.other_source"
    assert code_of(world, world.type(0, 8, "8"), reason="x", is_correction=True) is None


def test_a_mark_of_a_missing_day_is_typed_over(world: GridWorld) -> None:
    """Nobody has said it: the rule marks days on which nothing was recorded."""
    create_absence(world.session, world.people[0], on(8), source="auto")
    world.session.commit()

    assert code_of(world, world.type(0, 8, "8", seen="absent")) is None
    assert not world.session.scalars(select(Absence)).all()


def test_approved_leave_wants_a_reason(world: GridWorld) -> None:
    create_leave(world.session, world.people[0], on(8), source="leave", approval_no="A-1")
    create_leave(world.session, world.people[1], on(8), source="leave")
    world.session.commit()

    assert code_of(world, world.type(0, 8, "8")) == "grid.approved_leave"
    assert code_of(world, world.type(1, 8, "8")) is None


def test_two_shifts_are_not_overwritten_by_a_number(world: GridWorld) -> None:
    for start in (8, 13):
        create_shift(
            world.session,
            world.people[0],
            on(8),
            starts_at=at(8, start),
            ends_at=at(8, start + 4),
            break_minutes=0,
            source="grid",
        )
    world.session.commit()

    assert code_of(world, world.type(0, 8, "6")) == "grid.several_shifts"


def test_days_outside_of_the_team_are_refused(world: GridWorld) -> None:
    newcomer = create_employment(world.session, world.company, employee_no="N")
    world.session.commit()

    edit = CellEdit((newcomer.id, on(8)), text="8")

    assert code_of(world, edit) == "grid.not_in_team"


@both_engines
@pytest.mark.feature("SUP-7")
def test_an_overlap_in_another_company_is_refused_without_naming_it(session: Session) -> None:
    world = make_world(session)
    other = create_company(session, name="别家公司")
    person = session.get_one(Person, world.people[0].person_id)
    second = create_employment(session, other, person)
    create_shift(session, second, on(8), starts_at=at(8, 17), ends_at=at(8, 22), break_minutes=0)
    session.commit()

    (result,) = world.save(world.type(0, 8, "8")).results

    assert result.outcome is Outcome.REFUSED
    assert result.error is not None
    assert result.error.code == "shift.overlap_elsewhere"
    assert "别家" not in str(result.error.message("zh")) + str(result.error.hint("zh"))


# --- Conflicts, undo, history ---------------------------------------------------------------------


@both_engines
def test_nobody_overwrites_what_he_has_not_seen(session: Session) -> None:
    world = make_world(session)
    world.save(world.type(0, 8, "8", seen=""))

    late = world.save(world.type(0, 8, "K", seen=""), world.type(1, 8, "K", seen=""))

    assert [r.outcome for r in late.results] == [Outcome.CONFLICT, Outcome.SAVED]
    assert late.results[0].cell.text == "09:00-18:00/60@白班"
    assert [row[0] for row in stored(world)] == [world.people[0].id]
    # Whoever has seen it may.
    seen = world.save(world.type(0, 8, "K", seen="09:00-18:00/60@白班"))
    assert seen.count(Outcome.SAVED) == 1


def test_two_who_enter_the_same_do_not_disagree(world: GridWorld) -> None:
    world.save(world.type(0, 8, "8", seen=""))

    (result,) = world.save(world.type(0, 8, "8", seen="")).results

    assert result.outcome is Outcome.UNCHANGED


def test_a_change_is_undone_by_its_record(world: GridWorld) -> None:
    create_shift(
        world.session,
        world.people[0],
        on(8),
        starts_at=at(8, 20),
        ends_at=at(9, 4),
        break_minutes=15,
        is_in_lieu=True,
        late_minutes=7,
        source="shifts",
    )
    world.session.commit()
    before = stored(world)
    (changed,) = world.save(world.type(0, 8, "K")).results

    world.save(CellEdit(changed.day, record=changed.before, seen=changed.cell.text))

    assert stored(world) == before
    (shift,) = world.session.scalars(select(Shift))
    assert (shift.is_in_lieu, shift.late_minutes) == (True, 7)
    assert not world.session.scalars(select(Absence)).all()


@pytest.mark.feature("SUP-22")
def test_every_change_says_who_when_before_after_and_why(world: GridWorld) -> None:
    world.save(world.type(0, 8, "8"))
    world.save(world.type(0, 8, "6.5"), reason="提前离开")

    latest, first = history(world.session, (world.people[0].id, on(8)))

    assert json.loads(first.before or "")["day"] == ""
    assert json.loads(latest.before or "")["day"] == "09:00-18:00/60@白班"
    assert json.loads(latest.after or "")["day"] == "09:00-16:30/60@白班"
    assert (latest.reason, latest.actor_id) == ("提前离开", world.leader.id)
    assert latest.company_id == world.company.id


def test_a_preview_writes_nothing(world: GridWorld) -> None:
    report = world.save(world.type(0, 8, "8"), world.type(1, 8, "谢"), is_preview=True)

    assert [r.outcome for r in report.results] == [Outcome.SAVED, Outcome.REFUSED]
    assert not stored(world)
    assert not history(world.session, (world.people[0].id, on(8)))


# --- Against machines -----------------------------------------------------------------------------


def clock_says(world: GridWorld, *days: int, hour: int = 18) -> dict[Day, DomainError]:
    """Import a clock's file for the first person; return the days at fault."""
    who = world.people[0].id
    facts = DayFacts(
        covered=frozenset((who, on(day)) for day in days),
        shifts=[ShiftFact(who, on(day), at(day, 9), at(day, hour), 60) for day in days],
    )
    with unit_of_work() as session:
        plan = plan_days(session, world.company.id, "dingtalk", facts)
        store_days(session, plan, "dingtalk", None)
    return dict(plan.faults)


@both_engines
def test_the_clock_imported_again_does_not_undo_a_hand(session: Session) -> None:
    world = make_world(session)
    clock_says(world, 8, 9, 12)
    correction = {"reason": "打卡机故障", "is_correction": True}
    world.save(world.type(0, 8, "6"), world.type(0, 9, ""), **correction)

    faults = clock_says(world, 8, 9, 12)

    who = world.people[0].id
    assert {day[1]: error.code for day, error in faults.items()} == {
        on(8): "grid.settled_by_hand",
        on(9): "grid.settled_by_hand",
    }
    assert stored(world) == [
        (who, at(8, 9), at(8, 16), 60),
        (who, at(12, 9), at(12, 18), 60),
    ]


def test_a_clock_that_agrees_with_the_hand_is_no_fault(world: GridWorld) -> None:
    who = world.people[0].id
    world.save(CellEdit((who, on(8)), record="09:00-18:00/60"))

    assert not clock_says(world, 8)
    assert len(stored(world)) == 1


def test_a_table_filled_in_by_people_has_the_newer_word(world: GridWorld) -> None:
    who = world.people[0].id
    world.save(world.type(0, 8, "6"))
    facts = DayFacts(
        covered=frozenset({(who, on(8))}),
        shifts=[ShiftFact(who, on(8), at(8, 9), at(8, 18), 60)],
        is_last_word=True,
    )
    with unit_of_work() as session:
        plan = plan_days(session, world.company.id, "shifts", facts)
        store_days(session, plan, "shifts", None)

    assert stored(world) == [(who, at(8, 9), at(8, 18), 60)]
    # After that, a machine is compared with the table, as ever: the same day is no fault.
    assert not clock_says(world, 8)


def test_whose_word_is_by_hand_has_the_last_one() -> None:
    with pytest.raises(ValueError, match="last word"):
        DayFacts(covered=frozenset(), is_by_hand=True)


# --- Many -----------------------------------------------------------------------------------------


@pytest.mark.feature("SUP-3")
def test_two_thousand_cells_in_one_go_with_a_result_for_each(app: Flask, session: Session) -> None:
    world = make_world(session, people=125)
    days = [day for day in range(1, 24) if day not in {1, 2, 3, 4, 5, 6, 7}]
    edits = [world.type(n, day, "F") for n in range(125) for day in days]
    assert len(edits) == 2000

    start = time.perf_counter()
    with counted(app) as statements:
        report = world.save(*edits)
    took = time.perf_counter() - start

    assert len(report.results) == 2000
    assert report.count(Outcome.SAVED) == 2000
    assert len(stored(world)) == 2000
    # The audit's entries are inserted in bulk, too: a fixed number of statements, not one a row.
    assert len(statements) <= 40, Counter(text[:60] for text in statements)
    assert took < 10  # generous on a shared machine; ``workforce bench`` measures


@pytest.mark.parametrize("people", [2, 40])
def test_statements_do_not_grow_with_cells(app: Flask, session: Session, people: int) -> None:
    world = make_world(session, people=people)
    edits = [world.type(number, 8, "8") for number in range(people)]
    world.save()  # what the test itself reads again

    with counted(app) as statements:
        world.save(*edits)

    assert len(statements) == 28, Counter(text[:60] for text in statements)


def test_too_many_are_refused_whole(world: GridWorld) -> None:
    edits = [world.type(0, 8, "8")] * 10_001
    with pytest.raises(InputError) as caught:
        world.save(*edits)
    assert caught.value.code == "grid.too_many"

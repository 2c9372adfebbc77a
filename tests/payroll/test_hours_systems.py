"""Comprehensive hours and lieu time from the tables, beyond what a scenario file can say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.factories.hours import create_hours_cycle, create_lieu_day
from tests.payroll.world import OCTOBER, World, create_world
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.people.models import Employment


@both_engines
def test_who_leaves_ends_the_period(session: Session, book: LawBook) -> None:
    # 1 to 20 October: 8, 9, 10, 12 to 16, 19, 20 are ten workdays, 80 h; ten shifts of 9 h are 10 h over.
    world = create_world(session, book)
    worker = world.hire(
        "S1",
        base_pay_amount=600_000,
        hours_system="comprehensive",
        separated_on=dt.date(2026, 10, 20),
    )
    create_hours_cycle(session, world.company, "year", dt.date(2026, 1, 1))
    for day in (8, 9, 10, 12, 13, 14, 15, 16, 19, 20):
        world.shift(worker, f"2026-10-{day:02d} 08:00", f"2026-10-{day:02d} 18:00", 60)
    world.run()
    assert world.slip("S1").weekday_overtime_minutes == 10 * 60
    # 6000 ÷ 21.75 ÷ 8 × 10 × 150 % = 517.24….
    assert world.amounts("S1")["weekday_overtime_pay"] == 51_724


@both_engines
def test_ones_own_cycle_goes_before_the_company_s(session: Session, book: LawBook) -> None:
    world = create_world(session, book)
    for number in ("S1", "S2"):
        worker = world.hire(number, base_pay_amount=600_000, hours_system="comprehensive")
        # 18 workdays of October are 144 h; 17 × 8 + 10 = 146 h are worked.
        world.attend(worker, [on for on in october_workdays() if on.day != 30])
        world.shift(worker, "2026-10-30 08:00", "2026-10-30 18:00")
        if number == "S2":
            create_hours_cycle(session, world.company, "month", OCTOBER.first_on, worker)
    create_hours_cycle(session, world.company, "year", dt.date(2026, 1, 1))
    world.run()
    assert world.slip("S1").weekday_overtime_minutes == 0
    assert "hours_period_goes_on" in {note["code"] for note in world.slip("S1").notes}
    assert world.slip("S2").weekday_overtime_minutes == 120


def october_workdays() -> list[dt.date]:
    days = (8, 9, 10, *range(12, 17), *range(19, 24), *range(26, 31))
    return [dt.date(2026, 10, day) for day in days]


def test_without_a_cycle_the_fault_says_what_to_import(session: Session, book: LawBook) -> None:
    world = create_world(session, book)
    world.hire("S1", base_pay_amount=600_000, hours_system="comprehensive")
    create_hours_cycle(
        session, world.company, "year", dt.date(2025, 1, 1), valid_to=dt.date(2026, 10, 1)
    )
    (fault,) = world.run().computed.faults
    assert fault.error.code == "pay.hours_period_missing"
    assert "import hours_periods" in str(fault.error.hint("en"))


def lieu_world(session: Session, book: LawBook, *off: int) -> tuple[World, Employment]:
    """Somebody who worked Sunday 11 October against time off, and rested on some workdays for it."""
    world = create_world(session, book)
    worker = world.hire("S1", base_pay_amount=600_000)
    world.shift(worker, "2026-10-11 09:00", "2026-10-11 20:00", 60)
    for day in off:
        take_off(world, worker, day)
    world.attend(worker, [on for on in october_workdays() if on.day not in off])
    return world, worker


def take_off(world: World, worker: Employment, day: int) -> None:
    factories.create_leave(world.session, worker, dt.date(2026, 10, day), kind="in_lieu_off")


def lieu_note(world: World) -> dict[str, Any]:
    (note,) = [one for one in world.slip("S1").notes if one["code"].startswith("lieu_")]
    return note


@both_engines
@pytest.mark.feature("FIN-1")
def test_time_in_lieu_is_earned_taken_and_balanced(session: Session, book: LawBook) -> None:
    # Ten hours on the Sunday: eight are earned, two are weekday overtime:
    # 6000 ÷ 21.75 ÷ 8 × 2 × 150 % = 103.448…. A day off takes the eight.
    world, worker = lieu_world(session, book, 19)
    create_lieu_day(session, worker, dt.date(2026, 10, 11))
    world.run()
    assert world.amounts("S1")["weekday_overtime_pay"] == 10_345
    assert "rest_day_overtime_pay" not in world.amounts("S1")
    assert "absence_deduction" not in world.amounts("S1")
    assert lieu_note(world)["code"] == "lieu_balance"
    assert lieu_note(world)["params"] == {
        "earned_minutes": 480,
        "taken_minutes": 480,
        "left_minutes": 0,
    }


@both_engines
def test_more_time_off_than_was_earned_is_noted(session: Session, book: LawBook) -> None:
    world, worker = lieu_world(session, book, 19, 20)
    create_lieu_day(session, worker, dt.date(2026, 10, 11))
    world.run()
    assert lieu_note(world)["code"] == "lieu_overdrawn"
    assert lieu_note(world)["params"]["left_minutes"] == 480


def test_time_earned_in_an_earlier_month_is_not_forgotten(session: Session, book: LawBook) -> None:
    world = create_world(session, book, valid_from=dt.date(2026, 9, 1))
    worker = world.hire("S1", dt.date(2026, 9, 1), base_pay_amount=600_000)
    world.shift(worker, "2026-09-13 09:00", "2026-09-13 13:00", is_in_lieu=True)
    world.run(PayPeriod(2026, 9))
    take_off(world, worker, 19)
    world.run()
    assert lieu_note(world)["params"] == {
        "earned_minutes": 240,
        "taken_minutes": 480,
        "left_minutes": 240,
    }


def test_a_lieu_day_changes_the_fingerprint_of_the_facts(session: Session, book: LawBook) -> None:
    world, worker = lieu_world(session, book)
    before = world.run().computed.hashes.inputs
    assert world.amounts("S1")["rest_day_overtime_pay"] > 0
    create_lieu_day(session, worker, dt.date(2026, 10, 11))
    assert world.run().computed.hashes.inputs != before
    assert "rest_day_overtime_pay" not in world.amounts("S1")

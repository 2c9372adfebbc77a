"""A company whose October needs most of what a pack can say."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.factories.hours import create_hours_cycle, create_roster
from tests.payroll.world import OCTOBER, WORKDAYS, World, create_world
from workforce.core.law import LawBook
from workforce.people.models import Employment


@pytest.fixture(scope="session")
def book() -> LawBook:
    return LawBook.load()


@pytest.fixture
def world(session: Session, book: LawBook) -> World:
    """One pieceworker, W1, with eight hours each workday and 1000 boxes at 2 yuan."""
    world = create_world(session, book)
    world.task_type("box", ("2026-01-01", 2_000_000))
    worker = world.hire("W1", contribution_base_amount=500_000)
    world.attend(worker)
    world.output(worker, "box", 20, 1000)
    return world


@pytest.fixture
def busy(world: World) -> World:
    """W1, and four others whose month looks beyond itself or at others."""
    session = world.session
    early = dt.date(2026, 9, 1)
    night = world.hire("W2", early, average_monthly_wage_amount=435_000)
    # A night into October, three more shifts in its week, output of September accepted late.
    world.shift(night, "2026-09-30 20:00", "2026-10-01 06:00", 60)
    for day in (28, 29):
        world.shift(night, f"2026-09-{day} 09:00", f"2026-09-{day} 20:00", 60)
    world.shift(night, "2026-10-02 09:00", "2026-10-02 17:25", 60)
    world.attend(night, WORKDAYS[:8])
    world.output(night, "box", 1, 33)
    world.output(night, "box", 2, 47)
    type_ = world.task_types["box"]
    factories.create_output(session, night, type_, dt.date(2026, 9, 29), 101, pay_period="2026-10")
    factories.create_leave(session, night, dt.date(2026, 10, 26), half="morning")
    opened(session, night)
    roster = world.hire("W3", base_pay_amount=600_000)
    create_roster(session, roster, OCTOBER, [3, 4, 5, 12, 19, 26])
    world.shift(roster, "2026-10-12 09:00", "2026-10-12 18:00", 60)
    for kind, amount in (("annual_bonus_separate", 2_000_000), ("annual_bonus_merged", 70_000)):
        factories.create_pay_entry(session, roster, kind, amount, "2026-10")
    # A pot by hours: whoever of them is on another day has no part in it.
    pot = dict.fromkeys((night, roster))
    for who, ends in ((night, "18:40"), (roster, "18:05")):
        world.shift(who, "2026-10-27 09:00", f"2026-10-27 {ends}", 60)
    factories.create_group_output(
        session, world.company, type_, dt.date(2026, 10, 27), 1, pot, split_by="hours"
    )
    late = world.hire("W4", early, base_pay_amount=600_000, hours_system="comprehensive")
    create_hours_cycle(session, world.company, "month", early)
    # September has 22 workdays, 176 h: 20 × 9 h are 4 h over, in the last shifts of it.
    for day in range(1, 21):
        world.shift(late, f"2026-09-{day:02d} 08:00", f"2026-09-{day:02d} 18:00", 60)
    factories.create_output(session, late, type_, dt.date(2026, 9, 20), 90, pay_period="2026-10")
    world.attend(late)
    opened(session, late)
    factories.create_adjustment(session, late, amount=-12_30, reason="b9 张三丰")
    return world


def opened(session: Session, worker: Employment) -> None:
    """Say what the books held of the year before October."""
    factories.create_tax_opening(
        session,
        worker,
        through_period="2026-09",
        income_amount=500_000,
        withheld_amount=0,
        months=1,
    )

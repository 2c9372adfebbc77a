"""The formula by hand: speed, crew, and the day on which work in hand is finished."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from workforce.core.work_calendar import WorkCalendar
from workforce.projects.capacity import Workdays, past_workdays, shifts_a_day
from workforce.projects.forecast import (
    FURTHEST_WORKDAYS,
    Finish,
    Load,
    Speed,
    crews,
    forecast,
    speed_of,
)

pytestmark = pytest.mark.feature("BASE-2")

# Without a holiday notice workdays are Monday to Friday. 2 November 2026 is a Monday.
PLAIN = WorkCalendar([])
MONDAY = dt.date(2026, 11, 2)
BOX, POLYGON = 1, 2


def november(day: int) -> dt.date:
    return dt.date(2026, 11, day)


def load(project_id: int, left: int, due_on: dt.date, starts_on: dt.date = MONDAY) -> Load:
    return Load(
        project_id=project_id, task_type_id=BOX, left=left, starts_on=starts_on, due_on=due_on
    )


def test_speed_is_at_the_nearest_rank() -> None:
    """Of 8 person-days 60, 80, 80, 100, 100, 100, 120, 200 the 2nd, 4th and 6th tell; of 4 nothing is told."""
    past = {100: 3, 80: 2, 60: 1, 120: 1, 200: 1}
    assert speed_of(past) == Speed(80, 100, 100, 8)
    # Of 5 the ranks 1.25, 2.5 and 3.75 are rounded up: the 2nd, 3rd and 4th.
    assert speed_of({10: 1, 20: 1, 30: 1, 40: 1, 50: 1}) == Speed(20, 30, 40, 5)
    assert speed_of({10: 4}) is None
    assert speed_of({}) is None


def test_a_crew_is_shared_and_fits_its_places() -> None:
    """Four people, one of whom may do both types, come on 9 of 10 days: 0.9 × 2.5 and 0.9 × 1.5."""
    may_do = [(1, BOX), (2, BOX), (3, BOX), (3, POLYGON), (4, POLYGON), (5, 9)]
    waiting = frozenset({BOX, POLYGON})
    nine = Fraction(9, 10)
    assert crews(may_do, waiting, nine, None) == {BOX: Fraction(9, 4), POLYGON: Fraction(27, 20)}
    # Who may do only one of the two that wait is whole for that one.
    assert crews(may_do, frozenset({POLYGON}), nine, None) == {POLYGON: Fraction(9, 5)}
    # Two places for 3.6 people: each type has 5/9 of its crew.
    assert crews(may_do, waiting, nine, 2) == {BOX: Fraction(5, 4), POLYGON: Fraction(3, 4)}
    assert crews([], waiting, nine, 2) == {BOX: 0, POLYGON: 0}


def test_what_is_due_first_is_done_first() -> None:
    """Two people at 80, 100, 125 units a day: 160, 200, 250 units each workday from Tuesday on.

    Project 7, due first, has 500 left: 2, 2.5 and 3.125 days. Project 8 has 700 more: 1200 in all
    are 4.8, 6 and 7.5 days. The n-th workday after Monday the 2nd: 3 is Thursday the 5th, 6 is the 10th.
    """
    days = Workdays(MONDAY, PLAIN)
    loads = [load(8, 700, november(30)), load(7, 500, november(20))]
    found = forecast(loads, Fraction(2), Speed(80, 100, 125, 9), days.day, days.offset)
    assert found[7] == Finish(november(4), november(5), november(6))
    assert found[8] == Finish(november(9), november(10), november(12))


def test_work_waits_for_its_start_and_may_be_beyond_all_days() -> None:
    """Work that begins on Monday the 9th goes on from the fifth workday after the 2nd, not before."""
    days = Workdays(MONDAY, PLAIN)
    later = [load(7, 100, november(30), starts_on=november(9))]
    found = forecast(later, Fraction(1), Speed(40, 50, 100, 9), days.day, days.offset)
    # 4 workdays lie before the 9th (3rd to 6th); then 1, 2 and 2.5 → 3 days of work.
    assert found[7] == Finish(november(9), november(10), november(11))
    endless = [load(7, FURTHEST_WORKDAYS * 50 + 1, november(30))]
    found = forecast(endless, Fraction(1), Speed(40, 50, 100, 9), days.day, days.offset)
    assert found[7].early is not None
    assert (found[7].middle, found[7].late) == (None, None)


def test_twenty_workdays_before_today() -> None:
    """Four weeks of Monday to Friday before Monday, 2 November: 5 to 30 October."""
    assert past_workdays(MONDAY, PLAIN) == (dt.date(2026, 10, 5), dt.date(2026, 10, 30))


@pytest.mark.parametrize(
    ("shifts", "expected"),
    [
        ([], 1),
        (["09:00-18:00"], 1),
        (["09:00-18:00", "10:00-19:00"], 1),
        (["08:00-16:00", "16:00-00:00", "00:00-08:00"], 3),
        (["08:00-20:00", "20:00-08:00", "09:00-18:00"], 2),
        (["08:00-12:00", "13:00-18:00", "09:00-17:00"], 2),
        (["08:00-08:00"], 1),
    ],
)
def test_shifts_that_follow_one_another(shifts: list[str], expected: int) -> None:
    times = [tuple(map(dt.time.fromisoformat, one.split("-"))) for one in shifts]
    assert shifts_a_day((starts, ends) for starts, ends in times) == expected

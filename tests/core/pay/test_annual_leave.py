"""Days of annual leave: steps of service, parts of a year, by the articles."""

from __future__ import annotations

import datetime as dt

import pytest

from workforce.core.rules.annual_leave import Granted, LeaveSteps, after_months, granted

STEPS = LeaveSteps(steps=((12, 5), (120, 10), (240, 15)), year_days=365)
YEAR_END = dt.date(2026, 12, 31)
LONG_AGO = dt.date(2020, 1, 1)


def of_2026(
    counted_from: dt.date,
    hired_on: dt.date = LONG_AGO,
    separated_on: dt.date | None = None,
    on: dt.date = YEAR_END,
) -> Granted:
    return granted(
        2026,
        on,
        counted_from=counted_from,
        hired_on=hired_on,
        separated_on=separated_on,
        steps=STEPS,
    )


@pytest.mark.feature("FIN-38")
@pytest.mark.parametrize(
    ("counted_from", "days"),
    [
        (dt.date(2020, 1, 1), 5),
        (dt.date(2016, 12, 31), 10),  # ten years are full on the last day of the year
        (dt.date(2017, 1, 1), 5),
        (dt.date(2006, 12, 31), 15),
        (dt.date(1990, 1, 1), 15),
    ],
)
def test_cumulative_service_decides(counted_from: dt.date, days: int) -> None:
    assert of_2026(counted_from).days == days


def test_a_step_counts_from_the_day_it_is_reached() -> None:
    counted_from = dt.date(2016, 7, 1)
    assert of_2026(counted_from, on=dt.date(2026, 6, 30)).days == 5
    assert of_2026(counted_from, on=dt.date(2026, 7, 1)).days == 10


@pytest.mark.feature("FIN-38")
@pytest.mark.parametrize(
    ("counted_from", "hired_on", "separated_on", "days"),
    [
        # Hired on 15 May: 231 days are left; 231 / 365 × 5 = 3.16.
        (dt.date(2015, 6, 1), dt.date(2026, 5, 15), None, 6),  # ten years: 6.33
        (dt.date(2020, 1, 1), dt.date(2026, 5, 15), None, 3),
        # One year of service is full on 1 April: 275 / 365 × 5 = 3.77.
        (dt.date(2025, 4, 1), dt.date(2025, 4, 1), None, 3),
        # Left on 19 October: 292 / 365 × 5 = 4 exactly.
        (dt.date(2020, 1, 1), LONG_AGO, dt.date(2026, 10, 19), 4),
        (dt.date(2020, 1, 1), LONG_AGO, dt.date(2026, 10, 18), 3),
        # Less than a whole day is not granted: 72 / 365 × 5 = 0.99.
        (dt.date(2020, 1, 1), dt.date(2026, 10, 21), None, 0),
        (dt.date(2020, 1, 1), dt.date(2026, 10, 20), None, 1),
        # Not in the year at all.
        (dt.date(2020, 1, 1), LONG_AGO, dt.date(2025, 12, 31), 0),
        (dt.date(2026, 3, 1), dt.date(2026, 3, 1), None, 0),
    ],
)
def test_part_of_a_year_counts_by_calendar_days(
    counted_from: dt.date, hired_on: dt.date, separated_on: dt.date | None, days: int
) -> None:
    assert of_2026(counted_from, hired_on, separated_on).days == days


def test_before_the_first_step_it_says_from_when_on() -> None:
    found = of_2026(dt.date(2026, 3, 1), dt.date(2026, 3, 1))
    assert (found.days, found.year_days, found.first_step_on) == (0, 0, dt.date(2027, 3, 1))


def test_a_leap_year_gives_no_more_than_the_year() -> None:
    found = granted(
        2024,
        dt.date(2024, 12, 31),
        counted_from=dt.date(1990, 1, 1),
        hired_on=LONG_AGO,
        separated_on=None,
        steps=STEPS,
    )
    assert found.days == 15


def test_months_are_full_on_the_same_day_or_the_last() -> None:
    assert after_months(dt.date(2024, 2, 29), 12) == dt.date(2025, 2, 28)
    assert after_months(dt.date(2025, 12, 31), 120) == dt.date(2035, 12, 31)

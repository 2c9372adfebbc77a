"""Minutes late and left early, with and without grace, over midnight too."""

from __future__ import annotations

import datetime as dt

import pytest

from workforce.attendance.lateness import late_and_early
from workforce.attendance.shift_types import Planned

DAY = dt.date(2026, 10, 12)


def planned(starts: int, ends: int, late_grace: int = 5, early_grace: int = 10) -> Planned:
    return Planned("x", "班", dt.time(starts), dt.time(ends), 60, late_grace, early_grace)


def at(hour: int, minute: int, day: dt.date = DAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(hours=hour, minutes=minute)


@pytest.mark.feature("SUP-8")
@pytest.mark.parametrize(
    ("starts_at", "ends_at", "expected"),
    [
        (at(8, 50), at(18, 0), (0, 0)),
        (at(9, 0), at(18, 30), (0, 0)),
        (at(9, 5), at(18, 0), (0, 0)),  # the last minute of grace
        (at(9, 6), at(18, 0), (6, 0)),  # past it all minutes count
        (at(9, 0), at(17, 50), (0, 0)),
        (at(9, 0), at(17, 49), (0, 11)),
        (at(10, 0), at(16, 0), (60, 120)),
        (at(19, 0), at(21, 0), (0, 0)),  # extra work after the shift
        (at(6, 0), at(9, 0), (0, 0)),
    ],
)
def test_grace_forgives_whole_and_past_it_all_counts(
    starts_at: dt.datetime, ends_at: dt.datetime, expected: tuple[int, int]
) -> None:
    assert late_and_early(planned(9, 18), DAY, starts_at, ends_at) == expected


@pytest.mark.feature("SUP-8")
def test_a_night_shift_ends_on_the_next_day() -> None:
    night = planned(20, 8)
    assert late_and_early(night, DAY, at(20, 7), at(32, 0)) == (7, 0)
    assert late_and_early(night, DAY, at(20, 0), at(31, 30)) == (0, 30)
    # Who comes after midnight is four hours late, not early.
    assert late_and_early(night, DAY, at(24, 0), at(32, 0)) == (240, 0)


@pytest.mark.feature("SUP-8")
def test_each_kind_of_shift_has_its_own_grace() -> None:
    strict, mild = planned(9, 18, 0, 0), planned(9, 18, 30, 30)
    assert late_and_early(strict, DAY, at(9, 1), at(17, 59)) == (1, 1)
    assert late_and_early(mild, DAY, at(9, 30), at(17, 30)) == (0, 0)

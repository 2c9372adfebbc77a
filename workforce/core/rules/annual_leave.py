"""Days of annual leave that the law grants for a calendar year (职工带薪年休假条例, 实施办法).

Cumulative service, with whatever employer, decides on the days of a whole year; they are due from the day
on which the first step is reached. Of a year that is employed only in part, the part counts by calendar
days, and less than a whole day is not granted (实施办法第五条、第十二条). A step that is reached in
the course of the year counts for the whole of it, from that day on: the reading that favours the
employee, where the articles are silent.

What takes the leave away (条例第四条: long sick leave in the year, school holidays) is a person's to judge.
"""

import datetime as dt
from dataclasses import dataclass

_DAY = dt.timedelta(days=1)
_MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveSteps:
    """The law's numbers: (months of service, days a year) from the lowest step up; days in the year."""

    steps: tuple[tuple[int, int], ...]
    year_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What the law grants of a year.

    Attributes:
        days: whole days.
        year_days: those of a whole year at the step that is reached; 0 before the first step.
        from_on: the first day of the year that counts.
        until_on: the last one.
        first_step_on: when the first step is, or will be, reached.

    """

    days: int
    year_days: int
    from_on: dt.date
    until_on: dt.date
    first_step_on: dt.date


def granted(  # one argument each for the dates that decide
    year: int,
    on: dt.date,
    *,
    counted_from: dt.date,
    hired_on: dt.date,
    separated_on: dt.date | None,
    steps: LeaveSteps,
) -> Granted:
    """Return the days of a calendar year as they stand on a day.

    Args:
        year: the calendar year.
        on: the day; a step that is reached later does not count yet.
        counted_from: from when cumulative service counts.
        hired_on: first day with this employer.
        separated_on: last day with this employer, if it ends.
        steps: the law's numbers.

    """
    first_step_on = after_months(counted_from, steps.steps[0][0])
    from_on = max(dt.date(year, 1, 1), hired_on, first_step_on)
    until_on = min(dt.date(year, 12, 31), separated_on or dt.date.max)
    reached_by = min(on, until_on)
    reached = [
        days for months, days in steps.steps if after_months(counted_from, months) <= reached_by
    ]
    year_days = reached[-1] if reached else 0
    counted = max((until_on - from_on) // _DAY + 1, 0)
    days = min(counted * year_days // steps.year_days, year_days)
    return Granted(
        days=days,
        year_days=year_days,
        from_on=from_on,
        until_on=until_on,
        first_step_on=first_step_on,
    )


def after_months(start: dt.date, months: int) -> dt.date:
    """Return the day on which so many months are full; of a shorter month its last day."""
    whole = start.month - 1 + months
    year, month = start.year + whole // _MONTHS, whole % _MONTHS + 1
    for day in range(start.day, 0, -1):
        try:
            return dt.date(year, month, day)
        except ValueError:
            continue
    raise AssertionError(start)

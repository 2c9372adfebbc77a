"""Which day is a workday, a rest day or a statutory holiday, for every employee at once.

The grid has a row an employee and a column a day. It starts on a Monday and covers whole ISO weeks:
those that the month touches, and earlier ones where output of earlier months is paid or a period of
comprehensive hours ended that decides its hours.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workforce.core.facts import Facts, Mask, date_of, day_number, month_number, month_of
from workforce.core.money import Column
from workforce.core.period import PayPeriod
from workforce.core.work_calendar import DayClass, DayMark, WorkCalendar

DAYS_IN_WEEK = 7
LONGEST_DELAY_DAYS = 371
"""Output accepted more than 53 weeks after the month's first day is refused, not paid by guess."""

Grid = NDArray[np.int64]
ClassGrid = NDArray[np.int8]
MaskGrid = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayGrid:
    """Day classes and employed days.

    Attributes:
        first_day: day number of column 0, a Monday.
        month: the columns of the pay period.
        whole: the columns of the month that it is, or is half of.
        classes: `DayClass`, int8[employees, days].
        employed: bool[employees, days].
        is_holiday: bool[days + 1]; statutory holidays are everybody's. A shift of the last day may
            reach into the day after it.
        is_known: bool[days + 1]; false where the day's year has no calendar yet.
        has_moved_workday: bool[employees, weeks]: the calendar moves a workday into the week; a roster,
            which stands in its place, is not moved.

    """

    first_day: int
    month: slice
    whole: slice
    classes: ClassGrid
    employed: MaskGrid
    is_holiday: Mask
    is_known: Mask
    has_moved_workday: MaskGrid

    @property
    def day_before(self) -> slice:
        """The columns of the days before those of the month."""
        return slice(self.month.start - 1, self.month.stop - 1)

    @property
    def size(self) -> int:
        """Number of employees."""
        return len(self.classes)

    @property
    def width(self) -> int:
        """Number of days."""
        return int(self.classes.shape[1])

    def column(self, day: Column) -> Column:
        """Return the grid columns of day numbers."""
        return day - self.first_day

    def holds(self, day: Column) -> Mask:
        """Tell which day numbers lie on the grid."""
        inside: Mask = (day >= self.first_day) & (day < self.first_day + self.width)
        return inside

    def in_month(self, day: Column) -> Mask:
        """Tell which day numbers lie in the pay month."""
        column = self.column(day)
        inside: Mask = (column >= self.month.start) & (column < self.month.stop)
        return inside

    def cell(self, employee: Column, column: Column) -> Column:
        """Return positions in the flattened grid."""
        return employee * self.width + column

    def add_up(self, cell: Column, values: Column) -> Grid:
        """Sum values by cell: int64[employees, days]."""
        flat = np.zeros(self.size * self.width, dtype=np.int64)
        np.add.at(flat, cell, values)
        return flat.reshape(self.size, self.width)


def build(facts: Facts, calendar: WorkCalendar) -> DayGrid:
    """Lay the calendar under every employee's own rest days.

    Raises:
        LawMissingError: the pay month's year has no calendar.

    """
    first_day, width = _window(facts)
    marks, is_known = _marks(facts, calendar, first_day, width + 1)
    is_holiday, marks = marks == DayMark.HOLIDAY, marks[:-1]
    people = facts.employments
    classes = _classes(facts, marks, first_day)
    # Columns of the grid are small numbers, which are compared much faster than days.
    column = np.arange(width, dtype=np.int16)
    hired, separated = (
        np.clip(day - first_day, -1, width).astype(np.int16)[:, None]
        for day in (people.hired_on, people.separated_on)
    )
    employed = (column >= hired) & (column <= separated)
    moved = (marks == DayMark.ADJUSTED_WORKDAY).reshape(-1, DAYS_IN_WEEK).any(axis=1)
    return DayGrid(
        first_day=first_day,
        month=_columns(facts.period, first_day),
        whole=_columns(facts.period.whole, first_day),
        classes=classes,
        employed=employed,
        is_holiday=is_holiday,
        is_known=is_known,
        has_moved_workday=moved & ~people.has_roster[:, None],
    )


def days_true(mask: MaskGrid) -> Column:
    """Count the true days of each row, at most 127: much faster than a sum along so short an axis."""
    days: NDArray[np.int8] = np.einsum("ij->i", mask.view(np.int8))
    return days.astype(np.int64)


def _columns(period: PayPeriod, first_day: int) -> slice:
    start = day_number(period.first_on) - first_day
    return slice(start, start + period.days)


def oldest_output_day(facts: Facts) -> int:
    """Return the first day whose output may still be paid."""
    return day_number(facts.period.first_on) - LONGEST_DELAY_DAYS


def _window(facts: Facts) -> tuple[int, int]:
    """Return first day and width: all of the output that may be paid lies behind the first column."""
    earliest, limit = facts.first_day, oldest_output_day(facts)
    recent = facts.output_days[1]
    if recent.size and int(recent.min()) < limit:
        recent = recent[recent >= limit]
    if recent.size:
        earliest = min(earliest, int(recent.min()) - 1)
        earliest = min((earliest, *_ended_months(facts, earliest)))
    first_day = earliest - date_of(earliest).weekday()
    return first_day, facts.last_day + 1 - first_day


def _ended_months(facts: Facts, earliest: int) -> list[int]:
    """Return the first days of the months since a day in which a period of hours ended."""
    periods, since = facts.hours_periods, month_number(PayPeriod.of(date_of(earliest)))
    ended = periods.month[periods.is_end & (periods.month >= since)]
    return [day_number(month_of(month).first_on) for month in np.unique(ended).tolist()]


def _marks(
    facts: Facts, calendar: WorkCalendar, first_day: int, width: int
) -> tuple[ClassGrid, Mask]:
    calendar.mark(facts.period.first_on)  # refuses a month without calendar
    dates = [date_of(first_day) + dt.timedelta(days=offset) for offset in range(width)]
    known = [calendar.has_year(on.year) for on in dates]
    marks = [
        calendar.mark(on) if is_known else DayMark.ORDINARY
        for on, is_known in zip(dates, known, strict=True)
    ]
    return np.array(marks, dtype=np.int8), np.array(known, dtype=np.bool_)


def _classes(facts: Facts, marks: ClassGrid, first_day: int) -> ClassGrid:
    """Return each employee's day classes; a roster stands in the place of calendar and weekdays."""
    people = facts.employments
    patterns, pattern_of = np.unique(people.rest_weekdays, return_inverse=True)
    weekday = np.arange(len(marks)) % DAYS_IN_WEEK
    rests = (patterns[:, None] >> weekday) & 1 == 1
    off = (marks == DayMark.DAY_OFF) | (rests & (marks == DayMark.ORDINARY))
    by_pattern = np.where(off, DayClass.REST_DAY, DayClass.WORKDAY).astype(np.int8)
    by_pattern[:, marks == DayMark.HOLIDAY] = DayClass.HOLIDAY
    classes: ClassGrid = by_pattern[pattern_of]
    if people.has_roster.any():
        rows = facts.rest_dates
        column = rows.day - first_day
        here = people.has_roster[rows.employee] & (column >= 0) & (column < len(marks))
        rest = np.zeros(classes.shape, dtype=np.bool_)
        rest[rows.employee[here], column[here]] = True
        roster = np.where(rest, DayClass.REST_DAY, DayClass.WORKDAY).astype(np.int8)
        roster[:, marks == DayMark.HOLIDAY] = DayClass.HOLIDAY
        classes[people.has_roster] = roster[people.has_roster]
    return classes

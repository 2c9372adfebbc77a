"""Workdays, rest days and statutory holidays, from the yearly holiday notices.

A notice gives, for one year, the statutory holidays, the further days off around them, and the
weekend days on which people work instead. All else follows the person's own rest weekdays.

Only a statutory holiday is paid at 300 %. The other days of a break are rest days (200 %), also
where everyday speech calls the whole break a holiday.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from workforce.core.errors import LawMissingError
from workforce.core.period import DateRange, PayPeriod

SATURDAY_AND_SUNDAY = frozenset({6, 7})


class DayClass(IntEnum):
    """What work on a day is, for one person."""

    WORKDAY = 0
    REST_DAY = 1
    HOLIDAY = 2


class DayMark(IntEnum):
    """What the notice says of a day, before anybody's rest weekdays are looked at."""

    ORDINARY = 0
    DAY_OFF = 1
    HOLIDAY = 2
    ADJUSTED_WORKDAY = 3


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year's notice.

    Attributes:
        year: the year it is for; a few dates may lie in the December before.
        holidays: statutory holidays; one date even where two festivals fall on it.
        days_off: the other days of the breaks, weekend days included.
        adjusted_workdays: weekend days that are workdays.
        title: title and number of the notice.
        link: official page, or empty.
        confidence: ``official`` or ``estimate``.
        coinciding_festivals: how many festivals fall on a day that another already made a holiday.
        festivals: codes of the festivals of each statutory holiday; those of one break share its
            days where the notice does not tell them apart.

    """

    year: int
    holidays: frozenset[date]
    days_off: frozenset[date]
    adjusted_workdays: frozenset[date]
    title: str
    link: str
    confidence: str
    coinciding_festivals: int = 0
    festivals: Mapping[date, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_estimate(self) -> bool:
        """Whether nobody has verified the notice."""
        return self.confidence == "estimate"


class WorkCalendar:
    """The years for which a notice is known."""

    def __init__(self, years: Iterable[CalendarYear]) -> None:
        """Index the notices by year and by day; a later notice wins over one that came before."""
        self.years: Mapping[int, CalendarYear] = {
            year.year: year for year in sorted(years, key=lambda each: each.year)
        }
        self._marks: dict[date, DayMark] = {}
        for year in self.years.values():
            self._marks |= dict.fromkeys(year.days_off, DayMark.DAY_OFF)
            self._marks |= dict.fromkeys(year.adjusted_workdays, DayMark.ADJUSTED_WORKDAY)
            self._marks |= dict.fromkeys(year.holidays, DayMark.HOLIDAY)

    def has_year(self, year: int) -> bool:
        """Tell whether the notice for a year is known."""
        return year in self.years

    def mark(self, on: date) -> DayMark:
        """Return what the notice says of a day.

        Raises:
            LawMissingError: the year has no notice yet.

        """
        if on.year not in self.years:
            raise LawMissingError("law.calendar_missing", year=on.year)
        return self._marks.get(on, DayMark.ORDINARY)

    def is_expected_workday(self, on: date) -> bool:
        """Tell whether offices work on a day; in a year without a notice, from Monday to Friday.

        For deadlines and reminders: what is paid asks `day_class`, which guesses at nothing.
        """
        if not self.has_year(on.year):
            return on.isoweekday() not in SATURDAY_AND_SUNDAY
        return self.day_class(on) is DayClass.WORKDAY

    def festivals(self, on: date) -> tuple[str, ...]:
        """Return the codes of the festivals that make a day a statutory holiday; else nothing."""
        return self.years[on.year].festivals.get(on, ()) if on.year in self.years else ()

    def day_class(
        self, on: date, rest_weekdays: AbstractSet[int] = SATURDAY_AND_SUNDAY
    ) -> DayClass:
        """Return what work on a day is for a person with these rest weekdays (ISO, Monday = 1).

        Raises:
            LawMissingError: the year has no notice yet.

        """
        mark = self.mark(on)
        if mark is DayMark.HOLIDAY:
            return DayClass.HOLIDAY
        if mark is DayMark.ADJUSTED_WORKDAY:
            return DayClass.WORKDAY
        if mark is DayMark.DAY_OFF or on.isoweekday() in rest_weekdays:
            return DayClass.REST_DAY
        return DayClass.WORKDAY

    def marks(self, days: DateRange) -> NDArray[np.int8]:
        """Return the `DayMark` of each day: int8[days].

        Raises:
            LawMissingError: a year has no notice yet.

        """
        return np.array([self.mark(on) for on in days], np.int8)

    def classes(
        self, days: DateRange, rest_weekdays: AbstractSet[int] = SATURDAY_AND_SUNDAY
    ) -> NDArray[np.int8]:
        """Return the `DayClass` of each day: int8[days].

        Raises:
            LawMissingError: a year has no notice yet.

        """
        return np.array([self.day_class(on, rest_weekdays) for on in days], np.int8)

    def month_classes(
        self, period: PayPeriod, rest_weekdays: AbstractSet[int] = SATURDAY_AND_SUNDAY
    ) -> NDArray[np.int8]:
        """Return the `DayClass` of each day of a month: int8[days of the month].

        Raises:
            LawMissingError: the year has no notice yet.

        """
        return self.classes(period.range, rest_weekdays)

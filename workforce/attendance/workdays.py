"""On which days somebody is to work: the calendar, the own rest days, and the roster where there is one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

from workforce.attendance import queries
from workforce.core.period import PayPeriod
from workforce.core.work_calendar import DayClass

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.work_calendar import WorkCalendar
    from workforce.platform.scope import Scope

_DAY: Final = dt.timedelta(days=1)
_WITH_WORKDAYS: Final = frozenset({"full_time", "dispatched", "rehired_retiree", "intern"})


def has_stated_workdays(employment_type: str, hours_system: str) -> bool:
    """Tell whether a contract says on which days one works: others are not missed on any day."""
    return employment_type in _WITH_WORKDAYS and hours_system != "irregular"


class Workdays:
    """The days of everybody in a scope; one read for any number of people.

    A roster decides on rest days in its month; statutory holidays stay holidays. For a year without a
    holiday notice the days of the week alone decide.
    """

    def __init__(self, calendar: WorkCalendar, rosters: Mapping[tuple[int, str], int]) -> None:
        """Take the calendar, and by employment and month the bits of the rest days."""
        self._rosters = rosters

        @cache
        def class_of(on: dt.date, rest_weekdays: str) -> DayClass:
            rest = frozenset(map(int, rest_weekdays))
            if calendar.has_year(on.year):
                return calendar.day_class(on, rest)
            return DayClass.REST_DAY if on.isoweekday() in rest else DayClass.WORKDAY

        self._class_of = class_of

    @classmethod
    def read(
        cls,
        session: Session,
        scope: Scope,
        first_on: dt.date,
        last_on: dt.date,
        calendar: WorkCalendar,
        employment_ids: Collection[int] | None = None,
    ) -> Workdays:
        """Read the rosters of a range of days, both ends included, of all in scope or of some."""
        chosen = queries.rosters(scope, PayPeriod.of(first_on), PayPeriod.of(last_on))
        if employment_ids is not None:
            column = chosen.selected_columns["employment_id"]
            chosen = chosen.where(column.in_(employment_ids))
        rows = session.execute(chosen)
        return cls(calendar, {(row[0], row[1]): row[2] for row in rows})

    def has_roster(self, employment_id: int, on: dt.date) -> bool:
        """Tell whether a roster decides on a day of somebody."""
        return (employment_id, f"{on:%Y-%m}") in self._rosters

    def day_class(self, employment_id: int, rest_weekdays: str, on: dt.date) -> DayClass:
        """Return what a day is for somebody."""
        found = self._class_of(on, rest_weekdays)
        bits = self._rosters.get((employment_id, f"{on:%Y-%m}")) if self._rosters else None
        if bits is None or found is DayClass.HOLIDAY:
            return found
        return DayClass.REST_DAY if bits >> (on.day - 1) & 1 else DayClass.WORKDAY

    def is_workday(self, employment_id: int, rest_weekdays: str, on: dt.date) -> bool:
        """Tell whether somebody is to work on a day."""
        return self.day_class(employment_id, rest_weekdays, on) is DayClass.WORKDAY

    def count(
        self, employment_id: int, rest_weekdays: str, first_on: dt.date, last_on: dt.date
    ) -> int:
        """Count the workdays of a range, both ends included."""
        return sum(
            self.is_workday(employment_id, rest_weekdays, on) for on in days(first_on, last_on)
        )


def days(first_on: dt.date, last_on: dt.date) -> Iterable[dt.date]:
    """Yield the days of a range, both ends included."""
    return (first_on + n * _DAY for n in range((last_on - first_on).days + 1))

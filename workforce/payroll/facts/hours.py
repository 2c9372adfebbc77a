"""Agreements about hours as columns of the facts: rosters, lieu days, periods of comprehensive hours.

The standard of a period is 8 hours for each workday of the calendar (Saturdays and Sundays rest, the
notice's moved days counted) on which the person was employed, less the days on paid leave: leave must
not eat the hours over the standard.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from workforce.core.facts import (
    Facts,
    HoursPeriods,
    LeaveKind,
    RestDates,
    Shifts,
    date_of,
    day_number,
    month_number,
)
from workforce.core.period import PayPeriod
from workforce.core.rules.leave import HALVES, UNPAID_KINDS
from workforce.core.work_calendar import DayClass, DayMark
from workforce.payroll.facts.columns import MINUTES_IN_DAY, cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workforce.core.facts import Mask
    from workforce.core.money import Column
    from workforce.core.work_calendar import WorkCalendar
    from workforce.payroll.facts.columns import Positions, Table
    from workforce.payroll.facts.hours_reading import HoursPeriod, HoursTables

_ONE_DAY: Final = dt.timedelta(days=1)
_UNPAID: Final = frozenset(kind.code for kind in UNPAID_KINDS)
_COUNTED_LEAVE: Final = frozenset(kind.code for kind in LeaveKind) - _UNPAID


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursAgreements:
    """What the tables say about hours, and what is needed to turn it into columns."""

    tables: HoursTables
    calendar: WorkCalendar
    daily_minutes: int

    def joined_to(self, facts: Facts, positions: Positions) -> Facts:
        """Return the facts with rosters, lieu days and periods of hours."""
        facts = replace(facts, shifts=self._with_late_shifts(facts, positions))
        roster_of = self._rosters(positions)
        has_roster = np.zeros(facts.size, dtype=np.bool_)
        has_roster[list(roster_of)] = True
        return replace(
            facts,
            employments=replace(facts.employments, has_roster=has_roster),
            rest_dates=self._rest_dates(facts, roster_of),
            shifts=replace(facts.shifts, is_in_lieu=self._in_lieu(facts, positions)),
            hours_periods=self._periods(positions),
        )

    def _with_late_shifts(self, facts: Facts, positions: Positions) -> Shifts:
        """Return the shifts with all those of earlier months in which a period ended."""
        ended = self.tables.ended_before()
        late = self.tables.late_shifts
        if not (ended and late.size):
            return facts.shifts
        owners = positions.of(np.array([employment_id for employment_id, _ in ended], np.int64))
        days = (np.arange(day_number(of.first_on), day_number(of.end_on)) for _, of in ended)
        asked = np.concatenate(list(map(cell, owners, days)))

        def is_asked(employee: Column, start_minute: Column) -> Mask:
            cells = cell(employee, start_minute // MINUTES_IN_DAY)
            return (employee >= 0) & np.isin(cells, asked)

        more = Shifts(
            employee=positions.of(late.ints("employment_id")),
            start_minute=late.minutes("starts_at"),
            end_minute=late.minutes("ends_at"),
            break_minutes=late.ints("break_minutes"),
            is_in_lieu=late.flags("is_in_lieu"),
        )
        known = facts.shifts
        keep = ~is_asked(known.employee, known.start_minute)
        add = is_asked(more.employee, more.start_minute)
        columns = {
            item.name: np.concatenate(
                (getattr(known, item.name)[keep], getattr(more, item.name)[add])
            )
            for item in fields(Shifts)
        }
        return Shifts(**columns)

    def _in_lieu(self, facts: Facts, positions: Positions) -> Mask:
        """Mark the shifts of agreed lieu days besides those that say so themselves."""
        agreed, rows = self.tables.lieu_days, facts.shifts
        if not agreed.size:
            return rows.is_in_lieu
        who = positions.of(agreed.ints("employment_id"))
        cells = cell(who, agreed.days("work_on"))
        day = rows.start_minute // MINUTES_IN_DAY
        is_agreed = np.isin(cell(rows.employee, day), cells[who >= 0])
        is_in_lieu: Mask = rows.is_in_lieu | is_agreed
        return is_in_lieu

    def _rosters(self, positions: Positions) -> dict[int, dict[PayPeriod, int]]:
        """Return the bits of rest days by employee and month."""
        rows = self.tables.rosters
        found: defaultdict[int, dict[PayPeriod, int]] = defaultdict(dict)
        for who, period, bits in zip(
            positions.of(rows.ints("employment_id")).tolist(),
            rows.values["period"],
            rows.values["rest_day_bits"],
            strict=True,
        ):
            if who >= 0:
                found[who][PayPeriod.parse(period)] = bits
        return dict(found)

    def _rest_dates(
        self, facts: Facts, roster_of: Mapping[int, Mapping[PayPeriod, int]]
    ) -> RestDates:
        """Return all rest days of people with a roster; months without one keep their weekdays."""
        made = [facts.first_day, *facts.output_days[1].tolist()]
        first_on, last_on = date_of(min(made)) - 7 * _ONE_DAY, date_of(facts.last_day)
        days = [first_on + n * _ONE_DAY for n in range((last_on - first_on).days + 1)]
        who, rest = [], []
        for employee, months in sorted(roster_of.items()):
            weekdays = int(facts.employments.rest_weekdays[employee])
            for on in days:
                bits = months.get(PayPeriod.of(on))
                if (
                    self._is_ordinary_rest(on, weekdays)
                    if bits is None
                    else bits >> (on.day - 1) & 1
                ):
                    who.append(employee)
                    rest.append(day_number(on))
        return RestDates(employee=np.array(who, np.int64), day=np.array(rest, np.int64))

    def _is_ordinary_rest(self, on: dt.date, weekdays: int) -> bool:
        """Tell whether a day is a rest day of somebody without a roster."""
        mark = self.calendar.mark(on) if self.calendar.has_year(on.year) else DayMark.ORDINARY
        if mark is DayMark.ORDINARY:
            return bool(weekdays >> (on.isoweekday() - 1) & 1)
        return mark is DayMark.DAY_OFF

    def _periods(self, positions: Positions) -> HoursPeriods:
        """Return one row an employment and month, with what a period that ends there has seen."""
        before = self._minutes_by_month()
        leave = self._paid_leave()
        rows = []
        for (employment_id, month), one in sorted(self.tables.periods.items()):
            (who,) = positions.of(np.array([employment_id], np.int64)).tolist()
            if who < 0:
                continue
            minutes = standard = 0
            if one.ends_in(month):
                months = _months(PayPeriod.of(one.first_on), month)
                minutes = sum(before[employment_id, of] for of in months)
                standard = self._standard(one, leave.get(employment_id, {}))
            rows.append((who, month_number(month), one.ends_in(month), minutes, standard))
        columns: list[Column] = list(np.array(rows, np.int64).reshape(-1, 5).T)
        return HoursPeriods(
            employee=columns[0],
            month=columns[1],
            is_end=columns[2].astype(np.bool_),
            minutes_before=columns[3],
            standard_minutes=columns[4],
        )

    def _standard(self, period: HoursPeriod, on_leave: Mapping[dt.date, int]) -> int:
        half_days = (
            HALVES - on_leave.get(on, 0)
            for on in _days(period.first_on, period.last_on)
            if self.calendar.day_class(on) is DayClass.WORKDAY
        )
        return sum(half_days) * self.daily_minutes // HALVES

    def _paid_leave(self) -> dict[int, dict[dt.date, int]]:
        """Return the half days on paid leave by employment and day."""
        rows = self.tables.leaves
        found: defaultdict[int, dict[dt.date, int]] = defaultdict(dict)
        if rows.size:
            for employment_id, kind, half, first, last in zip(
                rows.values["employment_id"],
                rows.values["kind"],
                rows.values["half"],
                rows.days("first_on").tolist(),
                rows.days("last_on").tolist(),
                strict=True,
            ):
                if kind in _COUNTED_LEAVE:
                    days = _days(date_of(first), date_of(last))
                    found[employment_id] |= dict.fromkeys(days, 1 if half else HALVES)
        return found

    def _minutes_by_month(self) -> Counter[tuple[int, PayPeriod]]:
        """Return the minutes before the month, statutory holidays excepted."""
        found: Counter[tuple[int, PayPeriod]] = Counter()
        rows = self.tables.worked
        if rows.size:
            names = ("employment_id", "year", "month", "minutes")
            for employment_id, year, month, minutes in zip(
                *(rows.ints(name).tolist() for name in names), strict=True
            ):
                found[employment_id, PayPeriod(year, month)] += minutes
        for employment_id, on, minutes in self._split_shifts():
            found[employment_id, PayPeriod.of(on)] += minutes
        return found

    def _split_shifts(self) -> Iterator[tuple[int, dt.date, int]]:
        """Yield the minutes of shifts around holidays that are not on one; the break is theirs first."""
        rows: Table = self.tables.holiday_shifts
        if not rows.size:
            return
        for employment_id, start, end, rest in zip(
            rows.values["employment_id"],
            rows.minutes("starts_at").tolist(),
            rows.minutes("ends_at").tolist(),
            rows.values["break_minutes"],
            strict=True,
        ):
            day = start // MINUTES_IN_DAY
            midnight = (day + 1) * MINUTES_IN_DAY
            parts = ((day, min(end, midnight) - start), (day + 1, max(end - midnight, 0)))
            ordinary = sum(minutes for of, minutes in parts if not self._is_holiday(date_of(of)))
            yield employment_id, date_of(day), max(ordinary - rest, 0)

    def _is_holiday(self, on: dt.date) -> bool:
        return self.calendar.has_year(on.year) and self.calendar.mark(on) is DayMark.HOLIDAY


def _months(first: PayPeriod, before: PayPeriod) -> Iterator[PayPeriod]:
    while first < before:
        yield first
        first = first.next()


def _days(first_on: dt.date, last_on: dt.date) -> Iterator[dt.date]:
    return (first_on + n * _ONE_DAY for n in range((last_on - first_on).days + 1))

"""What a pay month reads of agreements about hours, and of periods of comprehensive hours.

The three tables of agreements are always read. The hours before the month are read only where a
period of comprehensive hours ends: summed in the database, but for the few shifts that touch a
statutory holiday, whose minutes are told apart here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from workforce.attendance import queries as attendance
from workforce.attendance.service import MONTHS_OF_CYCLE
from workforce.core.facts import HoursSystem, date_of, day_number
from workforce.core.period import PayPeriod
from workforce.core.work_calendar import DayMark
from workforce.payroll.facts.columns import Table, read
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from workforce.core.work_calendar import WorkCalendar

_COMPREHENSIVE: Final = HoursSystem.COMPREHENSIVE.code
_ONE_DAY: Final = dt.timedelta(days=1)
NOTHING: Final = Table(0, {})


@dataclass(frozen=True, slots=True)
class HoursPeriod:
    """One employment's period of comprehensive hours: its days, both ends included.

    It begins with the employment and ends with it, if that is within the cycle.
    """

    first_on: dt.date
    last_on: dt.date

    def ends_in(self, month: PayPeriod) -> bool:
        """Tell whether the period ends in a month."""
        return self.last_on <= month.last_on


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursTables:
    """The rows as they are stored. ``periods``: by employment id and month, who has one."""

    month: PayPeriod
    rosters: Table
    lieu_days: Table
    periods: Mapping[tuple[int, PayPeriod], HoursPeriod] = field(default_factory=dict)
    worked: Table = NOTHING
    holiday_shifts: Table = NOTHING
    leaves: Table = NOTHING
    late_shifts: Table = NOTHING
    """All shifts of earlier months in which a period ended, where their output is paid now."""

    def ended_before(self) -> list[tuple[int, PayPeriod]]:
        """Return employments and earlier months whose period has ended there."""
        return [
            (employment_id, of)
            for (employment_id, of), one in self.periods.items()
            if of < self.month and one.ends_in(of)
        ]


def read_hours(
    session: Session,
    scope: Scope,
    period: PayPeriod,
    calendar: WorkCalendar,
    employments: Table,
    *made: Table,
) -> HoursTables:
    """Read agreements, and what periods that end in the month (or in one paid late) have seen.

    ``made`` is the output that is paid in the month.
    """
    month = period.whole
    late = _late_months(month, *made)
    first = min([month.previous(), *(of.previous() for months in late.values() for of in months)])
    rosters = read(
        session,
        attendance.rosters(scope, first, month).order_by(None),
        "employment_id",
        "period",
        "rest_day_bits",
    )
    lieu_days = read(
        session,
        attendance.lieu_days(scope, first.first_on, month.last_on).order_by(None),
        "employment_id",
        "work_on",
    )
    cycles = read(
        session,
        attendance.hours_cycles(scope),
        "employment_id",
        "kind",
        "valid_from",
        "valid_to",
    )
    periods = _periods(employments, late, cycles, month)
    ending = [one for (_, of), one in periods.items() if one.ends_in(of)]
    if not ending:
        return HoursTables(month=month, rosters=rosters, lieu_days=lieu_days, periods=periods)
    first_on = min(one.first_on for one in ending)
    festive = _days_that_reach_holidays(calendar, first_on, month.last_on)
    return HoursTables(
        month=month,
        rosters=rosters,
        lieu_days=lieu_days,
        periods=periods,
        worked=read(
            session,
            attendance.worked_minutes(scope, _COMPREHENSIVE, first_on, month.first_on, festive),
            "employment_id",
            "year",
            "month",
            "minutes",
        ),
        holiday_shifts=read(
            session,
            attendance.shifts_starting_on(
                scope, _COMPREHENSIVE, [on for on in festive if on < month.first_on]
            ).order_by(None),
            "employment_id",
            "starts_at",
            "ends_at",
            "break_minutes",
        ),
        leaves=read(
            session,
            attendance.leaves(scope, first_on, month.last_on).order_by(None),
            "employment_id",
            "kind",
            "first_on",
            "last_on",
            "half",
        ),
        late_shifts=_read_late_shifts(session, scope, periods, month),
    )


def _read_late_shifts(
    session: Session,
    scope: Scope,
    periods: Mapping[tuple[int, PayPeriod], HoursPeriod],
    month: PayPeriod,
) -> Table:
    ended = [of for (_, of), one in periods.items() if of < month and one.ends_in(of)]
    if not ended:
        return NOTHING
    days = [of.first_on + n * _ONE_DAY for of in sorted(set(ended)) for n in range(of.days)]
    return read(
        session,
        attendance.shifts_starting_on(scope, _COMPREHENSIVE, days).order_by(None),
        "employment_id",
        "starts_at",
        "ends_at",
        "break_minutes",
        "is_in_lieu",
    )


def _periods(
    employments: Table, late: Mapping[int, set[PayPeriod]], cycles: Table, month: PayPeriod
) -> dict[tuple[int, PayPeriod], HoursPeriod]:
    """Return the periods that hold in the month and in months whose output is paid in it."""
    who = [
        row
        for row, system in enumerate(employments.values["hours_system"])
        if system == _COMPREHENSIVE
    ]
    if not who:
        return {}
    agreed = _Cycles(cycles)
    hired, left = employments.days("hired_on"), employments.days("separated_on", missing=2**31)
    found: dict[tuple[int, PayPeriod], HoursPeriod] = {}
    for row in who:
        employment_id = employments.values["employment_id"][row]
        span = int(hired[row]), int(left[row])
        for of in {month, *late.get(employment_id, ())}:
            one = agreed.period(employment_id, of, span)
            if one is not None:
                found[employment_id, of] = one
    return found


def _late_months(month: PayPeriod, *made: Table) -> dict[int, set[PayPeriod]]:
    """Return the earlier months of which output is paid now, by employment."""
    late: dict[int, set[PayPeriod]] = {}
    for output in made:
        days = output.days("work_on")
        rows = np.flatnonzero(days < day_number(month.first_on))
        owners = output.ints("employment_id")[rows]
        for employment_id, day in set(zip(owners.tolist(), days[rows].tolist(), strict=True)):
            late.setdefault(employment_id, set()).add(PayPeriod.of(date_of(day)))
    return late


class _Cycles:
    """Which cycle holds for whom: one's own goes before the company's."""

    def __init__(self, cycles: Table) -> None:
        """Sort the rows by whom they are for."""
        starts = cycles.days("valid_from")
        ends = cycles.days("valid_to", missing=2**31)
        self._rows: dict[int | None, list[tuple[int, int, str]]] = {}
        for row, employment_id in enumerate(cycles.values["employment_id"]):
            span = (int(starts[row]), int(ends[row]), cycles.values["kind"][row])
            self._rows.setdefault(employment_id, []).append(span)

    def period(
        self, employment_id: int, month: PayPeriod, employed: tuple[int, int]
    ) -> HoursPeriod | None:
        """Return the period of an employment (first and last day) that a month is in."""
        day = day_number(month.first_on)
        for start, end, kind in (*self._rows.get(employment_id, ()), *self._rows.get(None, ())):
            if not start <= day < end:
                continue
            begin = PayPeriod.of(date_of(start))
            passed = (month.year - begin.year) * 12 + month.month - begin.month
            length = MONTHS_OF_CYCLE[kind]
            first = _later(begin, passed // length * length)
            last = _later(first, length - 1)
            last_day = min(day_number(last.last_on), end - 1, employed[1])
            first_day = max(day_number(first.first_on), employed[0])
            return HoursPeriod(date_of(first_day), date_of(last_day))
        return None


def _later(month: PayPeriod, count: int) -> PayPeriod:
    index = month.year * 12 + month.month - 1 + count
    return PayPeriod(index // 12, index % 12 + 1)


def _days_that_reach_holidays(
    calendar: WorkCalendar, first_on: dt.date, last_on: dt.date
) -> list[dt.date]:
    """Return the days on which a shift may start that has minutes on a statutory holiday."""
    days = (first_on + n * _ONE_DAY for n in range((last_on - first_on).days + 1))
    return [on for on in days if any(_is_holiday(calendar, one) for one in (on, on + _ONE_DAY))]


def _is_holiday(calendar: WorkCalendar, on: dt.date) -> bool:
    return calendar.has_year(on.year) and calendar.mark(on) is DayMark.HOLIDAY

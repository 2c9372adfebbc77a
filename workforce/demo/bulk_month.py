"""What the people of one company of a large demo did in a month, as NumPy columns.

The same kind of month as in ``month``: lateness, leave, a few absences, Saturdays, holidays and
evenings of overtime, nights; several records a shift, batches of a team's half month, sample checks
of a person's work or of a whole batch. Seeded by company and month.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace
from typing import Final, TypeVar

import numpy as np

from workforce.core.period import PayPeriod
from workforce.core.work_calendar import DayClass, WorkCalendar
from workforce.demo.bulk_world import BulkCompany, BulkSize, Days, Flags, Ints, Staff
from workforce.demo.month import DAY_SHIFT, EVENING_SHIFT, NIGHT_SHIFT
from workforce.demo.world import SEED

_MINUTES_IN_DAY: Final = 24 * 60
_LARGEST_MONTH: Final = 31
_SATURDAY: Final = 6
_HALF: Final = 15
"""Batches are handed out for the days up to the middle of a month, and for those after it."""

SHIFT_TYPES: Final = (DAY_SHIFT, NIGHT_SHIFT, EVENING_SHIFT)
_DAY, _NIGHT, _EVENING = range(3)
_STARTS: Final = np.array((9 * 60, 22 * 60, 20 * 60 + 30))
_ENDS: Final = np.array((18 * 60, 30 * 60, 22 * 60 + 30))
_BREAKS: Final = np.array((60, 0, 0))
_OVERTIME_MINUTES: Final = 120

LEAVE_KINDS: Final = ("personal_leave", "sick_leave", "annual_leave")
_UNTIL: Final = (8, 14, 20, 22)
"""Of a hundred people eight have personal leave, six sick, six annual, two are absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifts:
    """Worked shifts; ``who`` is a row of the staff, ``day`` counts from 0, minutes from that day's 0:00."""

    who: Ints
    day: Ints
    kind: Ints
    start: Ints
    end: Ints
    break_minutes: Ints
    late_minutes: Ints

    @property
    def minutes(self) -> Ints:
        """Worked minutes."""
        return self.end - self.start - self.break_minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Aways:
    """Leave of one or two days (``kind`` counts ``LEAVE_KINDS``) and, with ``kind`` -1, absences."""

    who: Ints
    kind: Ints
    first_day: Ints
    last_day: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Output records; ``batch`` is a row of the month's batches."""

    who: Ints
    day: Ints
    batch: Ints
    submitted: Ints
    rejected: Ints
    reworked: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """Batches of a team, a task type and a half month; days count from the month's first, from 0.

    ``decided_day``: when the sample was taken; a day past the month's end is in the next month.
    """

    kind: Ints
    team: Ints
    is_second_half: Flags
    decided_day: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """Sample checks; ``who`` is -1 where the sample speaks for the whole batch."""

    who: Ints
    batch: Ints
    sampled: Ints
    errors: Ints


_Part = TypeVar("_Part", Shifts, Aways, Records, Checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One company's month."""

    shifts: Shifts
    aways: Aways
    batches: Batches
    records: Records
    checks: Checks


def so_far(month: Month, days: int, minutes: int) -> Month:
    """Return what of a month has happened by a minute of its day ``days`` (counted from 0)."""
    now = days * _MINUTES_IN_DAY + minutes
    shifts = _where(month.shifts, minutes_of(month.shifts, month.shifts.end) <= now)
    worked = shifts.who * _LARGEST_MONTH + shifts.day
    records, checks, batches = month.records, month.checks, month.batches
    records = _where(records, np.isin(records.who * _LARGEST_MONTH + records.day, worked))
    # Samples were taken yesterday, of the batches that had come in.
    begun = np.unique(records.batch[records.day < days])
    return Month(
        shifts=shifts,
        aways=_where(month.aways, month.aways.last_day <= days),
        batches=replace(batches, decided_day=np.full(batches.kind.size, max(days - 1, 0))),
        records=records,
        checks=_where(checks, np.isin(checks.batch, begun)),
    )


def _where(part: _Part, keep: Flags) -> _Part:
    return type(part)(**{item.name: getattr(part, item.name)[keep] for item in fields(part)})


def month_of(
    size: BulkSize, company: BulkCompany, staff: Staff, period: PayPeriod, calendar: WorkCalendar
) -> Month:
    """Make up a company's month."""
    rng = np.random.default_rng([SEED, company.index, period.year, period.month])
    days = np.datetime64(period.first_on) + np.arange(period.days)
    is_employed = (staff.hired_on[:, None] <= days) & ~(staff.separated_on[:, None] < days)
    # Whoever is not here this month takes no part in the throwing of dice either.
    here = np.flatnonzero(is_employed.any(axis=1))
    month = _month(size, company, _rows(staff, here), is_employed[here], period, calendar, rng)
    return Month(
        shifts=_renamed(month.shifts, here),
        aways=_renamed(month.aways, here),
        batches=month.batches,
        records=_renamed(month.records, here),
        checks=_renamed(month.checks, here),
    )


def _rows(staff: Staff, rows: Ints) -> Staff:
    return Staff(**{item.name: getattr(staff, item.name)[rows] for item in fields(staff)})


def _renamed(part: _Part, here: Ints) -> _Part:
    columns = {item.name: getattr(part, item.name) for item in fields(part)}
    columns["who"] = np.where(part.who < 0, -1, here[part.who]) if here.size else part.who
    return type(part)(**columns)


def _month(
    size: BulkSize,
    company: BulkCompany,
    staff: Staff,
    is_employed: Flags,
    period: PayPeriod,
    calendar: WorkCalendar,
    rng: np.random.Generator,
) -> Month:
    classes = calendar.month_classes(period).astype(np.int64)
    is_scheduled = is_employed & (classes == DayClass.WORKDAY)
    is_away, aways = _aways(staff, is_scheduled, rng)
    called = _called_in(staff, is_employed, classes, _weekdays(period), rng)
    is_working = np.where(
        staff.is_part_time[:, None],
        is_scheduled & (rng.random(is_scheduled.shape) < 2 / 3),
        (is_scheduled & ~is_away) | called,
    )
    shifts = _shifts(staff, is_working, classes == DayClass.WORKDAY, rng)
    batches, records = _records(size, company, staff, shifts, period, rng)
    return Month(
        shifts=shifts,
        aways=aways,
        batches=batches,
        records=records,
        checks=_checks(company, staff, records, batches, rng),
    )


def _weekdays(period: PayPeriod) -> Ints:
    return np.array([on.isoweekday() for on in period.range])


def _aways(staff: Staff, is_scheduled: Flags, rng: np.random.Generator) -> tuple[Flags, Aways]:
    """Say who is away on which scheduled day: the month's n-th, and after annual leave the next."""
    chance, nth = rng.integers(0, 100, staff.size), rng.integers(3, 16, staff.size)
    kind = np.searchsorted(_UNTIL, chance, side="right")
    kind[staff.is_part_time | staff.is_labor_service] = len(_UNTIL)
    count = np.cumsum(is_scheduled, axis=1)
    first = is_scheduled & (count == nth[:, None]) & (kind < len(_UNTIL))[:, None]
    is_annual = kind == LEAVE_KINDS.index("annual_leave")
    second = is_scheduled & (count == nth[:, None] + 1) & is_annual[:, None] & first.any(1)[:, None]
    who, first_day = np.nonzero(first)
    last_day = np.where(second.any(1)[who], second.argmax(1)[who], first_day)
    kinds = np.where(kind[who] < len(LEAVE_KINDS), kind[who], -1)
    return first | second, Aways(who=who, kind=kinds, first_day=first_day, last_day=last_day)


def _called_in(
    staff: Staff, is_employed: Flags, classes: Ints, weekdays: Ints, rng: np.random.Generator
) -> Flags:
    """Say who works on days off: one in five on the holidays, one in three on one Saturday."""
    may_be_called = ~(staff.is_night | staff.is_part_time | staff.is_labor_service)
    works_holidays = (rng.integers(0, 5, staff.size) == 0) & may_be_called
    saturdays = (classes == DayClass.REST_DAY) & (weekdays == _SATURDAY)
    nth = np.where(may_be_called, rng.integers(1, 13, staff.size), 0)
    is_turn = saturdays & (np.cumsum(saturdays) == nth[:, None])
    on_holiday = (classes == DayClass.HOLIDAY) & works_holidays[:, None]
    called: Flags = is_employed & (is_turn | on_holiday)
    return called


def _shifts(staff: Staff, is_working: Flags, is_workday: Flags, rng: np.random.Generator) -> Shifts:
    who, day = np.nonzero(is_working)
    kind = np.where(staff.is_night, _NIGHT, np.where(staff.is_part_time, _EVENING, _DAY))[who]
    is_usual = is_workday[day] & (kind != _EVENING)
    is_late = is_usual & (rng.random(who.size) < 0.03)  # noqa: PLR2004 - three in a hundred
    late = np.where(is_late, rng.integers(6, 25, who.size), 0)
    has_overtime = is_usual & (kind == _DAY) & (rng.random(who.size) < 0.05)  # noqa: PLR2004
    return Shifts(
        who=who,
        day=day,
        kind=kind,
        start=_STARTS[kind] + late,
        end=_ENDS[kind] + np.where(has_overtime, _OVERTIME_MINUTES, 0),
        break_minutes=_BREAKS[kind],
        late_minutes=late,
    )


def _records(
    size: BulkSize,
    company: BulkCompany,
    staff: Staff,
    shifts: Shifts,
    period: PayPeriod,
    rng: np.random.Generator,
) -> tuple[Batches, Records]:
    """Share each shift's work among its records; four of five are of the person's usual task type."""
    share = rng.choice(size.records_a_shift, shifts.who.size)
    shift = np.repeat(np.arange(shifts.who.size), share)
    who, day = shifts.who[shift], shifts.day[shift]
    is_other = rng.random(shift.size) < 1 / 5
    kind = (staff.job[who] + is_other) % len(company.kinds)
    hourly = np.array([kind.hourly_qty for kind in company.kinds])[kind]
    pace = hourly * staff.speed[who] * rng.integers(88, 112, shift.size)
    submitted = pace * shifts.minutes[shift] // (60 * 100 * 100 * share[shift])
    error = staff.error_per_mille[who] / 1000
    is_second_half = day >= _HALF
    key, batch = np.unique(
        (kind * len(company.company.teams) + staff.team[who]) * 2 + is_second_half,
        return_inverse=True,
    )
    batches = _batches(company, key, period)
    return batches, Records(
        who=who,
        day=day,
        batch=batch,
        submitted=submitted,
        rejected=rng.binomial(submitted, error / 2),
        reworked=rng.binomial(submitted, error / 4),
    )


def _batches(company: BulkCompany, key: Ints, period: PayPeriod) -> Batches:
    """Say when each batch is inspected: soon after its half, some on the second of the next month."""
    kind, team = key // 2 // len(company.company.teams), key // 2 % len(company.company.teams)
    is_second_half = key % 2 == 1
    is_slow = company.is_accepted_by_inspection & is_second_half & ((kind + team) % 5 == 1)
    decided = np.where(is_second_half, period.days - 1, _HALF + 2 + team % 3)
    return Batches(
        kind=kind,
        team=team,
        is_second_half=is_second_half,
        decided_day=np.where(is_slow, period.days + 1, decided),
    )


def _checks(
    company: BulkCompany, staff: Staff, records: Records, batches: Batches, rng: np.random.Generator
) -> Checks:
    """Sample a tenth, at most 400 units of a person's or 2000 of a batch's; errors by who made it."""
    if company.is_checked_by_batch:
        batch, owner = np.arange(batches.kind.size), records.batch
        who, most = np.full(batch.size, -1), 2000
    else:
        key, owner = np.unique(
            records.batch * max(staff.size, 1) + records.who, return_inverse=True
        )
        batch, who = np.divmod(key, max(staff.size, 1))
        most = 400
    made = np.bincount(owner, records.submitted, batch.size)
    wrong = np.bincount(owner, records.submitted * staff.error_per_mille[records.who], batch.size)
    sampled = np.clip(made // 10, 1, most).astype(np.int64)
    rate = np.where(made > 0, wrong / np.maximum(made, 1) / 1000, 0) * rng.uniform(
        0.6, 1.4, batch.size
    )
    return Checks(who=who, batch=batch, sampled=sampled, errors=rng.binomial(sampled, rate))


def day_texts(period: PayPeriod, count: int) -> list[str]:
    """Return the dates of a month and of the days after it, as text, by their number from 0."""
    return [str(period.first_on + dt.timedelta(days=number)) for number in range(count)]


def minute_texts(period: PayPeriod, minutes: Ints) -> list[str]:
    """Return local times, given as minutes from the month's first midnight, as databases keep them."""
    start: np.datetime64 = np.datetime64(period.first_on, "m")
    at: Days = start + minutes.astype("timedelta64[m]")
    texts: list[str] = np.char.replace(np.datetime_as_string(at, unit="us"), "T", " ").tolist()
    return texts


def minutes_of(shifts: Shifts, minute_of_day: Ints) -> Ints:
    """Return minutes from the month's first midnight."""
    return shifts.day * _MINUTES_IN_DAY + minute_of_day

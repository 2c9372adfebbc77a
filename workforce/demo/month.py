"""What the people of the demo did in a month: days, output, sample checks. Seeded per person and month.

The three October days of National Day are worked by some (300 %), single Saturdays by others (200 %),
the evening of a busy weekday by a few (150 %); the rest is an ordinary month with its lateness,
leave and one unexcused absence.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from workforce.core.period import PayPeriod
from workforce.core.work_calendar import DayClass, WorkCalendar
from workforce.demo.world import (
    DAY_TEAMS,
    FULL_TIME,
    NIGHT_TEAM,
    SEED,
    TASK_KINDS,
    DemoCompany,
    DemoPerson,
    TaskKind,
)
from workforce.platform import clock

_PER_MILLE: Final = 1000
_BY_CODE: Final = {kind.code: kind for kind in TASK_KINDS}

DAY_SHIFT: Final = "白班"
NIGHT_SHIFT: Final = "夜班"
EVENING_SHIFT: Final = "晚班"
PLAN: Final = {
    DAY_SHIFT: (dt.time(9), dt.time(18)),
    NIGHT_SHIFT: (dt.time(22), dt.time(6)),
    EVENING_SHIFT: (dt.time(20, 30), dt.time(22, 30)),
}
_BREAK_MINUTES: Final = {DAY_SHIFT: 60, NIGHT_SHIFT: 0, EVENING_SHIFT: 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedDay:
    """One day of one person: a worked shift, or a leave (``leave``), or an absence, or rest.

    ``starts_at``/``ends_at`` are the punches; ``overtime_to`` is the approved end of an evening's
    overtime; a day with neither shift, leave nor absence is a day of rest.
    """

    person: DemoPerson
    on: dt.date
    day_class: DayClass
    shift_type: str | None = None
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    break_minutes: int = 0
    late_minutes: int = 0
    overtime_minutes: int = 0
    leave: str | None = None
    is_absent: bool = False

    @property
    def worked_minutes(self) -> int:
        """Minutes inside the shift's plan and the approved overtime, breaks deducted."""
        if self.starts_at is None or self.ends_at is None or self.shift_type is None:
            return 0
        begin, end = planned(self.shift_type, self.on)
        end += dt.timedelta(minutes=self.overtime_minutes)
        start = max(begin, self.starts_at)
        return int((min(end, self.ends_at) - start).total_seconds()) // 60 - self.break_minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Produced:
    """Work handed in by one person on one day for one batch; ``reworked`` was done twice."""

    person: DemoPerson
    on: dt.date
    task_type: str
    batch: str
    submitted_qty: int
    rejected_qty: int
    reworked_qty: int

    @property
    def accepted_qty(self) -> int:
        """What the company accepts, once."""
        return self.submitted_qty - self.rejected_qty


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A sample check of one person's work in one batch."""

    person: DemoPerson
    on: dt.date
    task_type: str
    batch: str
    sampled_qty: int
    error_qty: int


def planned(shift_type: str, on: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return the planned start and end of a shift; one that ends by its start ends the next day."""
    start, end = PLAN[shift_type]
    ends_on = on if end > start else on + dt.timedelta(days=1)
    return dt.datetime.combine(on, start), dt.datetime.combine(ends_on, end)


def work_days(
    people: Sequence[DemoPerson], period: PayPeriod, calendar: WorkCalendar
) -> list[WorkedDay]:
    """Return every employed day of the month, person by person."""
    return [day for person in people for day in _days_of(person, period, calendar)]


def so_far(days: Sequence[WorkedDay], now: dt.datetime) -> list[WorkedDay]:
    """Return what has happened by an instant: whole days, and today who has gone home."""
    here = now.astimezone(clock.BASE_ZONE).replace(tzinfo=None)
    return [
        day
        for day in days
        if (day.on < here.date() and (day.ends_at is None or day.ends_at <= here))
        or (day.on == here.date() and day.ends_at is not None and day.ends_at <= here)
    ]


def _random(*parts: object) -> Random:
    text = "/".join(str(part) for part in (SEED, *parts))
    return Random(zlib.crc32(text.encode()))  # noqa: S311 - made-up data, not secrets


def _days_of(person: DemoPerson, period: PayPeriod, calendar: WorkCalendar) -> Iterator[WorkedDay]:
    random = _random("days", person.employee_no, period)
    works_holidays = person.team in DAY_TEAMS and random.randrange(5) == 0
    saturday_number = random.randrange(12)
    saturdays = 0
    leave = _leave_of(random)
    workdays = 0
    for offset in range(period.days):
        on = period.first_on + dt.timedelta(days=offset)
        day_class = calendar.day_class(on)
        if not person.is_employed_on(on):
            continue
        rest = WorkedDay(person=person, on=on, day_class=day_class)
        if day_class is DayClass.WORKDAY:
            workdays += 1
            yield _workday(rest, random, leave.get(workdays))
            continue
        is_saturday = day_class is DayClass.REST_DAY and on.isoweekday() == 6  # noqa: PLR2004
        saturdays += is_saturday
        is_called_in = (
            works_holidays
            if day_class is DayClass.HOLIDAY
            else (is_saturday and saturdays - 1 == saturday_number)
        )
        may_be_called = person.employment_type in FULL_TIME and person.team in DAY_TEAMS
        yield _shift(rest, DAY_SHIFT, random) if is_called_in and may_be_called else rest


def _leave_of(random: Random) -> dict[int, str]:
    """Return which workdays of the month (first, second, …) a person is away, and why."""
    chance = random.randrange(100)
    day = random.randrange(3, 16)
    if chance < 8:  # noqa: PLR2004 - chances in a hundred
        return {day: "personal_leave"}
    if chance < 14:  # noqa: PLR2004
        return {day: "sick_leave"}
    if chance < 20:  # noqa: PLR2004
        return {day: "annual_leave", day + 1: "annual_leave"}
    if chance < 22:  # noqa: PLR2004
        return {day: "absence"}
    return {}


def _workday(rest: WorkedDay, random: Random, away: str | None) -> WorkedDay:
    person = rest.person
    if person.employment_type == "part_time":
        works = random.randrange(3) > 0
        return _shift(rest, EVENING_SHIFT, random) if works else rest
    if away == "absence":
        return WorkedDay(
            person=person,
            on=rest.on,
            day_class=rest.day_class,
            shift_type=_usual(person),
            is_absent=True,
        )
    if away is not None:
        return WorkedDay(
            person=person,
            on=rest.on,
            day_class=rest.day_class,
            shift_type=_usual(person),
            leave=away,
        )
    is_late = random.randrange(100) < 3  # noqa: PLR2004 - three in a hundred
    has_overtime = person.team in DAY_TEAMS and random.randrange(100) < 5  # noqa: PLR2004
    return _shift(
        rest,
        _usual(person),
        random,
        late_minutes=random.randrange(6, 25) if is_late else 0,
        overtime_minutes=120 if has_overtime else 0,
    )


def _usual(person: DemoPerson) -> str:
    return NIGHT_SHIFT if person.team == NIGHT_TEAM else DAY_SHIFT


def _shift(
    rest: WorkedDay,
    shift_type: str,
    random: Random,
    *,
    late_minutes: int = 0,
    overtime_minutes: int = 0,
) -> WorkedDay:
    begin, end = planned(shift_type, rest.on)
    early = late_minutes or -random.randrange(1, 15)
    return WorkedDay(
        person=rest.person,
        on=rest.on,
        day_class=rest.day_class,
        shift_type=shift_type,
        starts_at=begin + dt.timedelta(minutes=early),
        ends_at=end + dt.timedelta(minutes=overtime_minutes + random.randrange(12)),
        break_minutes=_BREAK_MINUTES[shift_type],
        late_minutes=late_minutes,
        overtime_minutes=overtime_minutes,
    )


def production(company: DemoCompany, days: Sequence[WorkedDay]) -> list[Produced]:
    """Return the output of all worked shifts, one row a person, day and task type."""
    rows: list[Produced] = []
    for day in days:
        if day.worked_minutes <= 0:
            continue
        random = _random("output", day.person.employee_no, day.on)
        for kind, minutes in _shares(company, day, random):
            pace = kind.hourly_qty * day.person.speed * random.randrange(88, 112)
            submitted = pace * minutes // (60 * 100 * 100)
            rejected = submitted * random.choice((0, 0, 0, 4, 9, 15)) // _PER_MILLE
            rows.append(
                Produced(
                    person=day.person,
                    on=day.on,
                    task_type=kind.code,
                    batch=batch_of(company, kind.code, day.person.team, day.on),
                    submitted_qty=submitted,
                    rejected_qty=rejected,
                    reworked_qty=submitted * random.choice((0, 0, 10, 20)) // _PER_MILLE,
                )
            )
    return rows


def _shares(company: DemoCompany, day: WorkedDay, random: Random) -> list[tuple[TaskKind, int]]:
    """Return the task types of a day with their minutes: one, or on some days two."""
    tool = company.tool_task_type
    if tool is not None and day.person.team == DAY_TEAMS[-1]:
        return [(_BY_CODE[tool], day.worked_minutes)]
    own = [_BY_CODE[code] for code in company.task_types if code != tool]
    usual = own[int(day.person.employee_no[-2:]) % len(own)]
    other = own[(own.index(usual) + 1) % len(own)]
    if usual is other or random.randrange(4):
        return [(usual, day.worked_minutes)]
    half = day.worked_minutes // 2
    return [(usual, day.worked_minutes - half), (other, half)]


def batch_of(company: DemoCompany, task_type: str, team: str, on: dt.date) -> str:
    """Return the batch of a day's work: a team has one of each task type for each half of a month."""
    half = "a" if on.day <= 15 else "b"  # noqa: PLR2004 - the middle of a month
    return f"{company.code}-{task_type}-{on:%y%m}{half}-{team}"


def checks(produced: Sequence[Produced], today: dt.date) -> list[Checked]:
    """Return one sample check per person and batch, made by the last day of the month, or today."""
    totals: dict[tuple[str, str], list[Produced]] = {}
    for row in produced:
        totals.setdefault((row.person.employee_no, row.batch), []).append(row)
    found = []
    for (employee_no, batch), rows in sorted(totals.items()):
        random = _random("check", employee_no, batch)
        sampled = max(1, min(400, sum(row.submitted_qty for row in rows) // 10))
        per_mille = rows[0].person.error_per_mille * random.randrange(60, 140) // 100
        last_on = min(PayPeriod(rows[0].on.year, rows[0].on.month).last_on, today)
        found.append(
            Checked(
                person=rows[0].person,
                on=last_on,
                task_type=rows[0].task_type,
                batch=batch,
                sampled_qty=sampled,
                error_qty=sampled * per_mille // _PER_MILLE,
            )
        )
    return found

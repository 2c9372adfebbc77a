"""Time in lieu: what was earned on rest days, what was taken, and what is left of it.

Earned: up to eight hours of each rest day worked in lieu (more is overtime and paid). Taken: eight
hours for each scheduled day off in lieu. Only who has time in lieu in the month is looked at, back
to the first day that is known.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workforce.attendance import queries as attendance
from workforce.core.facts import LeaveKind, date_of
from workforce.core.results import NoteBlock
from workforce.core.work_calendar import DayClass
from workforce.payroll.columns import MINUTES_IN_DAY, read

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.facts import Facts
    from workforce.core.money import Column
    from workforce.core.period import PayPeriod
    from workforce.core.work_calendar import WorkCalendar
    from workforce.payroll.columns import Positions, Table
    from workforce.platform.scope import Scope


@dataclass(frozen=True, slots=True)
class LieuBalances:
    """One row each of those with time in lieu in the month; whole minutes."""

    employee: Column
    earned_minutes: Column
    taken_minutes: Column

    def notes(self) -> tuple[NoteBlock, NoteBlock]:
        """Say what is left, and apart from it who has taken more than was earned."""
        left = self.earned_minutes - self.taken_minutes
        return self._note("lieu_balance", left >= 0), self._note("lieu_overdrawn", left < 0)

    def _note(self, code: str, rows: np.ndarray) -> NoteBlock:
        earned, taken = self.earned_minutes[rows], self.taken_minutes[rows]
        return NoteBlock(
            code=code,
            employee=self.employee[rows],
            params={
                "earned_minutes": earned,
                "taken_minutes": taken,
                "left_minutes": np.abs(earned - taken),
            },
        )


NO_LIEU = LieuBalances(*(np.zeros(0, np.int64) for _ in range(3)))


def read_balances(
    session: Session,
    scope: Scope,
    period: PayPeriod,
    facts: Facts,
    positions: Positions,
    calendar: WorkCalendar,
    daily_minutes: int,
) -> LieuBalances:
    """Return the balances at the end of a month; nothing is read where nobody has time in lieu."""
    off = facts.leaves.kind == LeaveKind.IN_LIEU_OFF
    if not (off.any() or facts.shifts.is_in_lieu.any()):
        return NO_LIEU
    month = period.whole
    names = ("employment_id", "starts_at", "ends_at", "break_minutes")
    work = read(
        session, attendance.lieu_work(scope, month.first_on, month.last_on).order_by(None), *names
    )
    leave = read(
        session,
        attendance.lieu_leave(scope, month.first_on, month.last_on).order_by(None),
        "employment_id",
        "first_on",
        "last_on",
    )
    earned = _earned(work, positions, calendar, daily_minutes)
    taken = _taken(leave, facts, positions, calendar, daily_minutes)
    who = sorted({*earned, *taken} - {-1})
    return LieuBalances(
        employee=np.array(who, np.int64),
        earned_minutes=np.array([earned[one] for one in who], np.int64),
        taken_minutes=np.array([taken[one] for one in who], np.int64),
    )


def _earned(
    work: Table, positions: Positions, calendar: WorkCalendar, daily_minutes: int
) -> Counter[int]:
    """Add up a rest day's minutes, at most a normal day's; those on a holiday are paid instead."""
    by_day: Counter[tuple[int, int]] = Counter()
    for who, start, end, rest in zip(
        positions.of(work.ints("employment_id")).tolist(),
        work.minutes("starts_at").tolist(),
        work.minutes("ends_at").tolist(),
        work.ints("break_minutes").tolist(),
        strict=True,
    ):
        day = start // MINUTES_IN_DAY
        midnight = (day + 1) * MINUTES_IN_DAY
        is_before_holiday = calendar.has_year(date_of(day + 1).year) and (
            calendar.day_class(date_of(day + 1)) is DayClass.HOLIDAY
        )
        until = min(end, midnight) if is_before_holiday else end
        by_day[who, day] += max(until - start - rest, 0)
    earned: Counter[int] = Counter()
    for (who, _), minutes in by_day.items():
        earned[who] += min(minutes, daily_minutes)
    return earned


def _taken(
    leave: Table,
    facts: Facts,
    positions: Positions,
    calendar: WorkCalendar,
    daily_minutes: int,
) -> Counter[int]:
    """Count scheduled days off in lieu; a roster decides only in the months that it is read for."""
    resting = set(
        zip(facts.rest_dates.employee.tolist(), facts.rest_dates.day.tolist(), strict=True)
    )
    taken: Counter[int] = Counter()
    last = int(facts.last_day)
    for who, first_day, last_day in zip(
        positions.of(leave.ints("employment_id")).tolist(),
        leave.days("first_on").tolist(),
        leave.days("last_on").tolist(),
        strict=True,
    ):
        if who < 0:
            continue
        has_roster = bool(facts.employments.has_roster[who])
        bits = int(facts.employments.rest_weekdays[who])
        weekdays = {day for day in range(1, 8) if bits >> (day - 1) & 1}
        for day in range(first_day, min(last_day, last) + 1):
            if has_roster and day >= facts.first_day:
                is_work = (who, day) not in resting
            else:
                is_work = calendar.day_class(date_of(day), weekdays) is DayClass.WORKDAY
            taken[who] += daily_minutes * is_work
    return taken

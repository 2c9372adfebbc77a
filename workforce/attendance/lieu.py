"""Time in lieu: what was earned on rest days, what was taken. Pay, pages and requests read it here.

Earned: up to a normal day of each rest day worked in lieu (more is overtime and paid; what falls on a
holiday is paid, too). Taken: a normal day for each workday off in lieu, half of one for half a day. Entries of the ledger (what was
left before the books begin, what lapsed) count with their sign.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from workforce.attendance import queries
from workforce.attendance.models import LeaveEntry
from workforce.attendance.workdays import Workdays
from workforce.core.work_calendar import DayClass
from workforce.people import queries as people

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.work_calendar import WorkCalendar
    from workforce.platform.scope import Scope

KIND: Final = "in_lieu_off"

_DAY: Final = dt.timedelta(days=1)
_MINUTE: Final = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class LieuTime:
    """Whole minutes of one employment up to a day; ``entered_minutes`` may be negative."""

    earned_minutes: int = 0
    taken_minutes: int = 0
    entered_minutes: int = 0

    @property
    def left_minutes(self) -> int:
        """What is left; negative: more was taken than earned."""
        return self.earned_minutes + self.entered_minutes - self.taken_minutes


def read_lieu(
    session: Session,
    scope: Scope,
    first_on: dt.date,
    last_on: dt.date,
    calendar: WorkCalendar,
    daily_minutes: int,
) -> dict[int, LieuTime]:
    """Return the balances at the end of ``last_on`` by employment.

    Only who has time in lieu between ``first_on`` and ``last_on`` is looked at, back to the first day
    that is known: the more of the past is asked for, the more people there are.
    """
    work = session.execute(queries.lieu_work(scope, first_on, last_on)).all()
    leave = session.execute(queries.lieu_leave(scope, first_on, last_on)).all()
    entries = _entries(session, scope, last_on)
    if not (work or leave or entries):
        return {}
    earned: Counter[int] = Counter()
    by_day: Counter[tuple[int, dt.date]] = Counter()
    for row in work:
        by_day[row.employment_id, row.work_on] += _minutes_before_holiday(row, calendar)
    for (employment_id, _), minutes in by_day.items():
        earned[employment_id] += min(minutes, daily_minutes)
    taken: Counter[int] = Counter()
    if leave:
        first = min(row.first_on for row in leave)
        workdays = Workdays.read(session, scope, first, last_on, calendar)
        patterns = people.work_patterns(scope).order_by(None).subquery()
        rest = {
            row[0]: row[1]
            for row in session.execute(
                select(patterns.c.employment_id, patterns.c.rest_weekdays).where(
                    patterns.c.employment_id.in_({row.employment_id for row in leave})
                )
            )
        }
        for row in leave:
            until = min(row.last_on, last_on)
            count = workdays.count(row.employment_id, rest[row.employment_id], row.first_on, until)
            taken[row.employment_id] += count * (daily_minutes // 2 if row.half else daily_minutes)
    # Entries alone make nobody's balance here: pay asks only for those with time in lieu in a month.
    return {
        key: LieuTime(earned[key], taken[key], entries.get(key, 0))
        for key in sorted({*earned, *taken, *(entries if first_on == dt.date.min else ())})
    }


def _minutes_before_holiday(row: object, calendar: WorkCalendar) -> int:
    """Return a shift's minutes, without those after midnight on a holiday: they are paid."""
    starts_at, ends_at = row.starts_at, row.ends_at  # type: ignore[attr-defined]
    next_on = starts_at.date() + _DAY
    is_holiday = calendar.has_year(next_on.year) and calendar.day_class(next_on) is DayClass.HOLIDAY
    if is_holiday:
        ends_at = min(ends_at, dt.datetime.combine(next_on, dt.time()))
    minutes = (ends_at - starts_at) // _MINUTE - row.break_minutes  # type: ignore[attr-defined]
    return max(int(minutes), 0)


def _entries(session: Session, scope: Scope, last_on: dt.date) -> dict[int, int]:
    rows = session.execute(
        select(LeaveEntry.employment_id, func.sum(LeaveEntry.quantity))
        .where(
            LeaveEntry.employment_id.in_(people.employment_ids(scope)),
            LeaveEntry.kind == KIND,
            LeaveEntry.entered_on <= last_on,
        )
        .group_by(LeaveEntry.employment_id)
    )
    return {employment_id: int(minutes) for employment_id, minutes in rows}

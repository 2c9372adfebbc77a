"""One's own month of attendance, day by day: worked, late, left early, absent, on leave, or not recorded."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from workforce.attendance import queries as attendance
from workforce.attendance.leave_days import leave_words
from workforce.attendance.workdays import has_stated_workdays
from workforce.core.errors import LawMissingError
from workforce.core.rules.leave import HALVES
from workforce.core.terms import term
from workforce.core.work_calendar import DayClass
from workforce.people import queries as people
from workforce.platform.scope import Scope
from workforce.production import queries as production

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod
    from workforce.core.text import Text
    from workforce.core.work_calendar import WorkCalendar
    from workforce.earnings.queries import Workplace

_ONE_DAY: Final = dt.timedelta(days=1)
_MINUTE: Final = dt.timedelta(minutes=1)


class MarkKind(StrEnum):
    """What a day's mark says; its word is the term ``day_mark.<kind>``."""

    WORKED = "worked"
    LATE = "late"
    EARLY = "early"
    ABSENT = "absent"
    LEAVE = "leave"
    UNRECORDED = "unrecorded"


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of a day: a word, and minutes where it has some; ``is_half``: it is of half the day."""

    kind: MarkKind
    word: Text
    minutes: int | None = None
    is_half: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A shift: wall-clock times at the base."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """One day. ``day_class`` None: not employed, or the year has no calendar yet."""

    on: dt.date
    day_class: DayClass | None
    is_today: bool
    spans: tuple[Span, ...]
    marks: tuple[Mark, ...]

    @property
    def minutes(self) -> int:
        """Minutes worked."""
        return sum(span.minutes for span in self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthView:
    """A month: weeks of seven days from Monday (None: another month's), and what it adds up to."""

    weeks: tuple[tuple[DayView | None, ...], ...]
    days: tuple[DayView, ...]

    def count(self, kind: str) -> int:
        """Return on how many days a mark stands."""
        return sum(any(mark.kind == kind for mark in day.marks) for day in self.days)

    @property
    def leave_half_days(self) -> int:
        """Half days on leave."""
        marks = [mark for day in self.days for mark in day.marks if mark.kind is MarkKind.LEAVE]
        return sum(1 if mark.is_half else HALVES for mark in marks)

    @property
    def worked_days(self) -> int:
        """Days with a shift."""
        return sum(bool(day.spans) for day in self.days)

    @property
    def minutes(self) -> int:
        """Minutes worked."""
        return sum(day.minutes for day in self.days)


def read_calendar(
    session: Session,
    workplace: Workplace,
    month: PayPeriod,
    calendar: WorkCalendar,
    today: dt.date,
) -> MonthView:
    """Read one employment's month."""
    scope = Scope.employee(workplace.company_id, workplace.person_id)
    who, first_on, last_on = workplace.employment_id, month.first_on, month.last_on
    shifts = _by_day(
        session.execute(_mine(attendance.shifts(scope, first_on, last_on), who)), "work_on"
    )
    absences = _by_day(
        session.execute(_mine(attendance.absences(scope, first_on, last_on), who)), "absent_on"
    )
    leaves = session.execute(_mine(attendance.leaves(scope, first_on, last_on), who)).all()
    rosters = session.execute(_mine(attendance.rosters(scope, month, month), who)).all()
    worked = {
        row.work_on
        for row in session.execute(_mine(production.output_days(scope, first_on, last_on), who))
    }
    weekdays = _rest_weekdays(session, scope, who, month)
    is_missed = has_stated_workdays(workplace.employment_type, workplace.hours_system)
    days = []
    for offset in range(month.days):
        on = first_on + offset * _ONE_DAY
        day_class = _class_of(on, workplace, weekdays, rosters, calendar)
        granted = [row for row in leaves if row.first_on <= on <= row.last_on]
        spans = tuple(_span(row) for row in shifts[on])
        marks = [*_shift_marks(shifts[on]), *_leave_marks(granted, has_shift=bool(spans))]
        if absences[on]:
            marks.append(Mark(MarkKind.ABSENT, term("day_mark.absent")))
        known = [mark for mark in marks if not mark.is_half]
        is_silent = not (known or spans or on in worked)
        if is_silent and is_missed and day_class is DayClass.WORKDAY and on < today:
            marks.append(Mark(MarkKind.UNRECORDED, term("day_mark.unrecorded")))
        if on in worked and not (known or spans):
            marks.append(Mark(MarkKind.WORKED, term("day_mark.worked")))
        days.append(
            DayView(
                on=on,
                day_class=day_class,
                is_today=on == today,
                spans=spans,
                marks=tuple(marks),
            )
        )
    return MonthView(weeks=tuple(_weeks(days)), days=tuple(days))


def _mine(rows: Any, employment_id: int) -> Any:
    return rows.where(rows.selected_columns["employment_id"] == employment_id)


def _by_day(rows: Iterable[Row[Any]], name: str) -> defaultdict[dt.date, list[Row[Any]]]:
    found: defaultdict[dt.date, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _rest_weekdays(
    session: Session, scope: Scope, employment_id: int, month: PayPeriod
) -> frozenset[int]:
    mine = people.employments(scope, month).order_by(None).subquery()
    text = session.scalar(select(mine.c.rest_weekdays).where(mine.c.employment_id == employment_id))
    return frozenset(map(int, text or "67"))


def _class_of(
    on: dt.date,
    workplace: Workplace,
    weekdays: frozenset[int],
    rosters: Iterable[Row[Any]],
    calendar: WorkCalendar,
) -> DayClass | None:
    """Return what a day is for the person; a roster says it in place of weekdays and moved workdays."""
    if on < workplace.hired_on or (workplace.separated_on and on > workplace.separated_on):
        return None
    try:
        day_class = calendar.day_class(on, weekdays)
    except LawMissingError:
        return None
    for roster in rosters:
        if day_class is not DayClass.HOLIDAY:
            is_rest = bool(roster.rest_day_bits >> (on.day - 1) & 1)
            return DayClass.REST_DAY if is_rest else DayClass.WORKDAY
    return day_class


def _span(row: Row[Any]) -> Span:
    return Span(
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        minutes=(row.ends_at - row.starts_at) // _MINUTE - row.break_minutes,
    )


def _shift_marks(rows: Iterable[Row[Any]]) -> Iterator[Mark]:
    for kind, name in ((MarkKind.LATE, "late_minutes"), (MarkKind.EARLY, "early_minutes")):
        minutes = sum(getattr(row, name) or 0 for row in rows)
        if minutes:
            yield Mark(kind, term(f"day_mark.{kind}"), minutes)


def _leave_marks(leaves: Iterable[Row[Any]], *, has_shift: bool) -> Iterator[Mark]:
    """A whole day of leave with work on it is a day worked."""
    for leave in leaves:
        if leave.half or not has_shift:
            words = leave_words(leave.kind, leave.half)
            yield Mark(MarkKind.LEAVE, words, is_half=bool(leave.half))


def _weeks(days: list[DayView]) -> Iterator[tuple[DayView | None, ...]]:
    cells: list[DayView | None] = [None] * days[0].on.weekday()
    cells += days
    cells += [None] * (-len(cells) % 7)
    for start in range(0, len(cells), 7):
        yield tuple(cells[start : start + 7])

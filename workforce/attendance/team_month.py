"""A team's month as a grid of people × days: what each day shows, and why. No pay figures.

A day belongs to the grid only while the person is employed and in the team; what the person did
elsewhere is not this team's business.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from workforce.attendance import queries
from workforce.companies import queries as companies
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.core.work_calendar import SATURDAY_AND_SUNDAY, DayClass, DayMark, WorkCalendar
from workforce.people import queries as people
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

_FULL_DAY_MINUTES: Final = 480
_DAY: Final = dt.timedelta(days=1)
_WEEKDAYS: Final = tuple(
    Text(zh, en)
    for zh, en in zip("一二三四五六日", ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), strict=True)
)


class CellKind(StrEnum):
    """What a person's day is, each with its own letter and look."""

    OUT = "out"
    """Not employed, or not in this team."""
    AHEAD = "ahead"
    """Has not come yet."""
    REST = "rest"
    WORKED = "worked"
    OVERTIME = "overtime"
    LATE = "late"
    EARLY = "early"
    LEAVE = "leave"
    ABSENT = "absent"
    MISSING = "missing"
    """A workday that is over and has no record."""


LETTERS: Final[Mapping[CellKind, Text]] = {
    CellKind.REST: Text("休", "R"),
    CellKind.LATE: Text("迟", "L"),
    CellKind.EARLY: Text("早", "E"),
    CellKind.LEAVE: Text("假", "V"),
    CellKind.ABSENT: Text("旷", "A"),
    CellKind.MISSING: Text("?", "?"),
}
"""What stands in a cell besides hours."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One person's day; ``minutes`` worked, ``note`` says it in words."""

    kind: CellKind
    note: Text
    minutes: int = 0
    is_rest_day: bool = False

    @property
    def letter(self) -> Text | None:
        """The letter of the kind, if it has one."""
        return LETTERS.get(self.kind)


@dataclass(frozen=True, slots=True)
class DayHead:
    """The head of a day's column."""

    on: dt.date
    weekday: Text
    day_class: DayClass
    festivals: tuple[Text, ...]
    is_adjusted: bool
    """A weekend day on which people work instead of a day of a break."""
    is_today: bool


@dataclass(frozen=True, slots=True)
class Member:
    """One person's month."""

    employee_no: str
    name: str
    cells: tuple[Cell, ...]

    @property
    def minutes(self) -> int:
        """Minutes worked."""
        return sum(cell.minutes for cell in self.cells)

    @property
    def worked_days(self) -> int:
        """Days with a shift."""
        return sum(cell.minutes > 0 for cell in self.cells)

    def count(self, kind: CellKind) -> int:
        """Days of one kind."""
        return sum(cell.kind is kind for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMonth:
    """The grid, and the other teams that the account may look at."""

    period: PayPeriod
    team_id: int
    team_name: str
    teams: tuple[tuple[int, str], ...]
    has_calendar: bool
    """Whether the year's holiday notice is known; without it only weekdays are told apart."""
    days: tuple[DayHead, ...]
    members: tuple[Member, ...]

    @property
    def minutes(self) -> int:
        """Minutes worked by all."""
        return sum(member.minutes for member in self.members)

    @property
    def worked_days(self) -> int:
        """Days with a shift, of all."""
        return sum(member.worked_days for member in self.members)

    def count(self, kind: CellKind) -> int:
        """Days of one kind, of all."""
        return sum(member.count(kind) for member in self.members)

    @property
    def present(self) -> tuple[int, ...]:
        """How many worked on each day."""
        return tuple(
            sum(member.cells[at].minutes > 0 for member in self.members)
            for at in range(len(self.days))
        )


def read_team_month(
    session: Session,
    scope: Scope,
    period: PayPeriod,
    calendar: WorkCalendar,
    *,
    team_id: int | None,
    today: dt.date,
) -> TeamMonth | None:
    """Read a team's month with a fixed number of queries; None if the account has no team.

    ``team_id`` None takes the first team in reach.

    Raises:
        NotFoundError: the team is not in reach, or does not exist.
    """
    teams = session.scalars(companies.teams(scope)).all()
    chosen = [team for team in teams if team_id in {None, team.id}]
    if not chosen:
        if team_id is None:
            return None
        raise NotFoundError("web.not_found")
    team = chosen[0]
    own = Scope.teams(team.company_id, frozenset({team.id}))
    has_calendar = calendar.has_year(period.year)
    grid = _Grid(session, own, period, calendar if has_calendar else None, today)
    return TeamMonth(
        period=period,
        team_id=team.id,
        team_name=team.name,
        teams=tuple((each.id, each.name) for each in teams),
        has_calendar=has_calendar,
        days=tuple(grid.head(on) for on in period.range),
        members=grid.members(),
    )


class _Grid:
    """Everything about a team's month, by employment and day."""

    def __init__(
        self,
        session: Session,
        scope: Scope,
        period: PayPeriod,
        calendar: WorkCalendar | None,
        today: dt.date,
    ) -> None:
        first, last = period.first_on, period.last_on
        self.period = period
        self.calendar = calendar
        self.today = today
        self.employments = session.execute(people.employments(scope, period)).all()
        self.memberships = _by_employment(
            session.execute(people.team_members(scope, first, last)).all()
        )
        self.shifts: dict[tuple[int, dt.date], list[Row[Any]]] = defaultdict(list)
        for shift in session.execute(queries.shifts(scope, first, last)):
            self.shifts[shift.employment_id, shift.work_on].append(shift)
        self.leaves = _by_employment(session.execute(queries.leaves(scope, first, last)).all())
        self.absences = {
            (absence.employment_id, absence.absent_on)
            for absence in session.execute(queries.absences(scope, first, last))
        }

    def head(self, on: dt.date) -> DayHead:
        codes = self.calendar.festivals(on) if self.calendar else ()
        return DayHead(
            on=on,
            weekday=_WEEKDAYS[on.weekday()],
            day_class=self.day_class(on, SATURDAY_AND_SUNDAY),
            festivals=tuple(term(f"festival.{code}") for code in codes),
            is_adjusted=self.calendar is not None
            and self.calendar.mark(on) is DayMark.ADJUSTED_WORKDAY,
            is_today=on == self.today,
        )

    def day_class(self, on: dt.date, rest_weekdays: frozenset[int]) -> DayClass:
        if self.calendar is not None:
            return self.calendar.day_class(on, rest_weekdays)
        return DayClass.REST_DAY if on.isoweekday() in rest_weekdays else DayClass.WORKDAY

    def members(self) -> tuple[Member, ...]:
        return tuple(
            Member(
                employee_no=employment.employee_no,
                name=employment.name,
                cells=tuple(self.cell(employment, on) for on in self.period.range),
            )
            for employment in self.employments
        )

    def cell(self, employment: Row[Any], on: dt.date) -> Cell:
        if not self.is_in_team(employment, on):
            return Cell(CellKind.OUT, Text("不在本组", "Not in this team"))
        rest_weekdays = frozenset(int(digit) for digit in employment.rest_weekdays)
        day_class = self.day_class(on, rest_weekdays)
        is_rest_day = day_class is not DayClass.WORKDAY
        key = (employment.employment_id, on)
        if key in self.shifts:
            return _worked(self.shifts[key], is_rest_day=is_rest_day)
        if key in self.absences:
            return Cell(CellKind.ABSENT, term("attendance.absence"), 0, is_rest_day)
        if is_rest_day:
            holiday = day_class is DayClass.HOLIDAY
            note = term("day_class.holiday" if holiday else "day_class.rest_day")
            return Cell(CellKind.REST, note, 0, is_rest_day=True)
        for leave in self.leaves.get(employment.employment_id, ()):
            if leave.first_on <= on <= leave.last_on:
                return Cell(CellKind.LEAVE, term(f"leave.{leave.kind}"))
        if on >= self.today:
            return Cell(CellKind.AHEAD, Text("", ""))
        return Cell(CellKind.MISSING, Text("没有记录", "No record"))

    def is_in_team(self, employment: Row[Any], on: dt.date) -> bool:
        separated_on = employment.separated_on
        if on < employment.hired_on or (separated_on is not None and on > separated_on):
            return False
        return any(
            membership.valid_from <= on
            and (membership.valid_to is None or on < membership.valid_to)
            for membership in self.memberships.get(employment.employment_id, ())
        )


def _by_employment(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.employment_id].append(row)
    return found


def _worked(shifts: Sequence[Row[Any]], *, is_rest_day: bool) -> Cell:
    minutes = sum(
        (shift.ends_at - shift.starts_at) // dt.timedelta(minutes=1) - shift.break_minutes
        for shift in shifts
    )
    late = sum(shift.late_minutes for shift in shifts)
    early = sum(shift.early_minutes for shift in shifts)
    kind = CellKind.WORKED
    if is_rest_day or minutes > _FULL_DAY_MINUTES:
        kind = CellKind.OVERTIME
    if early:
        kind = CellKind.EARLY
    if late:
        kind = CellKind.LATE
    return Cell(kind, _shift_note(shifts, late, early), minutes, is_rest_day)


def _shift_note(shifts: Sequence[Row[Any]], late: int, early: int) -> Text:
    times = "、".join(
        f"{shift.starts_at:%H:%M}–{shift.ends_at:%H:%M}"
        + ("+1" if shift.ends_at.date() > shift.work_on else "")
        for shift in shifts
    )
    zh, en = [times], [times.replace("、", ", ")]
    if late:
        zh.append(f"迟到 {late} 分钟")
        en.append(f"{late} min late")
    if early:
        zh.append(f"早退 {early} 分钟")
        en.append(f"left {early} min early")
    return Text("，".join(zh), ", ".join(en))

"""A team's month as a grid of people × days: what each day shows, and why. No pay figures.

A day belongs to the grid only while the person is employed and in the team; what the person did
elsewhere is not this team's business.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from workforce.attendance import queries
from workforce.attendance.cell_text import LEAVE_LETTERS
from workforce.attendance.day_record import DayRecord
from workforce.attendance.leave_days import leave_words
from workforce.attendance.team_days import Lock, TeamDays, teams_in
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.core.work_calendar import DayClass, DayMark, WorkCalendar
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_FULL_DAY_MINUTES: Final = 480
_WEEKDAYS: Final = tuple(
    Text(zh, en)
    for zh, en in zip("一二三四五六日", ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), strict=True)
)


class CellKind(StrEnum):
    """What a person's day is, each with its own letter and look."""

    OUT = "out"
    """Not employed, or not in this team."""
    AHEAD = "ahead"
    """Has not come yet; or is over, without a record, and none is missed."""
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

LEAVE_MARKS: Final[Mapping[str, Text]] = {
    kind: Text(zh, letter)
    for (letter, kind), zh in zip(LEAVE_LETTERS.items(), "年事病调婚产护丧工", strict=True)
}
"""What stands in a cell for each kind of leave."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One person's day; ``minutes`` worked, ``note`` says it in words.

    ``text`` is all that is recorded, in one line (``DayRecord.text``); ``lock`` why it is not simply
    typed over.
    """

    kind: CellKind
    note: Text
    minutes: int = 0
    is_rest_day: bool = False
    text: str = ""
    lock: Lock | None = None
    shift_count: int = 0
    leave_kind: str = ""
    is_holiday: bool = False
    is_half_leave: bool = False
    """Half of the day is leave; ``kind`` says what became of its other half."""

    @property
    def letter(self) -> Text | None:
        """The letter of the kind, if it has one; leave has one for each kind."""
        if self.kind is CellKind.LEAVE:
            return self.leave_letter
        return LETTERS.get(self.kind)

    @property
    def leave_letter(self) -> Text | None:
        """The letter of the leave; that of half a day has ``½`` behind it."""
        letter = LEAVE_MARKS.get(self.leave_kind)
        if letter is None or not self.is_half_leave:
            return letter
        return Text(f"{letter.zh}½", f"{letter.en}½")

    @property
    def leave_half_days(self) -> int:
        """Half days on leave."""
        return (1 if self.is_half_leave else 2) if self.leave_kind else 0


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
    confirmed: bool | None = None
    """Whether somebody has vouched for the day; False: a later change took that back."""


@dataclass(frozen=True, slots=True)
class Member:
    """One person's month."""

    employment_id: int
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

    @property
    def leave_half_days(self) -> int:
        """Half days on leave."""
        return sum(cell.leave_half_days for cell in self.cells)

    def count(self, kind: CellKind) -> int:
        """Days of one kind."""
        return sum(cell.kind is kind for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMonth:
    """The grid, and the other teams that the account may look at."""

    period: PayPeriod
    company_id: int
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

    @property
    def leave_half_days(self) -> int:
        """Half days on leave, of all."""
        return sum(member.leave_half_days for member in self.members)

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
    teams = teams_in(session, scope)
    chosen = [team for team in teams if team_id in {None, team.id}]
    if not chosen:
        if team_id is None:
            return None
        raise NotFoundError("web.not_found")
    team = chosen[0]
    days = TeamDays(session, team, period, calendar, today=today)
    confirmed = {
        row.work_on: row.withdrawn_at is None
        for row in session.execute(
            queries.day_confirmations(team.scope, period.first_on, period.last_on)
        )
    }
    return TeamMonth(
        period=period,
        company_id=team.company_id,
        team_id=team.id,
        team_name=team.name,
        teams=tuple((each.id, each.name) for each in teams),
        has_calendar=days.has_calendar,
        days=tuple(head_of(days, on, confirmed.get(on)) for on in days.dates),
        members=tuple(
            Member(
                employment_id=row.employment_id,
                employee_no=row.employee_no,
                name=row.name,
                cells=tuple(cell_of(days, (row.employment_id, on)) for on in days.dates),
            )
            for row in days.employments.values()
        ),
    )


def head_of(days: TeamDays, on: dt.date, confirmed: bool | None) -> DayHead:  # noqa: FBT001 - a column of the head
    """Make the head of a day's column."""
    codes = days.calendar.festivals(on) if days.calendar else ()
    return DayHead(
        on=on,
        weekday=_WEEKDAYS[on.weekday()],
        day_class=days.general_class(on),
        festivals=tuple(term(f"festival.{code}") for code in codes),
        is_adjusted=days.calendar is not None
        and days.calendar.mark(on) is DayMark.ADJUSTED_WORKDAY,
        is_today=on == days.today,
        confirmed=confirmed,
    )


def cell_of(days: TeamDays, day: tuple[int, dt.date], record: DayRecord | None = None) -> Cell:
    """Make the cell of somebody's day, as it is stored or as ``record`` has it."""
    employment_id, on = day
    lock = days.lock(day)
    if lock is Lock.OUT:
        return Cell(CellKind.OUT, Text("不在本组", "Not in this team"), lock=lock)
    if record is None:
        record = days.record(day)
    elif lock is not Lock.CLOSED:
        # What somebody has just entered is open to the next entry.
        lock = None
    day_class, minutes = days.day_class(employment_id, on), record.minutes
    is_missed = on < days.today and days.is_due(employment_id, on)
    kind, note = _kind_and_note(record, minutes, day_class, is_missed=is_missed)
    half = record.half_leave if day_class is DayClass.WORKDAY else None
    if half is not None:
        off = leave_words(half.kind, half.half)
        note = Text(f"{off.zh} {note.zh}".rstrip(), f"{off.en} {note.en}".rstrip())
    return Cell(
        kind,
        note,
        minutes,
        day_class is not DayClass.WORKDAY,
        record.text,
        lock,
        len(record.shifts),
        record.leave.kind if record.leave and (half or kind is CellKind.LEAVE) else "",
        day_class is DayClass.HOLIDAY,
        half is not None,
    )


def _kind_and_note(
    record: DayRecord, minutes: int, day_class: DayClass, *, is_missed: bool
) -> tuple[CellKind, Text]:
    is_rest_day = day_class is not DayClass.WORKDAY
    if record.shifts:
        is_overtime = is_rest_day or minutes > _FULL_DAY_MINUTES
        return _kind_of_work(record, is_overtime=is_overtime), record.shift_words()
    if record.is_absent:
        return CellKind.ABSENT, term("attendance.absence")
    if is_rest_day:
        holiday = day_class is DayClass.HOLIDAY
        return CellKind.REST, term("day_class.holiday" if holiday else "day_class.rest_day")
    if record.leave is not None and not record.leave.half:
        return CellKind.LEAVE, term(f"leave.{record.leave.kind}")
    if is_missed:
        return CellKind.MISSING, Text("没有记录", "No record")
    return CellKind.AHEAD, Text("", "")


def _kind_of_work(record: DayRecord, *, is_overtime: bool) -> CellKind:
    if any(shift.late_minutes for shift in record.shifts):
        return CellKind.LATE
    if any(shift.early_minutes for shift in record.shifts):
        return CellKind.EARLY
    return CellKind.OVERTIME if is_overtime else CellKind.WORKED

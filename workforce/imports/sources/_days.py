"""What attendance reports say of people's days, and what importing them would change.

A report's row is one day of one person. The times between its punches are the shift, and what the report
calls the time worked is what was worked of it: the break is the difference. So the hours are the firm's
own, and never more than the span between the punches. A missing punch is a refused row, not zero hours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from workforce.attendance import service as attendance
from workforce.attendance.service import DayFacts, LeaveFact, ShiftFact
from workforce.core.errors import DomainError, InputError
from workforce.core.text import Text
from workforce.imports.directory import Employee
from workforce.imports.planning import map_users, naming, refusal, users_part
from workforce.imports.reading.tables import Placed, Reading
from workforce.imports.refusals import Notice, Place, Refusal
from workforce.imports.source import Context, Part, Proposal
from workforce.imports.sources._attendance import LEAVE_KINDS
from workforce.platform.changes import Plan
from workforce.production import service as production

_WORDS: Final = sorted(LEAVE_KINDS, key=len, reverse=True)
"""Words of leave, the more particular first: 陪产假 is not 产假."""


@dataclass(frozen=True, slots=True)
class DayRow:
    """One person's day. ``minutes``: worked in all, None where the report does not say."""

    user_id: str
    employee_no: str
    name: str
    on: dt.date
    shift_type: str | None
    pairs: tuple[tuple[dt.datetime, dt.datetime], ...] = ()
    minutes: int | None = None
    late_minutes: int = 0
    early_minutes: int = 0
    leave: str | None = None
    is_absent: bool = False
    is_part_leave: bool = False
    is_unexplained: bool = False
    """A shift was planned, and there is no punch, leave or absence."""

    @property
    def who(self) -> str:
        """The key that always is there: the user id, else the employee number."""
        return self.user_id or self.employee_no


def leave_kinds(text: str) -> set[str]:
    """Find the kinds of leave that a text names; a part of a longer word does not count."""
    kinds: set[str] = set()
    for word in _WORDS:
        if word in text:
            kinds.add(LEAVE_KINDS[word])
            text = text.replace(word, "")
    return kinds


def leave_kind(on: dt.date, text: str, columns: Iterable[str] = ()) -> str:
    """Tell a day's kind of leave from a text, or else from the columns that hold something.

    Raises:
        InputError: they name no known kind, or several.

    """
    found = leave_kinds(text) or leave_kinds(" ".join(columns))
    if len(found) != 1:
        choices = "、".join(LEAVE_KINDS)
        raise InputError("punch.leave_kind", on=on, text=text or "-", choices=choices)
    return found.pop()


def give_breaks(reading: Reading[DayRow], break_minutes: int | None) -> None:
    """Fill in the minutes worked where the report does not say them, from the stated break."""
    rows: list[Placed[DayRow]] = []
    for placed in reading.rows:
        day = placed.row
        if day.pairs and day.minutes is None:
            if break_minutes is None:
                error = InputError("punch.break_unknown")
                reading.refusals.append(refusal(placed.place, error, "工作时长"))
                continue
            whole = sum(span(start, end) for start, end in day.pairs)
            day = replace(day, minutes=max(0, whole - break_minutes * len(day.pairs)))
        rows.append(Placed(placed.place, day))
    reading.rows[:] = rows


def span(start: dt.datetime, end: dt.datetime) -> int:
    """Return the whole minutes from one time to another."""
    return int((end - start).total_seconds()) // 60


def plan_rows(
    session: Session, context: Context, rows: Sequence[Placed[DayRow]], *, source: str
) -> Proposal:
    """Say what importing a report's days would change. A day of a person is replaced as a whole."""
    users_plan, users, refusals = map_users(session, context, source)
    days = _Days(context, users)
    for placed in rows:
        days.take(placed)
    # Whoever was taken for somebody else no longer has that one's days.
    places = days.displaced(users_plan) | days.places
    facts = DayFacts(
        covered=frozenset(places),
        shifts=days.shifts,
        leaves=days.leaves,
        absences=frozenset(days.absences),
    )
    plan = attendance.plan_days(session, context.company_id, source, facts)
    refusals += days.refusals
    refusals += [refusal(places[day], error) for day, error in plan.faults.items()]

    def store(session: Session, batch_id: int) -> None:
        production.store_source_users(session, context.company_id, source, users_plan)
        attendance.store_days(session, plan, source, batch_id)

    directory = context.directory
    return Proposal(
        parts=[
            users_part(directory, users_plan),
            Part(Text("班次", "Shifts"), plan.shifts, naming(directory, "work_on")),
            Part(Text("请假", "Leave"), plan.leaves, naming(directory, "first_on", "kind")),
            Part(Text("旷工", "Absences"), plan.absences, naming(directory, "absent_on")),
        ],
        refusals=refusals,
        notices=[*days.notices, *_agreed(plan.agreed)],
        good_count=len(days.places.keys() - plan.faults.keys()),
        store=store,
    )


def _agreed(count: int) -> list[Notice]:
    """Say how much another source has told already, in the same words."""
    if not count:
        return []
    words = Text(
        f"有 {count} 条已由其他来源登记，完全相同，不再写入",
        f"{count} facts were recorded by another source, just the same: not written again",
    )
    return [Notice(words)]


class _Days:
    """Gathers what the rows say, day by day."""

    def __init__(self, context: Context, users: Mapping[str, int]) -> None:
        self._context = context
        self._users = users
        self.places: dict[attendance.Day, Place] = {}
        self.shifts: list[ShiftFact] = []
        self.leaves: list[LeaveFact] = []
        self.absences: set[attendance.Day] = set()
        self.refusals: list[Refusal] = []
        self.notices: list[Notice] = []
        self._rows: list[Placed[DayRow]] = []
        self._told: set[int] = set()

    def take(self, placed: Placed[DayRow]) -> None:
        """Take one row, or refuse it."""
        self._rows.append(placed)
        row = placed.row
        try:
            employee = self._employee(row)
            if not self._concerns(employee, row):
                return
            self._context.directory.check_reach(employee, row.on)
            shifts = self._shifts(employee, row)
        except DomainError as error:
            self.refusals.append(refusal(placed.place, error, value=row.name))
            return
        day = (employee.employment_id, row.on)
        if day in self.places:
            twice = InputError("row.duplicate", row=self.places[day].row)
            self.refusals.append(refusal(placed.place, twice, value=row.name))
            return
        self.places[day] = placed.place
        self.shifts += shifts
        if row.leave is not None:
            fact = LeaveFact(employment_id=employee.employment_id, on=row.on, kind=row.leave)
            self.leaves.append(fact)
        if row.is_absent:
            self.absences.add(day)
        self._notice(placed, employee)

    def displaced(self, users: Plan) -> dict[attendance.Day, Place]:
        """Return the days of the file under the employments that its users were mapped to before."""
        before = {
            change.row["source_user"]: change.before["employment_id"] for change in users.changed
        }
        return {
            (before[placed.row.user_id], placed.row.on): placed.place
            for placed in self._rows
            if placed.row.user_id in before
        }

    def _employee(self, row: DayRow) -> Employee:
        """Find the person: by the map of users, else by the employee number. Names repeat."""
        employment_id = self._users.get(row.user_id)
        if employment_id is not None:
            return self._context.directory.names[employment_id]
        if not row.employee_no:
            raise InputError("tool.user_unmapped", user=row.user_id or row.name)
        return self._context.directory.employee(row.employee_no)

    def _concerns(self, employee: Employee, row: DayRow) -> bool:
        """Tell whether the day counts; empty days outside the employment or to come do not."""
        if row.on > self._context.today:
            if row.pairs:
                raise InputError("cell.future", on=row.on)
            return False
        if not employee.is_employed(row.on):
            if row.pairs or row.leave:
                self._context.directory.employee(employee.employee_no, row.on)
            return False
        if row.is_unexplained:
            raise InputError("punch.none", on=row.on)
        return True

    def _shifts(self, employee: Employee, row: DayRow) -> list[ShiftFact]:
        """Make the day's shifts; the break is what the report does not count as worked."""
        whole = sum(span(start, end) for start, end in row.pairs)
        if row.minutes is not None and row.minutes > whole:
            raise InputError("punch.minutes", minutes=row.minutes, span=whole)
        left = whole - (row.minutes or 0)
        shifts: list[ShiftFact] = []
        for number, (start, end) in enumerate(row.pairs):
            # The whole break is taken from the first shift that is longer than it.
            is_last = number == len(row.pairs) - 1
            pause = left if is_last or left < span(start, end) else 0
            left -= pause
            attendance.check_shift(start, end, pause)
            shifts.append(
                ShiftFact(
                    employment_id=employee.employment_id,
                    work_on=row.on,
                    starts_at=start,
                    ends_at=end,
                    break_minutes=pause,
                    shift_type=row.shift_type,
                    late_minutes=row.late_minutes if number == 0 else 0,
                    early_minutes=row.early_minutes if is_last else 0,
                ),
            )
        return shifts

    def _notice(self, placed: Placed[DayRow], employee: Employee) -> None:
        row = placed.row
        if row.name not in {"", employee.name} and employee.employment_id not in self._told:
            self._told.add(employee.employment_id)
            words = Text(
                f"工号 {employee.employee_no} 登记为{employee.name},表中写作{row.name}",
                f"Number {employee.employee_no} is registered for {employee.name}, here {row.name}",
            )
            self.notices.append(Notice(words, placed.place))
        if row.is_part_leave:
            words = Text(
                f"{row.name} {row.on} 请了部分时间的假：这一天按打卡计工时，假按整天登记，不另记",
                f"{row.name} was on leave for part of {row.on}: the punches count; leave is whole days, none is recorded",
            )
            self.notices.append(Notice(words, placed.place))

"""DingTalk's attendance report (考勤报表): shifts, lateness, leave and absence.

每日统计 is what counts; 原始记录 and 打卡时间 in the same file only cross-check it. 原始记录 alone will do too,
with the break given, since it says to which day's shift a punch belongs. 打卡时间 or 月度汇总 alone do not
say that, and are refused.

A day of a person is replaced as a whole when it is imported again. A night shift belongs to the day on
which it begins.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy.orm import Session

from workforce.attendance import service as attendance
from workforce.attendance.service import DayFacts, LeaveFact, ShiftFact
from workforce.core.errors import DomainError, InputError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.directory import Employee
from workforce.imports.planning import map_users, naming, refusal
from workforce.imports.reading import values
from workforce.imports.reading.tables import CellError, Placed, Reading, Row
from workforce.imports.refusals import Notice, Place, Refusal
from workforce.imports.source import Context, Options, Part, Proposal, Source, SourceFile
from workforce.imports.sources._dingtalk_sheets import (
    DayRow,
    Layout,
    is_daily,
    is_raw,
    layout_of,
    read_day,
)
from workforce.production import service as production

CODE: Final = "dingtalk"

_RANGE: Final = re.compile(r"统计日期:(\d{4}-\d{2}-\d{2})")
_DAY_TITLE: Final = re.compile(r"[六日]|\d{1,2}")
_REPLACED: Final = "无效"
"""打卡无效：此记录已被更新: a punch that a later one replaced."""

Key = tuple[str, dt.date]


def _read(file: SourceFile, options: Options) -> Reading[DayRow]:
    sheets = file.sheets()
    layouts = [layout for layout in map(layout_of, sheets) if layout is not None]
    daily = [layout for layout in layouts if is_daily(layout)]
    raw = [layout for layout in layouts if is_raw(layout)]
    if daily:
        reading = _read_daily(daily)
        reading.notices += _cross_check(reading.rows, raw, layouts)
    elif raw:
        reading = _read_raw(raw)
    elif layouts:
        names = "、".join(layout.sheet.name or "?" for layout in layouts)
        raise InputError("punch.month_only", sheets=names)
    else:
        names = "、".join(sheet.name for sheet in sheets) or "-"
        raise InputError("table.no_header", sheets=names, wanted="姓名、日期、上班1", source=CODE)
    if not (reading.rows or reading.refusals):
        raise InputError("table.no_rows")
    _give_breaks(reading, options.break_minutes)
    return reading


def _read_daily(layouts: Sequence[Layout]) -> Reading[DayRow]:
    reading: Reading[DayRow] = Reading([], [], [])
    for layout in layouts:
        for row in layout.rows():
            try:
                reading.rows.append(Placed(row.place, read_day(row)))
            except CellError as fault:
                reading.refusals.append(fault.refusal)
    return reading


@dataclass(slots=True)
class _Punches:
    """The raw punches of one day: planned time → the earliest and latest punch for it."""

    place: Place
    row: Row
    by_plan: dict[dt.datetime, list[dt.datetime]] = field(default_factory=lambda: defaultdict(list))


def _read_raw(layouts: Sequence[Layout]) -> Reading[DayRow]:
    """Read 原始记录: punches for the planned times of a day, in and out in turn."""
    reading: Reading[DayRow] = Reading([], [], [])
    days: dict[Key, _Punches] = {}
    spoilt: set[Key] = set()
    for layout in layouts:
        for row in layout.rows():
            try:
                _collect(row, days, spoilt)
            except CellError as fault:
                reading.refusals.append(fault.refusal)
    for key, punches in days.items():
        if key not in spoilt:
            try:
                reading.rows.append(Placed(punches.place, _raw_day(key, punches)))
            except CellError as fault:
                reading.refusals.append(fault.refusal)
    return reading


def _collect(row: Row, days: dict[Key, _Punches], spoilt: set[Key]) -> None:
    on = row.need("考勤日期", values.date)
    who = row.get("userid", values.text) or row.need("工号", values.text)
    if _REPLACED in (row.get("打卡结果", values.text) or ""):
        return
    day = days.setdefault((who, on), _Punches(row.place, row))
    try:
        planned = row.need("考勤时间", lambda value: values.moment(value, on))
        at = row.get("打卡时间", lambda value: values.moment(value, on))
        if at is None or "缺卡" in (row.get("打卡结果", values.text) or ""):
            which = Text("上下班", "in or out")
            raise row.fault("打卡时间", InputError("punch.missing", on=on, which=which))
    except CellError:
        spoilt.add((who, on))
        raise
    day.by_plan[planned].append(at)


def _raw_day(key: Key, punches: _Punches) -> DayRow:
    row, on = punches.row, key[1]
    times = [punches.by_plan[planned] for planned in sorted(punches.by_plan)]
    if len(times) % 2:
        which = Text("上班或下班", "in or out")
        raise row.fault("打卡时间", InputError("punch.missing", on=on, which=which))
    pairs = [(min(times[n]), max(times[n + 1])) for n in range(0, len(times), 2)]
    due = min(punches.by_plan)
    results = row.get("打卡结果", values.text) or ""
    return DayRow(
        user_id=row.get("userid", values.text) or "",
        employee_no=row.get("工号", values.text) or "",
        name=row.need("姓名", values.text),
        on=on,
        shift_type=None,
        pairs=tuple(pairs),
        late_minutes=max(0, _span(due, pairs[0][0])) if "迟到" in results else 0,
    )


def _give_breaks(reading: Reading[DayRow], break_minutes: int | None) -> None:
    """Fill in the minutes worked where the report does not say them, from the stated break."""
    rows: list[Placed[DayRow]] = []
    for placed in reading.rows:
        day = placed.row
        if day.pairs and day.minutes is None:
            if break_minutes is None:
                error = InputError("punch.break_unknown")
                reading.refusals.append(refusal(placed.place, error, "工作时长"))
                continue
            span = sum(_span(start, end) for start, end in day.pairs)
            day = replace(day, minutes=max(0, span - break_minutes * len(day.pairs)))
        rows.append(Placed(placed.place, day))
    reading.rows[:] = rows


def _span(start: dt.datetime, end: dt.datetime) -> int:
    return int((end - start).total_seconds()) // 60


def _cross_check(
    rows: Sequence[Placed[DayRow]], raw: Sequence[Layout], layouts: Sequence[Layout]
) -> Iterator[Notice]:
    """Point out days whose punches the other sheets do not have: someone edited one of them."""
    known = _raw_punches(raw) or _monthly_punches(layouts)
    if not known:
        return
    for placed in rows:
        for at in (moment for pair in placed.row.pairs for moment in pair):
            if at not in known.get(placed.row.who, set()):
                words = Text(
                    f"{placed.row.name} {at:%m-%d %H:%M} 的打卡在原始记录中没有",
                    f"The punch of {placed.row.name} at {at:%m-%d %H:%M} is not in the raw records",
                )
                yield Notice(words, placed.place)


def _raw_punches(layouts: Sequence[Layout]) -> dict[str, set[dt.datetime]]:
    found: defaultdict[str, set[dt.datetime]] = defaultdict(set)
    for layout in layouts:
        for row in layout.rows():
            try:
                who, at = _raw_punch(row)
            except CellError:
                continue
            if at is not None:
                found[who].add(at)
    return found


def _raw_punch(row: Row) -> tuple[str, dt.datetime | None]:
    on = row.need("考勤日期", values.date)
    who = row.get("userid", values.text) or row.need("工号", values.text)
    return who, row.get("打卡时间", lambda value: values.moment(value, on))


def _monthly_punches(layouts: Sequence[Layout]) -> dict[str, set[dt.datetime]]:
    """Read 打卡时间: a cell for each calendar day, dated by its place from the first one."""
    found: defaultdict[str, set[dt.datetime]] = defaultdict(set)
    for layout in layouts:
        heading = values.plain(layout.sheet.rows[0][0] if layout.sheet.rows[0] else "")
        begins = _RANGE.search(heading)
        titles = [str(cell).strip() for cell in layout.sheet.rows[layout.first_row - 1]]
        days = [n for n, title in enumerate(titles) if _DAY_TITLE.fullmatch(title)]
        if "打卡时间" not in heading or begins is None or not days:
            continue
        first_on = dt.date.fromisoformat(begins[1])
        for row in layout.rows():
            who = values.plain(row.raw("userid")) or values.plain(row.raw("工号"))
            for cell, column in ((row.at(column), column) for column in days):
                on = first_on + dt.timedelta(days=column - days[0])
                for clock in re.findall(r"\d{1,2}:\d{2}", str(cell)):
                    found[who].add(dt.datetime.combine(on, dt.time.fromisoformat(clock.zfill(5))))
    return found


def _plan(session: Session, context: Context, rows: Sequence[Placed[DayRow]]) -> Proposal:
    users_plan, users, refusals = map_users(session, context, CODE)
    days = _Days(context, users)
    for placed in rows:
        days.take(placed)
    facts = DayFacts(
        covered=frozenset(days.places),
        shifts=days.shifts,
        leaves=days.leaves,
        absences=frozenset(days.absences),
    )
    plan = attendance.plan_days(session, context.company_id, CODE, facts)
    refusals += days.refusals
    refusals += [refusal(days.places[day], error) for day, error in plan.faults.items()]

    def store(session: Session, batch_id: int) -> None:
        production.store_source_users(session, context.company_id, CODE, users_plan)
        attendance.store_days(session, plan, CODE, batch_id)

    directory = context.directory
    return Proposal(
        parts=[
            Part(Text("用户对照", "User map"), users_plan, naming(directory, "source_user")),
            Part(Text("班次", "Shifts"), plan.shifts, naming(directory, "work_on")),
            Part(Text("请假", "Leave"), plan.leaves, naming(directory, "first_on", "kind")),
            Part(Text("旷工", "Absences"), plan.absences, naming(directory, "absent_on")),
        ],
        refusals=refusals,
        notices=days.notices,
        good_count=len(days.places) - len(plan.faults),
        store=store,
    )


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
        self._told: set[int] = set()

    def take(self, placed: Placed[DayRow]) -> None:
        """Take one row, or refuse it."""
        row = placed.row
        try:
            employee = self._employee(row)
            if not self._concerns(employee, row):
                return
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
        span = sum(_span(start, end) for start, end in row.pairs)
        if row.minutes is not None and row.minutes > span:
            raise InputError("punch.minutes", minutes=row.minutes, span=span)
        left = span - (row.minutes or 0)
        shifts: list[ShiftFact] = []
        for number, (start, end) in enumerate(row.pairs):
            # The whole break is taken from the first shift that is longer than it.
            is_last = number == len(row.pairs) - 1
            pause = left if is_last or left < _span(start, end) else 0
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
        if row.name != employee.name and employee.employment_id not in self._told:
            self._told.add(employee.employment_id)
            words = Text(
                f"工号 {employee.employee_no} 登记为{employee.name},表中写作{row.name}",
                f"Number {employee.employee_no} is registered for {employee.name}, here {row.name}",
            )
            self.notices.append(Notice(words, placed.place))
        if row.is_part_leave:
            words = Text(
                f"{row.name} {row.on} 请了部分时间的假：按打卡计工时，不另记假",
                f"{row.name} was on leave for part of {row.on}: the punches count, no leave is recorded",
            )
            self.notices.append(Notice(words, placed.place))


SOURCE: Final = Source(
    code=CODE,
    label=Text("钉钉考勤报表", "DingTalk attendance report"),
    suffixes=(".xlsx", ".csv"),
    permission=Permission.ATTENDANCE_IMPORT,
    read=_read,
    plan=_plan,
)

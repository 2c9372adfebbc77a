"""Shifts as a table: one row for each shift, in the supervisor's own spreadsheet.

The table has the last word: a day of a person that it names has exactly the shifts that it gives,
whatever a device or an app had told. A row without times says that there was no shift that day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.attendance import queries
from workforce.attendance import service as attendance
from workforce.attendance.service import Day, DayFacts, ShiftFact, granted_days
from workforce.core.errors import InputError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.exports import yes_or_no
from workforce.imports.planning import (
    PlanError,
    find_employee,
    naming,
    refusal,
    refuse_future,
)
from workforce.imports.reading import values
from workforce.imports.reading.tables import (
    CellError,
    Column,
    Placed,
    Reading,
    Row,
    read_table,
)
from workforce.imports.refusals import Place, Refusal
from workforce.imports.source import (
    TABLE_SUFFIXES,
    Context,
    Extent,
    Options,
    Part,
    Proposal,
    Source,
    SourceFile,
)
from workforce.imports.sources._attendance import (
    at_work_on_leave,
    clock_text,
    days_of,
    taken_over,
)
from workforce.imports.sources._people_tables import who_cells, who_columns
from workforce.platform.scope import Scope
from workforce.platform.sheets import Cell

CODE: Final = "shifts"

_DAY: Final = dt.timedelta(days=1)
_BREAK_LIMIT: Final = 24 * 60
_TYPE_LIMIT: Final = 40

COLUMNS: Final = (
    *who_columns("A0001", "A0002", "A0003"),
    Column(
        name="work_on",
        titles=("日期", "考勤日期", "工作日期"),
        note=Text("班次开始的那一天；夜班记在开始日", "the day on which the shift begins"),
        example=(dt.date(2026, 10, 8), dt.date(2026, 10, 8), dt.date(2026, 10, 9)),
        is_required=True,
    ),
    Column(
        name="starts_at",
        titles=("上班", "上班时间", "上班打卡"),
        note=Text("如 08:40；上下班都不填表示当天没有班次", "like 08:40; both blank: no shift"),
        example=("09:00", "22:00", None),
        is_required=True,
    ),
    Column(
        name="ends_at",
        titles=("下班", "下班时间", "下班打卡"),
        note=Text("跨零点写“次日 06:00”", "past midnight: 次日 06:00 (next day)"),
        example=("18:00", "次日 06:00", None),
        is_required=True,
    ),
    Column(
        name="break_minutes",
        titles=("休息分钟", "休息(分钟)", "休息时长(分钟)"),
        note=Text("不计工时的休息；没有休息填 0", "not counted as work; 0 for none"),
        example=(60, 30, None),
    ),
    Column(
        name="is_in_lieu",
        titles=("调休", "安排调休"),
        note=Text("休息日加班以后补休的填“是”", "是 (yes) for rest-day work with time off later"),
        example=("否", "否", None),
    ),
    Column(
        name="shift_type",
        titles=("班次", "班次名称"),
        note=Text("如白班、夜班；可不填", "its name; optional"),
        example=("白班", "夜班", None),
    ),
    Column(
        name="late_minutes",
        titles=("迟到分钟", "迟到(分钟)", "迟到时长(分钟)"),
        note=Text("可不填", "optional"),
        example=(0, 0, None),
    ),
    Column(
        name="early_minutes",
        titles=("早退分钟", "早退(分钟)", "早退时长(分钟)"),
        note=Text("可不填", "optional"),
        example=(0, 0, None),
    ),
)


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """One row as it was read: a shift, a day without one, or (``fault``) a row of a spoilt day.

    ``told``: the columns of ``_READERS`` that the table has.
    """

    employee_no: str
    name: str | None
    work_on: dt.date
    times: tuple[dt.datetime, dt.datetime] | None = None
    break_minutes: int = 0
    told: Mapping[str, Any] = field(default_factory=dict)
    fault: Refusal | None = None


def _read(file: SourceFile, options: Options) -> Reading[ShiftRow]:
    return read_table(file.sheets(), COLUMNS, CODE, lambda row: _parse(row, options))


def _parse(row: Row, options: Options) -> ShiftRow:
    """Read a row; one that cannot be read still names its day, which then is left alone."""
    employee_no = row.need("employee_no", values.text)
    work_on = row.need("work_on", values.date)
    try:
        name = row.get("name", values.text)
        if row.is_blank("starts_at") and row.is_blank("ends_at"):
            _refuse_formulas(row)
            return ShiftRow(employee_no, name, work_on)
        starts_at = row.need("starts_at", lambda value: values.moment(value, work_on))
        ends_at = row.need("ends_at", lambda value: values.moment(value, work_on))
        if ends_at <= starts_at and ends_at.date() == work_on:
            ends_at += _DAY
        if not work_on <= starts_at.date() <= work_on + _DAY:
            raise row.fault("starts_at", InputError("shift.other_day", on=work_on))
        pause = row.get("break_minutes", lambda value: values.quantity(value, _BREAK_LIMIT))
        if pause is None:
            pause = options.break_minutes
        if pause is None:
            raise row.fault("break_minutes", InputError("shift.break_missing"))
        told = {name: read(row) for name, read in _READERS.items() if row.has_column(name)}
    except CellError as fault:
        return ShiftRow(employee_no, None, work_on, fault=fault.refusal)
    return ShiftRow(employee_no, name, work_on, (starts_at, ends_at), pause, told)


def _refuse_formulas(row: Row) -> None:
    """Read the blank times all the same: a formula without a value looks blank."""
    row.get("starts_at", values.shown)
    row.get("ends_at", values.shown)


_READERS: Final[Mapping[str, Callable[[Row], Any]]] = {
    "is_in_lieu": lambda row: row.get("is_in_lieu", values.boolean) or False,
    "shift_type": lambda row: row.get("shift_type", lambda cell: values.text(cell, _TYPE_LIMIT)),
    "late_minutes": lambda row: row.get("late_minutes", values.quantity) or 0,
    "early_minutes": lambda row: row.get("early_minutes", values.quantity) or 0,
}
"""Columns that keep what is stored where the table lacks them."""


def _plan(session: Session, context: Context, rows: Sequence[Placed[ShiftRow]]) -> Proposal:
    days, refusals = _by_day(context, rows)
    optional = _Optional(session, context, rows)
    facts: list[ShiftFact] = []
    places: dict[Day, Place] = {}
    for day, of_day in days.items():
        told, faults = _shifts(day, of_day, optional)
        refusals += faults
        if not faults:  # a day of which a row is refused is left alone as a whole
            facts += told
            places[day] = of_day[0].place
    plan = attendance.plan_days(
        session,
        context.company_id,
        CODE,
        DayFacts(covered=frozenset(places), shifts=facts, tells_leave=False, is_last_word=True),
    )
    refusals += [refusal(places[day], error) for day, error in plan.faults.items()]
    worked = {fact.day: places[fact.day] for fact in facts}
    away = _days_away(session, context, worked)
    return Proposal(
        parts=[Part(Text("班次", "Shifts"), plan.shifts, naming(context.directory, "work_on"))],
        refusals=refusals,
        notices=[*taken_over(plan), *at_work_on_leave(context.directory, worked, away)],
        good_count=sum(
            len(of_day) for day, of_day in days.items() if day in places and day not in plan.faults
        ),
        store=lambda session, batch_id: attendance.store_days(session, plan, CODE, batch_id),
    )


def _by_day(
    context: Context, rows: Sequence[Placed[ShiftRow]]
) -> tuple[dict[Day, list[Placed[ShiftRow]]], list[Refusal]]:
    """Group the rows by day of an employment; whoever is not known is refused."""
    days: dict[Day, list[Placed[ShiftRow]]] = {}
    refusals: list[Refusal] = []
    for placed in rows:
        row = placed.row
        try:
            employee = find_employee(context.directory, row.employee_no, row.name, row.work_on)
            refuse_future(row.work_on, context.today, "日期")
        except PlanError as error:
            fault = refusal(placed.place, error.error, error.column, error.value)
            refusals.append(row.fault or fault)
        else:
            days.setdefault((employee.employment_id, row.work_on), []).append(placed)
    return days, refusals


def _shifts(
    day: Day, rows: Sequence[Placed[ShiftRow]], optional: _Optional
) -> tuple[list[ShiftFact], list[Refusal]]:
    """Return a day's shifts, and the rows that are refused."""
    seen: dict[dt.datetime | None, int | None] = {}
    shifts: list[ShiftFact] = []
    refusals: list[Refusal] = []
    for placed in rows:
        row = placed.row
        if row.fault is not None:
            refusals.append(row.fault)
            continue
        starts_at = row.times[0] if row.times else None
        try:
            _refuse_double(starts_at, seen)
            if row.times is not None:
                attendance.check_shift(*row.times, row.break_minutes)
                also = optional.of(day, row)
                shifts.append(ShiftFact(*day, *row.times, row.break_minutes, **also))
        except InputError as error:
            refusals.append(refusal(placed.place, error, value=row.employee_no))
        seen.setdefault(starts_at, placed.place.row)
    return shifts, refusals


def _refuse_double(
    starts_at: dt.datetime | None, seen: Mapping[dt.datetime | None, int | None]
) -> None:
    """Refuse a second shift with one start, and a shift on a day that is said to have none."""
    if starts_at in seen or (seen and (starts_at is None or None in seen)):
        raise InputError("row.duplicate", row=seen.get(starts_at, next(iter(seen.values()))))


class _Optional:
    """What the table does not tell of a shift, because it lacks the column, stays as it is stored."""

    def __init__(
        self, session: Session, context: Context, rows: Sequence[Placed[ShiftRow]]
    ) -> None:
        self._stored: dict[tuple[int, dt.datetime], Any] = {}
        days = [p.row.work_on for p in rows if p.row.times and len(p.row.told) < len(_READERS)]
        if days:
            stored = queries.shifts(Scope.company(context.company_id), min(days), max(days))
            self._stored = {
                (row.employment_id, row.starts_at): row for row in session.execute(stored)
            }

    def of(self, day: Day, row: ShiftRow) -> dict[str, Any]:
        """Return the optional columns of a row's shift."""
        known = self._stored.get((day[0], row.times[0])) if row.times else None
        kept = {} if known is None else {name: getattr(known, name) for name in _READERS}
        return kept | dict(row.told)


def _days_away(session: Session, context: Context, worked: Collection[Day]) -> set[Day]:
    """Return the days of these that are recorded as leave or absence."""
    if not worked:
        return set()
    days = sorted(on for _, on in worked)
    scope = Scope.company(context.company_id)
    leaves = session.execute(queries.leaves(scope, days[0], days[-1])).mappings()
    away = {day for day in granted_days(map(dict, leaves)) if day in worked}
    absent = session.execute(queries.absences(scope, days[0], days[-1]))
    return away | {(row.employment_id, row.absent_on) for row in absent}


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    for row in session.execute(queries.shifts(extent.scope, *days_of(extent))):
        yield who_cells(extent, row.employment_id) | {
            "work_on": row.work_on,
            "starts_at": clock_text(row.starts_at, row.work_on),
            "ends_at": clock_text(row.ends_at, row.work_on),
            "break_minutes": row.break_minutes,
            "is_in_lieu": yes_or_no(row.is_in_lieu),
            "shift_type": row.shift_type,
            "late_minutes": row.late_minutes,
            "early_minutes": row.early_minutes,
        }


SOURCE: Final = Source(
    code=CODE,
    label=Text("班次表", "Table of shifts"),
    suffixes=TABLE_SUFFIXES,
    permission=Permission.ATTENDANCE_IMPORT,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
)

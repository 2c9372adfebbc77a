"""Leave as a table: one row for each leave, with both days included; also known absences (旷工).

The table has the last word on the days that it names, whatever an app had told: a row replaces what was
recorded of that person on these days. A row of the kind 撤销 (cancelled) says that there was none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from workforce.attendance import queries
from workforce.attendance import service as attendance
from workforce.attendance.service import (
    HALVES_OF_DAY,
    AttendancePlan,
    Day,
    DayFacts,
    LeaveFact,
)
from workforce.core.errors import InputError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.exports import first_names
from workforce.imports.planning import (
    PlanError,
    find_employee,
    naming,
    refusal,
    refuse_future,
)
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.refusals import Notice, Place, Refusal
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
    LEAVE_KINDS,
    at_work_on_leave,
    days_of,
    taken_over,
)
from workforce.imports.sources._people_tables import who_cells, who_columns
from workforce.platform.scope import Scope
from workforce.platform.sheets import Cell

CODE: Final = "leave"

_DAY: Final = dt.timedelta(days=1)
_LONGEST_DAYS: Final = 731
_MOST_DAYS: Final = 1_000_000
_NUMBER_LIMIT: Final = 40

ABSENCE: Final = "absence"
CANCELLED: Final = "cancelled"
KINDS: Final[Mapping[str, str]] = {
    **LEAVE_KINDS,
    **{kind: kind for kind in LEAVE_KINDS.values()},
    "旷工": ABSENCE,
    "撤销": CANCELLED,
    ABSENCE: ABSENCE,
    CANCELLED: CANCELLED,
}

HALVES: Final[Mapping[str, str]] = {
    "上午": "morning",
    "下午": "afternoon",
    **{half: half for half in HALVES_OF_DAY},
}
_HALF_WORDS: Final = first_names(HALVES)

COLUMNS: Final = (
    *who_columns("A0001", "A0002", "A0003", "A0004"),
    Column(
        name="kind",
        titles=("类型", "假期类型", "请假类型", "假别"),
        note=Text(
            "年休假、病假、产假、婚假、陪产假、丧假、停工留薪期、调休、事假、旷工；"
            "“撤销”表示这几天没有请假也没有旷工",
            "annual_leave, sick_leave, maternity_leave, marriage_leave, paternity_leave, "
            "bereavement_leave, work_injury_leave, in_lieu_off, personal_leave, absence; "
            "cancelled: neither leave nor absence on these days",
        ),
        example=("年休假", "病假", "旷工", "撤销"),
        is_required=True,
    ),
    Column(
        name="first_on",
        titles=("开始", "开始日期", "起始日期"),
        note=Text("第一天", "the first day"),
        example=(
            dt.date(2026, 10, 12),
            dt.date(2026, 10, 19),
            dt.date(2026, 10, 20),
            dt.date(2026, 10, 21),
        ),
        is_required=True,
    ),
    Column(
        name="last_on",
        titles=("结束", "结束日期", "终止日期"),
        note=Text("最后一天，含当天", "the last day, included"),
        example=(
            dt.date(2026, 10, 14),
            dt.date(2026, 10, 19),
            dt.date(2026, 10, 20),
            dt.date(2026, 10, 22),
        ),
        is_required=True,
    ),
    Column(
        name="approval_no",
        titles=("审批单号", "审批编号", "审批单"),
        note=Text("批准请假的单号，可不填", "the number of the form that granted it; optional"),
        example=("QJ2026100001", "QJ2026100007", None, None),
    ),
    Column(
        name="half",
        titles=("半天", "时段"),
        note=Text(
            "只请半天时填上午、下午，开始与结束须为同一天；整天不填",
            "morning or afternoon for half a day, which begins and ends on one day; blank for whole days",
        ),
        example=(None, "下午", None, None),
    ),
)


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """One row as it was read."""

    employee_no: str
    name: str | None
    kind: str
    first_on: dt.date
    last_on: dt.date
    approval_no: str | None
    half: str | None

    def days(self) -> Iterator[dt.date]:
        """Yield the days, both ends included."""
        count = (self.last_on - self.first_on).days + 1
        return (self.first_on + offset * _DAY for offset in range(count))


def _read(file: SourceFile, _options: Options) -> Reading[LeaveRow]:
    reading = read_table(file.sheets(), COLUMNS, CODE, _parse)
    # A small file of long leaves could unfold to more days than fit into memory.
    if sum((row.row.last_on - row.row.first_on).days for row in reading.rows) > _MOST_DAYS:
        raise InputError("leave.too_many", limit=_MOST_DAYS)
    return reading


def _parse(row: Row) -> LeaveRow:
    first_on = row.need("first_on", values.near_date)
    last_on = row.need("last_on", values.date)
    if last_on < first_on:
        raise row.fault("last_on", InputError("leave.backwards", first=first_on))
    if (last_on - first_on).days >= _LONGEST_DAYS:
        raise row.fault("last_on", InputError("leave.too_long", limit=_LONGEST_DAYS))
    kind = row.need("kind", lambda value: values.choice(value, KINDS))
    half = row.get("half", lambda value: values.choice(value, HALVES))
    if half is not None and kind in {ABSENCE, CANCELLED}:
        raise row.fault("half", InputError("leave.half_of_what"))
    if half is not None and last_on != first_on:
        raise row.fault("last_on", InputError("request.half_of_days"))
    return LeaveRow(
        employee_no=row.need("employee_no", values.text),
        name=row.get("name", values.text),
        kind=kind,
        first_on=first_on,
        last_on=last_on,
        approval_no=row.get("approval_no", lambda value: values.text(value, _NUMBER_LIMIT)),
        half=half,
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """A row whose person is known."""

    place: Place
    employment_id: int
    row: LeaveRow

    def days(self) -> Iterator[Day]:
        return ((self.employment_id, on) for on in self.row.days())


def _plan(session: Session, context: Context, rows: Sequence[Placed[LeaveRow]]) -> Proposal:
    known, refusals = _known(context, rows)
    while True:
        plan = _planned(session, context, known)
        # A row goes in as a whole or not at all: one day at fault takes the others along.
        at_fault = [one for one in known if not plan.faults.keys().isdisjoint(one.days())]
        if not at_fault:
            break
        for one in at_fault:
            error = next(plan.faults[day] for day in one.days() if day in plan.faults)
            refusals.append(refusal(one.place, error, value=one.row.employee_no))
        left_out = set(map(id, at_fault))
        known = [one for one in known if id(one) not in left_out]
    directory = context.directory
    return Proposal(
        parts=[
            Part(Text("请假", "Leave"), plan.leaves, naming(directory, "first_on", "kind")),
            Part(Text("旷工", "Absences"), plan.absences, naming(directory, "absent_on")),
        ],
        refusals=refusals,
        notices=[*taken_over(plan), *_at_work(session, context, known)],
        good_count=len(known),
        store=lambda session, batch_id: attendance.store_days(session, plan, CODE, batch_id),
    )


def _known(
    context: Context, rows: Sequence[Placed[LeaveRow]]
) -> tuple[list[_Known], list[Refusal]]:
    """Find the rows' people; a row that says something of another row's day is refused."""
    known: list[_Known] = []
    refusals: list[Refusal] = []
    seen: dict[Day, Place] = {}
    for placed in rows:
        row = placed.row
        try:
            employee = find_employee(context.directory, row.employee_no, row.name, row.first_on)
            find_employee(context.directory, row.employee_no, row.name, row.last_on)
            if row.kind == ABSENCE:
                refuse_future(row.last_on, context.today, "结束")
        except PlanError as error:
            refusals.append(refusal(placed.place, error.error, error.column, error.value))
            continue
        one = _Known(placed.place, employee.employment_id, row)
        double = next((seen[day] for day in one.days() if day in seen), None)
        if double is not None:
            twice = InputError("row.duplicate", row=double.row)
            refusals.append(refusal(placed.place, twice, value=row.employee_no))
            continue
        seen.update(dict.fromkeys(one.days(), placed.place))
        known.append(one)
    return known, refusals


def _planned(session: Session, context: Context, known: Sequence[_Known]) -> AttendancePlan:
    return attendance.plan_days(
        session,
        context.company_id,
        CODE,
        DayFacts(
            covered=frozenset(day for one in known for day in one.days()),
            leaves=[
                LeaveFact(*day, one.row.kind, one.row.approval_no, one.row.half)
                for one in known
                if one.row.kind not in {ABSENCE, CANCELLED}
                for day in one.days()
            ],
            absences=frozenset(
                day for one in known if one.row.kind == ABSENCE for day in one.days()
            ),
            tells_shifts=False,
            is_last_word=True,
        ),
    )


def _at_work(session: Session, context: Context, known: Sequence[_Known]) -> Iterator[Notice]:
    """Tell of the days with a shift that the table calls leave or absence."""
    away = {
        day: one.place
        for one in known
        if one.row.kind != CANCELLED and one.row.half is None
        for day in one.days()
    }
    if not away:
        return iter(())
    days = sorted(on for _, on in away)
    shifts = queries.shifts(Scope.company(context.company_id), days[0], days[-1])
    worked = {(row.employment_id, row.work_on) for row in session.execute(shifts)}
    return at_work_on_leave(context.directory, away, worked)


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    words = first_names(KINDS)
    first, last = days_of(extent)

    def row(employment_id: int, kind: str, first_on: dt.date, last_on: dt.date) -> dict[str, Cell]:
        return who_cells(extent, employment_id) | {
            "kind": words[kind],
            "first_on": first_on,
            "last_on": last_on,
        }

    for leave in session.execute(queries.leaves(extent.scope, first, last)):
        whole = row(leave.employment_id, leave.kind, leave.first_on, leave.last_on)
        yield whole | {
            "approval_no": leave.approval_no,
            "half": leave.half and _HALF_WORDS[leave.half],
        }
    for absence in session.execute(queries.absences(extent.scope, first, last)):
        yield row(absence.employment_id, ABSENCE, absence.absent_on, absence.absent_on)


SOURCE: Final = Source(
    code=CODE,
    label=Text("请假表", "Table of leave"),
    suffixes=TABLE_SUFFIXES,
    permission=Permission.ATTENDANCE_IMPORT,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
)

"""Figures of a pay month without records of days: hours of part-time people, leave that is paid out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from workforce.attendance import queries as attendance
from workforce.attendance import service
from workforce.attendance.service import FiguresFact
from workforce.core.errors import InputError
from workforce.core.money import MICRO
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.documents.sheets import Cell
from workforce.imports.planning import find_employee, naming, refuse_faults, to_facts
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.source import Context, Extent, Options, Part, Proposal, Source, SourceFile

CODE: Final = "month_figures"

_MINUTES_IN_HOUR: Final = 60
_CLOCK: Final = re.compile(r"(\d{1,3}):([0-5]\d)")
_MOST_HOURS: Final = 744
_MOST_DAYS: Final = 366

COLUMNS: Final = (
    Column(
        name="employee_no",
        titles=("工号", "员工编号"),
        note=Text("企业内的工号", "the company's employee number"),
        example=("A0001", "A0002"),
        is_required=True,
    ),
    Column(
        name="name",
        titles=("姓名",),
        note=Text("可不填；填写则必须与工号一致", "optional; must then be the number's"),
        example=("李晨", "王欣怡"),
    ),
    Column(
        name="period",
        titles=("月份", "工资月份"),
        note=Text("工资月份；半月写 2026-10-H1", "the pay month; a half month as 2026-10-H1"),
        example=("2026-10", "2026-10"),
        is_required=True,
    ),
    Column(
        name="hours",
        titles=("工时", "工作小时"),
        note=Text(
            "没有班次记录的非全日制人员的工时：80:30 或 80.5",
            "hours of part-time people without shifts: 80:30 or 80.5",
        ),
        example=("80:30", None),
    ),
    Column(
        name="unused_leave_days",
        titles=("未休年休假天数", "折算年休假天数"),
        note=Text("本月折算工资的未休年休假天数", "days of annual leave paid out this month"),
        example=(None, 3),
    ),
)


@dataclass(frozen=True, slots=True)
class FiguresRow:
    """One row as it was read."""

    employee_no: str
    name: str | None
    period: PayPeriod
    minutes: int | None
    unused_leave_days: int | None


def _minutes(value: object) -> int:
    """Read hours, with minutes or decimals, as whole minutes.

    Raises:
        InputError: they are none, or more than a month has.

    """
    written = values.plain(value)
    if clock := _CLOCK.fullmatch(written):
        minutes, rest = int(clock[1]) * _MINUTES_IN_HOUR + int(clock[2]), 0
    else:
        minutes, rest = divmod(values.price(value) * _MINUTES_IN_HOUR, MICRO)
    if rest or minutes > _MOST_HOURS * _MINUTES_IN_HOUR:
        raise InputError("figures.hours", value=written)
    return minutes


def _read(file: SourceFile, options: Options) -> Reading[FiguresRow]:
    del options
    return read_table(file.sheets(), COLUMNS, CODE, _parse)


def _parse(row: Row) -> FiguresRow:
    return FiguresRow(
        employee_no=row.need("employee_no", values.text),
        name=row.get("name", values.text),
        period=row.need("period", values.period),
        minutes=row.get("hours", _minutes),
        unused_leave_days=row.get(
            "unused_leave_days", lambda value: values.quantity(value, _MOST_DAYS)
        ),
    )


def _plan(session: Session, context: Context, rows: Sequence[Placed[FiguresRow]]) -> Proposal:
    facts, refusals = to_facts(rows, lambda row: _fact(context, row), lambda fact: fact.key)
    plan = service.plan_figures(session, context.company_id, [fact for _, fact in facts.values()])
    refusals += refuse_faults(facts, plan.faults)
    name = naming(context.directory, "period")
    return Proposal(
        parts=[Part(Text("月度数据", "Figures of the month"), plan.rows, name)],
        refusals=refusals,
        good_count=len(rows) - len(refusals),
        store=lambda session, _batch_id: service.store_agreements(session, plan),
    )


def _fact(context: Context, row: FiguresRow) -> FiguresFact:
    employee = find_employee(context.directory, row.employee_no, row.name)
    return FiguresFact(employee.employment_id, row.period, row.minutes, row.unused_leave_days)


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    for row in session.execute(attendance.month_figures(extent.scope, extent.period)):
        employee = extent.directory.names[row.employment_id]
        minutes: int | None = row.worked_minutes
        yield {
            "employee_no": employee.employee_no,
            "name": employee.name,
            "period": row.period,
            "hours": None if minutes is None else f"{minutes // 60}:{minutes % 60:02d}",
            "unused_leave_days": row.unused_leave_days,
        }


SOURCE: Final = Source(
    code=CODE,
    label=Text("月度工时与未休年假表", "Hours and unused leave of a month"),
    suffixes=(".xlsx", ".csv", ".tsv"),
    permission=Permission.ATTENDANCE_IMPORT,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
)

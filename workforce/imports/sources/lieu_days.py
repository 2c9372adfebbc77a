"""Agreed lieu days as a table: rest days whose work is balanced by time off, whatever the punches say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from workforce.attendance import queries as attendance
from workforce.attendance import service
from workforce.attendance.service import LieuDayFact
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.documents.sheets import Cell
from workforce.imports.planning import find_employee, naming, refuse_faults, to_facts
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.source import Context, Extent, Options, Part, Proposal, Source, SourceFile

CODE: Final = "lieu_days"

_EARLIEST, _LATEST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)

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
        name="work_on",
        titles=("加班日期", "日期"),
        note=Text(
            "休息日加班、以后补休的那一天；法定节假日不能调休",
            "the rest day worked against time off; public holidays cannot be swapped",
        ),
        example=(dt.date(2026, 10, 11), dt.date(2026, 10, 18)),
        is_required=True,
    ),
    Column(
        name="is_agreed",
        titles=("调休",),
        note=Text("是(默认)；填“否”撤销", "yes, which is meant by a blank, or no: taken back"),
        example=("是", "是"),
    ),
)


@dataclass(frozen=True, slots=True)
class LieuRow:
    """One row as it was read."""

    employee_no: str
    name: str | None
    work_on: dt.date
    is_agreed: bool


def _read(file: SourceFile, options: Options) -> Reading[LieuRow]:
    del options
    return read_table(file.sheets(), COLUMNS, CODE, _parse)


def _parse(row: Row) -> LieuRow:
    is_agreed = row.get("is_agreed", values.boolean)
    return LieuRow(
        employee_no=row.need("employee_no", values.text),
        name=row.get("name", values.text),
        work_on=row.need("work_on", values.date),
        is_agreed=is_agreed is not False,
    )


def _plan(session: Session, context: Context, rows: Sequence[Placed[LieuRow]]) -> Proposal:
    facts, refusals = to_facts(rows, lambda row: _fact(context, row), lambda fact: fact.key)
    plan = service.plan_lieu_days(session, context.company_id, [fact for _, fact in facts.values()])
    refusals += refuse_faults(facts, plan.faults)
    return Proposal(
        parts=[Part(Text("调休日", "Lieu days"), plan.rows, naming(context.directory, "work_on"))],
        refusals=refusals,
        good_count=len(rows) - len(refusals),
        store=lambda session, _batch_id: service.store_agreements(session, plan),
    )


def _fact(context: Context, row: LieuRow) -> LieuDayFact:
    employee = find_employee(context.directory, row.employee_no, row.name, row.work_on)
    return LieuDayFact(employee.employment_id, row.work_on, row.is_agreed)


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    month = extent.period
    first, last = (month.first_on, month.last_on) if month else (_EARLIEST, _LATEST)
    for row in session.execute(attendance.lieu_days(extent.scope, first, last)):
        employee = extent.directory.names[row.employment_id]
        yield {
            "employee_no": employee.employee_no,
            "name": employee.name,
            "work_on": row.work_on,
            "is_agreed": "是",
        }


SOURCE: Final = Source(
    code=CODE,
    label=Text("调休日表", "Lieu days"),
    suffixes=(".xlsx", ".csv", ".tsv"),
    permission=Permission.ATTENDANCE_IMPORT,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
)

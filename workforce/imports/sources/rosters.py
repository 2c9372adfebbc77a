"""Rosters as a table: which days of a month somebody rests, where the weekday does not decide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.attendance import queries as attendance
from workforce.attendance import service
from workforce.attendance.service import RosterFact
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.documents.sheets import Cell
from workforce.imports.planning import find_employee, naming, refuse_faults, to_facts
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.source import Context, Extent, Options, Part, Proposal, Source, SourceFile

CODE: Final = "rosters"

_NONE: Final = "无"
_SPAN: Final = re.compile(r"(\d{1,2})(?:[-~至](\d{1,2}))?[日号]?")
_LONGEST_MONTH: Final = 31
_EARLIEST, _LATEST = PayPeriod(2000, 1), PayPeriod(2099, 12)

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
        titles=("月份", "排班月份"),
        note=Text("排班的月份", "the month of the roster"),
        example=("2026-10", "2026-10"),
        is_required=True,
    ),
    Column(
        name="rest_days",
        titles=("休息日",),
        note=Text(
            "几号休息，用顿号或空格分开，可写 24-25；整月不休写“无”；法定节假日不必写",
            "the days of rest, parted by spaces, 24-25 for several; 无 for none; no public holidays",
        ),
        example=("4、8、12、16、20、24-25、30", "5、9、13、17、21、26-27、31"),
        is_required=True,
    ),
)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One row as it was read."""

    employee_no: str
    name: str | None
    period: PayPeriod
    rest_days: frozenset[int]


def _rest_days(value: Any) -> frozenset[int]:
    """Read days of a month.

    Raises:
        InputError: a word is no day, or a span ends before it begins.

    """
    written = values.plain(value)
    found: set[int] = set()
    for word in re.split(r"[、,;\s]+", "" if written == _NONE else written):
        span = _SPAN.fullmatch(word)
        if not word and written == _NONE:
            continue
        first, last = (int(span[1]), int(span[2] or span[1])) if span else (0, 0)
        if not 1 <= first <= last <= _LONGEST_MONTH:
            raise InputError("roster.days", value=word or written)
        found.update(range(first, last + 1))
    return frozenset(found)


def _read(file: SourceFile, options: Options) -> Reading[RosterRow]:
    del options
    return read_table(file.sheets(), COLUMNS, CODE, _parse)


def _parse(row: Row) -> RosterRow:
    period = row.need("period", values.month)
    days = row.need("rest_days", _rest_days)
    if max(days, default=0) > period.days:
        raise row.fault("rest_days", InputError("roster.days", value=max(days)))
    return RosterRow(
        employee_no=row.need("employee_no", values.text),
        name=row.get("name", values.text),
        period=period,
        rest_days=days,
    )


def _plan(session: Session, context: Context, rows: Sequence[Placed[RosterRow]]) -> Proposal:
    facts, refusals = to_facts(rows, lambda row: _fact(context, row), lambda fact: fact.key)
    plan = service.plan_rosters(session, context.company_id, [fact for _, fact in facts.values()])
    refusals += refuse_faults(facts, plan.faults)
    return Proposal(
        parts=[Part(Text("排班", "Rosters"), plan.rows, naming(context.directory, "period"))],
        refusals=refusals,
        good_count=len(rows) - len(refusals),
        store=lambda session, _batch_id: service.store_agreements(session, plan),
    )


def _fact(context: Context, row: RosterRow) -> RosterFact:
    employee = find_employee(context.directory, row.employee_no, row.name)
    return RosterFact(employee.employment_id, row.period, row.rest_days)


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    first, last = (extent.period, extent.period) if extent.period else (_EARLIEST, _LATEST)
    for row in session.execute(attendance.rosters(extent.scope, first, last)):
        employee = extent.directory.names[row.employment_id]
        bits: int = row.rest_day_bits
        days = [day for day in range(1, _LONGEST_MONTH + 1) if bits >> (day - 1) & 1]
        yield {
            "employee_no": employee.employee_no,
            "name": employee.name,
            "period": row.period,
            "rest_days": "、".join(map(str, days)) or _NONE,
        }


SOURCE: Final = Source(
    code=CODE,
    label=Text("排班表", "Rosters"),
    suffixes=(".xlsx", ".csv", ".tsv"),
    permission=Permission.ATTENDANCE_IMPORT,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
)

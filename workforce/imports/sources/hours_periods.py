"""Periods of comprehensive hours as a table: over what span the approved hours are counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from workforce.attendance import queries as attendance
from workforce.attendance import service
from workforce.attendance.service import CycleFact
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.documents.sheets import Cell
from workforce.imports.exports import first_names
from workforce.imports.planning import find_employee, naming, refuse_faults, to_facts
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.source import Context, Extent, Options, Part, Proposal, Source, SourceFile

CODE: Final = "hours_periods"

KINDS: Final = {
    "月": "month",
    "季": "quarter",
    "季度": "quarter",
    "半年": "half_year",
    "年": "year",
    **{kind: kind for kind in service.MONTHS_OF_CYCLE},
}

COLUMNS: Final = (
    Column(
        name="employee_no",
        titles=("工号", "员工编号"),
        note=Text(
            "留空：全企业实行综合计算工时制的人", "blank: everybody under comprehensive hours"
        ),
        example=(None, "A0002"),
    ),
    Column(
        name="name",
        titles=("姓名",),
        note=Text("可不填；填写则必须与工号一致", "optional; must then be the number's"),
        example=(None, "王欣怡"),
    ),
    Column(
        name="kind",
        titles=("计算周期", "周期"),
        note=Text("批准的周期：月、季、半年、年", "as approved: month, quarter, half_year or year"),
        example=("季", "年"),
        is_required=True,
    ),
    Column(
        name="first",
        titles=("起始月份",),
        note=Text("第一个周期从哪个月起，以后依次相接", "the first month; periods follow on"),
        example=("2026-10", "2026-10"),
        is_required=True,
    ),
    Column(
        name="last",
        titles=("终止月份",),
        note=Text("最后一个月；长期留空", "the last month; blank: until further notice"),
        example=(None, None),
    ),
)


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One row as it was read."""

    employee_no: str | None
    name: str | None
    kind: str
    first: PayPeriod
    last: PayPeriod | None


def _read(file: SourceFile, options: Options) -> Reading[PeriodRow]:
    del options
    return read_table(file.sheets(), COLUMNS, CODE, _parse)


def _parse(row: Row) -> PeriodRow:
    first, last = row.need("first", values.month), row.get("last", values.month)
    if last is not None and last < first:
        raise row.fault("last", InputError("dated.empty", valid_from=first, valid_to=last))
    return PeriodRow(
        employee_no=row.get("employee_no", values.text),
        name=row.get("name", values.text),
        kind=row.need("kind", lambda value: values.choice(value, KINDS)),
        first=first,
        last=last,
    )


def _plan(session: Session, context: Context, rows: Sequence[Placed[PeriodRow]]) -> Proposal:
    facts, refusals = to_facts(rows, lambda row: _fact(context, row), lambda fact: fact.key)
    plan = service.plan_cycles(session, context.company_id, [fact for _, fact in facts.values()])
    refusals += refuse_faults(facts, plan.faults)
    name = naming(context.directory, "kind", "valid_from")
    return Proposal(
        parts=[Part(Text("综合工时周期", "Periods of hours"), plan.rows, name)],
        refusals=refusals,
        good_count=len(rows) - len(refusals),
        store=lambda session, _batch_id: service.store_agreements(session, plan),
    )


def _fact(context: Context, row: PeriodRow) -> CycleFact:
    employment_id = None
    if row.employee_no is not None:
        employment_id = find_employee(context.directory, row.employee_no, row.name).employment_id
    return CycleFact(
        employment_id=employment_id,
        kind=row.kind,
        valid_from=row.first.first_on,
        valid_to=row.last.end_on if row.last else None,
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    kinds = first_names(KINDS)
    for row in session.execute(attendance.hours_cycles(extent.scope)):
        first = PayPeriod.of(row.valid_from)
        last = PayPeriod.of(row.valid_to).previous() if row.valid_to else None
        if extent.period and not first <= extent.period <= (last or extent.period):
            continue
        employee = extent.directory.names[row.employment_id] if row.employment_id else None
        yield {
            "employee_no": employee.employee_no if employee else None,
            "name": employee.name if employee else None,
            "kind": kinds[row.kind],
            "first": str(first),
            "last": str(last) if last else None,
        }


SOURCE: Final = Source(
    code=CODE,
    label=Text("综合计算工时周期表", "Periods of comprehensive hours"),
    suffixes=(".xlsx", ".csv", ".tsv"),
    permission=Permission.ATTENDANCE_IMPORT,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
)

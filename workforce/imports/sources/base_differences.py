"""Contribution bases of earlier months that a later notice changed: what is settled in a later month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.documents.sheets import Cell
from workforce.imports.exports import fen
from workforce.imports.planning import find_employee, naming, refuse_faults, to_facts
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.source import Context, Extent, Options, Part, Proposal, Source, SourceFile
from workforce.payroll import base_differences, queries
from workforce.payroll.base_differences import BaseDifferenceFact

CODE: Final = "base_differences"

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
        name="for_period",
        titles=("所属月份",),
        note=Text("基数有差额的月份", "the month whose base was another"),
        example=("2026-08", "2026-08"),
        is_required=True,
    ),
    Column(
        name="pay_period",
        titles=("补缴月份", "发放月份"),
        note=Text(
            "在哪个月补缴或冲回；必须更晚，且未关账", "the later, open month that settles it"
        ),
        example=("2026-10", "2026-10"),
        is_required=True,
    ),
    Column(
        name="charged_base",
        titles=("原缴费基数", "已缴基数"),
        note=Text(
            "元；当时按多少缴的；留空撤销此条", "yuan, as it was charged; blank takes it back"
        ),
        example=("4404.00", "4404.00"),
    ),
    Column(
        name="owed_base",
        titles=("应缴基数",),
        note=Text("元；留空：补缴月份的基数", "yuan; blank: the base of the month that settles"),
        example=(None, "4553.00"),
    ),
)


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One row as it was read."""

    employee_no: str
    name: str | None
    for_period: PayPeriod
    pay_period: PayPeriod
    charged_base: int | None
    owed_base: int | None


def _read(file: SourceFile, options: Options) -> Reading[DifferenceRow]:
    del options
    return read_table(file.sheets(), COLUMNS, CODE, _parse)


def _parse(row: Row) -> DifferenceRow:
    return DifferenceRow(
        employee_no=row.need("employee_no", values.text),
        name=row.get("name", values.text),
        for_period=row.need("for_period", values.month),
        pay_period=row.need("pay_period", values.month),
        charged_base=row.get("charged_base", values.amount),
        owed_base=row.get("owed_base", values.amount),
    )


def _plan(session: Session, context: Context, rows: Sequence[Placed[DifferenceRow]]) -> Proposal:
    facts, refusals = to_facts(rows, lambda row: _fact(context, row), lambda fact: fact.key)
    plan = base_differences.plan_base_differences(
        session, context.company_id, [fact for _, fact in facts.values()]
    )
    refusals += refuse_faults(facts, plan.faults)
    name = naming(context.directory, "for_period", "pay_period")
    return Proposal(
        parts=[Part(Text("缴费基数差额", "Base differences"), plan.rows, name)],
        refusals=refusals,
        good_count=len(rows) - len(refusals),
        store=lambda session, _batch_id: base_differences.store_base_differences(session, plan),
    )


def _fact(context: Context, row: DifferenceRow) -> BaseDifferenceFact:
    employee = find_employee(context.directory, row.employee_no, row.name)
    return BaseDifferenceFact(
        employee.employment_id, row.pay_period, row.for_period, row.charged_base, row.owed_base
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    for row in session.execute(queries.base_differences(extent.scope, extent.period)):
        employee = extent.directory.names[row.employment_id]
        yield {
            "employee_no": employee.employee_no,
            "name": employee.name,
            "for_period": row.for_period,
            "pay_period": row.pay_period,
            "charged_base": fen(row.charged_base_amount),
            "owed_base": fen(row.owed_base_amount),
        }


SOURCE: Final = Source(
    code=CODE,
    label=Text("缴费基数差额表", "Base differences"),
    suffixes=(".xlsx", ".csv", ".tsv"),
    permission=Permission.PAYROLL_RUN_PREPARE,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
)

"""Corrections of earlier months as a table: what a closed payslip should have been, paid later."""

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
from workforce.imports.planning import (
    find_employee,
    naming,
    refuse_faults,
    refuse_undrawable,
    to_facts,
)
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.source import Context, Extent, Options, Part, Proposal, Source, SourceFile
from workforce.payroll import adjustments
from workforce.payroll.adjustments import AdjustmentFact

CODE: Final = "adjustments"

COLUMNS: Final = (
    Column(
        name="employee_no",
        titles=("工号", "员工编号"),
        note=Text("企业内的工号；已离职的也可以", "the employee number, also of who has left"),
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
        titles=("所属月份", "调整月份"),
        note=Text("更正哪个月的工资", "the month whose pay is corrected"),
        example=("2026-09", "2026-09"),
        is_required=True,
    ),
    Column(
        name="pay_period",
        titles=("发放月份", "计税月份"),
        note=Text(
            "在哪个月发放并计税；必须更晚，且未关账；半月写 2026-11-H1",
            "the later, open month in which it is paid and taxed; a half month as 2026-11-H1",
        ),
        example=("2026-11", "2026-11"),
        is_required=True,
    ),
    Column(
        name="amount",
        titles=("金额(元)", "金额"),
        note=Text(
            "元；补发为正，扣回为负；填 0 撤销此前录入的同一条",
            "yuan; what is added is positive, what is taken back negative; 0 takes an entry back",
        ),
        example=("86.50", "-12.30"),
        is_required=True,
    ),
    Column(
        name="reason",
        titles=("原因", "说明"),
        note=Text("一句话，印在工资条上", "a sentence; it stands on the payslip"),
        example=("补记 9 月 12 日产量", "批次 B2026-09-A 复核"),
        is_required=True,
    ),
)


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """One row as it was read."""

    employee_no: str
    name: str | None
    for_period: PayPeriod
    pay_period: PayPeriod
    amount: int
    reason: str


def _read(file: SourceFile, options: Options) -> Reading[AdjustmentRow]:
    del options
    return read_table(file.sheets(), COLUMNS, CODE, _parse)


def _parse(row: Row) -> AdjustmentRow:
    return AdjustmentRow(
        employee_no=row.need("employee_no", values.text),
        name=row.get("name", values.text),
        for_period=row.need("for_period", values.period),
        pay_period=row.need("pay_period", values.period),
        amount=row.need("amount", values.signed_amount),
        reason=row.need("reason", values.text),
    )


def _plan(session: Session, context: Context, rows: Sequence[Placed[AdjustmentRow]]) -> Proposal:
    facts, refusals = to_facts(rows, lambda row: _fact(context, row), lambda fact: fact.key)
    plan = adjustments.plan_adjustments(
        session, context.company_id, [fact for _, fact in facts.values()]
    )
    refusals += refuse_faults(facts, plan.faults)
    name = naming(context.directory, "for_period", "pay_period", "reason")
    return Proposal(
        parts=[Part(Text("以前月份调整", "Adjustments"), plan.adjustments, name)],
        refusals=refusals,
        good_count=len(rows) - len(refusals),
        store=lambda session, _batch_id: adjustments.store_adjustments(
            session, plan, context.actor.account_id
        ),
    )


def _fact(context: Context, row: AdjustmentRow) -> AdjustmentFact:
    employee = find_employee(context.directory, row.employee_no, row.name)
    refuse_undrawable(row.reason, "原因")
    return AdjustmentFact(
        employment_id=employee.employment_id,
        for_period=row.for_period,
        pay_period=row.pay_period,
        amount=row.amount,
        reason=row.reason,
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    for row in session.execute(adjustments.stored_adjustments(extent.scope, extent.period)):
        employee = extent.directory.names[row.employment_id]
        yield {
            "employee_no": employee.employee_no,
            "name": employee.name,
            "for_period": row.for_period,
            "pay_period": row.pay_period,
            "amount": fen(row.amount),
            "reason": row.reason,
        }


SOURCE: Final = Source(
    code=CODE,
    label=Text("以前月份调整表", "Adjustments of earlier months"),
    suffixes=(".xlsx", ".csv", ".tsv"),
    permission=Permission.PAYROLL_RUN_PREPARE,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
)

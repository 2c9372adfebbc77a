"""Inspections by sample as a table: size, errors, severity, result.

Where the company's policy lets inspection decide, a pass accepts the batch's submitted output up to
the day of inspection, and rework or rejection sends it back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.exports import first_names
from workforce.imports.planning import (
    PlanError,
    find_employee,
    find_task_type,
    naming,
    refuse_faults,
    refuse_future,
    refuse_own,
    to_facts,
)
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.refusals import Notice
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
from workforce.imports.sources.output import output_part
from workforce.platform.sheets import Cell
from workforce.production import service as production
from workforce.quality import queries
from workforce.quality import service as quality
from workforce.quality.service import InspectionFact, InspectionPlan

CODE: Final = quality.TABLE

RESULTS: Final = {
    "合格": "pass",
    "通过": "pass",
    "返工": "rework",
    "不合格": "reject",
    "退回": "reject",
    **{code: code for code in quality.RESULTS},
}
SEVERITIES: Final = {
    "轻微": "minor",
    "严重": "major",
    "致命": "critical",
    **{code: code for code in quality.SEVERITIES},
}

COLUMNS: Final = (
    Column(
        name="batch",
        titles=("批次", "批次号"),
        note=Text(
            "不填则为该任务类型当月没有批次的产量",
            "if blank: the task type's output that names no batch",
        ),
        example=("B2026-10-A", None),
    ),
    Column(
        name="task_type",
        titles=("任务类型", "任务类型代码", "工序"),
        note=Text("有批次时可不填", "may be blank where a batch is given"),
        example=(None, "polygon"),
    ),
    Column(
        name="employee_no",
        titles=("工号", "员工编号"),
        note=Text("只针对一人时填写", "only if it concerns one employee"),
        example=(None, "A0002"),
    ),
    Column(
        name="inspected_on",
        titles=("检查日期", "质检日期", "抽检日期"),
        note=Text("抽检的那一天", "the day of the sample"),
        example=(dt.date(2026, 10, 12), dt.date(2026, 10, 20)),
        is_required=True,
    ),
    Column(
        name="sampled",
        titles=("抽检数", "抽检数量"),
        note=Text("大于 0 的整数", "whole, above 0"),
        example=(200, 50),
        is_required=True,
    ),
    Column(
        name="errors",
        titles=("错误数", "不合格数"),
        note=Text("整数", "whole"),
        example=(9, 0),
        is_required=True,
    ),
    Column(
        name="severity",
        titles=("严重度", "严重程度"),
        note=Text("轻微、严重、致命；最重的一处", "minor, major, critical: the worst one"),
        example=("轻微", None),
    ),
    Column(
        name="result",
        titles=("结果", "检查结果", "质检结果"),
        note=Text("合格、返工、不合格", "pass, rework, reject"),
        example=("合格", "合格"),
        is_required=True,
    ),
    Column(
        name="inspector",
        titles=("检查人", "质检员"),
        note=Text("可不填", "optional"),
        example=("张𬭎", None),
    ),
    Column(
        name="pay_period",
        titles=("工资月份",),
        note=Text("不填则为检查当月，已关账则顺延", "if blank: its month, or the next open one"),
        example=(None, None),
    ),
    Column(
        name="inspection_no",
        titles=("检验单号", "质检单号"),
        note=Text("可不填；导出的表里请勿改动", "optional; leave an exported one as it is"),
        example=(None, None),
    ),
)


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """One row as it was read."""

    batch: str | None
    task_type: str | None
    employee_no: str | None
    inspected_on: dt.date
    sampled: int
    errors: int
    severity: str | None
    result: str
    inspector: str | None
    pay_period: PayPeriod | None
    inspection_no: str | None


def _read(file: SourceFile, options: Options) -> Reading[InspectionRow]:
    return read_table(file.sheets(), COLUMNS, CODE, lambda row: _parse(row, options))


def _parse(row: Row, options: Options) -> InspectionRow:
    batch = row.get("batch", lambda value: values.text(value, 60)) or options.batch
    task_type = row.get("task_type", values.text) or options.task_type
    if batch is None and task_type is None:
        raise row.fault("task_type", InputError("cell.missing"))
    sampled = row.need("sampled", values.quantity)
    if sampled == 0:
        raise row.fault("sampled", InputError("inspection.no_sample"))
    return InspectionRow(
        batch=batch,
        task_type=task_type,
        employee_no=row.get("employee_no", values.text),
        inspected_on=row.need("inspected_on", values.date),
        sampled=sampled,
        errors=row.need("errors", values.quantity),
        severity=row.get("severity", lambda value: values.choice(value, SEVERITIES)),
        result=row.need("result", lambda value: values.choice(value, RESULTS)),
        inspector=row.get("inspector", lambda value: values.text(value, 60)),
        pay_period=row.get("pay_period", values.month),
        inspection_no=row.get("inspection_no", values.text),
    )


def _plan(session: Session, context: Context, rows: Sequence[Placed[InspectionRow]]) -> Proposal:
    facts, refusals = to_facts(rows, lambda row: _fact(context, row), lambda fact: fact.source_key)
    plan = quality.plan_inspections(
        session, context.company_id, CODE, [fact for _, fact in facts.values()]
    )
    refusals += refuse_faults(facts, plan.faults)
    refusals += refuse_own(facts, _take_own(session, context, plan), "inspection.own")
    batch_codes = {id_: code for code, (id_, _) in context.directory.batches.items()}
    name = naming(context.directory, "inspected_on", "batch", "result")

    def with_batch(row: Any) -> str:
        return name({**row, "batch": batch_codes.get(row["batch_id"])})

    return Proposal(
        parts=[
            Part(
                Text("质检", "Inspections"),
                plan.inspections,
                with_batch,
                words=context.directory.words,
            ),
            output_part(context, plan.output),
        ],
        refusals=refusals,
        notices=[
            Notice(Text(error.message("zh"), error.message("en")))
            for error in production.shortened(plan.uncertified.values())
        ],
        good_count=len(rows) - len(refusals),
        store=lambda session, batch_id: quality.store_inspections(session, plan, batch_id),
    )


def _take_own(session: Session, context: Context, plan: InspectionPlan) -> list[str]:
    """Take out of a plan what checks or decides the importing person's own output.

    Returns the keys of own inspections; of a whole batch's, the own records wait for somebody else's.
    """
    own = context.directory.own
    added, changed = plan.inspections.added, plan.inspections.changed
    mine = [row["source_key"] for row in added if row["employment_id"] in own]
    mine += [
        change.row["source_key"]
        for change in changed
        if own & {change.row["employment_id"], change.before.get("employment_id")}
    ]
    added[:] = [row for row in added if row["source_key"] not in mine]
    changed[:] = [change for change in changed if change.row["source_key"] not in mine]
    decided = [change.row for change in plan.output.changed]
    records = production.own_records(session, context.directory.person_id, decided)
    plan.output.changed[:] = [
        change for change in plan.output.changed if change.row["id"] not in records
    ]
    return mine


def _fact(context: Context, row: InspectionRow) -> InspectionFact:
    directory = context.directory
    refuse_future(row.inspected_on, context.today, "检查日期")
    batch_id, task_type_id = None, None
    if row.batch is not None:
        if row.batch not in directory.batches:
            raise PlanError(InputError("batch.unknown", batch=row.batch), "批次", row.batch)
        batch_id, task_type_id = directory.batches[row.batch]
    if row.task_type is not None:
        given = find_task_type(directory, row.task_type)
        if task_type_id not in {None, given}:
            known = directory.task_type_codes[task_type_id or 0]
            error = InputError("batch.other_task_type", batch=row.batch, task_type=known)
            raise PlanError(error, "任务类型", row.task_type)
        task_type_id = given
    employee = find_employee(directory, row.employee_no, None) if row.employee_no else None
    code = directory.task_type_codes[task_type_id or 0] if row.batch is None else None
    key = quality.inspection_key(row.batch, code or "", row.employee_no, row.inspected_on)
    return InspectionFact(
        task_type_id=task_type_id or 0,
        batch_id=batch_id,
        employment_id=employee.employment_id if employee else None,
        inspected_on=row.inspected_on,
        pay_period=row.pay_period,
        sampled_qty=row.sampled,
        error_qty=row.errors,
        severity=row.severity,
        result=row.result,
        inspector=row.inspector,
        source_key=row.inspection_no or key,
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    results, severities = first_names(RESULTS), first_names(SEVERITIES)
    query = queries.inspections_of_source(extent.scope, CODE, extent.period)
    for row in session.execute(query):
        employee = extent.directory.names.get(row.employment_id)
        yield {
            "batch": row.batch_code,
            "task_type": extent.directory.task_type_codes[row.task_type_id],
            "employee_no": employee.employee_no if employee else None,
            "inspected_on": row.inspected_on,
            "sampled": row.sampled_qty,
            "errors": row.error_qty,
            "severity": severities.get(row.severity),
            "result": results[row.result],
            "inspector": row.inspector,
            "pay_period": row.pay_period,
            "inspection_no": row.source_key,
        }


SOURCE: Final = Source(
    code=CODE,
    label=Text("质检表", "Inspection table"),
    suffixes=TABLE_SUFFIXES,
    permission=Permission.OUTPUT_IMPORT,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
)

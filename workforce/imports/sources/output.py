"""Output as a table: one row for what one employee did of one task type on one day.

A row is known by its record number, or else by employee, day, task type, batch and hours class; a
changed row replaces the old one. Rework is a row of the day on which it was done: what is then
accepted is paid once, there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.core.errors import InputError
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
    take_own_acceptance,
    to_facts,
)
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
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
from workforce.imports.sources._people_tables import who_cells, who_columns
from workforce.platform.sheets import Cell
from workforce.production import service as production
from workforce.production import source_queries
from workforce.production.service import OutputFact

CODE: Final = production.TABLE

HOURS_CLASSES: Final = {
    "正常": "normal",
    "平日加班": "weekday_overtime",
    "休息日加班": "rest_day",
    "休息日": "rest_day",
    "法定节假日": "holiday",
    **{code: code for code in production.HOURS_CLASSES},
}

COUNTS: Final = ("submitted", "accepted", "rejected", "reworked")
"""The columns of counts, in the order in which a record keeps what was told."""

COLUMNS: Final = (
    *who_columns("A0001", "A0001", "A0002"),
    Column(
        name="work_on",
        titles=("日期", "作业日期", "工作日期"),
        note=Text("做这些活的那一天", "the day on which the work was done"),
        example=(dt.date(2026, 10, 8), dt.date(2026, 10, 10), dt.date(2026, 10, 8)),
        is_required=True,
    ),
    Column(
        name="task_type",
        titles=("任务类型", "任务类型代码", "工序"),
        note=Text("单价表中的代码或名称", "a code or name of the price list"),
        example=("bbox_2d", "bbox_2d", "polygon"),
        is_required=True,
    ),
    Column(
        name="batch",
        titles=("批次", "批次号"),
        note=Text("质检按批次；可不填", "inspections go by batch; optional"),
        example=("B2026-10-A", "B2026-10-A", None),
    ),
    Column(
        name="submitted",
        titles=("提交数量", "提交数", "完成数量"),
        note=Text("整数；不填则为合格与不合格之和", "whole; if blank, accepted plus rejected"),
        example=(820, 300, 150),
    ),
    Column(
        name="accepted",
        titles=("合格数量", "合格数", "验收数量"),
        note=Text("整数；返工后合格的只计一次", "whole; a reworked unit counts once"),
        example=(800, None, 148),
    ),
    Column(
        name="rejected",
        titles=("不合格数量", "不合格数", "不良数"),
        note=Text("整数，可不填", "whole, optional"),
        example=(20, None, 2),
    ),
    Column(
        name="reworked",
        titles=("返工数量", "返工数"),
        note=Text("其中返工重做的", "how many of them were redone"),
        example=(0, None, 5),
    ),
    Column(
        name="hours_class",
        titles=("工时类别", "时段类别"),
        note=Text(
            "正常、平日加班、休息日加班、法定节假日；不填则按当天班次分摊",
            "normal, weekday_overtime, rest_day, holiday; if blank, by the day's shifts",
        ),
        example=(None, "休息日加班", None),
    ),
    Column(
        name="accepted_on",
        titles=("验收日期",),
        note=Text("填写即为已验收", "if given, the row is accepted"),
        example=(None, None, dt.date(2026, 10, 9)),
    ),
    Column(
        name="record_no",
        titles=("记录号", "报工单号"),
        note=Text(
            "原系统的编号，可不填；导出的表里请勿改动",
            "the number in your own system, optional; leave an exported one as it is",
        ),
        example=(None, None, None),
    ),
)


@dataclass(frozen=True, slots=True)
class OutputRow:
    """One row as it was read."""

    employee_no: str
    name: str | None
    work_on: dt.date
    task_type: str
    batch: str | None
    submitted: int
    accepted: int | None
    rejected: int
    reworked: int
    hours_class: str | None
    accepted_on: dt.date | None
    record_no: str | None


def _read(file: SourceFile, options: Options) -> Reading[OutputRow]:
    return read_table(file.sheets(), COLUMNS, CODE, lambda row: _parse(row, options))


def _parse(row: Row, options: Options) -> OutputRow:
    accepted = row.get("accepted", values.quantity)
    rejected = row.get("rejected", values.quantity) or 0
    submitted = row.get("submitted", values.quantity)
    if submitted is None and accepted is None:
        raise row.fault("submitted", InputError("row.quantity_missing"))
    return OutputRow(
        employee_no=row.need("employee_no", values.text),
        name=row.get("name", values.text),
        work_on=row.need("work_on", values.date),
        task_type=row.need("task_type", values.text),
        batch=row.get("batch", lambda value: values.text(value, 60)) or options.batch,
        submitted=(accepted or 0) + rejected if submitted is None else submitted,
        accepted=accepted,
        rejected=rejected,
        reworked=row.get("reworked", values.quantity) or 0,
        hours_class=row.get("hours_class", lambda value: values.choice(value, HOURS_CLASSES)),
        accepted_on=row.get("accepted_on", values.date),
        record_no=row.get("record_no", values.text),
    )


def _plan(session: Session, context: Context, rows: Sequence[Placed[OutputRow]]) -> Proposal:
    facts, refusals = to_facts(rows, lambda row: _fact(context, row), lambda fact: fact.source_key)
    plan = production.plan_output(
        session, context.company_id, CODE, [fact for _, fact in facts.values()]
    )
    refusals += refuse_faults(facts, plan.faults)
    refusals += refuse_own(facts, take_own_acceptance(context, plan.records))
    return Proposal(
        parts=[output_part(context, plan.records)],
        refusals=refusals,
        good_count=len(rows) - len(refusals),
        store=lambda session, batch_id: production.store_output(
            session, context.company_id, plan, batch_id
        ),
    )


def output_part(context: Context, plan: Any) -> Part:
    """Name the changes of output records."""
    name = naming(context.directory, "work_on", "task_type", "source_key")

    def with_type(row: Any) -> str:
        return name(
            {**row, "task_type": context.directory.task_type_codes.get(row["task_type_id"])}
        )

    return Part(Text("产量", "Output"), plan, with_type, words=context.directory.words)


def _fact(context: Context, row: OutputRow) -> OutputFact:
    employee = find_employee(context.directory, row.employee_no, row.name, row.work_on)
    accepted_on = acceptance(context, row.work_on, row.accepted_on)
    task_type_id = find_task_type(context.directory, row.task_type)
    # By the code, whichever of code and name the file uses: it is the same work.
    code = context.directory.task_type_codes[task_type_id]
    identity = row.record_no or production.table_key(
        row.employee_no, row.work_on, code, row.batch, row.hours_class
    )
    return OutputFact(
        employment_id=employee.employment_id,
        task_type_id=task_type_id,
        batch_code=row.batch,
        work_on=row.work_on,
        hours_class=row.hours_class,
        submitted_qty=row.submitted,
        accepted_qty=row.accepted,
        rejected_qty=row.rejected,
        reworked_qty=row.reworked,
        accepted_on=accepted_on,
        source_key=identity,
        source_version=production.told_counts(
            (row.submitted, row.accepted, row.rejected, row.reworked)
        ),
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    """Write what the tables told: what was decided since is kept by the records themselves."""
    query = source_queries.output_of_source(extent.scope, CODE, extent.period)
    hours_classes = first_names(HOURS_CLASSES)
    for row in session.execute(query):
        yield who_cells(extent, row.employment_id) | {
            "work_on": row.work_on,
            "task_type": extent.directory.task_type_codes[row.task_type_id],
            "batch": row.batch_code,
            **count_cells(row.source_version),
            "hours_class": hours_classes.get(row.hours_class),
            "accepted_on": row.accepted_on,
            "record_no": row.source_key,
        }


def count_cells(version: str) -> dict[str, Cell]:
    """Return the cells of the counts that a version keeps."""
    told = (int(part) if part else None for part in version.split("/"))
    return dict(zip(COUNTS, told, strict=True))


def acceptance(context: Context, work_on: dt.date, told: dt.date | None) -> dt.date | None:
    """Return the day of acceptance: as the table tells it, or else where no one decides.

    Raises:
        PlanError: the work, or its acceptance, is of a day to come, or it was accepted before.

    """
    refuse_future(work_on, context.today, "日期")
    if told is None:
        return accepted_at_once(context, work_on)
    refuse_future(told, context.today, "验收日期")
    if told < work_on:
        raise PlanError(InputError("output.accepted_before", on=work_on), "验收日期", told)
    return told


def accepted_at_once(context: Context, work_on: dt.date) -> dt.date | None:
    """Return the day of acceptance where no one decides: the day of the work itself.

    So it is paid in the month of the work if that is open, else in the next open one.
    """
    at_once = context.options.is_accepted or context.directory.acceptance(work_on) == "at_once"
    return work_on if at_once else None


SOURCE: Final = Source(
    code=CODE,
    label=Text("产量表", "Output table"),
    suffixes=TABLE_SUFFIXES,
    permission=Permission.OUTPUT_IMPORT,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
)

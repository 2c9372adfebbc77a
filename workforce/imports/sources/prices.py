"""Piece prices as a table: task type, price, and the day from which it holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.core.errors import InputError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.planning import find_task_type, refuse_faults, to_facts
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.source import Context, Options, Part, Proposal, Source, SourceFile
from workforce.production import service as production
from workforce.production.service import PriceFact

CODE: Final = "prices"

COLUMNS: Final = (
    Column(
        name="task_type",
        titles=("任务类型代码", "代码"),
        note=Text("代码或名称至少填一个", "code or name, at least one"),
        example=("bbox_2d", "bbox_2d"),
    ),
    Column(
        name="task_type_name",
        titles=("任务类型", "任务类型名称", "工序"),
        note=Text("代码或名称至少填一个", "code or name, at least one"),
        example=(None, None),
    ),
    Column(
        name="unit_price",
        titles=("单价(元)", "单价", "工价", "计件单价"),
        note=Text("元，最多 6 位小数", "yuan, up to 6 decimals"),
        example=("0.10", "0.125"),
        is_required=True,
    ),
    Column(
        name="valid_from",
        titles=("生效日期", "起始日期"),
        note=Text("从这一天做的活起", "for work done from this day on"),
        example=(dt.date(2026, 8, 1), dt.date(2026, 10, 16)),
        is_required=True,
    ),
    Column(
        name="valid_to",
        titles=("失效日期",),
        note=Text(
            "失效的第一天；下一单价会自动接替", "the first day without it; a later price takes over"
        ),
        example=(None, None),
    ),
)


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One row as it was read."""

    task_type: str
    unit_price: int
    valid_from: dt.date
    valid_to: dt.date | None


def _read(file: SourceFile, options: Options) -> Reading[PriceRow]:
    del options
    return read_table(file.sheets(), COLUMNS, CODE, _parse)


def _parse(row: Row) -> PriceRow:
    name = row.get("task_type", values.text) or row.get("task_type_name", values.text)
    if name is None:
        raise row.fault("task_type", InputError("cell.missing"))
    return PriceRow(
        task_type=name,
        unit_price=row.need("unit_price", values.price),
        valid_from=row.need("valid_from", values.date),
        valid_to=row.get("valid_to", values.date),
    )


def _plan(session: Session, context: Context, rows: Sequence[Placed[PriceRow]]) -> Proposal:
    facts, refusals = to_facts(rows, lambda row: _fact(context, row), lambda fact: fact.key)
    plan = production.plan_prices(session, context.company_id, [fact for _, fact in facts.values()])
    refusals += refuse_faults(facts, plan.faults)

    def name(row: Any) -> str:
        return f"{context.directory.task_type_codes[row['task_type_id']]} {row['valid_from']}"

    return Proposal(
        parts=[Part(Text("单价", "Prices"), plan.prices, name)],
        refusals=refusals,
        good_count=len(rows) - len(refusals),
        store=lambda session, _batch_id: production.store_prices(session, context.company_id, plan),
    )


def _fact(context: Context, row: PriceRow) -> PriceFact:
    return PriceFact(
        task_type_id=find_task_type(context.directory, row.task_type),
        unit_price=row.unit_price,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


SOURCE: Final = Source(
    code=CODE,
    label=Text("单价表", "Piece prices"),
    suffixes=(".xlsx", ".csv", ".tsv"),
    permission=Permission.PAYROLL_RUN_PREPARE,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
)

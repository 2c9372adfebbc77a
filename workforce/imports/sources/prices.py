"""Piece prices as a table: task type, price, and the day from which it holds.

Each row takes over from the price in force on its day; or the table is the whole list from a day on
(``Options.whole_from``), and what it does not name has no price any more.
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
from workforce.imports.exports import micro
from workforce.imports.planning import (
    PlanError,
    find_task_type,
    refusal,
    refuse_faults,
    to_facts,
)
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.refusals import Notice, Refusal
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
from workforce.platform.sheets import Cell
from workforce.production import queries
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
    name: str | None
    unit_price: int
    valid_from: dt.date
    valid_to: dt.date | None


def _read(file: SourceFile, options: Options) -> Reading[PriceRow]:
    reading = read_table(file.sheets(), COLUMNS, CODE, _parse)
    if options.whole_from is not None and reading.refusals:
        reading.refusals += _kept_back(reading.rows, reading.refusals[0])
        reading.rows.clear()
    return reading


def _kept_back(rows: Sequence[Placed[PriceRow]], wrong: Refusal) -> list[Refusal]:
    """Refuse the other rows of a whole list: without the wrong one it would end that one's price."""
    error = InputError("prices.list_incomplete", row=wrong.place.row)
    return [refusal(placed.place, error) for placed in rows if placed.place.row != wrong.place.row]


def _parse(row: Row) -> PriceRow:
    code, name = row.get("task_type", values.text), row.get("task_type_name", values.text)
    if code is None and name is None:
        raise row.fault("task_type", InputError("cell.missing"))
    return PriceRow(
        task_type=code or name or "",
        name=name,
        unit_price=row.need("unit_price", values.price),
        valid_from=row.need("valid_from", values.near_date),
        valid_to=row.get("valid_to", values.date),
    )


def _plan(session: Session, context: Context, rows: Sequence[Placed[PriceRow]]) -> Proposal:
    if not rows:
        return Proposal()
    facts, refusals = to_facts(rows, lambda row: _fact(context, row), lambda fact: fact.key)
    whole_from = context.options.whole_from
    plan = production.plan_prices(
        session,
        context.company_id,
        [fact for _, fact in facts.values()],
        whole_from=whole_from,
    )
    refusals += refuse_faults(facts, plan.faults)
    if whole_from is not None and refusals:
        refused = {refused.place for refused in refusals}
        good = [placed for placed in rows if placed.place not in refused]
        return Proposal(refusals=refusals + _kept_back(good, refusals[0]))
    codes = context.directory.task_type_codes

    def name(row: Any) -> str:
        return f"{codes[row['task_type_id']]} {row['valid_from']}"

    return Proposal(
        parts=[Part(Text("单价", "Prices"), plan.prices, name)],
        refusals=refusals,
        notices=[Notice(_without_price(codes[gap.task_type_id], gap)) for gap in plan.gaps],
        good_count=len(rows) - len(refusals),
        store=lambda session, _batch_id: production.store_prices(session, context.company_id, plan),
    )


def _without_price(task_type: str, gap: production.Gap) -> Text:
    return Text(
        f"{task_type} 从 {gap.first_on} 到 {gap.last_on} 没有单价，这些天的产量不能计薪",
        f"{task_type} has no price from {gap.first_on} to {gap.last_on}: work of these days cannot be"
        " paid",
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    """Write the price list; of one month, the prices that hold on one of its days."""
    names = {
        row.task_type_id: (row.task_type_code, row.name_zh)
        for row in session.execute(queries.task_type_names())
    }
    period = extent.period
    for price in session.scalars(queries.prices(extent.scope)):
        if period is not None and (
            price.valid_from > period.last_on
            or (price.valid_to is not None and price.valid_to <= period.first_on)
        ):
            continue
        code, name = names[price.task_type_id]
        yield {
            "task_type": code,
            "task_type_name": name,
            "unit_price": micro(price.unit_price),
            "valid_from": price.valid_from,
            "valid_to": price.valid_to,
        }


def _fact(context: Context, row: PriceRow) -> PriceFact:
    task_type_id = find_task_type(context.directory, row.task_type)
    if row.name is not None and find_task_type(context.directory, row.name) != task_type_id:
        error = InputError("prices.two_task_types", code=row.task_type, name=row.name)
        raise PlanError(error, "任务类型", row.name)
    return PriceFact(
        task_type_id=task_type_id,
        unit_price=row.unit_price,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


SOURCE: Final = Source(
    code=CODE,
    label=Text("单价表", "Piece prices"),
    suffixes=TABLE_SUFFIXES,
    permission=Permission.PAYROLL_RUN_PREPARE,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
)

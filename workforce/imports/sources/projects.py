"""Clients and projects as a table: a row is a task type of a project, with the client's price.

Client and project are written in each row or in the first of them; what is blank stays as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.exports import fen, micro
from workforce.imports.planning import find_task_type, refuse_faults, to_facts
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
from workforce.platform.sheets import Cell
from workforce.production import queries as production
from workforce.projects.service import MOST_AMOUNT, MOST_UNITS
from workforce.projects.table import TableRow, export_rows, plan_table, store_table

CODE: Final = "projects"
_CODE_CHARACTERS: Final = 40
_CONTACT_CHARACTERS: Final = 120

COLUMNS: Final = (
    Column(
        name="project_code",
        titles=("项目编号", "合同编号"),
        note=Text("企业自己的编号", "the company's own code"),
        example=("P2026-01", "P2026-01"),
        is_required=True,
    ),
    Column(
        name="project_name",
        titles=("项目名称",),
        note=Text("新项目要写", "of a new project"),
        example=("道路图像拉框", None),
    ),
    Column(
        name="client_code",
        titles=("客户编号",),
        note=Text("企业自己的编号；新项目要写", "the company's own code; of a new project"),
        example=("C01", None),
    ),
    Column(
        name="client_name",
        titles=("客户名称", "客户"),
        note=Text("新客户要写", "of a new client"),
        example=("示例智行科技有限公司", None),
    ),
    Column(
        name="region",
        titles=("客户地区代码", "行政区划代码"),
        note=Text("客户所在区县，六位 (GB/T 2260)；新客户要写", "the client's county, six digits"),
        example=("500112", None),
    ),
    Column(
        name="credit_code",
        titles=("统一社会信用代码",),
        note=Text("可不填；检查校验码", "optional; its check digit is verified"),
        example=(None, None),
    ),
    Column(
        name="contact",
        titles=("客户联系人",),
        note=Text("可不填", "optional"),
        example=("张经理 13800000000", None),
    ),
    Column(
        name="contract_amount",
        titles=("合同金额(元)", "合同金额"),
        note=Text("元；新项目要写", "yuan; of a new project"),
        example=("186000.00", None),
    ),
    Column(
        name="signed_on",
        titles=("签订日期",),
        note=Text("新项目要写", "of a new project"),
        example=(dt.date(2026, 9, 1), None),
    ),
    Column(
        name="starts_on",
        titles=("开始日期",),
        note=Text("新项目要写", "of a new project"),
        example=(dt.date(2026, 9, 7), None),
    ),
    Column(
        name="due_on",
        titles=("截止日期", "交付日期"),
        note=Text("新项目要写", "of a new project"),
        example=(dt.date(2026, 12, 31), None),
    ),
    Column(
        name="finished_on",
        titles=("结束日期",),
        note=Text("进行中不填", "blank while in hand"),
        example=(None, None),
    ),
    Column(
        name="task_type",
        titles=("任务类型", "任务类型代码", "工序"),
        note=Text("代码或名称", "code or name"),
        example=("bbox_2d", "polygon"),
        is_required=True,
    ),
    Column(
        name="unit_price",
        titles=("客户单价(元)", "客户单价"),
        note=Text("元，最多 6 位小数", "yuan, up to 6 decimals"),
        example=("0.18", "2.4"),
        is_required=True,
    ),
    Column(
        name="contracted_qty",
        titles=("合同数量",),
        note=Text("件数，整数", "whole units"),
        example=(900_000, 10_000),
        is_required=True,
    ),
)


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """One row as it was read."""

    code: str
    project: Mapping[str, Any]
    client: Mapping[str, Any]
    task_type: str | None
    unit_price: int | None
    contracted_qty: int | None


def _code(value: Any) -> str:
    return values.text(value, _CODE_CHARACTERS)


def _contact(value: Any) -> str:
    return values.text(value, _CONTACT_CHARACTERS)


def _read(file: SourceFile, _options: Options) -> Reading[ProjectRow]:
    return read_table(file.sheets(), COLUMNS, CODE, _parse)


def _parse(row: Row) -> ProjectRow:
    return ProjectRow(
        code=row.need("project_code", _code),
        project={
            "client_code": row.get("client_code", _code),
            "project_name": row.get("project_name", values.text),
            "contract_amount": row.get(
                "contract_amount", partial(values.amount, limit=MOST_AMOUNT)
            ),
            **{
                name: row.get(name, values.near_date)
                for name in ("signed_on", "starts_on", "due_on", "finished_on")
            },
        },
        client={
            "client_name": row.get("client_name", values.text),
            "credit_code": row.get("credit_code", values.text),
            "region": row.get("region", values.text),
            "contact": row.get("contact", _contact),
        },
        task_type=row.get("task_type", values.text),
        unit_price=row.get("unit_price", values.price),
        contracted_qty=row.get("contracted_qty", partial(values.quantity, limit=MOST_UNITS)),
    )


def _plan(session: Session, context: Context, rows: Sequence[Placed[ProjectRow]]) -> Proposal:
    facts, refusals = to_facts(rows, lambda row: _fact(context, row), lambda fact: fact.key)
    plan = plan_table(
        session, context.company_id, [fact for _, fact in facts.values()], context.today
    )
    refusals += refuse_faults(facts, plan.faults)
    codes = context.directory.task_type_codes
    return Proposal(
        parts=[
            Part(Text("客户", "Clients"), plan.clients, lambda row: str(row["code"])),
            Part(Text("项目", "Projects"), plan.projects, lambda row: str(row["code"])),
            Part(
                Text("项目任务", "Tasks of projects"),
                plan.tasks,
                lambda row: f"{row['project_code']} · {codes[row['task_type_id']]}",
            ),
        ],
        refusals=refusals,
        good_count=len(rows) - len(refusals),
        store=lambda session, _batch_id: store_table(session, context.company_id, plan),
    )


def _fact(context: Context, row: ProjectRow) -> TableRow:
    task_type = row.task_type
    return TableRow(
        code=row.code,
        project=row.project,
        client=row.client,
        task_type_id=None if task_type is None else find_task_type(context.directory, task_type),
        unit_price=row.unit_price,
        contracted_qty=row.contracted_qty,
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    """Write all projects; of one month, those in hand on one of its days."""
    named = session.execute(production.task_type_names())
    codes = {row.task_type_id: row.task_type_code for row in named}
    period = extent.period
    for row in export_rows(session, extent.company_id):
        if period is not None and (
            row["signed_on"] > period.last_on
            or (row["finished_on"] is not None and row["finished_on"] < period.first_on)
        ):
            continue
        task_type_id = row["task_type_id"]
        yield {
            "project_code": row["code"],
            **{
                name: row[name]
                for name in (
                    "project_name",
                    "client_code",
                    "client_name",
                    "region",
                    "credit_code",
                    "contact",
                    "signed_on",
                    "starts_on",
                    "due_on",
                    "finished_on",
                    "contracted_qty",
                )
            },
            "contract_amount": fen(row["contract_amount"]),
            "task_type": None if task_type_id is None else codes[task_type_id],
            "unit_price": micro(row["unit_price"]),
        }


SOURCE: Final = Source(
    code=CODE,
    label=Text("项目表", "Projects"),
    suffixes=TABLE_SUFFIXES,
    permission=Permission.PROJECT_MANAGE,
    read=_read,
    plan=_plan,
    columns=COLUMNS,
    export=_export,
)

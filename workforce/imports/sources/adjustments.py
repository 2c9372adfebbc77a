"""Corrections of earlier months as a table: what a closed payslip should have been, paid later."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.exports import fen
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Row
from workforce.imports.source import Extent
from workforce.imports.sources._people_tables import PeopleTable, who_cells, who_columns
from workforce.payroll import adjustments
from workforce.payroll.adjustments import AdjustmentFact
from workforce.platform.sheets import Cell

COLUMNS: Final = (
    *who_columns(
        "A0001",
        "A0002",
        note=Text("企业内的工号；已离职的也可以", "the employee number, also of who has left"),
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


def _fact(row: Row) -> partial[AdjustmentFact]:
    return partial(
        AdjustmentFact,
        for_period=row.need("for_period", values.period),
        pay_period=row.need("pay_period", values.near_period),
        amount=row.need("amount", values.signed_amount),
        reason=row.need("reason", values.printed_text),
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    for row in session.execute(adjustments.stored_adjustments(extent.scope, extent.period)):
        if row.is_late:
            # Written from late facts: it can be changed neither here nor by the same file.
            continue
        yield who_cells(extent, row.employment_id) | {
            "for_period": row.for_period,
            "pay_period": row.pay_period,
            "amount": fen(row.amount),
            "reason": row.reason,
        }


SOURCE: Final = PeopleTable(
    code="adjustments",
    label=Text("以前月份调整表", "Adjustments of earlier months"),
    permission=Permission.PAYROLL_RUN_PREPARE,
    columns=COLUMNS,
    fact=_fact,
    compare=adjustments.plan_adjustments,
    store=lambda session, plan, context: adjustments.store_adjustments(
        session, plan, context.actor.account_id
    ),
    changes=Text("以前月份调整", "Adjustments"),
    named_by=("for_period", "pay_period", "reason"),
    export=_export,
).source()

"""Contribution bases of earlier months that a later notice changed: what is settled in a later month."""

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
from workforce.payroll import queries
from workforce.payroll.base import differences as base_differences
from workforce.payroll.base.differences import BaseDifferenceFact
from workforce.platform.sheets import Cell

COLUMNS: Final = (
    *who_columns("A0001", "A0002"),
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


def _fact(row: Row) -> partial[BaseDifferenceFact]:
    return partial(
        BaseDifferenceFact,
        for_period=row.need("for_period", values.month),
        pay_period=row.need("pay_period", values.near_month),
        charged_base=row.get("charged_base", values.amount),
        owed_base=row.get("owed_base", values.amount),
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    for row in session.execute(queries.base_differences(extent.scope, extent.period)):
        yield who_cells(extent, row.employment_id) | {
            "for_period": row.for_period,
            "pay_period": row.pay_period,
            "charged_base": fen(row.charged_base_amount),
            "owed_base": fen(row.owed_base_amount),
        }


SOURCE: Final = PeopleTable(
    code="base_differences",
    label=Text("缴费基数差额表", "Base differences"),
    permission=Permission.PAYROLL_RUN_PREPARE,
    columns=COLUMNS,
    fact=_fact,
    compare=base_differences.plan_base_differences,
    store=lambda session, plan, _context: base_differences.store_base_differences(session, plan),
    changes=Text("缴费基数差额", "Base differences"),
    named_by=("for_period", "pay_period"),
    export=_export,
).source()

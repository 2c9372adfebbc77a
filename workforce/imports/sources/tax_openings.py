"""Tax openings as a table: what was paid and withheld this year before this system kept the books.

Without it the first month run here would begin the year's cumulative tax anew, so it is refused for
people employed earlier in the year. One row an employee and year; a second file replaces the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.exports import fen, yes_or_no
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Row
from workforce.imports.source import Extent
from workforce.imports.sources._people_tables import PeopleTable, who_cells, who_columns
from workforce.people import queries
from workforce.people import service as people
from workforce.people.service import OpeningFact
from workforce.platform.sheets import Cell

_YUAN: Final = Text("元；没有填 0", "yuan; 0 if none")

COLUMNS: Final = (
    *who_columns("A0001", "A0002"),
    Column(
        name="through",
        titles=("截至月份", "累计至月份"),
        note=Text("累计到哪个月(含)", "the last month that the figures cover"),
        example=("2026-07", "2026-07"),
        is_required=True,
    ),
    Column(
        name="months",
        titles=("已计月数", "累计月数"),
        note=Text("当年在本单位已计税的月数", "months already taxed here this year"),
        example=(7, 3),
        is_required=True,
    ),
    Column(
        name="income_amount",
        titles=("累计收入", "累计收入额"),
        note=_YUAN,
        example=("24500.00", "9600.00"),
        is_required=True,
    ),
    Column(
        name="insurance_and_fund_amount",
        titles=("累计专项扣除", "累计社保公积金"),
        note=_YUAN,
        example=("3300.00", "1400.00"),
        is_required=True,
    ),
    Column(
        name="special_amount",
        titles=("累计专项附加扣除",),
        note=_YUAN,
        example=("14000.00", 0),
        is_required=True,
    ),
    Column(
        name="other_amount",
        titles=("累计其他扣除",),
        note=Text("含个人养老金；元", "personal pension included; yuan"),
        example=(0, 0),
        is_required=True,
    ),
    Column(
        name="personal_pension_amount",
        titles=("其中个人养老金", "累计个人养老金"),
        note=_YUAN,
        example=(0, 0),
        is_required=True,
    ),
    Column(
        name="certificate_amount",
        titles=("其中职业资格继续教育",),
        note=Text(
            "累计专项附加扣除中职业资格的部分(每年有限额)；没有可不填",
            "the part of special deductions for certificates, limited by year; blank if none",
        ),
        example=(0, None),
    ),
    Column(
        name="withheld_amount",
        titles=("累计已预扣税额", "累计已扣税额"),
        note=_YUAN,
        example=(0, 0),
        is_required=True,
    ),
    Column(
        name="is_separate_bonus_used",
        titles=("当年已单独计税年终奖",),
        note=Text("是、否", "yes or no"),
        example=("否", "否"),
    ),
)
_AMOUNTS: Final = {
    column.name: column.is_required for column in COLUMNS if column.name.endswith("_amount")
}
"""The columns of amounts, and whether a blank one is a mistake or means 0."""


def _amount(row: Row, name: str) -> int:
    return row.need(name, values.amount) if _AMOUNTS[name] else row.get(name, values.amount) or 0


def _fact(row: Row) -> partial[OpeningFact]:
    return partial(
        OpeningFact,
        through_period=row.need("through", values.near_month),
        amounts={name: _amount(row, name) for name in _AMOUNTS},
        months=row.need("months", values.quantity),
        is_separate_bonus_used=bool(row.get("is_separate_bonus_used", values.boolean)),
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    for row in session.scalars(queries.all_tax_openings(extent.scope)):
        if extent.period is not None and row.year != extent.period.year:
            continue
        yield who_cells(extent, row.employment_id) | {
            "through": row.through_period,
            "months": row.months,
            **{name: fen(getattr(row, name)) for name in _AMOUNTS},
            "is_separate_bonus_used": yes_or_no(row.is_separate_bonus_used),
        }


SOURCE: Final = PeopleTable(
    code="tax_openings",
    label=Text("期初累计个税", "Tax openings"),
    permission=Permission.EMPLOYEE_IMPORT,
    columns=COLUMNS,
    fact=_fact,
    compare=people.plan_openings,
    store=lambda session, plan, _context: people.store_openings(session, plan),
    changes=Text("期初累计", "Tax openings"),
    named_by=("through_period",),
    export=_export,
).source()

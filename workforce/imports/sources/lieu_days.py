"""Agreed lieu days as a table: rest days whose work is balanced by time off, whatever the punches say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from workforce.attendance import queries as attendance
from workforce.attendance import service
from workforce.attendance.service import LieuDayFact
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Row
from workforce.imports.source import Extent
from workforce.imports.sources._attendance import days_of
from workforce.imports.sources._people_tables import PeopleTable, who_cells, who_columns
from workforce.platform.sheets import Cell

COLUMNS: Final = (
    *who_columns("A0001", "A0002"),
    Column(
        name="work_on",
        titles=("加班日期", "日期"),
        note=Text(
            "休息日加班、以后补休的那一天；法定节假日不能调休",
            "the rest day worked against time off; public holidays cannot be swapped",
        ),
        example=(dt.date(2026, 10, 11), dt.date(2026, 10, 18)),
        is_required=True,
    ),
    Column(
        name="is_agreed",
        titles=("调休",),
        note=Text("是(默认)；填“否”撤销", "yes, which is meant by a blank, or no: taken back"),
        example=("是", "是"),
    ),
)


def _fact(row: Row) -> partial[LieuDayFact]:
    return partial(
        LieuDayFact,
        work_on=row.need("work_on", values.near_date),
        is_agreed=row.get("is_agreed", values.boolean) is not False,
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    for row in session.execute(attendance.lieu_days(extent.scope, *days_of(extent))):
        yield who_cells(extent, row.employment_id) | {"work_on": row.work_on, "is_agreed": "是"}


SOURCE: Final = PeopleTable(
    code="lieu_days",
    label=Text("调休日表", "Lieu days"),
    permission=Permission.ATTENDANCE_IMPORT,
    columns=COLUMNS,
    fact=_fact,
    employed_on="work_on",
    compare=service.plan_lieu_days,
    store=lambda session, plan, _context: service.store_agreements(session, plan),
    changes=Text("调休日", "Lieu days"),
    named_by=("work_on",),
    export=_export,
).source()

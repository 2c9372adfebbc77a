"""Who has which seat in which kind of shift, as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from workforce.core.errors import InputError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Row
from workforce.imports.source import Extent
from workforce.imports.sources._attendance import days_of
from workforce.imports.sources._people_tables import PeopleTable, who_cells, who_columns
from workforce.platform.sheets import Cell
from workforce.seating import queries as seating
from workforce.seating import service
from workforce.seating.service import SeatFact

_DAY: Final = dt.timedelta(days=1)

COLUMNS: Final = (
    *who_columns("A0001", "A0002"),
    Column(
        name="seat",
        titles=("工位", "工位编号"),
        note=Text(
            "贴在工位上的编号；几个园区有相同编号时写成“园区代码/编号”",
            "the number on the seat; where sites have the same, “site/number”",
        ),
        example=("A-001", "A-001"),
        is_required=True,
    ),
    Column(
        name="shift",
        titles=("班次", "班次类型"),
        note=Text("班次类型的名称或代码", "name or code of the shift type"),
        example=("白班", "晚班"),
        is_required=True,
    ),
    Column(
        name="first_on",
        titles=("开始日期", "起"),
        note=Text("从哪天起", "the first day"),
        example=(dt.date(2026, 10, 1), dt.date(2026, 10, 1)),
        is_required=True,
    ),
    Column(
        name="last_on",
        titles=("最后一天", "止"),
        note=Text("含这一天；长期留空", "the last day; blank: until further notice"),
        example=(None, dt.date(2026, 12, 31)),
    ),
)


def _fact(row: Row) -> partial[SeatFact]:
    first_on = row.need("first_on", values.near_date)
    last_on = row.get("last_on", values.near_date)
    if last_on is not None and last_on < first_on:
        error = InputError("dated.empty", valid_from=first_on, valid_to=last_on)
        raise row.fault("last_on", error)
    return partial(
        SeatFact,
        seat=row.need("seat", values.text),
        shift=row.need("shift", values.text),
        valid_from=first_on,
        valid_to=None if last_on is None else last_on + _DAY,
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    names = seating.seat_names(session)
    for row in session.execute(seating.assignments(extent.scope, *days_of(extent))):
        yield who_cells(extent, row.employment_id) | {
            "seat": names[row.seat_id],
            "shift": row.shift_type_code,
            "first_on": row.valid_from,
            "last_on": None if row.valid_to is None else row.valid_to - _DAY,
        }


SOURCE: Final = PeopleTable(
    code="seat_assignments",
    label=Text("工位安排表", "Seat assignments"),
    permission=Permission.SEAT_ASSIGN,
    columns=COLUMNS,
    fact=_fact,
    employed_on="first_on",
    compare=service.plan_seats,
    store=lambda session, plan, context: service.store_seats(
        session, context.actor, context.company_id, plan
    ),
    changes=Text("工位安排", "Seats of people"),
    named_by=("shift_type_code", "valid_from"),
    export=_export,
).source()

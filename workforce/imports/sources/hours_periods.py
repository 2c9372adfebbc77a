"""Periods of comprehensive hours as a table: over what span the approved hours are counted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from workforce.attendance import queries as attendance
from workforce.attendance import service
from workforce.attendance.service import CycleFact
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.exports import first_names
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Row
from workforce.imports.source import Extent
from workforce.imports.sources._people_tables import (
    PeopleTable,
    months,
    who_cells,
    who_columns,
)
from workforce.platform.sheets import Cell

KINDS: Final = {
    "月": "month",
    "季": "quarter",
    "季度": "quarter",
    "半年": "half_year",
    "年": "year",
    **{kind: kind for kind in service.MONTHS_OF_CYCLE},
}

COLUMNS: Final = (
    *who_columns(
        None,
        "A0002",
        note=Text(
            "留空：全企业实行综合计算工时制的人", "blank: everybody under comprehensive hours"
        ),
        is_required=False,
    ),
    Column(
        name="kind",
        titles=("计算周期", "周期"),
        note=Text("批准的周期：月、季、半年、年", "as approved: month, quarter, half_year or year"),
        example=("季", "年"),
        is_required=True,
    ),
    Column(
        name="first",
        titles=("起始月份",),
        note=Text("第一个周期从哪个月起，以后依次相接", "the first month; periods follow on"),
        example=("2026-10", "2026-10"),
        is_required=True,
    ),
    Column(
        name="last",
        titles=("终止月份",),
        note=Text("最后一个月；长期留空", "the last month; blank: until further notice"),
        example=(None, None),
    ),
)


def _fact(row: Row) -> partial[CycleFact]:
    first, last = months(row, "first", "last")
    return partial(
        CycleFact,
        kind=row.need("kind", lambda value: values.choice(value, KINDS)),
        valid_from=first.first_on,
        valid_to=last.end_on if last else None,
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    kinds = first_names(KINDS)
    for row in session.execute(attendance.hours_cycles(extent.scope)):
        first = PayPeriod.of(row.valid_from)
        last = PayPeriod.of(row.valid_to).previous() if row.valid_to else None
        if extent.period and not first <= extent.period <= (last or extent.period):
            continue
        yield who_cells(extent, row.employment_id) | {
            "kind": kinds[row.kind],
            "first": str(first),
            "last": str(last) if last else None,
        }


SOURCE: Final = PeopleTable(
    code="hours_periods",
    label=Text("综合计算工时周期表", "Periods of comprehensive hours"),
    permission=Permission.ATTENDANCE_IMPORT,
    columns=COLUMNS,
    fact=_fact,
    compare=service.plan_cycles,
    store=lambda session, plan, _context: service.store_agreements(session, plan),
    changes=Text("综合工时周期", "Periods of hours"),
    named_by=("kind", "valid_from"),
    export=_export,
).source()

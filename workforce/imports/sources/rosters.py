"""Rosters as a table: which days of a month somebody rests, where the weekday does not decide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.attendance import queries as attendance
from workforce.attendance import service
from workforce.attendance.service import RosterFact
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Row
from workforce.imports.source import Extent
from workforce.imports.sources._attendance import days_of
from workforce.imports.sources._people_tables import PeopleTable, who_cells, who_columns
from workforce.platform.sheets import Cell

_NONE: Final = "无"
_SPAN: Final = re.compile(r"(\d{1,2})(?:[-~至](\d{1,2}))?[日号]?")
_LONGEST_MONTH: Final = 31

COLUMNS: Final = (
    *who_columns("A0001", "A0002"),
    Column(
        name="period",
        titles=("月份", "排班月份"),
        note=Text("排班的月份", "the month of the roster"),
        example=("2026-10", "2026-10"),
        is_required=True,
    ),
    Column(
        name="rest_days",
        titles=("休息日",),
        note=Text(
            "几号休息，用顿号或空格分开，可写 24-25；整月不休写“无”；法定节假日不必写",
            "the days of rest, parted by spaces, 24-25 for several; 无 for none; no public holidays",
        ),
        example=("4、8、12、16、20、24-25、30", "5、9、13、17、21、26-27、31"),
        is_required=True,
    ),
)


def _rest_days(value: Any) -> frozenset[int]:
    """Read days of a month.

    Raises:
        InputError: a word is no day, or a span ends before it begins.

    """
    written = values.plain(value)
    found: set[int] = set()
    for word in re.split(r"[、,;\s]+", "" if written == _NONE else written):
        span = _SPAN.fullmatch(word)
        if not word and written == _NONE:
            continue
        first, last = (int(span[1]), int(span[2] or span[1])) if span else (0, 0)
        if not 1 <= first <= last <= _LONGEST_MONTH:
            raise InputError("roster.days", value=word or written)
        found.update(range(first, last + 1))
    return frozenset(found)


def _fact(row: Row) -> partial[RosterFact]:
    period = row.need("period", values.near_month)
    days = row.need("rest_days", _rest_days)
    if max(days, default=0) > period.days:
        raise row.fault("rest_days", InputError("roster.days", value=max(days)))
    return partial(RosterFact, period=period, rest_days=days)


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    first, last = map(PayPeriod.of, days_of(extent))
    for row in session.execute(attendance.rosters(extent.scope, first, last)):
        bits: int = row.rest_day_bits
        days = [day for day in range(1, _LONGEST_MONTH + 1) if bits >> (day - 1) & 1]
        yield who_cells(extent, row.employment_id) | {
            "period": row.period,
            "rest_days": "、".join(map(str, days)) or _NONE,
        }


SOURCE: Final = PeopleTable(
    code="rosters",
    label=Text("排班表", "Rosters"),
    permission=Permission.ATTENDANCE_IMPORT,
    columns=COLUMNS,
    fact=_fact,
    compare=service.plan_rosters,
    store=lambda session, plan, _context: service.store_agreements(session, plan),
    changes=Text("排班", "Rosters"),
    named_by=("period",),
    export=_export,
).source()

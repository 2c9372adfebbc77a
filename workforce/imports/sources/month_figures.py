"""Figures of a pay month without records of days: hours of part-time people, leave that is paid out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from workforce.attendance import queries as attendance
from workforce.attendance import service
from workforce.attendance.service import FiguresFact
from workforce.core.errors import InputError
from workforce.core.money import MICRO
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Row
from workforce.imports.source import Extent
from workforce.imports.sources._people_tables import PeopleTable, who_cells, who_columns
from workforce.platform.sheets import Cell

_MINUTES_IN_HOUR: Final = 60
_CLOCK: Final = re.compile(r"(\d{1,3}):([0-5]\d)")
_MOST_HOURS: Final = 744
_MOST_DAYS: Final = 366

COLUMNS: Final = (
    *who_columns("A0001", "A0002"),
    Column(
        name="period",
        titles=("月份", "工资月份"),
        note=Text("工资月份；半月写 2026-10-H1", "the pay month; a half month as 2026-10-H1"),
        example=("2026-10", "2026-10"),
        is_required=True,
    ),
    Column(
        name="hours",
        titles=("工时", "工作小时"),
        note=Text(
            "没有班次记录的非全日制人员的工时：80:30 或 80.5",
            "hours of part-time people without shifts: 80:30 or 80.5",
        ),
        example=("80:30", None),
    ),
    Column(
        name="unused_leave_days",
        titles=("未休年休假天数", "折算年休假天数"),
        note=Text("本月折算工资的未休年休假天数", "days of annual leave paid out this month"),
        example=(None, 3),
    ),
)


def _minutes(value: object) -> int:
    """Read hours, with minutes or decimals, as whole minutes.

    Raises:
        InputError: they are none, or more than a month has.

    """
    written = values.plain(value)
    if clock := _CLOCK.fullmatch(written):
        minutes, rest = int(clock[1]) * _MINUTES_IN_HOUR + int(clock[2]), 0
    else:
        minutes, rest = divmod(values.price(value) * _MINUTES_IN_HOUR, MICRO)
    if rest or minutes > _MOST_HOURS * _MINUTES_IN_HOUR:
        raise InputError("figures.hours", value=written)
    return minutes


def _days(value: object) -> int:
    return values.quantity(value, _MOST_DAYS)


def _fact(row: Row) -> partial[FiguresFact]:
    return partial(
        FiguresFact,
        period=row.need("period", values.near_period),
        worked_minutes=row.get("hours", _minutes),
        unused_leave_days=row.get("unused_leave_days", _days),
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    for row in session.execute(attendance.month_figures(extent.scope, extent.period)):
        minutes: int | None = row.worked_minutes
        yield who_cells(extent, row.employment_id) | {
            "period": row.period,
            "hours": None if minutes is None else f"{minutes // 60}:{minutes % 60:02d}",
            "unused_leave_days": row.unused_leave_days,
        }


SOURCE: Final = PeopleTable(
    code="month_figures",
    label=Text("月度工时与未休年假表", "Hours and unused leave of a month"),
    permission=Permission.ATTENDANCE_IMPORT,
    columns=COLUMNS,
    fact=_fact,
    compare=service.plan_figures,
    store=lambda session, plan, _context: service.store_agreements(session, plan),
    changes=Text("月度数据", "Figures of the month"),
    named_by=("period",),
    export=_export,
).source()

"""Leave openings as a table: what was left of each kind of leave before these books begin.

They are entries of the ledgers of annual leave and time in lieu, and like these never changed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from workforce.attendance import leave_openings as service
from workforce.attendance.balances import ANNUAL
from workforce.attendance.leave_openings import LeaveOpening
from workforce.attendance.lieu import KIND as LIEU
from workforce.core.errors import InputError
from workforce.core.money import MICRO, format_micro, parse_micro
from workforce.core.permissions import Permission
from workforce.core.rules.leave import HALVES
from workforce.core.text import Text
from workforce.imports.exports import first_names
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Row
from workforce.imports.source import Extent
from workforce.imports.sources._people_tables import PeopleTable, who_cells, who_columns
from workforce.platform import clock
from workforce.platform.sheets import Cell

_MINUTES_IN_HOUR: Final = 60
_CLOCK: Final = re.compile(r"(-?)(\d{1,4}):([0-5]\d)")
_MOST_DAYS: Final = 366
_MOST_HOURS: Final = 5_000
_LONGEST_REASON: Final = 400
_REASON: Final = "期初结余"
_YEARS: Final = range(2000, 2101)

KINDS: Final = {"年休假": ANNUAL, "年假": ANNUAL, "调休": LIEU, ANNUAL: ANNUAL, LIEU: LIEU}
_KIND_WORDS: Final = first_names(KINDS)

COLUMNS: Final = (
    *who_columns("A0001", "A0001", "A0002"),
    Column(
        name="kind",
        titles=("假别", "类型", "假期类型"),
        note=Text("年休假、调休", "annual_leave, in_lieu_off"),
        example=("年休假", "调休", "年休假"),
        is_required=True,
    ),
    Column(
        name="year",
        titles=("年度", "用于年度"),
        note=Text(
            "年休假算在哪一年；调休不分年度，可不填",
            "the year of the annual leave; time in lieu is of no year and may leave it blank",
        ),
        example=(2026, None, 2026),
    ),
    Column(
        name="quantity",
        titles=("结余", "剩余", "期初结余"),
        note=Text(
            "年休假按天，最小半天，加在当年法定天数之上：上年结转的填正数，建账前已休的填负数；"
            "调休按小时：12:30 或 12.5",
            "annual leave in days or half days, on top of what the law grants that year: carried over is "
            "positive, taken before these books is negative; time in lieu in hours: 12:30 or 12.5",
        ),
        example=("2.5", "12:30", -3),
        is_required=True,
    ),
    Column(
        name="entered_on",
        titles=("记账日期", "起算日期"),
        note=Text("从哪天起计入；不填为导入当天", "the day from which it counts; blank: today"),
        example=(dt.date(2026, 10, 1), dt.date(2026, 10, 1), None),
    ),
    Column(
        name="reason",
        titles=("说明", "备注"),
        note=Text("依据或来源，可不填", "what it rests on; optional"),
        example=("2025 年结转", None, "1–9 月已休"),
    ),
)


def _days(value: object) -> int:
    """Read days, with halves and either sign, as half days.

    Raises:
        InputError: they are none, or more than a year has.

    """
    micro = parse_micro(values.plain(value))
    half_days, rest = divmod(micro * HALVES, MICRO)
    if rest or not half_days or abs(half_days) > HALVES * _MOST_DAYS:
        raise InputError("opening.days", value=values.plain(value))
    return half_days


def _minutes(value: object) -> int:
    """Read hours, with minutes or decimals and either sign, as whole minutes.

    Raises:
        InputError: they are none, or more than anybody has.

    """
    written = values.plain(value)
    if match := _CLOCK.fullmatch(written):
        minutes, rest = int(match[2]) * _MINUTES_IN_HOUR + int(match[3]), 0
        minutes = -minutes if match[1] else minutes
    else:
        minutes, rest = divmod(parse_micro(written) * _MINUTES_IN_HOUR, MICRO)
    if rest or not minutes or abs(minutes) > _MOST_HOURS * _MINUTES_IN_HOUR:
        raise InputError("opening.hours", value=written)
    return minutes


def _year(value: object) -> int:
    year = values.quantity(value)
    if year not in _YEARS:
        raise InputError("opening.year", value=year)
    return year


def _fact(row: Row) -> partial[LeaveOpening]:
    kind = row.need("kind", lambda value: values.choice(value, KINDS))
    entered_on = row.get("entered_on", values.near_date) or clock.today()
    year = row.need("year", _year) if kind == ANNUAL else entered_on.year
    return partial(
        LeaveOpening,
        kind=kind,
        year=year,
        entered_on=entered_on,
        quantity=row.need("quantity", _days if kind == ANNUAL else _minutes),
        reason=row.get("reason", lambda value: values.text(value, _LONGEST_REASON)) or _REASON,
    )


def _export(session: Session, extent: Extent) -> Iterator[dict[str, Cell]]:
    for one in service.openings(session, extent.scope):
        if not one.quantity or (extent.period and extent.period.year != one.year):
            continue
        yield who_cells(extent, one.employment_id) | {
            "kind": _KIND_WORDS[one.kind],
            "year": one.year,
            "quantity": _written(one),
            "entered_on": one.entered_on,
            "reason": one.reason,
        }


def _written(one: LeaveOpening) -> str:
    if one.kind == ANNUAL:
        return format_micro(one.quantity * (MICRO // HALVES))
    hours, minutes = divmod(abs(one.quantity), _MINUTES_IN_HOUR)
    return f"{'-' if one.quantity < 0 else ''}{hours}:{minutes:02d}"


SOURCE: Final = PeopleTable(
    code="leave_openings",
    label=Text("期初假期结余", "Leave openings"),
    permission=Permission.SETTINGS_CHANGE,
    columns=COLUMNS,
    fact=_fact,
    compare=service.plan_openings,
    store=lambda session, plan, context: service.store_openings(
        session, context.actor, context.company_id, plan
    ),
    changes=Text("期初结余", "Leave openings"),
    named_by=("kind", "year"),
    export=_export,
).source()

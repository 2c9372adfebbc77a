"""What the sources of attendance share: what an import takes over, days of an export, times of day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from workforce.attendance.service import AttendancePlan, Day
from workforce.core.text import Text
from workforce.imports.directory import Directory
from workforce.imports.refusals import Notice, Place
from workforce.imports.source import Extent

LEAVE_KINDS: Final[Mapping[str, str]] = {
    "年休假": "annual_leave",
    "年假": "annual_leave",
    "病假": "sick_leave",
    "产假": "maternity_leave",
    "婚假": "marriage_leave",
    "陪产假": "paternity_leave",
    "护理假": "paternity_leave",
    "丧假": "bereavement_leave",
    "工伤假": "work_injury_leave",
    "停工留薪": "work_injury_leave",
    "停工留薪期": "work_injury_leave",
    "调休": "in_lieu_off",
    "调休假": "in_lieu_off",
    "事假": "personal_leave",
    "陪产": "paternity_leave",
    "工伤": "work_injury_leave",
}
"""How people and programs write the kinds of leave; the first word of a kind is the one we write."""

_ALWAYS: Final = (dt.date(1900, 1, 1), dt.date(2100, 1, 1))


def days_of(extent: Extent) -> tuple[dt.date, dt.date]:
    """Return the first and the last day that an export covers."""
    period = extent.period
    return (period.first_on, period.last_on) if period else _ALWAYS


def clock_text(at: dt.datetime, on: dt.date) -> str:
    """Write a time of a day's shift so that it reads back: 08:40, 次日 02:05, or with its date."""
    after = (at.date() - on).days
    if after == 0:
        return f"{at:%H:%M}"
    return f"次日 {at:%H:%M}" if after == 1 else f"{at:%Y-%m-%d %H:%M}"


def taken_over(plan: AttendancePlan) -> Iterator[Notice]:
    """Say on how many days the file changes what another source had told."""
    for source, days in plan.taken_over.items():
        words = Text(
            f"有 {days} 个人日原由 {source} 登记，与本表不同：以本表为准",
            f"{days} days were recorded by {source} and differ: this table has the last word",
        )
        yield Notice(words)


def at_work_on_leave(
    directory: Directory, on_leave: Mapping[Day, Place], at_work: Iterable[Day]
) -> Iterator[Notice]:
    """Point out days with both a shift and leave, or absence: the work counts, once for each place."""
    days: dict[tuple[int, Place], list[dt.date]] = {}
    for day in sorted(set(at_work) & on_leave.keys()):
        days.setdefault((day[0], on_leave[day]), []).append(day[1])
    for (employment_id, place), dates in days.items():
        name = directory.names[employment_id].name
        first, more = dates[0], len(dates) - 1
        words = Text(
            f"{name} {first}" + (f" 等 {more + 1} 天" if more else "") + "既有班次又有假：按出勤计",
            f"{name} has both a shift and leave on {first}"
            + (f" and {more} days more" if more else "")
            + ": the work counts",
        )
        yield Notice(words, place)

"""DingTalk's monthly matrices, one column for each calendar day: 月度汇总 and 打卡时间.

A day's column is known by its place from the first one, since weekends are titled 六 and 日 only. A cell
of 月度汇总 says to which day's shift its punches belong (夜班:正常, below it 21:55,次日06:02); it has no hours,
so the break must be stated. A cell of 打卡时间 only has the punches of that calendar day, a night's end
among those of the next day: they are paired by the stated shifts, as a clock's are.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from workforce.core.errors import InputError
from workforce.core.text import Text
from workforce.imports.reading import values
from workforce.imports.reading.tables import CellError, Placed, Reading, Row
from workforce.imports.reading.workbook import column_letter
from workforce.imports.refusals import Notice, Place
from workforce.imports.source import Options
from workforce.imports.sources._clock import IN, OUT, Person, minute_of, read_people
from workforce.imports.sources._days import DayRow, leave_kind, leave_kinds
from workforce.imports.sources._layout import Layout
from workforce.imports.sources._punch_columns import Pair, shift_type

_RANGE: Final = re.compile(r"统计日期:(\d{4}-\d{2}-\d{2})\s*至\s*(\d{4}-\d{2}-\d{2})")
_DAY_TITLE: Final = re.compile(r"[六日]|\d{1,2}")
_WEEKEND: Final = {"六": 6, "日": 7}
_CELL: Final = re.compile(r"([^\n]*?)\s*(?:\(([^()]*(?:\(次日\)[^()]*)*)\))?")
_CLOCKS: Final = re.compile(r"\d{1,2}:\d{2}(?:\s+\d{1,2}:\d{2})*")
_CLOCK: Final = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d")
_DAY: Final = dt.timedelta(days=1)
_EITHER: Final = Text("上班或下班", "in or out")
_TRIPS: Final = ("外出", "出差")


@dataclass(frozen=True, slots=True)
class Matrix:
    """A sheet with a column for each day, named by it: ``2026-10-08``."""

    layout: Layout
    days: tuple[dt.date, ...]

    def place(self, row: Row, on: dt.date) -> Place:
        """Name a day's cell as a person finds it."""
        letter = column_letter(self.layout.positions[str(on)])
        return Place(row.place.sheet, row.place.row, f"{letter}({on})")


def heading(layout: Layout) -> str:
    """Return the sheet's first cell, which says what it is and of which days."""
    rows = layout.sheet.rows
    return values.plain(rows[0][0]) if rows and rows[0] else ""


def is_summary(layout: Layout) -> bool:
    """Tell 月度汇总: a day's result and punches in each cell."""
    return "月度汇总" in heading(layout) or "月度汇总" in layout.sheet.name


def is_punch_times(layout: Layout) -> bool:
    """Tell 打卡时间: the punches of a calendar day in each cell."""
    return "打卡时间" in heading(layout) or "打卡时间" in layout.sheet.name


def matrix_of(layout: Layout) -> Matrix:
    """Find the columns of the days.

    Raises:
        InputError: the heading does not say of which days it is, or the columns are not these days.

    """
    place = layout.sheet.name or None
    match = _RANGE.search(heading(layout))
    if match is None:
        raise InputError("punch.month_range", place=place)
    first, last = (dt.date.fromisoformat(match[n]) for n in (1, 2))
    titles = [str(values.shown(cell)) for cell in layout.sheet.rows[layout.first_row - 1]]
    columns = [n for n, title in enumerate(titles) if _DAY_TITLE.fullmatch(title)]
    days = [first + n * _DAY for n in range((last - first).days + 1)]
    fits = len(columns) == len(days) and all(
        on.isoweekday() == _WEEKEND[titles[n]]
        if titles[n] in _WEEKEND
        else on.day == int(titles[n])
        for n, on in zip(columns, days, strict=True)
    )
    if not fits:
        raise InputError("punch.month_days", place=place, first=first, last=last)
    named = dict(zip(map(str, days), columns, strict=True))
    return Matrix(replace(layout, positions={**layout.positions, **named}), tuple(days))


def read_summary(matrices: Sequence[Matrix], break_minutes: int | None) -> Reading[DayRow]:
    """Read 月度汇总: a day of a person in each cell."""
    reading: Reading[DayRow] = Reading([], [], [])
    for matrix in matrices:
        for row in matrix.layout.rows():
            days: list[_Day] = []
            for on in matrix.days:
                try:
                    day = row.get(str(on), partial(_day, row, on))
                except CellError as fault:
                    reading.refusals.append(fault.refusal)
                else:
                    if day is not None:
                        days.append(replace(day, place=matrix.place(row, on)))
            reading.rows += _with_lateness(row, days, reading.notices)
    if break_minutes is not None and reading.rows:
        words = Text(
            f"月度汇总没有每天的工时：每段打卡按休息 {break_minutes} 分钟计",
            f"月度汇总 has no hours of the day: each pair of punches has {break_minutes} minutes' break",
        )
        reading.notices.append(Notice(words))
    return reading


@dataclass(frozen=True, slots=True)
class _Day:
    """A cell as it was read."""

    row: DayRow
    is_late: bool
    place: Place


def _day(row: Row, on: dt.date, value: Any) -> _Day:
    match = _CELL.fullmatch(unicodedata.normalize("NFKC", str(value)).strip())
    if match is None:
        raise InputError("punch.month_cell", on=on)
    title = match[1].strip()
    name, _, result = title.rpartition(":")
    day = DayRow(
        user_id=row.get("userid", values.text) or "",
        employee_no=row.get("工号", values.text) or "",
        name=row.need("姓名", values.text),
        on=on,
        shift_type=shift_type(name),
    )
    pairs = _pairs(match[2] or "", on, result)
    is_leave = "假" in result or bool(leave_kinds(result))
    if pairs:
        day = replace(day, pairs=pairs, is_part_leave=is_leave)
    elif is_leave:
        day = replace(day, leave=leave_kind(on, result))
    elif any(word in title for word in _TRIPS):
        raise InputError("punch.trip", on=on)
    elif "旷工" in title:
        day = replace(day, is_absent=True)
    else:
        day = replace(day, is_unexplained=not title.startswith(("休息", "未排班")))
    return _Day(day, is_late="迟到" in result, place=row.place)


def _pairs(written: str, on: dt.date, result: str) -> tuple[Pair, ...]:
    """Read the punches of a cell: in and out in turn, each later than the one before."""
    times: list[dt.datetime] = []
    for part in re.split(r"[,、]", written):
        if values.is_blank(part):
            continue
        at = values.moment(part, on)
        times.append(at + _DAY if times and at <= times[-1] else at)
    if len(times) % 2 or "缺卡" in result:
        known = {"上班缺卡": IN, "下班缺卡": OUT}
        which = next((side for word, side in known.items() if word in result), _EITHER)
        raise InputError("punch.missing", on=on, which=which)
    return tuple(zip(times[::2], times[1::2], strict=True))


def _with_lateness(
    row: Row, days: Sequence[_Day], notices: list[Notice]
) -> Iterator[Placed[DayRow]]:
    """Give the month's minutes late to the one late day; of several nobody knows how many each had."""
    total = row.get("迟到时长(分钟)", values.quantity) or 0
    late = [day for day in days if day.is_late and day.row.pairs]
    if len(late) > 1 and total:
        words = Text(
            f"{late[0].row.name} 迟到 {len(late)} 次，月度汇总没有每次的分钟数：不记迟到",
            f"{late[0].row.name} was late {len(late)} times; 月度汇总 has no minutes of each: "
            "none are recorded",
        )
        notices.append(Notice(words, late[0].place))
        total = 0
    for day in days:
        is_it = bool(late) and day is late[0]
        yield Placed(day.place, replace(day.row, late_minutes=total) if is_it else day.row)


def read_punch_times(matrices: Sequence[Matrix], options: Options) -> Reading[DayRow]:
    """Read 打卡时间: bare punches, paired by the stated shifts.

    Raises:
        InputError: the import does not state the shifts.

    """
    reading: Reading[DayRow] = Reading([], [], [])
    people: dict[str, Person] = {}
    for matrix in matrices:
        for row in matrix.layout.rows():
            try:
                person = _person(matrix, row)
                person = people.setdefault(person.user_id or person.employee_no, person)
                for on in matrix.days:
                    for minute in row.get(str(on), partial(_minutes, on)) or ():
                        person.marks.setdefault(minute, on.toordinal())
            except CellError as fault:
                reading.refusals.append(fault.refusal)
    read_people({who: person for who, person in people.items() if person.marks}, options, reading)
    return reading


def _person(matrix: Matrix, row: Row) -> Person:
    user_id = row.get("userid", values.text) or ""
    number = row.get("工号", values.text) or ""
    name = row.need("姓名", values.text)
    if not (user_id or number):
        raise row.fault("userid", InputError("tool.user_unmapped", user=name))

    def place(day: int) -> Place:
        return matrix.place(row, dt.date.fromordinal(day))

    return Person(user_id, place, number, name)


def _minutes(on: dt.date, value: Any) -> list[int]:
    written = " ".join(str(value).split())
    if not _CLOCKS.fullmatch(written):
        raise InputError("cell.not_time", value=written)
    times = [values.time(part) for part in written.split(" ")]
    return [minute_of(on, at.hour, at.minute) for at in times]


def punches_of(matrices: Sequence[Matrix]) -> dict[str, set[dt.datetime]]:
    """Return everybody's punches of 打卡时间, for checking another sheet; what is no time is left out."""
    found: dict[str, set[dt.datetime]] = {}
    for matrix in matrices:
        for row in matrix.layout.rows():
            who = values.plain(row.raw("userid")) or values.plain(row.raw("工号"))
            for on in matrix.days:
                for clock in _CLOCK.findall(str(row.raw(str(on)))):
                    at = dt.time.fromisoformat(clock.zfill(len("00:00")))
                    found.setdefault(who, set()).add(dt.datetime.combine(on, at))
    return found

"""DingTalk's attendance report (考勤报表): shifts, lateness, leave and absence.

每日统计 is what counts; 原始记录 and 打卡时间 in the same file only cross-check it. Without it, 原始记录 or else
月度汇总 will do with the break given, since they say to which day's shift a punch belongs; 打卡时间 alone
needs the shifts stated, by which its bare times are paired.

A day of a person is replaced as a whole when it is imported again. A night shift belongs to the day on
which it begins.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from workforce.core.errors import InputError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.reading import values
from workforce.imports.reading.tables import CellError, Placed, Reading, Row
from workforce.imports.refusals import Notice, Place
from workforce.imports.source import Options, Source, SourceFile
from workforce.imports.sources import _days
from workforce.imports.sources._days import DayRow, give_breaks, span
from workforce.imports.sources._dingtalk_month import (
    is_punch_times,
    is_summary,
    matrix_of,
    punches_of,
    read_punch_times,
    read_summary,
)
from workforce.imports.sources._dingtalk_sheets import is_daily, is_raw, read_day
from workforce.imports.sources._layout import Layout, layout_of
from workforce.imports.sources._sample import sample_workbook

CODE: Final = "dingtalk"

_REPLACED: Final = "无效"
"""打卡无效：此记录已被更新: a punch that a later one replaced."""

Key = tuple[str, dt.date]


def _read(file: SourceFile, options: Options) -> Reading[DayRow]:
    sheets = file.sheets()
    layouts = [layout for layout in map(layout_of, sheets) if layout is not None]
    daily = [layout for layout in layouts if is_daily(layout)]
    raw = [layout for layout in layouts if is_raw(layout)]
    summary = [layout for layout in layouts if is_summary(layout)]
    times = [layout for layout in layouts if is_punch_times(layout) and not is_raw(layout)]
    if daily:
        reading = _read_daily(daily)
        reading.notices += _cross_check(reading.rows, raw, times)
    elif raw:
        reading = _read_raw(raw)
    elif summary:
        reading = read_summary([matrix_of(one) for one in summary], options.break_minutes)
        reading.notices += _cross_check(reading.rows, raw, times)
    elif times:
        reading = read_punch_times([matrix_of(one) for one in times], options)
    else:
        names = "、".join(sheet.name for sheet in sheets) or "-"
        raise InputError("table.no_header", sheets=names, wanted="姓名、日期、上班1", source=CODE)
    if not (reading.rows or reading.refusals):
        raise InputError("table.no_rows")
    give_breaks(reading, options.break_minutes)
    return reading


def _read_daily(layouts: Sequence[Layout]) -> Reading[DayRow]:
    reading: Reading[DayRow] = Reading([], [], [])
    for layout in layouts:
        for row in layout.rows():
            try:
                reading.rows.append(Placed(row.place, read_day(row)))
            except CellError as fault:
                reading.refusals.append(fault.refusal)
    return reading


@dataclass(slots=True)
class _Punches:
    """The raw punches of one day, by the planned times that they are for; ``late``: which of these."""

    place: Place
    row: Row
    by_plan: dict[dt.datetime, list[dt.datetime]] = field(default_factory=lambda: defaultdict(list))
    late: set[dt.datetime] = field(default_factory=set)


def _read_raw(layouts: Sequence[Layout]) -> Reading[DayRow]:
    """Read 原始记录: punches for the planned times of a day, in and out in turn.

    Each says itself for which time of which day it was, so there is nothing to judge by nearness as
    with the bare punches of ``core/rules/punch_pairing.py``, which could only know less.
    """
    reading: Reading[DayRow] = Reading([], [], [])
    days: dict[Key, _Punches] = {}
    spoilt: set[Key] = set()
    for layout in layouts:
        for row in layout.rows():
            try:
                _collect(row, days, spoilt)
            except CellError as fault:
                reading.refusals.append(fault.refusal)
    for key, punches in days.items():
        if key not in spoilt:
            try:
                reading.rows.append(Placed(punches.place, _raw_day(key, punches)))
            except CellError as fault:
                reading.refusals.append(fault.refusal)
    return reading


def _collect(row: Row, days: dict[Key, _Punches], spoilt: set[Key]) -> None:
    on = row.need("考勤日期", values.date)
    who = row.get("userid", values.text) or row.need("工号", values.text)
    result = row.get("打卡结果", values.text) or ""
    if _REPLACED in result:
        return
    day = days.setdefault((who, on), _Punches(row.place, row))
    try:
        planned = row.need("考勤时间", lambda value: values.moment(value, on))
        at = row.get("打卡时间", lambda value: values.moment(value, on))
        if at is None or "缺卡" in result:
            which = Text("上下班", "in or out")
            raise row.fault("打卡时间", InputError("punch.missing", on=on, which=which))
    except CellError:
        spoilt.add((who, on))
        raise
    day.by_plan[planned].append(at)
    if "迟到" in result:
        day.late.add(planned)


def _raw_day(key: Key, punches: _Punches) -> DayRow:
    row, on = punches.row, key[1]
    times = [punches.by_plan[planned] for planned in sorted(punches.by_plan)]
    if len(times) % 2:
        which = Text("上班或下班", "in or out")
        raise row.fault("打卡时间", InputError("punch.missing", on=on, which=which))
    pairs = [(min(times[n]), max(times[n + 1])) for n in range(0, len(times), 2)]
    due = min(punches.by_plan)
    return DayRow(
        user_id=row.get("userid", values.text) or "",
        employee_no=row.get("工号", values.text) or "",
        name=row.need("姓名", values.text),
        on=on,
        shift_type=None,
        pairs=tuple(pairs),
        late_minutes=max(0, span(due, pairs[0][0])) if due in punches.late else 0,
    )


def _cross_check(
    rows: Sequence[Placed[DayRow]], raw: Sequence[Layout], times: Sequence[Layout]
) -> Iterator[Notice]:
    """Point out days whose punches the other sheets do not have: someone edited one of them."""
    known = _raw_punches(raw) or _punch_times(times)
    if not known:
        return
    for placed in rows:
        for at in (moment for pair in placed.row.pairs for moment in pair):
            if at not in known.get(placed.row.who, set()):
                words = Text(
                    f"{placed.row.name} {at:%m-%d %H:%M} 的打卡在原始记录中没有",
                    f"The punch of {placed.row.name} at {at:%m-%d %H:%M} is not in the raw records",
                )
                yield Notice(words, placed.place)


def _punch_times(layouts: Sequence[Layout]) -> dict[str, set[dt.datetime]]:
    try:
        return punches_of([matrix_of(layout) for layout in layouts])
    except InputError:
        return {}  # it was only to be compared with


def _raw_punches(layouts: Sequence[Layout]) -> dict[str, set[dt.datetime]]:
    found: defaultdict[str, set[dt.datetime]] = defaultdict(set)
    for layout in layouts:
        for row in layout.rows():
            try:
                who, at = _raw_punch(row)
            except CellError:
                continue
            if at is not None:
                found[who].add(at)
    return found


def _raw_punch(row: Row) -> tuple[str, dt.datetime | None]:
    on = row.need("考勤日期", values.date)
    who = row.get("userid", values.text) or row.need("工号", values.text)
    return who, row.get("打卡时间", lambda value: values.moment(value, on))


def _sample() -> bytes:
    """Write 每日统计 with a day shift and a night of two people."""
    head = ("姓名", "工号", "UserId", "日期", "班次", "上班1", "", "下班1", "", "关联的审批单")
    below = ("", "", "", "", "", "打卡时间", "打卡结果", "打卡时间", "打卡结果", "")
    day = ("李晨", "A0001", "lichen01", "26-10-08 星期四", "白班 09:00-18:00")
    night = ("张𬭎", "A0003", "zhanghong3", "26-10-09 星期五", "夜班 22:00-06:00")
    return sample_workbook(
        "每日统计",
        [
            ("每日统计表 统计日期：2026-10-01 至 2026-10-31",),
            ("报表生成时间：2026-11-02 09:12",),
            (*head, "工作时长(分钟)", "迟到时长(分钟)", "旷工天数"),
            (*below, "", "", ""),
            (*day, "09:17", "迟到", "18:05", "正常", "", 468, 17, ""),
            (*night, "21:55", "正常", "次日 06:02", "正常", "", 487, "", ""),
        ],
    )


SOURCE: Final = Source(
    code=CODE,
    label=Text("钉钉考勤报表", "DingTalk attendance report"),
    suffixes=(".xlsx", ".csv"),
    permission=Permission.ATTENDANCE_IMPORT,
    read=_read,
    plan=partial(_days.plan_rows, source=CODE),
    sample=_sample,
)

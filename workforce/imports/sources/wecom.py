"""WeCom's daily report (企业微信 上下班打卡_日报): shifts, lateness, leave and absence.

Its hours are rounded to a tenth. So the break of a shift is its planned span less its 标准工作时长, which
are exact, wherever that agrees with 实际工作时长 but for the rounding; else the rounded hours count. The
monthly report has only totals and is refused.

A day of a person is replaced as a whole when it is imported again. A night shift belongs to the day on
which it begins.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from workforce.core.errors import InputError
from workforce.core.money import MICRO, parse_micro
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.reading import values
from workforce.imports.reading.tables import CellError, Placed, Reading, Row
from workforce.imports.source import Options, Source, SourceFile
from workforce.imports.sources import _days
from workforce.imports.sources._days import DayRow, give_breaks, leave_kind, span
from workforce.imports.sources._layout import Layout, layout_of
from workforce.imports.sources._punch_columns import PLANNED, Pair, punches, shift_type
from workforce.imports.sources._sample import sample_workbook

CODE: Final = "wecom"

_NAMES: Final = {
    "日期": ("时间", "日期"),
    "账号": ("账号", "帐号", "userid"),
    "工号": ("工号", "员工编号"),
    "班次": ("班次", "班次名称"),
    "标准工时": ("标准工作时长(小时)",),
    "实际工时": ("实际工作时长(小时)",),
    "迟到": ("迟到时长(分钟)",),
    "早退": ("早退时长(分钟)",),
    "旷工": ("旷工次数(次)",),
    "结果": ("考勤结果",),
    "申请": ("假勤申请",),
    **{
        f"{end}{n}/打卡时间": titles
        for n in (1, 2, 3)
        for end, outer in (("上班", "最早"), ("下班", "最晚"))
        # Where the firm's rule has no planned times, only the first and the last punch are given.
        for titles in [(f"{end}{n}/打卡时间", *([outer] if n == 1 else ()))]
    },
    **{
        f"{end}{n}/打卡结果": (f"{end}{n}/打卡状态", f"{end}{n}/打卡结果")
        for n in (1, 2, 3)
        for end in ("上班", "下班")
    },
}
"""Our name of a column → what the report's header may say."""

_LEAVE_GROUP: Final = "假勤统计/"
_TRIPS: Final = ("外出", "出差")
_NOT_LEAVE: Final = ("补卡", "审批打卡", "外勤", *_TRIPS)
_MONTHLY: Final = ("应出勤天数", "实际出勤天数")
_ROUNDING_MINUTES: Final = 6
"""A tenth of an hour, rounded or cut off."""


def _read(file: SourceFile, options: Options) -> Reading[DayRow]:
    sheets = file.sheets()
    found = [layout.renamed(_NAMES) for layout in map(layout_of, sheets) if layout is not None]
    daily = [one for one in found if one.has("日期", "上班1/打卡时间", "下班1/打卡时间")]
    if not daily:
        _refuse([sheet.name for sheet in sheets], found)
    reading: Reading[DayRow] = Reading([], [], [])
    for layout in daily:
        for row in layout.rows():
            try:
                reading.rows.append(Placed(row.place, _day(row, options.break_minutes)))
            except CellError as fault:
                reading.refusals.append(fault.refusal)
    if not (reading.rows or reading.refusals):
        raise InputError("table.no_rows")
    give_breaks(reading, options.break_minutes)
    return reading


def _refuse(names: Sequence[str], found: Sequence[Layout]) -> None:
    """Say what the file is instead, or what it lacks."""
    titles = {title.rpartition("/")[2] for layout in found for title in layout.positions}
    if any(title.startswith(_MONTHLY) for title in titles):
        raise InputError("punch.month_totals")
    sheets = "、".join(names) or "-"
    raise InputError(
        "table.no_header", sheets=sheets, wanted="时间、姓名、账号、上班1、下班1", source=CODE
    )


def _day(row: Row, stated_break: int | None) -> DayRow:
    on = row.need("日期", values.date)
    shift_name = row.get("班次", values.text) or ""
    pairs, statuses = punches(row, on)
    result = row.get("结果", values.text) or ""
    day = DayRow(
        user_id=row.get("账号", values.text) or "",
        employee_no=row.get("工号", values.text) or "",
        name=row.need("姓名", values.text),
        on=on,
        shift_type=shift_type(shift_name),
    )
    leave = _leave_columns(row)
    if pairs:
        return replace(
            day,
            pairs=tuple(pairs),
            minutes=_minutes(row, pairs, shift_name, stated_break),
            late_minutes=row.get("迟到", values.quantity) or 0,
            early_minutes=row.get("早退", values.quantity) or 0,
            is_part_leave=bool(leave) or any("请假" in status for status in statuses),
        )
    if leave or "请假" in result or any("请假" in status for status in statuses):
        if _is_part(row, leave):
            raise row.fault("结果", InputError("punch.half_leave", on=on))
        return replace(day, leave=_leave_kind(row, on, leave))
    if any(_holds(row.raw(name)) for name in row.titles if _trip(name)):
        raise row.fault("结果", InputError("punch.trip", on=on))
    absent = row.get("旷工", values.quantity) or 0
    if absent or "旷工" in result or any("旷工" in status for status in statuses):
        return replace(day, is_absent=True)
    is_free = not shift_name or shift_name.startswith(("休息", "未排班")) or "休息" in result
    return replace(day, is_unexplained=not is_free)


def _trip(name: str) -> bool:
    return name.startswith(_LEAVE_GROUP) and name.removeprefix(_LEAVE_GROUP).startswith(_TRIPS)


def _holds(value: Any) -> bool:
    """Tell whether a cell of a leave column counts something."""
    written = values.plain(value).strip("-—").removesuffix(".0")
    return written not in {"", "0"}


def _leave_columns(row: Row) -> list[str]:
    """Return the titles of the leave columns that hold something: the firm's own kinds of leave."""
    return [
        name
        for name in row.titles
        if name.startswith(_LEAVE_GROUP)
        and not name.removeprefix(_LEAVE_GROUP).startswith(_NOT_LEAVE)
        and _holds(row.raw(name))
    ]


def _is_part(row: Row, columns: Sequence[str]) -> bool:
    """Tell whether the columns count less than a day of leave: a full day of hours is 标准工作时长."""
    standard = row.get("标准工时", _minutes_of_hours)
    micro = 0
    for name in columns:
        count = row.get(name, lambda value: parse_micro(values.plain(value))) or 0
        if name.endswith("(小时)"):
            micro += count * 60 // standard if standard else MICRO
        else:
            micro += count
    return 0 < micro < MICRO


def _leave_kind(row: Row, on: dt.date, columns: Sequence[str]) -> str:
    """Tell the kind from the columns, else from the application: 事假2.0天."""
    application = row.get("申请", lambda value: values.text(value, 500)) or ""
    words = " ".join(name.removeprefix(_LEAVE_GROUP) for name in columns)
    try:
        return leave_kind(on, words or application, [application])
    except InputError as error:
        raise row.fault("申请", error) from error


@dataclass(frozen=True, slots=True)
class _Hours:
    """What the report says of a day's hours, in minutes."""

    worked: int | None
    pause: int | None
    """The break of the planned shift: its span less its standard hours."""


def _hours(row: Row, shift_name: str) -> _Hours:
    worked = row.get("实际工时", _minutes_of_hours)
    standard = row.get("标准工时", _minutes_of_hours)
    planned = PLANNED.search(shift_name)
    if planned is None or standard is None:
        return _Hours(worked, None)
    begins, ends = (values.time(planned[n]) for n in (1, 2))
    length = (ends.hour - begins.hour) * 60 + ends.minute - begins.minute
    pause = length % (24 * 60) - standard
    return _Hours(worked, pause if pause >= 0 else None)


def _minutes_of_hours(value: Any) -> int:
    micro = parse_micro(values.plain(value).removesuffix("小时").strip())
    if micro < 0:
        raise InputError("cell.negative", value=values.plain(value))
    return micro * 60 // MICRO


def _minutes(
    row: Row, pairs: Sequence[Pair], shift_name: str, stated_break: int | None
) -> int | None:
    """Return the minutes worked: exact where the planned break explains the rounded hours."""
    whole = sum(span(start, end) for start, end in pairs)
    hours = _hours(row, shift_name)
    if hours.worked is None:
        if hours.pause is None or stated_break is not None:
            return None  # as stated with the import, if at all
        return whole - hours.pause if hours.pause < whole else None
    if hours.pause is not None and len(pairs) == 1:
        exact = whole - hours.pause
        if abs(exact - hours.worked) < _ROUNDING_MINUTES:
            return exact
    if 0 < hours.worked - whole < _ROUNDING_MINUTES:
        return whole
    return hours.worked


def _sample() -> bytes:
    """Write a day shift and a night of two people, the newest day first."""
    head = ("时间", "姓名", "账号", "考勤概况", "", "", "", "异常统计", "上班1", "", "下班1", "")
    below = ("", "", "", "班次", "标准工作时长(小时)", "实际工作时长(小时)", "考勤结果")
    last = ("迟到时长(分钟)", "打卡时间", "打卡状态", "打卡时间", "打卡状态")
    night = ("2026/10/09 星期五", "张𬭎", "zhanghong3", "夜班 22:00-06:00", "8.0", "8.1", "正常")
    day = ("2026/10/08 星期四", "李晨", "lichen01", "白班 09:00-18:00", "8.0", "7.8", "迟到1次")
    return sample_workbook(
        "概况统计与打卡明细",
        [
            ("<<示例数据公司>>上下班打卡_日报",),
            ("统计时间:2026.10.01~2026.10.31     制表时间:2026.11.02 09:30",),
            head,
            (*below, *last),
            (*night, "--", "21:55", "正常", "次日06:02", "正常"),
            (*day, 17, "09:17", "迟到", "18:05", "正常"),
        ],
    )


SOURCE: Final = Source(
    code=CODE,
    label=Text("企业微信打卡日报", "WeCom daily report"),
    suffixes=(".xlsx", ".csv"),
    permission=Permission.ATTENDANCE_IMPORT,
    read=_read,
    plan=partial(_days.plan_rows, source=CODE),
    sample=_sample,
)

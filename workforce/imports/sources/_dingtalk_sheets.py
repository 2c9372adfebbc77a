"""DingTalk's attendance report: telling its sheets apart, and reading a day from a row of 每日统计."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from workforce.core.errors import InputError
from workforce.core.money import MICRO, parse_micro
from workforce.imports.reading import values
from workforce.imports.reading.tables import Row
from workforce.imports.sources._days import DayRow, leave_kind
from workforce.imports.sources._layout import Layout
from workforce.imports.sources._punch_columns import PLANNED, punches, shift_type


def is_daily(layout: Layout) -> bool:
    """Tell 每日统计: a day in each row, with the punches of the first pair."""
    return layout.has("日期", "上班1/打卡时间", "下班1/打卡时间")


def is_raw(layout: Layout) -> bool:
    """Tell 原始记录: a punch in each row."""
    return layout.has("考勤日期", "打卡时间")


def read_day(row: Row) -> DayRow:
    """Read one row of 每日统计.

    Raises:
        CellError: a cell cannot be read, a punch is missing, or the leave is of no known kind.

    """
    on = row.need("日期", values.date)
    shift_name = row.get("班次", values.text) or ""
    pairs, results = punches(row, on)
    day = DayRow(
        user_id=row.get("userid", values.text) or "",
        employee_no=row.get("工号", values.text) or "",
        name=row.need("姓名", values.text),
        on=on,
        shift_type=shift_type(shift_name),
    )
    is_leave = any("请假" in result for result in results)
    if pairs:
        return replace(
            day,
            pairs=tuple(pairs),
            minutes=_minutes(row),
            late_minutes=_late(row, shift_name, pairs[0][0], on, results),
            early_minutes=_early(row, shift_name, pairs[-1][1], results),
            is_part_leave=is_leave,
        )
    if is_leave:
        return replace(day, leave=_leave_kind(row, on))
    absent = (row.get("旷工天数", lambda value: parse_micro(values.plain(value))) or 0) >= MICRO
    if absent or any("旷工" in result for result in results):
        return replace(day, is_absent=True)
    is_free = not shift_name or shift_name.startswith(("休息", "未排班"))
    return replace(day, is_unexplained=not is_free)


def _minutes(row: Row) -> int | None:
    minutes = row.get("工作时长(分钟)", values.quantity)
    if minutes is not None:
        return minutes
    hours = row.get("工作时长(小时)", lambda value: parse_micro(values.plain(value)))
    return None if hours is None else hours * 60 // MICRO


def _late(
    row: Row, shift_name: str, start: dt.datetime, on: dt.date, results: Sequence[str]
) -> int:
    """Return the minutes late that the report states, or that the planned start tells."""
    told = [row.get(t, values.quantity) for t in ("迟到时长(分钟)", "严重迟到时长(分钟)")]
    if any(minutes is not None for minutes in told):
        return sum(minutes or 0 for minutes in told)
    planned = PLANNED.search(shift_name)
    if planned is None or not any("迟到" in result for result in results):
        return 0
    due = dt.datetime.combine(on, values.time(planned[1]))
    return max(0, int((start - due).total_seconds()) // 60)


def _early(row: Row, shift_name: str, end: dt.datetime, results: Sequence[str]) -> int:
    told = row.get("早退时长(分钟)", values.quantity)
    planned = PLANNED.search(shift_name)
    if told is not None or planned is None or not any("早退" in result for result in results):
        return told or 0
    due = dt.datetime.combine(end.date(), values.time(planned[2]))
    return max(0, int((due - end).total_seconds()) // 60)


def _leave_kind(row: Row, on: dt.date) -> str:
    """Tell the kind from the approval's text, or from the day's column under 请假."""
    text = row.get("关联的审批单", lambda value: values.text(value, 500)) or ""
    columns = [
        name
        for name in row.titles
        if name.startswith("请假/") and values.plain(row.raw(name)) not in {"", "-", "--", "0"}
    ]
    try:
        return leave_kind(on, text, columns)
    except InputError as error:
        raise row.fault("关联的审批单", error) from error

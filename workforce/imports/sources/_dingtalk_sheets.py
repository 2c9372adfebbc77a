"""DingTalk's attendance report: finding its sheets and reading a day from a row.

Firms choose their columns, so a column is known by its title, or parent and child title ("上班1/打卡时间"),
never by its letter; a sheet is known by its titles too, since each is also exported alone.

A row of 每日统计 is one day of one person. The times between its punches are the shift, and what the
report calls 工作时长 is what was worked of it: the break is the difference. So the hours are the firm's
own, and never more than the span between the punches. A missing punch is a refused row, not zero hours.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from workforce.core.errors import InputError
from workforce.core.money import MICRO, parse_micro
from workforce.core.text import Text
from workforce.imports.reading import values
from workforce.imports.reading.tables import HEADER_ROWS, Column, Row, normal_title
from workforce.imports.reading.workbook import Sheet

LEAVE_WORDS: Final[Mapping[str, str]] = {
    "陪产": "paternity_leave",
    "护理假": "paternity_leave",
    "停工留薪": "work_injury_leave",
    "工伤": "work_injury_leave",
    "年休假": "annual_leave",
    "年假": "annual_leave",
    "病假": "sick_leave",
    "产假": "maternity_leave",
    "婚假": "marriage_leave",
    "丧假": "bereavement_leave",
    "调休": "in_lieu_off",
    "事假": "personal_leave",
}
"""Words of leave, the more particular first (陪产假 is not 产假)."""

_DAY: Final = dt.timedelta(days=1)
_PAIRS: Final = (1, 2, 3)
_PLANNED: Final = re.compile(r"(\d{1,2}:\d{2})\s*[-~—至]\s*(?:次日)?\s*(\d{1,2}:\d{2})")

_IN: Final = Text("上班", "in")
_OUT: Final = Text("下班", "out")


@dataclass(frozen=True, slots=True)
class DayRow:
    """One person's day. ``minutes``: worked in all, None where the report does not say."""

    user_id: str
    employee_no: str
    name: str
    on: dt.date
    shift_type: str | None
    pairs: tuple[tuple[dt.datetime, dt.datetime], ...] = ()
    minutes: int | None = None
    late_minutes: int = 0
    early_minutes: int = 0
    leave: str | None = None
    is_absent: bool = False
    is_part_leave: bool = False
    is_unexplained: bool = False
    """A shift was planned, and there is no punch, leave or absence."""

    @property
    def who(self) -> str:
        """The key that always is there: the user id, else the employee number."""
        return self.user_id or self.employee_no

    @property
    def says_something(self) -> bool:
        """Tell whether the day holds any fact."""
        return bool(self.pairs or self.leave or self.is_absent or self.is_unexplained)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns of a sheet stand, and its first row of data."""

    sheet: Sheet
    first_row: int
    positions: Mapping[str, int]
    columns: Mapping[str, Column]

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not blank."""
        for index in range(self.first_row, len(self.sheet.rows)):
            if not all(values.is_blank(cell) for cell in self.sheet.rows[index]):
                yield Row(self.sheet, index, self.positions, self.columns)

    def has(self, *titles: str) -> bool:
        """Tell whether all these columns are there."""
        return all(title in self.positions for title in titles)


def layout_of(sheet: Sheet) -> Layout | None:
    """Find the header by 姓名 in the first rows; None where the sheet has none."""
    for index, cells in enumerate(sheet.rows[:HEADER_ROWS]):
        titles = [normal_title(cell) for cell in cells]
        if "姓名" in titles:
            below = sheet.rows[index + 1] if index + 1 < len(sheet.rows) else []
            children = [normal_title(cell) for cell in below]
            # Below a one-row header stands a person's name.
            is_double = any(children) and children[titles.index("姓名")] == ""
            names = _joined(titles, children) if is_double else titles
            positions = {name: n for n, name in reversed(list(enumerate(names))) if name}
            columns = {name: _column(name) for name in (*positions, *_ASKED)}
            return Layout(sheet, index + (2 if is_double else 1), positions, columns)
    return None


def _joined(titles: Sequence[str], children: Sequence[str]) -> list[str]:
    """Join parent and child titles; a merged parent stands over its first child only."""
    names: list[str] = []
    parent = ""
    for n, title in enumerate(titles):
        child = children[n] if n < len(children) else ""
        parent = title or parent
        names.append(f"{parent}/{child}" if child else title)
    return names


def _column(name: str) -> Column:
    return Column(name=name, titles=(name,), note=Text("", ""))


_ASKED: Final = (
    "姓名",
    "工号",
    "userid",
    "日期",
    "班次",
    "考勤日期",
    "考勤时间",
    "打卡时间",
    "打卡结果",
    "关联的审批单",
    "工作时长(分钟)",
    "工作时长(小时)",
    "迟到时长(分钟)",
    "严重迟到时长(分钟)",
    "早退时长(分钟)",
    "旷工天数",
    *(
        f"{end}{n}/{what}"
        for n in _PAIRS
        for end in ("上班", "下班")
        for what in ("打卡时间", "打卡结果")
    ),
)
"""Columns that are asked for, whether the firm exports them or not."""


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
    pairs, results = _punches(row, on)
    day = DayRow(
        user_id=row.get("userid", values.text) or "",
        employee_no=row.get("工号", values.text) or "",
        name=row.need("姓名", values.text),
        on=on,
        shift_type=_PLANNED.sub("", shift_name).strip().rstrip(":")[:40] or None,
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


def _punches(row: Row, on: dt.date) -> tuple[list[tuple[dt.datetime, dt.datetime]], list[str]]:
    pairs: list[tuple[dt.datetime, dt.datetime]] = []
    results: list[str] = []
    for n in _PAIRS:
        start = row.get(f"上班{n}/打卡时间", lambda value: values.moment(value, on))
        end = row.get(f"下班{n}/打卡时间", lambda value: values.moment(value, on))
        told = [row.get(f"{side}{n}/打卡结果", values.text) or "" for side in ("上班", "下班")]
        results += told
        lacks_both = start is None and end is None and all("缺卡" in result for result in told)
        if lacks_both or (start is None) != (end is None):
            missing = "上班" if start is None else "下班"
            which = _IN if start is None else _OUT
            error = InputError("punch.missing", on=on, which=which)
            raise row.fault(f"{missing}{n}/打卡时间", error)
        if start is not None and end is not None:
            pairs.append((start, end if end > start else end + _DAY))
    return pairs, results


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
    planned = _PLANNED.search(shift_name)
    if planned is None or not any("迟到" in result for result in results):
        return 0
    due = dt.datetime.combine(on, values.time(planned[1]))
    return max(0, int((start - due).total_seconds()) // 60)


def _early(row: Row, shift_name: str, end: dt.datetime, results: Sequence[str]) -> int:
    told = row.get("早退时长(分钟)", values.quantity)
    planned = _PLANNED.search(shift_name)
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
    found = leave_kinds(text) or leave_kinds(" ".join(columns))
    if len(found) != 1:
        choices = "、".join(LEAVE_WORDS)
        error = InputError("punch.leave_kind", on=on, text=text or "-", choices=choices)
        raise row.fault("关联的审批单", error)
    return found.pop()


def leave_kinds(text: str) -> set[str]:
    """Find the kinds of leave that a text names; a part of a longer word does not count."""
    kinds: set[str] = set()
    for word, kind in LEAVE_WORDS.items():
        if word in text:
            kinds.add(kind)
            text = text.replace(f"{word}假" if word == "陪产" else word, "")
    return kinds

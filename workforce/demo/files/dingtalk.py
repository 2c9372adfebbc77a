"""The attendance workbook of DingTalk: the same four sheets, titles and two-row headers.

The companies of the demo have set DingTalk to count the hours inside the planned shift and approved
overtime: coming a few minutes early is not work.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.demo.month import WorkedDay, planned
from workforce.demo.world import DemoCompany, DemoPerson

_WEEKDAYS: Final = "一二三四五六日"
_IDENTITY: Final = ("姓名", "考勤组", "部门", "工号", "职位", "UserId")
_PAIRS: Final = ("上班1", "下班1", "上班2", "下班2", "上班3", "下班3")
_COUNTS: Final = (
    "出勤天数",
    "休息天数",
    "工作时长(分钟)",
    "迟到次数",
    "迟到时长(分钟)",
    "上班缺卡次数",
    "下班缺卡次数",
    "旷工天数",
)
_RAW: Final = (
    "考勤日期",
    "考勤时间",
    "打卡时间",
    "打卡结果",
    "打卡地址",
    "打卡备注",
    "异常打卡原因",
    "打卡图片1",
    "打卡图片2",
    "打卡设备",
    "管理员修改备注",
    "管理员修改备注图片1",
    "管理员修改备注图片2",
    "管理员修改备注图片3",
)
_REST: Final = "休息"
_ADDRESS: Final = "奉节县数据标注产业基地"


def write(path: Path, company: DemoCompany, period: PayPeriod, days: Sequence[WorkedDay]) -> None:
    """Write one company's month."""
    by_person = {
        person: {day.on: day for day in own}
        for person, own in groupby(days, key=lambda day: day.person)
    }
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        _monthly(book.add_worksheet("月度汇总"), company, period, by_person)
        _daily(book.add_worksheet("每日统计"), company, period, days)
        _punch_times(book.add_worksheet("打卡时间"), company, period, by_person)
        _raw_records(book.add_worksheet("原始记录"), company, period, days)


_ByPerson = dict[DemoPerson, dict[dt.date, WorkedDay]]


def _title(sheet: Worksheet, name: str, period: PayPeriod) -> None:
    sheet.write_string(0, 0, f"{name} 统计日期：{period.first_on} 至 {period.last_on}")
    sheet.write_string(1, 0, f"报表生成时间：{period.next().first_on} 09:12")


def _identity(company: DemoCompany, person: DemoPerson) -> tuple[str, ...]:
    department = f"{company.name}-{company.teams[person.team]}"
    user_id = f"{company.code.lower()}{person.employee_no[-3:]}"
    return (person.name, "默认考勤组", department, person.employee_no, person.position, user_id)


def _month_days(period: PayPeriod) -> list[dt.date]:
    return [period.first_on + dt.timedelta(days=offset) for offset in range(period.days)]


def _day_heading(on: dt.date) -> str:
    """DingTalk heads a weekend's column with 六 or 日, any other with the day's number."""
    return _WEEKDAYS[on.weekday()] if on.isoweekday() > 5 else str(on.day)  # noqa: PLR2004


def _date_text(on: dt.date) -> str:
    return f"{on:%y-%m-%d} 星期{_WEEKDAYS[on.weekday()]}"


def _clock(at: dt.datetime, on: dt.date, gap: str = "") -> str:
    next_day = f"次日{gap}" if at.date() > on else ""
    return f"{next_day}{at:%H:%M}"


def _result(day: WorkedDay) -> str:
    if day.late_minutes:
        return "迟到"
    return "正常"


def _approval(day: WorkedDay) -> str:
    if day.shift_type is None:
        return ""
    begin, end = planned(day.shift_type, day.on)
    if day.leave is not None:
        label = term(f"leave.{day.leave}").zh
        return f"{label}{begin:%m-%d %H:%M}到{end:%m-%d %H:%M} 1天"
    if day.overtime_minutes:
        until = end + dt.timedelta(minutes=day.overtime_minutes)
        hours = day.overtime_minutes // 60
        return f"加班{end:%m-%d %H:%M}到{until:%m-%d %H:%M} {hours}小时"
    return ""


def _shift_name(day: WorkedDay) -> str:
    if day.shift_type is None:
        return _REST
    begin, end = planned(day.shift_type, day.on)
    return f"{day.shift_type} {begin:%H:%M}-{end:%H:%M}"


def _daily(
    sheet: Worksheet, company: DemoCompany, period: PayPeriod, days: Sequence[WorkedDay]
) -> None:
    _title(sheet, "每日统计表", period)
    heads = (*_IDENTITY, "日期", "workDate", "班次")
    sheet.write_row(2, 0, heads)
    for index, pair in enumerate(_PAIRS):
        column = len(heads) + 2 * index
        sheet.write_row(2, column, (pair, ""))
        sheet.write_row(3, column, ("打卡时间", "打卡结果"))
    after = len(heads) + 2 * len(_PAIRS)
    sheet.write_row(2, after, ("关联的审批单", *_COUNTS))
    for row, day in enumerate(days, start=4):
        midnight = dt.datetime.combine(day.on, dt.time(), dt.timezone(dt.timedelta(hours=8)))
        sheet.write_row(row, 0, (*_identity(company, day.person), _date_text(day.on)))
        sheet.write_number(row, 7, int(midnight.timestamp()) * 1000)
        sheet.write_string(row, 8, _shift_name(day))
        sheet.write_row(row, 9, _punches(day))
        sheet.write_string(row, after, _approval(day))
        sheet.write_row(row, after + 1, _counts(day))


def _punches(day: WorkedDay) -> tuple[str, str, str, str]:
    if day.starts_at is not None and day.ends_at is not None:
        return (
            _clock(day.starts_at, day.on, " "),
            _result(day),
            _clock(day.ends_at, day.on, " "),
            "正常",
        )
    if day.leave is not None:
        return ("", "请假", "", "请假")
    if day.is_absent:
        return ("", "旷工", "", "旷工")
    return ("", "", "", "")


def _counts(day: WorkedDay) -> tuple[int | str, ...]:
    worked = day.starts_at is not None
    is_rest = day.shift_type is None
    return (
        int(worked),
        int(is_rest),
        day.worked_minutes if worked else "",
        1 if day.late_minutes else "",
        day.late_minutes or "",
        "",
        "",
        1 if day.is_absent else "",
    )


def _monthly(
    sheet: Worksheet, company: DemoCompany, period: PayPeriod, by_person: _ByPerson
) -> None:
    _title(sheet, "月度汇总", period)
    heads = (*_IDENTITY, *_COUNTS)
    sheet.write_row(2, 0, (*heads, "请假", "", "考勤结果"))
    sheet.write_row(3, len(heads), ("事假(天)", "病假(天)"))
    first_day = len(heads) + 2
    sheet.write_row(3, first_day, [_day_heading(on) for on in _month_days(period)])
    for row, (person, days) in enumerate(by_person.items(), start=4):
        sheet.write_row(row, 0, _identity(company, person))
        own = list(days.values())
        totals = (
            sum(day.starts_at is not None for day in own),
            sum(day.shift_type is None for day in own),
            sum(day.worked_minutes for day in own),
            sum(day.late_minutes > 0 for day in own),
            sum(day.late_minutes for day in own),
            0,
            0,
            sum(day.is_absent for day in own),
            sum(day.leave == "personal_leave" for day in own),
            sum(day.leave == "sick_leave" for day in own),
        )
        sheet.write_row(row, len(_IDENTITY), totals)
        cells = [_month_cell(days.get(on)) for on in _month_days(period)]
        sheet.write_row(row, first_day, cells)


def _month_cell(day: WorkedDay | None) -> str:
    if day is None:
        return ""
    if day.shift_type is None:
        return f"{_REST}\n(-)"
    if day.leave is not None:
        return f"{day.shift_type}:请假\n(-)"
    if day.starts_at is None or day.ends_at is None:
        return f"{day.shift_type}:旷工\n(-)"
    times = f"{_clock(day.starts_at, day.on)},{_clock(day.ends_at, day.on)}"
    return f"{day.shift_type}:{_result(day)}\n({times})"


def _punch_times(
    sheet: Worksheet, company: DemoCompany, period: PayPeriod, by_person: _ByPerson
) -> None:
    _title(sheet, "打卡时间表", period)
    dates = _month_days(period)
    sheet.write_row(2, 0, (*_IDENTITY, *(_day_heading(on) for on in dates)))
    for row, (person, days) in enumerate(by_person.items(), start=3):
        punches: dict[dt.date, list[str]] = {on: [] for on in dates}
        for day in days.values():
            for at in (day.starts_at, day.ends_at):
                # A punch after midnight stands in the next day's cell.
                if at is not None and at.date() in punches:
                    punches[at.date()].append(f"{at:%H:%M}  ")
        sheet.write_row(row, 0, _identity(company, person))
        sheet.write_row(row, len(_IDENTITY), ["\n".join(sorted(punches[on])) for on in dates])


def _raw_records(
    sheet: Worksheet, company: DemoCompany, period: PayPeriod, days: Sequence[WorkedDay]
) -> None:
    _title(sheet, "原始记录表", period)
    sheet.write_row(2, 0, (*_IDENTITY, *_RAW))
    row = 3
    for day in days:
        if day.shift_type is None or day.starts_at is None or day.ends_at is None:
            continue
        begin, end = planned(day.shift_type, day.on)
        for plan, at, result in (
            (begin, day.starts_at, _result(day)),
            (end, day.ends_at, "正常"),
        ):
            record = (
                _date_text(day.on),
                f"{plan:%Y-%m-%d %H:%M}",
                f"{at:%Y-%m-%d %H:%M}",
                result,
                _ADDRESS,
            )
            sheet.write_row(row, 0, (*_identity(company, day.person), *record))
            row += 1

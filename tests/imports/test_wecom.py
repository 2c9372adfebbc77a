"""WeCom's daily report: two-level headers, rounded hours, the firm's own leave columns, missing punches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines import both_engines
from tests.factories import create_company, create_employment, create_shift
from tests.imports.conftest import SAMPLES, World, reasons
from tests.imports.sheets import workbook
from workforce.attendance.models import Absence, Leave, Shift
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.imports import service
from workforce.imports.reading.tables import Reading
from workforce.imports.source import Options, SourceFile
from workforce.people.models import Person
from workforce.platform import locks

SAMPLE = (SAMPLES / "wecom_202610.xlsx").read_bytes()
USERS = {
    "lichen01": "A0001",
    "wangxinyi": "A0002",
    "zhanghong3": "A0003",
    "ouyangjie": "A0004",
    "ayguli": "A0005",
}

TITLES = (
    ("时间", ""),
    ("姓名", ""),
    ("账号", ""),
    ("基础信息", "部门"),
    ("考勤概况", "所属规则"),
    ("", "班次"),
    ("", "标准工作时长(小时)"),
    ("", "实际工作时长(小时)"),
    ("", "假勤申请"),
    ("", "考勤结果"),
    ("异常统计", "迟到时长(分钟)"),
    ("", "早退时长(分钟)"),
    ("", "旷工次数(次)"),
    ("假勤统计", "外出(小时)"),
    ("", "事假(天)"),
    ("", "春蚕假(小时)"),
    ("上班1", "打卡时间"),
    ("", "打卡状态"),
    ("下班1", "打卡时间"),
    ("", "打卡状态"),
    ("打卡详情", ""),
)
PLAIN = {
    "day": "2026/10/16 星期五",
    "name": "李晨",
    "user": "lichen01",
    "department": "示例数据公司/标注一组",
    "rule": "标注员打卡规则",
    "shift": "白班 09:00-18:00",
    "standard": "8.0",
    "hours": "8.0",
    "application": "--",
    "result": "正常",
    "late": "--",
    "early": "--",
    "absent": "--",
    "outing": "--",
    "leave": "--",
    "own_leave": "--",
    "start": "09:00",
    "start_status": "正常",
    "end": "18:00",
    "end_status": "正常",
    "details": "--",
}
NONE = {"start": "--", "end": "--", "start_status": "--", "end_status": "--", "hours": "--"}


def row(**cells: Any) -> tuple[Any, ...]:
    """Make a row: a plain day of 李晨 unless said otherwise."""
    return tuple((PLAIN | cells).values())


def report(
    *rows: Sequence[Any], titles: Sequence[tuple[str, str]] = TITLES, above: int = 2
) -> bytes:
    """Write rows as a daily report, its header under some rows of titles."""
    heads = [("<<示例数据公司>>上下班打卡_日报",), ("统计时间:2026.10.01~2026.10.31",)]
    head = [tuple(parent for parent, _ in titles), tuple(child for _, child in titles)]
    return workbook({"概况统计与打卡明细": [*(heads * above)[:above], *head, *rows]})


def apply(world: World, content: bytes, **more: Any) -> Any:
    return world.apply("wecom", "日报.xlsx", content, mapping=USERS, **more)


@both_engines
@pytest.mark.feature("SUP-4")
@pytest.mark.feature("SUP-6")
def test_the_sample_report(world: World) -> None:
    held = apply(world, SAMPLE)
    # Newest day first, five people a day: 14 October is 17 days before the 31st, 王欣怡 is second.
    assert reasons(held) == [(4 + 17 * 5 + 2, "punch.missing")]
    assert "补卡" in (held.refusals[0].error.hint("zh") or "")
    assert world.count(Shift) == 0

    seen = apply(world, SAMPLE, keep=True)

    assert seen.notices == []
    assert world.count(Shift) == 5 * 18 - 1 - 2
    shifts = {(s.employment_id, s.work_on): s for s in world.rows(Shift)}
    li, zhang = world.employments["A0001"].id, world.employments["A0003"].id
    late = shifts[li, dt.date(2026, 10, 16)]
    assert (late.late_minutes, late.break_minutes, late.shift_type) == (17, 60, "白班")
    night = shifts[zhang, dt.date(2026, 10, 8)]
    assert night.starts_at == dt.datetime(2026, 10, 8, 21, 55)
    assert night.ends_at == dt.datetime(2026, 10, 9, 6, 2)
    # 22:00 to 06:00 are the standard eight hours: no break.
    assert (night.break_minutes, night.shift_type) == (0, "夜班")
    long = shifts[li, dt.date(2026, 10, 23)]
    assert (long.ends_at, long.break_minutes) == (dt.datetime(2026, 10, 24, 1, 12), 60)
    (leave,) = world.rows(Leave)
    assert (leave.kind, leave.first_on.day, leave.last_on.day) == ("personal_leave", 20, 21)


@both_engines
@pytest.mark.feature("SUP-5")
def test_both_programs_tell_the_same_month_once(world: World) -> None:
    """The two samples are of the same people and days: nothing is stored twice."""
    dingtalk = (SAMPLES / "dingtalk_202610.xlsx").read_bytes()
    world.apply("dingtalk", "考勤报表.xlsx", dingtalk, keep=True)
    before = world.count(Shift)

    seen = apply(world, SAMPLE, keep=True)

    assert reasons(seen) == [(4 + 17 * 5 + 2, "punch.missing")]
    assert seen.counts.added == len(USERS)  # the map of users
    # 87 shifts and two days of leave.
    assert [notice.text.zh for notice in seen.notices] == [
        "有 89 条已由其他来源登记，完全相同，不再写入"
    ]
    assert world.count(Shift) == before
    assert {shift.source for shift in world.rows(Shift)} == {"dingtalk"}


def test_another_programs_other_times_are_refused_with_the_way_out(world: World) -> None:
    day = dt.date(2026, 10, 16)
    create_shift(world.session, world.employments["A0001"], day, source="dingtalk")
    world.session.commit()

    seen = apply(world, report(row(end="18:30", hours="8.5")))

    assert reasons(seen) == [(5, "shift.overlap_stored")]
    assert "dingtalk" in seen.refusals[0].error.message("zh")
    assert "班次表" in (seen.refusals[0].error.hint("zh") or "")


@pytest.mark.parametrize(
    ("cells", "pause"),
    [
        # 551 minutes less the planned hour are 491, told as 8.2 hours: the hour is exact.
        ({"start": "08:50", "end": "18:01", "hours": "8.2"}, 60),
        # The firm counts from 09:00 on: its own hours.
        ({"start": "08:30", "end": "18:00", "hours": "8.0"}, 90),
        # Half a day: no break in the hours.
        ({"start": "09:00", "end": "12:00", "hours": "3.0"}, 0),
        ({"start": "09:00", "end": "11:59", "hours": "3.0"}, 0),
        ({"hours": "8.0", "shift": "--", "standard": "--"}, 60),
        ({"hours": "--"}, 60),
        ({"shift": "弹性 08:30-17:30", "standard": "7.5", "hours": "7.5"}, 90),
        ({"hours": 8.0, "standard": 8}, 60),
    ],
)
def test_the_break_is_exact_where_the_report_rounds(
    world: World, cells: Mapping[str, Any], pause: int
) -> None:
    assert apply(world, report(row(**cells))).refusals == []

    assert [shift.break_minutes for shift in world.rows(Shift)] == [pause]


def test_a_stated_break_where_the_report_has_no_hours(world: World) -> None:
    content = report(row(hours="--", standard="--"))

    assert reasons(apply(world, content)) == [(5, "punch.break_unknown")]
    apply(world, content, break_minutes=45)
    assert [shift.break_minutes for shift in world.rows(Shift)] == [45]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"end": "--", "end_status": "缺卡"}, "punch.missing"),
        ({"start": "--", "start_status": "缺卡"}, "punch.missing"),
        (NONE | {"start_status": "缺卡", "end_status": "缺卡"}, "punch.missing"),
        (NONE, "punch.none"),
        (NONE | {"outing": "8.0"}, "punch.trip"),
        (NONE | {"own_leave": "8.0"}, "punch.leave_kind"),
        (NONE | {"leave": "0.5"}, "punch.half_leave"),
        ({"start": "--", "start_status": "请假", "leave": "0.5"}, "punch.half_leave"),
        ({"hours": "9.2"}, "punch.minutes"),
        ({"hours": "-1"}, "cell.negative"),
        ({"hours": "八"}, "money.not_exact"),
        ({"hours": "=1"}, "cell.formula"),
        ({"start": "9点"}, "cell.not_time"),
        ({"end": "26:00"}, "cell.not_time"),
        ({"end": "2026-10-18 18:00"}, "shift.times"),
        ({"user": "x9"}, "tool.user_unmapped"),
        ({"user": ""}, "tool.user_unmapped"),
        ({"day": "2026/13/16 星期五"}, "cell.not_date"),
        ({"day": "--"}, "cell.missing"),
        ({"day": "2026/12/01 星期二"}, "cell.future"),
        ({"day": "2019/12/02 星期一"}, "employment.not_employed"),
    ],
)
def test_a_bad_day_is_refused(world: World, cells: Mapping[str, Any], code: str) -> None:
    content = report(row(**cells), row(day="2026/10/15 星期四"))

    held = apply(world, content)
    assert reasons(held) == [(5, code)]
    assert held.refusals[0].error.hint("zh")
    assert held.refusals[0].error.hint("en")
    assert world.count(Shift) == 0

    apply(world, content, keep=True)
    assert [shift.work_on.day for shift in world.rows(Shift)] == [15]


@pytest.mark.parametrize(
    "day",
    ["2026/10/16 星期五", "2026-10-16", "26-10-16 周五", 46311, dt.date(2026, 10, 16)],
)
def test_days_as_text_serial_or_date(world: World, day: Any) -> None:
    apply(world, report(row(day=day)))

    assert [shift.work_on for shift in world.rows(Shift)] == [dt.date(2026, 10, 16)]


@pytest.mark.parametrize("end", ["次日06:00", "次日 06:00", "06:00+1", "06:00", "2026/10/17 06:00"])
@pytest.mark.feature("SUP-6")
def test_a_night_however_its_end_is_written(world: World, end: str) -> None:
    apply(world, report(row(start="22:00", end=end, shift="夜班 22:00-次日06:00")))

    (shift,) = world.rows(Shift)
    assert (shift.work_on.day, shift.ends_at) == (16, dt.datetime(2026, 10, 17, 6))


def test_rest_leave_and_absence(world: World) -> None:
    content = report(
        row(**NONE, day="2026/10/17 星期六", shift="休息", result="正常（休息）"),
        row(**NONE, day="2026/10/16 星期五", result="旷工", absent=1),
        row(**NONE, day="2026/10/15 星期四", result="请假", application="病假1.0天"),
        row(**(NONE | {"leave": "1.0"}), day="2026/10/14 星期三", result="请假"),
        row(day="2026/10/13 星期二", start="13:00", hours="5.0", leave="0.5"),
    )

    seen = apply(world, content)

    assert seen.refusals == []
    assert [absence.absent_on.day for absence in world.rows(Absence)] == [16]
    assert sorted((leave.first_on.day, leave.kind) for leave in world.rows(Leave)) == [
        (14, "personal_leave"),
        (15, "sick_leave"),
    ]
    assert [(s.work_on.day, s.break_minutes) for s in world.rows(Shift)] == [(13, 0)]
    assert ["部分时间的假" in notice.text.zh for notice in seen.notices] == [True]


def test_columns_may_be_added_and_moved(world: World) -> None:
    """One firm's report has another column before the hours, and its header lower down."""
    titles = [TITLES[2], TITLES[0], TITLES[1], ("新增", "自定义"), *TITLES[3:]]
    plain = row()
    moved = (plain[2], plain[0], plain[1], "x", *plain[3:])

    assert apply(world, report(moved, titles=titles, above=5)).refusals == []
    assert [shift.break_minutes for shift in world.rows(Shift)] == [60]


def test_a_rule_without_planned_times_has_first_and_last_punches(world: World) -> None:
    head = ("时间", "姓名", "账号", "考勤概况", "", "")
    child = ("", "", "", "最早", "最晚", "实际工作时长(小时)")
    day = ("2026/10/16 星期五", "李晨", "lichen01", "09:10", "19:10", "9.0")

    apply(world, workbook({"概况统计与打卡明细": [("日报",), head, child, day]}))

    (shift,) = world.rows(Shift)
    assert (shift.starts_at.minute, shift.ends_at.hour, shift.break_minutes) == (10, 19, 60)


def test_one_day_twice(world: World) -> None:
    seen = apply(world, report(row(), row()))

    assert reasons(seen) == [(6, "row.duplicate")]


def test_two_people_of_one_name_are_two_accounts(world: World) -> None:
    content = report(row(), row(user="wangxinyi", name="李晨"))

    seen = apply(world, content)

    assert seen.refusals == []
    assert len({shift.employment_id for shift in world.rows(Shift)}) == len(("李晨", "李晨"))
    assert ["登记为王欣怡" in notice.text.zh for notice in seen.notices] == [True]


@pytest.mark.feature("SUP-7")
def test_a_shift_in_another_company_is_in_the_way(world: World) -> None:
    person = world.session.get(Person, world.employments["A0001"].person_id)
    other = create_employment(world.session, create_company(world.session), person)
    create_shift(world.session, other, dt.date(2026, 10, 16))
    world.session.commit()

    assert reasons(apply(world, report(row()))) == [(5, "shift.overlap_elsewhere")]


@pytest.mark.feature("SUP-10")
def test_a_closed_month_is_left_as_it_is(world: World) -> None:
    apply(world, report(row()))
    locks.lock(
        world.session, world.company.id, PayPeriod(2026, 10), reason="closed", account_id=None
    )
    world.session.commit()

    assert apply(world, report(row())).refusals == []
    assert reasons(apply(world, report(row(end="19:00", hours="9.0")))) == [(5, "month.closed")]


def test_the_monthly_report_is_refused_with_the_way_out(world: World) -> None:
    head = ("姓名", "账号", "考勤概况", "", "")
    child = ("", "", "应出勤天数(天)", "实际出勤天数(天)", "实际工作时长(小时)")
    content = workbook(
        {"上下班打卡_月报": [("月报",), head, child, ("李晨", "lichen01", 18, 18, 160)]}
    )

    with pytest.raises(InputError) as caught:
        apply(world, content)
    assert caught.value.code == "punch.month_totals"
    assert "日报" in (caught.value.hint("zh") or "")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (report(titles=TITLES[:-5]), "table.no_header"),
        (report(), "table.no_rows"),
    ],
)
def test_a_file_that_is_no_daily_report(world: World, content: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        apply(world, content)
    assert caught.value.code == code


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.permutations([row(day=f"2026/10/{day}", late=day) for day in range(10, 17)]))
def test_the_order_of_rows_does_not_matter(rows: Sequence[Sequence[Any]]) -> None:
    source = service.source_named("wecom")

    reading: Reading[Any] = source.read(SourceFile("日报.xlsx", report(*rows)), Options())

    assert {(placed.row.on.day, placed.row.late_minutes) for placed in reading.rows} == {
        (day, day) for day in range(10, 17)
    }

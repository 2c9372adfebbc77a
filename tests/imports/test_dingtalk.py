"""DingTalk's report: shifts, breaks, nights, leave, absence, missing punches, corrections."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines import both_engines
from tests.factories import (
    create_company,
    create_employment,
    create_shift,
    create_source_user,
)
from tests.imports.conftest import SAMPLES, World, reasons
from tests.imports.sheets import workbook
from workforce.attendance.models import Absence, Leave, Shift
from workforce.core.period import PayPeriod
from workforce.imports import service
from workforce.imports.source import Options, SourceFile
from workforce.people.models import Person
from workforce.platform import locks
from workforce.production.models import SourceUser

SAMPLE = (SAMPLES / "dingtalk_202610.xlsx").read_bytes()

TITLE = ("每日统计表 统计日期：2026-10-01 至 2026-10-31",)
HEAD = (
    "姓名",
    "工号",
    "UserId",
    "日期",
    "班次",
    "上班1",
    "",
    "下班1",
    "",
    "关联的审批单",
    "工作时长(分钟)",
    "迟到时长(分钟)",
    "旷工天数",
)
CHILD = ("", "", "", "", "", "打卡时间", "打卡结果", "打卡时间", "打卡结果", "", "", "", "")


def row(day: Any, **cells: Any) -> tuple[Any, ...]:
    """Make a row of 每日统计: a plain day shift of A0001 unless said otherwise."""
    values = {
        "name": "李晨",
        "no": "A0001",
        "user": "lichen01",
        "day": day,
        "shift": "白班 09:00-18:00",
        "start": "09:00",
        "start_result": "正常",
        "end": "18:00",
        "end_result": "正常",
        "approval": "",
        "minutes": 480,
        "late": "",
        "absent": "",
    } | cells
    return tuple(values.values())


def daily(*rows: Sequence[Any]) -> bytes:
    """Write rows as a report that has only 每日统计."""
    return workbook({"每日统计": [TITLE, (), HEAD, CHILD, *rows]})


@both_engines
@pytest.mark.feature("SUP-6")
def test_the_sample_report(world: World) -> None:
    held = world.apply("dingtalk", "考勤报表.xlsx", SAMPLE)
    # Four header rows, 31 days of 李晨; then 王欣怡, who forgot to punch out on 14 October.
    assert reasons(held) == [(4 + 31 + 14, "punch.missing")]
    assert held.refusals[0].place.sheet == "每日统计"
    assert "补卡" in (held.refusals[0].error.hint("zh") or "")
    assert world.count(Shift) == 0

    seen = world.apply("dingtalk", "考勤报表.xlsx", SAMPLE, keep=True)

    assert seen.is_applied
    assert [n.text.zh for n in seen.notices] == []
    # 18 scheduled days each; 王欣怡 lacks one, 欧阳㛃 was on leave for two.
    assert world.count(Shift) == 5 * 18 - 1 - 2
    shifts = {(s.employment_id, s.work_on): s for s in world.rows(Shift)}
    li, zhang = world.employments["A0001"].id, world.employments["A0003"].id
    late = shifts[li, dt.date(2026, 10, 16)]
    assert (late.late_minutes, late.break_minutes) == (17, 60)
    night = shifts[zhang, dt.date(2026, 10, 8)]
    assert night.starts_at == dt.datetime(2026, 10, 8, 21, 55)
    assert night.ends_at == dt.datetime(2026, 10, 9, 6, 2)
    assert (night.break_minutes, night.shift_type) == (0, "夜班")
    long = shifts[li, dt.date(2026, 10, 23)]
    assert long.ends_at == dt.datetime(2026, 10, 24, 1, 12)
    # 08:50 to 01:12 are 982 minutes, of which the report counts 922.
    assert long.break_minutes == 60
    (leave,) = world.rows(Leave)
    assert (leave.kind, leave.first_on, leave.last_on) == (
        "personal_leave",
        dt.date(2026, 10, 20),
        dt.date(2026, 10, 21),
    )
    assert world.count(Absence) == 0


@pytest.mark.parametrize(
    ("start", "end", "expected_end"),
    [
        ("22:00", "次日 06:00", dt.datetime(2026, 10, 9, 6)),
        ("22:00", "(次日)06:00", dt.datetime(2026, 10, 9, 6)),
        ("22:00", "06:00(次日)", dt.datetime(2026, 10, 9, 6)),
        ("22:00", "06:00+1", dt.datetime(2026, 10, 9, 6)),
        ("22:00", "2026-10-09 06:00", dt.datetime(2026, 10, 9, 6)),
        ("22:00", "10-09 06:00", dt.datetime(2026, 10, 9, 6)),
        ("22:00", "06:00", dt.datetime(2026, 10, 9, 6)),
        (dt.time(22), dt.time(6), dt.datetime(2026, 10, 9, 6)),
        ("22：00", "次日06:00:59", dt.datetime(2026, 10, 9, 6)),
    ],
)
@pytest.mark.feature("SUP-6")
def test_a_night_shift_belongs_to_its_start_day_however_the_end_is_written(
    world: World, start: Any, end: Any, expected_end: dt.datetime
) -> None:
    world.apply("dingtalk", "a.xlsx", daily(row("26-10-08 星期四", start=start, end=end)))

    (shift,) = world.rows(Shift)
    assert shift.work_on == dt.date(2026, 10, 8)
    assert (shift.starts_at, shift.ends_at) == (dt.datetime(2026, 10, 8, 22), expected_end)


@pytest.mark.parametrize(
    "day",
    [
        "26-10-08 星期四",
        "2026-10-08",
        "2026/10/8 星期四",
        "2026年10月8日",
        46303,
        dt.date(2026, 10, 8),
    ],
)
def test_days_as_text_serial_or_date(world: World, day: Any) -> None:
    world.apply("dingtalk", "a.xlsx", daily(row(day)))

    assert [shift.work_on for shift in world.rows(Shift)] == [dt.date(2026, 10, 8)]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"end": "", "end_result": "缺卡"}, "punch.missing"),
        ({"start": "", "start_result": "缺卡"}, "punch.missing"),
        ({"start": "", "end": "", "start_result": "缺卡", "end_result": "缺卡"}, "punch.missing"),
        ({"start": "", "end": "", "start_result": "", "end_result": ""}, "punch.none"),
        ({"minutes": 700}, "punch.minutes"),
        ({"minutes": 0}, "shift.break"),
        ({"minutes": ""}, "punch.break_unknown"),
        ({"start": "9点"}, "cell.not_time"),
        ({"start": "25:00"}, "cell.not_time"),
        ({"no": "B1"}, "employment.unknown"),
        ({"no": "", "user": "x9"}, "tool.user_unmapped"),
        ({"day": "26-13-08"}, "cell.not_date"),
        ({"day": "2026-12-01"}, "cell.future"),
        ({"day": "2019-12-02"}, "employment.not_employed"),
        (
            {
                "start": "",
                "end": "",
                "start_result": "请假",
                "end_result": "请假",
                "approval": "外训",
            },
            "punch.leave_kind",
        ),
    ],
)
def test_a_bad_day_is_refused(world: World, cells: Mapping[str, Any], code: str) -> None:
    bad = row(**{"day": "26-10-08 星期四", **cells})
    good = row("26-10-09 星期五")

    held = world.apply("dingtalk", "a.xlsx", daily(bad, good))
    assert reasons(held) == [(5, code)]
    assert world.count(Shift) == 0

    world.apply("dingtalk", "a.xlsx", daily(bad, good), keep=True)
    assert [shift.work_on for shift in world.rows(Shift)] == [dt.date(2026, 10, 9)]


def test_absence_is_stated_by_the_report_not_guessed(world: World) -> None:
    none = {"start": "", "end": "", "minutes": ""}
    content = daily(
        row("26-10-08", **none, start_result="旷工", end_result="旷工", absent=1),
        row("26-10-10", **none, start_result="", end_result="", shift="休息"),
    )

    world.apply("dingtalk", "a.xlsx", content)

    assert [absence.absent_on for absence in world.rows(Absence)] == [dt.date(2026, 10, 8)]
    assert world.count(Shift) == 0


@pytest.mark.feature("SUP-5")
def test_a_corrected_report_replaces_the_day(world: World) -> None:
    none = {"start": "", "end": "", "minutes": "", "start_result": "请假", "end_result": "请假"}
    world.apply(
        "dingtalk",
        "a.xlsx",
        daily(
            row("26-10-08"), row("26-10-09", **none, approval="病假10-09 09:00到10-09 18:00 1天")
        ),
    )

    seen = world.apply(
        "dingtalk", "b.xlsx", daily(row("26-10-08", end="18:30", minutes=510), row("26-10-09"))
    )

    assert seen.counts == (1, 1, 0, 1, 0)
    assert world.count(Leave) == 0
    assert [(s.work_on.day, s.ends_at.minute) for s in world.rows(Shift)] == [(8, 30), (9, 0)]


def test_leave_is_corrected_day_by_day(world: World) -> None:
    none = {"start": "", "end": "", "minutes": "", "start_result": "请假", "end_result": "请假"}
    days = [row(f"26-10-{day:02d}", **none, approval="年假") for day in (12, 13, 14)]
    world.apply("dingtalk", "a.xlsx", daily(*days))

    world.apply("dingtalk", "b.xlsx", daily(row("26-10-13")))

    leaves = [(leave.first_on.day, leave.last_on.day) for leave in world.rows(Leave)]
    assert sorted(leaves) == [(12, 12), (14, 14)]
    assert {leave.kind for leave in world.rows(Leave)} == {"annual_leave"}


@pytest.mark.feature("SUP-7")
def test_overlapping_shifts_are_refused_across_companies(world: World) -> None:
    person = world.session.get(Person, world.employments["A0001"].person_id)
    elsewhere = create_company(world.session)
    other = create_employment(world.session, elsewhere, person)
    create_shift(world.session, other, dt.date(2026, 10, 8))
    world.session.commit()

    seen = world.apply(
        "dingtalk",
        "a.xlsx",
        daily(row("26-10-08", start="17:30", end="22:00", minutes=270), row("26-10-09")),
    )

    assert reasons(seen) == [(5, "shift.overlap_elsewhere")]
    # What happens in the other company stays there.
    assert elsewhere.name not in seen.refusals[0].error.message("zh")
    assert world.count(Shift) == 1


@pytest.mark.feature("SUP-7")
def test_a_night_that_runs_into_the_next_day_is_refused(world: World) -> None:
    seen = world.apply(
        "dingtalk",
        "a.xlsx",
        daily(row("26-10-08", start="22:00", end="次日 10:00", minutes=720), row("26-10-09")),
    )

    assert reasons(seen) == [(5, "shift.overlap"), (6, "shift.overlap")]


def test_two_shifts_in_a_day_share_the_break(world: World) -> None:
    head = (*HEAD[:9], "上班2", "", "下班2", "", *HEAD[9:])
    child = (*CHILD[:9], "打卡时间", "打卡结果", "打卡时间", "打卡结果", *CHILD[9:])
    first = row("26-10-08", start="08:00", end="12:00", minutes=450)
    content = workbook(
        {
            "每日统计": [
                TITLE,
                head,
                child,
                (*first[:9], "14:00", "正常", "18:00", "正常", *first[9:]),
            ]
        }
    )

    world.apply("dingtalk", "a.xlsx", content)

    assert [(s.starts_at.hour, s.break_minutes) for s in world.rows(Shift)] == [(8, 30), (14, 0)]


@pytest.mark.feature("SUP-6")
def test_a_night_before_a_day_of_two_shifts(world: World) -> None:
    head = (*HEAD[:9], "上班2", "", "下班2", "", *HEAD[9:])
    child = (*CHILD[:9], "打卡时间", "打卡结果", "打卡时间", "打卡结果", *CHILD[9:])
    night = row("26-10-08", start="22:00", end="次日 06:00", minutes=480)
    two = row("26-10-09", start="08:00", end="12:00", minutes=480)
    content = workbook(
        {
            "每日统计": [
                TITLE,
                head,
                child,
                (*night[:9], "", "", "", "", *night[9:]),
                (*two[:9], "14:00", "正常", "18:00", "正常", *two[9:]),
            ]
        }
    )

    seen = world.apply("dingtalk", "a.xlsx", content)

    assert seen.refusals == []
    assert [(s.work_on.day, s.starts_at.hour, s.ends_at.hour) for s in world.rows(Shift)] == [
        (8, 22, 6),
        (9, 8, 12),
        (9, 14, 18),
    ]


def test_a_closed_month_refuses_changes_but_not_the_same_file(world: World) -> None:
    content = daily(row("26-10-08"))
    world.apply("dingtalk", "a.xlsx", content)
    locks.lock(
        world.session, world.company.id, PayPeriod(2026, 10), reason="closed", account_id=None
    )
    world.session.commit()

    assert world.apply("dingtalk", "a.xlsx", content).refusals == []
    seen = world.apply("dingtalk", "a.xlsx", daily(row("26-10-08", end="19:00")))
    assert reasons(seen) == [(5, "month.closed")]


@pytest.mark.parametrize("order", [1, -1])
def test_raw_records_alone_need_the_break_stated(world: World, order: int) -> None:
    head = ("姓名", "工号", "UserId", "考勤日期", "考勤时间", "打卡时间", "打卡结果")
    who = ("李晨", "A0001", "lichen01", "26-10-08 星期四")
    punches = [
        (*who, "2026-10-08 22:00", "2026-10-08 22:05", "迟到"),
        (*who, "2026-10-09 06:00", "2026-10-09 06:02", "正常"),
    ][::order]
    content = workbook({"原始记录": [("原始记录表",), (), head, *punches]})

    assert reasons(world.preview("dingtalk", "a.xlsx", content)) == [(4, "punch.break_unknown")]
    world.apply("dingtalk", "a.xlsx", content, break_minutes=30)

    (shift,) = world.rows(Shift)
    assert (shift.work_on, shift.break_minutes, shift.late_minutes) == (dt.date(2026, 10, 8), 30, 5)


def test_an_edited_daily_sheet_is_pointed_out(world: World) -> None:
    raw_head = ("姓名", "工号", "UserId", "考勤日期", "考勤时间", "打卡时间", "打卡结果")
    raw = ("李晨", "A0001", "lichen01", "26-10-08")
    content = workbook(
        {
            "每日统计": [TITLE, (), HEAD, CHILD, row("26-10-08", end="20:00", minutes=600)],
            "原始记录": [
                raw_head,
                (*raw, "2026-10-08 09:00", "2026-10-08 09:00", "正常"),
                (*raw, "2026-10-08 18:00", "2026-10-08 18:00", "正常"),
            ],
        }
    )

    seen = world.preview("dingtalk", "a.xlsx", content)

    assert ["20:00" in notice.text.zh for notice in seen.notices] == [True]


def test_people_are_known_by_the_user_map_then_by_number(world: World) -> None:
    create_source_user(world.session, world.employments["A0002"], "dingtalk", "lichen01")
    world.session.commit()

    seen = world.apply("dingtalk", "a.xlsx", daily(row("26-10-08", no="")))
    assert world.rows(Shift)[0].employment_id == world.employments["A0002"].id
    # The report calls her 李晨: worth a look, but nicknames are common.
    assert "王欣怡" in seen.notices[0].text.zh

    other = daily(row("26-10-09", no="", user="wang"))
    world.apply("dingtalk", "b.xlsx", other, mapping={"wang": "A0003"})
    assert [user.source_user for user in world.rows(SourceUser)] == ["lichen01", "wang"]


def test_days_to_come_and_days_before_hiring_are_left_alone(world: World) -> None:
    world.employments["A0001"].hired_on = dt.date(2026, 10, 9)
    world.session.commit()
    none = {"start": "", "end": "", "minutes": "", "start_result": "", "end_result": ""}

    seen = world.apply(
        "dingtalk", "a.xlsx", daily(row("26-10-08", **none), row("26-12-08", **none))
    )

    assert seen.refusals == []
    assert seen.proposal.good_count == 0


@given(st.permutations([row(f"26-10-{day}", late=day) for day in range(10, 20)]))
def test_the_order_of_rows_does_not_matter(rows: Sequence[Sequence[Any]]) -> None:
    reading = service.source_named("dingtalk").read(SourceFile("a.xlsx", daily(*rows)), Options())

    assert {(placed.row.on.day, placed.row.late_minutes) for placed in reading.rows} == {
        (day, day) for day in range(10, 20)
    }


@pytest.mark.parametrize("side", ["start", "end"])
def test_half_a_day_of_leave_with_one_punch_is_refused_with_the_way_out(
    world: World, side: str
) -> None:
    cells = {side: "", f"{side}_result": "请假", "approval": "事假 0.5天"}

    held = world.apply("dingtalk", "a.xlsx", daily(row("26-10-08", **cells)))

    assert reasons(held) == [(5, "punch.half_leave")]
    assert "班次表" in (held.refusals[0].error.hint("zh") or "")

"""DingTalk's monthly matrices: days by their place, nights, missing punches, and what they cannot say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines import both_engines
from tests.imports.conftest import SAMPLES, World, reasons
from tests.imports.sheets import workbook
from workforce.attendance.models import Absence, Leave, Shift
from workforce.core.errors import InputError
from workforce.imports import service
from workforce.imports.reading.workbook import read_workbook
from workforce.imports.source import Options, SourceFile
from workforce.imports.stated_shift import planned_shift

SAMPLE = (SAMPLES / "dingtalk_202610.xlsx").read_bytes()
PLANNED = (planned_shift("09:00-18:00/60"), planned_shift("22:00-06:00"))


def only(*names: str) -> bytes:
    """Keep some sheets of the sample: each is also exported alone."""
    return workbook({s.name: s.rows for s in read_workbook(SAMPLE) if s.name in names})


SUMMARY, TIMES = only("月度汇总"), only("打卡时间")


def summary(
    *cells: Any, titles: Sequence[Any] = ("9", "六", "日"), late: int = 0, range_to: str = "11"
) -> bytes:
    """Write a summary of 9 to 11 October 2026, a Friday to a Sunday, of one person."""
    return workbook(
        {
            "月度汇总": [
                (f"月度汇总 统计日期：2026-10-09 至 2026-10-{range_to}",),
                ("报表生成时间：2026-11-02 09:12",),
                ("姓名", "工号", "UserId", "迟到时长(分钟)", "考勤结果"),
                ("", "", "", "", *titles),
                ("李晨", "A0001", "lichen01", late, *cells),
            ]
        }
    )


def apply(world: World, content: bytes, **options: Any) -> Any:
    return world.apply("dingtalk", "月度汇总.xlsx", content, **({"break_minutes": 60} | options))


def written(world: World) -> list[tuple[int, str, str, int]]:
    return [
        (s.work_on.day, f"{s.starts_at:%d %H:%M}", f"{s.ends_at:%d %H:%M}", s.break_minutes)
        for s in world.rows(Shift)
    ]


@both_engines
@pytest.mark.feature("SUP-6")
def test_the_summary_of_the_sample(world: World) -> None:
    held = apply(world, SUMMARY)
    # 王欣怡 forgot to punch out on 14 October: the second person, below four rows of titles.
    assert reasons(held) == [(6, "punch.missing")]
    assert "AG(2026-10-14)" in held.refusals[0].place.column
    assert "下班" in held.refusals[0].error.message("zh")
    assert world.count(Shift) == 0

    seen = apply(world, SUMMARY, keep=True)

    assert ["每段打卡按休息 60 分钟计" in notice.text.zh for notice in seen.notices] == [True]
    assert world.count(Shift) == 5 * 18 - 1 - 2
    shifts = {(s.employment_id, s.work_on): s for s in world.rows(Shift)}
    night = shifts[world.employments["A0003"].id, dt.date(2026, 10, 8)]
    assert night.starts_at == dt.datetime(2026, 10, 8, 21, 55)
    assert night.ends_at == dt.datetime(2026, 10, 9, 6, 2)
    assert night.shift_type == "夜班"
    late = shifts[world.employments["A0001"].id, dt.date(2026, 10, 16)]
    # He was late once, so the month's minutes are this day's.
    assert (late.late_minutes, late.break_minutes) == (17, 60)
    (leave,) = world.rows(Leave)
    assert (leave.kind, leave.first_on.day, leave.last_on.day) == ("personal_leave", 20, 21)


@pytest.mark.feature("SUP-5")
def test_the_summary_says_what_the_daily_sheet_says_but_for_the_breaks(world: World) -> None:
    """The day shifts of the sample have an hour's break, as stated; the nights have none."""
    world.apply("dingtalk", "a.xlsx", SAMPLE, keep=True)
    daily = written(world)
    assert len(daily) == 5 * 18 - 3

    seen = apply(world, SUMMARY, keep=True)

    nights = [row for row in daily if row[1].endswith("21:55")]
    assert (seen.counts.added, seen.counts.changed, seen.counts.removed) == (0, len(nights), 0)
    assert {change.after["break_minutes"] for change in seen.parts[1].plan.changed} == {60}


@both_engines
@pytest.mark.feature("SUP-6")
def test_the_punch_times_of_the_sample(world: World) -> None:
    """A night's end stands in the next day's cell; it goes back to the day on which the night began."""
    options: dict[str, Any] = {"planned": PLANNED, "longest_minutes": 17 * 60}

    held = world.apply("dingtalk", "打卡时间.xlsx", TIMES, **options)
    assert reasons(held) == [(5, "punch.missing")]
    assert "(2026-10-14)" in held.refusals[0].place.column

    world.apply("dingtalk", "打卡时间.xlsx", TIMES, keep=True, **options)
    found = written(world)
    world.apply("dingtalk", "a.xlsx", SAMPLE, keep=True)
    assert found == written(world)  # the daily sheet, the same shifts and breaks
    assert (8, "08 21:55", "09 06:02", 0) in found
    assert (23, "23 08:50", "24 01:12", 60) in found


def test_punch_times_alone_need_the_shifts_stated(world: World) -> None:
    with pytest.raises(InputError) as caught:
        world.preview("dingtalk", "a.xlsx", TIMES)
    assert caught.value.code == "punch.rule_unknown"


def test_a_summary_alone_needs_the_break_stated(world: World) -> None:
    content = summary("白班:正常\n(09:00,18:00)", "休息\n(-)", "")

    held = world.preview("dingtalk", "a.xlsx", content)
    assert [refusal.error.code for refusal in held.refusals] == ["punch.break_unknown"]
    assert "--break" in (held.refusals[0].error.hint("zh") or "")


@pytest.mark.parametrize(
    ("cell", "ends"),
    [
        ("夜班:正常\n(22:00,次日06:00)", ["10 06:00"]),
        ("夜班:正常\n(22:00,(次日)06:00)", ["10 06:00"]),
        ("夜班：正常\n（22:00，06:00）", ["10 06:00"]),
        ("夜班:正常(22:00,10-10 06:00)", ["10 06:00"]),
        ("正常班:正常\n(08:17,12:00,13:00,18:30)", ["09 12:00", "09 18:30"]),
        ("休息:休息打卡\n(10:00,15:00)", ["09 15:00"]),
    ],
)
def test_cells_of_a_day_at_work(world: World, cell: str, ends: Sequence[str]) -> None:
    assert apply(world, summary(cell, "休息\n(-)", "休息\n(-)"), break_minutes=0).refusals == []

    assert [(day, end) for day, _, end, _ in written(world)] == [(9, end) for end in ends]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("白班:下班缺卡\n(08:58)", "punch.missing"),
        ("白班:上班缺卡\n(18:01)", "punch.missing"),
        ("白班:上班缺卡,下班缺卡\n(-)", "punch.missing"),
        ("白班:正常\n(08:58)", "punch.missing"),
        ("白班:正常\n(08:58,12:00,13:00)", "punch.missing"),
        ("白班:正常\n(-)", "punch.none"),
        ("白班:外训假\n(-)", "punch.leave_kind"),
        ("白班:出差\n(-)", "punch.trip"),
        ("白班:正常\n(08:58,1800)", "cell.not_time"),
        ("白班:正常\n(08:58,25:00)", "cell.not_time"),
        ("白班\n正常\n(08:58)", "punch.month_cell"),
        ("白班:正常\n(09:00,10-11 18:00)", "shift.times"),
        ("=A1", "cell.formula"),
    ],
)
def test_a_cell_that_cannot_be_used(world: World, cell: str, code: str) -> None:
    content = summary(cell, "白班:正常\n(09:00,18:00)", "")

    held = apply(world, content)
    assert [refusal.error.code for refusal in held.refusals] == [code]
    assert held.refusals[0].place.text("zh") == "月度汇总 · 第 5 行 · 列 E(2026-10-09)"
    assert held.refusals[0].error.hint("zh")
    assert held.refusals[0].error.hint("en")
    assert world.count(Shift) == 0

    apply(world, content, keep=True)
    assert [day for day, *_ in written(world)] == [10]


def test_leave_absence_and_half_a_day(world: World) -> None:
    content = summary("白班:年假\n(-)", "旷工\n(-)", "白班:事假0.5天\n(13:00,18:00)")

    seen = apply(world, content, break_minutes=0)

    assert seen.refusals == []
    assert [(leave.first_on.day, leave.kind) for leave in world.rows(Leave)] == [
        (9, "annual_leave")
    ]
    assert [absence.absent_on.day for absence in world.rows(Absence)] == [10]
    assert [day for day, *_ in written(world)] == [11]
    assert any("部分时间的假" in notice.text.zh for notice in seen.notices)


def test_minutes_late_of_several_days_are_not_shared_out(world: World) -> None:
    cells = ["白班:迟到\n(09:10,18:00)", "白班:迟到\n(09:20,18:00)", ""]

    seen = apply(world, summary(*cells, late=30))

    assert [shift.late_minutes for shift in world.rows(Shift)] == [0, 0]
    assert any("迟到 2 次" in notice.text.zh for notice in seen.notices)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"titles": ("9", "日", "六")}, "punch.month_days"),
        ({"titles": ("9", "六")}, "punch.month_days"),
        ({"titles": ("8", "六", "日")}, "punch.month_days"),
        ({"titles": ("9", "备注", "日")}, "punch.month_days"),
        ({"range_to": "31"}, "punch.month_days"),
        ({"range_to": "x"}, "punch.month_range"),
    ],
)
def test_columns_that_are_not_the_days_of_the_heading(
    world: World, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(InputError) as caught:
        apply(world, summary("", "", "", **changes))
    assert caught.value.code == code
    assert "月度汇总" in (caught.value.place or "")


def test_an_edited_summary_is_pointed_out_by_the_punch_times(world: World) -> None:
    sheets = {s.name: [list(row) for row in s.rows] for s in read_workbook(SAMPLE)}
    column = sheets["月度汇总"][4].index("白班:正常\n(08:40,18:37)")
    sheets["月度汇总"][4][column] = "白班:正常\n(08:40,20:37)"
    content = workbook({name: sheets[name] for name in ("月度汇总", "打卡时间")})

    seen = world.preview("dingtalk", "a.xlsx", content, break_minutes=60)

    assert [n.text.zh for n in seen.notices if "20:37" in n.text.zh] == [
        "李晨 10-08 20:37 的打卡在原始记录中没有"
    ]


@given(st.permutations(range(5)))
def test_the_order_of_people_does_not_matter(order: list[int]) -> None:
    (sheet,) = read_workbook(TIMES)
    head, people = sheet.rows[:3], sheet.rows[3:]
    content = workbook({sheet.name: [*head, *(people[n] for n in order)]})
    read = service.source_named("dingtalk").read
    options = Options(planned=PLANNED)

    shuffled, plain = (
        {
            (p.row.user_id, p.row.on, p.row.pairs)
            for p in read(SourceFile("a.xlsx", c), options).rows
        }
        for c in (content, TIMES)
    )

    assert shuffled == plain

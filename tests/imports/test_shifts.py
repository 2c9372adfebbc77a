"""Shifts as a table: the last word on the days that it names, and on nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from tests.engines import both_engines
from tests.factories import create_leave, create_shift
from tests.imports.conftest import World, reasons
from tests.imports.sheets import one_sheet
from workforce.attendance.models import Shift
from workforce.core.period import PayPeriod
from workforce.imports import service
from workforce.imports.exports import export
from workforce.platform import locks
from workforce.platform.audit import CLI

HEAD = ("工号", "日期", "上班", "下班", "休息分钟")
DAY = dt.date(2026, 10, 8)


def table(*rows: Sequence[Any]) -> bytes:
    return one_sheet(HEAD, *rows)


def written(world: World) -> list[tuple[str, str, str, int]]:
    """Say day, start, end and break of every shift."""
    return sorted(
        (str(s.work_on), f"{s.starts_at:%d %H:%M}", f"{s.ends_at:%d %H:%M}", s.break_minutes)
        for s in world.rows(Shift)
    )


@both_engines
@pytest.mark.feature("SUP-4")
@pytest.mark.feature("SUP-6")
def test_a_night_belongs_to_its_start_day_before_a_day_of_two_shifts(world: World) -> None:
    content = table(
        ("A0001", DAY, "22:00", "次日 06:00", 30),
        ("A0001", "2026-10-09", dt.time(8), dt.time(12), 0),
        ("A0001", 46304, "14:00", "18:00", 0),
    )

    seen = world.apply("shifts", "班次.xlsx", content)

    assert seen.refusals == []
    assert written(world) == [
        ("2026-10-08", "08 22:00", "09 06:00", 30),
        ("2026-10-09", "09 08:00", "09 12:00", 0),
        ("2026-10-09", "09 14:00", "09 18:00", 0),
    ]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("A0001", "", "09:00", "18:00", 60), "cell.missing"),
        (("A0001", DAY, "09:00", "", 60), "cell.missing"),
        (("A0001", DAY, "", "18:00", 60), "cell.missing"),
        (("A0001", DAY, "9点", "18:00", 60), "cell.not_time"),
        (("A0001", DAY, "25:00", "18:00", 60), "cell.not_time"),
        (("A0001", DAY, "2026-11-08 09:00", "18:00", 60), "shift.other_day"),
        (("A0001", DAY, "09:00", "2026-10-10 18:00", 60), "shift.times"),
        (("A0001", DAY, "09:00", "2026-10-07 18:00", 60), "shift.times"),
        (("A0001", DAY, "09:00", "18:00", ""), "shift.break_missing"),
        (("A0001", DAY, "09:00", "18:00", 540), "shift.break"),
        (("A0001", DAY, "09:00", "18:00", -1), "cell.negative"),
        (("A0001", DAY, "09:00", "18:00", 1e9), "cell.absurd"),
        (("A0001", "2019-12-02", "09:00", "18:00", 60), "employment.not_employed"),
    ],
)
def test_a_row_that_cannot_be_used(world: World, row: Sequence[Any], code: str) -> None:
    good = ("A0002", DAY, "09:00", "18:00", 60)

    held = world.apply("shifts", "班次.xlsx", table(row, good))
    assert reasons(held) == [(2, code)]
    assert held.refusals[0].error.hint("zh")
    assert world.count(Shift) == 0

    world.apply("shifts", "班次.xlsx", table(row, good), keep=True)
    assert world.count(Shift) == 1


def test_a_day_of_which_a_row_is_refused_is_left_alone(world: World) -> None:
    create_shift(world.session, world.employments["A0001"], DAY)
    world.session.commit()
    content = table(("A0001", DAY, "08:00", "12:00", 0), ("A0001", DAY, "13:00", "1x", 0))

    seen = world.apply("shifts", "班次.xlsx", content, keep=True)

    assert reasons(seen) == [(3, "cell.not_time")]
    assert written(world) == [("2026-10-08", "08 09:00", "08 18:00", 60)]


@pytest.mark.parametrize(
    "second",
    [("A0001", DAY, "09:00", "18:00", 60), ("A0001", DAY, "", "", "")],
)
def test_a_row_twice_or_a_day_with_and_without_a_shift(world: World, second: Any) -> None:
    first = ("A0001", DAY, "09:00", "18:00", 60)

    for rows in ((first, second), (second, first)):
        seen = world.preview("shifts", "a.xlsx", table(*rows))
        assert reasons(seen) == [(3, "row.duplicate")]
        assert "2" in seen.refusals[0].error.message("zh")


@both_engines
@pytest.mark.feature("SUP-5")
def test_the_table_replaces_the_day_that_another_source_told(world: World) -> None:
    first, other = world.employments["A0001"], world.employments["A0002"]
    for employment in (first, other):
        create_shift(world.session, employment, DAY, source="dingtalk")
        create_shift(world.session, employment, dt.date(2026, 10, 9), source="dingtalk")
    world.session.commit()
    content = table(("A0001", DAY, "09:00", "20:00", 60), ("A0002", DAY, "", "", ""))

    seen = world.apply("shifts", "班次.xlsx", content)

    assert seen.counts == (0, 1, 0, 1, 0)
    assert [notice.text.zh for notice in seen.notices] == [
        "有 2 个人日原由 dingtalk 登记，与本表不同：以本表为准"
    ]
    left = {(s.employment_id, s.work_on.day, s.ends_at.hour, s.source) for s in world.rows(Shift)}
    assert left == {
        (first.id, 8, 20, "shifts"),
        (first.id, 9, 18, "dingtalk"),
        (other.id, 9, 18, "dingtalk"),
    }
    again = world.apply("shifts", "班次.xlsx", content)
    assert (again.counts, again.notices) == ((0, 0, 1, 0, 0), [])


@pytest.mark.feature("SUP-5")
def test_columns_that_the_table_lacks_keep_what_is_stored(world: World) -> None:
    create_shift(
        world.session,
        world.employments["A0001"],
        DAY,
        shift_type="白班",
        late_minutes=7,
        is_in_lieu=True,
    )
    world.session.commit()

    world.apply("shifts", "a.xlsx", table(("A0001", DAY, "09:00", "19:00", 60)))
    (shift,) = world.rows(Shift)
    assert (shift.ends_at.hour, shift.shift_type, shift.late_minutes) == (19, "白班", 7)
    assert shift.is_in_lieu

    cleared = one_sheet((*HEAD, "班次", "调休"), ("A0001", DAY, "09:00", "19:00", 60, "", ""))
    world.apply("shifts", "b.xlsx", cleared)
    (shift,) = world.rows(Shift)
    assert (shift.shift_type, shift.is_in_lieu, shift.late_minutes) == (None, False, 7)


def test_a_stated_break_fills_blank_ones(world: World) -> None:
    content = table(("A0001", DAY, "09:00", "18:00", ""), ("A0002", DAY, "09:00", "18:00", 0))

    world.apply("shifts", "a.xlsx", content, break_minutes=45)

    assert [shift.break_minutes for shift in world.rows(Shift)] == [45, 0]


def test_work_on_a_day_of_leave_is_told(world: World) -> None:
    create_leave(world.session, world.employments["A0001"], DAY, dt.date(2026, 10, 9))
    world.session.commit()

    seen = world.preview("shifts", "a.xlsx", table(("A0001", DAY, "09:00", "18:00", 60)))

    assert [(n.place and n.place.row, n.text.zh) for n in seen.notices] == [
        (2, "李晨 2026-10-08既有班次又有假：按出勤计")
    ]


@both_engines
@pytest.mark.feature("SUP-10")
def test_a_closed_month_takes_only_what_it_has_already(world: World) -> None:
    content = table(("A0001", DAY, "09:00", "18:00", 60))
    world.apply("shifts", "a.xlsx", content)
    locks.lock(
        world.session, world.company.id, PayPeriod(2026, 10), reason="closed", account_id=None
    )
    world.session.commit()

    assert world.apply("shifts", "a.xlsx", content).refusals == []
    for row in (("A0001", DAY, "09:00", "18:00", 30), ("A0001", DAY, "", "", "")):
        assert reasons(world.apply("shifts", "b.xlsx", table(row))) == [(2, "month.closed")]


@both_engines
@pytest.mark.feature("SUP-5")
def test_what_devices_and_apps_told_is_exported_and_goes_in_again(world: World) -> None:
    late = dt.datetime(2026, 10, 9, 0, 5)
    create_shift(
        world.session,
        world.employments["A0003"],
        DAY,
        starts_at=late,
        ends_at=late + dt.timedelta(hours=24),
        shift_type="=夜班",
        source="zkteco",
        is_in_lieu=True,
    )
    create_shift(world.session, world.employments["A0001"], dt.date(2026, 11, 2), source="dingtalk")
    world.session.commit()

    for suffix in (".xlsx", ".csv"):
        content = export(
            world.session,
            service.source_named("shifts"),
            suffix,
            company_id=world.company.id,
            period=None,
            actor=CLI,
        )
        again = world.preview("shifts", f"导出{suffix}", content)
        assert again.refusals == []
        assert (again.counts, again.notices) == ((0, 0, 2, 0, 0), [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_and_the_order_of_rows_do_not_matter(world: World, encoding: str) -> None:
    rows = [
        f"A000{person},2026-10-{day:02d},21:00,次日 05:30,30"
        for person in range(1, 6)
        for day in range(1, 29)
    ]
    rows.sort(key=lambda row: row[::-1])
    content = "\n".join([",".join(HEAD), *rows]).encode(encoding)

    assert world.apply("shifts", "a.csv", content).refusals == []
    assert written(world) == sorted(
        (f"2026-10-{d:02d}", f"{d:02d} 21:00", f"{d + 1:02d} 05:30", 30)
        for d in range(1, 29)
        for _ in range(5)
    )

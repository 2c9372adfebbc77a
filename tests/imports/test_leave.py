"""Leave as a table: ranges replace what was recorded on their days; rows go in whole or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from tests.engines import both_engines
from tests.factories import create_absence, create_leave, create_shift
from tests.imports.conftest import World, reasons
from tests.imports.sheets import one_sheet
from workforce.attendance.models import Absence, Leave
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.imports import service
from workforce.imports.exports import export
from workforce.platform import locks
from workforce.platform.audit import CLI

HEAD = ("工号", "类型", "开始", "结束", "审批单号")
OCT = PayPeriod(2026, 10)


def on(day: int) -> dt.date:
    return dt.date(2026, 10, day)


def table(*rows: Sequence[Any]) -> bytes:
    return one_sheet(HEAD, *rows)


def written(world: World) -> list[tuple[str, str, str, str | None]]:
    """Say kind, first and last day and approval of every leave."""
    return sorted(
        (leave.kind, f"{leave.first_on:%m-%d}", f"{leave.last_on:%m-%d}", leave.approval_no)
        for leave in world.rows(Leave)
    )


@both_engines
@pytest.mark.feature("SUP-4")
@pytest.mark.feature("SUP-5")
def test_leave_and_absence_go_in_and_again_change_nothing(world: World) -> None:
    content = table(
        ("A0001", "年休假", "2026-09-29", on(2), "QJ1"),
        ("A0002", "sick_leave", on(19), on(19), ""),
        ("A0003", "旷工", on(20), on(21), ""),
        ("A0004", "产假", "2026-11-20", "2027-02-27", "QJ2"),
    )

    seen = world.apply("leave", "请假.xlsx", content)

    assert seen.refusals == []
    # A range ends with its month, whose closing it shares.
    assert written(world) == [
        ("annual_leave", "09-29", "09-30", "QJ1"),
        ("annual_leave", "10-01", "10-02", "QJ1"),
        ("maternity_leave", "01-01", "01-31", "QJ2"),
        ("maternity_leave", "02-01", "02-27", "QJ2"),
        ("maternity_leave", "11-20", "11-30", "QJ2"),
        ("maternity_leave", "12-01", "12-31", "QJ2"),
        ("sick_leave", "10-19", "10-19", None),
    ]
    assert [absence.absent_on for absence in world.rows(Absence)] == [on(20), on(21)]
    again = world.apply("leave", "请假.xlsx", content)
    assert again.counts[:2] == (0, 0)
    assert again.counts.removed == 0


@both_engines
@pytest.mark.feature("SUP-5")
def test_a_range_replaces_what_was_recorded_on_its_days(world: World) -> None:
    first, second = world.employments["A0001"], world.employments["A0002"]
    create_leave(world.session, first, on(12), on(16), kind="personal_leave", source="dingtalk")
    create_absence(world.session, second, on(14))
    world.session.commit()
    content = table(
        ("A0001", "病假", on(13), on(14), "QJ3"),
        ("A0001", "撤销", on(16), on(18), ""),
        ("A0002", "事假", on(14), on(14), ""),
    )

    seen = world.apply("leave", "请假.xlsx", content)

    assert written(world) == [
        ("personal_leave", "10-12", "10-12", None),
        ("personal_leave", "10-14", "10-14", None),
        ("personal_leave", "10-15", "10-15", None),
        ("sick_leave", "10-13", "10-14", "QJ3"),
    ]
    assert world.count(Absence) == 0
    assert [notice.text.zh for notice in seen.notices] == [
        "有 3 个人日原由 dingtalk 登记，与本表不同：以本表为准",
        "有 1 个人日原由 test 登记，与本表不同：以本表为准",
    ]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("A0001", "外训", on(8), on(8), ""), "cell.choice"),
        (("A0001", "", on(8), on(8), ""), "cell.missing"),
        (("A0001", "病假", on(8), "", ""), "cell.missing"),
        (("A0001", "病假", on(8), on(7), ""), "leave.backwards"),
        (("A0001", "病假", on(8), "2036-10-08", ""), "leave.too_long"),
        (("A0001", "旷工", "2026-11-26", "2026-11-27", ""), "cell.future"),
        (("A0001", "病假", "2026-10-08 上午", on(8), ""), "cell.not_date"),
        (("A0001", "病假", on(8), on(8), "9" * 41), "cell.too_long"),
        (("A0001", "病假", "2019-12-30", "2019-12-31", ""), "employment.not_employed"),
    ],
)
def test_a_row_that_cannot_be_used(world: World, row: Sequence[Any], code: str) -> None:
    good = ("A0002", "病假", on(8), on(8), "")

    held = world.apply("leave", "请假.xlsx", table(row, good))
    assert reasons(held) == [(2, code)]
    assert held.refusals[0].error.hint("zh")
    assert world.count(Leave) == 0

    world.apply("leave", "请假.xlsx", table(row, good), keep=True)
    assert world.count(Leave) == 1


def test_a_small_file_does_not_unfold_to_a_large_one(world: World) -> None:
    lines = ["工号,类型,开始,结束", *(f"A{n},病假,2020-01-01,2021-12-30" for n in range(1_400))]

    with pytest.raises(InputError) as caught:
        world.preview("leave", "a.csv", "\n".join(lines))
    assert caught.value.code == "leave.too_many"


def test_two_rows_of_one_day(world: World) -> None:
    content = table(("A0001", "病假", on(8), on(9), ""), ("A0001", "事假", on(9), on(12), ""))

    seen = world.preview("leave", "a.xlsx", content)

    assert reasons(seen) == [(3, "row.duplicate")]


def test_leave_after_the_last_day_of_the_employment(world: World) -> None:
    world.employments["A0001"].separated_on = on(9)
    world.session.commit()

    seen = world.preview("leave", "a.xlsx", table(("A0001", "病假", on(9), on(10), "")))

    assert reasons(seen) == [(2, "employment.not_employed")]


@both_engines
@pytest.mark.feature("SUP-10")
def test_a_row_that_reaches_into_a_closed_month_is_refused_as_a_whole(world: World) -> None:
    locks.lock(world.session, world.company.id, OCT, reason="closed", account_id=None)
    world.session.commit()
    content = table(
        ("A0001", "病假", on(30), "2026-11-02", ""),
        ("A0002", "病假", "2026-11-02", "2026-11-02", ""),
    )

    seen = world.apply("leave", "a.xlsx", content, keep=True)

    assert reasons(seen) == [(2, "month.closed")]
    assert written(world) == [("sick_leave", "11-02", "11-02", None)]
    assert world.rows(Leave)[0].employment_id == world.employments["A0002"].id


def test_work_on_days_of_leave_is_told_once_for_each_row(world: World) -> None:
    for day in (8, 9):
        create_shift(world.session, world.employments["A0001"], on(day))
    world.session.commit()

    seen = world.preview("leave", "a.xlsx", table(("A0001", "病假", on(7), on(12), "")))

    assert seen.refusals == []
    assert [(n.place and n.place.row, n.text.zh) for n in seen.notices] == [
        (2, "李晨 2026-10-08 等 2 天既有班次又有假：按出勤计")
    ]


@both_engines
@pytest.mark.feature("SUP-5")
def test_leave_of_any_source_is_exported_and_goes_in_again(world: World) -> None:
    # Ranges of other cuts than the import makes: over the end of a month, and side by side.
    create_leave(world.session, world.employments["A0001"], on(28), dt.date(2026, 11, 4))
    create_leave(world.session, world.employments["A0002"], on(12), on(13), approval_no="007")
    create_leave(world.session, world.employments["A0002"], on(14), on(15), approval_no="007")
    create_absence(world.session, world.employments["A0003"], on(9))
    world.session.commit()

    for suffix in (".xlsx", ".csv"):
        for period in (None, OCT):
            content = export(
                world.session,
                service.source_named("leave"),
                suffix,
                company_id=world.company.id,
                period=period,
                actor=CLI,
            )
            again = world.preview("leave", f"导出{suffix}", content)
            assert again.refusals == []
            assert (again.counts, again.notices) == ((0, 0, 4, 0, 0), [])


def test_half_a_day_goes_in_beside_the_other_half_and_out_again(world: World) -> None:
    first = world.employments["A0001"]
    create_shift(world.session, first, on(12), starts_at=dt.datetime(2026, 10, 12, 14))
    world.session.commit()
    head = (*HEAD, "半天")
    rows = (
        ("A0001", "病假", on(12), on(12), "QJ1", "上午"),
        ("A0001", "年假", on(13), on(14), "", ""),
    )
    seen = world.apply("leave", "请假.xlsx", one_sheet(head, *rows))
    assert (seen.refusals, seen.notices) == ([], [])
    found = [(leave.kind, leave.half) for leave in world.rows(Leave)]
    assert sorted(found) == [("annual_leave", None), ("sick_leave", "morning")]
    table = export(
        world.session,
        service.source_named("leave"),
        ".xlsx",
        company_id=world.company.id,
        period=OCT,
        actor=CLI,
    )
    assert world.preview("leave", "再来.xlsx", table).parts[0].plan.is_empty
    # Whole days in their place, and back.
    whole = world.preview("leave", "整天.xlsx", one_sheet(head, (*rows[0][:5], "")))
    assert len(whole.parts[0].plan.changed) == 1


@pytest.mark.parametrize(
    ("kind", "last", "half", "code"),
    [
        ("病假", 13, "上午", "request.half_of_days"),
        ("旷工", 12, "下午", "leave.half_of_what"),
        ("撤销", 12, "morning", "leave.half_of_what"),
        ("病假", 12, "中午", "cell.choice"),
    ],
)
def test_half_a_day_that_cannot_be(
    world: World, kind: str, last: int, half: str, code: str
) -> None:
    row = ("A0001", kind, on(12), on(last), "", half)
    seen = world.preview("leave", "请假.xlsx", one_sheet((*HEAD, "半天"), row))
    assert reasons(seen) == [(2, code)]

"""Rosters, lieu days, periods of hours, figures and settled bases: what is stored and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.imports.conftest import World, reasons
from workforce.attendance.models import HoursCycle, LieuDay, MonthFigures, Roster
from workforce.payroll.models import BaseDifference

HEADS = {
    "rosters": "工号,月份,休息日",
    "lieu_days": "工号,加班日期,调休",
    "hours_periods": "工号,计算周期,起始月份,终止月份",
    "month_figures": "工号,月份,工时,未休年休假天数",
    "base_differences": "工号,所属月份,补缴月份,原缴费基数,应缴基数",
}


def table(source: str, *lines: str) -> str:
    """Write a table."""
    return "\n".join([HEADS[source], *lines, ""])


def test_a_roster_keeps_its_days_and_is_replaced_as_a_whole(world: World) -> None:
    world.apply("rosters", "a.csv", table("rosters", "A0001,2026-10,4、8 24-25"))
    assert [row.rest_day_bits for row in world.rows(Roster)] == [
        1 << 3 | 1 << 7 | 1 << 23 | 1 << 24
    ]
    world.apply("rosters", "b.csv", table("rosters", "A0001,2026-10,无"))
    assert [row.rest_day_bits for row in world.rows(Roster)] == [0]


def test_a_lieu_day_can_be_taken_back(world: World) -> None:
    world.apply("lieu_days", "a.csv", table("lieu_days", "A0001,2026-10-11,"))
    assert [row.work_on for row in world.rows(LieuDay)] == [dt.date(2026, 10, 11)]
    assert world.apply("lieu_days", "b.csv", table("lieu_days", "A0001,2026-10-11,否")).is_applied
    assert world.rows(LieuDay) == []


def test_a_cycle_takes_over_from_the_one_before(world: World) -> None:
    world.apply("hours_periods", "a.csv", table("hours_periods", ",季,2026-01,"))
    world.apply(
        "hours_periods", "b.csv", table("hours_periods", ",年,2027-01,", "A0001,月,2026-10,")
    )
    told = sorted(
        (row.employment_id is None, row.kind, str(row.valid_from), row.valid_to)
        for row in world.rows(HoursCycle)
    )
    assert told == [
        (False, "month", "2026-10-01", None),
        (True, "quarter", "2026-01-01", dt.date(2027, 1, 1)),
        (True, "year", "2027-01-01", None),
    ]


@pytest.mark.parametrize(("hours", "minutes"), [("80:30", 4830), ("80.5", 4830), ("0", 0)])
def test_hours_are_whole_minutes(world: World, hours: str, minutes: int) -> None:
    world.apply("month_figures", "a.csv", table("month_figures", f"A0001,2026-10,{hours},"))
    assert [row.worked_minutes for row in world.rows(MonthFigures)] == [minutes]
    world.apply("month_figures", "b.csv", table("month_figures", "A0001,2026-10,,"))
    assert world.rows(MonthFigures) == []


def test_a_settled_base_is_taken_back_by_a_blank(world: World) -> None:
    line = "A0001,2026-08,2026-10,{},"
    world.apply("base_differences", "a.csv", table("base_differences", line.format("4404.00")))
    (row,) = world.rows(BaseDifference)
    assert (row.charged_base_amount, row.owed_base_amount) == (440_400, None)
    world.apply("base_differences", "b.csv", table("base_differences", line.format("")))
    assert world.rows(BaseDifference) == []


@pytest.mark.parametrize(
    ("source", "line", "code"),
    [
        ("rosters", "A0001,2026-09,31", "roster.days"),
        ("rosters", "A0001,2026-10,0", "roster.days"),
        ("rosters", "A0001,2026-10,9-7", "roster.days"),
        ("rosters", "A0001,2026-10,周六", "roster.days"),
        ("rosters", "A0001,2026-10,", "cell.missing"),
        ("lieu_days", "A0001,2019-10-11,", "employment.not_employed"),
        ("hours_periods", ",周,2026-10,", "cell.choice"),
        ("hours_periods", ",季,2026-10,2026-09", "dated.empty"),
        ("month_figures", "A0001,2026-10,0.001,", "figures.hours"),
        ("month_figures", "A0001,2026-10,744:01,", "figures.hours"),
        ("month_figures", "A0001,2026-10,,367", "cell.absurd"),
        ("base_differences", "A0001,2026-10,2026-10,4404.00,", "adjustment.not_later"),
    ],
)
def test_what_cannot_be_is_refused_in_its_row(
    world: World, source: str, line: str, code: str
) -> None:
    assert reasons(world.preview(source, "a.csv", table(source, line))) == [(2, code)]

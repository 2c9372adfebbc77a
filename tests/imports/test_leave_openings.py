"""What was left of leave before these books begin: entered once, and never changed."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from tests.engines import both_engines
from tests.factories.requests import create_leave_entry, create_service_start
from tests.imports.conftest import World, reasons
from tests.imports.formats import exported
from workforce.attendance.balances import read_balances
from workforce.attendance.models import LeaveEntry
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.platform import locks
from workforce.platform.audit import AuditEntry
from workforce.platform.scope import Scope

HEAD = "工号,假别,年度,结余,记账日期,说明\n"
TABLE = (
    f"{HEAD}"
    "A0001,年休假,2026,2.5,2026-10-01,2025 年结转\n"
    "A0001,调休,,12:30,2026-10-01,\n"
    "A0002,年假,2026,-3,,1–9 月已休\n"
)


@both_engines
@pytest.mark.feature("FIN-38")
def test_openings_are_entered_once_and_count_in_the_balance(world: World) -> None:
    first = world.employments["A0001"]
    create_service_start(world.session, first, dt.date(2016, 1, 1))
    world.session.commit()

    assert world.apply("leave_openings", "期初.csv", TABLE).is_applied
    again = world.apply("leave_openings", "期初.csv", TABLE)

    assert [part.plan.unchanged for part in again.parts] == [3]
    found = [
        (entry.kind, entry.act, entry.year, entry.entered_on, entry.quantity, entry.reason)
        for entry in world.rows(LeaveEntry)
    ]
    october, today = dt.date(2026, 10, 1), dt.date(2026, 11, 26)
    assert sorted(found) == [
        ("annual_leave", "opening", 2026, october, 5, "2025 年结转"),
        ("annual_leave", "opening", 2026, today, -6, "1–9 月已休"),
        ("in_lieu_off", "opening", 2026, october, 750, "期初结余"),
    ]
    entries = select(AuditEntry).where(AuditEntry.action == "leave.enter")
    assert len(world.session.scalars(entries).all()) == 3
    (balance,) = read_balances(
        world.session,
        Scope.company(world.company.id),
        2026,
        today,
        LawBook.load(),
        "500236",
        employment_ids=[first.id],
    )
    assert balance.lawful is not None
    assert balance.left_half_days == 2 * balance.lawful.days + 5
    assert balance.lieu.left_minutes == 750


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("A0001,年休假,2026,2.25,,", "opening.days"),
        ("A0001,年休假,2026,0,,", "opening.days"),
        ("A0001,年休假,2026,366.5,,", "opening.days"),
        ("A0001,年休假,2026,两天,,", "money.not_exact"),
        ("A0001,年休假,,2,,", "cell.missing"),
        ("A0001,年休假,26,2,,", "opening.year"),
        ("A0001,事假,2026,2,,", "cell.choice"),
        ("A0001,调休,,0.001,,", "opening.hours"),
        ("A0001,调休,,5000:01,,", "opening.hours"),
        ("A0001,调休,,8,2028-01-01,", "cell.too_far"),
        ("A9999,调休,,8,,", "employment.unknown"),
    ],
)
def test_each_wrong_row_is_told_and_nothing_goes_in(world: World, row: str, code: str) -> None:
    table = f"{TABLE}{row}\n"
    assert reasons(world.preview("leave_openings", "期初.csv", table)) == [(5, code)]
    assert not world.apply("leave_openings", "期初.csv", table).is_applied
    assert world.count(LeaveEntry) == 0
    assert world.apply("leave_openings", "期初.csv", table, keep=True).is_applied
    assert world.count(LeaveEntry) == 3


def test_another_figure_than_the_ledger_s_is_refused(world: World) -> None:
    """What people have entered by hand is the opening, too; other acts are not."""
    first = world.employments["A0001"]
    create_leave_entry(world.session, first, quantity=4)
    create_leave_entry(world.session, first, quantity=1)
    create_leave_entry(world.session, first, act="granted", quantity=9)
    create_leave_entry(world.session, first, kind="in_lieu_off", year=2025, quantity=60)
    world.session.commit()
    same = f"{HEAD}A0001,年休假,2026,2.5,,\nA0001,调休,,1:00,,\n"
    assert [p.plan.unchanged for p in world.preview("leave_openings", "a.csv", same).parts] == [2]
    other = f"{HEAD}A0001,年休假,2026,3,,\nA0001,调休,,2,,\nA0001,年休假,2027,1,,\n"
    seen = world.preview("leave_openings", "a.csv", other)
    assert reasons(seen) == [(2, "balance.opening_known"), (3, "balance.opening_known")]
    assert reasons(world.preview("leave_openings", "a.csv", f"{same}A0001,年假,2026,2.5,,\n")) == [
        (4, "row.duplicate")
    ]


def test_time_in_lieu_of_a_closed_month_is_refused_and_annual_leave_is_not(world: World) -> None:
    month = PayPeriod(2026, 10)
    locks.lock(world.session, world.company.id, month, reason="t", account_id=None)
    world.session.commit()
    assert reasons(world.preview("leave_openings", "期初.csv", TABLE)) == [(3, "month.closed")]
    later = TABLE.replace("12:30,2026-10-01", "12:30,2026-11-01")
    assert not world.preview("leave_openings", "期初.csv", later).refusals


def test_what_is_exported_imports_again_without_a_change(world: World) -> None:
    world.apply("leave_openings", "期初.csv", TABLE)
    table = exported(world, "leave_openings", ".csv")
    seen = world.preview("leave_openings", "期初.csv", table)
    assert (seen.refusals, [part.plan.unchanged for part in seen.parts]) == ([], [3])

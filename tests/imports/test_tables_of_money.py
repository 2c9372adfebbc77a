"""Inspections, prices, agreed amounts: what they decide and from when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.engines import both_engines
from tests.imports.conftest import World, reasons
from workforce.core.period import PayPeriod
from workforce.payroll.models import PayEntry
from workforce.platform import locks
from workforce.platform.scope import Scope
from workforce.production import queries
from workforce.production.models import OutputRecord, PiecePrice
from workforce.quality.models import Inspection

OUTPUT = """工号,日期,任务类型,批次,提交数量,不合格数量
A0001,2026-10-08,bbox_2d,B1,100,
A0002,2026-10-09,bbox_2d,B1,200,20
A0001,2026-10-20,bbox_2d,B1,50,
A0001,2026-10-08,polygon,,30,
"""
HEAD = "批次,任务类型,工号,检查日期,抽检数,错误数,严重度,结果,检查人,工资月份"


def close(world: World, month: int) -> None:
    """Close a month of 2026."""
    locks.lock(
        world.session, world.company.id, PayPeriod(2026, month), reason="closed", account_id=None
    )
    world.session.commit()


def states(world: World) -> list[tuple[str, int, str | None]]:
    """Say state, accepted units and pay month of each record."""
    return [(r.state, r.accepted_qty, r.pay_period) for r in world.rows(OutputRecord)]


@both_engines
@pytest.mark.feature("SUP-15")
def test_a_pass_accepts_the_batch_up_to_its_day(make_world: Callable[..., World]) -> None:
    world = make_world("by_inspection")
    world.apply("output", "产量.csv", OUTPUT)
    assert {state for state, _, _ in states(world)} == {"submitted"}
    sheet = f"{HEAD}\nB1,,,2026-10-12,200,9,轻微,合格,张𬭎,\n"

    seen = world.preview("inspections", "质检.csv", sheet)
    assert [len(part.plan.changed) for part in seen.parts] == [0, 2]

    world.apply("inspections", "质检.csv", sheet)

    (inspection,) = world.rows(Inspection)
    assert (inspection.sampled_qty, inspection.error_qty) == (200, 9)
    assert (inspection.severity, inspection.result) == ("minor", "pass")
    assert inspection.pay_period == "2026-10"
    assert states(world) == [
        ("accepted", 100, "2026-10"),
        ("accepted", 180, "2026-10"),
        # Made after the inspection, and of another task type: still waiting.
        ("submitted", 0, None),
        ("submitted", 0, None),
    ]
    again = world.apply("inspections", "质检.csv", sheet)
    assert (again.counts.added, again.counts.changed) == (0, 0)


@pytest.mark.feature("SUP-14", "SUP-15")
def test_rework_sends_back_and_the_second_pass_pays_once(
    make_world: Callable[..., World],
) -> None:
    world = make_world("by_inspection")
    first = OUTPUT.split("\n")[:2]
    world.apply("output", "产量.csv", "\n".join(first))

    world.apply("inspections", "a.csv", f"{HEAD}\nB1,,,2026-10-12,50,9,严重,返工,,\n")
    assert states(world) == [("rejected", 0, None)]

    redone = "工号,日期,任务类型,批次,提交数量,合格数量,返工数量\nA0001,2026-10-08,bbox_2d,B1,100,98,100\n"
    world.apply("output", "产量.csv", redone)
    world.apply("inspections", "b.csv", f"{HEAD}\nB1,,,2026-10-15,50,0,,合格,,\n")
    world.apply("inspections", "c.csv", f"{HEAD}\nB1,,,2026-10-16,50,0,,合格,,\n")

    assert states(world) == [("accepted", 98, "2026-10")]
    (record,) = world.rows(OutputRecord)
    assert (record.reworked_qty, record.accepted_on) == (100, dt.date(2026, 10, 15))


def test_an_inspection_after_the_close_pays_in_the_next_open_month(
    make_world: Callable[..., World],
) -> None:
    world = make_world("by_inspection")
    world.apply("output", "产量.csv", OUTPUT)
    close(world, 10)
    close(world, 11)

    world.apply("inspections", "质检.csv", f"{HEAD}\nB1,,,2026-10-30,50,0,,合格,,\n")

    assert {period for state, _, period in states(world) if state == "accepted"} == {"2026-12"}
    assert {r.work_on.month for r in world.rows(OutputRecord)} == {10}


def test_where_policy_accepts_at_once_an_inspection_only_weighs(world: World) -> None:
    world.apply("output", "产量.csv", OUTPUT)
    before = states(world)

    world.apply("inspections", "质检.csv", f"{HEAD}\nB1,,,2026-10-12,50,40,致命,不合格,,\n")

    assert states(world) == before
    assert world.rows(Inspection)[0].result == "reject"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("B9,,,2026-10-12,50,0,,合格,,", "batch.unknown"),
        (",,,2026-10-12,50,0,,合格,,", "cell.missing"),
        ("B1,polygon,,2026-10-12,50,0,,合格,,", "batch.other_task_type"),
        ("B1,,A9,2026-10-12,50,0,,合格,,", "employment.unknown"),
        ("B1,,,2026-12-12,50,0,,合格,,", "cell.future"),
        ("B1,,,2026-10-12,0,0,,合格,,", "inspection.no_sample"),
        ("B1,,,2026-10-12,50,51,,合格,,", "inspection.errors"),
        ("B1,,,2026-10-12,50,0,,还行,,", "cell.choice"),
        ("B1,,,2026-10-12,50,0,,合格,,2026-12", "inspection.pay_period"),
        ("B1,,,2026-10-12,50,0,,合格,,2025-10", "inspection.pay_period"),
    ],
)
def test_bad_inspections(world: World, line: str, code: str) -> None:
    world.apply("output", "产量.csv", OUTPUT)

    assert reasons(world.preview("inspections", "质检.csv", f"{HEAD}\n{line}\n")) == [(2, code)]


def test_an_inspection_that_a_closed_month_weighed_stays(world: World) -> None:
    world.apply("output", "产量.csv", OUTPUT)
    line = "B1,,,2026-10-12,50,1,,合格,,"
    world.apply("inspections", "质检.csv", f"{HEAD}\n{line}\n")
    close(world, 10)

    assert world.apply("inspections", "质检.csv", f"{HEAD}\n{line}\n").refusals == []
    changed = world.apply("inspections", "质检.csv", f"{HEAD}\n{line.replace('50,1', '50,2')}\n")
    assert reasons(changed) == [(2, "month.closed")]


PRICES = (
    "任务类型代码,任务类型,单价(元),生效日期\nbbox_2d,,0.10,2026-08-01\nbbox_2d,,0.125,2026-10-16\n"
)


@pytest.mark.feature("FIN-2")
def test_a_new_price_ends_the_old_one_and_each_day_has_its_own(world: World) -> None:
    world.apply("prices", "单价.csv", PRICES)
    days = "A0001,2026-10-15,bbox_2d,10\nA0001,2026-10-16,bbox_2d,10\nA0001,2026-07-31,bbox_2d,5\n"
    world.apply("output", "产量.csv", f"工号,日期,任务类型,合格数量\n{days}")

    prices = [(p.valid_from, p.valid_to, p.unit_price) for p in world.rows(PiecePrice)]
    assert prices == [
        (dt.date(2026, 8, 1), dt.date(2026, 10, 16), 100_000),
        (dt.date(2026, 10, 16), None, 125_000),
    ]
    scope = Scope.company(world.company.id)
    october = world.session.execute(queries.payable_output(scope, PayPeriod(2026, 10))).all()
    assert [(row.work_on.day, row.unit_price) for row in october] == [(15, 100_000), (16, 125_000)]
    # July has no price: the row is there, so that payroll can say so.
    july = world.session.execute(queries.payable_output(scope, PayPeriod(2026, 7))).all()
    assert [(row.accepted_qty, row.unit_price) for row in july] == [(5, None)]

    assert world.apply("prices", "单价.csv", PRICES).counts == (0, 0, 2, 0, 0)


def test_a_price_of_a_closed_month_cannot_change(world: World) -> None:
    world.apply("prices", "单价.csv", PRICES)
    close(world, 10)

    held = world.apply("prices", "单价.csv", PRICES.replace("0.125", "0.2"))
    assert reasons(held) == [(3, "month.closed")]
    later = PRICES + "bbox_2d,,0.15,2026-11-01\n"
    assert world.apply("prices", "单价.csv", later).counts == (1, 1, 1, 0, 0)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("cuboid,,0.1,2026-08-01", "task_type.unknown"),
        (",,0.1,2026-08-01", "cell.missing"),
        ("bbox_2d,,-0.1,2026-08-01", "cell.negative"),
        ("bbox_2d,,0.1234567,2026-08-01", "money.too_many_decimals"),
        ("bbox_2d,,0.1,2026-08-01,2026-08-01", "dated.empty"),
    ],
)
def test_bad_prices(world: World, line: str, code: str) -> None:
    head = "任务类型代码,任务类型,单价,生效日期,失效日期"

    assert reasons(world.preview("prices", "单价.csv", f"{head}\n{line}\n")) == [(2, code)]


def test_a_price_inside_another_would_leave_a_gap_and_is_refused(world: World) -> None:
    head = "任务类型代码,单价,生效日期,失效日期"
    lines = "bbox_2d,0.1,2026-08-01,\nbbox_2d,0.2,2026-10-10,2026-10-20\n"

    assert reasons(world.preview("prices", "a.csv", f"{head}\n{lines}")) == [(3, "dated.overlap")]


ENTRIES = """工号,姓名,类别,项目,起始月份,终止月份,金额
A0001,李晨,应发项,技能津贴,2026-10,2026-10,100.00
A0001,,专项附加扣除,子女教育,2026-08,,2000
A0002,,损失赔偿,,2026-10,2026-10,300
"""


def test_agreed_amounts(world: World) -> None:
    world.apply("pay_entries", "项目.csv", ENTRIES)

    entries: list[tuple[Any, ...]] = [
        (e.kind, e.code, e.period_from, e.period_to, e.amount) for e in world.rows(PayEntry)
    ]
    assert sorted(entries) == [
        ("damages", "damages", "2026-10", "2026-11", 30_000),
        ("earning", "skill_allowance", "2026-10", "2026-11", 10_000),
        ("special_additional_deduction", "child_education", "2026-08", None, 200_000),
    ]
    assert world.apply("pay_entries", "项目.csv", ENTRIES).counts == (0, 0, 3, 0, 0)


def test_an_amount_ends_and_a_new_one_takes_over(world: World) -> None:
    world.apply("pay_entries", "项目.csv", ENTRIES)
    close(world, 10)

    ended = ENTRIES.replace("2026-08,,2000", "2026-08,2026-10,2000")
    assert world.apply("pay_entries", "项目.csv", ended).counts.changed == 1
    reopened = ended + "A0001,,专项附加扣除,子女教育,2026-11,,4000\n"
    assert world.apply("pay_entries", "项目.csv", reopened).counts.added == 1
    late = ENTRIES.replace("100.00", "120.00")
    assert reasons(world.preview("pay_entries", "项目.csv", late)) == [(2, "month.closed")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("A0001,,小费,,2026-10,,1", "cell.choice"),
        ("A0001,,应发项,,2026-10,,1", "cell.missing"),
        ("A0001,,应发项,技能 津贴,2026-10,,1", "cell.choice"),
        ("A0001,,应发项,技能津贴,2026-10,2026-09,1", "dated.empty"),
        ("A0001,,应发项,技能津贴,2026-10,,1000000.01", "cell.absurd"),
        ("A0001,,应发项,技能津贴,2026-10,,-5", "cell.negative"),
    ],
)
def test_bad_amounts(world: World, line: str, code: str) -> None:
    head = ENTRIES.split("\n", maxsplit=1)[0]

    assert reasons(world.preview("pay_entries", "a.csv", f"{head}\n{line}\n")) == [(2, code)]

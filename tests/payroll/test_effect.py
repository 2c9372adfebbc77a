"""What a change would have moved last month: the same engine, twice, and nothing stored."""

from __future__ import annotations

from sqlalchemy import func, select

from tests.engines import both_engines
from tests.payroll.world import OCTOBER, WORKDAYS, World
from workforce.core.law import LawBook
from workforce.payroll import service
from workforce.payroll.effect import (
    Effect,
    Totals,
    effect_of,
    last_decided,
    policy_change,
    price_change,
    profile_change,
)
from workforce.payroll.models import PayrollRun


def decide(world: World) -> None:
    """Take October to approval."""
    world.run()
    world.approve()


def sums(found: Effect) -> dict[str, int]:
    """Return how much each pay item moves."""
    return {line.code: line.amount for line in found.lines}


def fill(world: World) -> None:
    """One who earns 0.10 × 3,000 × 18 = 5,400 yuan, and one who is topped up to the floor."""
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    for number, quantity in (("A1", 3000), ("A2", 100)):
        worker = world.hire(number)
        world.attend(worker)
        for day in WORKDAYS:
            world.output(worker, "bbox_2d", day.day, quantity)


@both_engines
def test_a_dearer_price_moves_who_lives_by_it_and_nobody_at_the_floor(
    world: World, book: LawBook
) -> None:
    fill(world)
    decide(world)
    change = price_change(world.task_types["bbox_2d"].id, 110_000)

    found = effect_of(world.session, world.scope, world.company.id, change, book)

    assert found is not None
    assert found.period == OCTOBER
    # A1: 5,400.00 → 5,940.00; tax (5,400 − 5,000) × 3 % = 12.00 → 28.20; net + 523.80.
    # A2: 180.00 → 198.00 of pieces, and 18.00 less of the top-up.
    assert found.after.gross_pay - found.before.gross_pay == 54_000
    assert found.after.net_pay - found.before.net_pay == 52_380
    assert found.same == 1
    assert [(band.above, band.up_to) for band in found.bands if band.people] == [(50_000, None)]
    assert sums(found) == {
        "piecework_pay": 54_000 + 1_800,
        "minimum_wage_top_up": -1_800,
        "income_tax": -1_620,
    }
    assert (found.lost, found.gained) == ((), ())


def test_what_is_tried_is_not_stored(world: World, book: LawBook) -> None:
    fill(world)
    decide(world)
    before = world.stored_run().result_hash
    change = price_change(world.task_types["bbox_2d"].id, 110_000)

    effect_of(world.session, world.scope, world.company.id, change, book)

    assert not set(world.session.new) | set(world.session.dirty)
    assert world.session.scalar(select(func.count()).select_from(PayrollRun)) == 1
    assert service.verify_run(world.scope, world.stored_run().id, book).differences == ()
    assert world.stored_run().result_hash == before


def test_a_bonus_that_the_policy_would_give(world: World, book: LawBook) -> None:
    fill(world)
    decide(world)
    change = policy_change({"attendance_bonus_amount": 20_000})

    found = effect_of(world.session, world.scope, world.company.id, change, book)

    assert found is not None
    # 200.00 for each; A2's top-up shrinks by as much.
    lines = sums(found)
    assert lines["attendance_bonus"] == 40_000
    assert lines["minimum_wage_top_up"] == -20_000
    assert (found.same, found.moved) == (1, 1)


def test_another_base_moves_one_person(world: World, book: LawBook) -> None:
    fill(world)
    worker = world.hire("A3", base_pay_amount=600_000)
    world.attend(worker)
    decide(world)
    change = profile_change({worker.id: {"base_pay_amount": 610_000}})

    found = effect_of(world.session, world.scope, world.company.id, change, book)

    assert found is not None
    assert (found.same, found.moved) == (2, 1)


def test_without_a_decided_month_there_is_nothing_to_compare(world: World, book: LawBook) -> None:
    fill(world)
    world.run()

    assert last_decided(world.session, world.scope, world.company.id) is None
    change = policy_change({"pay_day": 10})
    assert effect_of(world.session, world.scope, world.company.id, change, book) is None


def test_the_same_change_as_today_moves_nothing(world: World, book: LawBook) -> None:
    fill(world)
    decide(world)
    change = price_change(world.task_types["bbox_2d"].id, 100_000)

    found = effect_of(world.session, world.scope, world.company.id, change, book)

    assert found is not None
    assert found.before == found.after
    assert isinstance(found.before, Totals)
    assert (found.same, found.moved, found.lines) == (2, 0, ())

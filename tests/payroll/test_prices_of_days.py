"""Each day's work is paid at the price of its day (FIN-2). Figures by hand."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from tests.engines import both_engines
from tests.payroll.world import OCTOBER, World
from workforce.core.period import PayPeriod
from workforce.production.models import PiecePrice

pytestmark = pytest.mark.feature("FIN-2")

NOVEMBER = PayPeriod(2026, 11)


def pieces(world: World, period: PayPeriod = OCTOBER) -> list[tuple[str | None, str, str]]:
    """Return task type, price and amount of the piecework lines, in yuan."""
    return [
        (line.detail, f"{(line.rate or 0) / 1_000_000:.3f}", f"{line.amount / 100:.2f}")
        for line in world.lines("W1", period)
        if line.code == "piecework_pay"
    ]


@both_engines
def test_a_change_in_the_middle_of_the_month_and_one_on_its_first_day(world: World) -> None:
    worker = world.hire("W1")
    world.task_type("bbox_2d", ("2026-01-01", 100_000), ("2026-10-16", 125_000))
    world.task_type("polygon", ("2026-01-01", 1_333_000), ("2026-10-01", 1_400_000))
    world.output(worker, "bbox_2d", 15, 1000)
    world.output(worker, "bbox_2d", 16, 1000)
    world.output(worker, "polygon", 8, 10)

    assert world.run().computed.faults == ()

    # 1000 × 0.10, 1000 × 0.125, 10 × 1.4: October's first day is the new price's.
    assert pieces(world) == [
        ("bbox_2d", "0.100", "100.00"),
        ("bbox_2d", "0.125", "125.00"),
        ("polygon", "1.400", "14.00"),
    ]


@both_engines
def test_work_accepted_in_a_later_month_keeps_the_price_of_its_day(world: World) -> None:
    worker = world.hire("W1")
    world.task_type("bbox_2d", ("2026-01-01", 100_000), ("2026-11-01", 200_000))
    world.output(worker, "bbox_2d", 8, 500)
    late = {"accepted_on": dt.date(2026, 11, 3), "pay_period": "2026-11"}
    world.output(worker, "bbox_2d", 30, 1000, **late)
    world.run()

    assert pieces(world) == [("bbox_2d", "0.100", "50.00")]
    assert world.run(NOVEMBER).computed.faults == ()
    assert pieces(world, NOVEMBER) == [("bbox_2d", "0.100", "100.00")]


@both_engines
def test_a_day_without_price_keeps_the_person_back_and_is_named(world: World) -> None:
    worker, other = world.hire("W1"), world.hire("W2")
    task_type = world.task_type("bbox_2d", ("2026-10-01", 100_000), ("2026-10-20", 200_000))
    world.session.flush()
    first = min(_prices(world, task_type.id), key=lambda price: price.valid_from)
    first.valid_to = dt.date(2026, 10, 12)
    for day in (9, 12, 13, 20):
        world.output(worker, "bbox_2d", day, 10)
    world.output(other, "bbox_2d", 9, 10)

    (fault,) = world.run().computed.faults

    assert (fault.employee_no, fault.error.code) == ("W1", "payroll.price_missing")
    for locale in ("zh", "en"):
        said = fault.error.message(locale)
        assert all(part in said for part in ("bbox_2d", "2026-10-12", "2026-10-13"))
    assert world.amounts("W2")["piecework_pay"] == 100


def _prices(world: World, task_type_id: int) -> list[PiecePrice]:
    chosen = select(PiecePrice).where(PiecePrice.task_type_id == task_type_id)
    return list(world.session.scalars(chosen))

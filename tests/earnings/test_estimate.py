"""The month's end at the present pace, by hand. See test_so_far for the days of October 2026.

Nine days so far bring 300.00 on the mean: 4 × 200.00, 4 × 400.00 and 300.00; s² = 8 × 100² ÷ 9. Nine days to
come: 1.28 × s × √(9 + 81 ÷ 9) = 1.28 × √(8 ÷ 9 × 18) × 100 = 1.28 × 400 = 512.00 around 2700.00.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pytest

from tests import factories
from tests.earnings.test_so_far import PAST, open_month
from tests.engines import both_engines
from tests.factories.web import FormClient
from tests.payroll.world import World
from workforce.accounts.models import Account
from workforce.earnings.estimate import Estimate, TooEarly, estimate
from workforce.people.models import Employment

UNEVEN = (2000, 4000, 2000, 4000, 3000, 2000, 4000, 2000, 4000)


def work(world: World, worker: Employment, quantities: Sequence[int]) -> None:
    days = PAST[: len(quantities)]
    world.attend(worker, days)
    for day, quantity in zip(days, quantities, strict=True):
        world.output(worker, "bbox_2d", day.day, quantity)


def found(world: World, worker: Employment) -> Estimate:
    answer = estimate(open_month(world, worker), world.book)
    assert isinstance(answer, Estimate)
    return answer


@both_engines
@pytest.mark.feature("ANN-23")
def test_the_mean_of_the_days_so_far_goes_on_to_the_months_end(
    world: World, worker: Employment
) -> None:
    work(world, worker, UNEVEN)

    answer = found(world, worker)

    assert (answer.past_days, len(answer.days_to_come), answer.daily_value) == (9, 9, 30_000)
    assert [(pace.task_type, pace.daily_qty, pace.unit_price) for pace in answer.paces] == [
        ("bbox_2d", 3_000_000_000, 100_000)
    ]
    # 5400.00, taxed by (5400 − 5000) × 3 %.
    assert (answer.middle.gross_pay, answer.middle.net_pay) == (540_000, 538_800)


@both_engines
@pytest.mark.feature("ANN-23")
def test_the_range_comes_from_the_spread_of_the_own_days(world: World, worker: Employment) -> None:
    work(world, worker, UNEVEN)

    answer = found(world, worker)

    assert answer.low is not None
    assert answer.high is not None
    # 2700.00 + 2188.00, no tax; 2700.00 + 3212.00, taxed by (5912 − 5000) × 3 % = 27.36.
    assert (answer.low.gross_pay, answer.low.net_pay) == (488_800, 488_800)
    assert (answer.high.gross_pay, answer.high.net_pay) == (591_200, 588_464)


@pytest.mark.feature("ANN-23")
def test_days_that_are_all_alike_have_no_range(world: World, worker: Employment) -> None:
    work(world, worker, [1000] * 9)

    answer = found(world, worker)

    # 18 × 100.00, and the floor of 2200.00 for a whole month.
    assert answer.middle.gross_pay == 220_000
    assert answer.low is None
    assert answer.high is None


def test_the_usual_overtime_goes_on(world: World, worker: Employment) -> None:
    for day in PAST:
        world.shift(worker, f"{day} 09:00", f"{day} 20:00", 60)
        world.output(worker, "bbox_2d", day.day, 3000)

    answer = found(world, worker)

    overtime = [line for line in answer.middle.lines if line.code == "weekday_overtime_pay"]
    # 18 days of 10 hours: 300.00 × 2 ÷ 10 × 50 % each.
    assert [line.amount for line in overtime] == [54_000]


@both_engines
@pytest.mark.feature("ANN-23")
def test_leave_that_is_known_is_not_worked(world: World, worker: Employment) -> None:
    work(world, worker, [3000] * 9)
    factories.create_leave(
        world.session, worker, dt.date(2026, 10, 29), dt.date(2026, 10, 30), kind="personal_leave"
    )

    answer = found(world, worker)

    assert [day.day for day in answer.days_to_come] == [20, 21, 22, 23, 26, 27, 28]
    assert answer.middle.gross_pay == 16 * 30_000


@pytest.mark.feature("ANN-23")
def test_a_clerk_is_paid_for_the_days_to_come(world: World) -> None:
    clerk = world.hire("C1", base_pay_amount=420_000)
    world.attend(clerk, PAST)

    answer = found(world, clerk)

    assert answer.middle.gross_pay == 420_000
    assert answer.low is None


@pytest.mark.feature("ANN-23")
def test_under_five_days_there_is_no_estimate(
    world: World, worker: Employment, account: Account, client_as: Callable[[Account], FormClient]
) -> None:
    work(world, worker, [3000] * 4)

    assert estimate(open_month(world, worker), world.book) == TooEarly(4)
    assert "只有 4 天" in client_as(account).get("/earnings/estimate").text


@pytest.mark.feature("ANN-23")
def test_the_page_says_how_it_is_reckoned(
    world: World, worker: Employment, account: Account, client_as: Callable[[Account], FormClient]
) -> None:
    work(world, worker, UNEVEN)
    world.session.commit()

    page = client_as(account).get("/earnings/estimate").text

    assert "5,388.00" in page
    assert "多半在 4,888.00 到 5,884.64 之间" in page
    assert "估计，不是承诺" in page
    assert "五次里大约有四次" in page


def test_the_same_facts_give_the_same_estimate(world: World, worker: Employment) -> None:
    work(world, worker, UNEVEN)

    assert found(world, worker) == found(world, worker)

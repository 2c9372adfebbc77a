"""The calculator, by hand: the same figures as a month that is really worked."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from tests.earnings.test_so_far import open_month
from tests.factories import create_pay_entry
from tests.factories.web import FormClient
from tests.payroll.world import World
from workforce.accounts.models import Account
from workforce.core.errors import InputError
from workforce.earnings.what_if import WhatIf, compute_what_if
from workforce.people.models import Employment
from workforce.platform.audit import AuditEntry


def wish(**changes: object) -> WhatIf:
    values: dict[str, object] = {
        "task_type": "bbox_2d",
        "unit_price": 100_000,
        "daily_qty": 1000,
        "worked_days": 18,
        "weekday_overtime_hours": 0,
        "rest_day_hours": 0,
        "leave_kind": None,
        "leave_days": 0,
        "accuracy_rate": None,
    }
    return WhatIf(**values | changes)  # type: ignore[arg-type]


def paid(world: World, worker: Employment, **changes: object) -> dict[str, int]:
    month = compute_what_if(open_month(world, worker), wish(**changes), world.book)
    amounts = {line.code: line.amount_fen for line in month.lines}
    return {**amounts, "gross": month.gross_pay_fen, "net": month.net_pay_fen}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # 18 × 100.00, raised to the floor.
        ({}, {"piecework_pay": 180_000, "minimum_wage_top_up": 40_000, "gross": 220_000}),
        # Two hours more on the first day: 1250 boxes there, 125.00 × 2 ÷ 10 × 50 %.
        (
            {"weekday_overtime_hours": 2},
            {"piecework_pay": 182_500, "weekday_overtime_pay": 1_250, "gross": 223_750},
        ),
        # Eight hours on a rest day: 1000 boxes, and 100 % more for them.
        (
            {"rest_day_hours": 8},
            {"piecework_pay": 190_000, "rest_day_overtime_pay": 10_000, "gross": 240_000},
        ),
        # 96 % is over 95 %: factor 0.95 of 5400.00; taxed by (5130 − 5000) × 3 %.
        (
            {"daily_qty": 3000, "accuracy_rate": 960_000},
            {"quality_deduction": 27_000, "gross": 513_000, "net": 512_610},
        ),
        # Ten days of 3000 boxes: no leave, no absence deduction without base pay.
        ({"worked_days": 10, "daily_qty": 3000}, {"gross": 300_000, "net": 300_000}),
    ],
)
def test_a_wished_month_is_paid_as_a_worked_one(
    world: World, worker: Employment, changes: dict[str, object], expected: dict[str, int]
) -> None:
    got = paid(world, worker, **changes)

    assert {name: got[name] for name in expected} == expected


def test_base_pay_insurance_and_leave_come_from_the_own_profile(world: World) -> None:
    clerk = world.hire("C1", base_pay_amount=500_000, contribution_base_amount=500_000)

    got = paid(
        world, clerk, task_type=None, worked_days=16, leave_kind="annual_leave", leave_days=2
    )

    # 8 % + 2 % + 5.00 + 0.5 % of 5000.00 = 530.00; 4470.00 is under 5000.00 and untaxed.
    assert (got["base_pay"], got["gross"], got["net"]) == (500_000, 500_000, 447_000)


def test_what_is_agreed_in_place_of_a_wage_is_paid(world: World) -> None:
    """A trainee's allowance, and a court order that is kept from a wage."""
    trainee = world.hire("T1", employment_type="trainee")
    debtor = world.hire("D1", base_pay_amount=400_000)
    create_pay_entry(
        world.session, trainee, "trainee_allowance", 150_000, "2026-10", code="trainee_allowance"
    )
    create_pay_entry(world.session, debtor, "court_order", 50_000, "2026-10", code="court_order")

    assert paid(world, trainee, task_type=None)["net"] == 150_000
    assert paid(world, debtor, task_type=None)["net"] == 350_000


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"worked_days": 19}, "worked_days"),
        ({"worked_days": 17, "leave_kind": "annual_leave", "leave_days": 2}, "worked_days"),
        ({"worked_days": 2, "weekday_overtime_hours": 7}, "weekday_overtime_hours"),
        ({"rest_day_hours": 90}, "rest_day_hours"),
    ],
)
def test_more_than_a_month_holds_is_refused_at_its_field(
    world: World, worker: Employment, changes: dict[str, object], place: str
) -> None:
    with pytest.raises(InputError) as caught:
        paid(world, worker, **changes)

    assert caught.value.place == place


def test_the_page_computes_without_storing_anything(
    world: World, account: Account, client_as: Callable[[Account], FormClient]
) -> None:
    client = client_as(account)
    before = world.session.scalar(select(func.count()).select_from(AuditEntry))

    first = client.get("/earnings/what-if")
    query = {
        "task_type": "bbox_2d",
        "daily_qty": 1000,
        "worked_days": 18,
        "weekday_overtime_hours": 0,
        "rest_day_hours": 0,
        "leave_kind": "",
        "leave_days": 0,
        "accuracy": "",
    }
    tried = client.get(f"/earnings/what-if?{urlencode(query)}")

    assert 'value="18"' in first.text, "filled from the own calendar"
    assert tried.status_code == 200
    assert "2,200.00" in tried.text
    assert "试算，不是承诺" in tried.text
    world.session.rollback()
    assert world.session.scalar(select(func.count()).select_from(AuditEntry)) == before


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("daily_qty", "999999999999"),
        ("daily_qty", "-1"),
        ("worked_days", "abc"),
        ("worked_days", "31"),
        ("accuracy", "101"),
        ("accuracy", "x"),
        ("task_type", "nothing"),
    ],
)
def test_bad_input_is_kept_and_explained(
    name: str, typed: str, account: Account, client_as: Callable[[Account], FormClient]
) -> None:
    query = {
        "task_type": "bbox_2d",
        "daily_qty": 1,
        "worked_days": 1,
        "weekday_overtime_hours": 0,
        "rest_day_hours": 0,
        "leave_kind": "",
        "leave_days": 0,
        "accuracy": "",
    } | {name: typed}

    answer = client_as(account).get(f"/earnings/what-if?{urlencode(query)}")

    assert answer.status_code == 422
    assert "请更正以下内容" in answer.text
    if name != "task_type":
        assert f'value="{typed}"' in answer.text

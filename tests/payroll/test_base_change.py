"""The yearly insurance base by hand: three people, two months charged before the notice came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.factories.web import FormClient, without_tokens
from tests.payroll.test_orders import approve
from tests.payroll.world import World, actor, create_world
from workforce.accounts.models import Account
from workforce.core.errors import InputError, StateError
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.payroll.base.change import BaseChange, apply_bases, plan_bases
from workforce.payroll.models import BaseDifference, PayslipLine
from workforce.people.models import Employment, PayProfile

SEPTEMBER, OCTOBER, NOVEMBER = (PayPeriod(2026, month) for month in (9, 10, 11))
PEOPLE = {"W1": 600_000, "W2": 2_400_000, "W3": None}
"""Last year's average monthly wage, or nothing known."""


@pytest.fixture
def world(session: Session, book: LawBook) -> World:
    """Insured on 5,000 since July 2025; September and October 2026 are approved."""
    world = create_world(session, book)
    for number, average in PEOPLE.items():
        worker = world.hire(
            number,
            dt.date(2025, 7, 1),
            base_pay_amount=average or 600_000,
            contribution_base_amount=500_000,
        )
        for year, months in ((2025, 6), (2026, 8)):
            wage = 600_000 if year == 2026 else average
            if wage is None:
                continue
            factories.create_tax_opening(
                world.session,
                worker,
                year=year,
                through_period=f"{year}-{6 + months if year == 2025 else months:02d}",
                income_amount=wage * months,
                withheld_amount=0,
                months=months,
            )
        for period in (SEPTEMBER, OCTOBER, NOVEMBER):
            days = (period.first_on + dt.timedelta(n) for n in range(period.days))
            world.attend(worker, [day for day in days if day.isoweekday() < 6])
    for period in (SEPTEMBER, OCTOBER):
        outcome = world.run(period)
        assert outcome.run_id is not None
        assert not outcome.computed.faults, outcome.computed.faults
        approve(world, outcome.run_id)
    return world


def plan(world: World, told: str = "") -> BaseChange:
    world.session.commit()
    return plan_bases(
        world.session, world.scope, world.company.id, 2025, SEPTEMBER, told, world.book
    )


def apply(world: World, seen: str, told: str = "") -> BaseChange:
    world.session.commit()
    return apply_bases(
        world.scope,
        world.company.id,
        2025,
        SEPTEMBER,
        told,
        actor(world.maker),
        world.book,
        seen=seen,
    )


def lines(world: World, number: str) -> dict[str, int]:
    return {
        code: amount
        for code, amount in world.amounts(number, NOVEMBER).items()
        if "insurance" in code or "aid" in code
    }


def assert_nothing_left(world: World) -> None:
    again = plan(world, "W3 5500")
    assert again.changed == ()
    with pytest.raises(StateError) as refused:
        apply(world, again.fingerprint, "W3 5500")
    assert refused.value.code == "base.nothing"


@both_engines
@pytest.mark.feature("FIN-39")
def test_three_people_by_hand(world: World) -> None:
    # W1: 5,000 → 6,000. W2: 24,000 is more than the cap. W3 has no wages of 2025 and is told 5,500.
    assert plan(world).unknown == ("W3",)
    found = plan(world, "W3 5500")
    cap = found.cap
    assert cap < 2_400_000
    said = {
        row.employee_no: (row.wage_before, row.month_count, row.declared, row.counted)
        for row in found.rows
    }
    assert said == {
        "W1": (600_000, 6, 600_000, 600_000),
        "W2": (2_400_000, 6, 2_400_000, cap),
        "W3": (None, 0, 550_000, 550_000),
    }
    assert [str(one.period) for one in found.rows[0].differences] == ["2026-09", "2026-10"]
    assert {(one.charged, one.owed) for one in found.rows[0].differences} == {(500_000, 600_000)}
    with pytest.raises(StateError) as refused:
        apply(world, "something else", "W3 5500")
    assert refused.value.code == "base.changed_meanwhile"
    assert world.session.scalars(select(BaseDifference)).all() == []

    apply(world, found.fingerprint, "W3 5500")
    worker = world.session.scalars(
        select(Employment.id).where(Employment.employee_no == "W1")
    ).one()
    profiles = world.session.scalars(
        select(PayProfile).where(PayProfile.employment_id == worker).order_by(PayProfile.valid_from)
    ).all()
    assert [(row.valid_from, row.contribution_base_amount) for row in profiles] == [
        (dt.date(2025, 7, 1), 500_000),
        (dt.date(2026, 11, 1), 600_000),
    ]
    # Own rates 8 %, 2 % and 0.5 %: November on 6,000 is 480.00 + 120.00 + 30.00 and 5.00 of large
    # medical aid; two months on 1,000 more are 2 × 105.00.
    world.run(NOVEMBER)
    assert {
        code: amount for code, amount in lines(world, "W1").items() if "employer" not in code
    } == {
        "pension_insurance": 48_000,
        "medical_insurance": 12_000,
        "unemployment_insurance": 3_000,
        "large_medical_aid": 500,
        "insurance_difference": 21_000,
    }
    # A line of its own for each month: 500 more × 10.5 %.
    settled = [one for one in world.lines("W3", NOVEMBER) if one.code == "insurance_difference"]
    assert [line.amount for line in settled] == [5_250, 5_250]

    # Never twice: not in the same month, and not in the next one.
    assert_nothing_left(world)
    approve(world, world.stored_run(NOVEMBER).id)
    assert_nothing_left(world)
    assert plan(world, "W3 5500").pay_month == NOVEMBER.next()


def test_what_is_told_otherwise_replaces_what_was_entered_for_the_month(world: World) -> None:
    told = "W1 5800\nW2 5000\nW3 5000"
    apply(world, plan(world, told).fingerprint, told)
    better = "W1 6200\nW2 5000\nW3 5000"
    found = plan(world, better)
    assert [row.employee_no for row in found.changed] == ["W1"]
    apply(world, found.fingerprint, better)
    rows = world.session.scalars(select(BaseDifference).order_by(BaseDifference.for_period)).all()
    assert [(row.for_period, row.charged_base_amount, row.owed_base_amount) for row in rows] == [
        ("2026-09", 500_000, 620_000),
        ("2026-10", 500_000, 620_000),
    ]


@pytest.mark.parametrize(
    ("since", "told", "code"),
    [
        (PayPeriod(2025, 9), "", "base.since"),
        (SEPTEMBER, "W1", "base.line"),
        (SEPTEMBER, "W1 -5", "base.line"),
        (SEPTEMBER, "W9 5000", "order.unknown_person"),
    ],
)
def test_what_cannot_be_declared(
    session: Session, book: LawBook, since: PayPeriod, told: str, code: str
) -> None:
    world = create_world(session, book)
    world.hire("W1")
    world.session.commit()
    with pytest.raises(InputError) as refused:
        plan_bases(session, world.scope, world.company.id, 2025, since, told, book)
    assert refused.value.code == code


def test_the_page_shows_before_it_stores(
    world: World, client_as: Callable[[Account], FormClient]
) -> None:
    client = client_as(world.maker)
    told = {"since": "2026-09", "told": "W3 5500"}
    shown = client.post_form("/payroll/bases", told)
    assert shown.status_code == 200
    text = without_tokens(shown.text)
    assert "5,000.00 → 6,000.00" in text
    assert world.session.scalars(select(BaseDifference)).all() == []
    refused = client.post_form("/payroll/bases", {**told, "step": "apply", "seen": "x"})
    assert refused.status_code == 422
    seen = plan(world, "W3 5500").fingerprint
    assert seen in shown.text
    stored = client.post_form("/payroll/bases", {**told, "step": "apply", "seen": seen})
    assert stored.status_code == 302
    world.session.rollback()
    assert len(world.session.scalars(select(BaseDifference)).all()) == 6
    assert world.session.scalars(select(PayslipLine.seq)).first() is not None

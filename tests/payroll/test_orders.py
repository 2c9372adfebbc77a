"""Runs beside the regular one: extra payments of named amounts, and the year's tax whatever comes first."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.payroll.world import World, actor, create_world
from tests.together import Other
from workforce.core.errors import ForbiddenError, StateError
from workforce.core.facts import AmountKind
from workforce.core.law import LawBook
from workforce.core.orders import Purpose
from workforce.core.period import PayPeriod
from workforce.payments import service as payments
from workforce.payroll import receipts, service
from workforce.payroll.models import PayrollRun, Payslip, PayslipLine
from workforce.payroll.orders import orders
from workforce.payroll.orders.orders import OrderAmount, OrderFacts
from workforce.payroll.review import variances
from workforce.people.models import Employment
from workforce.platform import clock
from workforce.platform.db import unit_of_work

DECEMBER = PayPeriod(2026, 12)
WORKDAYS = [day for n in range(31) if (day := DECEMBER.first_on + dt.timedelta(n)).weekday() < 5]
SEPARATE, MERGED = AmountKind.ANNUAL_BONUS_SEPARATE, AmountKind.ANNUAL_BONUS_MERGED


@pytest.fixture
def world(session: Session, book: LawBook) -> World:
    return create_world(session, book)


def through_november(world: World, number: str, **profile: int) -> Employment:
    """Employ somebody since January at 10,000 yuan; November's books say what was withheld till then.

    Eleven months of 10,000: (110,000 − 55,000) × 10 % − 2,520 = 2,980 yuan.
    """
    worker = world.hire(number, dt.date(2026, 1, 1), base_pay_amount=1_000_000, **profile)
    factories.create_tax_opening(
        world.session,
        worker,
        through_period="2026-11",
        income_amount=11_000_000,
        withheld_amount=298_000,
        months=11,
    )
    world.attend(worker, WORKDAYS)
    return worker


def order(
    world: World, *amounts: OrderAmount, title: str = "年终奖", period: PayPeriod = DECEMBER
) -> int:
    world.session.commit()
    return orders.create_order(
        world.scope,
        world.company.id,
        OrderFacts(
            period=period,
            purpose=Purpose.BONUS,
            title=title,
            pay_on=dt.date(2026, 12, 25),
            reason="董事会决定",
            people=frozenset(one.employment_id for one in amounts),
            amounts=amounts,
        ),
        actor(world.maker),
    )


def bonus(who: Employment, amount: int, kind: AmountKind = MERGED) -> OrderAmount:
    return OrderAmount(who.id, kind, kind.code, amount)


def approve(world: World, run_id: int) -> None:
    variances.tick_all(world.scope, run_id, actor(world.approver))
    service.review_run(world.scope, run_id, actor(world.approver), world.book)
    service.approve_run(world.scope, run_id, actor(world.approver), world.book)


def pay_order(world: World, order_id: int) -> int:
    outcome = world.run(DECEMBER, order_id=order_id)
    assert outcome.run_id is not None
    assert not outcome.computed.faults
    approve(world, outcome.run_id)
    return outcome.run_id


def pay_month(world: World) -> int:
    outcome = world.run(DECEMBER)
    assert outcome.run_id is not None
    assert not outcome.computed.faults
    approve(world, outcome.run_id)
    return outcome.run_id


def amounts(world: World, run_id: int) -> dict[str, int]:
    world.session.commit()
    rows = world.session.execute(
        select(PayslipLine.code, func.sum(PayslipLine.amount))
        .join(Payslip, Payslip.id == PayslipLine.payslip_id)
        .where(Payslip.run_id == run_id)
        .group_by(PayslipLine.code)
    )
    return {code: int(amount) for code, amount in rows}


@both_engines
@pytest.mark.feature("FIN-14")
@pytest.mark.parametrize("first", ["bonus", "month"])
def test_the_year_is_taxed_alike_whichever_payment_comes_first(world: World, first: str) -> None:
    # The year: (120,000 + 20,000 − 60,000) × 10 % − 2,520 = 5,480; 2,980 was withheld: 2,500 is left.
    # Bonus first: (110,000 + 20,000 − 60,000) × 10 % − 2,520 − 2,980 = 1,500, then the month 1,000.
    # Month first: (120,000 − 60,000) × 10 % − 2,520 − 2,980 = 500, then the bonus 2,000.
    worker = through_november(world, "W1")
    order_id = order(world, bonus(worker, 2_000_000))
    if first == "bonus":
        extra = pay_order(world, order_id)
        month = pay_month(world)
        taxes = (150_000, 100_000)
    else:
        month = pay_month(world)
        extra = pay_order(world, order_id)
        taxes = (200_000, 50_000)
    assert amounts(world, extra) == {"annual_bonus": 2_000_000, "income_tax": taxes[0]}
    assert amounts(world, month) == {"base_pay": 1_000_000, "income_tax": taxes[1]}
    last = world.session.scalars(
        select(Payslip).where(Payslip.run_id == (month if first == "bonus" else extra))
    ).one()
    assert (last.tax_months, last.tax_withheld_amount) == (12, 548_000)
    # What is decided later does not change what an earlier run was made from.
    for run_id in (extra, month):
        assert service.verify_run(world.scope, run_id, world.book).differences == ()


def test_the_months_deductions_are_taken_with_its_first_payment(world: World) -> None:
    # A child, 2,000 a month, from December on. Bonus: (110,000 + 20,000 − 60,000 − 2,000) × 10 % −
    # 2,520 − 2,980 = 1,300; month: (140,000 − 62,000) × 10 % − 2,520 − 4,280 = 1,000.
    worker = through_november(world, "W1")
    factories.create_pay_entry(
        world.session,
        worker,
        "special_additional_deduction",
        200_000,
        "2026-12",
        code="child_education",
    )
    extra = pay_order(world, order(world, bonus(worker, 2_000_000)))
    month = pay_month(world)
    assert amounts(world, extra)["income_tax"] == 130_000
    assert amounts(world, month)["income_tax"] == 100_000


def test_an_extra_payment_is_closed_though_its_month_goes_on(world: World) -> None:
    worker = through_november(world, "W1")
    extra = pay_order(world, order(world, bonus(worker, 2_000_000)))
    with unit_of_work() as working:
        receipts.publish_run(working, world.scope, extra, actor(world.maker))
    total = payments.payable(world.session, world.scope, extra).total
    paid = service.Payment(paid_on=clock.today(), amount=total, reference="ICBC 1")
    payments.pay_run(world.scope, extra, actor(world.approver), paid, world.book)
    deduction = ("special_additional_deduction", 200_000, "2026-12")
    factories.create_pay_entry(world.session, worker, *deduction, code="child_education")
    world.session.commit()
    found = service.verify_run(world.scope, extra, world.book)
    assert found.has_new_facts
    assert "payment batch" not in found.causes().en
    service.close_run(world.scope, extra, actor(world.approver), world.book)
    assert world.session.get_one(PayrollRun, extra).state == "closed"


def test_a_second_separate_bonus_of_the_year_is_merged(world: World) -> None:
    # 36,000 alone: ÷ 12 = 3,000 → 3 %: 1,080. The second, 10,000, goes with wages:
    # (110,000 + 10,000 − 60,000) × 10 % − 2,520 − 2,980 = 500.
    worker = through_november(world, "W1")
    first = pay_order(world, order(world, bonus(worker, 3_600_000, SEPARATE)))
    second = pay_order(world, order(world, bonus(worker, 1_000_000, SEPARATE), title="补发年终奖"))
    assert amounts(world, first) == {
        "annual_bonus": 3_600_000,
        "annual_bonus_tax": 108_000,
        "income_tax": 0,
    }
    assert amounts(world, second) == {"annual_bonus": 1_000_000, "income_tax": 50_000}
    slip = world.session.scalars(select(Payslip).where(Payslip.run_id == second)).one()
    assert "second_bonus_merged" in {note["code"] for note in slip.notes}


@both_engines
@pytest.mark.feature("FIN-14")
def test_one_order_has_one_run_however_often_it_is_asked_for(world: World, app: Flask) -> None:
    worker = through_november(world, "W1")
    facts = bonus(worker, 2_000_000)
    world.session.commit()
    order_id = order(world, facts)
    with pytest.raises(StateError) as refused:
        order(world, facts)
    assert refused.value.code == "order.title_taken"

    scope, company_id, maker = world.scope, world.company.id, actor(world.maker)

    def calculate() -> None:
        service.run_payroll(scope, company_id, DECEMBER, maker, world.book, order_id=order_id)

    world.session.commit()
    both = [Other(app, calculate) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert [one.error for one in both] == [None, None]
    count = select(func.count()).select_from(PayrollRun).where(PayrollRun.order_id == order_id)
    assert world.session.scalar(count) == 1
    assert world.session.scalar(select(func.count()).select_from(Payslip)) == 1


def result_of(world: World, run_id: int | None) -> str:
    world.session.commit()
    return world.session.get_one(PayrollRun, run_id).result_hash


@pytest.mark.feature("FIN-16", "FIN-24")
def test_the_order_of_people_changes_no_byte_and_one_fault_loses_nobody(world: World) -> None:
    # N1 has worked since January and no book says what was withheld: nobody else waits for that.
    workers = [through_november(world, number) for number in ("W1", "W2", "W3")]
    late = world.hire("N1", dt.date(2026, 1, 1), base_pay_amount=1_000_000)
    facts = [bonus(one, 100_000 * place) for place, one in enumerate([*workers, late], start=1)]
    world.session.commit()
    first = world.run(DECEMBER, order_id=order(world, *facts))
    second = world.run(DECEMBER, order_id=order(world, *facts[::-1], title="再来一次"))
    for outcome in (first, second):
        assert outcome.state.value == "draft"
        assert outcome.computed.sheet.employee_nos == ("W1", "W2", "W3")
        assert [fault.employee_no for fault in outcome.computed.faults] == ["N1"]
    assert result_of(world, first.run_id) == result_of(world, second.run_id)


def test_a_run_is_not_decided_behind_a_later_one_of_its_people(world: World) -> None:
    # December is approved; what an order adds to November would change what December was taxed by.
    worker = through_november(world, "W1")
    pay_month(world)
    with pytest.raises(StateError) as refused:
        world.run(
            DECEMBER.previous(),
            order_id=order(world, bonus(worker, 100), period=DECEMBER.previous()),
        )
    assert refused.value.code == "payroll.later_month_decided"


def test_whoever_made_the_order_does_not_approve_it(world: World) -> None:
    worker = through_november(world, "W1")
    order_id = order(world, bonus(worker, 2_000_000))
    scope, maker, approver = world.scope, actor(world.maker), actor(world.approver)
    outcome = service.run_payroll(
        scope, world.company.id, DECEMBER, approver, world.book, order_id=order_id
    )
    assert outcome.run_id is not None
    service.review_run(scope, outcome.run_id, maker, world.book)
    with pytest.raises(ForbiddenError):
        service.approve_run(scope, outcome.run_id, maker, world.book)


@pytest.mark.feature("FIN-36")
def test_half_months_and_an_order_share_one_month(world: World) -> None:
    # Part-time, 3,000 in each half, a bonus of 4,000 between them, hired in December. What is paid
    # adds up to 10,000 less one 5,000: 5,000 × 3 % = 150, whichever payment withholds it.
    first, second = DECEMBER.halves
    worker = world.hire(
        "P1",
        DECEMBER.first_on,
        employment_type="part_time",
        base_pay_amount=0,
        pay_cycle="half_month",
    )
    world.task_type("BOX", ("2026-01-01", 3_000_000))
    for half in (first, second):
        world.shift(worker, f"{half.first_on} 09:00", f"{half.first_on} 13:00")
        factories.create_output(
            world.session,
            worker,
            world.task_types["BOX"],
            half.first_on,
            1_000,
            pay_period=str(half),
        )
    world.session.commit()
    taxes = []
    for period, order_id in (
        (first, None),
        (second, order(world, bonus(worker, 400_000), period=second)),
        (second, None),
    ):
        outcome = world.run(period, order_id=order_id)
        assert outcome.run_id is not None
        assert not outcome.computed.faults, outcome.computed.faults
        approve(world, outcome.run_id)
        taxes.append(amounts(world, outcome.run_id)["income_tax"])
    # 3,000 is below 5,000; 7,000 − 5,000 = 2,000 × 3 % = 60; 10,000 − 5,000 = 5,000: 150 − 60 = 90.
    assert taxes == [0, 6_000, 9_000]

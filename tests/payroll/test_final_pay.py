"""A leaver is paid at once, the month stays open for the others, and what is late is paid next month."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.payroll.test_orders import amounts, approve
from tests.payroll.world import World, actor, create_world
from workforce.core.errors import DomainError
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.payments import service as payments
from workforce.payroll import service
from workforce.payroll.models import PayrollRun, Payslip
from workforce.payroll.orders import final_pay, orders
from workforce.payroll.orders.final_pay import Settlement
from workforce.payroll.reversal import reopening
from workforce.people.models import Employment
from workforce.people.service import PayCycles
from workforce.production.groups import closed_alone
from workforce.production.output import acceptance

NOVEMBER, DECEMBER = PayPeriod(2026, 11), PayPeriod(2026, 12)
LAST_DAY = dt.date(2026, 11, 12)


def workdays(period: PayPeriod) -> list[dt.date]:
    days = (period.first_on + dt.timedelta(n) for n in range(period.days))
    return [day for day in days if day.isoweekday() < 6]


def since_may(world: World, number: str, **more: dt.date) -> Employment:
    """Employ somebody since 1 May at 6,000 yuan; what was withheld till October: 180 × 6."""
    worker = world.hire(number, dt.date(2026, 5, 1), base_pay_amount=600_000, **more)
    factories.create_tax_opening(
        world.session,
        worker,
        through_period="2026-10",
        income_amount=3_600_000,
        withheld_amount=18_000,
        months=6,
    )
    return worker


@pytest.fixture
def world(session: Session, book: LawBook) -> World:
    """W1 leaves on Thursday 12 November, W2 stays; both worked every workday."""
    world = create_world(session, book)
    leaver = since_may(world, "W1", separated_on=LAST_DAY)
    stayer = since_may(world, "W2")
    world.attend(leaver, [day for day in workdays(NOVEMBER) if day <= LAST_DAY])
    world.attend(stayer, workdays(NOVEMBER))
    world.attend(stayer, workdays(DECEMBER))
    return world


def of(world: World, number: str) -> int:
    return world.session.scalars(
        select(Employment.id).where(Employment.employee_no == number)
    ).one()


def settle(world: World, **settled: int) -> int:
    """Order and calculate the leaver's final pay; return its run."""
    world.session.commit()
    order_id = final_pay.order_final_pay(
        world.scope,
        of(world, "W1"),
        Settlement(pay_on=LAST_DAY, reason="协商解除", **{"leave_days": 0} | settled),
        actor(world.maker),
        world.book,
    )
    outcome = world.run(NOVEMBER, order_id=order_id)
    assert outcome.run_id is not None
    assert not outcome.computed.faults
    return outcome.run_id


def people_of(world: World, run_id: int) -> list[str]:
    world.session.commit()
    return list(
        world.session.scalars(
            select(Employment.employee_no)
            .join(Payslip, Payslip.employment_id == Employment.id)
            .where(Payslip.run_id == run_id)
            .order_by(Employment.employee_no)
        )
    )


def withdraw(world: World, run_id: int) -> None:
    order_id = world.session.get_one(PayrollRun, run_id).order_id or 0
    orders.withdraw_order(world.scope, order_id, actor(world.maker), "写错了")


def reopen(world: World, run_id: int) -> None:
    reopening.ask_to_reopen(world.scope, run_id, actor(world.approver), "年休假算错")
    reopening.answer_reopening(world.scope, run_id, actor(world.maker), is_granted=True)


@both_engines
@pytest.mark.feature("FIN-27", "FIN-39")
def test_a_leaver_is_paid_at_once_and_what_is_late_next_month(world: World) -> None:
    # November 2026 has 21 workdays and no holiday; W1 is employed on 9 of them (2–6, 9–12):
    # 6,000 × 9 ÷ 21 = 2,571.43. The year: 36,000 + 2,571.43 − 7 × 5,000 = 3,571.43, × 3 % = 107.14,
    # less than the 180 withheld: no tax. Service from 1 May to 12 November, 6 months and 12 days, is
    # worth one month's wage: 6,000, far below what is exempt.
    worker = of(world, "W1")
    run_id = settle(world, average_wage=600_000)
    assert people_of(world, run_id) == ["W1"]
    paid = amounts(world, run_id)
    assert paid == {"base_pay": 257_143, "severance_pay": 600_000, "income_tax": 0}
    approve(world, run_id)

    cycles = PayCycles.read(world.session, world.company.id)
    assert cycles.is_closed(worker, NOVEMBER)
    assert not cycles.is_closed(of(world, "W2"), NOVEMBER)
    assert cycles.next_open(worker, LAST_DAY) == DECEMBER
    # The others' month is computed and paid without the leaver, and both stay verifiable.
    outcome = world.run(NOVEMBER)
    assert outcome.run_id is not None
    assert people_of(world, outcome.run_id) == ["W2"]
    approve(world, outcome.run_id)
    for each in (run_id, outcome.run_id):
        assert service.verify_run(world.scope, each, world.book).differences == ()

    # Ten pieces of the last day, accepted in December: paid in December, by itself.
    world.task_type("BOX", ("2026-01-01", 2_000_000))
    row = world.session.get_one(Employment, worker)
    factories.create_output(
        world.session, row, world.task_types["BOX"], LAST_DAY, 10, pay_period="2026-12"
    )
    december = world.run(DECEMBER)
    assert december.run_id is not None
    assert people_of(world, december.run_id) == ["W1", "W2"]
    slip = world.session.scalars(
        select(Payslip).where(Payslip.run_id == december.run_id, Payslip.employment_id == worker)
    ).one()
    assert slip.gross_pay_amount == 2_000
    assert "paid_after_leaving" in {note["code"] for note in slip.notes}


def test_it_pays_what_the_regular_run_would(world: World) -> None:
    preview = world.run(NOVEMBER, preview=True).computed.sheet
    at = preview.employee_nos.index("W1")
    run_id = settle(world)
    slip = world.session.scalars(select(Payslip).where(Payslip.run_id == run_id)).one()
    for name in ("gross_pay_amount", "net_pay_amount", "tax_withheld_amount", "attended_days"):
        assert getattr(slip, name) == preview.slips[name][at]


def test_a_leavers_facts_are_locked_alone_and_open_again_when_it_is_returned(world: World) -> None:
    worker, stayer = of(world, "W1"), of(world, "W2")
    run_id = settle(world)
    approve(world, run_id)
    with pytest.raises(DomainError) as refused:
        withdraw(world, run_id)
    assert refused.value.code == "order.decided"
    with pytest.raises(DomainError) as refused:
        settle(world)
    assert refused.value.code == "order.paid_already"
    locked = PayCycles.read(world.session, world.company.id)
    assert locked.has_closed(worker, LAST_DAY)
    assert not locked.has_closed(stayer, LAST_DAY)
    reopen(world, run_id)
    withdraw(world, run_id)
    run_id = settle(world)
    approve(world, run_id)
    made = payments.make_batch(world.scope, run_id, actor(world.approver), world.book)
    payments.cancel_batch(world.scope, made.batch_id, "账号写错", actor(world.approver))
    reopen(world, run_id)
    with pytest.raises(DomainError) as refused:
        withdraw(world, run_id)
    assert refused.value.code == "order.had_batch"
    assert not PayCycles.read(world.session, world.company.id).has_closed(worker, LAST_DAY)
    assert people_of(world, world.run(NOVEMBER).run_id or 0) == ["W1", "W2"]


def test_a_final_pay_cannot_be_taken_back_once_the_month_is_approved_without_it(
    world: World,
) -> None:
    run_id = settle(world)
    approve(world, run_id)
    month = world.run(NOVEMBER).run_id
    assert month is not None
    approve(world, month)
    with pytest.raises(DomainError) as refused:
        reopen(world, run_id)
    assert refused.value.code == "order.later_run_stands"


def test_a_closed_month_takes_no_correction_of_a_later_one(world: World) -> None:
    # What November had paid is paid: a correction that moved into it would never be.
    leaver = world.session.get_one(Employment, of(world, "W1"))
    late = factories.create_adjustment(
        world.session, leaver, for_period="2026-10", pay_period="2026-12"
    )
    month = world.run(NOVEMBER).run_id
    assert month is not None
    approve(world, month)
    with pytest.raises(DomainError) as refused:
        settle(world)
    assert refused.value.code == "month.closed"
    world.session.refresh(late)
    assert late.pay_period == "2026-12"


def test_a_groups_work_that_is_late_for_a_leaver_is_paid_to_all_a_month_later(world: World) -> None:
    # 100 boxes at 2 yuan, made together on the last day, one point each: 100 yuan for each. They are
    # accepted after the leaver was paid: in December, and nothing of them is lost in November.
    leaver, stayer = (
        world.session.get_one(Employment, of(world, number)) for number in ("W1", "W2")
    )
    world.task_type("BOX", ("2026-01-01", 2_000_000))
    record = factories.create_group_output(
        world.session,
        world.company,
        world.task_types["BOX"],
        LAST_DAY,
        100,
        {leaver: 1_000, stayer: 1_000},
        state="submitted",
        accepted_on=None,
        pay_period=None,
    )
    approve(world, settle(world))
    cycles = PayCycles.read(world.session, world.company.id)
    late = closed_alone(world.session, cycles)[record.id]
    decided = acceptance(
        {"employment_id": None, "reviewed_qty": 0, "submitted_qty": 100, "rejected_qty": 0},
        dt.date(2026, 11, 20),
        cycles,
        late,
    )
    assert decided["pay_period"] == "2026-12"
    for name, value in decided.items():
        setattr(record, name, value)
    world.session.commit()
    month = world.run(NOVEMBER).run_id
    assert month is not None
    assert "group_piecework_pay" not in amounts(world, month)
    approve(world, month)
    december = world.run(DECEMBER).run_id
    assert december is not None
    assert people_of(world, december) == ["W1", "W2"]
    assert amounts(world, december)["group_piecework_pay"] == 20_000

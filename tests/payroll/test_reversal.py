"""One person's payslip is reversed and issued anew; the run that it was of stays as it is."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from tests.engines import both_engines
from tests.payroll.test_late_facts import NOVEMBER, NOVEMBER_WORKDAYS, approve, enter, paid, refused
from tests.payroll.world import OCTOBER, World, actor
from workforce.core.errors import ForbiddenError, InputError, StateError
from workforce.documents import labels
from workforce.documents import queries as documents
from workforce.payroll import queries, service
from workforce.payroll.late import facts as late_facts
from workforce.payroll.models import PayrollRun, Payslip, PayslipLine, SlipReversal
from workforce.payroll.orders import orders
from workforce.payroll.reversal import reversal
from workforce.payroll.review import variances
from workforce.people.models import Employment

PAY_ON = dt.date(2026, 11, 20)


@pytest.fixture
def closed(world: World) -> Employment:
    """Two people with 8000 a month, whose October is approved; the first is returned."""
    for number in ("W1", "W2"):
        worker = world.hire(number, base_pay_amount=800_000)
        world.attend(worker)
        world.attend(worker, NOVEMBER_WORKDAYS)
    world.run()
    world.approve()
    world.session.commit()
    return world.session.scalars(select(Employment).where(Employment.employee_no == "W1")).one()


def reverse(world: World, payslip_id: int) -> None:
    world.session.commit()
    found = reversal.propose(world.scope, payslip_id, "绩效漏发", actor(world.maker))
    with refused(ForbiddenError, "reversal.two_people"):
        reversal.approve(world.scope, found, actor(world.maker))
    reversal.approve(world.scope, found, actor(world.approver))
    world.session.commit()


def reissue(world: World, who: Employment) -> PayrollRun:
    """Order, compute and approve a run that issues somebody's payslip anew."""
    world.session.commit()
    said = (world.scope, world.company.id, OCTOBER, [who.id], PAY_ON, "冲销后重发")
    order_id = reversal.order_reissue(*said, actor(world.maker))
    with refused(StateError, "reversal.ordered"):
        reversal.order_reissue(*said, actor(world.maker))
    outcome = world.run(OCTOBER, order_id=order_id)
    assert outcome.computed.faults == ()
    assert outcome.run_id is not None
    variances.tick_all(world.scope, outcome.run_id, actor(world.approver))
    service.review_run(world.scope, outcome.run_id, actor(world.approver), world.book)
    service.approve_run(world.scope, outcome.run_id, actor(world.approver), world.book)
    world.session.commit()
    return world.session.get_one(PayrollRun, outcome.run_id)


def slip_of(world: World, run_id: int, who: Employment) -> Payslip:
    chosen = select(Payslip).where(Payslip.run_id == run_id, Payslip.employment_id == who.id)
    return world.session.scalars(chosen).one()


def tax_of(world: World, payslip_id: int) -> int | None:
    return world.session.scalar(
        select(PayslipLine.amount).where(
            PayslipLine.payslip_id == payslip_id, PayslipLine.code == "income_tax"
        )
    )


def is_clean(world: World, run_id: int) -> bool:
    found = service.verify_run(world.scope, run_id, world.book)
    return not found.differences and not found.has_new_facts


@both_engines
@pytest.mark.feature("FIN-26", "FIN-23")
def test_a_payslip_issued_anew_is_taxed_as_if_the_first_had_not_been(
    world: World, closed: Employment
) -> None:
    # First (8000 − 5000) × 3 % = 90.00. With 40 000 more, 43 000 × 10 % − 2520 = 1780.00; November then
    # (48 000 + 8000 − 10 000) × 10 % − 2520 − 1780 = 300.00.
    run = world.stored_run()
    old = slip_of(world, run.id, closed)
    old_id, run_id, totals = old.id, run.id, (run.net_pay_amount, run.result_hash)
    assert tax_of(world, old_id) == 9_000
    said = {"period": "2026-10", "item": "earning:performance_bonus", "amount": "40000"}
    enter(world, "pay_entry", closed, **said)
    approve(world)
    assert paid(world, closed) == [("pay", 4_000_000, "2026-11")]

    reverse(world, old_id)

    # What was to be paid in November goes with the payslip: the new one has it.
    assert paid(world, closed) == []
    assert is_clean(world, run_id)
    sums = queries.year_to_date(world.scope, OCTOBER)
    assert closed.id not in {row.employment_id for row in world.session.execute(sums)}

    register = documents.register_view(world.session, world.scope, run_id)
    # W2 alone is left of the two with a net pay of 8000 − 90.00.
    assert (register.net_pay, len(register.payslips)) == (791_000, 1)
    assert labels.reversed_people(register).startswith("W1 ")
    anew = reissue(world, closed)
    new = slip_of(world, anew.id, closed)
    assert (new.gross_pay_amount, tax_of(world, new.id)) == (4_800_000, 178_000)
    assert new.origin_id == old_id
    run = world.stored_run()
    assert (run.net_pay_amount, run.result_hash) == totals
    assert is_clean(world, run_id)
    assert is_clean(world, anew.id)
    slips = world.session.scalar(select(func.count(Payslip.id)).where(Payslip.run_id == anew.id))
    assert slips == 1
    left = late_facts.preview(
        world.scope, world.company.id, OCTOBER, world.book, is_approved_only=True
    )
    assert left.shadow.differences == ()
    world.run(NOVEMBER)
    assert world.amounts("W1", NOVEMBER) == {"base_pay": 800_000, "income_tax": 30_000}

    # A fact that is found after that is paid by the new payslip's line, and its run stays as it was.
    enter(world, "pay_entry", closed, **said | {"amount": "40010"})
    assert approve(world) == {closed.id: 1_000}
    assert is_clean(world, anew.id)


def test_a_withdrawn_order_does_not_stand_in_the_way_of_the_next(
    world: World, closed: Employment
) -> None:
    slips = world.session.scalars(select(Payslip).order_by(Payslip.id)).all()
    ids, people = [slip.id for slip in slips], [slip.employment_id for slip in slips]
    for payslip_id in ids:
        reverse(world, payslip_id)
    said = (PAY_ON, "冲销后重发", actor(world.maker))

    def order(employment_id: int) -> int:
        books = (world.scope, world.company.id, OCTOBER)
        return reversal.order_reissue(*books, [employment_id], *said)

    first, _ = (order(one) for one in people)
    orders.withdraw_order(world.scope, first, actor(world.maker), "发薪日写错")
    assert people[0] == closed.id
    assert order(people[0])


@both_engines
@pytest.mark.feature("FIN-26")
def test_what_is_reversed_stands_and_what_goes_on_from_it_keeps_it(
    world: World, closed: Employment
) -> None:
    old_id = slip_of(world, world.stored_run().id, closed).id
    with refused(InputError, "reversal.not_reversed"):
        reversal.order_reissue(
            world.scope, world.company.id, OCTOBER, [closed.id], PAY_ON, "x", actor(world.maker)
        )
    reverse(world, old_id)
    row = world.session.scalars(select(SlipReversal)).one()
    row.reason = "其他"
    with pytest.raises(DBAPIError, match="it stands"):
        world.session.flush()
    world.session.rollback()
    with refused(StateError, "reversal.twice"):
        reversal.propose(world.scope, old_id, "再来", actor(world.maker))
    with refused(StateError, "late.run_stands"):
        world.reopen("有错")
    # Without a payslip of October the year so far has a gap: November waits for the new one.
    assert len(world.run(NOVEMBER).computed.faults) == 1
    reissue(world, closed)
    other = world.session.scalars(select(Employment).where(Employment.employee_no == "W2")).one()
    enter(world, "base_pay", other, month="2026-10", base_pay="8100")
    approve(world)
    assert world.run(NOVEMBER).computed.faults == ()
    world.approve(NOVEMBER)
    november = world.stored_run(NOVEMBER).id
    second = slip_of(world, world.stored_run().id, other).id
    with refused(StateError, "reversal.later"):
        reversal.propose(world.scope, second, "太晚了", actor(world.maker))
    # Reversed, too, November still is made from what October's late fact made due: that stands.
    reverse(world, slip_of(world, november, other).id)
    with refused(StateError, "reversal.later"):
        reversal.propose(world.scope, second, "太晚了", actor(world.maker))
    assert is_clean(world, november)

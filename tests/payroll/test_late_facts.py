"""What is found late of a locked month: computed in its shadow, paid once in the next open month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.payroll.world import OCTOBER, WORKDAYS, World, actor, create_world
from workforce.core.errors import DomainError, ForbiddenError, InputError, StateError
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.payroll import service
from workforce.payroll.correction_models import AdjustmentLine
from workforce.payroll.late import facts as late_facts
from workforce.payroll.late import shadow
from workforce.payroll.late.facts import Entry
from workforce.payroll.models import Adjustment
from workforce.people.models import Employment, Person
from workforce.platform import locks

NOVEMBER = PayPeriod(2026, 11)
NOVEMBER_WORKDAYS = [
    day for n in range(30) if (day := NOVEMBER.first_on + dt.timedelta(n)).isoweekday() < 6
]
# Saturday 17 October, a rest day: eight hours without a break.
MISSED = {
    "on": "2026-10-17",
    "shift_act": "add",
    "starts_at": "09:00",
    "ends_at": "17:00",
    "break_minutes": "0",
}


def enter(world: World, kind: str, who: Employment | None, **said: str) -> list[int]:
    world.session.commit()
    entry = Entry(
        kind=kind, employment_id=who.id if who else None, said=said, reason=f"漏记 {kind}"
    )
    return late_facts.enter(world.scope, world.company.id, entry, actor(world.maker), world.book)


def approve(world: World, period: PayPeriod = OCTOBER) -> dict[int, int]:
    world.session.commit()
    return late_facts.approve(
        world.scope, world.company.id, period, actor(world.approver), world.book
    )


def close(world: World, period: PayPeriod = OCTOBER) -> None:
    world.run(period)
    world.approve(period)


@contextmanager
def refused(kind: type[DomainError], code: str) -> Iterator[None]:
    """Expect a refusal with this code."""
    with pytest.raises(kind) as caught:
        yield
    assert caught.value.code == code


def paid(world: World, employment: Employment) -> list[tuple[str, int, str]]:
    """Return what is due to somebody: kind of adjustment, fen, pay month."""
    world.session.commit()
    rows = world.session.scalars(
        select(Adjustment).where(Adjustment.employment_id == employment.id).order_by(Adjustment.id)
    )
    return [(row.kind, row.amount, row.pay_period) for row in rows]


@pytest.fixture
def salaried(world: World) -> Employment:
    """Somebody with 8000 a month, whose October is closed."""
    worker = world.hire("W1", base_pay_amount=800_000)
    world.attend(worker)
    world.attend(worker, NOVEMBER_WORKDAYS)
    close(world)
    return worker


@pytest.fixture
def pieceworkers(world: World) -> list[Employment]:
    """Three people by the piece at 0.125 yuan, whose October is closed: far above the minimum wage."""
    world.task_type("bbox", ("2026-01-01", 125_000))
    people = [world.hire(f"W{number}") for number in (1, 2, 3)]
    for worker in people:
        world.attend(worker)
    world.output(people[0], "bbox", 8, 20_000)
    world.output(people[0], "bbox", 12, 20_000)
    world.output(people[1], "bbox", 13, 40_000)
    world.output(people[2], "bbox", 9, 40_000)
    close(world)
    return people


@both_engines
@pytest.mark.feature("FIN-25", "FIN-23")
def test_a_missed_shift_of_a_rest_day_is_paid_and_taxed_in_the_next_month(
    world: World, salaried: Employment
) -> None:
    # 8000 ÷ 21.75 ÷ 8 × 200 % × 8 hours = 735.632… → 735.63. October withheld (8000 − 5000) × 3 % = 90.00;
    # November (8000 + 8735.63 − 10000) × 3 % = 202.07, less 90.00 = 112.07.
    before = world.amounts("W1")

    enter(world, "shift", salaried, **MISSED)
    assert approve(world) == {salaried.id: 73_563}

    assert paid(world, salaried) == [("pay", 73_563, "2026-11")]
    assert world.amounts("W1") == before
    run = world.stored_run()
    assert not service.verify_run(world.scope, run.id, world.book).differences
    (line,) = world.session.scalars(select(AdjustmentLine)).all()
    assert (line.code, line.kind) == ("rest_day_overtime_pay", "earning")
    assert (line.before_amount, line.after_amount) == (0, 73_563)
    assert line.payslip_id == world.slip("W1").id
    world.run(NOVEMBER)
    assert world.amounts("W1", NOVEMBER) == {
        "base_pay": 800_000,
        "adjustment": 73_563,
        "income_tax": 11_207,
    }


@both_engines
@pytest.mark.feature("FIN-25")
def test_a_price_raised_afterwards_is_paid_to_everybody_for_the_work_since(
    world: World, pieceworkers: list[Employment]
) -> None:
    # From the 12th 0.150 instead of 0.125: 20 000 and 40 000 units × 0.025; the third worked before it.
    enter(world, "price", None, task_type="bbox", unit_price="0.15", on="2026-10-12")
    first, second, third = pieceworkers

    assert approve(world) == {first.id: 50_000, second.id: 100_000}
    assert paid(world, third) == []

    # A recount of the second's takes 2000 × 0.150 = 300.00 back, and settles nothing twice.
    enter(
        world,
        "output",
        second,
        period="2026-10",
        task_type="bbox",
        work_on="2026-10-13",
        difference_qty="-2000",
    )
    assert approve(world) == {second.id: -30_000}
    assert [amount for _, amount, _ in paid(world, second)] == [100_000, -30_000]
    with refused(StateError, "late.nothing_waits"):
        approve(world)
    left = late_facts.preview(
        world.scope, world.company.id, OCTOBER, world.book, is_approved_only=True
    )
    assert left.shadow.differences == ()


@pytest.mark.feature("FIN-25")
def test_a_deduction_after_tax_that_was_too_high_comes_back_untaxed(
    session: Session, book: LawBook
) -> None:
    # 40 000 × 0.125 = 5000.00; 191 of 200 right → factor 0.95 → 250.00 deducted, within art 16 (20 % of
    # 5000). With 2 errors instead of 9 nothing is deducted: 250.00 come back, and no tax moves:
    # 5000 a month never reaches the 5000 free of tax.
    world = create_world(session, book, quality_basis="deduction")
    bbox = world.task_type("bbox", ("2026-01-01", 125_000))
    worker = world.hire("W1")
    world.attend(worker)
    world.attend(worker, NOVEMBER_WORKDAYS)
    batch = factories.create_batch(session, world.company, bbox, code="b1")
    world.output(worker, "bbox", 12, 40_000, batch_id=batch.id)
    factories.create_inspection(
        session,
        world.company,
        bbox,
        dt.date(2026, 10, 14),
        batch_id=batch.id,
        sampled_qty=200,
        error_qty=9,
    )
    close(world)
    assert world.amounts("W1")["quality_deduction"] == 25_000
    said = {"period": "2026-10", "task_type": "bbox", "batch": "b1", "sampled_qty": "200"}

    entry = Entry(
        kind="inspection", employment_id=None, said={**said, "error_qty": "2"}, reason="复检"
    )
    late_facts.enter(world.scope, world.company.id, entry, actor(world.maker), book)

    assert approve(world) == {worker.id: 25_000}
    assert paid(world, worker) == [("return", 25_000, "2026-11")]
    world.run(NOVEMBER)
    amounts = world.amounts("W1", NOVEMBER)
    assert amounts["late_untaxed"] == 25_000
    assert "adjustment" not in amounts
    # Without output November is the minimum wage of 2200.00: still nothing to tax in the year.
    assert (amounts["minimum_wage_top_up"], amounts["income_tax"]) == (220_000, 0)
    assert world.slip("W1", NOVEMBER).net_pay_amount == 245_000


def _enter_all(world: World, people: list[Employment], order: Iterable[int]) -> None:
    first, second, _ = people
    entries = [
        ("shift", first, MISSED),
        ("price", None, {"task_type": "bbox", "unit_price": "0.2", "on": "2026-10-09"}),
        (
            "output",
            first,
            {
                "period": "2026-10",
                "task_type": "bbox",
                "work_on": "2026-10-20",
                "difference_qty": "100",
            },
        ),
        (
            "pay_entry",
            second,
            {"period": "2026-10", "item": "earning:skill_allowance", "amount": "88.80"},
        ),
    ]
    for index in order:
        kind, who, said = entries[index]
        enter(world, kind, who, **said)


@pytest.mark.feature("FIN-25")
def test_the_order_in_which_facts_are_found_changes_nothing(
    world: World, pieceworkers: list[Employment], monkeypatch: pytest.MonkeyPatch
) -> None:
    # First: 20 000 × 0.075 + 100 × 0.2 of a day unknown before = 1520.00 by the piece, and the rest day's
    # overtime without output; second: 40 000 × 0.075 + 88.80; third: 40 000 × 0.075.
    first, second, third = pieceworkers
    seen = set()
    # All at once, then, as in a company of thousands, one by one.
    for order, people_a_reading in (((0, 1, 2, 3), 200), ((3, 2, 1, 0), 0)):
        monkeypatch.setattr(shadow, "_PEOPLE_A_READING", people_a_reading)
        _enter_all(world, pieceworkers, order)
        found = late_facts.preview(world.scope, world.company.id, OCTOBER, world.book)
        due = {one.employment_id: one.pay for one in found.shadow.differences}
        assert (due[second.id], due[third.id]) == (308_880, 300_000)
        seen.add(due[first.id])
        for fact in found.waiting:
            late_facts.reject(world.scope, fact.id, actor(world.maker), "重录")
        world.session.commit()
    assert len(seen) == 1
    assert seen.pop() >= 152_000


@pytest.mark.feature("FIN-25")
def test_a_late_joiner_gets_the_days_before_the_recorded_one(world: World) -> None:
    # Recorded from the 12th; joined on the 9th and worked then and on Saturday the 10th, a workday moved
    # there. October's wage is for 18 workdays and 3 holidays: 8000 × 15 ÷ 21 = 5714.29 was paid,
    # 8000 × 17 ÷ 21 = 6476.19 is due.
    other = world.hire("W0", base_pay_amount=800_000)
    world.attend(other)
    worker = world.hire("W1", dt.date(2026, 10, 12), base_pay_amount=800_000)
    world.attend(worker, [day for day in WORKDAYS if day.day >= 12])
    close(world)
    assert world.amounts("W1")["base_pay"] == 571_429
    enter(world, "hire", worker, on="2026-10-09")
    for day in ("2026-10-09", "2026-10-10"):
        enter(world, "shift", worker, **MISSED | {"on": day})
    assert approve(world) == {worker.id: 76_190}


@pytest.mark.feature("FIN-21", "FIN-25")
def test_two_people_and_only_what_fits(
    world: World, salaried: Employment, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Who works for another company as well is one person with two employments.
    person = world.session.get_one(Person, salaried.person_id)
    other = factories.create_company(world.session, code="KZ")
    factories.create_employment(world.session, other, person=person)
    with refused(InputError, "late.day_open"):
        enter(world, "shift", salaried, **MISSED | {"on": "2026-11-02"})
    with refused(InputError, "late.pay_lower"):
        enter(world, "base_pay", salaried, month="2026-10", base_pay="7000")
    with refused(InputError, "late.whose"):
        enter(world, "price", salaried, task_type="bbox", unit_price="1", on="2026-10-01")
    enter(world, "base_pay", salaried, month="2026-10", base_pay="8100")
    with refused(ForbiddenError, "late.two_people"):
        late_facts.approve(world.scope, world.company.id, OCTOBER, actor(world.maker), world.book)
    with refused(StateError, "late.changed"):
        late_facts.approve(
            world.scope, world.company.id, OCTOBER, actor(world.approver), world.book, seen="old"
        )

    def settled_meanwhile(session: Session, _company_id: int) -> None:
        locks.lock_people(session, [salaried.id], NOVEMBER, reason="final pay", account_id=None)
        session.flush()

    with monkeypatch.context() as patched, refused(StateError, "late.changed"):
        patched.setattr(locks, "hold", settled_meanwhile)
        approve(world)
    assert approve(world) == {salaried.id: 10_000}


@pytest.mark.feature("FIN-25", "FIN-4")
def test_more_errors_are_claimed_within_the_limits_of_the_pay_month(
    session: Session, book: LawBook
) -> None:
    # 40 000 × 0.125 = 5000.00 without a deduction; at 191 of 200 right 250.00 should have been taken. It is a
    # claim now, and November is the minimum wage alone: article 16 leaves no room, nothing is taken.
    world = create_world(session, book, quality_basis="deduction")
    world.task_type("bbox", ("2026-01-01", 125_000))
    worker = world.hire("W1")
    world.attend(worker)
    world.attend(worker, NOVEMBER_WORKDAYS)
    world.output(worker, "bbox", 12, 40_000)
    close(world)

    said = {"period": "2026-10", "task_type": "bbox", "sampled_qty": "200", "error_qty": "9"}
    enter(world, "inspection", worker, **said)
    assert approve(world) == {worker.id: -25_000}

    assert paid(world, worker) == [("claim", 25_000, "2026-11")]
    world.run(NOVEMBER)
    slip = world.slip("W1", NOVEMBER)
    assert (slip.gross_pay_amount, slip.net_pay_amount) == (220_000, 220_000)
    noted = [note for note in slip.notes if note["code"] == "damages_deduction_without_room"]
    assert [note["params"]["left_fen"] for note in noted] == [25_000]


@pytest.mark.feature("FIN-25")
def test_leave_and_a_raise_over_two_closed_months(world: World) -> None:
    # Absent without a record on 12 October: 8000 less 8000 ÷ 21.75 = 367.82 was paid, which comes with the leave. Raised
    # to 8100 from October: 100.00 for each of two months, paid in December.
    worker = world.hire("W1", base_pay_amount=800_000)
    world.attend(worker, [day for day in WORKDAYS if day.day != 12])
    world.attend(worker, NOVEMBER_WORKDAYS)
    close(world)
    assert world.slip("W1").gross_pay_amount == 763_218
    leave = {"first_on": "2026-10-12", "leave_act": "add", "leave_kind": "annual_leave"}
    enter(world, "leave", worker, **leave)
    assert approve(world) == {worker.id: 36_782}
    close(world, NOVEMBER)
    assert world.amounts("W1", NOVEMBER)["adjustment"] == 36_782

    assert len(enter(world, "base_pay", worker, month="2026-10", base_pay="8100")) == 2
    assert approve(world) == {worker.id: 10_000}
    assert approve(world, NOVEMBER) == {worker.id: 10_000}
    assert [amount for _, amount, month in paid(world, worker) if month == "2026-12"] == [
        10_000,
        10_000,
    ]

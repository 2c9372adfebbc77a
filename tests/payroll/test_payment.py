"""What approval locks, how it is taken back, and what is recorded when the money has left the bank."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.payroll.test_month_by_hand import fill
from tests.payroll.world import OCTOBER, World, actor, create_world
from workforce.core.errors import ForbiddenError, InputError, StateError
from workforce.core.law import LawBook
from workforce.core.lifecycle import RunState
from workforce.payments import service as payments
from workforce.payroll import service
from workforce.payroll.models import PayrollRun, Payslip
from workforce.payroll.reversal import reopening
from workforce.payroll.review import variances
from workforce.platform import audit, clock, locks
from workforce.production import queries as production

_DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def ready(world: World) -> World:
    """A company whose October is calculated."""
    fill(world)
    world.run()
    return world


@both_engines
@pytest.mark.feature("FIN-22")
def test_approval_locks_the_month_and_a_return_takes_the_lock_back(
    session: Session, book: LawBook
) -> None:
    world = create_world(session, book)
    fill(world)
    world.run()
    world.approve()
    assert locks.locked_periods(session, world.company.id) == {OCTOBER}
    assert world.stored_run().locked_at_output_id == session.scalar(production.newest_output())

    world.reopen("b1 recounted")

    assert locks.locked_periods(session, world.company.id) == frozenset()
    run = world.stored_run()
    assert (run.locked_at_output_id, run.approved_by_id, run.reviewed_by_id) == (None, None, None)
    assert (
        session.scalar(
            select(audit.AuditEntry.reason).where(audit.AuditEntry.action == "payroll_run.return")
        )
        == "b1 recounted"
    )


@pytest.mark.feature("FIN-22")
def test_a_month_stays_approved_while_a_later_one_is(session: Session, book: LawBook) -> None:
    """November's tax goes on from October's: October is returned after November, not before."""
    world = create_world(session, book)
    worker = world.hire("W1", base_pay_amount=800_000)
    world.attend(worker)
    november = OCTOBER.next()
    world.run()
    first = world.approve()
    world.run(november)
    world.approve(november)
    with pytest.raises(StateError) as caught:
        world.reopen("late")
    assert caught.value.code == "payroll.later_month_stands"
    assert locks.is_locked(world.session, world.company.id, OCTOBER)

    world.reopen("late", november)
    reopening.answer_reopening(world.scope, first, actor(world.maker), is_granted=True)

    assert world.stored_run().state == RunState.CALCULATED


@both_engines
@pytest.mark.feature("FIN-22", "FIN-23")
def test_a_paid_run_only_goes_to_its_close(session: Session, book: LawBook) -> None:
    world = create_world(session, book)
    fill(world)
    world.run()
    world.approve()
    number = world.pay()
    with pytest.raises(StateError):
        service.return_run(world.scope, number, actor(world.approver), "too late")
    for attempt in (
        "UPDATE payroll_run SET state = 'approved', paid_on = NULL, paid_amount = NULL",
        "UPDATE payroll_run SET paid_reference = 'another'",
        "UPDATE payroll_run SET paid_on = '2026-10-01'",
        "UPDATE payroll_run SET state = 'calculated', approved_by_id = NULL, reviewed_by_id = NULL",
    ):
        with pytest.raises(DBAPIError, match="the run is decided"):
            session.execute(text(attempt))
        session.rollback()
    service.close_run(world.scope, number, actor(world.approver), book)
    assert world.stored_run().paid_reference == "ICBC 1"


PAID = {
    "paid_on": dt.date(2026, 11, 29),
    "paid_amount": 198_818,
    "paid_reference": "ICBC 1",
    "paid_at": dt.datetime(2026, 11, 29, 4, tzinfo=dt.UTC),
}


def payment(**changes: Any) -> service.Payment:
    """What the bank's receipt says of the month worked by hand: 1988.18 yuan."""
    said: dict[str, Any] = {"paid_on": clock.today(), "amount": 198_818, "reference": "ICBC 1"}
    return service.Payment(**said | changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": 198_817}, "payroll.paid_total_differs"),
        ({"amount": 198_819}, "payroll.paid_total_differs"),
        ({"amount": 0}, "payroll.paid_total_differs"),
        ({"paid_on": dt.date(2100, 1, 1)}, "payroll.paid_day_impossible"),
        ({"paid_on": dt.date(2026, 10, 1)}, "payroll.paid_day_impossible"),
        ({"reference": "  "}, "payroll.paid_reference_needed"),
        ({"reference": "x" * 201}, "payroll.paid_reference_needed"),
    ],
)
@pytest.mark.feature("FIN-22")
def test_a_payment_is_the_run_s_total_to_the_fen(
    ready: World, changes: dict[str, Any], code: str
) -> None:
    number = ready.approve()
    with pytest.raises(InputError) as caught:
        payments.pay_run(ready.scope, number, actor(ready.approver), payment(**changes), ready.book)
    assert caught.value.code == code
    assert ready.stored_run().state == RunState.APPROVED
    if changes.get("amount") == 198_817:
        assert caught.value.params["difference"] == "-0.01"
    payments.pay_run(ready.scope, number, actor(ready.approver), payment(), ready.book)
    assert ready.stored_run().state == RunState.PAID


def test_nobody_unnamed_says_that_a_run_is_paid(ready: World) -> None:
    number = ready.approve()
    with pytest.raises(ForbiddenError):
        payments.pay_run(ready.scope, number, audit.CLI, payment(), ready.book)


@both_engines
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "paid"}, "paid"),
        ({"paid_on": dt.date(2026, 11, 29)}, "payment"),
        ({"state": "paid", **PAID, "paid_amount": 198_819}, "payment"),
        ({"state": "paid", **PAID, "paid_reference": None}, "payment"),
    ],
)
@pytest.mark.feature("FIN-22")
def test_the_database_itself_keeps_the_payment_whole(
    session: Session, book: LawBook, values: dict[str, Any], constraint: str
) -> None:
    world = create_world(session, book)
    fill(world)
    world.run()
    world.approve()
    session.commit()
    filled = {"paid_by_id": world.approver.id} if "paid_amount" in values else {}
    with pytest.raises(IntegrityError, match=f"ck_payroll_run_{constraint}"):
        session.execute(update(PayrollRun).values(**values, **filled))


def later_law(folder: Path) -> LawBook:
    """Return the law with a minimum wage of 2,300.00 from October 2026 on, published after October."""
    text_of = (_DOCS / "law-values-example.toml").read_text("utf-8")
    text_of = text_of.replace('"2200"', '"2300"').replace("= 2025-01-01 #", "= 2026-10-01 #", 1)
    (folder / "later.toml").write_text(text_of, "utf-8")
    return LawBook.load([folder / "later.toml"])


def test_a_paid_run_is_closed_as_it_was_paid_whatever_the_law_says_later(
    ready: World, tmp_path: Path
) -> None:
    """Damages of 600.00 leave at least the minimum wage: another one would pay W1 otherwise."""
    number = ready.stored_run().id
    later, who = later_law(tmp_path), actor(ready.approver)
    variances.tick_all(ready.scope, number, who)
    service.review_run(ready.scope, number, who, ready.book)
    with pytest.raises(StateError) as caught:
        service.approve_run(ready.scope, number, who, later)
    assert caught.value.code == "payroll.changed_since"
    service.approve_run(ready.scope, number, who, ready.book)
    ready.pay()

    # What stands in the rows themselves is still looked at.
    session = ready.session
    session.execute(text("DROP TRIGGER tr_payslip_decided_update"))
    net = ready.slip("W1").net_pay_amount
    session.execute(update(Payslip).values(net_pay_amount=net + 1))
    session.commit()
    with pytest.raises(StateError):
        service.close_run(ready.scope, number, who, later)
    session.execute(update(Payslip).values(net_pay_amount=net))
    session.commit()

    service.close_run(ready.scope, number, who, later)

    assert ready.stored_run().state == RunState.CLOSED

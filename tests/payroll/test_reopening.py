"""An approved run is opened again by two people, before it is paid."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.payroll.test_month_by_hand import fill
from tests.payroll.test_web import ClientAs
from tests.payroll.world import World, actor, create_world
from workforce.core.errors import ForbiddenError, InputError, NotFoundError, StateError
from workforce.core.law import LawBook
from workforce.core.lifecycle import RunState
from workforce.payroll import service
from workforce.payroll.models import PayrollRun, RunReopening
from workforce.payroll.reversal import reopening
from workforce.platform import clock, locks
from workforce.platform.audit import AuditEntry


@pytest.fixture
def approved(world: World) -> World:
    """A company whose October is approved."""
    fill(world)
    world.run()
    world.approve()
    return world


def test_who_asks_does_not_grant(approved: World) -> None:
    run_id, scope = approved.stored_run().id, approved.scope
    asker, other = actor(approved.approver), actor(approved.maker)
    with pytest.raises(InputError):
        reopening.ask_to_reopen(scope, run_id, asker, "  ")
    with pytest.raises(NotFoundError):
        reopening.answer_reopening(scope, run_id, other, is_granted=True)

    reopening.ask_to_reopen(scope, run_id, asker, "b1 recounted")
    with pytest.raises(StateError) as caught:
        reopening.ask_to_reopen(scope, run_id, other, "again")
    assert caught.value.code == "payroll.reopening_asked"
    with pytest.raises(ForbiddenError):
        reopening.answer_reopening(scope, run_id, asker, is_granted=True)
    assert approved.stored_run().state == "approved"

    # Taken back by oneself, asked anew, refused by the other, asked anew and granted.
    reopening.answer_reopening(scope, run_id, asker, is_granted=False)
    for is_granted in (False, True):
        reopening.ask_to_reopen(scope, run_id, asker, "b1 recounted")
        assert approved.stored_run().state == "approved"
        reopening.answer_reopening(scope, run_id, other, is_granted=is_granted)
    assert approved.stored_run().state == "calculated"
    said = approved.session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.action.like("%reopening") | AuditEntry.action.like("%run.return"))
        .order_by(AuditEntry.id)
    ).all()
    assert [action.removeprefix("payroll_run.") for action in said] == [
        *("ask_reopening", "refuse_reopening"),
        *("ask_reopening", "refuse_reopening"),
        *("ask_reopening", "return"),
    ]


def test_what_is_paid_meanwhile_is_not_reopened(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id, payer_id = approved.stored_run().id, approved.approver.id
    reopening.ask_to_reopen(approved.scope, run_id, actor(approved.approver), "too late")

    def another_paid(session: Session, _company_id: int) -> None:
        paid = {"state": "paid", "paid_on": clock.today(), "paid_amount": 0, "paid_at": clock.now()}
        session.execute(
            update(PayrollRun)
            .where(PayrollRun.id == run_id)
            .values(**paid, paid_by_id=payer_id, paid_reference="ICBC 1"),
            execution_options={"synchronize_session": False},
        )

    monkeypatch.setattr(locks, "hold", another_paid)
    with pytest.raises(StateError) as caught:
        reopening.answer_reopening(approved.scope, run_id, actor(approved.maker), is_granted=True)
    assert caught.value.code == "payroll.reopening_state"


def test_what_is_paid_is_not_reopened(approved: World) -> None:
    run_id = approved.stored_run().id
    reopening.ask_to_reopen(approved.scope, run_id, actor(approved.approver), "too late")
    approved.pay()
    with pytest.raises(StateError) as caught:
        reopening.answer_reopening(approved.scope, run_id, actor(approved.maker), is_granted=True)
    assert caught.value.code == "payroll.reopening_state"
    assert approved.stored_run().state == "paid"


@both_engines
def test_the_database_asks_for_two_people_too(session: Session, book: LawBook) -> None:
    world = create_world(session, book)
    fill(world)
    world.run()
    run_id, account_id = world.stored_run().id, world.approver.id
    session.add(
        RunReopening(
            run_id=run_id,
            reason="alone",
            asked_by_id=account_id,
            asked_at=clock.now(),
            answered_by_id=account_id,
            answered_at=clock.now(),
            is_granted=True,
        )
    )
    with pytest.raises(IntegrityError, match="two_people"):
        session.flush()


def test_on_the_page(approved: World, client_as: ClientAs) -> None:
    path = f"/payroll/runs/{approved.stored_run().id}"
    asker, other = client_as(approved.approver), client_as(approved.maker)
    assert "申请退回" in asker.get(path).text
    asker.post_form(f"{path}/reopening", {"reason": "b1 <script>"})
    assert "须由另一位" in asker.get(path).text
    assert "b1 &lt;script&gt;" in other.get(path).text
    asker.post_form(f"{path}/reopening/grant")
    assert approved.stored_run().state == "approved"
    other.post_form(f"{path}/reopening/refuse")
    asker.post_form(f"{path}/reopening", {"reason": "b1 recounted"})
    other.post_form(f"{path}/reopening/grant")
    assert approved.stored_run().state == "calculated"


def test_a_return_before_payment_lets_the_month_be_run_again(approved: World) -> None:
    number = approved.stored_run().id
    with pytest.raises(StateError) as caught:
        approved.run()
    assert caught.value.code == "payroll.run_decided"
    with pytest.raises(StateError) as caught:
        service.return_run(approved.scope, number, actor(approved.approver), "late batch")
    assert caught.value.code == "payroll.reopening_needed"

    approved.reopen("late batch")

    assert approved.stored_run().state == RunState.CALCULATED
    approved.run()
    approved.close()
    assert approved.stored_run().state == RunState.CLOSED

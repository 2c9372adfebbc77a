"""November's run from calculated to closed, each step once, wherever the last attempt was ended."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from workforce.accounts.models import Account
from workforce.core.law import LawBook
from workforce.core.lifecycle import RunState
from workforce.core.period import PayPeriod
from workforce.delivery import service as delivery
from workforce.payments import service as payments
from workforce.payroll import queries, receipts, service
from workforce.payroll.review import variances
from workforce.platform import clock
from workforce.platform.audit import Actor
from workforce.platform.db import db
from workforce.platform.scope import Scope

NOVEMBER = PayPeriod.parse("2026-11")


def steps(company_id: int, maker_id: int, approver_id: int) -> Iterator[RunState]:
    """Take the run on, and say after each step how far it is."""
    scope, book = Scope.company(company_id), LawBook.load()
    maker, approver = _actor(maker_id), _actor(approver_id)
    while True:
        session = db.session()
        run = queries.found(session, queries.regular_run(scope, company_id, NOVEMBER))
        run_id, state = run.id, RunState(run.state)
        is_published = receipts.publication_of(session, run_id) is not None
        session.rollback()
        match state:
            case RunState.CALCULATED:
                variances.tick_all(scope, run_id, approver)
                service.review_run(scope, run_id, approver, book)
            case RunState.REVIEWED:
                service.approve_run(scope, run_id, approver, book)
            case RunState.APPROVED if not is_published:
                delivery.publish(scope, run_id, maker, with_mail=False)
            case RunState.APPROVED:
                total = payments.payable(session, scope, run_id).total
                session.rollback()
                paid = service.Payment(paid_on=clock.today(), amount=total, reference="ICBC 2")
                payments.pay_run(scope, run_id, approver, paid, book)
            case RunState.PAID:
                service.close_run(scope, run_id, approver, book)
            case _:
                return
        yield state


def _actor(account_id: int) -> Actor:
    session = db.session()
    name = session.scalars(select(Account.login_name).where(Account.id == account_id)).one()
    session.rollback()
    return Actor(account_id=account_id, name=name)

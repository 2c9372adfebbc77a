"""Whatever people do in whatever order: nobody is paid more than is due, and all sums tie."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.payments.books import Books, create_books
from workforce.core.errors import StateError
from workforce.core.law import LawBook
from workforce.payments import holding, ledger, outcomes, queries, service
from workforce.payments.models import PayHold, Payment, PaymentBatch
from workforce.people.models import Employment
from workforce.platform import clock

_NET = {"A": 250_000, "B": 310_050, "C": 1, "D": 0}
_ACTS = 30


def tries(books: Books, pick: random.Random) -> list[Callable[[], Any]]:
    """Return what somebody may try now: each act on anything that there is, sensible or not."""
    session = books.session
    runs = sorted({row.run_id for row in rows_of(books)})
    batches = list(session.scalars(batch_ids(books)))
    payments = list(session.scalars(select(Payment.id).where(Payment.batch_id.in_(batches))))
    staff = [one.id for one in books.staff.values()]
    holds = list(session.scalars(select(PayHold.id).where(PayHold.employment_id.in_(staff))))
    person = pick.choice(staff)

    def confirm(batch_id: int) -> None:
        pending = session.execute(queries.state_sums(batch_id)).all()
        session.commit()
        books.confirm(batch_id, sum(row.amount for row in pending if row.state == "pending"))

    def account(number: str | None) -> None:
        session.get_one(Employment, person).bank_account = number
        session.commit()

    return [
        lambda: books.make(pick.choice(runs)),
        lambda: books.pay(pick.choice(runs)),
        lambda: service.make_arrears_batch(books.scope, books.company.id, books.who),
        lambda: holding.hold_pay(books.scope, person, "x", books.who),
        lambda: account(None),
        lambda: account("6222000000000000"),
        *[lambda one=one: confirm(one) for one in batches],
        *[
            lambda one=one: service.cancel_batch(books.scope, one, "x", books.who)
            for one in batches
        ],
        *[
            lambda one=one: outcomes.fail_payment(books.scope, one, "x", books.who)
            for one in payments
        ],
        *[
            lambda one=one: outcomes.recall_failure(books.scope, one, "x", books.who)
            for one in payments
        ],
        *[lambda one=one: holding.release_pay(books.scope, one, "x", books.who) for one in holds],
    ]


def batch_ids(books: Books) -> Select[int]:
    return select(PaymentBatch.id).where(PaymentBatch.company_id == books.company.id)


def rows_of(books: Books) -> list[Any]:
    books.session.commit()
    rows = queries.arrears(books.scope, clock.today())
    return list(books.session.execute(rows))


def check(books: Books, due: int) -> None:
    """Count everything a second time from the bare rows, and compare."""
    session = books.session
    rows = rows_of(books)
    assert sum(row.due_amount for row in rows) == due
    of_company = Payment.batch_id.in_(batch_ids(books))
    payments = session.scalars(select(Payment).where(of_company)).all()
    for row in rows:
        mine = [one for one in payments if one.chain_id == row.chain_id]
        paid = sum(one.amount for one in mine if one.state == "paid")
        pending = [one.amount for one in mine if one.state == "pending"]
        assert paid + sum(pending) <= row.due_amount
        assert len(pending) <= 1
        assert (row.paid_amount, row.pending_amount) == (paid, sum(pending))
        assert row.outstanding_amount == row.due_amount - paid
    for batch in session.scalars(queries.batches(books.scope)):
        of_batch = [one for one in payments if one.batch_id == batch.id]
        assert batch.total_amount == sum(one.amount for one in of_batch)
        assert batch.payment_count == len(of_batch)
        states = {one.state for one in of_batch}
        if batch.state == "confirmed":
            assert "pending" not in states
            assert batch.paid_amount is not None
            assert sum(one.amount for one in of_batch if one.state == "paid") <= batch.paid_amount
        elif batch.state == "made":
            assert states <= {"pending", "failed"}
        else:
            assert states <= {"cancelled"}
    sums = session.execute(
        queries.month_sums(queries.arrears(books.scope, clock.today()), clock.today())
    ).all()
    assert sum(one.due_amount for one in sums) == due
    assert sum(one.paid_amount + one.owed_amount for one in sums) == due
    # What only looks at what is open comes to the same.
    open_rows = queries.arrears(books.scope, clock.today(), is_open_only=True)
    assert {row.chain_id for row in session.execute(open_rows)} == {
        row.chain_id for row in rows if row.outstanding_amount
    }
    wanted, known = ledger.Wanted(span=ledger.ALL_YEARS), ["2026-11", "2026-10"]
    quick = ledger.month_sums(session, books.scope, wanted, known, clock.today())
    assert [(str(one.period), one.sums.due, one.sums.paid, one.sums.owed) for one in quick] == [
        (one.period, one.due_amount, one.paid_amount, one.owed_amount) for one in sums
    ]


@both_engines
@pytest.mark.feature("FIN-34")
def test_nobody_is_paid_more_than_is_due_whatever_happens(session: Session, book: LawBook) -> None:
    # PostgreSQL tries the statements, SQLite one more order of the acts.
    for seed in range(1 if session.get_bind().dialect.name == "postgresql" else 2):
        pick = random.Random(seed)  # noqa: S311 - for choosing what to try
        books = create_books(session, book, f"C{seed}")
        books.run("2026-10", "", **_NET)
        books.run("2026-11", "", **_NET)
        done = 0
        for _ in range(_ACTS):
            act = pick.choice(tries(books, pick))
            try:
                act()
            except StateError:
                session.rollback()
            else:
                done += 1
            check(books, 2 * sum(_NET.values()))
        assert done > 0

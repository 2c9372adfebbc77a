"""Who is paid by a batch, who is left out and why, and what the bank's answer does to the books."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.payments.books import NOON, Books, create_books, paid, slip_of
from tests.together import AT_ONCE
from workforce.core.errors import DomainError, ForbiddenError, InputError, NotFoundError, StateError
from workforce.core.law import LawBook
from workforce.core.text import Text
from workforce.payments import holding, ledger, outcomes, queries, service
from workforce.payments.models import Payment, PaymentBatch
from workforce.payments.queries import Why
from workforce.payroll.models import PayrollRun, Payslip, SlipReversal
from workforce.payroll.service import give_back
from workforce.platform import audit, clock
from workforce.platform.db import db
from workforce.platform.scope import Scope


def at_once(app: Flask, act: Callable[[], object]) -> list[str]:
    """Act in several threads at the same instant; return what each came to: ``done`` or an error's code."""
    start = threading.Barrier(AT_ONCE)

    def run(_number: int) -> str:
        with app.app_context(), clock.fixed(NOON):
            start.wait(30)
            try:
                act()
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(run, range(AT_ONCE)))


def month(books: Books) -> int:
    """Decide an October that pays 2500.00, 3100.50, 1800.00, 2000.00 and nothing; two cannot be paid.

    C's pay is held back and D has no account: 5600.50 of 9400.50 goes to the bank.
    """
    run_id = books.run(A=250_000, B=310_050, C=180_000, D=200_000, E=0)
    holding.hold_pay(books.scope, books.staff["C"].id, "账户被冻结", books.who)
    books.staff["D"].bank_account = None
    books.session.commit()
    return run_id


@both_engines
@pytest.mark.feature("FIN-29", "FIN-34")
def test_a_batch_pays_whom_it_can_and_names_everybody_else(session: Session, book: LawBook) -> None:
    books = create_books(session, book)
    run_id = month(books)

    made = books.make(run_id)

    assert (made.number, made.count, made.total) == (1, 2, 560_050)
    assert [(part.employee_no, part.amount, part.why) for part in made.left_out] == [
        ("C", 180_000, Why.HELD),
        ("D", 200_000, Why.NO_ACCOUNT),
        ("E", 0, Why.SETTLED),
    ]
    assert books.state(run_id) == "approved"
    assert books.ledger() == {
        ("A", "2026-10"): (250_000, 0, 250_000, "pending"),
        ("B", "2026-10"): (310_050, 0, 310_050, "pending"),
        ("C", "2026-10"): (180_000, 0, 180_000, "held"),
        ("D", "2026-10"): (200_000, 0, 200_000, "no_account"),
        ("E", "2026-10"): (0, 0, 0, "settled"),
    }
    with pytest.raises(InputError) as caught:
        books.confirm(made.batch_id, 560_049)
    assert caught.value.code == "payroll.paid_total_differs"
    assert caught.value.params["difference"] == "-0.01"

    books.confirm(made.batch_id, 560_050)

    assert books.state(run_id) == "paid"
    assert books.ledger()["A", "2026-10"] == (250_000, 250_000, 0, "settled")
    # The rest: released, and with an account that finance was told, in a batch of its own.
    (hold,) = session.scalars(text("SELECT id FROM pay_hold"))
    holding.release_pay(books.scope, hold, "账户已解冻", books.who)
    books.staff["D"].bank_account = "6222000000000000"
    session.commit()
    rest = service.make_arrears_batch(books.scope, books.company.id, books.who)
    assert (rest.number, rest.count, rest.total, rest.left_out) == (2, 2, 380_000, ())
    assert books.payment(rest.batch_id, "D").bank_account == "6222000000000000"
    books.confirm(rest.batch_id, 380_000)
    assert {row[2:] for row in books.ledger().values()} == {(0, "settled")}
    with pytest.raises(StateError) as over:
        service.make_arrears_batch(books.scope, books.company.id, books.who)
    assert over.value.code == "payments.nothing_owed"


@both_engines
@pytest.mark.feature("FIN-34")
def test_what_the_bank_sends_back_is_owed_again_and_paid_once(
    session: Session, book: LawBook
) -> None:
    books = create_books(session, book)
    run_id = books.run(A=250_000, B=310_050)
    made = books.pay(run_id)
    payment_id = books.payment(made.batch_id, "A").payment_id

    outcomes.fail_payment(books.scope, payment_id, "账号不存在", books.who, dt.date(2026, 11, 16))

    assert books.state(run_id) == "paid"
    assert books.ledger() == {
        ("A", "2026-10"): (250_000, 0, 250_000, "failed"),
        ("B", "2026-10"): (310_050, 310_050, 0, "settled"),
    }
    with pytest.raises(StateError):
        outcomes.fail_payment(books.scope, payment_id, "账号不存在", books.who)
    # Marked by mistake: taken back, then marked again.
    outcomes.recall_failure(books.scope, payment_id, "标错了人", books.who)
    assert books.ledger()["A", "2026-10"] == (250_000, 250_000, 0, "settled")
    outcomes.fail_payment(books.scope, payment_id, "账号不存在", books.who)

    books.staff["A"].bank_account = "6222000000000001"
    session.commit()
    rest = service.make_arrears_batch(books.scope, books.company.id, books.who)
    assert (rest.count, rest.total) == (1, 250_000)
    assert books.payment(rest.batch_id, "A").bank_account == "6222000000000001"
    assert books.payment(made.batch_id, "A").bank_account != "6222000000000001"
    for _ in range(2):
        # While the new payment is under way, and when it has arrived: the first one stays failed.
        with pytest.raises(StateError) as caught:
            outcomes.recall_failure(books.scope, payment_id, "paid after all", books.who)
        assert caught.value.code == "payments.paid_otherwise"
        if session.get_one(PaymentBatch, rest.batch_id).state == "made":
            books.confirm(rest.batch_id, 250_000)
    assert books.ledger()["A", "2026-10"] == (250_000, 250_000, 0, "settled")


@pytest.mark.feature("FIN-34")
def test_a_line_that_the_bank_refuses_at_once_is_not_confirmed_with_the_rest(books: Books) -> None:
    run_id = books.run(A=250_000, B=310_050)
    made = books.make(run_id)
    outcomes.fail_payment(
        books.scope, books.payment(made.batch_id, "B").payment_id, "户名不符", books.who
    )
    with pytest.raises(InputError):
        books.confirm(made.batch_id, 560_050)
    books.confirm(made.batch_id, 250_000)
    assert books.state(run_id) == "paid"
    assert books.ledger()["B", "2026-10"] == (310_050, 0, 310_050, "failed")
    with pytest.raises(StateError) as caught:
        outcomes.recall_failure(
            books.scope, books.payment(made.batch_id, "B").payment_id, "x", books.who
        )
    assert caught.value.code == "payments.paid_otherwise"


@pytest.mark.feature("FIN-34")
def test_a_cancelled_batch_frees_its_people(books: Books) -> None:
    run_id = books.run(A=250_000, B=310_050)
    made = books.make(run_id)
    with pytest.raises(StateError) as waits:
        books.make(run_id)
    assert waits.value.code == "payments.batch_waits"
    with pytest.raises(StateError) as pending:
        holding.hold_pay(books.scope, books.staff["A"].id, "late", books.who)
    assert pending.value.params["number"] == 1
    service.cancel_batch(books.scope, made.batch_id, "银行系统维护", books.who)
    with pytest.raises(StateError):
        books.confirm(made.batch_id, 560_050)
    holding.hold_pay(books.scope, books.staff["A"].id, "late", books.who)
    again = books.make(run_id)
    assert (again.number, again.count, again.total) == (2, 1, 310_050)


@pytest.mark.feature("FIN-29")
def test_who_is_held_is_overdue_by_no_days_that_nobody_sees(books: Books) -> None:
    """A hold before approval keeps later months back, too; before the pay day nobody is late."""
    october = books.run("2026-10", "2026-11-15", A=250_000, B=100)
    november = books.run("2026-11", "2026-12-15", A=260_000)
    books.pay(october)
    assert books.ledger()["A", "2026-11"] == (260_000, 0, 260_000, "not_due")
    # 17:00 UTC on the 20th is the 21st at the base, of which the ledger speaks.
    with clock.fixed(dt.datetime(2026, 11, 20, 17, tzinfo=dt.UTC)):
        holding.hold_pay(books.scope, books.staff["A"].id, "失联", books.who)
    rows = books.session.execute(queries.arrears(books.scope, clock.today(), periods=["2026-11"]))
    (row,) = (ledger.row_of(one, clock.today()) for one in rows)
    assert row.said == Text("2026-11-21 起：失联", "since 2026-11-21: 失联")
    with pytest.raises(StateError) as twice:
        holding.hold_pay(books.scope, books.staff["A"].id, "失联", books.who)
    assert twice.value.code == "payments.held_already"
    empty = books.make(november)
    assert (empty.count, empty.total) == (0, 0)
    books.confirm(empty.batch_id, 0)
    assert books.state(november) == "paid"
    with clock.fixed(dt.datetime(2026, 12, 20, 4, tzinfo=dt.UTC)):
        assert books.ledger()["A", "2026-11"][3] == "held"
        (hold,) = books.session.scalars(text("SELECT id FROM pay_hold"))
        holding.release_pay(books.scope, hold, "本人已回岗", books.who)
        assert books.ledger()["A", "2026-11"] == (260_000, 0, 260_000, "overdue")


@both_engines
@pytest.mark.feature("FIN-34")
def test_a_payslip_issued_again_is_owed_its_difference(session: Session, book: LawBook) -> None:
    """2500.00 were paid; 2630.00 was right: 130.00 is owed. Until it is issued, 2500.00 was too much."""
    books = create_books(session, book)
    october = books.run(A=250_000)
    books.pay(october)
    first = slip_of(books, october, "A")
    maker, checker = books.finance.id, session.scalar(text("SELECT min(id) FROM account"))
    assert maker == checker
    other = session.scalar(text("SELECT max(id) FROM account"))
    session.add(
        SlipReversal(
            payslip_id=first.id,
            reason="x",
            proposed_by_id=maker,
            proposed_at=clock.now(),
            approved_by_id=other,
            approved_at=clock.now(),
        )
    )
    session.commit()
    overpaid = {("A", "2026-10"): (0, 250_000, -250_000, "overpaid")}
    assert books.ledger() == overpaid == books.ledger(is_open_only=True)

    run_id = books.reissue(first, 263_000)

    owed = {("A", "2026-10"): (263_000, 250_000, 13_000, "overdue")}
    assert books.ledger() == owed == books.ledger(is_open_only=True)
    made = books.pay(run_id)
    assert (made.count, made.total) == (1, 13_000)
    assert books.ledger() == {("A", "2026-10"): (263_000, 263_000, 0, "settled")}
    assert books.ledger(is_open_only=True) == {}


@both_engines
@pytest.mark.feature("FIN-34")
def test_the_database_itself_keeps_what_was_paid(session: Session, book: LawBook) -> None:
    books = create_books(session, book)
    made = books.pay(books.run(A=250_000))
    hold = holding.hold_pay(books.scope, books.staff["A"].id, "x", books.who)
    holding.release_pay(books.scope, hold, "y", books.who)
    session.commit()
    for attempt in (
        "UPDATE payment SET amount = 1",
        "UPDATE payment SET bank_account = 'x'",
        "UPDATE payment SET bank_account = NULL",
        "UPDATE payment SET payslip_id = NULL",
        "DELETE FROM payment",
        "UPDATE payment_batch SET total_amount = 1",
        "UPDATE payment_batch SET reference = 'another'",
        "DELETE FROM payment_batch",
        "UPDATE pay_hold SET reason = 'another'",
        "DELETE FROM pay_hold",
    ):
        with pytest.raises(DBAPIError, match="what was paid stands"):
            session.execute(text(attempt))
        session.rollback()
    slip = session.scalars(select(Payment.chain_id)).one()
    session.add_all(
        Payment(
            batch_id=made.batch_id + number,
            employment_id=books.staff["A"].id,
            payslip_id=slip,
            chain_id=slip,
            amount=1,
            state="pending",
            payee_name="A",
        )
        for number in range(2)
    )
    with pytest.raises(DBAPIError):
        session.flush()


@both_engines
@pytest.mark.feature("FIN-34")
def test_many_at_once_make_one_batch_and_confirm_it_once(
    app: Flask, session: Session, book: LawBook
) -> None:
    books = create_books(session, book)
    run_id = books.run(A=250_000, B=310_050)
    scope, who = books.scope, books.who
    session.commit()

    made = at_once(app, lambda: service.make_batch(scope, run_id, who, book))
    assert made.count("done") == 1
    assert set(made) == {"done", "payments.batch_waits"}
    batch_id = session.scalars(select(PaymentBatch.id)).one()
    session.commit()
    confirmed = at_once(app, lambda: service.confirm_batch(scope, batch_id, paid(560_050), who))
    assert confirmed.count("done") == 1
    assert len(confirmed) == AT_ONCE
    session.commit()
    assert sorted(session.scalars(select(Payment.amount))) == [250_000, 310_050]


def test_an_act_on_money_has_a_name_and_stays_in_the_company(
    books: Books, session: Session
) -> None:
    run_id = books.run(A=250_000)
    with pytest.raises(ForbiddenError):
        service.make_batch(books.scope, run_id, audit.CLI, books.book)
    with pytest.raises(ForbiddenError):
        service.make_arrears_batch(books.scope, books.company.id, audit.CLI)
    made = books.make(run_id)
    payment_id = books.payment(made.batch_id, "A").payment_id
    other = create_books(session, books.book, "ZZ")
    session.commit()
    for act in (
        lambda: service.make_batch(other.scope, run_id, other.who, other.book),
        lambda: service.make_arrears_batch(other.scope, books.company.id, other.who),
        lambda: other.confirm(made.batch_id, 250_000),
        lambda: service.cancel_batch(other.scope, made.batch_id, "x", other.who),
        lambda: outcomes.fail_payment(other.scope, payment_id, "x", other.who),
        lambda: outcomes.recall_failure(other.scope, payment_id, "x", other.who),
        lambda: holding.hold_pay(other.scope, books.staff["A"].id, "x", other.who),
        lambda: holding.hold_pay(Scope.teams(books.company.id, frozenset()), 1, "x", other.who),
    ):
        with pytest.raises(NotFoundError):
            act()
    actions = select(audit.AuditEntry.action).where(
        audit.AuditEntry.subject_type == "payment_batch"
    )
    assert list(session.scalars(actions)) == ["payment_batch.make"]


@pytest.mark.feature("FIN-34")
def test_a_run_whose_batch_is_with_the_bank_does_not_go_back(books: Books) -> None:
    """Cancelled first, the run goes back and its payslips are made anew; the batch stays on record."""
    run_id = books.run(A=250_000, B=100)
    made = books.make(run_id)
    session = books.session
    # One that the bank refused before is as little paid as the rest, and binds the run no longer.
    refused = books.payment(made.batch_id, "B").payment_id
    outcomes.fail_payment(books.scope, refused, "户名不符", books.who)
    with pytest.raises(StateError) as caught:
        give_back(session, books.scope, session.get_one(PayrollRun, run_id), books.who, "recounted")
    assert caught.value.code == "payroll.being_paid"
    session.rollback()
    service.cancel_batch(books.scope, made.batch_id, "recounted", books.who)
    run = session.get_one(PayrollRun, run_id)
    run.state, run.approved_by_id, run.approved_at = "reviewed", None, None
    session.flush()
    session.execute(delete(Payslip).where(Payslip.run_id == run_id))
    session.commit()
    kept, other = session.scalars(select(Payment).order_by(Payment.id))
    assert (other.state, other.payslip_id, other.fail_reason) == ("cancelled", None, None)
    assert (kept.state, kept.payslip_id, kept.chain_id) == ("cancelled", None, None)
    assert (kept.amount, kept.payee_name) == (250_000, "A某")
    assert books.payment(made.batch_id, "A").period is None

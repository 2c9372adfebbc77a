"""A company with people and decided runs whose net pay is simply said, in fen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from tests import factories
from tests.factories.rows import add
from workforce.accounts.models import Account
from workforce.companies.models import Company
from workforce.core.law import LawBook
from workforce.core.permissions import Role
from workforce.payments import queries, service
from workforce.payroll.models import PayrollRun, Payslip
from workforce.payroll.order_models import RunOrder
from workforce.payroll.receipt_models import Publication
from workforce.payroll.service import Payment
from workforce.people.models import Employment
from workforce.platform import clock
from workforce.platform.audit import Actor
from workforce.platform.scope import Scope

NOON = dt.datetime(2026, 11, 16, 4, tzinfo=dt.UTC)
"""The day after the pay day of October, the fifteenth."""


@dataclass(slots=True)
class Books:
    """One company, its finance, and its people by employee number."""

    session: Session
    book: LawBook
    company: Company
    finance: Account
    staff: dict[str, Employment] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        return Scope.company(self.company.id)

    @property
    def who(self) -> Actor:
        return Actor(account_id=self.finance.id, name=self.finance.login_name)

    def run(self, period: str = "2026-10", pay_on: str = "", /, **net: int) -> int:
        """Decide a run that pays these people so many fen: ``run(A=250_000, B=310_000)``."""
        for number in net:
            if number not in self.staff:
                self.staff[number] = factories.create_employment(
                    self.session,
                    self.company,
                    factories.create_person(self.session, name=f"{number}某"),
                    employee_no=number,
                )
        run = factories.create_run(
            self.session,
            self.company,
            state="reviewed",
            period=period,
            pay_on=dt.date.fromisoformat(pay_on) if pay_on else clock.today() - dt.timedelta(1),
            payslip_count=len(net),
            net_pay_amount=sum(net.values()),
            gross_pay_amount=sum(net.values()),
        )
        for number, amount in net.items():
            self._slip(run, number, amount)
        return self._decide(run)

    def reissue(self, first: Payslip, net: int) -> int:
        """Decide a run beside the regular one that issues a payslip again."""
        number = next(no for no, one in self.staff.items() if one.id == first.employment_id)
        order = add(
            self.session,
            RunOrder(
                company_id=self.company.id,
                period=first.period,
                number=1,
                purpose="reissue",
                title="x",
                pay_on=clock.today() - dt.timedelta(1),
                reason="x",
                created_at=clock.now(),
            ),
        )
        run = factories.create_run(
            self.session,
            self.company,
            state="reviewed",
            period=first.period,
            kind="off_cycle",
            order_id=order.id,
            pay_on=clock.today() - dt.timedelta(1),
            payslip_count=1,
            net_pay_amount=net,
        )
        self._slip(run, number, net, origin_id=first.id)
        return self._decide(run)

    def _slip(self, run: PayrollRun, number: str, net: int, **more: Any) -> None:
        factories.create_payslip(
            self.session,
            run,
            self.staff[number],
            net_pay_amount=net,
            gross_pay_amount=net,
            employer_cost_amount=net,
            **more,
        )

    def _decide(self, run: PayrollRun) -> int:
        """Approve a run, after its payslips are there: nothing is added to a decided one."""
        admin = factories.create_account(self.session, Role.COMPANY_ADMIN, self.company)
        run.state, run.approved_by_id, run.approved_at = "approved", admin.id, clock.now()
        add(self.session, Publication(run_id=run.id, published_at=clock.now()))
        self.session.commit()
        return run.id

    def state(self, run_id: int) -> str:
        self.session.commit()
        return self.session.get_one(PayrollRun, run_id).state

    def pay(self, run_id: int) -> service.Made:
        """Pay whom the run's batch can pay, in one go."""
        self.session.commit()
        total = service.payable(self.session, self.scope, run_id).total
        return service.pay_run(self.scope, run_id, self.who, paid(total), self.book)

    def make(self, run_id: int) -> service.Made:
        return service.make_batch(self.scope, run_id, self.who, self.book)

    def confirm(self, batch_id: int, amount: int) -> None:
        service.confirm_batch(self.scope, batch_id, paid(amount), self.who)

    def batch_id(self, number: int) -> int:
        return self.session.scalars(queries.batch_numbered(self.scope, number)).one().id

    def payment(self, batch_id: int, number: str) -> Any:
        """Return the row of ``payments_of`` of one person."""
        self.session.commit()
        rows = self.session.execute(queries.payments_of(self.scope, batch_id))
        return next(row for row in rows if row.employee_no == number)

    def ledger(self, **chosen: Any) -> dict[tuple[str, str], tuple[int, int, int, str]]:
        """Return due, paid, outstanding (fen) and why, by person and period."""
        self.session.commit()
        rows = self.session.execute(queries.arrears(self.scope, clock.today(), **chosen))
        return {
            (row.employee_no, row.period): (
                row.due_amount,
                row.paid_amount,
                row.outstanding_amount,
                row.why,
            )
            for row in rows
        }


def paid(amount: int) -> Payment:
    """What the bank's receipt of today says."""
    return Payment(paid_on=clock.today(), amount=amount, reference="ICBC 1")


def create_books(session: Session, book: LawBook, code: str = "QZ") -> Books:
    """Make a company without people."""
    company = factories.create_company(session, code=code)
    return Books(session, book, company, factories.create_account(session, Role.FINANCE, company))


def slip_of(books: Books, run_id: int, number: str) -> Payslip:
    """Return one person's payslip in a run."""
    return (
        books.session.query(Payslip)
        .filter_by(run_id=run_id, employment_id=books.staff[number].id)
        .one()
    )

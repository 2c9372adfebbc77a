"""A company with its rule, its prices and its people, in a few words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from tests import factories
from workforce.accounts.models import Account
from workforce.companies.models import Company
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.payments import service as payments
from workforce.payroll import queries, receipts, service
from workforce.payroll.models import PayrollRun, Payslip, PayslipLine
from workforce.payroll.reversal import reopening
from workforce.payroll.review import variances
from workforce.payroll.service import RunOutcome
from workforce.people.models import Employment
from workforce.platform import audit, clock
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.production.models import TaskType

OCTOBER = PayPeriod(2026, 10)
FIRST = OCTOBER.first_on
MICRO = 1_000_000

TIERS = [
    {"accuracy_from_rate": 980_000, "factor_rate": 1_000_000},
    {"accuracy_from_rate": 950_000, "factor_rate": 950_000},
    {"accuracy_from_rate": 0, "factor_rate": 800_000},
]

# Workdays of October 2026: 1–7 is the National Day week, Saturday 10 is an adjusted workday.
WORKDAYS = [
    dt.date(2026, 10, day) for day in (8, 9, 10, *range(12, 17), *range(19, 24), *range(26, 31))
]


@dataclass(slots=True)
class World:
    """One company in one database."""

    session: Session
    book: LawBook
    company: Company
    maker: Account
    approver: Account
    task_types: dict[str, TaskType] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        return Scope.company(self.company.id)

    def hire(self, number: str, hired_on: dt.date = FIRST, **profile: Any) -> Employment:
        """Employ somebody, with a pay profile from the first of the month of hiring."""
        employment = {
            name: profile.pop(name)
            for name in ("person", "separated_on", "employment_type", "hours_system")
            if name in profile
        }
        row = factories.create_employment(
            self.session, self.company, employee_no=number, hired_on=hired_on, **employment
        )
        factories.create_pay_profile(
            self.session, row, **{"valid_from": hired_on.replace(day=1)} | profile
        )
        return row

    def task_type(self, code: str, *prices: tuple[str, int]) -> TaskType:
        """Price a task type, made if it is new to the base: (first day, millionths of a yuan)."""
        row = self.task_types.get(code) or factories.create_task_type(self.session, code=code)
        self.task_types[code] = row
        days = [dt.date.fromisoformat(day) for day, _ in prices]
        for index, (_, price) in enumerate(prices):
            end = days[index + 1] if index + 1 < len(days) else None
            factories.create_piece_price(
                self.session, self.company, row, price, valid_from=days[index], valid_to=end
            )
        return row

    def output(
        self, employment: Employment, code: str, day: int, quantity: int, **more: Any
    ) -> None:
        on = dt.date(2026, 10, day)
        factories.create_output(
            self.session, employment, self.task_types[code], on, quantity, **more
        )

    def shift(
        self,
        employment: Employment,
        start: str,
        end: str,
        break_minutes: int = 0,
        **more: Any,
    ) -> None:
        """Record a shift: ``"2026-10-01 09:00"`` to ``"2026-10-01 18:00"``."""
        starts_at, ends_at = dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end)
        factories.create_shift(
            self.session,
            employment,
            starts_at.date(),
            starts_at=starts_at,
            ends_at=ends_at,
            break_minutes=break_minutes,
            **more,
        )

    def attend(self, employment: Employment, days: list[dt.date] | None = None) -> None:
        """Record eight hours on each workday that has no shift yet."""
        for day in WORKDAYS if days is None else days:
            factories.create_shift(self.session, employment, day)

    def run(self, period: PayPeriod = OCTOBER, **more: Any) -> RunOutcome:
        self.session.commit()
        return service.run_payroll(
            self.scope, self.company.id, period, actor(self.maker), self.book, **more
        )

    def stored_run(self, period: PayPeriod = OCTOBER) -> PayrollRun:
        # A new reading transaction: pages write in sessions of their own.
        self.session.commit()
        return queries.found(self.session, queries.regular_run(self.scope, self.company.id, period))

    def slip(self, number: str, period: PayPeriod = OCTOBER) -> Payslip:
        run = self.stored_run(period)
        rows = self.session.scalars(
            queries.payslips_of_run(self.scope, run.id)
            .join(Employment, Employment.id == Payslip.employment_id)
            .where(Employment.employee_no == number)
        )
        return rows.one()

    def lines(self, number: str, period: PayPeriod = OCTOBER) -> list[PayslipLine]:
        slip = self.slip(number, period)
        return list(self.session.scalars(queries.lines(self.scope, slip.id)))

    def amounts(self, number: str, period: PayPeriod = OCTOBER) -> dict[str, int]:
        """Return amounts by code in fen; lines that share a code are summed."""
        amounts: dict[str, int] = {}
        for line in self.lines(number, period):
            amounts[line.code] = amounts.get(line.code, 0) + line.amount
        return amounts

    def approve(self, period: PayPeriod = OCTOBER) -> int:
        """Tick, review and approve the month's run."""
        run_id = self.stored_run(period).id
        variances.tick_all(self.scope, run_id, actor(self.approver))
        service.review_run(self.scope, run_id, actor(self.approver), self.book)
        service.approve_run(self.scope, run_id, actor(self.approver), self.book)
        return run_id

    def publish(self, period: PayPeriod = OCTOBER) -> int:
        """Show the payslips of the month's approved run to their people."""
        run_id = self.stored_run(period).id
        self.session.commit()
        with unit_of_work() as working:
            receipts.publish_run(working, self.scope, run_id, actor(self.maker))
        return run_id

    def reopen(self, reason: str, period: PayPeriod = OCTOBER) -> int:
        """Open the month's approved run again: the approver asks, the maker grants."""
        run_id = self.stored_run(period).id
        reopening.ask_to_reopen(self.scope, run_id, actor(self.approver), reason)
        reopening.answer_reopening(self.scope, run_id, actor(self.maker), is_granted=True)
        return run_id

    def pay(self, period: PayPeriod = OCTOBER) -> int:
        """Record that the month's approved run was paid today: all who can be paid."""
        run = self.stored_run(period)
        total = payments.payable(self.session, self.scope, run.id).total
        payment = service.Payment(paid_on=clock.today(), amount=total, reference="ICBC 1")
        payments.pay_run(self.scope, run.id, actor(self.approver), payment, self.book)
        return run.id

    def close(self, period: PayPeriod = OCTOBER) -> int:
        """Take the month's calculated run to its close."""
        run_id = self.approve(period)
        self.publish(period)
        self.pay(period)
        service.close_run(self.scope, run_id, actor(self.approver), self.book)
        return run_id


def actor(account: Account) -> audit.Actor:
    return audit.Actor(account_id=account.id, name=account.login_name)


def create_world(session: Session, book: LawBook, code: str = "QZ", **policy: Any) -> World:
    """Make a company with quality tiers and a night allowance, and its two finance accounts."""
    company = factories.create_company(session, code=code)
    factories.create_pay_policy(
        session,
        company,
        **{
            "quality_tiers": TIERS,
            "night_allowance_amount": 1500,
            "work_injury_rate": 3_000,
        }
        | policy,
    )
    return World(
        session=session,
        book=book,
        company=company,
        maker=factories.create_account(session, Role.FINANCE, company),
        approver=factories.create_account(session, Role.FINANCE, company),
    )

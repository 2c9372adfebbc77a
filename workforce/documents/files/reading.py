"""What files that leave the house are made of: read once, in a fixed number of statements.

The payslips are those of a month's approved runs that count: a reversed one is in no file. Identity is
decrypted for the people of these payslips only. What another form needs beside this is read here, for
all forms once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, select

from workforce.companies import queries as companies
from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.core.period import PayPeriod
from workforce.core.results import LineKind, WagePart
from workforce.documents.files.accounts import Books, PayingAccount, books_of, paying_account
from workforce.documents.filing_facts import read_filing_facts
from workforce.documents.filing_month import FilingMonth, filing_month
from workforce.payments import paid
from workforce.payments import queries as payments
from workforce.payroll import queries as payroll
from workforce.payroll import receipts
from workforce.people import queries as people
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The lines of one code of one payslip, added up; ``amount`` in fen, never negative."""

    kind: LineKind
    code: str
    wage_part: WagePart | None
    is_untaxed: bool
    amount: int

    @property
    def signed(self) -> int:
        """The amount as it enters gross pay: a reduction is negative."""
        return -self.amount if self.kind is LineKind.REDUCTION else self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One decided payslip that counts. ``row``: all columns of a stored payslip; amounts in fen."""

    row: Row[Any]
    lines: tuple[Line, ...]

    def amount(self, kind: LineKind, *codes: str) -> int:
        """Return what the lines of a kind with these codes come to; of every code where none is named."""
        return sum(
            line.amount
            for line in self.lines
            if line.kind is kind and (not codes or line.code in codes)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What the bank has paid a person of the month; ``amount`` in fen."""

    amount: int
    on: dt.date | None
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPay:
    """One employment and its payslips of the month, in the order of their runs.

    ``person``: a row of people's ``register``, decrypted. ``profile``: the agreed facts of the month
    (contribution_base_amount, fund_base_amount, fund_employee_rate, fund_employer_rate, tax_method),
    or None. ``team_code`` and ``team_name``: the last team of the month, or None. ``signed_at``: when
    the person confirmed the payslip here, or None.
    """

    person: Row[Any]
    slips: tuple[Slip, ...]
    profile: Any
    team_code: str | None
    team_name: str | None
    paid: tuple[Paid, ...] = ()
    signed_at: dt.datetime | None = None

    def amount(self, kind: LineKind, *codes: str) -> int:
        """Return what the lines of a kind with these codes come to, over all payslips of the month."""
        return sum(slip.amount(kind, *codes) for slip in self.slips)

    def lines(self) -> Iterator[Line]:
        """Return the lines of all payslips of the month."""
        for slip in self.slips:
            yield from slip.lines

    def total(self, column: str) -> int:
        """Return the sum of a column of the payslips: ``net_pay_amount``, ``attended_days``."""
        return sum(getattr(slip.row, column) for slip in self.slips)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTotals:
    """What a month's runs say that they come to, less what was reversed; fen and payslips."""

    gross_pay: int
    net_pay: int
    employer_cost: int
    payslips: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """One payment of a batch; payee and account are as they were when it was made. ``amount`` in fen.

    ``period``: the month of the payslip that is paid. ``has_failed``: the bank did not pay it or sent it back.
    """

    employee_no: str
    name: str
    bank_name: str | None
    bank_account: str | None
    amount: int
    phone: str | None
    period: PayPeriod
    has_failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFacts:
    """A payment batch: its number, the day of payment, and its own count and total in fen."""

    batch_id: int
    number: int
    pay_on: dt.date
    count: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileData:
    """All that a file is made of.

    ``people``: by employee number, for files of a month; ``payments``: in the order of the batch, for
    files of a ``batch``. ``company``: its row. ``totals`` are the runs' own. ``books``: how the company
    names its accounts.
    """

    company: Any
    period: PayPeriod
    account: PayingAccount | None
    books: Books
    people: tuple[PersonPay, ...] = ()
    totals: RunTotals | None = None
    pay_on: dt.date | None = None
    paid_on: dt.date | None = None
    batch: BatchFacts | None = None
    payments: tuple[PaymentRow, ...] = ()
    filing: FilingMonth | None = None

    @property
    def filed(self) -> FilingMonth:
        """Return the month as it is filed.

        Raises:
            LookupError: it was read without what tax files need.
        """
        if self.filing is None:
            message = "read a month with is_filed for its tax files"
            raise LookupError(message)
        return self.filing

    @property
    def run_totals(self) -> RunTotals:
        """Return the totals of the month's runs.

        Raises:
            LookupError: this was read of a batch.
        """
        if self.totals is None:
            message = "files of a batch have no totals of a month"
            raise LookupError(message)
        return self.totals

    @property
    def batch_facts(self) -> BatchFacts:
        """Return the payment batch.

        Raises:
            LookupError: this was read of a month.
        """
        if self.batch is None:
            message = "files of a month have no payment batch"
            raise LookupError(message)
        return self.batch


def read_month(
    session: Session, company_id: int, period: PayPeriod, *, is_filed: bool = False
) -> FileData:
    """Return all decided pay of a company's month, of its halves and of off-cycle runs too.

    Raises:
        InputError: nothing of the month is decided.
    """
    scope, month = Scope.company(company_id), period.whole
    company = session.scalars(companies.companies(scope)).one()
    runs = session.scalars(payroll.decided_runs(scope, month)).all()
    if not runs:
        raise InputError("file.nothing_decided", period=str(month), company=company.code)
    withdrawn = session.execute(payroll.withdrawn_totals(scope, month)).one()
    paid_on = [run.paid_on for run in runs]
    everybody = tuple(_people(session, scope, month))
    facts = read_filing_facts(session, company_id, month) if is_filed else None
    return FileData(
        company=company,
        period=month,
        account=paying_account(session, company_id),
        books=books_of(session, company_id),
        people=everybody,
        totals=RunTotals(
            gross_pay=sum(run.gross_pay_amount for run in runs) - withdrawn.gross_pay_amount,
            net_pay=sum(run.net_pay_amount for run in runs) - withdrawn.net_pay_amount,
            employer_cost=sum(run.employer_cost_amount for run in runs)
            - withdrawn.employer_cost_amount,
            payslips=sum(run.payslip_count for run in runs) - withdrawn.payslip_count,
        ),
        pay_on=runs[0].pay_on,
        paid_on=max(day for day in paid_on if day) if all(paid_on) else None,
        filing=filing_month(everybody, facts, month) if facts else None,
    )


def read_batch(session: Session, scope: Scope, batch_id: int) -> FileData:
    """Return the payments of a batch as they were ordered.

    Raises:
        NotFoundError: the batch does not exist, or is out of reach.
        StateError: it is cancelled.
    """
    batch = session.scalars(payments.batch(scope, batch_id)).one_or_none()
    if batch is None:
        raise NotFoundError("web.not_found")
    if batch.state == "cancelled":
        raise StateError("file.cancelled_batch", number=batch.number)
    own = Scope.company(batch.company_id)
    rows = session.execute(payments.payments_of(own, batch_id)).all()
    known = people.identities(own).subquery()
    ordered = payments.payments_of(own, batch_id).order_by(None).subquery()
    phones = {
        row.employment_id: row.phone
        for row in session.execute(
            select(known.c.employment_id, known.c.phone).where(
                known.c.employment_id.in_(select(ordered.c.employment_id))
            )
        )
    }
    before = PayPeriod.of(batch.pay_on).previous()
    periods = {row.payslip_id: PayPeriod.parse(row.period).whole for row in rows if row.period}
    return FileData(
        company=session.scalars(companies.companies(own)).one(),
        period=max(periods.values(), default=before),
        account=paying_account(session, batch.company_id),
        books=books_of(session, batch.company_id),
        pay_on=batch.pay_on,
        paid_on=batch.paid_on,
        batch=BatchFacts(
            batch_id=batch.id,
            number=batch.number,
            pay_on=batch.pay_on,
            count=batch.payment_count,
            total=batch.total_amount,
        ),
        payments=tuple(
            PaymentRow(
                employee_no=row.employee_no,
                name=row.payee_name,
                bank_name=row.bank_name,
                bank_account=row.bank_account,
                amount=row.amount,
                phone=phones.get(row.employment_id),
                period=periods.get(row.payslip_id, before),
                has_failed=row.state == "failed",
            )
            for row in rows
            if row.state != "cancelled"
        ),
    )


def _people(session: Session, scope: Scope, month: PayPeriod) -> Iterator[PersonPay]:
    rows = _rows(session, payroll.decided_slips(scope, month))
    lines: dict[int, list[Line]] = {row.id: [] for row in rows}
    for line in session.execute(payroll.decided_line_totals(scope, month)):
        lines[line.payslip_id].append(
            Line(
                kind=LineKind(line.kind),
                code=line.code,
                wage_part=WagePart(line.wage_part) if line.wage_part else None,
                is_untaxed=bool(line.is_untaxed),
                amount=line.amount,
            )
        )
    slips: dict[int, list[Slip]] = {}
    for row in sorted(rows, key=lambda row: (row.kind != "regular", row.run_id)):
        own = sorted(lines[row.id], key=lambda line: (line.kind, line.code, line.is_untaxed))
        slips.setdefault(row.employment_id, []).append(Slip(row=row, lines=tuple(own)))
    decided = payroll.decided_slips(scope, month).order_by(None).subquery()
    known = people.register(scope).order_by(None).subquery()
    persons = session.execute(
        select(known)
        .where(known.c.employment_id.in_(select(decided.c.employment_id)))
        .order_by(known.c.employee_no)
    )
    profiles = people.pay_profiles(scope, month).subquery()
    agreed: dict[int, Any] = {
        row.employment_id: row
        for row in session.execute(
            select(
                profiles.c.employment_id,
                profiles.c.contribution_base_amount,
                profiles.c.fund_base_amount,
                profiles.c.fund_employee_rate,
                profiles.c.fund_employer_rate,
                profiles.c.tax_method,
            )
        )
    }
    teams = {
        row.employment_id: row
        for row in session.execute(people.latest_teams(scope, month.first_on, month.last_on))
    }
    paid_by: dict[int, list[Paid]] = {}
    periods = [str(month), *map(str, month.halves)]
    for made in session.execute(paid.paid_of_periods(scope, periods)):
        settled = Paid(amount=made.amount, on=made.settled_on, reference=made.reference)
        paid_by.setdefault(made.employment_id, []).append(settled)
    receipt = receipts.receipts().subquery()
    signed = {
        row.payslip_id: row.signed_at
        for row in session.execute(
            select(receipt.c.payslip_id, receipt.c.signed_at).where(
                receipt.c.payslip_id.in_(select(decided.c.id))
            )
        )
    }
    for person in persons:
        team = teams.get(person.employment_id)
        own_slips = tuple(slips[person.employment_id])
        yield PersonPay(
            person=person,
            slips=own_slips,
            profile=agreed.get(person.employment_id),
            team_code=team.team_code if team else None,
            team_name=team.team_name if team else None,
            paid=tuple(paid_by.get(person.employment_id, ())),
            signed_at=max((at for at in map(signed.get, _ids(own_slips)) if at), default=None),
        )


def _ids(slips: Sequence[Slip]) -> list[int]:
    return [slip.row.id for slip in slips]


def _rows(session: Session, chosen: Select[*tuple[Any, ...]]) -> Sequence[Row[Any]]:
    """Read plain rows, in no order."""
    return session.execute(select(chosen.order_by(None).subquery())).all()

"""The account that a company pays from, and how its books name what a voucher says.

Without a company's own choice the books use the standard chart of accounts (财会〔2006〕18号, appendix).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from workforce.core.money import MICRO
from workforce.core.terms import term
from workforce.documents.files.models import CompanyAccount, VoucherAccount
from workforce.platform import audit
from workforce.platform.db import unit_of_work

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.text import Text
    from workforce.platform.audit import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class PayingAccount:
    """The bank account that wages are paid from."""

    account_name: str
    account_no: str
    bank_name: str
    province: str = ""
    city: str = ""
    phone: str = ""


class AccountKey(StrEnum):
    """What a voucher books, in the order of its lines; labels are the terms ``voucher_account.*``."""

    LABOUR_COST = "labour_cost"
    ADMINISTRATION_COST = "administration_cost"
    WAGES_PAYABLE = "wages_payable"
    OWN_INSURANCE = "own_insurance"
    OWN_FUND = "own_fund"
    INCOME_TAX = "income_tax"
    OTHER_DEDUCTIONS = "other_deductions"
    EMPLOYER_INSURANCE = "employer_insurance"
    EMPLOYER_FUND = "employer_fund"
    UNION_FUND = "union_fund"
    EMPLOYER_LEVIES = "employer_levies"
    BANK = "bank"

    @property
    def label(self) -> Text:
        """Return what it is called."""
        return term(f"voucher_account.{self}")


_STANDARD: Final[dict[AccountKey, tuple[str, str]]] = {
    AccountKey.LABOUR_COST: ("5001", "生产成本"),
    AccountKey.ADMINISTRATION_COST: ("6602", "管理费用"),
    AccountKey.WAGES_PAYABLE: ("221101", "应付职工薪酬—工资"),
    AccountKey.OWN_INSURANCE: ("224101", "其他应付款—代扣社会保险费"),
    AccountKey.OWN_FUND: ("224102", "其他应付款—代扣住房公积金"),
    AccountKey.INCOME_TAX: ("222112", "应交税费—应交个人所得税"),
    AccountKey.OTHER_DEDUCTIONS: ("224103", "其他应付款—其他扣款"),
    AccountKey.EMPLOYER_INSURANCE: ("221102", "应付职工薪酬—社会保险费"),
    AccountKey.EMPLOYER_FUND: ("221103", "应付职工薪酬—住房公积金"),
    AccountKey.UNION_FUND: ("221104", "应付职工薪酬—工会经费"),
    AccountKey.EMPLOYER_LEVIES: ("224104", "其他应付款—残疾人就业保障金"),
    AccountKey.BANK: ("1002", "银行存款"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the books."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """How a company names its accounts.

    ``administration_rate``: the part of labour cost that is booked as cost of administration, in
    millionths; the rest is cost of production.
    """

    accounts: Mapping[AccountKey, Account]
    administration_rate: int = 0

    @property
    def cost_weights(self) -> tuple[int, int]:
        """Return how labour cost is split: production, administration."""
        return MICRO - self.administration_rate, self.administration_rate


STANDARD_BOOKS: Final = Books(accounts={key: Account(*named) for key, named in _STANDARD.items()})


def paying_account(session: Session, company_id: int) -> PayingAccount | None:
    """Return the account that a company pays from, or None where nobody has entered it."""
    row = session.get(CompanyAccount, company_id)
    if row is None:
        return None
    return PayingAccount(
        account_name=row.account_name,
        account_no=row.account_no,
        bank_name=row.bank_name,
        province=row.province or "",
        city=row.city or "",
        phone=row.phone or "",
    )


def books_of(session: Session, company_id: int) -> Books:
    """Return how a company names its accounts: its own choice over the standard chart."""
    rows = session.scalars(select(VoucherAccount).where(VoucherAccount.company_id == company_id))
    accounts, rate = dict(STANDARD_BOOKS.accounts), 0
    for row in rows:
        accounts[AccountKey(row.key)] = Account(row.account_code, row.account_name)
        if row.share_rate is not None:
            rate = row.share_rate
    return Books(accounts=accounts, administration_rate=rate)


def set_paying_account(company_id: int, account: PayingAccount, actor: Actor) -> None:
    """Store the account that a company pays from; the audit entry keeps its last digits only."""
    with unit_of_work() as session:
        row = session.get(CompanyAccount, company_id)
        known = paying_account(session, company_id)
        if row is None:
            row = CompanyAccount(company_id=company_id)
            session.add(row)
        row.account_name, row.account_no = account.account_name, account.account_no
        row.bank_name, row.phone = account.bank_name, account.phone or None
        row.province, row.city = account.province or None, account.city or None
        audit.record(
            session,
            actor,
            "company_account.set",
            "company",
            company_id,
            company_id=company_id,
            before=_said(known) if known else None,
            after=_said(account),
        )


def _said(account: PayingAccount) -> dict[str, str]:
    return {
        "account_name": account.account_name,
        "account_no": f"…{account.account_no[-4:]}",
        "bank_name": account.bank_name,
        "province": account.province,
        "city": account.city,
    }


def set_books(company_id: int, books: Books, actor: Actor) -> None:
    """Store how a company names its accounts."""
    with unit_of_work() as session:
        before = books_of(session, company_id)
        for key, account in books.accounts.items():
            row = session.get(VoucherAccount, (company_id, key.value))
            if row is None:
                row = VoucherAccount(company_id=company_id, key=key.value)
                session.add(row)
            row.account_code, row.account_name = account.code, account.name
            is_split = key is AccountKey.ADMINISTRATION_COST
            row.share_rate = books.administration_rate if is_split else None
        audit.record(
            session,
            actor,
            "voucher_account.set",
            "company",
            company_id,
            company_id=company_id,
            before=_booked(before),
            after=_booked(books),
        )


def _booked(books: Books) -> dict[str, str | int]:
    named: dict[str, str | int] = {
        key.value: f"{account.code} {account.name}" for key, account in books.accounts.items()
    }
    return named | {"administration_rate": books.administration_rate}

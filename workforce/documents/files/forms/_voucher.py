"""Vouchers of a month's pay: what it costs and who is owed it, balanced to the fen by construction.

Debit and credit are two ways to add up the same lines, so that they differ by nothing: gross pay and the
employer's shares on one side; net pay, what is withheld and the employer's shares on the other. Where labour
cost is split between two accounts, each amount is split by largest remainder (lesson P2).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from workforce.core.errors import InputError
from workforce.core.money import largest_remainder
from workforce.core.results import LineKind, WagePart
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.documents.files.accounts import AccountKey, Books
from workforce.documents.files.form import Control, Remark, Row, total
from workforce.documents.files.reading import FileData, Line
from workforce.payroll.queries import INCOME_TAXES, OWN_CONTRIBUTIONS

_COST: Final = (AccountKey.LABOUR_COST, AccountKey.ADMINISTRATION_COST)
_OWN_FUND: Final = "housing_fund"
_EMPLOYER: Final = {
    "employer_housing_fund": AccountKey.EMPLOYER_FUND,
    "union_fund": AccountKey.UNION_FUND,
    "disabled_levy": AccountKey.EMPLOYER_LEVIES,
}
_OTHER_PART: Final = "其他"
_EMPLOYER_PART: Final = "单位缴费"
_PARTS: Final = (
    *(term(f"wage_part.{part}").zh for part in WagePart),
    _OTHER_PART,
    _EMPLOYER_PART,
)
_NO_TEAM: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a voucher: ``debit`` or ``credit`` in fen, the other 0; ``team`` is its department."""

    summary: str
    account: AccountKey
    debit: int = 0
    credit: int = 0
    team: str = _NO_TEAM


def accrual(data: FileData) -> list[Entry]:
    """Return what a month's pay costs, by team and part of wages, and to whom it is owed."""
    summary = f"计提{data.period.year}年{data.period.month}月工资"
    costs: dict[tuple[str, str], int] = defaultdict(int)
    owed: dict[AccountKey, int] = defaultdict(int)
    for one in data.people:
        team = one.team_name or _NO_TEAM
        owed[AccountKey.WAGES_PAYABLE] += one.total("net_pay_amount")
        for line in one.lines():
            if line.kind in {LineKind.EARNING, LineKind.REDUCTION}:
                costs[team, _part(line)] += line.signed
                continue
            owed[_creditor(line)] += line.amount
            if line.kind is LineKind.EMPLOYER:
                costs[team, _EMPLOYER_PART] += line.amount
    entries = [
        entry
        for (team, part), amount in sorted(costs.items(), key=lambda cost: _place(*cost[0]))
        for entry in _split(data.books, f"{summary} {part}", team, amount)
    ]
    entries += [
        Entry(summary=f"{summary} {key.label.zh}", account=key, credit=owed[key])
        for key in AccountKey
        if owed[key]
    ]
    return entries


def payment(data: FileData) -> list[Entry]:
    """Return that a payment batch has settled wages owed; what the bank sent back is owed still."""
    batch = data.batch_facts
    summary = f"发放{data.period.year}年{data.period.month}月工资 批次{batch.number}"
    amount = sum(one.amount for one in data.payments if not one.has_failed)
    if not amount:
        return []
    return [
        Entry(summary=summary, account=AccountKey.WAGES_PAYABLE, debit=amount),
        Entry(summary=summary, account=AccountKey.BANK, credit=amount),
    ]


def voucher_rows(data: FileData, entries: Sequence[Entry], on: dt.date) -> list[Row]:
    """Return the lines of a voucher by every name that a layout may ask for."""
    return [
        {
            "on": on,
            "number": number,
            "summary": entry.summary,
            "account_code": data.books.accounts[entry.account].code,
            "account_name": data.books.accounts[entry.account].name,
            "debit": entry.debit,
            "credit": entry.credit,
            "debit_shown": entry.debit or None,
            "credit_shown": entry.credit or None,
            "amount": entry.debit or entry.credit,
            "team": entry.team,
            "account_key": entry.account.value,
        }
        for number, entry in enumerate(entries, start=1)
    ]


def accrual_rows(data: FileData) -> list[Row]:
    """Return the voucher of what a month's pay costs, dated on the month's last day."""
    return voucher_rows(data, accrual(data), data.period.last_on)


def payment_rows(data: FileData) -> list[Row]:
    """Return the voucher of a payment batch, dated on the day of payment."""
    on = data.paid_on or data.batch_facts.pay_on
    return voucher_rows(data, payment(data), on)


def accrual_controls(data: FileData, rows: Sequence[Row]) -> list[Control]:
    """Compare the voucher with the month's runs, and its two sides with each other."""
    totals = data.run_totals
    payable = [row for row in rows if row["account_key"] == AccountKey.WAGES_PAYABLE]
    return [
        _balance(rows),
        Control(
            label=Text("借方合计等于用工成本", "Debit: cost of the employer"),
            figure=total(rows, "debit"),
            due=totals.employer_cost,
        ),
        Control(
            label=Text("应付工资等于实发合计", "Wages payable: net pay"),
            figure=total(payable, "credit"),
            due=totals.net_pay,
        ),
    ]


def payment_controls(data: FileData, rows: Sequence[Row]) -> list[Control]:
    """Compare the voucher with the payment batch, less what the bank sent back."""
    failed = sum(one.amount for one in data.payments if one.has_failed)
    return [
        _balance(rows),
        Control(
            label=Text("付款合计等于批次减退回", "Payment: total of the batch less sent back"),
            figure=total(rows, "credit"),
            due=data.batch_facts.total - failed,
        ),
    ]


def payment_remarks(data: FileData, rows: Sequence[Row]) -> Iterator[Remark]:
    """Name whose pay the bank sent back: it is in the voucher of the batch that pays it again."""
    del rows
    for one in data.payments:
        if one.has_failed:
            error = InputError("file.voucher_without_failed")
            yield Remark(error=error, employee_no=one.employee_no, name=one.name)


def _balance(rows: Sequence[Row]) -> Control:
    return Control(
        label=Text("借方等于贷方", "Debit equals credit"),
        figure=total(rows, "debit"),
        due=total(rows, "credit"),
    )


def _split(books: Books, summary: str, team: str, amount: int) -> Iterator[Entry]:
    """Split a cost between production and administration; what comes to nothing has no line."""
    for key, share in zip(_COST, largest_remainder(amount, books.cost_weights), strict=True):
        if share:
            yield Entry(summary=summary, account=key, debit=share, team=team)


def _place(team: str, part: str) -> tuple[str, int]:
    """Return where a cost stands: team by team, wages by their part, the employer's shares last."""
    return team, _PARTS.index(part)


def _part(line: Line) -> str:
    return term(f"wage_part.{line.wage_part}").zh if line.wage_part else _OTHER_PART


def _creditor(line: Line) -> AccountKey:
    """Return to whom a deduction or an employer's share is owed."""
    if line.kind is LineKind.EMPLOYER:
        return _EMPLOYER.get(line.code, AccountKey.EMPLOYER_INSURANCE)
    if line.code == _OWN_FUND:
        return AccountKey.OWN_FUND
    if line.code in OWN_CONTRIBUTIONS:
        return AccountKey.OWN_INSURANCE
    return AccountKey.INCOME_TAX if line.code in INCOME_TAXES else AccountKey.OTHER_DEDUCTIONS

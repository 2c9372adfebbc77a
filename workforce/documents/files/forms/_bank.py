"""What the files of all banks share: the rows of a payment batch, and the totals that they must equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.documents.files.form import Control, Remark, Row, total
from workforce.documents.files.reading import FileData

_WAGE = "工资"


def payment_rows(data: FileData) -> list[Row]:
    """Return a row for each payment of the batch, by every name that a layout may ask for."""
    account, pay_on = data.account, data.batch_facts.pay_on
    return [
        {
            "number": number,
            "number_text": str(number),
            "employee_no": payment.employee_no,
            "name": payment.name,
            "account": payment.bank_account,
            "bank_name": payment.bank_name,
            "amount": payment.amount,
            "phone": payment.phone,
            "purpose": _WAGE,
            "remark": f"{_month(payment.period)}{_WAGE}",
            "month_text": _month(payment.period),
            "pay_on": pay_on,
            "payer_account": account.account_no if account else None,
            "payer_name": account.account_name if account else None,
            "payer_bank": account.bank_name if account else None,
            "province": account.province if account else None,
            "city": account.city if account else None,
        }
        for number, payment in enumerate(data.payments, start=1)
    ]


def _month(period: PayPeriod) -> str:
    return f"{period.year}年{period.month}月"


def payment_heads(data: FileData, rows: Sequence[Row]) -> Row:
    """Return what the lines around the rows may state: the payer, the day, count and total."""
    account = data.account
    return {
        "company_name": account.account_name if account else data.company.name,
        "payer_account": account.account_no if account else "",
        "payer_phone": account.phone if account else "",
        "pay_on": data.batch_facts.pay_on,
        "count": len(rows),
        "total_fen": total(rows, "amount"),
    }


def payment_controls(data: FileData, rows: Sequence[Row]) -> list[Control]:
    """Compare the rows with the batch: count and total of net pay (lesson P27)."""
    batch = data.batch_facts
    return [
        Control(label=Text("笔数", "Payments"), figure=len(rows), due=batch.count, is_count=True),
        Control(label=Text("实发合计", "Net pay"), figure=total(rows, "amount"), due=batch.total),
    ]


def payment_remarks(data: FileData, rows: Sequence[Row]) -> Iterator[Remark]:
    """Warn of a batch that the bank has paid: handed in again, it would be paid twice."""
    del rows
    if data.paid_on is not None:
        yield Remark(error=InputError("file.batch_paid", paid_on=data.paid_on.isoformat()))


def needs_paying_account(data: FileData, rows: Sequence[Row]) -> Iterator[Remark]:
    """Ask for the company's own account where the file names it, beside ``payment_remarks``."""
    yield from payment_remarks(data, rows)
    if data.account is None:
        yield Remark(error=InputError("file.no_paying_account"), is_fault=True)

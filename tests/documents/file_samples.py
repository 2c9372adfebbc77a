"""A payment batch and a month of five invented people, as files that leave the house are made of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace
from typing import Any, Final

import openpyxl

from workforce.core.period import PayPeriod
from workforce.documents.files.accounts import STANDARD_BOOKS, PayingAccount
from workforce.documents.files.checking import remarks_of
from workforce.documents.files.form import FileForm
from workforce.documents.files.reading import BatchFacts, FileData, PaymentRow
from workforce.documents.files.service import Prepared, form_named
from workforce.documents.files.writing import write_sheet, write_text

OCTOBER: Final = PayPeriod(2026, 10)
COMPANY: Final = SimpleNamespace(id=1, code="QZ", name="示例数据公司")
ACCOUNT: Final = PayingAccount(
    account_name="示例数据公司",
    account_no="3100000000000000001",
    bank_name="工商银行",
    province="重庆",
    city="重庆",
    phone="00000000",
)
PEOPLE: Final = (
    ("A0001", "李晨", "6228480000000008433", "中国农业银行", 651_230),
    ("A0002", "王欣怡", "6222020000000006882", "中国农业银行", 588_800),
    ("A0003", "张𬭎", "6217000000000004766", "中国建设银行重庆分行", 704_355),
    ("A0004", "欧阳㛃", "6228660000000004343", "中国农业银行", 312_008),
    ("A0005", "阿依古丽·买买提", "6228480000000008185", "中国农业银行", 880_000),
)
TOTAL: Final = 3_136_393
"""651230 + 588800 + 704355 + 312008 + 880000."""
MADE_AT: Final = dt.datetime(2026, 11, 9, 4, tzinfo=dt.UTC)


def batch_data(**changes: Any) -> FileData:
    """Return the batch of the five people; ``changes`` are of ``FileData``."""
    payments = tuple(
        PaymentRow(
            employee_no=employee_no,
            name=name,
            bank_name=bank_name,
            bank_account=account,
            amount=amount,
            phone=f"1390000000{number}",
            period=OCTOBER,
        )
        for number, (employee_no, name, account, bank_name, amount) in enumerate(PEOPLE, start=1)
    )
    data = FileData(
        company=COMPANY,
        period=OCTOBER,
        account=ACCOUNT,
        books=STANDARD_BOOKS,
        pay_on=dt.date(2026, 11, 10),
        batch=BatchFacts(
            batch_id=1, number=7, pay_on=dt.date(2026, 11, 10), count=len(PEOPLE), total=TOTAL
        ),
        payments=payments,
    )
    return replace(data, **changes)


def paying(**changes: Any) -> FileData:
    """Return the batch with the first payment changed, of the same total."""
    data = batch_data()
    return replace(data, payments=(replace(data.payments[0], **changes), *data.payments[1:]))


def prepared(form: FileForm | str, data: FileData) -> Prepared:
    """Return a file of data that no database holds."""
    known = form_named(form) if isinstance(form, str) else form
    rows = known.rows(data)
    return Prepared(
        form=known,
        layout=known.layout,
        data=data,
        rows=rows,
        heads=known.heads(data, rows),
        controls=known.controls(data, rows),
        remarks=[*known.remarks(data, rows), *remarks_of(known.layout, rows)],
        template=None,
    )


def written(form: FileForm | str, data: FileData) -> bytes:
    """Return the bytes of a file in its usual layout."""
    file = prepared(form, data)
    if file.layout.ending == "xlsx":
        return write_sheet(file.layout, file.rows, file.heads, author=COMPANY.name, created=MADE_AT)
    return write_text(file.layout, file.rows, file.heads)


def cells_of(content: bytes) -> list[list[Any]]:
    """Return the values of the first sheet, row by row."""
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]

"""ICBC personal netbank, 批量转账: text with its totals on top, amounts in fen."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.documents.files.form import FileForm, Group, Subject
from workforce.documents.files.forms._bank import (
    needs_paying_account,
    payment_controls,
    payment_heads,
    payment_rows,
)
from workforce.documents.files.layout import read_layout

FORM = FileForm(
    code="bank_icbc_text",
    label=Text("工商银行个人网银批量转账文本", "ICBC personal batch transfer (text)"),
    group=Group.BANK,
    subject=Subject.BATCH,
    layout=read_layout(__file__),
    rows=payment_rows,
    controls=payment_controls,
    heads=payment_heads,
    remarks=needs_paying_account,
)

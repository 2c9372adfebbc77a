"""ICBC corporate netbank, 批量支付: a transfer for each person."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.documents.files.form import FileForm, Group, Subject
from workforce.documents.files.forms._bank import (
    needs_paying_account,
    payment_controls,
    payment_rows,
)
from workforce.documents.files.layout import read_layout

FORM = FileForm(
    code="bank_icbc",
    label=Text("工商银行企业网银批量支付", "ICBC corporate batch payment"),
    group=Group.BANK,
    subject=Subject.BATCH,
    layout=read_layout(__file__),
    rows=payment_rows,
    controls=payment_controls,
    remarks=needs_paying_account,
)

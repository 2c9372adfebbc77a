"""ABC 单位代发工资名单: a list under the company's own account."""

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
    code="bank_abc",
    label=Text("农业银行单位代发工资名单", "ABC wage list"),
    group=Group.BANK,
    subject=Subject.BATCH,
    layout=read_layout(__file__),
    rows=payment_rows,
    controls=payment_controls,
    heads=payment_heads,
    remarks=needs_paying_account,
)

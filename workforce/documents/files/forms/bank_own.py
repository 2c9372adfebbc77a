"""A bank's file in the layout that the company was given: its header is uploaded first."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.documents.files.form import FileForm, Group, Subject
from workforce.documents.files.forms._bank import payment_controls, payment_remarks, payment_rows
from workforce.documents.files.layout import read_layout

FORM = FileForm(
    code="bank_own",
    position=1,
    label=Text("本单位自己的银行模板", "The company's own bank layout"),
    group=Group.BANK,
    subject=Subject.BATCH,
    layout=read_layout(__file__),
    rows=payment_rows,
    controls=payment_controls,
    remarks=payment_remarks,
    is_own=True,
)

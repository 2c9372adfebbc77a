"""A plain list in GB18030 for banks without a known layout (rural commercial banks and others)."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.documents.files.form import FileForm, Group, Subject
from workforce.documents.files.forms._bank import payment_controls, payment_remarks, payment_rows
from workforce.documents.files.layout import read_layout

FORM = FileForm(
    code="bank_text",
    label=Text("通用代发文本（农商行等）", "Plain wage list (rural commercial banks)"),
    group=Group.BANK,
    subject=Subject.BATCH,
    layout=read_layout(__file__),
    rows=payment_rows,
    controls=payment_controls,
    remarks=payment_remarks,
)

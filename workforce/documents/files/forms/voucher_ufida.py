"""The voucher of what a month's pay costs, as UFIDA's programs import it."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.documents.files.form import FileForm, Group, Subject
from workforce.documents.files.forms._voucher import accrual_controls, accrual_rows
from workforce.documents.files.layout import read_layout

FORM = FileForm(
    code="voucher_ufida",
    label=Text("计提工资凭证（用友）", "Accrual voucher (UFIDA)"),
    group=Group.VOUCHER,
    subject=Subject.MONTH,
    layout=read_layout(__file__),
    rows=accrual_rows,
    controls=accrual_controls,
)

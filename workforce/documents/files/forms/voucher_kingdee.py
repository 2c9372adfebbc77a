"""The voucher of what a month's pay costs, as Kingdee's programs import it."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.documents.files.form import FileForm, Group, Subject
from workforce.documents.files.forms._voucher import accrual_controls, accrual_rows
from workforce.documents.files.layout import read_layout

FORM = FileForm(
    code="voucher_kingdee",
    label=Text("计提工资凭证（金蝶）", "Accrual voucher (Kingdee)"),
    group=Group.VOUCHER,
    subject=Subject.MONTH,
    layout=read_layout(__file__),
    rows=accrual_rows,
    controls=accrual_controls,
)

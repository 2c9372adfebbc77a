"""The voucher of a payment batch, as UFIDA's programs import it."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.documents.files.form import FileForm, Group, Subject
from workforce.documents.files.forms._voucher import (
    payment_controls,
    payment_remarks,
    payment_rows,
)
from workforce.documents.files.layout import read_layout

FORM = FileForm(
    code="voucher_ufida_payment",
    label=Text("发放工资凭证（用友）", "Payment voucher (UFIDA)"),
    group=Group.VOUCHER,
    subject=Subject.BATCH,
    layout=read_layout(__file__, "voucher_ufida"),
    rows=payment_rows,
    controls=payment_controls,
    remarks=payment_remarks,
)

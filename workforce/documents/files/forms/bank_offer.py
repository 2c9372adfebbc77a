"""报盘 of many banks' 代发 programs: what the bank sends back (回盘) has the same columns filled in."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.documents.files.form import FileForm, Group, Subject
from workforce.documents.files.forms._bank import payment_controls, payment_remarks, payment_rows
from workforce.documents.files.layout import read_layout

FORM = FileForm(
    code="bank_offer",
    label=Text("代发报盘表", "Wage list for the bank's reply"),
    group=Group.BANK,
    subject=Subject.BATCH,
    layout=read_layout(__file__),
    rows=payment_rows,
    controls=payment_controls,
    remarks=payment_remarks,
)

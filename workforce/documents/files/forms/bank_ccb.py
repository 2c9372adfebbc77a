"""CCB 代发代扣: wages to accounts of this bank (0) and of others (1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workforce.core.errors import InputError
from workforce.core.text import Text
from workforce.documents.files.form import FileForm, Group, Remark, Row, Subject, remark_on
from workforce.documents.files.forms._bank import payment_controls, payment_remarks, payment_rows
from workforce.documents.files.layout import read_layout
from workforce.documents.files.reading import FileData

_OWN, _OTHER = "0", "1"
_NAMES = ("建设银行", "建行")


def _rows(data: FileData) -> list[Row]:
    """Add whether the account is at another bank, and then at which."""
    rows: list[Row] = []
    for row in payment_rows(data):
        bank = str(row["bank_name"] or "")
        is_own = any(name in bank for name in _NAMES)
        flag = "" if not bank else (_OWN if is_own else _OTHER)
        rows.append({**row, "cross_bank": flag, "other_bank": "" if is_own else bank})
    return rows


def _remarks(data: FileData, rows: Sequence[Row]) -> Iterator[Remark]:
    """Refuse who has no bank: a guess would send the pay astray."""
    yield from payment_remarks(data, rows)
    for row in rows:
        if not row["cross_bank"]:
            yield remark_on(row, InputError("file.no_bank_name"), is_fault=True)


FORM = FileForm(
    code="bank_ccb",
    label=Text("建设银行代发代扣", "CCB wage payment"),
    group=Group.BANK,
    subject=Subject.BATCH,
    layout=read_layout(__file__),
    rows=_rows,
    controls=payment_controls,
    remarks=_remarks,
)

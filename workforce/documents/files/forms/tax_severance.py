"""Tax client, 解除劳动合同一次性补偿金: severance, and the part of it that is free of tax."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workforce.core.text import Text
from workforce.documents.files.form import Control, FileForm, Group, Row, Subject
from workforce.documents.files.forms._filing import tax_controls, who
from workforce.documents.files.layout import read_layout
from workforce.documents.filing_month import SEVERANCE_ITEM

if TYPE_CHECKING:
    from workforce.documents.files.reading import FileData


def _rows(data: FileData) -> list[Row]:
    return [
        {
            **who(person.person),
            "income": figures.income + figures.exempt,
            "exempt": figures.exempt,
            "remark": "",
            "own": 0,
            "tax": figures.tax,
        }
        for person, figures in data.filed.of_item(SEVERANCE_ITEM)
    ]


def _controls(data: FileData, rows: Sequence[Row]) -> list[Control]:
    return tax_controls(data, data.filed, rows, SEVERANCE_ITEM)


FORM = FileForm(
    code="tax_severance",
    label=Text("扣缴端：解除劳动合同一次性补偿金", "Tax client: severance"),
    group=Group.TAX,
    subject=Subject.MONTH,
    layout=read_layout(__file__),
    rows=_rows,
    controls=_controls,
)

"""Tax client, 全年一次性奖金收入: bonuses that are taxed on their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workforce.core.text import Text
from workforce.documents.files.form import Control, FileForm, Group, Row, Subject
from workforce.documents.files.forms._filing import tax_controls, who
from workforce.documents.files.layout import read_layout
from workforce.documents.filing_month import BONUS_ITEM

if TYPE_CHECKING:
    from workforce.documents.files.reading import FileData


def _rows(data: FileData) -> list[Row]:
    return [
        {
            **who(person.person),
            "income": figures.income,
            "exempt": 0,
            "remark": "",
            "own": 0,
            "tax": figures.tax,
        }
        for person, figures in data.filed.of_item(BONUS_ITEM)
    ]


def _controls(data: FileData, rows: Sequence[Row]) -> list[Control]:
    return tax_controls(data, data.filed, rows, BONUS_ITEM)


FORM = FileForm(
    code="tax_bonus",
    label=Text("扣缴端：全年一次性奖金收入", "Tax client: annual bonus"),
    group=Group.TAX,
    subject=Subject.MONTH,
    layout=read_layout(__file__),
    rows=_rows,
    controls=_controls,
)

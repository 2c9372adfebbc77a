"""Tax client, 劳务报酬所得: people without an employment contract, and interns by the cumulative method."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from workforce.core.errors import InputError
from workforce.core.money import format_fen
from workforce.core.text import Text
from workforce.documents.files.form import Control, FileForm, Group, Remark, Row, Subject
from workforce.documents.files.forms._filing import tax_controls, who
from workforce.documents.files.layout import read_layout
from workforce.documents.filing_month import CONTINUOUS, LABOR

if TYPE_CHECKING:
    from workforce.documents.files.reading import FileData

_ITEMS: Final = {LABOR: "劳务报酬", CONTINUOUS: "其他连续劳务报酬"}
"""Interns and platform workers are taxed as continuous labour service (公告2020年第13号, 2025年第16号)."""


def _rows(data: FileData) -> list[Row]:
    month = data.filed
    rows = [
        {
            **who(person.person),
            "item": words,
            "income": figures.income,
            "exempt": 0,
            "remark": "",
            "own": figures.own_total,
            "tax": figures.tax,
        }
        for item, words in _ITEMS.items()
        for person, figures in month.of_item(item)
    ]
    return sorted(rows, key=lambda row: (str(row["employee_no"]), str(row["item"])))


def _controls(data: FileData, rows: Sequence[Row]) -> list[Control]:
    return tax_controls(data, data.filed, rows, *_ITEMS)


def _remarks(data: FileData, rows: Sequence[Row]) -> Iterator[Remark]:
    del data
    for row in rows:
        own = row["own"]
        if isinstance(own, int) and own:
            yield Remark(
                error=InputError("filing.own_of_labor", amount=format_fen(own)),
                employee_no=str(row["employee_no"]),
                name=str(row["name"]),
            )


FORM = FileForm(
    code="tax_labor",
    label=Text("扣缴端：劳务报酬所得", "Tax client: labour service"),
    group=Group.TAX,
    subject=Subject.MONTH,
    layout=read_layout(__file__),
    rows=_rows,
    controls=_controls,
    remarks=_remarks,
)

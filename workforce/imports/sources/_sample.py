"""Examples of other programs' workbooks: plain texts and numbers, as those programs write them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter


def sample_workbook(sheet_name: str, rows: Sequence[Sequence[str | int]]) -> bytes:
    """Write rows as the one sheet of a workbook."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(sheet_name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return packed.getvalue()

"""The payroll register as CSV for people: the rows of the spreadsheet, one head, no formulas.

Where a program opens such a file as a table, a text like ``=HYPERLINK(…)`` would run (lesson D7): a text
that begins like a formula stands behind an apostrophe, as OWASP advises. UTF-8 with a mark, so that
Excel reads Chinese.
"""

from __future__ import annotations

import csv
import io
from typing import Final

from workforce.core.money import format_fen, format_micro
from workforce.core.text import Locale
from workforce.documents import labels
from workforce.documents.register_table import RegisterColumn, register_columns
from workforce.documents.views import RegisterView
from workforce.platform.sheets import Cell, CellKind, as_plain_text

_WRITERS: Final = {CellKind.MONEY: format_fen, CellKind.MICRO: format_micro}


def write_register_csv(view: RegisterView, locale: Locale = "zh") -> bytes:
    """Return a register as CSV; its last row holds the run's own totals."""
    columns = register_columns(view)
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([as_plain_text(column.title.in_locale(locale)) for column in columns])
    for cells in zip(*(column.cells for column in columns), strict=True):
        writer.writerow([_shown(*pair) for pair in zip(columns, cells, strict=True)])
    totals = [_shown(column, column.total) for column in columns]
    writer.writerow([labels.TOTAL.in_locale(locale), *totals[1:]])
    return text.getvalue().encode("utf-8-sig")


def _shown(column: RegisterColumn, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int):
        return _WRITERS.get(column.kind, str)(cell)
    return as_plain_text(str(cell))

"""Rows as the bytes of a file: a spreadsheet whose text stays text, or lines in GB18030.

A cell is written by the kind of its column, never by its looks: a name such as ``=SUM(…)`` is text in a
spreadsheet (lesson D7). Into a text file that another program reads nothing is added, so a text that
would break it, or run where somebody opens it as a table, is refused before (``checking``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from workforce.core.money import format_fen, format_micro
from workforce.documents.files.layout import Column, FieldKind, Layout
from workforce.platform.sheets import Cell, CellKind, SheetColumn, Workbook

if TYPE_CHECKING:
    from workforce.documents.files.form import Row, Value

_LINE_END: Final = "\r\n"
_TOTAL: Final = "合计"
_SHOWN: Final = {FieldKind.YUAN: format_fen, FieldKind.MICRO: format_micro}
_CELL_KINDS: Final = {
    FieldKind.TEXT: CellKind.TEXT,
    FieldKind.YUAN: CellKind.MONEY,
    FieldKind.FEN: CellKind.COUNT,
    FieldKind.COUNT: CellKind.COUNT,
    FieldKind.MICRO: CellKind.MICRO,
    FieldKind.DATE: CellKind.TEXT,
}


def value_of(column: Column, row: Row) -> Value:
    """Return what a row has for a column: its field, or the column's own value."""
    return column.value or row.get(column.field)


def cell_of(column: Column, row: Row) -> tuple[Cell, CellKind]:
    """Return a cell of a spreadsheet and its kind; days are text, as the templates want them."""
    value, kind = value_of(column, row), _CELL_KINDS[column.kind]
    if isinstance(value, dt.date) or kind is CellKind.TEXT:
        return text_of(column, value) or None, CellKind.TEXT
    return value, kind


def text_of(column: Column, value: Value) -> str:
    """Return a value as text: ``6512.30`` for yuan, ``651230`` for fen, ``20261110`` by a format."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.strftime(column.format) if column.format else value.isoformat()
    if isinstance(value, int):
        return _SHOWN.get(column.kind, str)(value)
    return value


def said(line: str, heads: Row) -> str:
    """Fill a line above or below the rows: ``{company_name}``, ``{pay_on:%Y%m%d}``."""
    return line.format_map({name: "" if value is None else value for name, value in heads.items()})


def write_sheet(
    layout: Layout, rows: Sequence[Row], heads: Row, *, author: str, created: dt.datetime
) -> bytes:
    """Return rows as xlsx, plain as upload templates are: no colours, no frozen head."""
    if layout.is_for_people:
        return _write_for_people(layout, rows, heads, author=author, created=created)
    book = Workbook(title=layout.sheet, author=author, created=created, is_streamed=True)
    sheet = book.sheet(layout.sheet)
    for line in layout.head:
        sheet.data([(said(cell, heads) or None, CellKind.TEXT) for cell in line.split("|")])
    if layout.has_titles:
        sheet.data([(column.title, CellKind.TEXT) for column in layout.columns])
    for row in rows:
        sheet.data([cell_of(column, row) for column in layout.columns])
    for line in layout.foot:
        sheet.data([(said(cell, heads) or None, CellKind.TEXT) for cell in line.split("|")])
    return book.finish()


def _write_for_people(
    layout: Layout, rows: Sequence[Row], heads: Row, *, author: str, created: dt.datetime
) -> bytes:
    """Return rows as xlsx that is read, printed and signed, with a row of totals."""
    columns = layout.columns
    book = Workbook(title=layout.sheet, author=author, created=created)
    sheet = book.sheet(layout.sheet)
    for line in layout.head:
        sheet.line(said(line, heads), "title")
    totals = [_total(column, rows) for column in columns]
    sheet.table(
        [SheetColumn(column.title, _CELL_KINDS[column.kind]) for column in columns],
        ([cell_of(column, row)[0] for column in columns] for row in rows),
        total=[_TOTAL, *totals[1:]],
        freeze_columns=0,
    )
    for line in layout.foot:
        sheet.line(said(line, heads), "note", span=len(columns))
    return book.finish()


def _total(column: Column, rows: Sequence[Row]) -> int | None:
    """Return the sum of a column of amounts; other columns have none."""
    values = [value_of(column, row) for row in rows]
    is_amount = column.kind in {FieldKind.YUAN, FieldKind.FEN}
    return sum(value for value in values if isinstance(value, int)) if is_amount else None


def write_text(layout: Layout, rows: Sequence[Row], heads: Row) -> bytes:
    """Return rows as lines of text in the layout's encoding."""
    titles = [[column.title for column in layout.columns]] if layout.has_titles else []
    cells: Iterable[list[str]] = (
        [text_of(column, value_of(column, row)) for column in layout.columns] for row in rows
    )
    lines = [
        *(said(line, heads) for line in layout.head),
        *(_joined(layout, line) for line in titles),
        *(_joined(layout, line) for line in cells),
        *(said(line, heads) for line in layout.foot),
    ]
    return "".join(f"{line}{_LINE_END}" for line in lines).encode(layout.encoding)


def _joined(layout: Layout, cells: list[str]) -> str:
    return layout.delimiter.join(cells) + (layout.delimiter if layout.is_delimiter_last else "")

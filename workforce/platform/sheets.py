"""The one writer of spreadsheets: what is text stays text, what is an amount stays exact.

A name such as ``=HYPERLINK(…)`` or ``+86…`` that reaches a spreadsheet as a formula runs on the
machine of whoever opens it (lesson D7). So a cell is written by its *kind*, never by its looks: text
kinds are always strings, whatever they begin with; numbers come from integers and are written as
their exact decimal digits. There are no formulas at all: totals are the totals of the run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from typing import Final, Literal, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from workforce.core.money import MICRO

_FONT: Final = "Microsoft YaHei"
_BRAND: Final = "#174A94"
_TINT: Final = "#EEF3FB"
_RULE: Final = "#CFD8E6"
_MUTED: Final = "#5A6A82"
_NAME_LIMIT: Final = 31
_BAD_IN_NAMES: Final = str.maketrans("[]:*?/\\'", "________")
_TEXT_LIMIT: Final = 32_767
_LEAST_WIDTH: Final = 6
_MOST_WIDTH: Final = 42
_NOTE_HEIGHT: Final = 13
_WIDE_FROM: Final = "\u2e80"


class CellKind(StrEnum):
    """What the cells of a column hold, and in which unit they are given."""

    TEXT = "text"
    COUNT = "count"
    """A whole number."""
    MONEY = "money"
    """Fen; shown as yuan."""
    MICRO = "micro"
    """Millionths of a price, quantity or factor; shown as a plain decimal."""
    RATE = "rate"
    """Millionths of a whole; shown as per cent."""
    DATE = "date"


_NUMBER_FORMATS: Final = {
    CellKind.TEXT: "@",
    CellKind.COUNT: "#,##0",
    CellKind.MONEY: "#,##0.00",
    CellKind.MICRO: "#,##0.######",
    CellKind.RATE: "0.00%",
    CellKind.DATE: "yyyy-mm-dd",
}
_DATA: Final = "data"
"""The look of a file that another program reads: no borders, no thousands separators."""
_DATA_FORMATS: Final = {
    **_NUMBER_FORMATS,
    CellKind.COUNT: "0",
    CellKind.MONEY: "0.00",
    CellKind.MICRO: "General",
}
_UNITS: Final = {
    CellKind.COUNT: 1,
    CellKind.MONEY: 100,
    CellKind.MICRO: MICRO,
    CellKind.RATE: MICRO,
}


class Typed(NamedTuple):
    """A number of its own kind in a column of another."""

    value: int
    kind: CellKind


class Indented(NamedTuple):
    """A text that is set in by so many steps: a part of the line above it."""

    text: str
    level: int


Cell = str | int | dt.date | Typed | Indented | None


def _units(text: str) -> int:
    """Return how wide a text is, in characters of a number: a Chinese one is two."""
    return sum(2 if character >= _WIDE_FROM else 1 for character in text)


FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a text begins that a spreadsheet program would compute when it opens a CSV."""


def as_plain_text(text: str) -> str:
    """Return a text of a CSV that people open: behind an apostrophe where it begins like a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """The head of a column and the kind of its cells; ``width`` in characters, else by content."""

    title: str
    kind: CellKind = CellKind.TEXT
    width: float | None = None


class Workbook:
    """One spreadsheet file being written; the same input gives the same bytes."""

    def __init__(
        self, *, title: str, author: str, created: dt.datetime, is_streamed: bool = False
    ) -> None:
        """Begin a file. ``created`` is the instant of the data, not of the writing.

        ``is_streamed`` keeps no row in memory once the next one is begun, whatever their number.
        """
        self._buffer = BytesIO()
        self._book = xlsxwriter.Workbook(
            self._buffer,
            {
                "constant_memory": is_streamed,
                "in_memory": not is_streamed,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        self._book.set_properties(
            {"title": title, "author": author, "created": created.astimezone(dt.UTC)}
        )
        self._formats: dict[tuple[str, ...], Format] = {}

    def sheet(self, name: str, *, landscape: bool = True) -> Sheet:
        """Add a sheet; what Excel forbids in a name is replaced."""
        safe = name.translate(_BAD_IN_NAMES)[:_NAME_LIMIT]
        worksheet = self._book.add_worksheet(safe)
        worksheet.set_paper(9)  # A4
        worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        worksheet.fit_to_pages(1, 0)
        worksheet.set_footer("&L&A&R&P / &N")
        if landscape:
            worksheet.set_landscape()
        worksheet.hide_gridlines(2)
        return Sheet(self, worksheet)

    def format(self, look: str, kind: CellKind = CellKind.TEXT) -> Format:
        """Return the format of a look (see `_LOOKS`) for cells of one kind."""
        key = (look, kind.value)
        if key not in self._formats:
            properties = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"}
            if kind not in {CellKind.TEXT, CellKind.DATE}:
                properties["align"] = "right"
            formats = _DATA_FORMATS if look == _DATA else _NUMBER_FORMATS
            properties |= _LOOKS[look] | {"num_format": formats[kind]}
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]

    def finish(self) -> bytes:
        """End the file and return its bytes."""
        self._book.close()
        return self._buffer.getvalue()


_CELL: Final = {"border": 1, "border_color": _RULE}
_LOOKS: Final[dict[str, dict[str, object]]] = {
    "title": {"font_size": 16, "bold": True, "font_color": _BRAND},
    "heading": {"font_size": 12, "bold": True, "font_color": _BRAND},
    "plain": {},
    _DATA: {},
    "left": {},
    "center": {"align": "center"},
    "right": {"align": "right"},
    "form_title": {"font_size": 18, "bold": True, "align": "center"},
    "note": {"font_size": 9, "font_color": _MUTED, "text_wrap": True, "valign": "top"},
    "head": {
        **_CELL,
        "bold": True,
        "bg_color": _TINT,
        "text_wrap": True,
        "align": "center",
    },
    "cell": _CELL,
    "mark": {**_CELL, "font_size": 9, "font_color": _MUTED, "align": "center"},
    "center_cell": {**_CELL, "align": "center"},
    "part1": {**_CELL, "indent": 2},
    "part2": {**_CELL, "indent": 4},
    "total": {**_CELL, "bold": True, "bg_color": _TINT, "top": 2, "top_color": _BRAND},
}


class Sheet:
    """One sheet, written from top to bottom."""

    def __init__(self, workbook: Workbook, worksheet: Worksheet) -> None:
        """Begin at the top."""
        self._workbook = workbook
        self._worksheet = worksheet
        self._row = 0
        self._widths: dict[int, float] = {}
        self._set_widths: dict[int, float] = {}

    def line(
        self,
        text: str,
        look: Literal["title", "heading", "plain", "note"] = "plain",
        *,
        span: int = 1,
    ) -> None:
        """Write a line of text in the first column; ``span`` lets it run over that many columns.

        A note takes the lines that it needs: no program makes a row of merged cells higher by itself.
        """
        cell_format = self._workbook.format(look)
        if span > 1:
            self._worksheet.merge_range(self._row, 0, self._row, span - 1, "", cell_format)
        self._worksheet.write_string(self._row, 0, text[:_TEXT_LIMIT], cell_format)
        if look == "title":
            self._worksheet.set_row(self._row, 28)
        if look == "note" and span > 1:
            room = sum(self._set_widths.get(at, _LEAST_WIDTH) for at in range(span))
            self._worksheet.set_row(self._row, _NOTE_HEIGHT * -(-_units(text) // room))
        self._row += 1

    def band(
        self,
        parts: Sequence[tuple[str, int]],
        looks: Sequence[Literal["left", "center", "right", "form_title"]],
        *,
        height: float | None = None,
    ) -> None:
        """Write texts side by side, each over its number of columns: the lines around a form."""
        at = 0
        for (text, size), look in zip(parts, looks, strict=True):
            cell_format = self._workbook.format(look)
            if size > 1:
                self._worksheet.merge_range(
                    self._row, at, self._row, at + size - 1, "", cell_format
                )
            self._worksheet.write_string(self._row, at, text[:_TEXT_LIMIT], cell_format)
            at += size
        if height is not None:
            self._worksheet.set_row(self._row, height)
        self._row += 1

    def form_head(
        self, heads: Sequence[tuple[str, str]], marks: Sequence[str], widths: Sequence[float]
    ) -> None:
        """Write the head of a form: names with what is below them, and a line of marks (甲 乙 1 2).

        A name with nothing below it stands over both rows. The head is repeated on each printed page.
        """
        first, look = self._row, self._workbook.format("head")
        for index, (label, below) in enumerate(heads):
            if below:
                self._worksheet.write_string(first, index, label, look)
                self._worksheet.write_string(first + 1, index, below, look)
            else:
                self._worksheet.merge_range(first, index, first + 1, index, "", look)
                self._worksheet.write_string(first, index, label, look)
        self._row += 2
        if marks:
            self._write_row(marks, "mark", [CellKind.TEXT] * len(marks))
        self._worksheet.repeat_rows(first, self._row - 1)
        for index, width in enumerate(widths):
            self._worksheet.set_column(index, index, width)
            self._set_widths[index] = width

    def rows(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Write rows below a head; numbers are `Typed`."""
        for cells in rows:
            self._write_row(cells, "cell", [CellKind.TEXT] * len(cells))

    def print_columns(self, count: int, *, on_one_page: bool = False) -> None:
        """Print what is written so far in the first columns, and nothing beside it."""
        self._worksheet.print_area(0, 0, max(self._row - 1, 0), count - 1)
        if on_one_page:
            self._worksheet.fit_to_pages(1, 1)
        self._worksheet.center_horizontally()

    def gap(self) -> None:
        """Leave a row empty."""
        self._row += 1

    def data(self, cells: Sequence[tuple[Cell, CellKind]]) -> None:
        """Write a row of a file that another program reads; each cell is given with its kind."""
        for index, (cell, kind) in enumerate(cells):
            if cell is not None:
                self._write(index, cell, kind, _DATA)
        self._row += 1

    def table(
        self,
        columns: Sequence[SheetColumn],
        rows: Iterable[Sequence[Cell]],
        *,
        total: Sequence[Cell] | None = None,
        groups: Sequence[tuple[str, int]] = (),
        freeze_columns: int | None = None,
    ) -> None:
        """Write a head, rows and a total.

        Args:
            columns: heads and kinds.
            rows: cells in the units of their kinds; ``None`` stays empty.
            total: a last row in bold; its text cells may be any text.
            groups: a head above the head: (title, number of columns), from the left.
            freeze_columns: keeps the head and so many columns in sight while one scrolls, and
                repeats the head on each printed page.

        """
        first = self._row
        if groups:
            self._write_groups(groups)
        self._write_row(
            [column.title for column in columns], "head", [CellKind.TEXT] * len(columns)
        )
        self._worksheet.set_row(self._row - 1, 30)
        if freeze_columns is not None:
            self._worksheet.freeze_panes(self._row, freeze_columns)
            self._worksheet.repeat_rows(first, self._row - 1)
        kinds = [column.kind for column in columns]
        for cells in rows:
            self._write_row(cells, "cell", kinds)
        if total is not None:
            self._write_row(total, "total", kinds)
        for index, column in enumerate(columns):
            width = column.width or self._widths.get(index, _LEAST_WIDTH)
            self._worksheet.set_column(index, index, width)

    def _write_groups(self, groups: Sequence[tuple[str, int]]) -> None:
        cell_format = self._workbook.format("head")
        at = 0
        for title, size in groups:
            if size > 1:
                self._worksheet.merge_range(
                    self._row, at, self._row, at + size - 1, "", cell_format
                )
            self._worksheet.write_string(self._row, at, title, cell_format)
            at += size
        self._row += 1

    def _write_row(self, cells: Sequence[Cell], look: str, kinds: Sequence[CellKind]) -> None:
        for index, (cell, kind) in enumerate(zip(cells, kinds, strict=True)):
            self._write(index, cell, kind, look)
        self._row += 1

    def _write(self, index: int, cell: Cell, kind: CellKind, look: str) -> None:
        """Write one cell by its kind; a text in a column of numbers stays a text."""
        sheet, row = self._worksheet, self._row
        if isinstance(cell, Typed):
            cell, kind = cell
        elif isinstance(cell, Indented):
            look = f"part{cell.level}" if cell.level else look
            cell = cell.text
        if cell is None:
            sheet.write_blank(row, index, None, self._workbook.format(look, kind))
        elif isinstance(cell, str):
            text_look = self._workbook.format(look, CellKind.TEXT)
            sheet.write_string(row, index, cell[:_TEXT_LIMIT], text_look)
            self._widen(index, cell)
        elif isinstance(cell, dt.date):
            sheet.write_datetime(row, index, cell, self._workbook.format(look, CellKind.DATE))
            self._widen(index, cell.isoformat())
        else:
            number = Decimal(cell) / _UNITS[kind]
            sheet.write_number(row, index, number, self._workbook.format(look, kind))
            self._widen(index, f"{number:,}")

    def _widen(self, index: int, text: str) -> None:
        width = min(max(_units(text) + 2, _LEAST_WIDTH), _MOST_WIDTH)
        self._widths[index] = max(width, self._widths.get(index, 0))

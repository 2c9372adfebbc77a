"""A company's own layout: the header that a bank or a tax client gave it, matched by its titles.

The order of columns and the marks for what must be filled in change from client to client and from year to
year, so an uploaded file is the truth: each of its titles is looked for among the titles and aliases of
the form's layout. What cannot be matched and must be filled in is refused by name.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from copy import copy
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.utils.exceptions import InvalidFileException

from workforce.core.errors import InputError
from workforce.core.money import MICRO
from workforce.documents.files.layout import (
    LARGEST_ENCODING,
    Column,
    Ending,
    FieldKind,
    Layout,
    is_marked_needed,
    plain_title,
)
from workforce.documents.files.writing import cell_of
from workforce.platform.sheets import CellKind

if TYPE_CHECKING:
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from workforce.documents.files.form import Row

LARGEST_TEMPLATE_BYTES: Final = 2 * 1024 * 1024
_LARGEST_UNPACKED_BYTES: Final = 20 * 1024 * 1024
_MOST_ROWS, _MOST_COLUMNS = 5_000, 300
_HEADER_WITHIN: Final = 20
_DELIMITERS: Final = ("|", "\t", ",", ";")
_ZIP: Final = b"PK\x03\x04"
_BOM: Final = b"\xef\xbb\xbf"
_FORMATS: Final = {
    CellKind.TEXT: "@",
    CellKind.MONEY: "0.00",
    CellKind.COUNT: "0",
    CellKind.MICRO: "General",
}
_UNITS: Final = {FieldKind.YUAN: 100, FieldKind.MICRO: MICRO}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The titles of an uploaded file, where they stand, and how it is written; ``row`` from 1."""

    titles: tuple[str, ...]
    row: int
    ending: Ending
    head: tuple[str, ...] = ()
    encoding: str = LARGEST_ENCODING
    delimiter: str = ","
    is_delimiter_last: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self) | {"titles": list(self.titles), "head": list(self.head)}

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Header:
        """Return what was stored."""
        return cls(**stored | {"titles": tuple(stored["titles"]), "head": tuple(stored["head"])})


def read_header(content: bytes, layout: Layout) -> Header:
    """Find the line of titles of an uploaded spreadsheet or text file: the one that matches most.

    Raises:
        InputError: it is neither, is too large, holds macros, or no line of the first twenty has a
            title that the form knows.
    """
    if not content:
        raise InputError("upload.empty")
    if len(content) > LARGEST_TEMPLATE_BYTES:
        raise InputError("upload.too_large", limit=LARGEST_TEMPLATE_BYTES // 1024 // 1024)
    header = _of_sheet(content, layout) if content.startswith(_ZIP) else _of_text(content, layout)
    if not _matches(layout, header.titles):
        raise InputError("file.template_without_titles")
    return header


def layout_of(layout: Layout, header: Header) -> Layout:
    """Return the form's layout in the order and with the titles of an uploaded file.

    Lines above the titles stay as they are; where the form states its totals there, these are its own.

    Raises:
        InputError: it must be filled in where the form knows nothing, lacks what the form needs, or has
            a column twice; the titles are named.
    """
    known = {name: column for column in (*layout.columns, *layout.more) for name in column.names}
    matched = [known.get(plain_title(title)) for title in header.titles]
    pairs = list(zip(header.titles, matched, strict=True))
    unknown = [title for title, column in pairs if column is None and is_marked_needed(title)]
    if unknown:
        raise InputError("file.template_unknown", titles="、".join(unknown))
    found = [column for column in matched if column is not None]
    twice = {column.title for column in found if found.count(column) > 1}
    if twice:
        raise InputError("file.template_twice", titles="、".join(sorted(twice)))
    fields = {column.field for column in found}
    missing = [
        column.title
        for column in layout.columns
        if column.needed and column.field and column.field not in fields
    ]
    if missing:
        raise InputError("file.template_missing", titles="、".join(missing))
    columns = tuple(
        Column(title=title) if column is None else replace(column, title=title)
        for title, column in pairs
    )
    return replace(
        layout,
        columns=columns,
        ending=header.ending,
        head=layout.head if _has_own_head(layout, header) else header.head,
        foot=(),
        has_titles=True,
        encoding=header.encoding,
        delimiter=header.delimiter,
        is_delimiter_last=header.is_delimiter_last,
    )


def kept_lines(layout: Layout, header: Header) -> int:
    """Return how many lines above the titles of an uploaded file stay as they are, old totals and all."""
    return 0 if _has_own_head(layout, header) else header.row - 1


def _has_own_head(layout: Layout, header: Header) -> bool:
    """Tell whether the form itself writes the lines above the titles: those of text files state totals."""
    return bool(layout.head) and "xlsx" not in {layout.ending, header.ending}


def fill_sheet(content: bytes, header: Header, layout: Layout, rows: Sequence[Row]) -> bytes:
    """Return an uploaded spreadsheet with rows under its titles; what stood there as an example goes.

    The look of the first row under the titles is that of every row; text is text whatever it begins with.
    """
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    looks = [_look(sheet.cell(header.row + 1, at + 1)) for at in range(len(layout.columns))]
    for merged in list(sheet.merged_cells.ranges):
        if merged.min_row > header.row:
            sheet.unmerge_cells(str(merged))
    sheet.delete_rows(header.row + 1, max(sheet.max_row - header.row, 1))
    for number, row in enumerate(rows, start=header.row + 1):
        for at, column in enumerate(layout.columns, start=1):
            _write(sheet, number, at, column, row, looks[at - 1])
    filled = io.BytesIO()
    book.save(filled)
    return filled.getvalue()


def _look(cell: Cell | MergedCell) -> Any:
    """Return the look of a cell: openpyxl has no other way to give it to many."""
    return copy(cell._style) if isinstance(cell, Cell) else None  # type: ignore[attr-defined]  # noqa: SLF001


def _write(sheet: Worksheet, number: int, at: int, column: Column, row: Row, look: Any) -> None:
    value, kind = cell_of(column, row)
    if value is None:
        return
    cell = Cell(sheet, number, at)
    if look is not None:
        cell._style = copy(look)  # type: ignore[attr-defined]  # noqa: SLF001
    if isinstance(value, str):
        cell.value, cell.data_type = value, "s"
    elif isinstance(value, int):
        unit = _UNITS.get(column.kind)
        cell.value = Decimal(value) / unit if unit else value
    cell.number_format = _FORMATS[kind]
    sheet._cells[number, at] = cell  # noqa: SLF001 - what stood there is gone with its merging


def _of_sheet(content: bytes, layout: Layout) -> Header:
    sheet = _open(content)
    best: tuple[int, tuple[str, ...], int] = (0, (), 0)
    limit = min(sheet.max_row, _HEADER_WITHIN)
    for number, cells in enumerate(sheet.iter_rows(max_row=limit, values_only=True), start=1):
        titles = ["" if cell is None else str(cell).strip() for cell in cells]
        while titles and not titles[-1]:
            titles.pop()
        count = _matches(layout, titles)
        if count > best[0]:
            best = (count, tuple(titles), number)
    return Header(titles=best[1], row=best[2], ending="xlsx")


def _open(content: bytes) -> Worksheet:
    """Open the first sheet of a spreadsheet of an ordinary size.

    Raises:
        InputError: it is none, unpacks to too much, or holds macros.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > _LARGEST_UNPACKED_BYTES:
            raise InputError("file.bomb")
        if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
            raise InputError("file.macros")
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        IndexError,
        OSError,
        SyntaxError,
        TypeError,
        ValueError,
    ) as error:
        raise InputError("file.not_workbook") from error
    if sheet.max_row > _MOST_ROWS or sheet.max_column > _MOST_COLUMNS:
        raise InputError("file.bomb")
    return sheet


def _of_text(content: bytes, layout: Layout) -> Header:
    text, encoding = _decoded(content)
    lines = text.splitlines()[:_HEADER_WITHIN]
    best: tuple[int, Header | None] = (0, None)
    for index, line in enumerate(lines):
        for delimiter in _DELIMITERS:
            is_last = line.endswith(delimiter)
            titles = tuple(title.strip() for title in line.split(delimiter))
            titles = titles[:-1] if is_last else titles
            count = _matches(layout, titles)
            if count > best[0]:
                best = (
                    count,
                    Header(
                        titles=titles,
                        row=index + 1,
                        ending="csv" if delimiter == "," else "txt",
                        head=tuple(_literal(above) for above in lines[:index]),
                        encoding=encoding,
                        delimiter=delimiter,
                        is_delimiter_last=is_last,
                    ),
                )
    return best[1] or Header(titles=(), row=0, ending="txt")


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith(_BOM):
        return _decode(content, "utf-8-sig"), "utf-8-sig"
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decode(content, LARGEST_ENCODING), LARGEST_ENCODING


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError("file.not_workbook") from error


def _literal(line: str) -> str:
    """Keep a line of an uploaded file as it is where lines are filled with values."""
    return line.replace("{", "{{").replace("}", "}}")


def _matches(layout: Layout, titles: Sequence[str]) -> int:
    known = {name for column in (*layout.columns, *layout.more) for name in column.names}
    return sum(plain_title(title) in known for title in titles)

"""What keeps a file from being made, or should be known before it is handed in, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from workforce.core.errors import InputError
from workforce.documents.files.form import remark_on
from workforce.documents.files.layout import LARGEST_ENCODING, Column, FieldKind, Layout
from workforce.documents.files.writing import text_of, value_of
from workforce.platform.sheets import FORMULA_STARTS

if TYPE_CHECKING:
    from workforce.documents.files.form import Remark, Row


def remarks_of(layout: Layout, rows: Sequence[Row]) -> Iterator[Remark]:
    """Say of each row what its layout asks and it does not have, or could not be read back."""
    for row in rows:
        for column in layout.columns:
            yield from _of_cell(layout, column, row)


def _of_cell(layout: Layout, column: Column, row: Row) -> Iterator[Remark]:
    value = value_of(column, row)
    if value is None or value == "":
        if column.needed:
            yield remark_on(row, InputError("file.lacks", title=column.title), is_fault=True)
        return
    if column.kind is not FieldKind.TEXT or column.value:
        return
    text = text_of(column, value)
    if column.most_bytes and len(text.encode(LARGEST_ENCODING)) > column.most_bytes:
        error = InputError("file.too_long", title=column.title, text=text, limit=column.most_bytes)
        yield remark_on(row, error, is_fault=True)
    if layout.ending != "xlsx" and _is_unsafe(layout, text):
        error = InputError("file.unsafe_text", title=column.title, text=text)
        yield remark_on(row, error, is_fault=True)
    outside = _outside(layout, text)
    if outside:
        error = InputError("file.outside_charset", text=text, characters=outside)
        yield remark_on(row, error)


def _is_unsafe(layout: Layout, text: str) -> bool:
    """Tell whether a text would break a line, or run where somebody opens the file as a table."""
    is_broken = layout.delimiter in text or any(ord(sign) < ord(" ") for sign in text)
    return is_broken or '"' in text or text.startswith(FORMULA_STARTS)


def _outside(layout: Layout, text: str) -> str:
    """Return the characters of a text that the bank's or the client's own character set lacks."""
    if not layout.warns_outside or text.isascii():
        return ""
    return "".join(sign for sign in text if not _fits(sign, layout.warns_outside))


def _fits(sign: str, charset: str) -> bool:
    try:
        sign.encode(charset)
    except UnicodeEncodeError:
        return False
    return True

"""A filled example of each source's table, made from the columns that the source itself reads."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any, Final

import xlsxwriter

from workforce.core.errors import InputError
from workforce.core.text import Locale
from workforce.imports.reading.tables import Column
from workforce.imports.source import Source

_WIDTH: Final = 18
_HEAD_COLOUR: Final = "#E8EEF7"


def template(source: Source, locale: Locale = "zh") -> bytes:
    """Return a workbook with the source's table filled as an example, and notes on its columns.

    For files of other programs it is an example of such a file, with the source's first suffix.

    Raises:
        InputError: there is neither.

    """
    if source.sample is not None:
        return source.sample()
    if not source.columns:
        raise InputError("option.no_template", source=source.code)
    packed = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(packed, options) as book:
        head = book.add_format({"bold": True, "bg_color": _HEAD_COLOUR, "border": 1})
        text = book.add_format({"num_format": "@"})
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet(source.label.in_locale(locale))
        sheet.freeze_panes(1, 0)
        for n, column in enumerate(source.columns):
            sheet.set_column(n, n, _WIDTH, date if _is_date(column.example) else text)
            sheet.write_string(0, n, _title(column), head)
            for row, value in enumerate(column.example, start=1):
                _write(sheet, row, n, value, date, text)
        notes = book.add_worksheet("填写说明" if locale == "zh" else "Notes")
        notes.set_column(0, 1, _WIDTH)
        notes.set_column(2, 2, _WIDTH * 4)
        for row, column in enumerate(source.columns):
            notes.write_string(row, 0, _title(column))
            notes.write_string(row, 1, column.name)
            notes.write_string(row, 2, column.note.in_locale(locale))
    return packed.getvalue()


def _title(column: Column) -> str:
    return f"{column.titles[0]}*" if column.is_required else column.titles[0]


def _is_date(example: Sequence[Any]) -> bool:
    return any(isinstance(value, dt.date) for value in example)


def _write(sheet: Any, row: int, column: int, value: Any, date: Any, text: Any) -> None:
    if isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), date)
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, value, text)

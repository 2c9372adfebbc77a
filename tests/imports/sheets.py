"""Workbooks for tests, good and bad."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """Write sheets as a workbook; a text that begins with ``=`` becomes a formula."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        time = book.add_format({"num_format": "hh:mm"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, dt.date):
                        sheet.write_datetime(r, c, value, date)
                    elif isinstance(value, dt.time):
                        sheet.write_datetime(r, c, value, time)
                    elif isinstance(value, str) and value.startswith("="):
                        sheet.write_formula(r, c, value, None, 7)
                    elif isinstance(value, str):
                        sheet.write_string(r, c, value)
                    elif value is not None:
                        sheet.write(r, c, value)
    return packed.getvalue()


def one_sheet(*rows: Sequence[Any]) -> bytes:
    """Write rows as a workbook with one sheet ``表``."""
    return workbook({"表": rows})


def repacked(content: bytes, changes: Mapping[str, bytes]) -> bytes:
    """Replace or add members of a workbook's archive."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            if info.filename not in changes:
                new.writestr(info.filename, old.read(info))
        for name, data in changes.items():
            new.writestr(name, data)
    return packed.getvalue()


def member(content: bytes, name: str) -> bytes:
    """Read a member of a workbook's archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)

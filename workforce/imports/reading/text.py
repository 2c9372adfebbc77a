"""Text files from anywhere: CSV in UTF-8 or GB18030, and JSON without binary fractions."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from workforce.core.errors import InputError
from workforce.imports.reading.workbook import Sheet

_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_FIELD_LIMIT: Final = 100_000
ROWS_LIMIT: Final = 1_000_000
"""Rows of a sheet, its head included: what Excel can hold, nearly."""

_RUN_BY_SPREADSHEETS: Final = re.compile(r"'*[=+\-@＝＋－＠\t\r]")


def quoted_text(text: str) -> str:
    """Return a text as a CSV cell that no spreadsheet takes for a formula (lesson D7)."""
    return f"'{text}" if _RUN_BY_SPREADSHEETS.match(text) else text


def _unquoted(text: str) -> str:
    """Take off the apostrophe that ``quoted_text`` put before a text."""
    return text[1:] if _RUN_BY_SPREADSHEETS.match(text) else text


def decode(content: bytes) -> str:
    """Decode UTF-8, with or without its mark, or else GB18030, which Excel writes in China.

    Raises:
        InputError: it is neither, or holds NUL characters (binary data, UTF-16).

    """
    return content.decode(_encoding(content))


def _encoding(content: bytes) -> str:
    if content.startswith(_UTF16_MARKS):
        raise InputError("file.utf16")
    nul = content.find(b"\0")
    if nul >= 0:
        raise InputError("file.nul", place=_line(content, nul))
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as as_utf8:
        try:
            content.decode("gb18030")
        except UnicodeDecodeError:
            raise InputError("file.encoding", place=_line(content, as_utf8.start)) from None
        return "gb18030"
    return "utf-8-sig"


def _line(content: bytes, offset: int) -> str:
    return str(content.count(b"\n", 0, offset) + 1)


def read_csv(content: bytes) -> list[Sheet]:
    """Read a comma- or tab-separated file as one unnamed sheet of texts.

    Raises:
        InputError: the encoding or the quoting is broken, or it is far too long.

    """
    rows: list[list[Any]] = []
    lines: list[int] = []
    for line, row in iter_csv(content):
        rows.append(row)
        lines.append(line)
        if len(rows) > ROWS_LIMIT:
            raise InputError("file.bomb")
    return [Sheet(name="", rows=rows, line_numbers=tuple(lines))]


def iter_csv(content: bytes, field_limit: int = _FIELD_LIMIT) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of each row of a comma- or tab-separated file, keeping none.

    Raises:
        InputError: the encoding or the quoting is broken.

    """
    stream = io.TextIOWrapper(io.BytesIO(content), _encoding(content), newline="")
    first = stream.readline()
    stream.seek(0)
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    csv.field_size_limit(field_limit)
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    before = 0
    try:
        for row in reader:
            yield before + 1, [_unquoted(cell) if cell[:1] == "'" else cell for cell in row]
            before = reader.line_num
    except csv.Error as error:
        raise InputError("file.csv", place=str(reader.line_num)) from error


def read_json(content: bytes) -> Any:
    """Parse JSON. Numbers with a fraction stay text: no amount or time passes through a float.

    Raises:
        InputError: it is not JSON, nested too deeply, or holds numbers that JSON does not know.

    """
    if content.startswith(_UTF16_MARKS):
        raise InputError("file.utf16")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("file.encoding", place=_line(content, error.start)) from error
    return read_json_text(text)


def read_json_text(text: str) -> Any:
    """Parse a JSON text; raises as ``read_json``."""
    try:
        return _JSON.decode(text)
    except json.JSONDecodeError as error:
        raise InputError("file.json", place=f"{error.lineno}:{error.colno}") from error
    except RecursionError as error:
        raise InputError("file.json_deep") from error
    except ValueError as error:  # an integer of thousands of digits
        raise InputError("file.json", place="-") from error


def _refuse_constant(name: str) -> NoReturn:
    raise InputError("file.json_constant", name=name)


_JSON: Final = json.JSONDecoder(parse_float=str, parse_constant=_refuse_constant)

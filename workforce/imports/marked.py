"""The refused rows as a workbook: a list of them, and the file's own rows with the bad ones marked.

Whoever corrects the marked rows can upload the same workbook again: what is added stands in a column
after the last, which no source reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any, Final

import xlsxwriter

from workforce.core.errors import DomainError
from workforce.core.text import Locale
from workforce.imports.source import TABLE_SUFFIXES, SourceFile

_HEADS: Final = {
    "zh": ("工作表", "行", "列", "内容", "原因", "怎么改"),
    "en": ("Sheet", "Row", "Column", "Value", "Reason", "Remedy"),
}
_LIST_NAME: Final = {"zh": "被拒绝的行", "en": "Refused rows"}
_REASON: Final = {"zh": "（被拒绝的原因）", "en": "(why refused)"}
_NAME_LIMIT: Final = 31
_BAD_IN_NAMES: Final = str.maketrans("[]:*?/\\'", "________")


def marked_workbook(
    refusals: Sequence[Mapping[str, Any]], file: SourceFile | None, locale: Locale
) -> bytes:
    """Return the workbook; ``refusals`` as in ``Refusal.as_json``, ``file`` None: the list alone."""
    packed = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(packed, options) as book:
        sheets = _sheets(file)
        for sheet in sheets:
            _copy(book, sheet, _by_row(refusals, sheet.name), locale)
        _list(book, refusals, locale)
    return packed.getvalue()


def _sheets(file: SourceFile | None) -> list[Any]:
    if file is None or file.suffix not in TABLE_SUFFIXES:
        return []
    try:
        return list(file.sheets())
    except DomainError:
        return []


def _by_row(refusals: Iterable[Mapping[str, Any]], name: str) -> dict[int, list[Mapping[str, Any]]]:
    found: defaultdict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for refusal in refusals:
        if refusal["sheet"] == name and refusal["row"]:
            found[refusal["row"]].append(refusal)
    return found


def _copy(book: Any, sheet: Any, refused: Mapping[int, Any], locale: Locale) -> None:
    target = book.add_worksheet(_sheet_name(sheet.name or "表", book))
    plain = book.add_format({"num_format": "@"})
    bad = book.add_format({"bg_color": "#FBE0E2", "num_format": "@"})
    bad_date = book.add_format({"bg_color": "#FBE0E2", "num_format": "yyyy-mm-dd"})
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    width = max((len(row) for row in sheet.rows), default=0)
    for index, row in enumerate(sheet.rows):
        reasons = refused.get(sheet.row_number(index), ())
        for column, value in enumerate(row):
            _write(target, index, column, value, (bad, bad_date) if reasons else (plain, date))
        if reasons:
            said = "；".join(_said(reason, locale) for reason in reasons)
            target.write_string(index, width, f"{_REASON[locale]} {said}", bad)
    target.set_column(0, max(width - 1, 0), 14)
    target.set_column(width, width, 60)


def _write(target: Any, row: int, column: int, value: Any, formats: tuple[Any, Any]) -> None:
    plain, date = formats
    if value is None or value == "":
        target.write_blank(row, column, None, plain)
    elif isinstance(value, bool | int | float):
        target.write(row, column, value)
    elif hasattr(value, "isoformat"):
        if hasattr(value, "year"):
            target.write_datetime(row, column, value, date)
        else:
            target.write_string(row, column, value.isoformat("minutes"), plain)
    else:
        target.write_string(row, column, str(value)[:32_767], plain)


def _list(book: Any, refusals: Sequence[Mapping[str, Any]], locale: Locale) -> None:
    target = book.add_worksheet(_LIST_NAME[locale])
    head = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1})
    for column, title in enumerate(_HEADS[locale]):
        target.write_string(0, column, title, head)
    for row, refusal in enumerate(refusals, start=1):
        cells = (
            refusal["sheet"] or refusal["path"],
            refusal["row"],
            refusal["column"],
            refusal["value"],
            refusal[f"reason_{locale}"],
            refusal[f"remedy_{locale}"] or "",
        )
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                target.write_number(row, column, cell)
            else:
                target.write_string(row, column, str(cell or ""))
    target.freeze_panes(1, 0)
    target.set_column(0, 3, 14)
    target.set_column(4, 5, 60)


def _said(refusal: Mapping[str, Any], locale: Locale) -> str:
    place = f"{refusal['column']}: " if refusal["column"] else ""
    remedy = refusal[f"remedy_{locale}"]
    return f"{place}{refusal[f'reason_{locale}']}{f' → {remedy}' if remedy else ''}"


def _sheet_name(name: str, book: Any) -> str:
    safe = name.translate(_BAD_IN_NAMES)[:_NAME_LIMIT] or "Sheet"
    taken = {sheet.get_name().lower() for sheet in book.worksheets()}
    taken |= {one.lower() for one in _LIST_NAME.values()}
    number = 2
    while safe.lower() in taken:
        safe = f"{safe[: _NAME_LIMIT - 3]}_{number}"
        number += 1
    return safe

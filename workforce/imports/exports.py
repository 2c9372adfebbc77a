"""Writing what is stored as the table that a source reads: importing it again changes nothing.

A workbook's cells are texts, dates or exact numbers, never formulas. In CSV, which knows no types, a
text that a spreadsheet would run gets an apostrophe before it; the reader takes it off again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sqlalchemy.orm import Session

from workforce.core.errors import InputError
from workforce.core.money import format_fen, format_micro
from workforce.core.period import PayPeriod
from workforce.imports.directory import Directory
from workforce.imports.reading.text import ROWS_LIMIT, quoted_text
from workforce.imports.service import all_sources, company_of, within_company
from workforce.imports.source import Extent, Source
from workforce.platform import audit, clock
from workforce.platform.audit import Actor
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.platform.sheets import Cell, CellKind, SheetColumn, Typed, Workbook

SUFFIXES: Final = (".xlsx", ".csv")

_UTF8_MARK: Final = "\ufeff".encode()


def fen(amount: int | None) -> Typed | None:
    """Return an amount in fen as a cell."""
    return None if amount is None else Typed(amount, CellKind.MONEY)


def micro(value: int | None) -> Typed | None:
    """Return a price or factor in millionths as a cell."""
    return None if value is None else Typed(value, CellKind.MICRO)


def rate(value: int | None) -> Typed | None:
    """Return a rate in millionths as a cell that shows per cent."""
    return None if value is None else Typed(value, CellKind.RATE)


def yes_or_no(value: bool) -> str:  # noqa: FBT001 - it is the value, not a switch
    """Return a yes or no as people write it."""
    return "是" if value else "否"


def first_names(codes: Mapping[str, str]) -> dict[str, str]:
    """Turn a reader's words → codes round: each code with the first word that means it."""
    return {code: name for name, code in reversed(list(codes.items()))}


def export(
    session: Session,
    source: Source,
    suffix: str,
    *,
    company_id: int | None,
    period: PayPeriod | None,
    actor: Actor,
    reach: Scope | None = None,
) -> bytes:
    """Return a company's or the base's records as the source's table, and keep the act in the audit.

    ``reach`` limits them to what the actor may see; None: the whole company.

    Raises:
        InputError: the source has no export, the suffix is unknown, or there are too many rows.
        StateError: the records are a company's, and none is given.

    """
    if source.export is None:
        known = ", ".join(code for code, each in all_sources().items() if each.export)
        raise InputError("option.no_export", source=source.code, sources=known)
    if suffix not in SUFFIXES:
        raise InputError("export.suffix", suffix=suffix, suffixes=" ".join(SUFFIXES))
    company_id = company_of(source, company_id)
    extent = Extent(
        company_id=company_id or 0,
        period=period,
        directory=Directory(session, company_id or 0),
        scope=within_company(reach, company_id),
    )
    rows = _limited(source.export(session, extent))
    content = _xlsx(source, rows) if suffix == ".xlsx" else _csv(source, rows)
    # Reading and writing the file takes long: only now is the write lock taken.
    with unit_of_work() as writing:
        audit.record(
            writing,
            actor,
            "export.table",
            "company",
            company_id or "base",
            company_id=company_id,
            after={"source": source.code, "period": str(period) if period else None},
        )
    return content


def _limited(rows: Iterable[Mapping[str, Cell]]) -> Iterator[Mapping[str, Cell]]:
    """Refuse more rows than an import takes, instead of cutting them off."""
    for count, row in enumerate(rows, start=1):
        if count >= ROWS_LIMIT:
            raise InputError("export.too_long", limit=ROWS_LIMIT - 1)
        yield row


def _titles(source: Source) -> list[str]:
    return [column.titles[0] for column in source.columns]


def _cells(source: Source, row: Mapping[str, Cell]) -> list[Cell]:
    return [row.get(column.name) for column in source.columns]


def _xlsx(source: Source, rows: Iterable[Mapping[str, Cell]]) -> bytes:
    book = Workbook(title=source.label.zh, author="", created=clock.now(), is_streamed=True)
    columns = [SheetColumn(title) for title in _titles(source)]
    cells = ([_counted(cell) for cell in _cells(source, row)] for row in rows)
    try:
        book.sheet(source.label.zh).table(columns, cells)
    finally:
        content = book.finish()  # even then: it holds a file open until it ends
    return content


def _counted(cell: Cell) -> Cell:
    """Say of a plain number that it is a count: the columns themselves have no kind."""
    return Typed(cell, CellKind.COUNT) if isinstance(cell, int) else cell


def _csv(source: Source, rows: Iterable[Mapping[str, Cell]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_titles(source))
    for row in rows:
        writer.writerow([_written(cell) for cell in _cells(source, row)])
    # Excel takes a file for GB18030 unless it begins with the mark.
    return _UTF8_MARK + text.getvalue().encode()


def _written(cell: Cell) -> str:
    if isinstance(cell, Typed):
        return format_fen(cell.value) if cell.kind is CellKind.MONEY else format_micro(cell.value)
    if isinstance(cell, str):
        return quoted_text(cell)
    return "" if cell is None else str(cell)

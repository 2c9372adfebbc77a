"""Finding a table in a sheet by the texts of its header, and reading its rows.

Columns are known by their titles, never by their letters: a title may stand anywhere in the first
rows, with or without an asterisk, in Chinese or by its English name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from workforce.core.errors import DomainError, InputError
from workforce.core.text import Text
from workforce.imports.reading import values
from workforce.imports.reading.workbook import Sheet, column_letter
from workforce.imports.refusals import Notice, Place, Refusal, masked

HEADER_ROWS: Final = 20

_DECORATION: Final = re.compile(r"[\s*＊]|\((?:必填|选填|可选)\)")
_EXCEL_ERRORS: Final = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")

Value = TypeVar("Value")
Parsed = TypeVar("Parsed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column that a source reads.

    ``titles``: what its header may say; the first is the template's. ``name`` is accepted too.
    ``example``: what the template shows, row by row. ``is_secret``: never shown whole.
    """

    name: str
    titles: tuple[str, ...]
    note: Text
    example: tuple[Any, ...] = ()
    is_required: bool = False
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Placed(Generic[Parsed]):
    """A parsed row and where it stands."""

    place: Place
    row: Parsed


class CellError(Exception):
    """A cell cannot be used: the row is refused at this place."""

    def __init__(self, refusal: Refusal) -> None:
        """Keep what the preview will show."""
        super().__init__(str(refusal.error))
        self.refusal = refusal


def normal_title(title: Any) -> str:
    """Reduce a header's text to what identifies it."""
    text = unicodedata.normalize("NFKC", str(title)).strip().lower()
    return _DECORATION.sub("", text)


class Row:
    """One row of a table; its cells are asked for by the column's name."""

    def __init__(
        self, sheet: Sheet, index: int, positions: Mapping[str, int], columns: Mapping[str, Column]
    ) -> None:
        """Point at a row; nothing is read yet."""
        self._sheet = sheet
        self._index = index
        self._positions = positions
        self._columns = columns

    @property
    def place(self) -> Place:
        """Where the row stands."""
        return Place(self._sheet.name, self._sheet.row_number(self._index))

    @property
    def titles(self) -> tuple[str, ...]:
        """The names of the columns that the table has."""
        return tuple(self._positions)

    def has_column(self, name: str) -> bool:
        """Tell whether the table has this column at all."""
        return name in self._positions

    def raw(self, name: str) -> Any:
        """Return a cell as it is; "" where the table or the row is too short."""
        position = self._positions.get(name)
        return "" if position is None else self.at(position)

    def at(self, position: int) -> Any:
        """Return the cell in a column counted from 0, as it is."""
        cells = self._sheet.rows[self._index]
        return cells[position] if position < len(cells) else ""

    def is_blank(self, name: str) -> bool:
        """Tell whether a cell holds nothing."""
        return values.is_blank(self.raw(name))

    def get(self, name: str, read: Callable[[Any], Value]) -> Value | None:
        """Read a cell, None where it is blank.

        Raises:
            CellError: it holds a formula, an error, or something that cannot be read so.

        """
        position = self._positions.get(name)
        if position is None:
            return None
        value = self.at(position)
        try:
            if (self._index, position) in self._sheet.formulas:
                raise InputError("cell.formula")
            if values.is_blank(value):
                return None
            if isinstance(value, str) and value.strip() in _EXCEL_ERRORS:
                raise InputError("cell.error")
            return read(value)
        except DomainError as error:
            raise self.fault(name, error) from error

    def need(self, name: str, read: Callable[[Any], Value]) -> Value:
        """Read a cell that must not be blank.

        Raises:
            CellError: it is blank or cannot be read.

        """
        found = self.get(name, read)
        if found is None:
            raise self.fault(name, InputError("cell.missing"))
        return found

    def fault(self, name: str, error: DomainError) -> CellError:
        """Say that a cell, or the row because of it, cannot be used."""
        position = self._positions.get(name)
        column = self._columns[name]
        title = column.titles[0]
        label = title if position is None else f"{column_letter(position)}({title})"
        shown = values.shown(self.raw(name))
        value = masked(shown) if column.is_secret and shown else shown
        return CellError(Refusal(Place(self.place.sheet, self.place.row, label), value, error))


@dataclass(frozen=True, slots=True)
class Table:
    """A table found in a sheet: which column stands where, and the rows below the header."""

    sheet: Sheet
    header: int
    positions: Mapping[str, int]
    unknown: Sequence[str]
    """Titles of columns that nobody reads."""

    def rows(self, columns: Mapping[str, Column]) -> Iterator[Row]:
        """Yield the rows that are not blank."""
        for index in range(self.header + 1, len(self.sheet.rows)):
            if not all(values.is_blank(cell) for cell in self.sheet.rows[index]):
                yield Row(self.sheet, index, self.positions, columns)


def find_tables(sheets: Sequence[Sheet], columns: Sequence[Column], source: str) -> list[Table]:
    """Find the table of a source in every sheet that has one.

    Raises:
        InputError: no sheet has it (naming the columns that the nearest one lacks), or a column
            appears twice.

    """
    known = {normal_title(t): c.name for c in columns for t in (*c.titles, c.name)}
    required = {column.name: column.titles[0] for column in columns if column.is_required}
    found: list[Table] = []
    nearest: tuple[int, str, list[str]] = (0, "", [])
    for sheet in sheets:
        best: tuple[int, Table] | None = None
        for index, cells in enumerate(sheet.rows[:HEADER_ROWS]):
            titles = [normal_title(cell) for cell in cells]
            positions = {
                known[title]: n for n, title in reversed(list(enumerate(titles))) if title in known
            }
            missing = [title for name, title in required.items() if name not in positions]
            hits = len(required) - len(missing)
            if missing and hits > nearest[0]:
                nearest = (hits, sheet.name, missing)
            if not missing and (best is None or len(positions) > best[0]):
                _refuse_double(cells, known, sheet)
                unknown = [
                    str(c).strip()
                    for c, t in zip(cells, titles, strict=True)
                    if t and t not in known
                ]
                best = (len(positions), Table(sheet, index, positions, unknown))
        if best is not None:
            found.append(best[1])
    if found:
        return found
    if nearest[0]:
        raise InputError(
            "table.headers_missing",
            place=nearest[1] or None,
            missing="、".join(nearest[2]),
            rows=HEADER_ROWS,
            source=source,
        )
    names = "、".join(sheet.name for sheet in sheets if sheet.name) or "-"
    raise InputError(
        "table.no_header", sheets=names, wanted="、".join(required.values()), source=source
    )


def _refuse_double(cells: Sequence[Any], known: Mapping[str, str], sheet: Sheet) -> None:
    seen: set[str] = set()
    for cell in cells:
        name = known.get(normal_title(cell))
        if name in seen:
            raise InputError(
                "table.header_twice", place=sheet.name or None, title=str(cell).strip()
            )
        if name is not None:
            seen.add(name)


@dataclass(slots=True)
class Reading(Generic[Parsed]):
    """What a file says: rows that could be read, rows that could not, and things worth knowing."""

    rows: list[Placed[Parsed]]
    refusals: list[Refusal]
    notices: list[Notice]


def read_table(
    sheets: Sequence[Sheet],
    columns: Sequence[Column],
    source: str,
    parse: Callable[[Row], Parsed],
) -> Reading[Parsed]:
    """Read every row of a source's table; a row that cannot be read does not stop the others.

    Raises:
        InputError: there is no such table, or it has no rows.

    """
    by_name = {column.name: column for column in columns}
    reading: Reading[Parsed] = Reading([], [], [])
    for table in find_tables(sheets, columns, source):
        if table.unknown:
            names = "、".join(table.unknown)
            words = Text(f"没有读取的列:{names}", f"Columns not read: {names}")
            reading.notices.append(Notice(words, Place(table.sheet.name)))
        for row in table.rows(by_name):
            try:
                reading.rows.append(Placed(row.place, parse(row)))
            except CellError as fault:
                reading.refusals.append(fault.refusal)
    if not (reading.rows or reading.refusals):
        raise InputError("table.no_rows")
    return reading

"""Two-level headers of attendance reports: finding them, and reading rows by parent and child title.

Firms choose their columns, so a column is known by its title, or parent and child title ("上班1/打卡时间"),
never by its letter; a sheet is known by its titles too, since each is also exported alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workforce.core.text import Text
from workforce.imports.reading import values
from workforce.imports.reading.tables import HEADER_ROWS, Column, Row, normal_title
from workforce.imports.reading.workbook import Sheet


class _AnyColumn(dict[str, Column]):
    """The columns of a report by name: whatever is asked for, whether the firm exports it or not."""

    def __missing__(self, name: str) -> Column:
        return Column(name=name, titles=(name,), note=Text("", ""))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns of a sheet stand, and its first row of data."""

    sheet: Sheet
    first_row: int
    positions: Mapping[str, int]

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not blank."""
        columns = _AnyColumn()
        for index in range(self.first_row, len(self.sheet.rows)):
            if not all(values.is_blank(cell) for cell in self.sheet.rows[index]):
                yield Row(self.sheet, index, self.positions, columns)

    def has(self, *titles: str) -> bool:
        """Tell whether all these columns are there."""
        return all(title in self.positions for title in titles)

    def renamed(self, names: Mapping[str, Sequence[str]]) -> Layout:
        """Give columns other names besides: each the first of its titles that the sheet has.

        A title means a column of this whole name, or else the first whose child title it is.
        """
        children = {
            name.rpartition("/")[2]: position
            for name, position in reversed(list(self.positions.items()))
        }
        found = {
            name: place
            for name, titles in names.items()
            for place in [_first(titles, self.positions, children)]
            if place is not None
        }
        return Layout(self.sheet, self.first_row, {**self.positions, **found})


def _first(titles: Sequence[str], *places: Mapping[str, int]) -> int | None:
    return next((where[title] for title in titles for where in places if title in where), None)


def layout_of(sheet: Sheet) -> Layout | None:
    """Find the header by 姓名 in the first rows; None where the sheet has none."""
    for index, cells in enumerate(sheet.rows[:HEADER_ROWS]):
        titles = [normal_title(cell) for cell in cells]
        if "姓名" in titles:
            below = sheet.rows[index + 1] if index + 1 < len(sheet.rows) else []
            children = [normal_title(cell) for cell in below]
            # Below a one-row header stands a person's name.
            is_double = any(children) and children[titles.index("姓名")] == ""
            names = _joined(titles, children) if is_double else titles
            positions = {name: n for n, name in reversed(list(enumerate(names))) if name}
            return Layout(sheet, index + (2 if is_double else 1), positions)
    return None


def _joined(titles: Sequence[str], children: Sequence[str]) -> list[str]:
    """Join parent and child titles; a merged parent stands over its first child only."""
    names: list[str] = []
    parent = ""
    for n, title in enumerate(titles):
        child = children[n] if n < len(children) else ""
        parent = title or parent
        names.append(f"{parent}/{child}" if child else title)
    return names

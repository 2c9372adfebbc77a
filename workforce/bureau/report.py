"""A report as one value: page, PDF, spreadsheet and JSON are written from it and compute nothing.

A figure carries its text and, where it may be told, its value; what is withheld is not in here at
all. Words are in both languages; whoever writes the report chooses one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from workforce.core.chart import Chart
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.statistics.measure import Measure, Unit
from workforce.statistics.tables import Cell, CellState

WITHHELD: Final = "※"
UNDEFINED: Final = "—"
_MINUS: Final = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Figure:
    """What a cell says. ``value`` counts 10 ** −decimals of the unit; None: no number to tell."""

    text: str
    unit: Unit
    value: int | None = None

    @classmethod
    def of(cls, cell: Cell, unit: Unit) -> Figure:
        """Write a cell of statistics in its unit."""
        if cell.value is None:
            return cls(WITHHELD if cell.state is CellState.WITHHELD else UNDEFINED, unit)
        return cls(_plain(cell.value, unit.decimals), unit, cell.value)


def _plain(value: int, decimals: int) -> str:
    """Write a count of 10 ** −decimals with thousands separators: 405161, 2 → ``4,051.61``."""
    whole, rest = divmod(abs(value), 10**decimals)
    sign = _MINUS if value < 0 else ""
    return f"{sign}{whole:,}.{rest:0{decimals}d}" if decimals else f"{sign}{whole:,}"


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure means; ``number`` is printed beside its name."""

    number: int
    measure: Measure


@dataclass(frozen=True, slots=True)
class Card:
    """A figure that opens the report, with last month's and perhaps last year's beside it."""

    definition: Definition
    figure: Figure
    previous: Figure
    year_ago: Figure | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column of figures; ``note`` is its unit, or the month it is of."""

    label: Text
    note: Text
    definition: Definition | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table; ``is_part`` sets it under the line before, of which it is a part."""

    label: Text
    figures: tuple[Figure, ...]
    definition: Definition | None = None
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Figures under heads; ``total`` is the last line where there is one."""

    code: str
    title: Text
    head: Text
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None

    @property
    def lines(self) -> tuple[Row, ...]:
        """Rows and total."""
        return self.rows if self.total is None else (*self.rows, self.total)


@dataclass(frozen=True, slots=True)
class Section:
    """Tables that belong together, with their charts."""

    code: str
    title: Text
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A filled form. The first section is the summary: one table whose rows are measures."""

    code: str
    form_number: Text
    title: Text
    period: PayPeriod
    reporter: Text
    """The reporting unit (填报单位)."""
    filled_on: dt.date
    is_protected: bool
    cards: tuple[Card, ...]
    sections: tuple[Section, ...]
    notes: tuple[Text, ...]
    definitions: tuple[Definition, ...]

    @property
    def summary(self) -> Section:
        """The first section."""
        return self.sections[0]

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, in order."""
        return tuple(table for section in self.sections for table in section.tables)

    def names(self) -> Iterator[Text]:
        """Yield what comes from outside: names that a font must be able to draw."""
        yield self.reporter
        for table in self.tables:
            yield from (row.label for row in table.rows)


def define(measures: Sequence[Measure]) -> dict[str, Definition]:
    """Number measures in their order, by code."""
    return {
        measure.code: Definition(number, measure)
        for number, measure in enumerate(measures, start=1)
    }

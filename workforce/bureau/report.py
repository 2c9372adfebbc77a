"""A report as one value: page, PDF, spreadsheet, CSV and JSON are written from it and compute nothing.

A figure carries its text, its place in the published cubes and, where it may be told, its value; what
is withheld is not in here at all. Words are in both languages; whoever writes the report chooses one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from workforce.bureau.issues.frozen import FrozenMeasure
from workforce.core.chart import Chart, decimal_text
from workforce.core.period import PayPeriod
from workforce.core.report_period import ReportPeriod
from workforce.core.text import Text
from workforce.platform.formatting import MINUS
from workforce.statistics.cube import CellRef
from workforce.statistics.measure import Unit
from workforce.statistics.tables import Cell, CellState

WITHHELD: Final = "※"
UNDEFINED: Final = "—"
NO_TEXT: Final = Text("", "")


@dataclass(frozen=True, slots=True)
class Figure:
    """What a cell says. ``value`` counts 10 ** −decimals of the unit; None: no number to tell.

    ``ref`` names the cell of the cubes that it is read from and ``month`` whose; of a longer period
    that of its last month, whose page shows the others. What is reckoned from shown figures (a change,
    a share) has neither.
    """

    text: str
    unit: Unit
    value: int | None = None
    state: CellState = CellState.SHOWN
    ref: CellRef | None = None
    month: PayPeriod | None = None

    @classmethod
    def of(
        cls, cell: Cell, unit: Unit, ref: CellRef | None = None, month: PayPeriod | None = None
    ) -> Figure:
        """Write a cell of statistics in its unit."""
        if cell.value is None:
            text = WITHHELD if cell.state is CellState.WITHHELD else UNDEFINED
            return cls(text, unit, None, cell.state, ref, month)
        return cls(plain(cell.value, unit.decimals), unit, cell.value, cell.state, ref, month)

    @property
    def is_withheld(self) -> bool:
        """Whether it is known but not told."""
        return self.state is CellState.WITHHELD


def plain(value: int, decimals: int) -> str:
    """Write a count of 10 ** −decimals with thousands separators: 405161, 2 → ``4,051.61``."""
    whole, rest = divmod(abs(value), 10**decimals)
    sign = MINUS if value < 0 else ""
    return f"{sign}{whole:,}.{rest:0{decimals}d}" if decimals else f"{sign}{whole:,}"


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure means; ``number`` is printed beside its name."""

    number: int
    measure: FrozenMeasure


@dataclass(frozen=True, slots=True)
class Card:
    """A figure that opens the report, with last month's and perhaps last year's beside it."""

    definition: Definition
    figure: Figure
    previous: Figure
    year_ago: Figure | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column of figures; ``note`` is its unit, or the period it is of."""

    label: Text
    note: Text
    definition: Definition | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table.

    ``level`` sets it below the lines of a lower level, of which it is a part; ``code`` is its number
    on the form, "" where the number is not known and is left open. Without figures it heads the lines
    that follow.
    """

    label: Text
    figures: tuple[Figure, ...]
    definition: Definition | None = None
    level: int = 0
    code: str = ""

    @property
    def unit(self) -> Text:
        """In what its first figure is counted."""
        return self.figures[0].unit.label if self.figures else NO_TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """Figures under heads; ``total`` is the last line where there is one.

    ``has_codes``: its rows are indicators, each with its own unit and number on the form.
    """

    code: str
    title: Text
    head: Text
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    has_codes: bool = False

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
    charts: tuple[Chart, ...] = ()


ListKind = Literal["text", "date", "count", "yuan"]
ListValue = str | int | dt.date | None


@dataclass(frozen=True, slots=True)
class ListColumn:
    """The head of a column of a named list; ``width`` is its share of the paper, in characters.

    Whole numbers are counts, or fen in a column of ``yuan``.
    """

    label: Text
    kind: ListKind = "text"
    width: float = 10


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of people by name, numbered from 1 when it is written: for the company's own use only."""

    code: str
    title: Text
    columns: tuple[ListColumn, ...]
    rows: tuple[tuple[ListValue, ...], ...]
    total: tuple[ListValue, ...] | None = None
    """A last line; its first cell says what it is."""


class Place(NamedTuple):
    """A figure with where it stands: in which table, line and column."""

    table: Table
    row: Row
    column: Column
    figure: Figure


Sheet = Literal["report", "form"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A filled form. Its first table is what is signed: the others tell more of it.

    ``sheet``: a "form" is laid out upright like the printed forms of the statistical system, a
    "report" across with cards and charts. ``origin`` says what it was filled from.
    """

    code: str
    form_number: Text
    title: Text
    period: ReportPeriod
    reporter: Text
    """The reporting unit (填报单位)."""
    filled_on: dt.date
    is_protected: bool
    sheet: Sheet = "report"
    unit: Text = NO_TEXT
    """In what the form is counted (计量单位), where one word says it for all lines."""
    origin: Text = NO_TEXT
    cards: tuple[Card, ...] = ()
    sections: tuple[Section, ...] = ()
    listings: tuple[Listing, ...] = ()
    notes: tuple[Text, ...] = ()
    definitions: tuple[Definition, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table of figures, in order."""
        return tuple(table for section in self.sections for table in section.tables)

    @property
    def is_named(self) -> bool:
        """Whether it names people."""
        return bool(self.listings)

    def places(self) -> Iterator[Place]:
        """Yield every figure of the tables, line by line."""
        for table in self.tables:
            for row in table.lines:
                if row.figures:
                    for column, figure in zip(table.columns, row.figures, strict=True):
                        yield Place(table, row, column, figure)

    def names(self) -> Iterator[Text]:
        """Yield what comes from outside: names that a font must be able to draw."""
        yield self.reporter
        for table in self.tables:
            yield from (row.label for row in table.rows)
        for listing in self.listings:
            for row in listing.rows:
                yield from (Text(value, value) for value in row if isinstance(value, str))


def define(measures: Sequence[FrozenMeasure]) -> dict[str, Definition]:
    """Number measures in their order, by code."""
    return {
        measure.code: Definition(number, measure)
        for number, measure in enumerate(measures, start=1)
    }


def list_text(value: ListValue, kind: ListKind) -> str:
    """Return a cell of a named list as text: fen as yuan, dates as 2026-10-31, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, int):
        return decimal_text(value, 2) if kind == "yuan" else str(value)
    return value

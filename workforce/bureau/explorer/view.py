"""What the explorer answers: a table of cells of cubes.

Page, files and chart are written from one `View` and compute nothing. A change beside a figure is worked
out from the two rounded figures that are shown; where one of them is not told, neither is the change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from typing import Final

from workforce.bureau.explorer.choice import (
    MONTHS,
    WHOLE,
    Choice,
    Kind,
    Order,
    measures_of,
    tables_of,
)
from workforce.bureau.faces import words
from workforce.bureau.figures import PeriodFigures
from workforce.bureau.issues.frozen import FrozenMeasure, FrozenUnit
from workforce.bureau.report import UNDEFINED, WITHHELD
from workforce.core.money import round_half_up
from workforce.core.period import PayPeriod
from workforce.core.report_period import ReportPeriod, Span
from workforce.core.text import Text
from workforce.platform.charts import chart_figure
from workforce.statistics.cube import TOTAL, Axis, CellRef, CubeSet, Group
from workforce.statistics.measure import Unit
from workforce.statistics.tables import Cell, CellState

ALL: Final = Text("全部", "All")
"""Everybody together; also beside groups that overlap, which are no parts of a total."""
_OVERLAPPING: Final = frozenset({"key_group"})
CHANGE: Final = Text("增减", "Change")
CHANGE_RATE: Final = Text("增减率", "Change in %")
POINTS: Final = Text("百分点", "percentage points")
INDICATOR: Final = Text("指标", "Measure")

HEATS: Final = 5
_UNKNOWN: Final = Cell(CellState.UNDEFINED)
_ONE: Final = 10_000
"""A whole in hundredths of a per cent."""
_PERCENT: Final = FrozenUnit(Unit.PERCENT.code, Unit.PERCENT.decimals, Unit.PERCENT.label)


@dataclass(frozen=True, slots=True)
class Source:
    """The figures of one month, what its measures mean, and of which issue: none of a company's own."""

    cubes: CubeSet
    measures: Mapping[str, FrozenMeasure]
    number: int | None = None
    published_at: dt.datetime | None = None


class Shows(StrEnum):
    """What stands in a column: the figure, that of the month compared with, or what changed."""

    FIGURE = "figure"
    BESIDE = "beside"
    CHANGE = "change"
    RATE = "rate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A head: ``over`` spans the columns of one figure and its comparison, ``note`` is a unit.

    ``measure`` is None where each line has its own.
    """

    label: Text
    note: Text
    over: Text
    measure: FrozenMeasure | None
    period: PayPeriod
    group: str = TOTAL
    shows: Shows = Shows.FIGURE


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure; ``ref`` names its cell, None for a change; ``heat`` is 0 (none) to `HEATS`."""

    cell: Cell
    unit: FrozenUnit
    period: PayPeriod
    ref: CellRef | None = None
    shows: Shows = Shows.FIGURE
    heat: int = 0

    @property
    def text(self) -> str:
        """The figure as it is read; a change bears its sign."""
        if self.cell.value is None:
            return WITHHELD if self.cell.state is CellState.WITHHELD else UNDEFINED
        text = chart_figure(self.cell.value, self.unit.decimals)
        is_signed = self.shows in {Shows.CHANGE, Shows.RATE} and self.cell.value > 0
        return f"+{text}" if is_signed else text


@dataclass(frozen=True, slots=True)
class Line:
    """A row of figures, one for each column; ``measure`` where the lines are measures."""

    label: Text
    entries: tuple[Entry, ...]
    code: str = TOTAL
    measure: FrozenMeasure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The answer to one question; ``head`` says what the lines are."""

    choice: Choice
    name: Text
    """What is divided by what."""
    head: Text
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    measures: tuple[FrozenMeasure, ...]
    missing: tuple[PayPeriod, ...]
    """Months that were asked for and have no figures."""

    @property
    def title(self) -> Text:
        """What is shown, of when."""
        return self.titled(self.measures)

    def titled(self, measures: Sequence[FrozenMeasure]) -> Text:
        """Return the title of what shows only some of the measures."""
        months, beside = self.choice.periods, self.choice.compared
        first = f"{months[0]} 至 " if len(months) > 1 else ""
        first_en = f"{months[0]} to " if len(months) > 1 else ""
        told = f"，比 {beside}" if beside else ""
        told_en = f", against {beside}" if beside else ""
        return Text(
            f"{self.name.zh}：{'、'.join(one.label.zh for one in measures)}"
            f"（{first}{months[-1]}{told}）",
            f"{self.name.en}: {', '.join(one.label.en for one in measures)} "
            f"({first_en}{months[-1]}{told_en})",
        )

    @property
    def is_compared(self) -> bool:
        """Tell whether the heads have two storeys."""
        return any(column.shows is Shows.BESIDE for column in self.columns)

    @property
    def overs(self) -> list[tuple[Text, int]]:
        """The upper storey of the heads: each with the number of columns below it."""
        told: list[tuple[Text, int]] = []
        for column in self.columns:
            if column.shows is Shows.FIGURE:
                told.append((column.over, 0))
            label, span = told[-1]
            told[-1] = (label, span + 1)
        return told

    def entries(self) -> Iterator[Entry]:
        """Yield every figure."""
        return chain.from_iterable(line.entries for line in self.lines)

    @property
    def has_withheld(self) -> bool:
        """Tell whether a figure is known and not told."""
        return any(entry.cell.state is CellState.WITHHELD for entry in self.entries())


def look(choice: Choice, sources: Mapping[PayPeriod, Source]) -> View:
    """Answer a question from the months that are there.

    A pair of dimensions that is no cube, or without the measures asked for, has no lines.
    """
    return _Looking(choice, sources).view()


class _Looking:
    """One question being answered."""

    def __init__(self, choice: Choice, sources: Mapping[PayPeriod, Source]) -> None:
        self.choice = choice
        self.sources = sources
        compared = choice.compared
        self.periods = [*choice.periods, *([compared] if compared else [])]
        # The newest month's words and groups come first.
        newest = sorted((one for one in self.periods if one in sources), reverse=True)
        self.months = [sources[one] for one in newest]
        self.axes: dict[str, list[Axis]] = {}
        offered: set[str] = set()
        for month in self.months:
            offered |= set(measures_of(month.cubes, choice.pair))
            for table in tables_of(month.cubes, choice.pair):
                for axis in table.axes:
                    self.axes.setdefault(axis.code, []).append(axis)
        known: dict[str, FrozenMeasure] = {}
        for month in reversed(self.months):
            known |= month.measures
        self.measures = [
            known[code] for code in choice.shown_measures if code in known and code in offered
        ]

    def view(self) -> View:
        rows, _columns = self.choice.pair
        columns = self.columns() if self.measures else []
        lines = self.lines(columns) if columns else []
        if self.choice.kind is Kind.HEAT:
            lines = _heated(lines, columns)
        head = self.label_of(rows) if rows else ALL
        if not rows and self.choice.columns == MONTHS:
            head = INDICATOR
        return View(
            choice=self.choice,
            name=self.name(),
            head=head,
            columns=tuple(columns),
            lines=tuple(lines),
            measures=tuple(self.measures),
            missing=tuple(one for one in self.periods if one not in self.sources),
        )

    def name(self) -> Text:
        divided = [self.label_of(code) for code in self.choice.pair if code in self.axes] or [ALL]
        return Text(" × ".join(one.zh for one in divided), " × ".join(one.en for one in divided))

    def label_of(self, dimension: str) -> Text:
        axes = self.axes.get(dimension)
        return axes[0].label if axes else ALL

    def groups(self, dimension: str) -> list[Group]:
        """Return the groups of any of the months, and the margin."""
        found: dict[str, Group] = {}
        for axis in self.axes.get(dimension, []):
            for group in axis.groups:
                found.setdefault(group.code, group)
        is_whole = not found or dimension in _OVERLAPPING
        return [*found.values(), Group(TOTAL, ALL if is_whole else words.TOTAL)]

    def columns(self) -> list[Column]:
        choice, period, first = self.choice, self.choice.period, self.measures[0]
        if choice.columns == MONTHS:
            own = None if choice.rows == WHOLE else first
            note = Text("", "") if own is None else own.unit.label
            heads = [
                Column(label=Text(str(one), str(one)), note=note, over=ALL, measure=own, period=one)
                for one in choice.periods
            ]
        elif choice.pair[1]:
            heads = [
                Column(
                    label=group.label,
                    note=first.unit.label,
                    over=group.label,
                    measure=first,
                    period=period,
                    group=group.code,
                )
                for group in self.groups(choice.pair[1])
            ]
        else:
            heads = [
                Column(
                    label=one.label,
                    note=one.unit.label,
                    over=one.label,
                    measure=one,
                    period=period,
                )
                for one in self.measures
            ]
        compared = choice.compared
        if compared is None:
            return heads
        return [wide for head in heads for wide in _beside(head, compared)]

    def lines(self, columns: Sequence[Column]) -> list[Line]:
        if self.choice.rows == WHOLE and self.choice.columns == MONTHS:
            return [
                Line(one.label, self.entries(TOTAL, one, columns), measure=one)
                for one in self.measures
            ]
        lines = [
            Line(group.label, self.entries(group.code, None, columns), group.code)
            for group in self.groups(self.choice.pair[0])
        ]
        if self.choice.order is Order.LARGEST:
            parts, total = lines[:-1], lines[-1:]
            parts.sort(key=_largest_first)
            lines = parts + total
        return lines

    def entries(
        self, row: str, measure: FrozenMeasure | None, columns: Sequence[Column]
    ) -> tuple[Entry, ...]:
        made: list[Entry] = []
        for column in columns:
            one = column.measure or measure or self.measures[0]
            if column.shows in {Shows.CHANGE, Shows.RATE}:
                made.append(_changed(made, column))
            else:
                found = self.find(one, column, row)
                made.append(replace(found, shows=column.shows))
        return tuple(made)

    def find(self, measure: FrozenMeasure, column: Column, row: str) -> Entry:
        """Look a cell up: in the cube that has the measure, whose axes may lie either way."""
        rows, columns = self.choice.pair
        by_axis = {rows: row, columns: column.group}
        source = self.sources.get(column.period)
        for table in tables_of(source.cubes, self.choice.pair) if source else ():
            if source is None or measure.code not in table.figures:
                continue
            groups = tuple(by_axis[axis.code] for axis in table.axes)
            ref = CellRef(table.code, measure.code, groups)
            is_there = all(
                code in axis.codes for code, axis in zip(groups, table.axes, strict=True)
            )
            month = PeriodFigures(ReportPeriod.of(column.period, Span.MONTH), (source.cubes,))
            # A group that nobody was in is no cell that could be opened.
            return Entry(month.cell(ref), measure.unit, column.period, ref if is_there else None)
        return Entry(_UNKNOWN, measure.unit, column.period)


def _beside(head: Column, compared: PayPeriod) -> list[Column]:
    """Return a column with its comparison: then, the change, and the change in per cent."""
    now, then = str(head.period), str(compared)
    is_rate = head.measure is not None and head.measure.unit.code == _PERCENT.code
    note = POINTS if is_rate else head.note
    wide = [
        replace(head, label=Text(now, now)),
        replace(head, label=Text(then, then), period=compared, shows=Shows.BESIDE),
        replace(head, label=CHANGE, note=note, shows=Shows.CHANGE),
    ]
    if not is_rate:
        wide.append(replace(head, label=CHANGE_RATE, note=_PERCENT.label, shows=Shows.RATE))
    return wide


def _changed(made: Sequence[Entry], column: Column) -> Entry:
    """Work out what changed between the last two figures."""
    now, then = [one for one in made if one.shows in {Shows.FIGURE, Shows.BESIDE}][-2:]
    unit = _PERCENT if column.shows is Shows.RATE else now.unit
    states = {now.cell.state, then.cell.state}
    if now.cell.value is None or then.cell.value is None:
        is_withheld = CellState.WITHHELD in states and CellState.UNDEFINED not in states
        cell = Cell(CellState.WITHHELD) if is_withheld else _UNKNOWN
        return Entry(cell, unit, column.period, shows=column.shows)
    value: int | None = now.cell.value - then.cell.value
    if column.shows is Shows.RATE:
        base = then.cell.value
        value = round_half_up((now.cell.value - base) * _ONE, base) if base > 0 else None
    return Entry(Cell.of(value, is_withheld=False), unit, column.period, shows=column.shows)


def _largest_first(line: Line) -> tuple[bool, int]:
    value = line.entries[0].cell.value
    return value is None, -(value or 0)


def _heated(lines: Sequence[Line], columns: Sequence[Column]) -> list[Line]:
    """Give each figure its shade: among those of its measure, margins and changes left out."""

    def key(line: Line, number: int) -> str | None:
        column = columns[number]
        one = column.measure or line.measure
        is_margin = line.code == TOTAL and len(lines) > 1 and line.measure is None
        is_margin |= column.group == TOTAL and any(other.group != TOTAL for other in columns)
        return None if one is None or is_margin or column.shows is not Shows.FIGURE else one.code

    largest: dict[str, int] = {}
    for line in lines:
        for number, entry in enumerate(line.entries):
            code = key(line, number)
            if code is not None:
                largest[code] = max(largest.get(code, 0), abs(entry.cell.value or 0))

    def heat(line: Line, number: int, entry: Entry) -> Entry:
        code = key(line, number)
        value = abs(entry.cell.value or 0)
        return replace(entry, heat=-(-HEATS * value // largest[code])) if code and value else entry

    return [
        replace(
            line,
            entries=tuple(heat(line, number, one) for number, one in enumerate(line.entries)),
        )
        for line in lines
    ]

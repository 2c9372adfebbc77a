"""The chart of what the explorer shows: at most six series, and as many names as can be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workforce.bureau.explorer.choice import MONTHS, Kind
from workforce.bureau.explorer.view import Shows, View
from workforce.bureau.issues.frozen import FrozenMeasure
from workforce.core.chart import MOST_SERIES, Chart, Series
from workforce.core.text import Text
from workforce.statistics.cube import TOTAL

MOST_CATEGORIES: Final = 30

Named = tuple[Text, int]
"""A line or column that is drawn: its name and its place in the table."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart; ``is_part`` says that the table below has more than fits into it."""

    chart: Chart
    is_part: bool


def chart_of(view: View) -> Drawing | None:
    """Return the drawing that a view asks for; None: a table, or nothing that could be drawn.

    Margins are not drawn beside their parts, nor figures of another unit than the first measure's. A line
    goes from month to month only: between companies or ages there is nothing to connect.
    """
    kind = view.choice.kind
    if kind not in {Kind.BAR, Kind.LINE} or not view.lines:
        return None
    lines, columns = _lines(view), _columns(view)
    is_over_time = view.choice.columns == MONTHS
    # Series are the shorter side, or what goes on from month to month.
    are_lines_series = is_over_time or len(columns) > MOST_SERIES >= len(lines)
    series, categories = (lines, columns) if are_lines_series else (columns, lines)
    shown = [name for name, _place in categories[:MOST_CATEGORIES]]
    drawn = []
    for name, place in series[:MOST_SERIES]:
        places = [
            (place, other) if are_lines_series else (other, place)
            for _name, other in categories[:MOST_CATEGORIES]
        ]
        values = (view.lines[line].entries[column].cell.value for line, column in places)
        drawn.append(Series(name, tuple(values)))
    if all(value is None for one in drawn for value in one.values):
        return None
    first = view.measures[0]
    chart = Chart(
        code="explorer",
        title=view.titled(_drawn(view)),
        kind="line" if kind is Kind.LINE and is_over_time else "bar",
        categories=tuple(shown),
        series=tuple(drawn),
        unit=first.unit.label,
        definition=_definition(_drawn(view)),
        decimals=first.unit.decimals,
    )
    is_whole = len(series) <= MOST_SERIES and len(categories) <= MOST_CATEGORIES
    return Drawing(chart, not is_whole or len(_drawn(view)) < len(view.measures))


def _drawn(view: View) -> list[FrozenMeasure]:
    """Return the measures that are drawn: of the first one's unit; of what is compared the first."""
    first = view.measures[0]
    if view.is_compared:
        return [first]
    return [one for one in view.measures if one.unit.code == first.unit.code]


def _definition(measures: Sequence[FrozenMeasure]) -> Text:
    """Say what is drawn; of several measures, which means what."""
    if len(measures) == 1:
        return measures[0].definition
    return Text(
        " ".join(f"{one.label.zh}：{one.definition.zh}" for one in measures),
        " ".join(f"{one.label.en}: {one.definition.en}" for one in measures),
    )


def _lines(view: View) -> list[Named]:
    """Return the lines that are parts, or measures of the first one's unit; one alone is drawn itself."""
    unit = view.measures[0].unit.code
    places = [
        number
        for number, line in enumerate(view.lines)
        if (line.measure.unit.code == unit if line.measure else line.code != TOTAL)
    ]
    return [(view.lines[place].label, place) for place in places or range(len(view.lines))]


def _columns(view: View) -> list[Named]:
    """Return the columns that are parts, or measures of the first one's unit; what is compared then and now."""
    first, is_crossed = view.measures[0], bool(view.choice.pair[1])
    places = []
    for number, column in enumerate(view.columns):
        if is_crossed:
            is_drawn = column.group != TOTAL and column.shows is Shows.FIGURE
        elif view.is_compared:
            is_drawn = column.measure is first and column.shows in {Shows.FIGURE, Shows.BESIDE}
        else:
            is_drawn = column.measure is None or column.measure.unit.code == first.unit.code
        if is_drawn:
            places.append(number)
    return [
        (view.columns[one].over if is_crossed else view.columns[one].label, one) for one in places
    ]

"""What the explorer shows, as files: the same figures with their definition and date.

CSV and JSON have one figure a line, with the codes by which another program finds its cell.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from workforce.bureau.explorer.chart import chart_of
from workforce.bureau.explorer.choice import MONTHS
from workforce.bureau.explorer.svg import draw_svg
from workforce.bureau.explorer.view import Column, Entry, Line, View
from workforce.bureau.faces import words
from workforce.core.chart import decimal_text
from workforce.core.errors import InputError
from workforce.core.text import Locale, Text
from workforce.platform.sheets import (
    Cell,
    CellKind,
    SheetColumn,
    Typed,
    Workbook,
    as_plain_text,
)

_NAME_WIDTH: Final = 26.0
_FIGURE_WIDTH: Final = 15.0
_SPAN: Final = 8
_HUNDREDTHS: Final = 2
_MICRO_PER_HUNDREDTH: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A view and what stands under it: ``notes`` say whose figures they are, of when, and what ※ is."""

    view: View
    notes: tuple[Text, ...]
    reporter: Text
    made_on: dt.date


def write_file(told: Told, ending: str, locale: Locale) -> bytes:
    """Return a view as a file.

    Raises:
        InputError: there is no file of this ending, or nothing that could be drawn.
    """
    check_ending(ending)
    return WRITERS[ending](told, locale)


def check_ending(ending: str) -> None:
    """Refuse what a view cannot be written as.

    Raises:
        InputError: names the endings that there are.
    """
    if ending not in WRITERS:
        raise InputError("report.ending", ending=ending, known=", ".join(WRITERS))


def _figures(view: View) -> Iterator[tuple[Line, Column, Entry]]:
    for line in view.lines:
        for column, entry in zip(view.columns, line.entries, strict=True):
            yield line, column, entry


def _rows(told: Told, locale: Locale) -> Iterator[dict[str, Any]]:
    """Yield every figure with the names of its line and column and the codes of its cell."""
    view = told.view
    for line, column, entry in _figures(view):
        measure = line.measure or column.measure or view.measures[0]
        value = entry.cell.value
        head = column.label if view.choice.columns == MONTHS else column.over
        yield {
            "period": str(entry.period),
            "measure": measure.code,
            "measure_name": measure.label.in_locale(locale),
            "row": line.code,
            "row_name": line.label.in_locale(locale),
            "column": column.group,
            "column_name": head.in_locale(locale),
            "shows": entry.shows.value,
            "value": None if value is None else decimal_text(value, entry.unit.decimals),
            "state": entry.cell.state.value,
            "unit": entry.unit.label.in_locale(locale),
            "cube": entry.ref.cube if entry.ref else None,
            "groups": ",".join(entry.ref.groups) if entry.ref else None,
            "definition": measure.definition.in_locale(locale),
        }


def _as_csv(told: Told, locale: Locale) -> bytes:
    out = io.StringIO(newline="")
    rows = list(_rows(told, locale))
    writer = csv.DictWriter(out, list(rows[0]) if rows else ["period"])
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {
                name: as_plain_text(value) if isinstance(value, str) and name != "value" else value
                for name, value in row.items()
            }
        )
    # The mark at the beginning tells spreadsheet programs that it is UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _as_json(told: Told, locale: Locale) -> bytes:
    view = told.view
    content = {
        "title": view.title.in_locale(locale),
        "reporter": told.reporter.in_locale(locale),
        "made_on": told.made_on.isoformat(),
        "asked": view.choice.arguments(),
        "notes": [note.in_locale(locale) for note in told.notes],
        "measures": [
            {
                "code": one.code,
                "label": one.label.in_locale(locale),
                "unit": one.unit.label.in_locale(locale),
                "definition": one.definition.in_locale(locale),
                "denominator": one.denominator.in_locale(locale) if one.denominator else None,
                "source": one.source.in_locale(locale),
            }
            for one in view.measures
        ],
        "figures": [
            {name: value for name, value in row.items() if name != "definition"}
            for row in _rows(told, locale)
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def _as_svg(told: Told, locale: Locale) -> bytes:
    drawing = chart_of(told.view)
    if drawing is None:
        raise InputError("explorer.no_drawing")
    definition = words.pair(words.DEFINITIONS, drawing.chart.definition.in_locale(locale), locale)
    notes = [definition, *(note.in_locale(locale) for note in told.notes)]
    return draw_svg(drawing.chart, notes, locale).encode()


def _as_workbook(told: Told, locale: Locale) -> bytes:
    view = told.view
    midnight = dt.datetime.combine(told.made_on, dt.time(), dt.UTC)
    title = view.title.in_locale(locale)
    book = Workbook(title=title, author=told.reporter.in_locale(locale), created=midnight)
    sheet = book.sheet(view.head.in_locale(locale))
    sheet.line(title, "title")
    sheet.line(words.pair(words.REPORTER, told.reporter.in_locale(locale), locale), span=_SPAN)
    for note in told.notes:
        sheet.line(note.in_locale(locale), "note", span=_SPAN)
    sheet.gap()
    heads = [
        SheetColumn(
            f"{column.label.in_locale(locale)}\n{column.note.in_locale(locale)}".strip(),
            width=_FIGURE_WIDTH,
        )
        for column in view.columns
    ]
    sheet.table(
        [SheetColumn(view.head.in_locale(locale), width=_NAME_WIDTH), *heads],
        [
            [line.label.in_locale(locale), *(_cell(entry) for entry in line.entries)]
            for line in view.lines
        ],
        groups=[("", 1), *((over.in_locale(locale), span) for over, span in view.overs)]
        if view.is_compared
        else (),
        freeze_columns=1,
    )
    meanings = book.sheet(words.DEFINITIONS.in_locale(locale))
    meanings.table(
        [
            SheetColumn(head.in_locale(locale), width=width)
            for head, width in (
                (words.INDICATOR, 20.0),
                (words.UNIT, 12.0),
                (words.DEFINITIONS, 90.0),
                (words.SOURCE, 40.0),
            )
        ],
        [
            [
                text.in_locale(locale)
                for text in (one.label, one.unit.label, one.definition, one.source)
            ]
            for one in view.measures
        ],
    )
    return book.finish()


def _cell(entry: Entry) -> Cell:
    value = entry.cell.value
    if value is None:
        return entry.text
    if entry.unit.code == "percent":
        return Typed(value * _MICRO_PER_HUNDREDTH, CellKind.RATE)
    kind = CellKind.MONEY if entry.unit.decimals == _HUNDREDTHS else CellKind.COUNT
    return Typed(value, kind)


WRITERS: Final[Mapping[str, Callable[[Told, Locale], bytes]]] = {
    "xlsx": _as_workbook,
    "csv": _as_csv,
    "json": _as_json,
    "svg": _as_svg,
}
"""What a view can be written as, by the ending of the file."""

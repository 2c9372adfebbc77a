"""A report as a spreadsheet: one sheet laid out like the form, one with the definitions.

Numbers are numbers, exact to the last shown decimal; what is withheld or undefined is its symbol.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from workforce.bureau import words
from workforce.bureau.report import Figure, Report, Row, Table
from workforce.core.text import Locale, Text
from workforce.documents import labels
from workforce.platform.clock import BASE_ZONE
from workforce.platform.sheets import Cell, CellKind, Sheet, SheetColumn, Typed, Workbook
from workforce.statistics.measure import Unit

_KINDS: Final = {
    Unit.PERSONS: CellKind.COUNT,
    Unit.JOBS: CellKind.COUNT,
    Unit.UNITS: CellKind.COUNT,
    # Hundredths, as fen are.
    Unit.AVERAGE_JOBS: CellKind.MONEY,
    Unit.YUAN: CellKind.MONEY,
    Unit.PERCENT: CellKind.RATE,
}
_MICRO_PER_COUNT: Final = {Unit.PERCENT: 100}
"""A rate is written in millionths; the report counts hundredths of a per cent."""

_NAME_WIDTH: Final = 26.0
_FIGURE_WIDTH: Final = 15.0
_SPAN: Final = 10
_BLANK: Final = "____________"


def write_workbook(report: Report, locale: Locale = "zh") -> bytes:
    """Return a report as xlsx."""
    return _ReportBook(report, locale).write()


class _ReportBook:
    """One report being written."""

    def __init__(self, report: Report, locale: Locale) -> None:
        self.report = report
        self.locale = locale
        midnight = dt.datetime.combine(report.filled_on, dt.time(), BASE_ZONE)
        self.book = Workbook(
            title=self._(report.title), author=self._(report.reporter), created=midnight
        )

    def _(self, text: Text) -> str:
        return text.in_locale(self.locale)

    def write(self) -> bytes:
        sheet = self.book.sheet(self._(self.report.title))
        self.masthead(sheet)
        self.summary(sheet, self.report.summary.tables[0])
        sheet.gap()
        for note in self.report.notes:
            sheet.line(self._(note), "note", span=_SPAN)
        sheet.gap()
        lines = [words.pair(label, _BLANK, self.locale) for label in words.SIGNATURES]
        sheet.line("  ".join([*lines, self._(words.SEAL)]), span=_SPAN)
        for section in self.report.sections[1:]:
            for table in section.tables:
                sheet.gap()
                sheet.line(self._(table.title), "heading")
                self.table(sheet, table)
        self.definitions()
        return self.book.finish()

    def masthead(self, sheet: Sheet) -> None:
        report = self.report
        sheet.line(f"{self._(report.title)} · {self._(labels.month(report.period))}", "title")
        facts = (
            (words.REPORTER, self._(report.reporter)),
            (words.FILLED_ON, report.filled_on.isoformat()),
            (words.FORM_NUMBER, self._(report.form_number)),
        )
        for label, value in facts:
            sheet.line(words.pair(label, value, self.locale), span=_SPAN)
        view = words.PUBLIC_VIEW if report.is_protected else words.FULL_VIEW
        sheet.line(self._(view), span=_SPAN)
        sheet.gap()

    def summary(self, sheet: Sheet, table: Table) -> None:
        columns = [
            SheetColumn(self._(table.head), width=_NAME_WIDTH),
            SheetColumn(self._(words.UNIT), width=_FIGURE_WIDTH),
            SheetColumn(self._(words.CODE), width=_FIGURE_WIDTH),
            *(
                SheetColumn(f"{self._(column.label)} {self._(column.note)}", width=_FIGURE_WIDTH)
                for column in table.columns
            ),
        ]
        sheet.table(columns, [self.summary_cells(row) for row in table.rows])

    def summary_cells(self, row: Row) -> list[Cell]:
        name = ("    " if row.is_part else "") + self._(row.label)
        unit = number = ""
        if row.definition is not None:
            unit = self._(row.definition.measure.unit.label)
            number = f"{row.definition.number:02d}"
        return [name, unit, number, *(_cell(figure) for figure in row.figures)]

    def table(self, sheet: Sheet, table: Table) -> None:
        columns = [
            SheetColumn(self._(table.head), width=_NAME_WIDTH),
            *(
                SheetColumn(f"{self._(column.label)}\n{self._(column.note)}", width=_FIGURE_WIDTH)
                for column in table.columns
            ),
        ]
        total = None if table.total is None else self.cells(table.total)
        sheet.table(columns, [self.cells(row) for row in table.rows], total=total)

    def cells(self, row: Row) -> list[Cell]:
        return [self._(row.label), *(_cell(figure) for figure in row.figures)]

    def definitions(self) -> None:
        sheet = self.book.sheet(self._(words.DEFINITIONS))
        heads = (
            (words.CODE, 6.0),
            (words.INDICATOR, 18.0),
            (words.UNIT, 10.0),
            (words.DEFINITIONS, 90.0),
            (words.DENOMINATOR, 30.0),
            (words.SOURCE, 40.0),
        )
        measures = [definition.measure for definition in self.report.definitions]
        rows: list[list[Cell]] = [
            [
                f"{definition.number:02d}",
                self._(measure.label),
                self._(measure.unit.label),
                self._(measure.definition),
                self._(measure.denominator) if measure.denominator else None,
                self._(measure.source),
            ]
            for definition, measure in zip(self.report.definitions, measures, strict=True)
        ]
        sheet.table([SheetColumn(self._(title), width=width) for title, width in heads], rows)


def _cell(figure: Figure) -> Cell:
    if figure.value is None:
        return figure.text
    kind = _KINDS[figure.unit]
    return Typed(figure.value * _MICRO_PER_COUNT.get(figure.unit, 1), kind)

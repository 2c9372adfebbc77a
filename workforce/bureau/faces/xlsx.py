"""A report as a spreadsheet: one sheet laid out like the printed form, one with the definitions.

Numbers are numbers, exact to the last shown decimal; what is withheld or undefined is its symbol.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from workforce.bureau.faces import words
from workforce.bureau.report import Figure, Listing, ListKind, ListValue, Report, Row, Table
from workforce.core.text import Locale, Text
from workforce.platform.clock import BASE_ZONE
from workforce.platform.sheets import Cell, CellKind, Indented, Sheet, SheetColumn, Typed, Workbook
from workforce.statistics.measure import Unit

_KINDS: Final = {0: CellKind.COUNT, 1: CellKind.MICRO, 2: CellKind.MONEY}
"""By the decimals of a unit: hundredths are written as fen are."""
_MICRO_PER_COUNT: Final = {CellKind.MICRO: 100_000, CellKind.RATE: 100}
"""A rate is written in millionths; the report counts hundredths of a per cent."""

_NAME_WIDTH: Final = 34.0
_UNIT_WIDTH: Final = 11.0
_CODE_WIDTH: Final = 7.0
_FIGURE_WIDTH: Final = 15.0
_LEAST_SPAN: Final = 6
_BLANK: Final = "____________"
_SIGNATURES_UPRIGHT: Final = 3


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
        self.span = max(
            _LEAST_SPAN,
            *(len(table.columns) + (3 if table.has_codes else 1) for table in report.tables[:1]),
            *(len(listing.columns) + 1 for listing in report.listings),
        )

    def _(self, text: Text) -> str:
        return text.in_locale(self.locale)

    def pair(self, label: Text, value: str) -> str:
        return words.pair(label, value, self.locale)

    def write(self) -> bytes:
        report = self.report
        sheet = self.book.sheet(self._(report.title), landscape=report.sheet == "report")
        self.masthead(sheet)
        if report.tables:
            self.form(sheet, report.tables[0])
        for listing in report.listings:
            self.listing(sheet, listing)
        self.signatures(sheet)
        for note in report.notes:
            sheet.line(self._(note), "note", span=self.span)
        if report.sheet == "form" or report.is_named:
            sheet.print_columns(self.span, on_one_page=not report.is_named)
        for table in report.tables[1:]:
            sheet.gap()
            sheet.line(self._(table.title), "heading")
            self.table(sheet, table)
        if report.definitions:
            self.definitions()
        return self.book.finish()

    def masthead(self, sheet: Sheet) -> None:
        report = self.report
        third = self.span // 3
        sizes = (third, self.span - 2 * third, third)
        sheet.band([(self._(report.title), self.span)], ["form_title"], height=30)
        number = self.pair(words.FORM_NUMBER, self._(report.form_number))
        left = self.pair(words.FILLED_ON, report.filled_on.isoformat())
        self.sides(sheet, left, number)
        self.sides(sheet, self._(words.view(report)), self._(report.origin))
        unit = self.pair(words.UNIT, self._(report.unit)) if report.unit.zh else ""
        reporter = self.pair(words.REPORTER, self._(report.reporter))
        lines = (reporter, self._(words.period(report.period)), unit)
        sheet.band(list(zip(lines, sizes, strict=True)), ["left", "center", "right"], height=20)

    def sides(self, sheet: Sheet, left: str, right: str) -> None:
        half = self.span // 2
        sheet.band([(left, half), (right, self.span - half)], ["left", "right"])

    def form(self, sheet: Sheet, table: Table) -> None:
        fixed = [words.INDICATOR, words.UNIT, words.CODE] if table.has_codes else []
        heads = [(self._(head), "") for head in (fixed or [table.head])]
        heads += [(self._(column.label), self._(column.note)) for column in table.columns]
        widths = [_NAME_WIDTH]
        if table.has_codes:
            widths += [_UNIT_WIDTH, _CODE_WIDTH]
        widths += [_FIGURE_WIDTH] * len(table.columns)
        sheet.form_head(heads, words.marks(table, self.locale), widths)
        sheet.rows(
            self.form_cells(row, table, is_first=is_first) for row, is_first in words.leads(table)
        )

    def form_cells(self, row: Row, table: Table, *, is_first: bool) -> list[Cell]:
        lead = self._(words.OF_WHICH) if is_first else ""
        cells: list[Cell] = [Indented(lead + self._(row.label), row.level)]
        if table.has_codes:
            cells += [self._(row.unit), row.code]
        if not row.figures:
            return [*cells, *([None] * len(table.columns))]
        return [*cells, *(_cell(figure) for figure in row.figures)]

    def signatures(self, sheet: Sheet) -> None:
        sheet.gap()
        blanks = [self.pair(label, _BLANK) for label in words.SIGNATURES]
        in_line = _SIGNATURES_UPRIGHT if self.report.sheet == "form" else len(blanks)
        for first in range(0, len(blanks), in_line):
            sheet.band(
                [("  ".join(blanks[first : first + in_line]), self.span)], ["left"], height=24
            )
        sheet.band([(self._(words.SEAL), self.span)], ["right"], height=40)

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

    def listing(self, sheet: Sheet, listing: Listing) -> None:
        heads = [(self._(words.NUMBER), "")]
        heads += [(self._(column.label), "") for column in listing.columns]
        widths = [_CODE_WIDTH, *(column.width for column in listing.columns)]
        sheet.form_head(heads, (), widths)
        kinds = [column.kind for column in listing.columns]
        rows = [
            [
                str(number),
                *(_list_cell(value, kind) for value, kind in zip(row, kinds, strict=True)),
            ]
            for number, row in enumerate(listing.rows, start=1)
        ]
        if listing.total is not None:
            pairs = zip(listing.total, kinds, strict=True)
            rows.append(["", *(_list_cell(value, kind) for value, kind in pairs)])
        sheet.rows(rows)
        if not rows:
            sheet.band([(self._(words.NOBODY), self.span)], ["center"], height=20)

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
        rows: list[list[Cell]] = [
            [
                f"{definition.number:02d}",
                self._(definition.measure.label),
                self._(definition.measure.unit.label),
                self._(definition.measure.definition),
                self._(definition.measure.denominator) if definition.measure.denominator else None,
                self._(definition.measure.source),
            ]
            for definition in self.report.definitions
        ]
        sheet.table([SheetColumn(self._(title), width=width) for title, width in heads], rows)


def _cell(figure: Figure) -> Cell:
    if figure.value is None:
        return figure.text
    kind = CellKind.RATE if figure.unit is Unit.PERCENT else _KINDS[figure.unit.decimals]
    return Typed(figure.value * _MICRO_PER_COUNT.get(kind, 1), kind)


def _list_cell(value: ListValue, kind: ListKind) -> Cell:
    if isinstance(value, int):
        return Typed(value, CellKind.MONEY if kind == "yuan" else CellKind.COUNT)
    return value

"""A study as a file: PDF, spreadsheet or CSV, all written from its face."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from workforce.core.chart import decimal_text
from workforce.core.errors import InputError
from workforce.core.text import Text
from workforce.documents import labels
from workforce.documents.drawing import (
    A4_LANDSCAPE,
    BRAND,
    INK,
    MUTED,
    RULE,
    STRIPE,
    TINT,
    Block,
    Paper,
    paginate,
)
from workforce.documents.fonts import Fonts, installed_fonts
from workforce.platform.clock import BASE_ZONE
from workforce.platform.sheets import Cell, CellKind, SheetColumn, Typed, Workbook, as_plain_text
from workforce.policy_lab.face import Face, FaceRow, FaceTable, Figure

if TYPE_CHECKING:
    from workforce.core.text import Locale

_MARGIN: Final = 36.0
_WIDTH: Final = A4_LANDSCAPE[0] - 2 * _MARGIN
_RIGHT: Final = A4_LANDSCAPE[0] - _MARGIN
_HEAD: Final = 46.0
_ROOM: Final = A4_LANDSCAPE[1] - _HEAD - 34
_ROW: Final = 15.5
_TABLE_HEAD: Final = 27.0
_NAME_SHARE: Final = 0.25
_NARROW: Final = 130.0
_BAR_ROOM: Final = 300.0
_LINE: Final = 14.0
_SPAN: Final = 9


def write(face: Face, ending: str, locale: Locale) -> bytes:
    """Write a face as a file of one of `ENDINGS`.

    Raises:
        InputError: there is no such kind of file.
    """
    if ending not in _WRITERS:
        raise InputError("report.ending", ending=ending, known=", ".join(_WRITERS))
    return _WRITERS[ending](face, locale)


def _write_csv(face: Face, locale: Locale) -> bytes:
    """One row a figure: table, row, column, value; withheld ones are empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    chinese, english = ("表", "行", "列", "单位", "值"), ("table", "row", "column", "unit", "value")
    writer.writerow(chinese if locale == "zh" else english)
    for table in face.tables:
        for row in table.rows:
            for column, figure in zip(table.columns, row.figures, strict=True):
                words = (table.title, row.label, column.label, figure.unit)
                told = [as_plain_text(one.in_locale(locale)) for one in words]
                writer.writerow([*told, _plain(figure)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _told(label: Text, value: Text, locale: Locale) -> str:
    colon = "：" if locale == "zh" else ": "
    return f"{label.in_locale(locale)}{colon}{value.in_locale(locale)}"


def _plain(figure: Figure) -> str:
    """Write a figure as a program reads it."""
    if figure.number is None:
        return ""
    return decimal_text(figure.number, 2 if figure.has_fen else 0)


def _write_xlsx(face: Face, locale: Locale) -> bytes:
    midnight = dt.datetime.combine(face.period.last_on, dt.time(), BASE_ZONE)
    title = face.title.in_locale(locale)
    book = Workbook(title=title, author="workforce", created=midnight)
    sheet = book.sheet(title)
    sheet.line(title, "title")
    for one in face.sentences:
        sheet.line(one.in_locale(locale), "heading", span=_SPAN)
    for label, value in face.facts:
        sheet.line(_told(label, value, locale), span=_SPAN)
    for table in face.tables:
        sheet.gap()
        sheet.line(table.title.in_locale(locale), "heading")
        sheet.table(
            [
                SheetColumn(table.head.in_locale(locale), width=34.0),
                *(
                    SheetColumn(
                        f"{column.label.in_locale(locale)}\n{column.unit.in_locale(locale)}",
                        width=17.0,
                    )
                    for column in table.columns
                ),
            ],
            [
                [row.label.in_locale(locale), *(_cell(figure) for figure in row.figures)]
                for row in table.rows
            ],
        )
    sheet.gap()
    for note in face.notes:
        sheet.line(note.in_locale(locale), "note", span=_SPAN)
    return book.finish()


def _cell(figure: Figure) -> Cell:
    if figure.number is None:
        return figure.text
    return Typed(figure.number, CellKind.MONEY if figure.has_fen else CellKind.COUNT)


def _write_pdf(face: Face, locale: Locale) -> bytes:
    return _StudyPaper(face, installed_fonts(), locale).draw()


class _StudyPaper:
    """A study being laid out on A4, lying."""

    def __init__(self, face: Face, fonts: Fonts, locale: Locale) -> None:
        self.face = face
        self.locale = locale
        self.title = face.title.in_locale(locale)
        self.paper = Paper(A4_LANDSCAPE, fonts, title=self.title, author="workforce", locale=locale)

    def _(self, text: Text) -> str:
        return text.in_locale(self.locale)

    def draw(self) -> bytes:
        blocks = [
            *self.opening(),
            *(block for one in self.face.tables for block in self.table(one)),
        ]
        pages = paginate([*blocks, *self.notes()], _ROOM, _ROOM)
        for number, page in enumerate(pages, start=1):
            if number > 1:
                self.paper.next_page()
            self.frame(number, len(pages))
            y = _HEAD
            for block in page:
                block.draw(self.paper, y)
                y += block.height
        return self.paper.finish()

    def frame(self, number: int, pages: int) -> None:
        paper = self.paper
        paper.text(_MARGIN, 30, self.title, 12, bold=True, color=BRAND, max_width=_WIDTH * 0.7)
        paper.text(_RIGHT, 30, str(self.face.period), 9, color=MUTED, align="right")
        paper.rule(_MARGIN, 36, _RIGHT, color=BRAND, thickness=0.9)
        foot = self._(labels.page_of(number, pages))
        paper.text(_RIGHT, paper.height - 18, foot, 7, color=MUTED, align="right")

    def opening(self) -> Iterator[Block]:
        for one in self.face.sentences:
            yield from self.lines(self._(one), 13, bold=True, leading=19)
        yield Block(6, lambda _paper, _y: None)
        for label, value in self.face.facts:
            yield from self.lines(_told(label, value, self.locale), 8.6)

    def lines(
        self, text: str, size: float, *, bold: bool = False, leading: float = _LINE
    ) -> Iterator[Block]:
        for line in self.paper.wrap(text, size, _WIDTH, bold=bold):
            yield self.line(line, size, bold=bold, leading=leading)

    def line(self, line: str, size: float, *, bold: bool, leading: float) -> Block:
        def draw(paper: Paper, y: float) -> None:
            paper.text(_MARGIN, y + leading * 0.78, line, size, bold=bold)

        return Block(leading, draw)

    def table(self, table: FaceTable) -> Iterator[Block]:
        title = self._(table.title)

        def draw_title(paper: Paper, y: float) -> None:
            paper.text(_MARGIN, y + 20, title, 10, bold=True, color=BRAND)

        head = Block(_TABLE_HEAD, lambda _paper, y: self.head(table, y), glued=True)
        yield Block(28, draw_title, glued=True)
        yield head
        has_bars = table.code == "bands"
        most = max((figure.value or 0 for row in table.rows for figure in row.figures), default=0)
        for index, row in enumerate(table.rows):
            yield self.row(table, row, index, head, most if has_bars else 0)

    def edges(self, table: FaceTable) -> list[float]:
        """Return the right ends of the columns of figures; few columns keep together at the left."""
        start = _MARGIN + _WIDTH * _NAME_SHARE
        width = min((_RIGHT - start) / len(table.columns), _NARROW)
        return [start + (number + 1) * width for number in range(len(table.columns))]

    def head(self, table: FaceTable, y: float) -> None:
        paper, edges = self.paper, self.edges(table)
        room = edges[0] - _MARGIN - _WIDTH * _NAME_SHARE - 8
        paper.box(_MARGIN, y, _WIDTH, _TABLE_HEAD, fill=TINT)
        paper.text(_MARGIN + 6, y + 16, self._(table.head), 8.2, bold=True, max_width=170)
        for column, edge in zip(table.columns, edges, strict=True):
            label, unit = self._(column.label), self._(column.unit)
            paper.text(edge - 6, y + 11.5, label, 8, bold=True, align="right", max_width=room)
            paper.text(edge - 6, y + 22, unit, 6.6, color=MUTED, align="right", max_width=room)

    def row(self, table: FaceTable, row: FaceRow, index: int, head: Block, most: int) -> Block:
        edges = self.edges(table)

        def draw(paper: Paper, y: float) -> None:
            if index % 2:
                paper.box(_MARGIN, y, _WIDTH, _ROW, fill=STRIPE)
            room = _WIDTH * _NAME_SHARE - 10
            paper.text(_MARGIN + 6, y + 10.9, self._(row.label), 8.6, max_width=room)
            for figure, edge in zip(row.figures, edges, strict=True):
                color = MUTED if figure.value is None else INK
                paper.text(edge - 6, y + 10.9, figure.text, 8.6, color=color, align="right")
            if most:
                self.bars(row, edges[-1] + 14, y, most)
            paper.rule(_MARGIN, y + _ROW, _RIGHT, color=RULE, thickness=0.3)

        return Block(_ROW, draw, repeat=head)

    def bars(self, row: FaceRow, x: float, y: float, most: int) -> None:
        """Draw how many people each figure of a row is, from zero."""
        height = (_ROW - 5) / len(row.figures)
        for number, figure in enumerate(row.figures):
            length = min(_BAR_ROOM, _RIGHT - x) * (figure.value or 0) / most
            color = (BRAND, MUTED)[number % 2]
            if length:
                self.paper.box(x, y + 2.5 + number * height, length, height - 0.6, fill=color)

    def notes(self) -> Iterator[Block]:
        yield Block(12, lambda _paper, _y: None)
        for note in self.face.notes:
            yield from self.lines(f"· {self._(note)}", 8, leading=12)


_WRITERS: Final[Mapping[str, Callable[[Face, Locale], bytes]]] = {
    "pdf": _write_pdf,
    "xlsx": _write_xlsx,
    "csv": _write_csv,
}

ENDINGS: Final = tuple(_WRITERS)
"""The kinds of files."""

"""A report on paper, to be signed and sealed: a form upright, a report with charts across.

What is signed comes first: the heads, the form's own table, the lines for names and seal, the notes. Of
a report each section follows with its tables and charts; the definitions close it. Every figure is the
text of the report's own value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from workforce.bureau.faces import words
from workforce.bureau.faces.chart_drawing import charts_height, draw_charts
from workforce.bureau.faces.pdf_tables import (
    LEAST_FORM_ROW,
    FormTable,
    ListTable,
    PlainTable,
    named_lines,
    size_of_number,
)
from workforce.bureau.report import Card, Definition, Report, Section, Table
from workforce.core.chart import Chart
from workforce.core.text import Locale, Text
from workforce.documents import labels
from workforce.documents.drawing import (
    A4,
    A4_LANDSCAPE,
    BRAND,
    INK,
    MUTED,
    TINT,
    Block,
    Paper,
    paginate,
)
from workforce.documents.fonts import Fonts

_MARGIN: Final = 36.0
_HEAD: Final = 48.0
_FOOT: Final = 34.0
_MASTHEAD: Final = 96.0
_GUTTER: Final = 26.0

_TITLE: Final = 24.0
_SMALL: Final = 7.0
_TIGHT: Final = 7.6
_CARD_HEIGHT: Final = 52.0
_CARD_GAP: Final = 8.0
_LABEL_WIDTH: Final = 118.0
_LEADING: Final = 10.8
_SIGNATURE_HEIGHT: Final = 66.0
_SEAL_WIDTH: Final = 92.0
_SIGNATURES_UPRIGHT: Final = 3
_NEAR: Final = 3


def draw_report(report: Report, fonts: Fonts, locale: Locale = "zh") -> bytes:
    """Return a report as PDF.

    Raises:
        FontError: a name holds a character that no font has.
    """
    fonts.require(name.in_locale(locale) for name in report.names())
    return _ReportPaper(report, fonts, locale).draw()


class _ReportPaper:
    """One report being laid out."""

    def __init__(self, report: Report, fonts: Fonts, locale: Locale) -> None:
        self.report = report
        self.fonts = fonts
        self.locale = locale
        self.period = self._(words.period(report.period))
        self.is_form = report.sheet == "form"
        self.paper = Paper(
            A4 if self.is_form else A4_LANDSCAPE,
            fonts,
            title=f"{self._(report.title)} {self.period}",
            author=self._(report.reporter),
            locale=locale,
        )
        self.right = self.paper.width - _MARGIN
        self.width = self.right - _MARGIN
        self.room = self.paper.height - _HEAD - _FOOT

    def _(self, text: Text) -> str:
        return text.in_locale(self.locale)

    def pair(self, label: Text, value: str) -> str:
        return words.pair(label, value, self.locale)

    def draw(self) -> bytes:
        pages = paginate(self.blocks(), self.room + _HEAD - _MASTHEAD, self.room)
        for number, page in enumerate(pages, start=1):
            if number == 1:
                self.masthead()
            else:
                self.paper.next_page()
                self.running_head()
            y = _MASTHEAD if number == 1 else _HEAD
            for block in page:
                block.draw(self.paper, y)
                y += block.height
            self.foot(number, len(pages))
        return self.paper.finish()

    def blocks(self) -> list[Block]:
        report, sections = self.report, self.report.sections
        blocks = [self.cards()] if report.cards else []
        if sections:
            first, *others = sections[0].tables
            blocks += self.form(first, above=sum(block.height for block in blocks))
            blocks += self.charts(sections[0].charts)
            for table in others:
                blocks += _together(PlainTable(table, self).blocks(), self.room)
        for listing in report.listings:
            blocks += ListTable(listing, self).blocks()
        if report.listings:
            blocks += _together(self.signed(), self.room)
        for section in sections[1:]:
            blocks += self.section(section)
        return [*blocks, *self.definitions()]

    def form(self, table: Table, above: float) -> list[Block]:
        """Return the table that is signed, the lines for names and seal, and the notes.

        What is sealed is one sheet wherever lines a little closer make it one: with the notes, or else
        without them. Where it needs more, the last lines stand with the seal.
        """
        room = self.room + _HEAD - _MASTHEAD - above - 1
        signed = self.signed()
        for sealed in (signed, signed[:1]):
            below = sum(block.height for block in sealed)
            row_height = FormTable(table, self).row_height_within(room - below)
            if row_height >= LEAST_FORM_ROW:
                return [*FormTable(table, self, row_height).blocks(), *signed]
        *lines, last = FormTable(table, self).blocks()
        return [*lines, replace(last, glued=True), *_together(signed, self.room)]

    # Around the tables

    def masthead(self) -> None:
        paper, report, right = self.paper, self.report, self.right
        title = self._(report.title)
        paper.text(paper.width / 2, 46, title, 18, bold=True, color=BRAND, align="center")
        number = self.pair(words.FORM_NUMBER, self._(report.form_number))
        filled = self.pair(words.FILLED_ON, report.filled_on.isoformat())
        side = self.width * 0.3
        paper.text(right, 62, number, 8, color=MUTED, align="right", max_width=side)
        view = self._(words.view(report))
        paper.text(_MARGIN, 62, view, 8, color=MUTED, max_width=side)
        paper.text(_MARGIN, 74, filled, 8, color=MUTED, max_width=side)
        origin = self._(report.origin)
        paper.text(right, 74, origin, 8, color=MUTED, align="right", max_width=self.width * 0.62)
        reporter = self.pair(words.REPORTER, self._(report.reporter))
        self.whole(reporter, 89, self.width * 0.4)
        paper.text(paper.width / 2, 89, self.period, 10.5, bold=True, align="center")
        if report.unit.zh:
            unit = self.pair(words.UNIT, self._(report.unit))
            paper.text(right, 89, unit, 9.5, align="right", max_width=side)

    def whole(self, text: str, y: float, room: float) -> None:
        """Write what may not be cut: in one line, or smaller in two."""
        if self.fonts.width(text, _TIGHT) <= room:
            self.paper.text(_MARGIN, y, text, 9.5, max_width=room)
            return
        first, *rest = self.paper.wrap(text, _TIGHT, room)
        for line, base in ((first, y - 4.8), (" ".join(rest), y + 3.8)):
            self.paper.text(_MARGIN, base, line, _TIGHT, max_width=room)

    def running_head(self) -> None:
        paper = self.paper
        title = f"{self._(self.report.title)} · {self.period}"
        paper.text(_MARGIN, 30, title, 8.4, bold=True, color=BRAND, max_width=self.width / 2)
        lines = paper.wrap(self._(self.report.reporter), 8.4, self.width / 2 - 10)
        for at, line in enumerate(reversed(lines)):
            paper.text(self.right, 30 - at * 10, line, 8.4, color=MUTED, align="right")
        paper.rule(_MARGIN, 36, self.right, color=BRAND, thickness=0.9)

    def foot(self, number: int, count: int) -> None:
        paper = self.paper
        base = paper.height - 18
        paper.text(_MARGIN, base, self._(self.report.form_number), _SMALL, color=MUTED)
        page = self._(labels.page_of(number, count))
        paper.text(self.right, base, page, _SMALL, color=MUTED, align="right")

    def cards(self) -> Block:
        cards = self.report.cards
        width = (self.width - _CARD_GAP * (len(cards) - 1)) / len(cards)

        def draw(_paper: Paper, y: float) -> None:
            for index, card in enumerate(cards):
                self.card(card, _MARGIN + index * (width + _CARD_GAP), y + 2, width)

        return Block(_CARD_HEIGHT + 10, draw)

    def card(self, card: Card, x: float, y: float, width: float) -> None:
        paper, measure = self.paper, card.definition.measure
        paper.box(x, y, width, _CARD_HEIGHT, fill=TINT, radius=4)
        label = f"{self._(measure.label)} [{card.definition.number}]"
        paper.text(x + 9, y + 14, label, 7.6, color=MUTED, max_width=width - 18)
        unit = self._(measure.unit.label)
        room = width - 21 - self.fonts.width(unit, 7.4)
        size = size_of_number(paper, card.figure.text, 15, room, bold=True)
        used = paper.text(x + 9, y + 32, card.figure.text, size, bold=True)
        if card.figure.value is not None:
            paper.text(x + 12 + used, y + 32, unit, 7.4, color=MUTED)
        before = f"{self._(words.BEFORE[self.report.period.span])} {card.previous.text}"
        if card.year_ago is not None:
            before += f"  {self._(words.YEAR_BEFORE)} {card.year_ago.text}"
        paper.text(x + 9, y + 44.5, before, 7.2, color=MUTED, max_width=width - 18)

    def signed(self) -> list[Block]:
        """Return the lines for names and seal, and the notes below them."""
        paper = self.paper
        lines = [
            line
            for number, note in enumerate(self.report.notes, start=1)
            for line in paper.wrap(f"{number}. {self._(note)}", 7.6, self.width - 34)
        ]

        def draw_notes(_paper: Paper, y: float) -> None:
            paper.text(_MARGIN, y + 10, self._(labels.NOTES), 7.8, bold=True, color=BRAND)
            for index, line in enumerate(lines):
                paper.text(_MARGIN + 34, y + 10 + index * _LEADING, line, 7.6, color=MUTED)

        blocks = [Block(_SIGNATURE_HEIGHT, self.signatures)]
        if lines:
            blocks.append(Block(12 + len(lines) * _LEADING, draw_notes))
        return blocks

    def signatures(self, paper: Paper, y: float) -> None:
        in_line = _SIGNATURES_UPRIGHT if self.is_form else len(words.SIGNATURES)
        width = (self.width - _SEAL_WIDTH) / in_line
        for index, label in enumerate(words.SIGNATURES):
            line, place = divmod(index, in_line)
            x, base = _MARGIN + place * width, y + 26 + line * 24
            used = paper.text(x, base, self.pair(label, ""), 9, max_width=width * 0.62)
            paper.rule(x + used + 2, base + 2, x + width - 10, color=MUTED)
        middle = self.right - _SEAL_WIDTH / 2 + 4
        paper.text(middle, y + 38, self._(words.SEAL), 9, color=MUTED, align="center")

    # What follows

    def section(self, section: Section) -> list[Block]:
        """Make the blocks of a section: the first table with the charts, then the others."""
        first, *others = section.tables
        charts = list(self.charts(section.charts))
        blocks = _together(PlainTable(first, self).blocks(), self.room, charts)
        for table in others:
            blocks += _together(PlainTable(table, self).blocks(), self.room)
        return blocks

    def charts(self, charts: Sequence[Chart]) -> Iterator[Block]:
        charts = [chart for chart in charts if chart.categories]
        if not charts:
            return
        height = charts_height(charts)

        def draw(paper: Paper, y: float) -> None:
            x = _MARGIN
            for drawing in draw_charts(charts, self.fonts, self.width, self.locale, gap=_GUTTER):
                paper.drawing(x, y + 14, drawing)
                x += drawing.width + _GUTTER

        yield Block(height + 30, draw)

    def definitions(self) -> Iterator[Block]:
        if not self.report.definitions:
            return
        yield Block(_TITLE + 4, self.definitions_title, glued=True)
        blocks = [self.definition(definition) for definition in self.report.definitions]
        yield from _linked(blocks)

    def definitions_title(self, paper: Paper, y: float) -> None:
        paper.text(_MARGIN, y + 17, self._(words.DEFINITIONS), 10, bold=True, color=BRAND)

    def definition(self, definition: Definition) -> Block:
        measure = definition.measure
        texts = [self._(measure.definition)]
        if measure.denominator:
            texts.append(self.pair(words.DENOMINATOR, self._(measure.denominator)))
        texts.append(self.pair(words.SOURCE, self._(measure.source)))
        lines = self.paper.wrap("  ".join(texts), 7.8, self.width - _LABEL_WIDTH)
        name = f"[{definition.number}] {self._(measure.label)}"
        room = _LABEL_WIDTH - 8
        names = named_lines(self.paper, name, 8, room, bold=True)

        def draw(paper: Paper, y: float) -> None:
            paper.rule(_MARGIN, y, self.right)
            for index, line in enumerate(names):
                base = y + 11.5 + index * _LEADING
                paper.text(_MARGIN, base, line, 8, bold=True, color=INK, max_width=room)
            for index, line in enumerate(lines):
                paper.text(_MARGIN + _LABEL_WIDTH, y + 11.5 + index * _LEADING, line, 7.8)

        return Block(8 + max(len(lines), len(names)) * _LEADING, draw)


def _together(blocks: Sequence[Block], room: float, after: Sequence[Block] = ()) -> list[Block]:
    """Keep blocks and what comes ``after`` them on one page where a page can hold them.

    Else a page neither ends with their first line nor begins with their last one.
    """
    whole = [*blocks, *after]
    if sum(block.height for block in whole) > room:
        return [*_linked(blocks), *after]
    return [replace(block, glued=block is not whole[-1]) for block in whole]


def _linked(blocks: Sequence[Block]) -> list[Block]:
    """Keep the first few blocks together, and the last few."""
    near = {*range(_NEAR), *range(len(blocks) - _NEAR, len(blocks) - 1)}
    return [
        replace(block, glued=block.glued or (at in near and block is not blocks[-1]))
        for at, block in enumerate(blocks)
    ]

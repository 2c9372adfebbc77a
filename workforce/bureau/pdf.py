"""A report on paper: A4 landscape, filled like a form, to be signed and sealed.

The first page has what is signed: the main figures, the notes, the lines for names and seal. Each
section follows with its tables and charts, and the definitions close the report. Every figure is the
text of the report's own value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from workforce.bureau import words
from workforce.bureau.chart_drawing import charts_height, draw_charts
from workforce.bureau.report import Card, Definition, Report, Row, Section, Table
from workforce.core.text import Locale, Text
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
from workforce.documents.fonts import Fonts

_MARGIN: Final = 36.0
_RIGHT: Final = A4_LANDSCAPE[0] - _MARGIN
_WIDTH: Final = A4_LANDSCAPE[0] - 2 * _MARGIN
_HEAD: Final = 48.0
_FOOT: Final = 34.0
_ROOM: Final = A4_LANDSCAPE[1] - _HEAD - _FOOT
_GUTTER: Final = 26.0

_TITLE: Final = 24.0
_TABLE_HEAD: Final = 27.0
_ROW: Final = 15.5
_SUMMARY_ROW: Final = 17.0
_TEXT: Final = 8.6
_SMALL: Final = 7.0
_NAME_SHARE: Final = 0.17
_SUMMARY_WIDTH: Final = 412.0
_CARD_HEIGHT: Final = 52.0
_CARD_GAP: Final = 8.0
_SEAL_RADIUS: Final = 34.0
_LABEL_WIDTH: Final = 118.0
_SUMMARY_SHARES: Final = {
    2: (0, 0.40, 0.535, 0.62, 0.81, 1),
    3: (0, 0.30, 0.40, 0.46, 0.64, 0.82, 1),
}
"""Where the columns of the main table begin and end, by its number of figures."""
_DEFINITION_LEADING: Final = 10.8


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
        self.month = self._(labels.month(report.period))
        self.paper = Paper(
            A4_LANDSCAPE,
            fonts,
            title=f"{self._(report.title)} {self.month}",
            author=self._(report.reporter),
            locale=locale,
        )

    def _(self, text: Text) -> str:
        return text.in_locale(self.locale)

    def pair(self, label: Text, value: str) -> str:
        return words.pair(label, value, self.locale)

    def draw(self) -> bytes:
        blocks = [block for section in self.report.sections[1:] for block in self.section(section)]
        pages = paginate([*blocks, *self.definitions()], _ROOM, _ROOM)
        count = len(pages) + 1
        self.first_page()
        self.foot(1, count)
        for number, page in enumerate(pages, start=2):
            self.paper.next_page()
            self.running_head()
            y = _HEAD
            for block in page:
                block.draw(self.paper, y)
                y += block.height
            self.foot(number, count)
        return self.paper.finish()

    # The first page

    def first_page(self) -> None:
        self.masthead()
        self.cards(96)
        top = 96 + _CARD_HEIGHT + 16
        bottom = self.summary(top)
        (charts,) = (self.report.summary.charts,)
        x = _MARGIN + _SUMMARY_WIDTH + _GUTTER
        width = _RIGHT - x
        y = top
        for drawing in draw_charts(charts, self.fonts, width, self.locale, gap=0):
            self.paper.drawing(x, y, drawing)
            y += drawing.height + 14
        self.notes(x, y, width)
        self.signatures(bottom + 24)

    def masthead(self) -> None:
        paper, report = self.paper, self.report
        paper.text(
            paper.width / 2, 50, self._(report.title), 19, bold=True, color=BRAND, align="center"
        )
        number = self.pair(words.FORM_NUMBER, self._(report.form_number))
        paper.text(_RIGHT, 38, number, 8, color=MUTED, align="right")
        view = self._(words.PUBLIC_VIEW if report.is_protected else words.FULL_VIEW)
        paper.text(_RIGHT, 50, view, 8, color=MUTED, align="right")
        reporter = self.pair(words.REPORTER, self._(report.reporter))
        paper.text(_MARGIN, 76, reporter, 9.5, max_width=_WIDTH * 0.42)
        paper.text(paper.width / 2, 76, self.month, 11, bold=True, align="center")
        filled = self.pair(words.FILLED_ON, report.filled_on.isoformat())
        paper.text(_RIGHT, 76, filled, 9.5, align="right")
        paper.rule(_MARGIN, 84, _RIGHT, color=BRAND, thickness=1.2)

    def cards(self, y: float) -> None:
        cards = self.report.cards
        width = (_WIDTH - _CARD_GAP * (len(cards) - 1)) / len(cards)
        for index, card in enumerate(cards):
            self.card(card, _MARGIN + index * (width + _CARD_GAP), y, width)

    def card(self, card: Card, x: float, y: float, width: float) -> None:
        paper, measure = self.paper, card.definition.measure
        paper.box(x, y, width, _CARD_HEIGHT, fill=TINT, radius=4)
        label = f"{self._(measure.label)} [{card.definition.number}]"
        paper.text(x + 9, y + 14, label, 7.6, color=MUTED, max_width=width - 18)
        unit = self._(measure.unit.label)
        room = width - 21 - self.fonts.width(unit, 7.4)
        used = paper.text(x + 9, y + 32, card.figure.text, 15, bold=True, max_width=room)
        if card.figure.value is not None:
            paper.text(x + 12 + used, y + 32, unit, 7.4, color=MUTED)
        before = self._(words.MONTH_BEFORE) + f" {card.previous.text}"
        if card.year_ago is not None:
            before += f"  {self._(words.YEAR_BEFORE)} {card.year_ago.text}"
        paper.text(x + 9, y + 44.5, before, 7.2, color=MUTED, max_width=width - 18)

    def summary(self, y: float) -> float:
        """Draw the table of main figures like a paper form; return where it ends."""
        (table,) = self.report.summary.tables
        shares = _SUMMARY_SHARES[len(table.columns)]
        edges = [_MARGIN + share * _SUMMARY_WIDTH for share in shares]
        heads = [
            self._(table.head),
            self._(words.UNIT),
            self._(words.CODE),
            *(f"{self._(column.label)} {self._(column.note)}" for column in table.columns),
        ]
        paper = self.paper
        paper.box(_MARGIN, y, _SUMMARY_WIDTH, 18, fill=TINT)
        for head, left, right in zip(heads, edges[:-1], edges[1:], strict=True):
            paper.text(
                (left + right) / 2,
                y + 12,
                head,
                7.8,
                bold=True,
                align="center",
                max_width=right - left - 4,
            )
        y += 18
        for index, row in enumerate(table.rows):
            self.summary_row(row, y, edges, is_first_part=not table.rows[index - 1].is_part)
            y += _SUMMARY_ROW
        paper.rule(_MARGIN, y, _MARGIN + _SUMMARY_WIDTH, color=BRAND, thickness=0.9)
        return y

    def summary_row(
        self, row: Row, y: float, edges: Sequence[float], *, is_first_part: bool
    ) -> None:
        paper, base = self.paper, y + 11.6
        paper.rule(_MARGIN, y, _MARGIN + _SUMMARY_WIDTH)
        name = self._(row.label)
        if row.is_part:
            lead = self._(words.OF_WHICH)
            indent = edges[0] + 14
            if is_first_part:
                paper.text(indent, base, lead, _TEXT, color=MUTED)
            paper.text(indent + self.fonts.width(lead, _TEXT), base, name, _TEXT)
        else:
            paper.text(edges[0] + 5, base, name, _TEXT, max_width=edges[1] - edges[0] - 8)
        if row.definition is not None:
            unit = self._(row.definition.measure.unit.label)
            number = f"{row.definition.number:02d}"
            for text, column in ((unit, 1), (number, 2)):
                middle = (edges[column] + edges[column + 1]) / 2
                paper.text(middle, base, text, 7.8, color=MUTED, align="center")
        for figure, right in zip(row.figures, edges[4:], strict=True):
            is_now = figure is row.figures[0]
            color = INK if is_now else MUTED
            paper.text(right - 6, base, figure.text, _TEXT, bold=is_now, color=color, align="right")

    def notes(self, x: float, y: float, width: float) -> None:
        paper = self.paper
        paper.text(x, y + 8, self._(labels.NOTES), 8.2, bold=True, color=BRAND)
        y += 20
        for note in self.report.notes:
            for line in paper.wrap(self._(note), 7.6, width):
                paper.text(x, y, line, 7.6, color=MUTED)
                y += _DEFINITION_LEADING

    def signatures(self, y: float) -> None:
        paper = self.paper
        seal = 2 * _SEAL_RADIUS + 24
        width = (_WIDTH - seal) / len(words.SIGNATURES)
        for index, label in enumerate(words.SIGNATURES):
            x = _MARGIN + index * width
            used = paper.text(x, y + 26, self.pair(label, ""), 9)
            paper.rule(x + used + 2, y + 28, x + width - 12, color=MUTED)
        paper.text(_RIGHT - seal / 2, y + 40, self._(words.SEAL), 9, color=MUTED, align="center")

    # The pages after it

    def running_head(self) -> None:
        paper = self.paper
        title = f"{self._(self.report.title)} · {self.month}"
        paper.text(_MARGIN, 30, title, 8.4, bold=True, color=BRAND)
        reporter = self._(self.report.reporter)
        paper.text(_RIGHT, 30, reporter, 8.4, color=MUTED, align="right", max_width=_WIDTH / 2)
        paper.rule(_MARGIN, 36, _RIGHT, color=BRAND, thickness=0.9)

    def foot(self, number: int, count: int) -> None:
        paper = self.paper
        base = paper.height - 18
        paper.text(_MARGIN, base, self._(self.report.form_number), _SMALL, color=MUTED)
        page = self._(labels.page_of(number, count))
        paper.text(_RIGHT, base, page, _SMALL, color=MUTED, align="right")

    def section(self, section: Section) -> list[Block]:
        """Make the blocks of a section: the first table with the charts, then the others."""
        first, *others = section.tables
        groups = [[*self.table(first), *self.charts(section)]]
        groups += [list(self.table(table)) for table in others]
        return [block for group in groups for block in _together(group)]

    def table(self, table: Table) -> Iterator[Block]:
        head = Block(_TABLE_HEAD, lambda _paper, y: self.table_head(table, y), glued=True)
        yield Block(_TITLE, lambda _paper, y: self.table_title(table, y), glued=True)
        yield head
        for index, row in enumerate(table.lines):
            yield self.table_row(row, index, head, is_total=row is table.total)

    def table_title(self, table: Table, y: float) -> None:
        self.paper.text(_MARGIN, y + 17, self._(table.title), 10, bold=True, color=BRAND)

    def _edges(self, figures: int) -> list[float]:
        """Return the right edges of the columns of figures."""
        start = _MARGIN + _WIDTH * _NAME_SHARE
        width = (_RIGHT - start) / figures
        return [start + (index + 1) * width for index in range(figures)]

    def table_head(self, table: Table, y: float) -> None:
        paper = self.paper
        edges = self._edges(len(table.columns))
        room = edges[0] - _MARGIN - _WIDTH * _NAME_SHARE - 8
        paper.box(_MARGIN, y, _WIDTH, _TABLE_HEAD, fill=TINT)
        paper.text(_MARGIN + 6, y + 16, self._(table.head), 8.2, bold=True)
        for column, edge in zip(table.columns, edges, strict=True):
            label, right = self._(column.label), edge - 6
            paper.text(right, y + 11.5, label, 8, bold=True, align="right", max_width=room)
            number = f" [{column.definition.number}]" if column.definition else ""
            note = self._(column.note) + number
            paper.text(right, y + 22, note, 6.8, color=MUTED, align="right", max_width=room)

    def table_row(self, row: Row, index: int, head: Block, *, is_total: bool) -> Block:
        edges = self._edges(len(row.figures))

        def draw(paper: Paper, y: float) -> None:
            if is_total:
                paper.rule(_MARGIN, y, _RIGHT, color=BRAND, thickness=0.9)
            elif index % 2:
                paper.box(_MARGIN, y, _WIDTH, _ROW, fill=STRIPE)
            base = y + 10.9
            room = _WIDTH * _NAME_SHARE - 10
            name = self._(row.label)
            paper.text(_MARGIN + 6, base, name, _TEXT, bold=is_total, max_width=room)
            for figure, edge in zip(row.figures, edges, strict=True):
                color = INK if figure.value is not None else MUTED
                paper.text(
                    edge - 6, base, figure.text, _TEXT, bold=is_total, color=color, align="right"
                )
            if is_total:
                paper.rule(_MARGIN, y + _ROW, _RIGHT, color=RULE)

        return Block(_ROW, draw, repeat=head)

    def charts(self, section: Section) -> Iterator[Block]:
        charts = [chart for chart in section.charts if chart.categories]
        if not charts:
            return
        height = charts_height(charts)

        def draw(paper: Paper, y: float) -> None:
            drawings = draw_charts(charts, self.fonts, _WIDTH, self.locale, gap=_GUTTER)
            x = _MARGIN
            for drawing in drawings:
                paper.drawing(x, y + 14, drawing)
                x += drawing.width + _GUTTER

        yield Block(height + 30, draw)

    def definitions(self) -> Iterator[Block]:
        yield Block(_TITLE + 4, self.definitions_title, glued=True)
        for definition in self.report.definitions:
            yield self.definition(definition)

    def definitions_title(self, paper: Paper, y: float) -> None:
        paper.text(_MARGIN, y + 17, self._(words.DEFINITIONS), 10, bold=True, color=BRAND)

    def definition(self, definition: Definition) -> Block:
        measure = definition.measure
        texts = [self._(measure.definition)]
        if measure.denominator:
            texts.append(self.pair(words.DENOMINATOR, self._(measure.denominator)))
        texts.append(self.pair(words.SOURCE, self._(measure.source)))
        lines = self.paper.wrap("  ".join(texts), 7.8, _WIDTH - _LABEL_WIDTH)

        def draw(paper: Paper, y: float) -> None:
            paper.rule(_MARGIN, y, _RIGHT)
            name = f"[{definition.number}] {self._(measure.label)}"
            paper.text(_MARGIN, y + 11.5, name, 8, bold=True, max_width=_LABEL_WIDTH - 8)
            for index, line in enumerate(lines):
                base = y + 11.5 + index * _DEFINITION_LEADING
                paper.text(_MARGIN + _LABEL_WIDTH, base, line, 7.8)

        return Block(8 + len(lines) * _DEFINITION_LEADING, draw)


def _together(blocks: Sequence[Block]) -> list[Block]:
    """Keep blocks on one page where a page can hold them."""
    if sum(block.height for block in blocks) > _ROOM:
        return list(blocks)
    return [
        Block(block.height, block.draw, block.repeat, glued=block is not blocks[-1])
        for block in blocks
    ]

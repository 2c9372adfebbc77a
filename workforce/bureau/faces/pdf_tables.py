"""The tables of a report on paper: the ruled form, tables of groups, and lists of names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final, Protocol

from workforce.bureau.faces import words
from workforce.bureau.report import Figure, Listing, ListKind, ListValue, Row, Table, list_text
from workforce.core.text import Locale, Text
from workforce.documents.drawing import BRAND, INK, MUTED, RULE, STRIPE, TINT, Align, Block, Paper

_MARGIN: Final = 36.0
_TITLE: Final = 24.0
_TEXT: Final = 8.4
_NOTE: Final = 6.8
_PAD: Final = 5.0
_INDENT: Final = 13.0
_FORM_HEAD: Final = 28.0
_MARKS: Final = 12.0
_FORM_ROW: Final = 15.4
LEAST_FORM_ROW: Final = 11.6
_SMALLER: Final = 0.92
_LIST_TEXT: Final = 7.8
_LIST_LEADING: Final = 9.6
_PLAIN_HEAD: Final = 27.0
_HEAD_LEADING: Final = 9.5
_MOST_HEAD_LINES: Final = 3
_PLAIN_ROW: Final = 15.5
_NAME_SHARE: Final = 0.17
_MOST_NAME: Final = 260.0
_LEAST_FIGURE: Final = 62.0
_UNIT_WIDTH: Final = 58.0
_CODE_WIDTH: Final = 34.0


class Sheet(Protocol):
    """The paper that a table is drawn on, as far as tables need to know it."""

    paper: Paper
    locale: Locale
    width: float
    right: float

    def _(self, text: Text) -> str: ...


class FormTable:
    """The table that is signed: full rules, a line of marks, indicators with unit and code."""

    def __init__(self, table: Table, sheet: Sheet, row_height: float = _FORM_ROW) -> None:
        """Share out the width: what figures do not need is the name's."""
        self.table = table
        self.sheet = sheet
        self.row_height = row_height
        self.has_headings = any(not row.figures for row in table.rows)
        fixed = [_UNIT_WIDTH, _CODE_WIDTH] if table.has_codes else []
        count = len(table.columns)
        room = sheet.width - sum(fixed)
        name = min(max(room - count * 96, room * 0.3), _MOST_NAME)
        name = max(min(name, room - count * _LEAST_FIGURE), 110.0)
        figure = (room - name) / count
        self.edges = [_MARGIN]
        for width in (name, *fixed, *([figure] * count)):
            self.edges.append(self.edges[-1] + width)

    def blocks(self) -> list[Block]:
        """Return head and lines; the head opens each page, and a line keeps its parts with it."""
        lines = list(words.leads(self.table))
        head = Block(_FORM_HEAD + _MARKS, self.head, glued=True)
        following = [*(row.level for row, _ in lines[1:]), 0]
        return [
            head,
            *(
                self.line(row, head, is_first=is_first, is_last=after == 0 and at == len(lines) - 1)
                if after == 0
                else replace(self.line(row, head, is_first=is_first, is_last=False), glued=True)
                for at, ((row, is_first), after) in enumerate(zip(lines, following, strict=True))
            ),
        ]

    def row_height_within(self, room: float) -> float:
        """Return how high a line may be, at most as now, for the whole table to fit into ``room``."""
        blocks = self.blocks()
        spare = room - sum(block.height for block in blocks)
        return self.row_height + min(0.0, spare / (len(blocks) - 1))

    def head(self, paper: Paper, y: float) -> None:
        """Draw the names of the columns, what is below them, and the marks."""
        table, edges = self.table, self.edges
        paper.box(_MARGIN, y, edges[-1] - _MARGIN, _FORM_HEAD, fill=TINT)
        fixed = [words.INDICATOR, words.UNIT, words.CODE] if table.has_codes else [table.head]
        below = [Text("", "")] * len(fixed) + [column.note for column in table.columns]
        heads = [*fixed, *(column.label for column in table.columns)]
        for at, (label, note) in enumerate(zip(heads, below, strict=True)):
            middle, room = (edges[at] + edges[at + 1]) / 2, edges[at + 1] - edges[at] - 6
            base = y + (12.5 if note.zh else 17.5)
            _centered(paper, middle, base, self.sheet._(label), 8, room, bold=True)
            if note.zh:
                _centered(paper, middle, y + 23, self.sheet._(note), _NOTE, room)
        for at, mark in enumerate(words.marks(table, self.sheet.locale)):
            _centered(paper, (edges[at] + edges[at + 1]) / 2, y + _FORM_HEAD + 8.8, mark, 7, 40)
        for line, thickness in ((0.0, 1.1), (_FORM_HEAD, 0.6), (_FORM_HEAD + _MARKS, 0.6)):
            color = BRAND if line == 0 else RULE
            paper.rule(_MARGIN, y + line, edges[-1], color=color, thickness=thickness)
        self.uprights(paper, y, _FORM_HEAD + _MARKS)

    def uprights(self, paper: Paper, y: float, height: float) -> None:
        """Draw the lines between the columns; the sides of a form are open."""
        for edge in self.edges[1:-1]:
            paper.box(edge - 0.3, y, 0.6, height, fill=RULE)

    def line(self, row: Row, head: Block, *, is_first: bool, is_last: bool) -> Block:
        """Return the block of one line, as high as its name needs."""
        edges, say = self.edges, self.sheet._
        x = edges[0] + _PAD + row.level * _INDENT
        room = edges[1] - x - 3
        is_total = row is self.table.total
        is_bold = is_total or (self.has_headings and row.level == 0)
        name = (say(words.OF_WHICH) if is_first else "") + say(row.label)
        names = named_lines(self.sheet.paper, name, _TEXT, room, bold=is_bold)
        height = self.row_height + (len(names) - 1) * _LIST_LEADING

        def draw(paper: Paper, y: float) -> None:
            for at, line in enumerate(names):
                below = y + self.row_height / 2 + 3.1 + at * _LIST_LEADING
                paper.text(x, below, line, _TEXT, bold=is_bold, max_width=room)
            base = y + height / 2 + 3.1
            if self.table.has_codes:
                for text, at in ((say(row.unit), 1), (row.code, 2)):
                    middle, width = (edges[at] + edges[at + 1]) / 2, edges[at + 1] - edges[at] - 4
                    paper.text(
                        middle, base, text, 7.6, color=MUTED, align="center", max_width=width
                    )
            rights = edges[-len(self.table.columns) :]
            for figure, right in zip(row.figures, rights, strict=False):
                width = edges[-1] - edges[-2] - 2 * _PAD
                is_now = self.table.has_codes and figure is row.figures[0]
                _figure(paper, figure, right - _PAD, base, width, is_bold=is_now or is_total)
            self.uprights(paper, y, height)
            color, thickness = (BRAND, 1.1) if is_last else (RULE, 0.6)
            paper.rule(_MARGIN, y + height, edges[-1], color=color, thickness=thickness)

        return Block(height, draw, repeat=head)


class PlainTable:
    """A table of groups below its title; a total closes it."""

    def __init__(self, table: Table, sheet: Sheet) -> None:
        """Place the right edges of the columns of figures."""
        self.table = table
        self.sheet = sheet
        start = _MARGIN + sheet.width * _NAME_SHARE
        width = (sheet.right - start) / len(table.columns)
        self.edges = [start + (at + 1) * width for at in range(len(table.columns))]
        self.room = width - 8
        self.head_room = width - 4
        self.heads = [
            sheet.paper.wrap(sheet._(column.label), 8, self.head_room, bold=True)[:_MOST_HEAD_LINES]
            for column in table.columns
        ]
        self.head_height = _PLAIN_HEAD + _HEAD_LEADING * (max(map(len, self.heads)) - 1)

    def blocks(self) -> list[Block]:
        """Return title, head and lines."""
        head = Block(self.head_height, self.head, glued=True)
        return [
            Block(_TITLE, self.title, glued=True),
            head,
            *(
                self.line(row, at, head, is_total=row is self.table.total)
                for at, row in enumerate(self.table.lines)
            ),
        ]

    def title(self, paper: Paper, y: float) -> None:
        """Draw the title."""
        say = self.sheet._
        paper.text(_MARGIN, y + 17, say(self.table.title), 10, bold=True, color=BRAND)

    def head(self, paper: Paper, y: float) -> None:
        """Draw the names of the columns with unit and number."""
        say = self.sheet._
        height, table = self.head_height, self.table
        paper.box(_MARGIN, y, self.sheet.width, height, fill=TINT)
        paper.text(_MARGIN + 6, y + height / 2 + 2.5, say(table.head), 8.2, bold=True)
        for column, lines, edge in zip(table.columns, self.heads, self.edges, strict=True):
            right, room = edge - 6, self.head_room
            first = y + height - 15.5 - _HEAD_LEADING * (len(lines) - 1)
            for at, line in enumerate(lines):
                base = first + at * _HEAD_LEADING
                paper.text(right, base, line, 8, bold=True, align="right", max_width=room)
            number = f" [{column.definition.number}]" if column.definition else ""
            note = say(column.note) + number
            base = y + height - 5
            paper.text(right, base, note, _NOTE, color=MUTED, align="right", max_width=room)

    def line(self, row: Row, index: int, head: Block, *, is_total: bool) -> Block:
        """Return the block of one line."""

        def draw(paper: Paper, y: float) -> None:
            right = self.sheet.right
            if is_total:
                paper.rule(_MARGIN, y, right, color=BRAND, thickness=0.9)
            elif index % 2:
                paper.box(_MARGIN, y, self.sheet.width, _PLAIN_ROW, fill=STRIPE)
            base = y + 10.9
            room = self.sheet.width * _NAME_SHARE - 10
            name = self.sheet._(row.label)
            paper.text(_MARGIN + 6, base, name, _TEXT, bold=is_total, max_width=room)
            for figure, edge in zip(row.figures, self.edges, strict=True):
                _figure(paper, figure, edge - 6, base, self.room, is_bold=is_total)
            if is_total:
                paper.rule(_MARGIN, y + _PLAIN_ROW, right)

        return Block(_PLAIN_ROW, draw, repeat=head)


class ListTable:
    """A list of people, numbered, fully ruled."""

    def __init__(self, listing: Listing, sheet: Sheet) -> None:
        """Share out the width by the columns' own."""
        self.listing = listing
        self.sheet = sheet
        shares = [4.0, *(column.width for column in listing.columns)]
        unit = sheet.width / sum(shares)
        self.edges = [_MARGIN]
        for share in shares:
            self.edges.append(self.edges[-1] + share * unit)
        self.kinds: list[ListKind] = ["count", *(column.kind for column in listing.columns)]

    def blocks(self) -> list[Block]:
        """Return head and lines; the head opens each page."""
        heads = [words.NUMBER, *(column.label for column in self.listing.columns)]
        titles = self.wrapped([self.sheet._(label) for label in heads], bold=True)
        head = self.strip(titles, is_head=True)
        rows: list[Sequence[ListValue]] = [
            (number, *row) for number, row in enumerate(self.listing.rows, start=1)
        ]
        if self.listing.total is not None:
            rows.append((None, *self.listing.total))
        if not rows:
            return [head, Block(_FORM_ROW + 4, self.nobody)]
        return [head, *(self.line(row, head) for row in rows)]

    def nobody(self, paper: Paper, y: float) -> None:
        """Draw one line over the whole width that says that there is nobody."""
        height = _FORM_ROW + 4
        middle = _MARGIN + self.sheet.width / 2
        says = self.sheet._(words.NOBODY)
        _centered(paper, middle, y + height / 2 + 2.9, says, _LIST_TEXT, self.sheet.width)
        for edge in (self.edges[0], self.edges[-1]):
            paper.box(edge - 0.3, y, 0.6, height, fill=RULE)
        paper.rule(_MARGIN, y + height, self.edges[-1])

    def line(self, row: Sequence[ListValue], head: Block) -> Block:
        """Return the block of a line, as high as its longest text needs."""
        texts = [list_text(value, kind) for value, kind in zip(row, self.kinds, strict=True)]
        numbers = [isinstance(value, int) for value in row]
        return replace(self.strip(self.wrapped(texts), numbers=numbers), repeat=head)

    def wrapped(self, texts: Sequence[str], *, bold: bool = False) -> list[list[str]]:
        """Break the texts of a line to the widths of their columns."""
        rooms = [right - left - 6 for left, right in pairwise(self.edges)]
        return [
            self.sheet.paper.wrap(text, _LIST_TEXT, room, bold=bold)
            for text, room in zip(texts, rooms, strict=True)
        ]

    def strip(
        self,
        cells: Sequence[Sequence[str]],
        *,
        numbers: Sequence[bool] = (),
        is_head: bool = False,
    ) -> Block:
        """Return the block of wrapped cells: names of columns in the middle, numbers at the right."""
        height = _FORM_ROW + (max(map(len, cells)) - 1) * _LIST_LEADING + (4 if is_head else 0)

        def draw(paper: Paper, y: float) -> None:
            if is_head:
                paper.box(_MARGIN, y, self.sheet.width, height, fill=TINT)
            for at, lines in enumerate(cells):
                left, right = self.edges[at], self.edges[at + 1]
                align: Align = "center" if is_head else "right" if numbers[at] else "left"
                x = {"center": (left + right) / 2, "right": right - 3, "left": left + 3}[align]
                first = y + (height - (len(lines) - 1) * _LIST_LEADING) / 2 + 2.9
                for index, line in enumerate(lines):
                    base = first + index * _LIST_LEADING
                    room = right - left - 4
                    paper.text(x, base, line, _LIST_TEXT, bold=is_head, align=align, max_width=room)
            self.rules(paper, y, height)

        return Block(height, draw, glued=is_head)

    def rules(self, paper: Paper, y: float, height: float) -> None:
        """Rule a line on all sides."""
        for edge in self.edges:
            paper.box(edge - 0.3, y, 0.6, height, fill=RULE)
        for line in (y, y + height):
            paper.rule(_MARGIN, line, self.edges[-1])


def _centered(
    paper: Paper, x: float, y: float, text: str, size: float, room: float, *, bold: bool = False
) -> None:
    paper.text(x, y, text, size, bold=bold, align="center", max_width=room)


def named_lines(
    paper: Paper, name: str, size: float, room: float, *, bold: bool = False
) -> list[str]:
    """Return a name in one line where it fits a little smaller, else broken into several."""
    is_near = paper.fonts.width(name, size * _SMALLER, bold=bold) <= room
    return [name] if is_near else paper.wrap(name, size, room, bold=bold)


def size_of_number(paper: Paper, text: str, size: float, room: float, *, bold: bool) -> float:
    """Return the size in which a number fits: it may be small, but never cut, else it is another."""
    return size * min(1.0, room / paper.fonts.width(text, size, bold=bold))


def _figure(
    paper: Paper, figure: Figure, right: float, base: float, room: float, *, is_bold: bool
) -> None:
    color = INK if figure.value is not None else MUTED
    size = size_of_number(paper, figure.text, _TEXT, room, bold=is_bold)
    paper.text(right, base, figure.text, size, bold=is_bold, color=color, align="right")

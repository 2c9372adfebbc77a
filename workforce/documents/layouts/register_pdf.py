"""The payroll register on A4 landscape: the head on every sheet, totals and signatures on the last.

A sheet has room for some fifteen figures a row. Where a run has more pay items, the smallest of a
kind stand together under "other": every row and the total still add up, and the spreadsheet has
each item on its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from workforce.core.capitals import capitals
from workforce.core.results import LineKind
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
    WARNING,
    Block,
    Paper,
    paginate,
)
from workforce.documents.fonts import Fonts
from workforce.documents.register_table import GROUPS, RegisterColumn, register_columns
from workforce.documents.views import INCOME_TAX, PIECEWORK, TOP_UP, RegisterView
from workforce.platform.formatting import money
from workforce.platform.sheets import Cell, CellKind

_MARGIN: Final = 28.0
_RIGHT: Final = A4_LANDSCAPE[0] - _MARGIN
_WIDTH: Final = A4_LANDSCAPE[0] - 2 * _MARGIN
_TOP: Final = 24.0
_TITLE: Final = 40.0
_FOOTER: Final = 30.0
_ROOM: Final = A4_LANDSCAPE[1] - _TOP - _TITLE - _FOOTER
_ROW: Final = 14.5
_GROUP_ROW: Final = 13.0
_HEAD_LEADING: Final = 8.6
_SIZE: Final = 7.4
_HEAD: Final = 6.8
_PADDING: Final = 5.0
_SIGNATURE: Final = 46.0
_LEAST_ITEM: Final = 34.0

# What every reader looks for keeps its own column, however small.
_ALONE: Final = frozenset({PIECEWORK, TOP_UP, INCOME_TAX})
_OTHERS: Final = {
    LineKind.EARNING: labels.OTHER_EARNINGS,
    LineKind.REDUCTION: labels.OTHER_REDUCTIONS,
    LineKind.DEDUCTION: labels.OTHER_DEDUCTIONS,
}


def draw_register(view: RegisterView, fonts: Fonts, locale: Locale = "zh") -> bytes:
    """Return a register as PDF.

    Raises:
        FontError: a name holds a character that no font has.

    """
    fonts.require([view.company_name])
    for slip in (*view.payslips, *view.reversed_payslips):
        fonts.require((slip.person_name, slip.employee_no))
    return _Register(view, fonts, locale).draw()


class _Register:
    """One register being laid out."""

    def __init__(self, view: RegisterView, fonts: Fonts, locale: Locale) -> None:
        self.view = view
        self.locale = locale
        self.title = f"{self._(labels.month(view.period))} {self._(labels.REGISTER)}"
        title = f"{view.company_name} {self.title}"
        self.paper = Paper(
            A4_LANDSCAPE, fonts, title=title, author=view.company_name, locale=locale
        )
        self.columns, self.widths = self._fitted()
        self.heads = [
            self._head_lines(self._(column.title), width - _PADDING)
            for column, width in zip(self.columns, self.widths, strict=True)
        ]

    def _(self, text: Text) -> str:
        return text.in_locale(self.locale)

    def draw(self) -> bytes:
        head_height = _GROUP_ROW + max(map(len, self.heads)) * _HEAD_LEADING + 5
        head = Block(head_height, self._draw_head)
        rows = [self._row(index, head) for index in range(len(self.view.payslips))]
        # The totals never stand on a sheet without a row above them.
        rows[-1:] = [replace(row, glued=True) for row in rows[-1:]]
        blocks = [replace(head, glued=True), *rows, *self._end(head)]
        pages = paginate(blocks, _ROOM, _ROOM)
        for number, page in enumerate(pages, start=1):
            if number > 1:
                self.paper.next_page()
            self._draw_title()
            y = _TOP + _TITLE
            for block in page:
                block.draw(self.paper, y)
                y += block.height
            self._draw_footer(number, len(pages))
        return self.paper.finish()

    def _head_lines(self, title: str, width: float) -> list[str]:
        """Break a title into lines; Chinese ones of even length, no single character left over."""
        lines = self.paper.wrap(title, _HEAD, width)
        if title.isascii():
            return lines
        length = -(-len(title) // len(lines))
        return [title[start : start + length] for start in range(0, len(title), length)]

    # Columns that fit

    def _fitted(self) -> tuple[list[RegisterColumn], list[float]]:
        """Return the columns of the sheet and their widths, which fill it."""
        columns = [column for column in register_columns(self.view) if _is_on_paper(column)]
        room = _WIDTH - _SIGNATURE
        widths = [self._width(column) for column in columns]
        while sum(widths) > room and (merged := _merge_smallest(columns)) is not None:
            columns = merged
            widths = [self._width(column) for column in columns]
        spare = max(room - sum(widths), 0.0) / len(columns)
        # Too many columns even so: narrower ones, whose figures are set smaller.
        scale = min(1.0, room / sum(widths))
        return columns, [width * scale + spare for width in widths]

    def _width(self, column: RegisterColumn) -> float:
        shown = [self._shown(column, cell) for cell in (*column.cells, column.total)]
        longest = max(shown, key=len)
        words = max(self.paper.fonts.width(word, _HEAD) for word in self._words(column))
        least = _LEAST_ITEM if column.kind is CellKind.MONEY else 0.0
        width = self.paper.fonts.width(longest, _SIZE, bold=True)
        return max(width, words, least) + _PADDING

    def _words(self, column: RegisterColumn) -> list[str]:
        """Return what a head cannot be broken within: four characters, or an English word."""
        title = self._(column.title)
        return title.split() if title.isascii() else [title[:4]]

    def _shown(self, column: RegisterColumn, cell: Cell) -> str:
        if cell is None:
            return ""
        if column.kind is CellKind.MONEY and isinstance(cell, int):
            return money(cell) if cell or column.item is None else "—"
        return str(cell)

    # What is drawn

    def _draw_title(self) -> None:
        paper, view = self.paper, self.view
        paper.text(_MARGIN, _TOP + 14, self.title, 15, bold=True, color=BRAND)
        facts = " · ".join(labels.run_facts(view, self.locale))
        paper.text(_RIGHT, _TOP + 12, view.company_name, 9.5, align="right", max_width=_WIDTH / 2)
        paper.text(_RIGHT, _TOP + 25, facts, 7.6, color=MUTED, align="right")
        if not view.is_final:
            paper.text(_MARGIN, _TOP + 28, self._(labels.DRAFT), 8, color=WARNING, bold=True)
        else:
            paper.text(_MARGIN, _TOP + 28, self._(labels.UNIT), 7.6, color=MUTED)

    def _draw_head(self, paper: Paper, y: float) -> None:
        lines = max(map(len, self.heads))
        height = _GROUP_ROW + lines * _HEAD_LEADING + 5
        paper.box(_MARGIN, y, _WIDTH, height, fill=TINT)
        x = _MARGIN
        spans = zip(self.columns, self.widths, strict=True)
        for group, members in groupby(spans, key=lambda span: span[0].group):
            width = sum(width for _, width in members)
            middle = x + width / 2
            paper.text(middle, y + 9, self._(group), _HEAD, bold=True, color=BRAND, align="center")
            paper.rule(x + 2, y + _GROUP_ROW, x + width - 2)
            x += width
        x = _MARGIN
        for column, width, words in zip(self.columns, self.widths, self.heads, strict=True):
            top = y + _GROUP_ROW + (lines - len(words)) * _HEAD_LEADING
            for index, word in enumerate(words, start=1):
                self._cell(x, width, top + index * _HEAD_LEADING, word, column.kind, _HEAD)
            x += width
        bottom = y + height - 6
        signature = self._(labels.SIGNATURE)
        paper.text(_RIGHT - _SIGNATURE / 2, bottom, signature, _HEAD, align="center")
        paper.rule(_MARGIN, y + height, _RIGHT, color=BRAND, thickness=0.9)

    def _cell(
        self,
        x: float,
        width: float,
        y: float,
        text: str,
        kind: CellKind,
        size: float,
        *,
        bold: bool = False,
    ) -> None:
        """Write a cell: words from the left, figures from the right."""
        room = width - _PADDING
        if kind is CellKind.TEXT:
            self.paper.text(x + _PADDING / 2, y, text, size, bold=bold, max_width=room)
        else:
            right = x + width - _PADDING / 2
            self.paper.text(right, y, text, size, bold=bold, align="right", max_width=room)

    def _row(self, index: int, head: Block) -> Block:
        def draw(paper: Paper, y: float) -> None:
            if index % 2:
                paper.box(_MARGIN, y, _WIDTH, _ROW, fill=STRIPE)
            x = _MARGIN
            for column, width in zip(self.columns, self.widths, strict=True):
                text = self._shown(column, column.cells[index])
                is_result = column.group is labels.RESULT
                self._cell(x, width, y + 9.8, text, column.kind, _SIZE, bold=is_result)
                x += width
            paper.rule(_MARGIN, y + _ROW, _RIGHT, thickness=0.4)

        return Block(_ROW, draw, repeat=head)

    def _end(self, head: Block) -> list[Block]:
        """The totals, the net pay in capitals, and who answers for them."""
        return [
            Block(_ROW + 3, self._draw_totals, repeat=head, glued=True),
            Block(56, self._draw_signatures),
        ]

    def _draw_totals(self, paper: Paper, y: float) -> None:
        paper.box(_MARGIN, y, _WIDTH, _ROW + 3, fill=TINT)
        paper.rule(_MARGIN, y, _RIGHT, color=BRAND, thickness=0.9)
        paper.text(_MARGIN + 3, y + 11.4, self._(labels.TOTAL), _SIZE, bold=True)
        x = _MARGIN
        for column, width in zip(self.columns, self.widths, strict=True):
            text = self._shown(column, column.total)
            self._cell(x, width, y + 11.4, text, column.kind, _SIZE, bold=True)
            x += width

    def _draw_signatures(self, paper: Paper, y: float) -> None:
        view = self.view
        net = f"{self._(labels.NET_PAY)} ¥{money(view.net_pay)}  人民币{capitals(view.net_pay)}"
        paper.text(_MARGIN, y + 17, net, 8.6, bold=True)
        if view.reversed_payslips:
            gone = f"{self._(labels.REVERSED_SLIPS)}: {labels.reversed_people(view)}"
            paper.text(_MARGIN, y + 29, gone, 7.4, color=WARNING, max_width=_WIDTH)
        signers = (
            (labels.PREPARED_BY, view.prepared_by),
            (labels.REVIEWED_BY, view.reviewed_by),
            (labels.APPROVED_BY, view.approved_by),
            (labels.SEAL, None),
        )
        width = _WIDTH / len(signers)
        for index, (label, name) in enumerate(signers):
            x = _MARGIN + index * width
            used = paper.text(x, y + 44, self._(label), 8.4, color=MUTED)
            paper.text(x + used + 10, y + 43, name or "", 9, max_width=width - used - 40)
            paper.rule(x + used + 6, y + 46, x + width - 24, color=RULE)

    def _draw_footer(self, number: int, total: int) -> None:
        paper = self.paper
        y = paper.height - 18
        control = f"{self._(labels.CONTROL)} {self.view.result_hash}"
        paper.text(_MARGIN, y, control, 6.2, color=MUTED)
        page = self._(labels.page_of(number, total))
        paper.text(_RIGHT, y, page, 7, color=INK, align="right")


def _is_on_paper(column: RegisterColumn) -> bool:
    """Tell whether a column stands on the sheet: what the employer adds is in the spreadsheet."""
    return column.item is not LineKind.EMPLOYER and column.title is not labels.EMPLOYER_COST


def _merge_smallest(columns: Sequence[RegisterColumn]) -> list[RegisterColumn] | None:
    """Put the two smallest items of one kind together; ``None`` where no kind has two.

    What has been merged before is merged again first, so that a kind has one "other" column.
    """
    items = [column for column in columns if column.item is not None]
    by_kind = {
        kind: [column for column in items if column.item is kind and column.code not in _ALONE]
        for kind in _OTHERS
    }
    kind, candidates = max(by_kind.items(), key=lambda pair: len(pair[1]))
    if len(candidates) < 2:  # noqa: PLR2004 - a pair
        return None
    other = _OTHERS[kind]
    first, second = sorted(
        candidates, key=lambda column: (column.title is not other, _size(column.total))
    )[:2]
    cells = tuple(
        _size(one) + _size(two) for one, two in zip(first.cells, second.cells, strict=True)
    )
    merged = replace(
        first,
        code="",
        title=other,
        group=GROUPS[kind],
        cells=cells,
        total=_size(first.total) + _size(second.total),
    )
    place = max(columns.index(column) for column in items if column.item is kind)
    rest = [column for column in columns[: place + 1] if column not in (first, second)]
    return [*rest, merged, *columns[place + 1 :]]


def _size(cell: Cell) -> int:
    """Return a cell that is an amount."""
    if not isinstance(cell, int):
        raise TypeError(f"{cell!r} is no amount")
    return cell

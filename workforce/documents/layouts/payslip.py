"""The payslip: one A5 sheet, two to an A4, read on a phone or folded into an envelope.

From top to bottom: who and when, the net pay, the sum that makes it, the output with its prices, the
checks, the hours, the year and the tax, and the remarks. Where it gets long, lines first move closer
together and then flow to a second sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reportlab.lib.colors import Color

from workforce.core.capitals import capitals
from workforce.core.money import MICRO
from workforce.core.text import Locale, Text
from workforce.documents import labels
from workforce.documents.drawing import (
    A5,
    BRAND,
    INK,
    MUTED,
    RULE,
    STRIPE,
    TINT,
    WARNING,
    WARNING_TINT,
    Block,
    PairedPaper,
    Paper,
    paginate,
)
from workforce.documents.facts import product, time_facts, year_facts
from workforce.documents.fonts import Fonts
from workforce.documents.views import PIECEWORK, TOP_UP, LineView, PayslipView, accuracy_rate
from workforce.platform.formatting import count, day, micro, money, percent

_MARGIN: Final = 26.0
_TOP: Final = 14.0
_RIGHT: Final = A5[0] - _MARGIN
_WIDTH: Final = A5[0] - 2 * _MARGIN
_GUTTER: Final = 20.0
_HALF: Final = (_WIDTH - _GUTTER) / 2
_SECOND: Final = _MARGIN + _HALF + _GUTTER
_QR_SIDE: Final = 36.0
_FOOTER: Final = 54.0
_CONTINUATION: Final = 26.0
_ROOM: Final = A5[1] - _TOP - _FOOTER

_BODY: Final = 8.6
_SMALL: Final = 7.2
_HEADING: Final = 8.2
_LEAST_DOTS: Final = 4.0
# How far lines may move together before a second sheet is begun.
_LEADINGS: Final = (1.0, 0.93, 0.86, 0.79)

# What people ask about first is explained on the paper; the page explains every line.
_EXPLAINED: Final = frozenset(
    {
        TOP_UP,
        "absence_deduction",
        "adjustment",
        "damages_deduction",
        "insurance_difference",
        "severance_pay",
        "severance_tax",
    }
)

Row = tuple[str, str]


def draw_payslip(view: PayslipView, fonts: Fonts, check_url: str, locale: Locale = "zh") -> bytes:
    """Return a payslip as PDF.

    Args:
        view: what it says.
        fonts: the fonts of documents.
        check_url: address of the public check page, set as QR code; holds no pay data.
        locale: ``zh`` or ``en``.

    Raises:
        FontError: a name holds a character that no font has.

    """
    fonts.require(view.texts())
    title = f"{_title(view, locale)} {view.person_name}"
    paper = Paper(A5, fonts, title=title, author=view.company_name, locale=locale)
    _Payslip(view, paper, check_url, locale).draw()
    return paper.finish()


def draw_pairs(
    slips: Sequence[tuple[PayslipView, str]], fonts: Fonts, locale: Locale = "zh"
) -> bytes:
    """Return payslips of one run as one PDF for printing: two A5 on an A4.

    Args:
        slips: each with the address of its check page; not empty.
        fonts: the fonts of documents.
        locale: ``zh`` or ``en``.

    Raises:
        FontError: a text of one of them holds a character that no font has.

    """
    first, _url = slips[0]
    paper = PairedPaper(
        fonts, title=_title(first, locale), author=first.company_name, locale=locale
    )
    for index, (view, check_url) in enumerate(slips):
        if index:
            paper.next_page()
        _Payslip(view, paper, check_url, locale).draw()
    return paper.finish()


def _title(view: PayslipView, locale: Locale) -> str:
    month = labels.month(view.period).in_locale(locale)
    return f"{labels.PAYSLIP.in_locale(locale)} {month}"


class _Payslip:
    """One slip being laid out; ``leading`` scales the distance of lines."""

    def __init__(self, view: PayslipView, paper: Paper, check_url: str, locale: Locale) -> None:
        self.view = view
        self.locale = locale
        self.check_url = check_url
        self.paper = paper
        self.leading = 1.0

    def _(self, text: Text) -> str:
        return text.in_locale(self.locale)

    def draw(self) -> None:
        pages = self._pages()
        for number, blocks in enumerate(pages, start=1):
            y = _TOP
            if number > 1:
                self.paper.next_page()
                y = self._draw_continuation(y)
            for block in blocks:
                block.draw(self.paper, y)
                y += block.height
            self._draw_footer(number, len(pages))

    def _pages(self) -> list[list[Block]]:
        # The same at every leading, and breaking lines takes time.
        notes = self._notes()
        for self.leading in _LEADINGS:
            blocks = [*self._blocks(), *notes]
            if sum(block.height for block in blocks) <= _ROOM:
                return [blocks]
        self.leading = _LEADINGS[0]
        return paginate([*self._blocks(), *notes], _ROOM, _ROOM - _CONTINUATION)

    def _blocks(self) -> list[Block]:
        return [
            Block(50, self._draw_masthead),
            Block(57, self._draw_net),
            *self._sums(),
            *self._output(),
            *self._checks(),
            *self._time(),
            *self._year_and_tax(),
        ]

    # The head of the sheet

    def _draw_masthead(self, paper: Paper, y: float) -> None:
        view = self.view
        paper.text(_MARGIN, y + 17, self._(labels.PAYSLIP), 17, bold=True, color=BRAND)
        month = self._(labels.month(view.period))
        paper.text(_RIGHT, y + 17, month, 12, bold=True, align="right")
        # A half month's name is longer than a month's.
        taken = max(92, paper.fonts.width(month, 12, bold=True) + 8)
        room = _WIDTH - paper.fonts.width(self._(labels.PAYSLIP), 17, bold=True) - taken - 8
        paper.text(
            _RIGHT - taken,
            y + 16.4,
            " · ".join(filter(None, (view.company_name, view.title))),
            8.4,
            color=MUTED,
            align="right",
            max_width=room,
        )
        paper.rule(_MARGIN, y + 24, _RIGHT, color=BRAND, thickness=1.1)
        facts = (
            (labels.NAME, view.person_name),
            (labels.EMPLOYEE_NO, view.employee_no),
            (labels.ID_NUMBER, view.masked_id_number),
            (labels.POSITION, " · ".join(filter(None, (view.position, view.team))) or "—"),
        )
        x = _MARGIN
        for (label, value), share in zip(facts, (0.19, 0.17, 0.27, 0.37), strict=True):
            width = _WIDTH * share
            paper.text(x, y + 35, self._(label), 6.6, color=MUTED)
            paper.text(x, y + 46, value, 8.8, bold=label is labels.NAME, max_width=width - 6)
            x += width

    def _draw_continuation(self, y: float) -> float:
        view, paper = self.view, self.paper
        title = _title(view, self.locale)
        continued = self._(labels.joined(Text(title, title), labels.CONTINUED))
        paper.text(_MARGIN, y + 10, continued, 9, bold=True, color=BRAND)
        who = f"{view.person_name}  {view.employee_no}"
        paper.text(_RIGHT, y + 10, who, 9, align="right", max_width=_HALF)
        paper.rule(_MARGIN, y + 16, _RIGHT, color=BRAND, thickness=1.1)
        return y + _CONTINUATION

    def _draw_net(self, paper: Paper, y: float) -> None:
        view = self.view
        top, height = y + 2, 54
        paper.box(_MARGIN, top, _WIDTH, height, fill=TINT, radius=4)
        paper.box(_MARGIN, top + 4, 2.6, height - 8, fill=BRAND, radius=1.3)
        left, right = _MARGIN + 13, _RIGHT - 12
        paper.text(left, top + 14, self._(labels.NET_PAY), 8.4, color=MUTED)
        paper.text(left, top + 34, f"¥ {money(view.net_pay)}", 21, bold=True, color=BRAND)
        words = f"人民币{capitals(view.net_pay)}"
        paper.text(left, top + 47.5, words, 7.4, color=MUTED, max_width=_WIDTH - 140)
        sums: tuple[Row, ...] = (
            (self._(labels.GROSS_PAY), money(view.gross_pay)),
            (self._(labels.DEDUCTION_TOTAL), money(-view.deduction_total)),
            (self._(labels.PAY_DAY), day(view.pay_on)),
        )
        for index, (label, value) in enumerate(sums):
            baseline = top + 16.5 + index * 13
            paper.text(right - 64, baseline, label, 7.6, color=MUTED, align="right")
            paper.text(right, baseline, value, 8.8, align="right")
        if not view.is_final:
            paper.box(left + 52, top + 4, 150, 12, fill=WARNING_TINT, radius=2)
            draft = self._(labels.DRAFT)
            middle = left + 52 + 75
            paper.text(middle, top + 12.5, draft, 7, color=WARNING, align="center", max_width=144)
        elif view.reversal is not None:
            paper.box(left + 52, top + 4, 150, 12, fill=WARNING_TINT, radius=2)
            void = self._(labels.REVERSED)
            middle = left + 52 + 75
            paper.text(middle, top + 12.5, void, 7, color=WARNING, align="center", max_width=144)

    # Earnings and deductions, side by side

    def _sums(self) -> list[Block]:
        earnings = self._earning_rows()
        deductions = [(self._label(line), money(-line.amount)) for line in self.view.deductions]
        if not deductions:
            deductions = [(self._(labels.NO_DEDUCTIONS), "")]
        row = 12.6 * self.leading
        count = max(len(earnings), len(deductions))
        height = 20 + count * row + 18

        def draw(paper: Paper, y: float) -> None:
            columns = (
                (_MARGIN, labels.EARNINGS, earnings, labels.GROSS_PAY, self.view.gross_pay),
                (
                    _SECOND,
                    labels.DEDUCTIONS,
                    deductions,
                    labels.DEDUCTION_TOTAL,
                    -self.view.deduction_total,
                ),
            )
            for x, heading, rows, total_label, total in columns:
                self._draw_heading(paper, x, y + 12, self._(heading), _HALF)
                self._draw_rows(paper, x, y + 18, rows, row)
                bottom = y + 19 + count * row
                paper.rule(x, bottom, x + _HALF, color=INK, thickness=0.7)
                paper.text(x, bottom + 11.5, self._(total_label), _BODY, bold=True)
                paper.text(x + _HALF, bottom + 11.5, money(total), 9.6, bold=True, align="right")

        return [Block(height, draw)]

    def _earning_rows(self) -> list[Row]:
        """Piecework is one row here; its task types follow in their own table."""
        rows: list[Row] = []
        for line in self.view.earnings:
            if line.code != PIECEWORK:
                rows.append((self._label(line), money(line.amount)))
            elif line is self.view.output[0]:
                rows.append((self._(line.label), money(self.view.piecework_total)))
        rows += [(self._label(line), money(-line.amount)) for line in self.view.reductions]
        return rows

    def _label(self, line: LineView) -> str:
        extra = self._(line.detail) if line.detail else product(line)
        return f"{self._(line.label)}  {extra}".rstrip()

    def _draw_rows(
        self,
        paper: Paper,
        x: float,
        y: float,
        rows: Sequence[Row],
        height: float,
        *,
        size: float = _BODY,
    ) -> None:
        """Write labels and figures of half a sheet's width, led by dots."""
        for index, (label, value) in enumerate(rows):
            baseline = y + (index + 1) * height - 2.4
            figure = paper.text(x + _HALF, baseline, value, size, align="right")
            room = _HALF - figure - 10
            used = paper.text(x, baseline, label, size, max_width=room)
            if value and room - used > _LEAST_DOTS:
                paper.dotted(x + used + 5, baseline - 0.6, x + _HALF - figure - 5)

    def _draw_heading(self, paper: Paper, x: float, y: float, text: str, width: float) -> None:
        paper.text(x, y, text, _HEADING, bold=True, color=BRAND)
        paper.rule(x, y + 5, x + width, color=RULE)

    # Output and checks: tables that may flow over

    def _output(self) -> list[Block]:
        lines = self.view.output
        rows = [
            (
                self._(line.detail or line.label),
                micro(line.quantity or 0) + (f" {self._(line.unit)}" if line.unit else ""),
                micro(line.rate or 0),
                money(line.amount),
            )
            for line in lines
        ]
        heads = (labels.TASK_TYPE, labels.ACCEPTED_QTY, labels.UNIT_PRICE, labels.AMOUNT)
        edges = [_MARGIN + _WIDTH * share for share in (0, 0.63, 0.80, 1)]
        remark = f"{self._(labels.TOTAL)} {money(self.view.piecework_total)}"
        return self._table(self._(labels.OUTPUT), remark, heads, rows, edges) if rows else []

    def _checks(self) -> list[Block]:
        """All checks in one sentence, and a row for each that lowered the pay."""
        checks = self.view.checks
        if not checks:
            return []
        sampled = sum(check.sampled_qty for check in checks)
        errors = sum(check.error_qty for check in checks)
        accuracy = percent(accuracy_rate(sampled, errors))
        remark = (
            f"{self._(labels.SAMPLED)} {count(sampled)} · {self._(labels.ERRORS)} {count(errors)}"
            f" · {self._(labels.ACCURACY)} {accuracy}"
        )
        rows = [
            (
                f"{check.batch or '—'} · {self._(check.task_type)}",
                day(check.inspected_on),
                f"{self._(labels.ACCURACY)} {percent(check.accuracy_rate)}",
                f"{self._(labels.FACTOR)} {micro(check.factor_rate)}",
            )
            for check in checks
            if check.factor_rate is not None and check.factor_rate < MICRO
        ]
        edges = [_MARGIN + _WIDTH * share for share in (0, 0.60, 0.82, 1)]
        return self._table(self._(labels.QUALITY), remark, (), rows, edges)

    def _table(
        self,
        title: str,
        remark: str,
        heads: Sequence[Text],
        rows: Sequence[Sequence[str]],
        edges: Sequence[float],
    ) -> list[Block]:
        """Make a table: the first column left, the others right-aligned at their edges.

        Without heads a line takes their place; without rows only title and remark are left.
        """
        row_height = 11.8 * self.leading

        def cells(y: float, texts: Sequence[str], size: float, color: Color) -> None:
            room = edges[1] - edges[0] - self.paper.fonts.width(texts[1], size) - 10
            self.paper.text(edges[0] + 4, y, texts[0], size, color=color, max_width=room)
            for text, edge in zip(texts[1:], edges[1:], strict=True):
                right = edge - 4 if edge == edges[-1] else edge
                self.paper.text(right, y, text, size, color=color, align="right")

        def draw_title(paper: Paper, y: float) -> None:
            paper.text(_MARGIN, y + 13, title, _HEADING, bold=True, color=BRAND)
            paper.text(_RIGHT - 4, y + 13, remark, 7.6, color=MUTED, align="right")
            if not heads:
                paper.rule(_MARGIN, y + 17.5, _RIGHT)

        def draw_head(paper: Paper, y: float) -> None:
            paper.box(_MARGIN, y, _WIDTH, 12, fill=TINT, radius=2)
            cells(y + 8.6, [self._(head) for head in heads], _SMALL, MUTED)

        def row(index: int, texts: Sequence[str]) -> Block:
            def draw(paper: Paper, y: float) -> None:
                if index % 2:
                    paper.box(_MARGIN, y, _WIDTH, row_height, fill=STRIPE)
                cells(y + row_height / 2 + 3, texts, _BODY, INK)

            return Block(row_height, draw, repeat=header[0] if header else None)

        header = [Block(12, draw_head, glued=True)] if heads else []
        title_block = Block(18, draw_title, glued=bool(rows))
        return [title_block, *header, *(row(index, texts) for index, texts in enumerate(rows))]

    # Hours, year, tax, remarks

    def _time(self) -> list[Block]:
        if self.view.time.is_empty:
            return []
        cells = time_facts(self.view.time)

        def draw(paper: Paper, y: float) -> None:
            self._draw_heading(paper, _MARGIN, y + 12, self._(labels.TIME), _WIDTH)
            width = _WIDTH / max(len(cells), 5)
            for index, (label, value) in enumerate(cells):
                x = _MARGIN + index * width
                paper.text(x, y + 27.5, value, 9.2, bold=True)
                paper.text(x, y + 36, self._(label), 6.6, color=MUTED, max_width=width - 4)

        return [Block(38, draw)]

    def _year_and_tax(self) -> list[Block]:
        """The employer's share at the left, the year at the right; without the one over both halves."""
        employer = self._employer_rows()
        year = [(self._(label), figure) for label, figure in year_facts(self.view)]
        middle = (len(year) + 1) // 2
        left, right = (employer, year) if employer else (year[:middle], year[middle:])
        row = 10.2 * self.leading
        added = f"{self._(labels.TOTAL)} {money(self.view.employer_total)}"
        heading = self._(labels.YEAR_AND_TAX if self.view.tax else labels.YEAR_TO_DATE)

        def draw(paper: Paper, y: float) -> None:
            if employer:
                self._draw_heading(paper, _MARGIN, y + 12, self._(labels.EMPLOYER), _HALF)
                paper.text(_MARGIN + _HALF, y + 12, added, 7.6, color=MUTED, align="right")
                self._draw_heading(paper, _SECOND, y + 12, heading, _HALF)
            else:
                self._draw_heading(paper, _MARGIN, y + 12, heading, _WIDTH)
            self._draw_rows(paper, _MARGIN, y + 18, left, row, size=7.6)
            self._draw_rows(paper, _SECOND, y + 18, right, row, size=7.6)

        return [Block(20 + max(len(left), len(right)) * row, draw)]

    def _employer_rows(self) -> list[Row]:
        rows = [(self._(line.label), money(line.amount)) for line in self.view.employer_lines]
        cost = (self._(labels.EMPLOYER_COST), money(self.view.employer_cost))
        return [*rows, cost] if rows else []

    def _notes(self) -> list[Block]:
        view = self.view
        if not view.lines and not view.notes:
            return []

        def draw_title(paper: Paper, y: float) -> None:
            self._draw_heading(paper, _MARGIN, y + 12, self._(labels.NOTES), _WIDTH)

        blocks = [Block(20, draw_title, glued=True)]
        for line in view.lines:
            if line.code in _EXPLAINED:
                colon = "：" if self.locale == "zh" else ": "
                said = f"{self._(line.label)}{colon}{self._(line.explanation)}"
                blocks.append(self._paragraph(said, _SMALL, INK, ""))
        for note in view.notes:
            tag = self._(labels.ESTIMATE) if note.is_estimate else ""
            blocks.append(self._paragraph(self._(note.text), _SMALL, INK, tag))
        return blocks

    def _paragraph(self, text: str, size: float, color: Color, tag: str) -> Block:
        """A remark of some lines; a tag is set before it in a small box."""
        indent = self.paper.fonts.width(tag, 6.2) + 10 if tag else 0
        lines = self.paper.wrap(text, size, _WIDTH - indent - 8)
        leading = size * 1.38

        def draw(paper: Paper, y: float) -> None:
            if tag:
                paper.box(_MARGIN, y + 0.6, indent - 4, size + 2.2, fill=WARNING_TINT, radius=2)
                paper.text(_MARGIN + 3, y + size - 0.2, tag, 6.2, color=WARNING)
            else:
                paper.text(_MARGIN, y + size, "·", size, color=color)
            for index, line in enumerate(lines):
                x = _MARGIN + (indent or 8)
                paper.text(x, y + size + index * leading, line, size, color=color)

        return Block(len(lines) * leading + 1.5, draw)

    # The foot of every sheet

    def _draw_footer(self, number: int, total: int) -> None:
        paper, view = self.paper, self.view
        top = paper.height - _FOOTER + 2
        paper.rule(_MARGIN, top, _RIGHT)
        paper.qr(_MARGIN, top + 6, _QR_SIDE, self.check_url)
        x = _MARGIN + _QR_SIDE + 9
        paper.text(x, top + 15, self._(labels.CHECK_CAPTION), 7.4, bold=True)
        fingerprint = f"{self._(labels.FINGERPRINT)} {view.fingerprint}"
        paper.text(x, top + 26.5, fingerprint, 7, color=MUTED)
        paper.text(x, top + 38, self._(labels.CHECK_HINT), 6.4, color=MUTED)
        paper.text(
            _RIGHT - 76, top + 26.5, self._(labels.SIGNATURE), 7.4, color=MUTED, align="right"
        )
        paper.rule(_RIGHT - 72, top + 27.5, _RIGHT, color=MUTED)
        page = self._(labels.page_of(number, total))
        paper.text(_RIGHT, top + 41, page, 6.4, color=MUTED, align="right")

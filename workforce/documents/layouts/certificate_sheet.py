"""The sheet of every certificate: A4 with title, number, text, the place of the seal and the QR check."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from workforce.core.text import Locale, Text
from workforce.documents import labels
from workforce.documents.certificate_facts import Figures
from workforce.documents.drawing import A4, BRAND, INK, MUTED, RULE, Block, Paper, paginate, wrapped
from workforce.documents.fonts import Fonts

MARGIN: Final = 68.0
WIDTH: Final = A4[0] - 2 * MARGIN
RIGHT: Final = A4[0] - MARGIN
_TOP: Final = 56.0
_FOOTER: Final = 96.0
_QR_SIDE: Final = 52.0
_ROOM: Final = A4[1] - _TOP - _FOOTER
_BODY: Final = 11.5
_LEADING: Final = 21.0
_INDENT: Final = Text("　　", "")

_NUMBER: Final = Text("编号：{}", "No. {}")
_SEAL: Final = Text("（盖章）", "(seal)")
_CHECK: Final = Text("扫码核对真伪", "Scan to verify")
_HINT: Final = Text(
    "核对页面不显示金额；无单位盖章无效", "The check page shows no amount. Not valid without seal"
)
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def draw_certificate(
    figures: Figures,
    fonts: Fonts,
    check_url: str,
    mark: str,
    *,
    subtitle: str = "",
    blocks: Sequence[Block],
) -> bytes:
    """Return a certificate as PDF.

    Args:
        figures: what it says.
        fonts: the fonts of documents.
        check_url: address of the public check page, set as QR code.
        mark: the fingerprint as it is shown.
        subtitle: what the law calls it, under the title.
        blocks: the text between title and seal; see ``paragraph``.

    Raises:
        FontError: a name holds a character that no font has.

    """
    fonts.require(figures.texts())
    locale = figures.language
    title = figures.kind.label.in_locale(locale)
    paper = Paper(A4, fonts, title=title, author=figures.company_name, locale=locale)
    whole = [_title(figures, title, subtitle), *blocks, _seal(figures)]
    pages = paginate(whole, _ROOM, _ROOM)
    for number, page in enumerate(pages, start=1):
        if number > 1:
            paper.next_page()
        y = _TOP
        for block in page:
            block.draw(paper, y)
            y += block.height
        _draw_footer(paper, figures, check_url, mark, labels.page_of(number, len(pages)))
    return paper.finish()


def date(text: str, locale: Locale) -> str:
    """Return an ISO day as formal papers write it: 2026年10月31日, 31 October 2026."""
    day = dt.date.fromisoformat(text)
    if locale == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def service(figures: Figures) -> str:
    """Return the years of service in words."""
    years, months = figures.service
    if figures.language == "zh":
        parts = [f"{years} 年"] * bool(years) + [f"{months} 个月"] * bool(months)
        return " ".join(parts) or "不满 1 个月"
    year_word = f"{years} year{'' if years == 1 else 's'}"
    month_word = f"{months} month{'' if months == 1 else 's'}"
    parts = [year_word] * bool(years) + [month_word] * bool(months)
    return " and ".join(parts) or "less than one month"


def paragraph(fonts: Fonts, text: str, locale: Locale, *, glued: bool = False) -> Block:
    """Return a paragraph, set in as wide lines as the sheet has."""
    lines = wrapped(fonts, _INDENT.in_locale(locale) + text, _BODY, WIDTH)

    def draw(paper: Paper, y: float) -> None:
        for index, line in enumerate(lines):
            paper.text(MARGIN, y + 15 + index * _LEADING, line, _BODY)

    return Block(len(lines) * _LEADING + 6, draw, glued=glued)


def _title(figures: Figures, title: str, subtitle: str) -> Block:
    number = _NUMBER.in_locale(figures.language).format(figures.number)

    def draw(paper: Paper, y: float) -> None:
        middle = A4[0] / 2
        paper.text(middle, y + 10, figures.company_name, 11, color=MUTED, align="center")
        paper.text(middle, y + 48, title, 24, bold=True, color=BRAND, align="center")
        if subtitle:
            paper.text(middle, y + 66, subtitle, 10, color=MUTED, align="center")
        paper.text(RIGHT, y + 90, number, 9.5, color=MUTED, align="right")
        paper.rule(MARGIN, y + 97, RIGHT, color=BRAND, thickness=1.1)

    return Block(114, draw)


def _seal(figures: Figures) -> Block:
    """Who certifies, room for the seal over the name, and the day."""
    locale = figures.language

    def draw(paper: Paper, y: float) -> None:
        left = RIGHT - 230
        paper.text(RIGHT, y + 48, figures.company_name, 12, align="right", max_width=230)
        paper.text(RIGHT, y + 72, _SEAL.in_locale(locale), 10.5, color=MUTED, align="right")
        paper.text(RIGHT, y + 96, date(figures.issued_on, locale), 11.5, align="right")
        code = Text("统一社会信用代码 ", "Credit code ").in_locale(locale) + figures.credit_code
        paper.text(RIGHT, y + 114, code, 8.4, color=MUTED, align="right", max_width=RIGHT - left)

    return Block(118, draw)


def _draw_footer(paper: Paper, figures: Figures, check_url: str, mark: str, page: Text) -> None:
    locale = figures.language
    top = paper.height - _FOOTER + 12
    paper.rule(MARGIN, top, RIGHT, color=RULE)
    paper.qr(MARGIN, top + 10, _QR_SIDE, check_url)
    x = MARGIN + _QR_SIDE + 12
    paper.text(x, top + 22, _CHECK.in_locale(locale), 9, bold=True, color=INK)
    said = f"{labels.FINGERPRINT.in_locale(locale)} {mark}"
    paper.text(x, top + 38, said, 8.4, color=MUTED)
    paper.text(x, top + 52, _HINT.in_locale(locale), 8, color=MUTED)
    paper.text(RIGHT, top + 52, page.in_locale(locale), 8, color=MUTED, align="right")

"""Drawing on ReportLab's canvas: text that never lacks a glyph, figures that line up, QR codes.

Coordinates are points from the *top left* corner of the page, y growing downwards, as one reads. Text
stands on its baseline. The same input gives the same bytes (``invariant``): no clock, no random id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from typing import Final, Literal

import segno
from reportlab import rl_config
from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas

from workforce.core.text import Locale
from workforce.documents.fonts import Fonts
from workforce.documents.unicode_map import repair_unicode_map

# Binary streams: a quarter smaller than ASCII ones, and made faster.
rl_config.useA85 = 0

MILLIMETRE: Final = 72 / 25.4
A4: Final = (210 * MILLIMETRE, 297 * MILLIMETRE)
A4_LANDSCAPE: Final = (A4[1], A4[0])
A5: Final = (148 * MILLIMETRE, 210 * MILLIMETRE)

INK: Final = HexColor("#16233a")
MUTED: Final = HexColor("#5a6a82")
BRAND: Final = HexColor("#174a94")
TINT: Final = HexColor("#eef3fb")
STRIPE: Final = HexColor("#f6f8fc")
RULE: Final = HexColor("#cfd8e6")
WARNING: Final = HexColor("#9a4a00")
WARNING_TINT: Final = HexColor("#fdf3e4")

Align = Literal["left", "center", "right"]

_LANGUAGES: Final[dict[Locale, str]] = {"zh": "zh-CN", "en": "en"}
_QR_MASK: Final = 4
_SLACK: Final = 0.01
_ELLIPSIS: Final = "…"
# What must not begin a line of Chinese text, and what must not end one.
_NOT_FIRST: Final = frozenset("、。,，．.:：;；!！?？)）]】》」』〉’”%％…·—–")
_NOT_LAST: Final = frozenset("(（[【《「『〈‘“¥￥")


class Paper:
    """One PDF being drawn, page by page."""

    def __init__(
        self,
        size: tuple[float, float],
        fonts: Fonts,
        *,
        title: str,
        author: str,
        locale: Locale = "zh",
        sheet: tuple[float, float] | None = None,
    ) -> None:
        """Begin a document on pages of one size (width, height in points).

        ``sheet`` is the paper where it is another: see ``PairedPaper``.
        """
        self.width, self.height = size
        self.fonts = fonts
        self.page_number = 1
        self._buffer = BytesIO()
        self._canvas = Canvas(
            self._buffer,
            pagesize=sheet or size,
            invariant=1,
            lang=_LANGUAGES[locale],
            pageCompression=1,
        )
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setCreator("workforce")
        self._has_astral = False

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        color: Color = INK,
        align: Align = "left",
        max_width: float | None = None,
    ) -> float:
        """Write one line with its baseline at y and return its width.

        With ``max_width`` a longer text is set smaller, down to 80 %, and only then cut with an
        ellipsis. ``x`` is the left end, the middle or the right end, as ``align`` says.

        Raises:
            FontError: no font has one of the characters.
        """
        if max_width is not None:
            text, size = self.fit(text, size, max_width, bold=bold)
        runs = self.fonts.runs(text, bold=bold)
        total = size * sum(run.unit_width for run in runs)
        at = x - {"left": 0.0, "center": total / 2, "right": total}[align]
        canvas = self._canvas
        canvas.setFillColor(color)
        for run in runs:
            canvas.setFont(run.face.name, size)
            canvas.drawString(at, self.height - y, run.text)
            at += size * run.unit_width
        # ReportLab's text map is wrong for characters beyond the basic plane: see finish().
        self._has_astral = self._has_astral or (bool(text) and max(text) > "\uffff")
        return total

    def fit(
        self, text: str, size: float, max_width: float, *, bold: bool = False
    ) -> tuple[str, float]:
        """Return a text and size that fit a width: smaller down to 80 %, then shortened."""
        width = self.fonts.width(text, size, bold=bold)
        if width <= max_width:
            return text, size
        smaller = max(size * max_width / width, size * 0.8)
        # Sizes are fractions: a text that fits exactly must not be cut for the last bit.
        while len(text) > 1 and self.fonts.width(text, smaller, bold=bold) > max_width + _SLACK:
            text = text.removesuffix(_ELLIPSIS)[:-1].rstrip() + _ELLIPSIS
        return text, smaller

    def wrap(self, text: str, size: float, max_width: float, *, bold: bool = False) -> list[str]:
        """Break a text into lines; see ``wrapped``."""
        return wrapped(self.fonts, text, size, max_width, bold=bold)

    def rule(
        self, x1: float, y: float, x2: float, *, color: Color = RULE, thickness: float = 0.6
    ) -> None:
        """Draw a horizontal line."""
        self._canvas.setStrokeColor(color)
        self._canvas.setLineWidth(thickness)
        self._canvas.line(x1, self.height - y, x2, self.height - y)

    def dotted(self, x1: float, y: float, x2: float, *, color: Color = RULE) -> None:
        """Draw a fine dotted line that leads the eye from a label to its figure."""
        self._canvas.saveState()
        self._canvas.setLineCap(1)
        self._canvas.setDash(0.1, 2.2)
        self.rule(x1, y, x2, color=color, thickness=0.7)
        self._canvas.restoreState()

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: Color | None = None,
        stroke: Color | None = None,
        radius: float = 0,
    ) -> None:
        """Draw a rectangle from its top left corner."""
        canvas = self._canvas
        if fill is not None:
            canvas.setFillColor(fill)
        if stroke is not None:
            canvas.setStrokeColor(stroke)
            canvas.setLineWidth(0.6)
        shape = {"stroke": int(stroke is not None), "fill": int(fill is not None)}
        if radius:
            canvas.roundRect(x, self.height - y - height, width, height, radius, **shape)
        else:
            canvas.rect(x, self.height - y - height, width, height, **shape)

    def line(
        self,
        points: Sequence[tuple[float, float]],
        *,
        color: Color = INK,
        thickness: float = 1.2,
        dash: Sequence[float] = (),
    ) -> None:
        """Draw a line through points; ``dash`` gives the lengths of its strokes and gaps."""
        canvas = self._canvas
        canvas.saveState()
        canvas.setStrokeColor(color)
        canvas.setLineWidth(thickness)
        canvas.setLineJoin(1)
        canvas.setDash(list(dash))
        path = canvas.beginPath()
        for at, (x, y) in enumerate(points):
            (path.lineTo if at else path.moveTo)(x, self.height - y)
        canvas.drawPath(path)
        canvas.restoreState()

    def dot(
        self, x: float, y: float, radius: float, *, fill: Color, stroke: Color | None = None
    ) -> None:
        """Draw a disc around a point."""
        self._canvas.setFillColor(fill)
        if stroke is not None:
            self._canvas.setStrokeColor(stroke)
            self._canvas.setLineWidth(1)
        self._canvas.circle(x, self.height - y, radius, stroke=int(stroke is not None), fill=1)

    def bookmark(self, key: str, title: str, y: float, *, level: int = 0) -> None:
        """Make a place of this page that the reader's outline and `link` lead to."""
        self._canvas.bookmarkHorizontalAbsolute(key, self.height - y)
        self._canvas.addOutlineEntry(title, key, level=level, closed=level > 0)

    def link(self, key: str, x: float, y: float, width: float, height: float) -> None:
        """Let a rectangle, given by its top left corner, lead to a bookmark."""
        bottom = self.height - y - height
        self._canvas.linkRect(
            "", key, (x, bottom, x + width, bottom + height), relative=0, thickness=0
        )

    def qr(self, x: float, y: float, side: float, content: str) -> None:
        """Draw a QR code (error correction M or better, no quiet zone: leave white around it)."""
        rows = _qr_rows(content)
        canvas = self._canvas
        canvas.saveState()
        canvas.translate(x, self.height - y)
        canvas.scale(side / len(rows), side / len(rows))
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(1)
        for index, (start, dashes) in enumerate(rows):
            canvas.setDash(list(dashes))
            canvas.line(start, -index - 0.5, len(rows), -index - 0.5)
        canvas.restoreState()

    def drawing(self, x: float, y: float, drawing: Drawing) -> None:
        """Place a drawing of ``reportlab.graphics`` by its top left corner."""
        renderPDF.draw(drawing, self._canvas, x, self.height - y - drawing.height)

    def next_page(self) -> None:
        """End this page and begin the next."""
        self._canvas.showPage()
        self.page_number += 1

    def finish(self) -> bytes:
        """End the document and return its bytes; text can be searched and copied as it reads."""
        self._canvas.save()
        content = self._buffer.getvalue()
        return repair_unicode_map(content) if self._has_astral else content


def wrapped(
    fonts: Fonts, text: str, size: float, max_width: float, *, bold: bool = False
) -> list[str]:
    """Break a text into lines: Chinese anywhere but before closing marks, others at blanks."""
    lines: list[str] = []
    line, used = "", 0.0
    for piece in _pieces(text):
        if line and used + fonts.width(piece.rstrip(), size, bold=bold) > max_width:
            lines.append(line.rstrip())
            line, used, piece = "", 0.0, piece.lstrip()  # noqa: PLW2901 - the rest of the piece
        line += piece
        used += fonts.width(piece, size, bold=bold)
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


class PairedPaper(Paper):
    """A5 pages drawn side by side on A4, with a fine line between them to cut along."""

    def __init__(self, fonts: Fonts, *, title: str, author: str, locale: Locale = "zh") -> None:
        """Begin a document at the left half of its first sheet."""
        super().__init__(A5, fonts, title=title, author=author, locale=locale, sheet=A4_LANDSCAPE)

    def next_page(self) -> None:
        """Go on at the right half, or at the left one of the next sheet."""
        middle = A4_LANDSCAPE[0] / 2
        self.page_number += 1
        if self.page_number % 2:
            self._canvas.showPage()
            return
        self._canvas.setStrokeColor(RULE)
        self._canvas.setLineWidth(0.4)
        self._canvas.setDash(3, 3)
        self._canvas.line(middle, 0, middle, self.height)
        self._canvas.setDash()
        self._canvas.translate(middle, 0)


@lru_cache(maxsize=8)
def _qr_rows(content: str) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Return the rows of a QR code as dashed lines: (first dark module, dark and light lengths).

    The mask is fixed: readers take it from the code itself, random ids look alike under each of the
    eight, and trying them all would take longer than drawing the rest of a payslip.
    """
    code = segno.make_qr(content, error="m", mask=_QR_MASK)
    return tuple(_dashes(bytes(row)) for row in code.matrix)


def _dashes(row: bytes) -> tuple[int, tuple[int, ...]]:
    """Return where the first dark module is, and the lengths of dark and light runs from there."""
    lengths = [len(list(run)) for _, run in groupby(row)]
    start = 0 if row[0] else lengths.pop(0)
    # The light run after the last dark one keeps the pattern from beginning anew.
    return start, (*lengths, len(row)) if len(lengths) % 2 else tuple(lengths)


def _pieces(text: str) -> Iterator[str]:
    """Yield the smallest pieces between which a line may be broken."""
    piece = ""
    for index, character in enumerate(text):
        piece += character
        following = text[index + 1 : index + 2]
        if not following or _may_break(character, following):
            yield piece
            piece = ""


def _may_break(before: str, after: str) -> bool:
    if after in _NOT_FIRST or before in _NOT_LAST or after == " ":
        return False
    return before == " " or _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    """Tell whether a character is Chinese script or its punctuation: lines break around it."""
    return character >= "\u2e80"


@dataclass(frozen=True, slots=True)
class Block:
    """A strip of a page: its height in points, and how it is drawn from its top downwards.

    ``repeat`` is drawn again above the block when it opens a page: a table's header for its rows.
    A block that is ``glued`` stays on one page with the block after it.
    """

    height: float
    draw: Callable[[Paper, float], None]
    repeat: Block | None = None
    glued: bool = False


def paginate(
    blocks: Sequence[Block], first_height: float, other_height: float
) -> list[list[Block]]:
    """Share blocks out over pages, of which the first has another height than the rest.

    A block higher than a page gets a page of its own.
    """
    pages: list[list[Block]] = [[]]
    room = first_height
    for group in _glued_groups(blocks):
        height = sum(block.height for block in group)
        if height > room and pages[-1]:
            pages.append([])
            room = other_height
            if (repeat := group[0].repeat) is not None:
                pages[-1].append(repeat)
                room -= repeat.height
        pages[-1].extend(group)
        room -= height
    return pages


def _glued_groups(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    group: list[Block] = []
    for block in blocks:
        group.append(block)
        if not block.glued:
            yield group
            group = []
    if group:
        yield group

"""An exhibit on paper, drawn by its shape: each drawing is its table, too.

Nothing is told by colour alone: lines differ in their strokes and are labelled at their ends, parts are
shades of one colour from dark to light, and every figure that a curve's table has room for is printed.
A withheld figure is ※, an unknown one —; neither is ever drawn as zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reportlab.lib.colors import Color, HexColor

from workforce.bureau.report import UNDEFINED, WITHHELD, plain
from workforce.core.money import round_half_up
from workforce.core.text import Locale, Text
from workforce.documents.drawing import BRAND, INK, MUTED, TINT
from workforce.platform.exhibits import Exhibit, Row, Shape, Told, Value

if TYPE_CHECKING:
    from workforce.documents.drawing import Paper
    from workforce.documents.fonts import Fonts

_SHADES: Final = tuple(
    HexColor(code)
    for code in ("#123a75", "#4a78bd", "#8fb0dc", "#c3d4ec", "#e3ebf6", "#2b2f36", "#8a93a0")
)
"""Parts of a whole, told apart by how dark they are."""
_STROKES: Final[tuple[tuple[Color, tuple[float, ...]], ...]] = (
    (BRAND, ()),
    (INK, (5, 2)),
    (HexColor("#4a78bd"), (1.5, 2)),
    (MUTED, (7, 2, 1.5, 2)),
    (INK, (1.5, 2)),
    (BRAND, (3, 1.5)),
)
_REFERENCES: Final[tuple[tuple[Color, tuple[float, ...]], ...]] = (
    (MUTED, (2.5, 2.5)),
    (MUTED, (0.8, 2.2)),
)

_TEXT: Final = 7.8
_SMALL: Final = 6.8
_LINE: Final = 13.0
_TABLE_LINE: Final = 11.5
_PLOT: Final = 118.0
_AXIS: Final = 16.0
_NUMBER: Final = 21.0
_NUMBER_LINE: Final = 44.0
_NUMBER_WIDTH: Final = 116.0
_NUMBER_GAP: Final = 18.0
_STACK: Final = 15.0
_MOST_LABEL: Final = 0.46
_MOST_END: Final = 0.27
_MOST_TABLE_MONTHS: Final = 13
_MOST_DOTS: Final = 25
_TICKS: Final = 4
_END_GAP: Final = 9.5
_HIGH_BASE: Final = 0.6
_LEAST_MOVE: Final = 10
_LIGHT: Final = 0.5
_FAINT: Final = HexColor("#e2e8f1")
_HALF_ROWS: Final = 8
_HALF_NUMBERS: Final = 2


def shown(value: Value, decimals: int) -> str:
    """Return a value as text: ※ where it is withheld, — where it is unknown."""
    if value.number is None:
        return WITHHELD if value.told is Told.WITHHELD else UNDEFINED
    return plain(value.number, decimals)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing ready to be placed: its height, and how it is drawn from a top left corner."""

    height: float
    draw: Callable[[Paper, float, float], None]


def is_narrow(exhibit: Exhibit) -> bool:
    """Tell whether an exhibit can stand beside another one in half the width."""
    if exhibit.shape is Shape.NUMBERS:
        return len(exhibit.rows) <= _HALF_NUMBERS
    is_list = exhibit.shape in {Shape.BARS, Shape.PARTS} and len(exhibit.columns) == 1
    return is_list and len(exhibit.rows) <= _HALF_ROWS


def drawn(exhibit: Exhibit, fonts: Fonts, width: float, locale: Locale) -> Drawn:
    """Lay an exhibit out in a width, in points."""
    pen = _Pen(exhibit, fonts, width, locale)
    return {
        Shape.NUMBERS: _numbers,
        Shape.CURVES: _curves,
        Shape.BARS: _bars,
        Shape.PARTS: _parts,
        Shape.PROGRESS: _progress,
    }[exhibit.shape](pen)


@dataclass(frozen=True, slots=True)
class _Pen:
    """What every shape needs to be laid out."""

    exhibit: Exhibit
    fonts: Fonts
    width: float
    locale: Locale

    def say(self, text: Text) -> str:
        """Return words in the language of the book."""
        return text.in_locale(self.locale)

    def shown(self, value: Value) -> str:
        """Return a value of the exhibit as text."""
        return shown(value, self.exhibit.decimals)

    def widest(self, texts: Sequence[str], size: float) -> float:
        """Return the width of the widest of some texts."""
        return max((self.fonts.width(text, size) for text in texts), default=0.0)


# Single figures


def _numbers(pen: _Pen) -> Drawn:
    rows = pen.exhibit.rows
    widest = max(pen.fonts.width(pen.shown(row.values[0]), _NUMBER, bold=True) for row in rows)
    in_line = max(1, min(len(rows), int(pen.width // max(_NUMBER_WIDTH, widest + _NUMBER_GAP))))
    each = pen.width / in_line
    lines = -(-len(rows) // in_line)

    def draw(paper: Paper, x: float, y: float) -> None:
        for at, row in enumerate(rows):
            line, place = divmod(at, in_line)
            left, top = x + place * each, y + line * _NUMBER_LINE
            text, room = pen.shown(row.values[0]), each - 10
            wide = max(pen.fonts.width(text, _NUMBER, bold=True), 1)
            color = MUTED if row.is_reference else BRAND
            paper.text(
                left, top + 21, text, min(_NUMBER, _NUMBER * room / wide), bold=True, color=color
            )
            paper.text(left, top + 34, pen.say(row.label), _TEXT, color=MUTED, max_width=room)

    return Drawn(lines * _NUMBER_LINE, draw)


# Bars and parts: a table with the bars in it


@dataclass(frozen=True, slots=True)
class _Bar:
    """A line of a table of bars; ``shade`` is drawn before its label."""

    label: str
    value: Value
    text: str
    color: Color
    is_reference: bool = False
    share: str = ""
    has_key: bool = False


def _bars(pen: _Pen) -> Drawn:
    exhibit = pen.exhibit
    is_single = len(exhibit.columns) == 1
    bars = []
    for row in exhibit.rows:
        for at, (column, value) in enumerate(zip(exhibit.columns, row.values, strict=True)):
            label = pen.say(row.label)
            if not is_single:
                label = f"{label} · {pen.say(column)}"
            color = BRAND if is_single else _SHADES[at % len(_SHADES)]
            bars.append(_Bar(label, value, pen.shown(value), color, row.is_reference))
    return _bar_table(pen, bars, 0.0)


def _parts(pen: _Pen) -> Drawn:
    if len(pen.exhibit.columns) != 1:
        return _bars(pen)
    rows = pen.exhibit.rows
    numbers = [row.values[0].number for row in rows]
    known = [number for number in numbers if number is not None and number >= 0]
    whole = sum(known)
    is_whole = len(known) == len(numbers) and whole > 0
    bars = [
        _Bar(
            pen.say(row.label),
            row.values[0],
            pen.shown(row.values[0]),
            _SHADES[at % len(_SHADES)],
            share=_share(row.values[0].number or 0, whole) if is_whole else "",
            has_key=is_whole,
        )
        for at, row in enumerate(rows)
    ]
    table = _bar_table(pen, bars, _STACK + 7 if is_whole else 0.0)
    if not is_whole:
        return table

    def draw(paper: Paper, x: float, y: float) -> None:
        left = x
        for at, number in enumerate(known):
            wide = pen.width * number / whole
            shade = _SHADES[at % len(_SHADES)]
            paper.box(left, y + 2, max(wide - 0.8, 0.2), _STACK, fill=shade)
            text = bars[at].share
            if pen.fonts.width(text, _SMALL) + 6 < wide:
                ink = INK if shade.red > _LIGHT else HexColor("#ffffff")
                paper.text(left + wide / 2, y + 12, text, _SMALL, color=ink, align="center")
            left += wide
        table.draw(paper, x, y)

    return Drawn(table.height, draw)


def _share(number: int, whole: int) -> str:
    """Return a part of a whole in per cent with one decimal, rounded half up."""
    return f"{plain(round_half_up(1000 * number, whole), 1)}%"


def _bar_table(pen: _Pen, bars: Sequence[_Bar], above: float) -> Drawn:
    key = 11.0 if any(bar.has_key for bar in bars) else 0.0
    label_room = min(pen.widest([bar.label for bar in bars], _TEXT), pen.width * _MOST_LABEL) + key
    value_room = pen.widest([bar.text for bar in bars], _TEXT)
    share_room = pen.widest([bar.share for bar in bars], _TEXT)
    share_room += 9 if share_room else 0
    start = label_room + 8
    room = max(pen.width - start - value_room - share_room - 8, 10.0)
    # Rates are parts of a hundred, also where there is only one.
    whole = 100 * 10**pen.exhibit.decimals if pen.exhibit.unit.en == "%" else 1
    most = max([whole, *(abs(bar.value.number or 0) for bar in bars)])

    def draw(paper: Paper, x: float, y: float) -> None:
        top = y + above
        for bar in bars:
            base = top + 9.3
            if bar.has_key:
                paper.box(x, base - 6, 6.5, 6.5, fill=bar.color)
            paper.text(x + key, base, bar.label, _TEXT, max_width=label_room - key)
            if bar.value.number:
                wide = max(room * abs(bar.value.number) / most, 0.4)
                if bar.is_reference:
                    paper.box(x + start, base - 6.4, wide, 7, stroke=MUTED)
                elif not bar.has_key:
                    paper.box(x + start, base - 6.6, wide, 7.4, fill=bar.color)
            right = x + pen.width - share_room
            paper.text(right, base, bar.text, _TEXT, align="right")
            if bar.share:
                paper.text(x + pen.width, base, bar.share, _TEXT, color=MUTED, align="right")
            paper.rule(x, top + _LINE - 0.4, x + pen.width, color=_FAINT, thickness=0.4)
            top += _LINE

    return Drawn(above + len(bars) * _LINE + 2, draw)


# Curves


def _curves(pen: _Pen) -> Drawn:
    exhibit = pen.exhibit
    if len(exhibit.columns) == 1:
        # A month alone is no line.
        return _bars(pen)
    table = _curve_table(pen)
    strokes = _strokes_of(exhibit.rows)
    numbers = [value.number for row in exhibit.rows for value in row.values]
    known = [number for number in numbers if number is not None]
    if not any(known):
        # Zero in every month is said by the table: an empty plot tells nothing.
        return table
    ticks = ticks_of(min(known), max(known), exhibit.decimals)
    labels = [_whole(tick, exhibit.decimals) for tick in ticks]
    left = pen.widest(labels, _SMALL) + 6
    ends = _ends(exhibit.rows)
    names = [_end_label(pen, row, at) for row, at in zip(exhibit.rows, ends, strict=True)]
    right = min(pen.widest(names, _SMALL) + 12, pen.width * _MOST_END)
    across = pen.width - left - right

    def draw(paper: Paper, x: float, y: float) -> None:
        top, bottom = y + 6, y + 6 + _PLOT

        def place(at: int, number: int) -> tuple[float, float]:
            step = at / (len(exhibit.columns) - 1)
            rise = (number - ticks[0]) / (ticks[-1] - ticks[0])
            return x + left + across * step, bottom - (bottom - top) * rise

        for tick, label in zip(ticks, labels, strict=True):
            _x, at = place(0, tick)
            paper.rule(x + left, at, x + left + across, color=MUTED if tick == 0 else _FAINT)
            paper.text(x + left - 5, at + 2.4, label, _SMALL, color=MUTED, align="right")
        if ticks[0] > 0:
            paper.text(x + left, top - 2.5, pen.say(_HIGH), _SMALL, color=MUTED)
        _month_labels(paper, pen, place, bottom + 10)
        for row, stroke in zip(exhibit.rows, strokes, strict=True):
            _draw_line(paper, row, stroke, place)
        _end_labels(paper, pen, list(zip(names, ends, strokes, strict=True)), ticks, place)
        table.draw(paper, x, bottom + _AXIS)

    return Drawn(6 + _PLOT + _AXIS + table.height, draw)


_HIGH: Final = Text("纵轴不从 0 起", "The axis does not start at 0")
_Place = Callable[[int, int], tuple[float, float]]
_Stroke = tuple[Color, tuple[float, ...]]


def _strokes_of(rows: Sequence[Row]) -> list[_Stroke]:
    strokes: list[_Stroke] = []
    used = {True: 0, False: 0}
    for row in rows:
        known = _REFERENCES if row.is_reference else _STROKES
        strokes.append(known[used[row.is_reference] % len(known)])
        used[row.is_reference] += 1
    return strokes


def _draw_line(paper: Paper, row: Row, stroke: _Stroke, place: _Place) -> None:
    """Draw a line that is broken where a value is not told; a point alone is a dot."""
    color, dash = stroke
    points: list[tuple[float, float]] = []
    for at, value in enumerate([*row.values, Value(None, Told.UNKNOWN)]):
        if value.number is not None:
            points.append(place(at, value.number))
            continue
        if len(points) > 1:
            thickness = 0.9 if row.is_reference else 1.5
            paper.line(points, color=color, thickness=thickness, dash=dash)
        has_dots = len(row.values) <= _MOST_DOTS and not row.is_reference
        if has_dots or len(points) == 1:
            for x, y in points:
                paper.dot(x, y, 1.7, fill=color)
        points = []


def _ends(rows: Sequence[Row]) -> list[int | None]:
    """Return where the last told value of each row is."""
    return [
        max((at for at, value in enumerate(row.values) if value.number is not None), default=None)
        for row in rows
    ]


def _end_label(pen: _Pen, row: Row, end: int | None) -> str:
    label = pen.say(row.label)
    return label if end is None else f"{label} {pen.shown(row.values[end])}"


def _end_labels(
    paper: Paper,
    pen: _Pen,
    lines: Sequence[tuple[str, int | None, _Stroke]],
    ticks: Sequence[int],
    place: _Place,
) -> None:
    """Name the lines at their ends, the highest first and none over another."""
    last = len(pen.exhibit.columns) - 1
    wanted = []
    for row, (name, end, stroke) in zip(pen.exhibit.rows, lines, strict=True):
        if end is not None:
            number = row.values[end].number or 0
            wanted.append((place(end, number)[1], name, stroke[0]))
    wanted.sort(key=lambda one: one[0])
    x = place(last, 0)[0] + 7
    room = pen.width * _MOST_END - 7
    heights = [one[0] for one in wanted]
    for at, below in enumerate(heights[1:], start=1):
        heights[at] = max(below, heights[at - 1] + _END_GAP)
    # Back up from the axis, below which the months are named.
    lowest = place(last, ticks[0])[1]
    for at in range(len(heights) - 1, -1, -1):
        heights[at] = min(heights[at], lowest)
        lowest = heights[at] - _END_GAP
    for height, (_y, name, color) in zip(heights, wanted, strict=True):
        paper.text(x, height + 2.4, name, _SMALL, color=color, max_width=room)


def _month_labels(paper: Paper, pen: _Pen, place: _Place, base: float) -> None:
    """Name as many months as there is room for; the last one always."""
    columns = [pen.say(column) for column in pen.exhibit.columns]
    wide = pen.widest(columns, _SMALL) + 10
    last = len(columns) - 1
    gap = place(1, 0)[0] - place(0, 0)[0]
    step = max(1, -(-int(wide) // max(int(gap), 1)))
    # Whole years, half years and quarters read more easily than any other distance.
    step = next((nice for nice in (1, 2, 3, 6, 12, 24) if nice >= step), step)
    for at in range(last, -1, -step):
        paper.text(place(at, 0)[0], base, columns[at], _SMALL, color=MUTED, align="center")


def _curve_table(pen: _Pen) -> Drawn:
    """Print the newest columns that tell anything, as many as there is room for."""
    exhibit = pen.exhibit
    # A reference may run on into months to come.
    told = (
        at + 1
        for row in exhibit.rows
        for at, value in enumerate(row.values)
        if value.told is not Told.UNKNOWN and not row.is_reference
    )
    end = max(told, default=len(exhibit.columns))
    texts = [[pen.shown(value) for value in row.values[:end]] for row in exhibit.rows]
    heads = [pen.say(column) for column in exhibit.columns[:end]]
    labels = [pen.say(row.label) for row in exhibit.rows]
    name = min(pen.widest(labels, _SMALL) + 8, pen.width * 0.3)
    widest = pen.widest([text for line in [*texts, heads] for text in line], _SMALL) + 8
    count = max(1, min(int((pen.width - name) // widest), _MOST_TABLE_MONTHS, len(heads)))
    each = (pen.width - name) / count

    def draw(paper: Paper, x: float, y: float) -> None:
        base = y + 9
        for line in [heads, *texts]:
            at_head = line is heads
            for at, text in enumerate(line[-count:]):
                right = x + name + (at + 1) * each
                color = MUTED if at_head else INK
                paper.text(right, base, text, _SMALL, color=color, align="right")
            base += _TABLE_LINE
        for at, (row, label) in enumerate(zip(exhibit.rows, labels, strict=True)):
            color = MUTED if row.is_reference else INK
            paper.text(
                x, y + 9 + (at + 1) * _TABLE_LINE, label, _SMALL, color=color, max_width=name - 6
            )
        for at in range(len(texts) + 1):
            paper.rule(
                x, y + (at + 1) * _TABLE_LINE + 0.6, x + pen.width, color=_FAINT, thickness=0.4
            )

    return Drawn((len(texts) + 1) * _TABLE_LINE + 4, draw)


def ticks_of(low: int, high: int, decimals: int) -> list[int]:
    """Return the values of a curve's grid, in the last shown decimal: rounds of 1, 2 or 5 × 10ⁿ.

    From zero, but from a round value below them where all lie high above it and differ by a tenth or
    more: what hardly moves is to look like that.
    """
    is_high = low > high * _HIGH_BASE and (high - low) * _LEAST_MOVE >= high
    base = low if is_high else min(low, 0)
    step = 10**decimals
    while (high - base) > step * _TICKS:
        power = 10 ** (len(str(step)) - 1)
        step = next(power * factor for factor in (2, 5, 10) if power * factor > step)
    first = base // step * step
    last = -(-high // step) * step
    if last == first:
        last = first + step
    return list(range(first, last + step, step))


def _whole(tick: int, decimals: int) -> str:
    return plain(tick // 10**decimals, 0)


# What was reached beside what is aimed at


def _progress(pen: _Pen) -> Drawn:
    exhibit = pen.exhibit
    reached, target = exhibit.rows[0], exhibit.rows[1]
    each = 33.0

    def draw(paper: Paper, x: float, y: float) -> None:
        top = y
        for at, column in enumerate(exhibit.columns):
            done, aim = reached.values[at], target.values[at]
            words = (
                f"{pen.say(reached.label)} {pen.shown(done)} / "
                f"{pen.say(target.label)} {pen.shown(aim)}"
            )
            used = paper.text(x + pen.width, top + 10, words, _TEXT, align="right", bold=True)
            paper.text(x, top + 10, pen.say(column), _TEXT, max_width=pen.width - used - 12)
            most = max(done.number or 0, aim.number or 0, 1)
            scale = pen.width * 0.97 / most
            paper.box(x, top + 15, pen.width, 9, fill=TINT)
            if done.number:
                paper.box(x, top + 16.5, max(done.number * scale, 0.5), 6, fill=BRAND)
            if aim.number is not None:
                paper.box(x + aim.number * scale - 0.9, top + 13, 1.8, 13, fill=INK)
            top += each

    return Drawn(len(exhibit.columns) * each, draw)

"""A chart as SVG: for readers without a script, and for whoever puts it into a document.

Bars lie and begin at zero, a line goes from month to month and breaks where a figure is not told. Every
figure stands beside its bar or point, so that nothing is read off an axis.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from workforce.bureau.faces.chart_drawing import tick_values
from workforce.core.chart import Chart
from workforce.core.text import Locale
from workforce.platform.charts import chart_figure

PALETTE: Final = ("#206bc4", "#e08a1e", "#2b9e66", "#8a4fbf", "#c2255c", "#4a5568")
"""The colours of static/js/chart.js, in its order."""

_INK: Final = "#1d2939"
_QUIET: Final = "#5a6a82"
_RULE: Final = "#dfe5ee"
_WIDTH: Final = 960
_MARGIN: Final = 24
_BAR: Final = 16
_GAP: Final = 12
_PLOT: Final = 300
_TEXT: Final = 13
_MOST_LABEL: Final = 300
_FIGURE: Final = 90
_WIDE_FROM: Final = "\u2e80"


def draw_svg(chart: Chart, notes: Sequence[str], locale: Locale) -> str:
    """Return a chart as a whole SVG document; ``notes`` are lines of text below it."""
    return _Drawing(chart, notes, locale).write()


def text_width(text: str, size: float = _TEXT) -> float:
    """Return about how wide a text is; Chinese characters are square."""
    return sum(size if character >= _WIDE_FROM else size * 0.56 for character in text)


class _Drawing:
    def __init__(self, chart: Chart, notes: Sequence[str], locale: Locale) -> None:
        self.chart = chart
        self.locale = locale
        self.names = [name.in_locale(locale) for name in chart.categories]
        self.notes = [line for note in notes for line in _wrapped(note, _WIDTH - 2 * _MARGIN)]
        values = [one or 0 for series in chart.series for one in series.values]
        ticks = tick_values(max(*values, 0), chart.decimals)
        least = min(*values, 0)
        below = [-one for one in tick_values(-least, chart.decimals)] if least < 0 else [0]
        self.ticks = [*sorted(below)[:-1], *ticks]
        self.parts: list[str] = []
        self.top = 92 if len(chart.series) > 1 else 64

    def write(self) -> str:
        unit = self.chart.unit.in_locale(self.locale)
        title = self.chart.title.in_locale(self.locale)
        head = _shortened(f"{title} ({unit})", _WIDTH - 2 * _MARGIN, 18)
        self.text(_MARGIN, 36, head, size=18, weight="bold")
        self.legend()
        bottom = self.lines() if self.chart.kind == "line" else self.bars()
        for number, note in enumerate(self.notes):
            self.text(_MARGIN, bottom + 30 + number * 19, note, color=_QUIET)
        height = bottom + 30 + len(self.notes) * 19 + 6
        return "\n".join(
            [
                (
                    f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height:.0f}" '
                    f'viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label={quoteattr(title)} '
                    'font-family="Noto Sans SC, Microsoft YaHei, PingFang SC, sans-serif">'
                ),
                f'<rect width="{_WIDTH}" height="{height:.0f}" fill="#ffffff"/>',
                *self.parts,
                "</svg>\n",
            ]
        )

    def legend(self) -> None:
        if len(self.chart.series) == 1:
            return
        x = float(_MARGIN)
        for number, series in enumerate(self.chart.series):
            name = _shortened(series.name.in_locale(self.locale), 140)
            self.rect(x, 57, 12, 12, PALETTE[number])
            self.text(x + 18, 68, name)
            x += text_width(name) + 42

    def bars(self) -> float:
        """Draw lying bars; return where they end."""
        series = self.chart.series
        band = len(series) * _BAR + _GAP
        widest = max((text_width(name) for name in self.names), default=0.0)
        left = _MARGIN + min(widest, _MOST_LABEL) + 12
        right = float(_WIDTH - _MARGIN - _FIGURE)
        bottom = self.top + band * len(self.names)

        def x_of(value: int) -> float:
            span = self.ticks[-1] - self.ticks[0]
            return left + (right - left) * (value - self.ticks[0]) / span

        for tick in self.ticks:
            self.line(
                (x_of(tick), self.top - 4), (x_of(tick), bottom), _QUIET if tick == 0 else _RULE
            )
            self.text(x_of(tick), bottom + 15, self.tick(tick), color=_QUIET, size=11, at="middle")
        for index, name in enumerate(self.names):
            y = self.top + index * band
            middle = y + len(series) * _BAR / 2 + 5
            self.text(left - 10, middle, _shortened(name, _MOST_LABEL), at="end")
            for number, one in enumerate(series):
                value = one.values[index]
                start, end = sorted((x_of(0), x_of(value or 0)))
                self.rect(start, y + number * _BAR + 1.5, end - start, _BAR - 3, PALETTE[number])
                self.text(end + 5, y + number * _BAR + 12, self.figure(value), size=12)
        return bottom + 16

    def lines(self) -> float:
        """Draw lines over months; return where they end."""
        widest = max(text_width(self.tick(tick), 11) for tick in self.ticks)
        left, right = _MARGIN + widest + 10, float(_WIDTH - _MARGIN - _FIGURE)
        bottom = float(self.top + _PLOT)
        step = (right - left) / max(len(self.names) - 1, 1)

        def y_of(value: int) -> float:
            span = self.ticks[-1] - self.ticks[0]
            return bottom - _PLOT * (value - self.ticks[0]) / span

        for tick in self.ticks:
            self.line((left, y_of(tick)), (right, y_of(tick)), _QUIET if tick == 0 else _RULE)
            self.text(left - 8, y_of(tick) + 4, self.tick(tick), color=_QUIET, size=11, at="end")
        every = -(-len(self.names) * 70 // int(right - left))
        for index, name in enumerate(self.names):
            # The newest month is always named.
            if (len(self.names) - 1 - index) % every == 0:
                x = left + step * index
                self.text(x, bottom + 20, name, color=_QUIET, size=12, at="middle")
        taken: list[float] = []
        for number, one in enumerate(self.chart.series):
            points = [
                None if value is None else (left + step * index, y_of(value))
                for index, value in enumerate(one.values)
            ]
            self.path(points, PALETTE[number])
            last = next((point for point in reversed(points) if point), None)
            if last is not None and all(abs(last[1] - other) > _TEXT for other in taken):
                taken.append(last[1])
                value = next(value for value in reversed(one.values) if value is not None)
                self.text(last[0] + 8, last[1] + 4, self.figure(value), size=12)
        return bottom + 26

    def path(self, points: Sequence[tuple[float, float] | None], color: str) -> None:
        """Draw a line through points, broken where there is none."""
        for is_there, run in groupby(points, key=lambda point: point is not None):
            if not is_there:
                continue
            whole = [point for point in run if point]
            told = " ".join(f"{x:.1f},{y:.1f}" for x, y in whole)
            if len(whole) > 1:
                self.parts.append(
                    f'<polyline points="{told}" fill="none" stroke="{color}" stroke-width="2.5"/>'
                )
            self.parts.extend(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in whole
            )

    def tick(self, value: int) -> str:
        return chart_figure(value // 10**self.chart.decimals, 0)

    def figure(self, value: int | None) -> str:
        return chart_figure(value, self.chart.decimals)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: int = _TEXT,
        color: str = _INK,
        at: str = "start",
        weight: str = "normal",
    ) -> None:
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{color}" text-anchor="{at}" '
            f'font-weight="{weight}">{escape(text)}</text>'
        )

    def rect(self, x: float, y: float, width: float, height: float, color: str) -> None:
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{color}"/>'
        )

    def line(self, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
        (x1, y1), (x2, y2) = start, end
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}"/>'
        )


def _shortened(text: str, room: float, size: float = _TEXT) -> str:
    while len(text) > 1 and text_width(text, size) > room:
        text = text.removesuffix("…")[:-1] + "…"
    return text


def _wrapped(text: str, room: float) -> Iterator[str]:
    """Yield lines that fit: broken between words, or between Chinese characters."""
    line = ""
    for word in _words(text):
        if line and text_width(line + word.rstrip()) > room:
            yield line.rstrip()
            line = ""
        line += word
    if line:
        yield line.rstrip()


def _words(text: str) -> Iterator[str]:
    word = ""
    for character in text:
        word += character
        if character == " " or character >= _WIDE_FROM:
            yield word
            word = ""
    if word:
        yield word

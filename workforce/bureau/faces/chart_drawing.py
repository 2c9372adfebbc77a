"""A chart for paper: lying bars from zero, each with its figure at its end.

The bars lie so that names of any length can be read, and so that two charts of the same categories
stand side by side line by line. Text is split into runs that one font can draw, as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.colors import Color, HexColor

from workforce.core.chart import Chart, Series
from workforce.core.text import Locale
from workforce.documents.drawing import INK, MUTED, RULE
from workforce.documents.fonts import Fonts
from workforce.platform.charts import chart_figure

PALETTE: Final = tuple(HexColor(code) for code in ("#206bc4", "#e08a1e", "#2b9e66"))
"""The colours of the same series on a page."""

_TITLE: Final = 9.0
_TEXT: Final = 7.4
_HEAD: Final = 30.0
_FOOT: Final = 14.0
_BAR: Final = 8.5
_MOST_BAR: Final = 13.0
_BAND_GAP: Final = 6.5
_MOST_LABEL: Final = 0.34
_TICKS: Final = 5
_GAP: Final = 4.0


def charts_height(charts: Sequence[Chart]) -> float:
    """Return how high charts that stand side by side must be, in points."""
    categories = max(len(chart.categories) for chart in charts)
    return _HEAD + _FOOT + categories * _band(charts)


def _band(charts: Sequence[Chart]) -> float:
    """Return the height of a category, the same in charts that stand side by side."""
    return max(len(chart.series) for chart in charts) * _BAR + _BAND_GAP


def tick_values(largest: int, decimals: int) -> list[int]:
    """Return the values of the grid: 0 and steps of 1, 2 or 5 × a power of ten, to the largest.

    Counts of 10 ** −decimals; a step is never below one whole unit.
    """
    step = 10**decimals
    factors = (2, 5, 10)
    while largest > step * _TICKS:
        # 1 → 2 → 5 → 10 → 20 …
        base = 10 ** (len(str(step)) - 1)
        step = next(base * factor for factor in factors if base * factor > step)
    return list(range(0, largest + step, step)) if largest > 0 else [0, step]


class _Chart:
    """One chart being drawn; y grows upwards, as in ReportLab's drawings."""

    def __init__(
        self,
        chart: Chart,
        fonts: Fonts,
        size: tuple[float, float],
        band: float,
        locale: Locale,
    ) -> None:
        self.chart = chart
        self.band = band
        self.bar_height = min((band - _BAND_GAP) / len(chart.series), _MOST_BAR)
        self.fonts = fonts
        self.locale = locale
        self.width, self.height = size
        self.drawing = Drawing(self.width, self.height)
        self.labels = [category.in_locale(locale) for category in chart.categories]
        widest = max((fonts.width(label, _TEXT) for label in self.labels), default=0.0)
        self.left = min(widest, self.width * _MOST_LABEL) + 2 * _GAP
        values = [value or 0 for series in chart.series for value in series.values]
        self.ticks = tick_values(max(values, default=0), chart.decimals)
        room_for_figures = max(
            (fonts.width(self.figure(value), _TEXT) for value in values), default=0.0
        )
        self.right = self.width - room_for_figures - 2 * _GAP

    def figure(self, value: int | None) -> str:
        return chart_figure(value, self.chart.decimals)

    def draw(self) -> Drawing:
        self.draw_title()
        self.draw_legend()
        self.draw_grid()
        for index, label in enumerate(self.labels):
            middle = self.height - _HEAD - (index + 0.5) * self.band
            top = middle + len(self.chart.series) * self.bar_height / 2
            self.text(self.left - _GAP, middle - 2.6, self.shortened(label), align="right")
            for number, series in enumerate(self.chart.series):
                y = top - (number + 1) * self.bar_height
                self.draw_bar(y, series.values[index], PALETTE[number])
        return self.drawing

    def draw_title(self) -> None:
        title = self.chart.title.in_locale(self.locale)
        used = self.text(0, self.height - 10, title, size=_TITLE, bold=True)
        unit = self.chart.unit.in_locale(self.locale)
        self.text(used + _GAP, self.height - 10, f"({unit})", color=MUTED)

    def draw_legend(self) -> None:
        if len(self.chart.series) == 1:
            return
        x = self.width
        for number, series in reversed(list(enumerate(self.chart.series))):
            x -= self.text(x, self.height - 10, self.name(series), align="right")
            x -= 10
            self.bar(x, self.height - 10, 7, 6, PALETTE[number])
            x -= 10

    def name(self, series: Series) -> str:
        return series.name.in_locale(self.locale)

    def draw_grid(self) -> None:
        bottom, top = _FOOT - 2, self.height - _HEAD + 2
        for value in self.ticks:
            x = self.x_of(value)
            color = MUTED if value == 0 else RULE
            self.drawing.add(Line(x, bottom, x, top, strokeColor=color, strokeWidth=0.5))
            whole = f"{value // 10**self.chart.decimals:,}"
            self.text(x, 2, whole, size=6.4, color=MUTED, align="center")

    def draw_bar(self, y: float, value: int | None, color: Color) -> None:
        end = self.x_of(max(value or 0, 0))
        self.bar(self.x_of(0), y + 0.7, max(end - self.x_of(0), 0.1), self.bar_height - 1.4, color)
        self.text(end + 3, y + self.bar_height / 2 - 2.5, self.figure(value), size=6.8)

    def x_of(self, value: int) -> float:
        return self.left + (self.right - self.left) * value / self.ticks[-1]

    def shortened(self, label: str) -> str:
        room = self.left - 2 * _GAP
        while len(label) > 1 and self.fonts.width(label, _TEXT) > room + 0.1:
            label = label.removesuffix("…")[:-1] + "…"
        return label

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = _TEXT,
        bold: bool = False,
        color: Color = INK,
        align: str = "left",
    ) -> float:
        """Add a line of text and return its width; x is its left end, middle or right end."""
        width = self.fonts.width(text, size, bold=bold)
        at = x - {"left": 0.0, "center": width / 2, "right": width}[align]
        for run in self.fonts.runs(text, bold=bold):
            line = String(at, y, run.text)
            line.fontName, line.fontSize, line.fillColor = run.face.name, size, color
            self.drawing.add(line)
            at += size * run.unit_width
        return width

    def bar(self, x: float, y: float, width: float, height: float, color: Color) -> None:
        shape = Rect(x, y, width, height)
        shape.fillColor, shape.strokeColor = color, None
        self.drawing.add(shape)


def draw_charts(
    charts: Sequence[Chart], fonts: Fonts, width: float, locale: Locale, *, gap: float
) -> list[Drawing]:
    """Draw charts of equal width that stand side by side in ``width`` points.

    Raises:
        FontError: no font has one of the characters.
    """
    if not charts:
        return []
    each = (width - gap * (len(charts) - 1)) / len(charts)
    size = (each, charts_height(charts))
    return [_Chart(chart, fonts, size, _band(charts), locale).draw() for chart in charts]

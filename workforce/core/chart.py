"""One value for one chart: the page, the PDF and the table beneath it all draw from it.

So the three cannot differ. Bars start at zero; at most six series are told apart by the eye.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from workforce.core.text import Text

ChartKind = Literal["bar", "stacked_bar", "line"]

MOST_SERIES: Final = 6


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one bar of each category; None is a withheld or missing figure."""

    name: Text
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Integer figures over categories.

    A value is shown divided by ``10 ** decimals``: fen are shown as yuan with ``decimals=2``.
    ``definition`` says what is counted (口径); ``code`` is unique on a page, as ``headcount``.

    Raises:
        ValueError: a series is longer or shorter than the categories, or there are too many.

    """

    code: str
    title: Text
    kind: ChartKind
    categories: tuple[Text, ...]
    series: tuple[Series, ...]
    unit: Text
    definition: Text
    decimals: int = 0

    def __post_init__(self) -> None:
        """Check the shape."""
        if not 1 <= len(self.series) <= MOST_SERIES:
            raise ValueError(f"chart {self.code}: {len(self.series)} series")
        for series in self.series:
            if len(series.values) != len(self.categories):
                raise ValueError(f"chart {self.code}: {series.name.en} does not fit its categories")


def decimal_text(value: int, decimals: int) -> str:
    """Return ``value / 10**decimals`` exactly, as plain digits: ``(386250, 2)`` → ``3862.50``."""
    sign = "-" if value < 0 else ""
    digits = str(abs(value)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits

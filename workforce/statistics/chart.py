"""One chart as a value: the page, the PDF and the data table under it draw the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ChartKind = Literal["columns", "bars"]
"""``columns`` stand (few categories), ``bars`` lie (many, or long names)."""


@dataclass(frozen=True, slots=True)
class Series:
    """One figure for each category, and its text as the tables show it.

    A value is a whole count of 10 ** −decimals of the chart's unit; None is not drawn (withheld or
    undefined), its text says why.
    """

    name: str
    values: tuple[int | None, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Categories × series in one unit, from 0, with the definition that stands under it."""

    code: str
    """Unique on a page: an element id."""
    kind: ChartKind
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    decimals: int
    definition: str

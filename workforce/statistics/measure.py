"""What a measure is: a figure with its name, unit, definition, source and formula.

A measure is exact: it gives a numerator and a denominator for each group, and is rounded once, half
up, when it becomes a cell of a table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum

import numpy as np

from workforce.core.money import Column, checked_product, round_half_up
from workforce.core.text import Text
from workforce.statistics.population import Groups, Population


class Unit(Enum):
    """How a measure is counted and shown: ``(code, multiplier, decimals, label)``.

    The multiplier turns the exact value (jobs, fen, a fraction of one) into a whole count of the last
    shown decimal: 40.5161… people × 100 = 4052 hundredths, shown as 40.52.
    """

    PERSONS = ("persons", 1, 0, Text("人", "people"))
    JOBS = ("jobs", 1, 0, Text("个岗位", "jobs"))
    AVERAGE_JOBS = ("average_jobs", 100, 2, Text("个岗位", "jobs"))
    HOURS = ("hours", 10, 1, Text("小时", "hours"))
    YUAN = ("yuan", 1, 2, Text("元", "yuan"))
    THOUSAND_YUAN = ("thousand_yuan", 1, 0, Text("千元", "thousand yuan"))
    """Of forms only: no measure is computed in it."""
    UNITS = ("units", 1, 0, Text("各自单位", "own units"))
    PERCENT = ("percent", 10_000, 2, Text("%", "%"))

    def __init__(self, code: str, multiplier: int, decimals: int, label: Text) -> None:
        """Name the parts of the value."""
        self.code = code
        self.multiplier = multiplier
        self.decimals = decimals
        self.label = label


class Over(StrEnum):
    """What a measure of a longer period is, told by its months."""

    FIRST = "first"
    LAST = "last"
    SUM = "sum"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A measure of a longer period that is one measure of that period divided by another."""

    numerator: str
    denominator: str
    only_complete: bool = False
    """Tell it only where the wages of every company are known: both must be about the same people."""


@dataclass(frozen=True, slots=True)
class Values:
    """A measure over ``k`` groups: int64[k] each, exact value = numerator ÷ denominator.

    A denominator of 0 says that there is nothing to measure in that group.
    """

    numerators: Column
    denominators: Column

    @classmethod
    def whole(cls, counts: Column) -> Values:
        """Make values that are counts."""
        return cls(counts, np.ones_like(counts))

    def rounded(self, unit: Unit) -> list[int | None]:
        """Return each value as a whole count of the unit's last shown decimal; None if undefined.

        Raises:
            OverflowError: a numerator is too large to be brought to the unit.
        """
        scaled = checked_product(self.numerators, unit.multiplier)
        defined = self.denominators > 0
        rounded = round_half_up(scaled, np.where(defined, self.denominators, 1))
        return [
            int(value) if is_defined else None
            for value, is_defined in zip(rounded, defined, strict=True)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure of a report.

    ``definition`` says what is counted, ``denominator`` what it is divided by, ``source`` where the
    definition comes from; all are printed with the figure. ``compute`` works on all groups at once.
    """

    code: str
    label: Text
    unit: Unit
    definition: Text
    denominator: Text | None
    source: Text
    compute: Callable[[Population, Groups], Values]
    over: Over | Ratio | None = None
    """How its months make a quarter or year; None: they do not (a median)."""
    needs: tuple[str, ...] = ()
    """The additive quantities that it tells of: where one of them is withheld, so is the measure."""
    is_ranked: bool = False
    """Whether it is the very figure of one or two of those behind it (a median)."""

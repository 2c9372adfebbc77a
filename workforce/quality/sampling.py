"""How many to inspect: by the national standard's table, or by the statistical formula.

The table is data (``sampling.toml``) with its source. The formula is that of a share in a finite
population: n₀ = z² p (1 − p) ÷ e², n = n₀ ÷ (1 + (n₀ − 1) ÷ N), rounded up; worked in exact fractions.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import ceil
from pathlib import Path
from typing import Final

from workforce.core.text import Text

CONFIDENCE_Z: Final[Mapping[int, Fraction]] = {
    90: Fraction("1.645"),
    95: Fraction("1.960"),
    99: Fraction("2.576"),
}
"""Per cent of confidence → z of the normal distribution, to three decimals as is usual."""

_FILE: Final = Path(__file__).with_name("sampling.toml")


@dataclass(frozen=True, slots=True)
class Plan:
    """A sample of so many; the lot passes with at most ``accept`` errors and fails from ``reject`` on.

    ``is_whole``: the sample would be at least the lot, so all of it is inspected.
    """

    letter: str
    size: int
    accept: int
    is_whole: bool = False

    @property
    def reject(self) -> int:
        """The fewest errors with which the lot fails."""
        return self.accept + 1


@dataclass(frozen=True, slots=True)
class Table:
    """The standard's table: letters in order with lot limits and sizes, and plans by AQL."""

    source: Text
    confidence: str
    letters: tuple[tuple[str, int, int], ...]
    plans: Mapping[str, Mapping[str, int]]

    @property
    def limits(self) -> tuple[str, ...]:
        """The acceptance quality limits that it has, in per cent."""
        return tuple(self.plans)

    def plan(self, lot: int, limit: str) -> Plan:
        """Return the plan for a lot (at least 2) and an acceptance quality limit.

        Raises:
            KeyError: the table has no such limit.
        """
        names = [letter for letter, _, _ in self.letters]
        sizes = {letter: size for letter, _, size in self.letters}
        at = next(n for n, (_, most, _) in enumerate(self.letters) if lot <= most or not most)
        numbers = self.plans[limit]
        letter = names[at]
        if letter not in numbers:
            letter = self._by_arrow(names, at, numbers)
        size = sizes[letter]
        if size >= lot:
            return Plan(letter, lot, numbers[letter], is_whole=True)
        return Plan(letter, size, numbers[letter])

    @staticmethod
    def _by_arrow(names: list[str], at: int, numbers: Mapping[str, int]) -> str:
        above = [name for name in names[:at] if name in numbers]
        below = [name for name in names[at + 1 :] if name in numbers]
        is_next_below = at + 1 < len(names) and names[at + 1] in numbers
        return below[0] if below and (not above or is_next_below) else above[-1]


@cache
def table() -> Table:
    """Return the standard's table."""
    read = tomllib.loads(_FILE.read_text("utf-8"))
    return Table(
        source=Text(read["source_zh"], read["source_en"]),
        confidence=read["confidence"],
        letters=tuple((str(name), int(most), int(size)) for name, most, size in read["letters"]),
        plans=read["aql"],
    )


def sample_size(lot: int, confidence: int, margin: Fraction, share: Fraction) -> int:
    """Return how many of a lot to inspect so that the error rate is known within a margin.

    Args:
        lot: how many units there are, at least 1.
        confidence: per cent, a key of `CONFIDENCE_Z`.
        margin: half the width of the interval, a fraction of one, above 0.
        share: the error rate that is expected, a fraction of one; 1/2 is the safest.

    """
    z = CONFIDENCE_Z[confidence]
    endless = z * z * share * (1 - share) / (margin * margin)
    if endless <= 0:
        return 1
    return min(lot, max(1, ceil(endless / (1 + (endless - 1) / lot))))

"""Which sums are not told, so that no company's own amounts are found from them.

Amounts of single companies are their secrets (`statistics.disclosure.rules`): a sum of fewer than three
companies, or of which one or two make most, is withheld, and with it as many of the others as it takes
until what the withheld ones come to together, which follows from the whole, is no secret either.

A sum that is no secret leaves every company of it, to whoever is another one of them, a fifth of its amount up
and down: as much is made by the others. `tests/chain/test_attacker.py` tries to come nearer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from workforce.statistics.disclosure.rules import RULES

Shares = Mapping[int, int]
"""What each company makes of a sum: company → amount."""


class Withheld(NamedTuple):
    """The parts that are not told, and whether their whole is not told either."""

    parts: frozenset[str]
    whole: bool


NOTHING: Final = Withheld(frozenset(), whole=False)
"""All is told."""


def is_secret(shares: Shares) -> bool:
    """Tell whether a sum says too much of one or two companies; a sum of nothing is told."""
    amounts = [amount for amount in shares.values() if amount > 0]
    return bool(amounts) and RULES.is_dominated(np.array(amounts, dtype=np.int64))


def together(shares: Iterable[Shares]) -> Counter[int]:
    """Return what each company makes of several sums together."""
    found: Counter[int] = Counter()
    for one in shares:
        found.update(one)
    return found


def withheld(parts: Mapping[str, Shares]) -> Withheld:
    """Return what is not told of parts that add up to a whole."""
    if is_secret(together(parts.values())):
        known = {code for code, shares in parts.items() if any(shares.values())}
        return Withheld(frozenset(known), whole=True)
    return Withheld(_hidden({code: [shares] for code, shares in parts.items()}), whole=False)


def crossed(cells: Mapping[tuple[str, str], Shares]) -> tuple[Withheld, Withheld]:
    """Return what is not told of two ways to divide one whole; ``cells``: what is in a part of each.

    Each table alone may be safe, and both together not. So the parts of the second are told only where what
    is in each of them and in any told part of the first, or in its withheld ones together, is no secret: then
    whatever somebody knows of the own company, every other one can be larger or smaller within its cell.
    """
    rows, columns = _sums(cells, 0), _sums(cells, 1)
    first = withheld(rows)
    if first.whole:
        known = frozenset(code for code, shares in columns.items() if any(shares.values()))
        return first, Withheld(known, whole=True)
    groups = [[row] for row in rows if row not in first.parts] + [[*first.parts]]
    inside = {
        column: [together(cells.get((row, column), {}) for row in group) for group in groups]
        for column in columns
    }
    return first, Withheld(_hidden(inside), whole=False)


def _sums(cells: Mapping[tuple[str, str], Shares], axis: int) -> dict[str, Counter[int]]:
    found: dict[str, Counter[int]] = {}
    for key, shares in cells.items():
        found.setdefault(key[axis], Counter()).update(shares)
    return found


def _hidden(parts: Mapping[str, Sequence[Shares]]) -> frozenset[str]:
    """Return the parts of which any cell is a secret, with the smallest others until all cells of theirs together are none."""
    sizes = {code: sum(sum(one.values()) for one in cells) for code, cells in parts.items()}
    known = {code for code, size in sizes.items() if size}
    hidden = {code for code in known if any(map(is_secret, parts[code]))}

    def is_open() -> bool:
        return any(
            is_secret(together(cells))
            for cells in zip(*(parts[code] for code in hidden), strict=True)
        )

    while hidden < known and is_open():
        hidden.add(min(known - hidden, key=lambda code: (sizes[code], code)))
    return frozenset(hidden)

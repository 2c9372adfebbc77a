"""Which sums are not told, so that no company's own amounts are found from them.

Amounts of single companies are their secrets (`statistics.disclosure.rules`): a sum of fewer than three
companies, or of which one or two make most, is withheld, and with it as many of the others as it takes
until what the withheld ones come to together, which follows from the whole, is no secret either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
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


def withheld(parts: Mapping[str, Shares], also: Withheld = NOTHING) -> Withheld:
    """Return what is not told of parts that add up to a whole.

    ``also``: what is not told for another reason (of the year so far, what one of its months withholds).
    """
    sizes = {code: sum(shares.values()) for code, shares in parts.items()}
    known = {code for code, size in sizes.items() if size}
    if also.whole or is_secret(together(parts.values())):
        return Withheld(frozenset(known), whole=True)
    hidden = {code for code in known if code in also.parts or is_secret(parts[code])}
    while hidden < known and is_secret(together(parts[code] for code in hidden)):
        hidden.add(min(known - hidden, key=lambda code: (sizes[code], code)))
    return Withheld(frozenset(hidden), whole=False)

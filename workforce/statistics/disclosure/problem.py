"""A set of tables as numbers: variables that add up, what is known of them, and what must be hidden."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from workforce.core.money import Column
from workforce.statistics.population import Flags


class State(IntEnum):
    """What becomes of a variable; what may be withheld is `OPEN`."""

    OPEN = 0
    """Shown, unless it must be withheld to protect another."""
    HIDDEN = 1
    """Not shown: withheld, or in no table."""
    KNOWN = 2
    """Known to everybody already: shown last month."""


@dataclass(frozen=True, slots=True)
class Need:
    """How far from its value a variable must be possible for whoever sees all that is shown.

    ``amount``: positive upwards, negative downwards. ``held``: bool[n], variables that must stay as
    they are in the proof; each is tried in its turn, the first one first. ``is_past``: it is about a
    figure of last month; where it follows from what was shown then, nothing can hide it now. ``known``:
    int64[n], the part of each variable that whoever looks knows to be there, because it is his own.
    """

    variable: int
    amount: int
    held: tuple[Flags, ...]
    is_past: bool = False
    known: Column | None = None

    def room(self, values: Column) -> Column:
        """Return how far each variable can go down for whoever looks: int64[n]."""
        return values if self.known is None else values - self.known


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """``n`` variables and the equations between them: ``equations @ values == 0``.

    ``values`` int64[n]; ``states`` int8[n] of `State`; ``costs`` float64[n]: what is lost where an open
    one is withheld, for each unit that it must be able to move; ``equations`` sparse (m, n) of ±1.
    """

    values: Column
    states: NDArray[np.int8]
    costs: NDArray[np.float64]
    equations: csr_array
    needs: tuple[Need, ...]

"""An attacker who has all that was told of the chain, is one of its companies, and has linear programming.

He shares no code with the protection: he reads the cells that are told and writes down what anybody knows
of them. He knows, too, which company works in which links, buys, trades and signs with clients of which
regions, and whether it is inside; and all of its own amounts. Then he asks the solver how small and how
large each amount of each other company can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, identity, kron

from workforce.chain.published import ToldMonth
from workforce.core.period import PayPeriod
from workforce.statistics.tables import Cell

_SCALE: Final = 1_000
"""Amounts in the solver are in thousands: so its tolerance is far under what is looked for."""
_MOST: Final = 1e7


class Unknown(NamedTuple):
    """One amount: of which month, of whom, and of what (output, purchases, trading, contracts) in which part."""

    month: PayPeriod
    company: int
    kind: str
    part: tuple[str, ...]


@dataclass(slots=True)
class Attack:
    """The attacker's system; ``truth``: every amount that is not 0, whose places he knows."""

    truth: Mapping[Unknown, int]
    is_inside: Mapping[int, bool]
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)
    """Sums of coefficients × unknowns with their least and greatest value."""

    @property
    def _index(self) -> dict[Unknown, int]:
        return {key: number for number, key in enumerate(self.truth)}

    def read(self, told: Iterable[ToldMonth]) -> None:
        """Write down what months say."""
        index = self._index

        def add(cell: Cell | None, wanted: Mapping[Unknown, float], slack: float = 0.0) -> None:
            if cell is not None and cell.value is not None:
                terms = {index[key]: sign for key, sign in wanted.items()}
                value = cell.value / _SCALE
                self.rows.append((terms, value - slack, value + slack))

        for one in told:
            cells = one.figures.cells
            own = [key for key in self.truth if key.month == one.period]
            made = [key for key in own if key.kind == "output"]
            bought = dict.fromkeys([key for key in own if key.kind == "purchases"], 1.0)
            traded = dict.fromkeys([key for key in own if key.kind == "trading"], 1.0)
            signed = [key for key in own if key.kind == "contracts"]
            net = dict.fromkeys(made, 1.0) | dict.fromkeys(bought, -1.0)
            for code, cell in cells.items():
                link = code.removeprefix("link.")
                if link != code:
                    add(cell, {key: 1.0 for key in made if key.part == (link,)})
            for place in ("inside", "outside"):
                here = [key for key in made if self.is_inside[key.company] is (place == "inside")]
                add(cells[place], dict.fromkeys(here, 1.0))
            add(cells["output"], dict.fromkeys(made, 1.0))
            add(cells["purchases"], bought)
            add(cells["net"], net)
            add(cells["trading"], traded)
            jobs, per_job = cells["jobs"].value, cells["per_job"].value
            if jobs is not None and per_job is not None:
                whole = Cell.of(per_job * jobs, is_withheld=False)
                add(whole, net, slack=jobs / 2 / _SCALE)
            add(one.contracts.whole, dict.fromkeys(signed, 1.0))
            for at, side in enumerate((one.contracts.links, one.contracts.regions)):
                for code, cell in side.items():
                    add(cell, {key: 1.0 for key in signed if key.part[at] == code})

    def closest(self, attackers: Sequence[int], percent: int) -> dict[str, tuple[float, float]]:
        """Return the amounts, and sums of amounts of one company, that one of them bounds closer than so many per cent.

        For each of them all others' are looked for at once: as many copies of the system, each with its own aim.
        """
        keys = list(self.truth)
        value = np.array([self.truth[key] / _SCALE for key in keys])
        aims = self._aims(keys)
        found: dict[str, tuple[float, float]] = {}
        # Where nothing is told, anything is possible.
        for attacker in attackers if self.rows else ():
            is_own = np.array([key.company == attacker for key in keys])
            wanted = {name: at for (company, name), at in aims.items() if company != attacker}
            low = self._pushed(wanted, value, is_own, 1)
            high = self._pushed(wanted, value, is_own, -1)
            for number, (name, at) in enumerate(wanted.items()):
                true = float(value[at].sum())
                least, most = low[number], high[number]
                is_wide = (
                    most >= true * (100 + percent) / 100 * 0.9999
                    and least <= true * (100 - percent) / 100 * 1.0001
                )
                if not is_wide:
                    found[f"{attacker} of {name}: {true:.3f}"] = (least, most)
        return found

    def _aims(self, keys: Sequence[Unknown]) -> dict[tuple[int, str], list[int]]:
        """Return what he is after: each amount, and each company's whole of a kind, by its name."""
        aims: dict[tuple[int, str], list[int]] = {}
        for number, key in enumerate(keys):
            aims[key.company, f"{key.month} {key.company} {key.kind} {key.part}"] = [number]
            aims.setdefault((key.company, f"{key.month} {key.company} {key.kind}"), []).append(
                number
            )
        return aims

    def _pushed(
        self, wanted: Mapping[str, list[int]], value: Any, is_own: Any, sign: int
    ) -> list[float]:
        """Return the least (sign 1) or greatest (-1) value of each aim."""
        size, count = value.size, len(wanted)
        at = [
            (row, column, by)
            for row, (terms, _, _) in enumerate(self.rows)
            for column, by in terms.items()
        ]
        rows, columns, signs = (np.array(list(side)) for side in zip(*at, strict=True))
        matrix = csr_array((signs, (rows, columns)), shape=(len(self.rows), size))
        least, most = (np.array([row[side] for row in self.rows]) for side in (1, 2))
        is_equal = least == most
        copies = identity(count, format="csr")
        cost = np.zeros((count, size))
        for row, numbers in enumerate(wanted.values()):
            cost[row, numbers] = sign
        loose = matrix[~is_equal]
        bounds = np.stack([np.where(is_own, value, 0.0), np.where(is_own, value, _MOST)], axis=1)
        answer = linprog(
            cost.ravel(),
            A_eq=kron(copies, matrix[is_equal], format="csr"),
            b_eq=np.tile(least[is_equal], count),
            A_ub=kron(copies, csr_array(np.vstack([loose.toarray(), -loose.toarray()])))
            if loose.shape[0]
            else None,
            b_ub=np.tile(np.concatenate([most[~is_equal], -least[~is_equal]]), count)
            if loose.shape[0]
            else None,
            bounds=np.tile(bounds, (count, 1)),
            method="highs",
        )
        assert answer.status == 0, answer.message
        solution = answer.x.reshape(count, size)
        return [float(solution[row, at].sum()) for row, at in enumerate(wanted.values())]

"""What an issue was computed from, job by job and without names: kept to tell what a correction is about.

The difference between two published figures is itself a figure: where one job was corrected, old and
new total wages together tell the correction of that one person. How many jobs stand behind a difference
cannot be seen from the figures; so each issue keeps, encrypted, the groups and quantities of its jobs.
No page, file or command shows it.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from workforce.core.money import Column
from workforce.platform.crypto import decrypt_bytes, encrypt_bytes
from workforce.statistics.additive import ADDITIVES
from workforce.statistics.cube import TOTAL
from workforce.statistics.cubes import cubes
from workforce.statistics.population import Codes, Flags

if TYPE_CHECKING:
    from workforce.statistics.tabulation import Tabulation

_GROUPS: Final = "groups."
_QUANTITIES: Final = "quantities."
_AND: Final = ","

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """``n`` jobs by what they are divided, and how much each has of the additive quantities.

    ``groups``: by code of dimension the code of each job's group, str[n]; of groups that overlap all that
    it is in, joined by commas. ``quantities``: int64[n] by code.
    """

    groups: Mapping[str, Codes]
    quantities: Mapping[str, Column]

    @classmethod
    def of(cls, tabulation: Tabulation) -> Basis:
        """Take what the cubes are added up from."""
        used = {code for cube in cubes().values() for code in cube.dimensions}
        return cls(
            {code: _memberships(tabulation, code) for code in sorted(used)},
            {code: one.column(tabulation.population) for code, one in ADDITIVES.items()},
        )

    def narrowed(self, dimensions: Collection[str], quantities: Collection[str]) -> Basis:
        """Return it with these dimensions and quantities alone."""
        return Basis(
            {code: self.groups[code] for code in dimensions},
            {code: self.quantities[code] for code in quantities},
        )

    def only(self, chosen: Flags) -> Basis:
        """Return the jobs that are chosen (bool[n])."""
        return Basis(
            {code: values[chosen] for code, values in self.groups.items()},
            {code: values[chosen] for code, values in self.quantities.items()},
        )

    def sealed(self) -> bytes:
        """Return it packed and encrypted."""
        packed = io.BytesIO()
        named: dict[str, NDArray[np.generic]] = {
            **{_GROUPS + code: values for code, values in self.groups.items()},
            **{_QUANTITIES + code: values for code, values in self.quantities.items()},
        }
        np.savez_compressed(packed, allow_pickle=False, **named)
        return encrypt_bytes(packed.getvalue())


def opened(sealed: bytes) -> Basis | None:
    """Return the basis that was sealed; None where there is none."""
    if not sealed:
        return None
    with np.load(io.BytesIO(decrypt_bytes(sealed)), allow_pickle=False) as packed:
        named = {name: packed[name] for name in packed.files}
    return Basis(
        {name.removeprefix(_GROUPS): named[name] for name in named if name.startswith(_GROUPS)},
        {
            name.removeprefix(_QUANTITIES): named[name]
            for name in named
            if name.startswith(_QUANTITIES)
        },
    )


def _memberships(tabulation: Tabulation, dimension: str) -> Codes:
    """Return the groups of each job; who is in the rest of a division is in none of it."""
    joined = np.zeros(tabulation.population.size, dtype="U1")
    for division in tabulation.divisions(dimension):
        codes = np.array([*(name.code for name in division.names), ""], dtype=np.str_)
        found = codes[division.groups.codes]
        both = (joined != "") & (found != "")
        joined = np.char.add(np.char.add(joined, np.where(both, _AND, "")), found)
    return joined


@dataclass(slots=True)
class Corrections:
    """The jobs that two bases do not have in common: those behind every difference of their figures."""

    old: Basis
    new: Basis
    _behind: dict[tuple[Key, str], dict[Key, int]] = field(default_factory=dict)

    @classmethod
    def between(cls, old: Basis, new: Basis) -> Corrections:
        """Leave out the jobs that are the same in both in all that both know of them."""
        dimensions = sorted(old.groups.keys() & new.groups.keys())
        quantities = sorted(old.quantities.keys() & new.quantities.keys())
        pair = [one.narrowed(dimensions, quantities) for one in (old, new)]
        records = [_records(one) for one in pair]
        surplus = [Counter(records[0]), Counter(records[1])]
        surplus = [surplus[0] - surplus[1], surplus[1] - surplus[0]]
        old, new = (
            one.only(_chosen(rows, left))
            for one, rows, left in zip(pair, records, surplus, strict=True)
        )
        return cls(old, new)

    def knows(self, quantity: str, dimensions: Collection[str]) -> bool:
        """Tell whether both bases knew a quantity and the groups of these dimensions."""
        return quantity in self.old.quantities and self.old.groups.keys() >= set(dimensions)

    def behind(self, dimensions: Sequence[str], quantity: str) -> Iterator[tuple[Key, int]]:
        """Yield how many jobs stand behind the difference of a quantity, for all groups of a cube.

        Jobs of the same amount in the same group cancel: of what only one of the bases has, the larger
        number counts. Groups behind whose difference nobody stands are left out; margins (`TOTAL`)
        are counted as themselves.
        """
        for shown in product((True, False), repeat=len(dimensions)):
            axes = tuple(code for code, is_shown in zip(dimensions, shown, strict=True) if is_shown)
            for key, count in self._over(axes, quantity).items():
                groups = dict(zip(axes, key, strict=True))
                yield tuple(groups.get(code, TOTAL) for code in dimensions), count

    def _over(self, axes: Key, quantity: str) -> dict[Key, int]:
        if (axes, quantity) not in self._behind:
            was, now = (_amounts(one, axes, quantity) for one in (self.old, self.new))
            gone, come = _by_group(was - now), _by_group(now - was)
            self._behind[axes, quantity] = {key: max(gone[key], come[key]) for key in gone | come}
        return self._behind[axes, quantity]


def _records(basis: Basis) -> list[tuple[object, ...]]:
    """Return all that is known of each job."""
    columns = [*basis.groups.values(), *basis.quantities.values()]
    return list(zip(*(values.tolist() for values in columns), strict=True))


def _chosen(records: Sequence[tuple[object, ...]], surplus: Counter[tuple[object, ...]]) -> Flags:
    """Choose as many jobs of each record as are left over."""
    left = surplus.copy()
    chosen = np.zeros(len(records), dtype=np.bool_)
    for index, one in enumerate(records):
        if left[one] > 0:
            chosen[index] = True
            left[one] -= 1
    return chosen


def _amounts(basis: Basis, axes: Key, quantity: str) -> Counter[tuple[Key, int]]:
    """Count the jobs that have something of a quantity by groups and amount, in each group that they are in."""
    amounts = basis.quantities[quantity].tolist()
    groups = [basis.groups[axis].tolist() for axis in axes]
    return Counter(
        (key, amount)
        for index, amount in enumerate(amounts)
        if amount
        for key in product(*(codes[index].split(_AND) for codes in groups))
        if "" not in key
    )


def _by_group(jobs: Counter[tuple[Key, int]]) -> Counter[Key]:
    counts: Counter[Key] = Counter()
    for (key, _amount), count in jobs.items():
        counts[key] += count
    return counts

"""Which cells two cube sets of one month tell differently: computed, never typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from workforce.statistics.cube import CellRef, CubeSet, CubeTable
from workforce.statistics.cube_json import canonical, cell_of, cell_to_plain
from workforce.statistics.tables import Cell, CellState

_ABSENT: Final = Cell(CellState.UNDEFINED)


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell as it was told and as it is told now; a cell that one of them lacks measures nothing there."""

    ref: CellRef
    old: Cell
    new: Cell


@dataclass(frozen=True, slots=True)
class Changes:
    """What a revised issue changes.

    ``kept_back`` are the columns (cube, measure) that stay as they were, because fewer jobs stand behind
    a difference of theirs than may be told of.
    """

    cells: tuple[Difference, ...] = ()
    kept_back: tuple[tuple[str, str], ...] = ()

    @property
    def count(self) -> int:
        """How many cells are told anew; 0 where all that would change is that more is withheld."""
        is_told = any(one.new.state is not CellState.WITHHELD for one in self.cells)
        return len(self.cells) if is_told else 0


def differences(old: CubeSet, new: CubeSet) -> tuple[Difference, ...]:
    """Return the cells that differ, in the order of the newer set's tables."""
    codes = dict.fromkeys([*new.tables, *old.tables])
    return tuple(
        difference
        for code in codes
        for difference in _of_table(code, old.tables.get(code), new.tables.get(code))
    )


def _of_table(code: str, old: CubeTable | None, new: CubeTable | None) -> Iterator[Difference]:
    if old == new:
        return
    before, after = cells_of(old), cells_of(new)
    for measure in dict.fromkeys([*after, *before]):
        was, now = before.get(measure, {}), after.get(measure, {})
        for groups in dict.fromkeys([*now, *was]):
            pair = was.get(groups, _ABSENT), now.get(groups, _ABSENT)
            if pair[0] != pair[1]:
                yield Difference(CellRef(code, measure, groups), *pair)


def cells_of(table: CubeTable | None) -> dict[str, dict[tuple[str, ...], Cell]]:
    """Return the cells of a table by measure and groups; of none, nothing."""
    if table is None:
        return {}
    keys = table.keys()
    return {
        measure: dict(zip(keys, cells, strict=True)) for measure, cells in table.figures.items()
    }


def to_json(changes: Changes) -> str:
    """Return changes as canonical text."""
    cells = [
        [*one.ref[:2], list(one.ref.groups), cell_to_plain(one.old), cell_to_plain(one.new)]
        for one in changes.cells
    ]
    return canonical({"cells": cells, "kept_back": [list(one) for one in changes.kept_back]})


def from_json(text: str) -> Changes:
    """Return the changes that ``to_json`` wrote."""
    plain = json.loads(text)
    return Changes(
        tuple(
            Difference(CellRef(cube, measure, tuple(groups)), cell_of(old), cell_of(new))
            for cube, measure, groups, old, new in plain["cells"]
        ),
        tuple((cube, measure) for cube, measure in plain["kept_back"]),
    )

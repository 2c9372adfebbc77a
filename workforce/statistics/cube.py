"""Cubes: the fixed tables of statistics, and their filled form that everything shown is read from.

A *cube* is declared once (``cubes/``, one file each): by what it divides a month and which measures it
shows. Nobody divides at will: whatever page, file, board or program shows is a cell of a filled cube,
and so protected together with all the others (``disclosure``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, NamedTuple

from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.statistics.tables import Cell

TOTAL: Final = "total"
"""The code of the margin of an axis: all its groups together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cube:
    """A table that is published every month.

    ``dimensions``: codes of ``dimensions.py``, none for the whole, one, or two that are crossed.
    ``measures``: codes of ``measures/``, in the order of their columns. ``internal``: more of them, for
    who sees full figures only: what is not published needs no other figure withheld for it.
    """

    code: str
    title: Text
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    internal: tuple[str, ...] = ()
    divides_jobs: bool = True
    """Whether its cells are about groups of jobs; else it is filled by itself (``output.py``)."""


@dataclass(frozen=True, slots=True)
class Group:
    """One group of an axis; its code is stable from month to month."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class Axis:
    """A dimension with the groups that somebody is in; the margin (`TOTAL`) is not among them."""

    code: str
    label: Text
    groups: tuple[Group, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the groups and, last, of their margin."""
        return (*(group.code for group in self.groups), TOTAL)


class CellRef(NamedTuple):
    """Names one cell: of which cube, measure and groups (one code for each axis, `TOTAL` for a margin)."""

    cube: str
    measure: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CubeTable:
    """A filled cube of one month: for each measure a cell for every combination of groups and margins.

    ``figures`` are in the order of ``itertools.product`` over the codes of the axes; without an axis
    there is one cell.
    """

    code: str
    title: Text
    axes: tuple[Axis, ...]
    figures: Mapping[str, tuple[Cell, ...]]

    def keys(self) -> Sequence[tuple[str, ...]]:
        """Return the combinations of group codes, in the order of the figures."""
        return list(product(*(axis.codes for axis in self.axes)))

    def cell(self, measure: str, *groups: str) -> Cell:
        """Return one cell; without groups that of the whole.

        Raises:
            KeyError: the cube has no such measure or group.
        """
        wanted = groups or (TOTAL,) * len(self.axes)
        at = 0
        for axis, code in zip(self.axes, wanted, strict=True):
            if code not in axis.codes:
                raise KeyError(code)
            at = at * len(axis.codes) + axis.codes.index(code)
        return self.figures[measure][at]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayrollCoverage:
    """How many companies employ anybody; of these, whose wages are known, and whose are final."""

    companies: int
    with_result: int
    approved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CubeSet:
    """All cubes of one month of one scope, filled from one population: their totals are one number."""

    period: PayPeriod
    is_protected: bool
    payroll: PayrollCoverage
    uncounted: Cell
    """Interns, trainees and labour-service providers at the end of the month."""
    tables: Mapping[str, CubeTable]
    """By the code of the cube."""

    def cell(self, ref: CellRef) -> Cell:
        """Return a cell.

        Raises:
            KeyError: there is no such cube, measure or group in this month.
        """
        return self.tables[ref.cube].cell(ref.measure, *ref.groups)

"""A month's figures by where they come from: computed here, typed in by companies, and both together.

What companies typed in is never mixed into what is computed: it stands beside it, and the sum of both
says so. Computed figures are cells of the protected cubes; typed ones are those that the bureau has
accepted, withheld where few companies stand behind them or one makes most of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workforce.core.results import WagePart
from workforce.platform.scope import Scope
from workforce.returns import queries
from workforce.returns.computed import cell_value
from workforce.returns.items import Item, ItemUnit, items
from workforce.returns.protection import closed, is_few
from workforce.statistics import service as statistics
from workforce.statistics.disclosure.rules import RULES
from workforce.statistics.tables import Cell, CellState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod
    from workforce.statistics.cube import CubeSet

_WITHHELD = Cell(CellState.WITHHELD)
_NOTHING = Cell(CellState.UNDEFINED)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One item by source, in its own unit; ``companies``: how many typed returns say it."""

    item: Item
    computed: Cell
    typed: Cell
    both: Cell
    companies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTable:
    """All items of a month by source, and of how many companies nothing is known yet.

    What every company types, with or without own books, has one source and is not among them.
    """

    month: PayPeriod
    rows: tuple[SourceRow, ...]
    computed_companies: int
    computed_missing: int
    typed_companies: int
    typed_missing: int


def source_table(session: Session, period: PayPeriod, cubes: CubeSet | None = None) -> SourceTable:
    """Return a month's figures by source.

    ``cubes``: the published cells that the computed figures are read from; without it they are
    computed now, protected.
    """
    if cubes is None:
        cubes = statistics.compute_cubes(session, Scope.base(), period, is_protected=True)
    typed = queries.accepted_typed(session, period)
    expected = {
        one.company_id
        for one in queries.reporters(session, Scope.base())
        if one.is_typed and one.owes(period)
    }
    said = {
        code: [figures[code] for figures in typed.values() if code in figures]
        for code, item in items().items()
        if not item.is_typed
    }
    hidden = _withheld(said)
    payroll = cubes.payroll
    is_typed_at_all = bool(expected or typed)

    def row(code: str, values: list[int]) -> SourceRow:
        item = items()[code]
        computed, told = computed_cell(item, cubes), _typed(code, values, hidden)
        both = _both(computed, told) if is_typed_at_all else computed
        return SourceRow(item, computed, told, both, len(values))

    return SourceTable(
        month=period,
        rows=tuple(row(code, values) for code, values in said.items()),
        computed_companies=payroll.approved,
        computed_missing=payroll.companies - payroll.approved,
        typed_companies=len(typed),
        typed_missing=len(expected - typed.keys()),
    )


def _withheld(said: dict[str, list[int]]) -> frozenset[str]:
    sums = {code: sum(values) for code, values in said.items()}
    hidden = {
        code
        for code, values in said.items()
        if values
        and (
            len(values) < RULES.least_companies
            or RULES.is_dominated(np.array(values, dtype=np.int64))
            or (items()[code].unit is ItemUnit.PERSONS and is_few(items()[code], sums[code], sums))
        )
    }
    four = {"jobs_start", "jobs_end"}
    if hidden & four:
        hidden |= four | {"joined", "left"}
    parts = {f"{part}_wages" for part in WagePart}
    if hidden & parts:
        hidden |= parts
    return closed(hidden)


def _typed(code: str, said: list[int], hidden: frozenset[str]) -> Cell:
    """Add what companies typed in; unknown where none of them told it."""
    if not said:
        return _NOTHING
    return _WITHHELD if code in hidden else Cell(CellState.SHOWN, sum(said))


def computed_cell(item: Item, cubes: CubeSet) -> Cell:
    """Return the cell of an item in its own unit; undefined where these cubes do not count it."""
    return _NOTHING if item.cell is None else cell_value(item, cubes)


def _both(computed: Cell, typed: Cell) -> Cell:
    """Add both; where one is withheld the sum would tell it, and with an unknown there is none."""
    if CellState.WITHHELD in {computed.state, typed.state}:
        return _WITHHELD
    if computed.value is None or typed.value is None:
        return _NOTHING
    return Cell(CellState.SHOWN, computed.value + typed.value)

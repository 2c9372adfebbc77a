"""A company's return as it is computed here: cells of its own cubes, which it sees in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workforce.core.money import round_half_up
from workforce.platform.scope import Scope
from workforce.returns.items import Item, ItemUnit, items
from workforce.statistics import service as statistics
from workforce.statistics.additive import ADDITIVES
from workforce.statistics.measures import measures
from workforce.statistics.tables import Cell, CellState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod
    from workforce.statistics.cube import CubeSet
    from workforce.statistics.population import Population


@dataclass(frozen=True, slots=True)
class Computed:
    """What is computed of a month; ``is_decided``: its pay is approved.

    ``figures`` leaves out what is not known; ``behind``: how many jobs stand behind an amount.
    """

    figures: dict[str, int]
    behind: Mapping[str, int]
    is_decided: bool


def compute(session: Session, company_id: int, month: PayPeriod) -> Computed:
    """Compute a company's return of a month from what is stored now."""
    reading = statistics.read_cubes(session, Scope.company(company_id), month, is_protected=False)
    cubes, payroll = statistics.filled(reading), reading.payroll
    cells = {code: cell_value(item, cubes) for code, item in items().items()}
    figures = {code: cell.value for code, cell in cells.items() if cell.value is not None}
    return Computed(
        figures=figures,
        behind=_behind(reading.tabulation.population, figures),
        is_decided=payroll.companies > 0 and payroll.approved == payroll.companies,
    )


def _behind(population: Population, figures: Mapping[str, int]) -> dict[str, int]:
    """Count the jobs behind each figure that is an amount of those who have one."""
    found = {}
    for code in figures:
        ref = items()[code].cell
        quantity = (
            ADDITIVES.get(ref.measure)
            if ref and items()[code].unit is not ItemUnit.PERSONS
            else None
        )
        if quantity is not None and ref is not None and ref.cube == "whole":
            found[code] = int(quantity.behind(population).sum())
    return found


def cell_value(item: Item, cubes: CubeSet) -> Cell:
    """Return the cell of an item as counts of the item's last decimal.

    Undefined where the cubes have no such table or measure; a group that nobody is in is 0.
    """
    ref = item.cell
    table = cubes.tables.get(ref.cube) if ref else None
    if ref is None or table is None or ref.measure not in table.figures:
        return Cell(CellState.UNDEFINED)
    try:
        cell = cubes.cell(ref)
    except KeyError:
        return Cell(CellState.SHOWN, 0)
    if cell.value is None:
        return cell
    decimals = measures()[ref.measure].unit.decimals
    scaled = round_half_up(cell.value * 10**item.unit.decimals, 10**decimals)
    return Cell(CellState.SHOWN, scaled)

"""The lines of a form as data: their labels, numbers and cells stand in a TOML file of ``forms/layouts/``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from workforce.bureau.report import Figure
from workforce.core.money import round_half_up
from workforce.core.text import Text
from workforce.statistics.cube import CellRef
from workforce.statistics.measure import Unit
from workforce.statistics.tables import Cell, CellState

_FOLDER: Final = Path(__file__).parent / "forms" / "layouts"

_DIVISORS: Final = {
    (Unit.JOBS, Unit.PERSONS): 1,
    (Unit.AVERAGE_JOBS, Unit.PERSONS): 100,
    (Unit.YUAN, Unit.THOUSAND_YUAN): 100_000,
}
"""How many last decimals of one unit make a last decimal of the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a form; without ``ref`` it heads the lines that follow."""

    label: Text
    code: str
    level: int
    ref: CellRef | None = None
    unit: Unit | None = None
    """What it is written in, where that is not the unit of its measure."""

    def written(self, figure: Figure) -> Figure:
        """Return a figure in the unit of the form, rounded half up once."""
        if self.unit is None or figure.unit is self.unit:
            return figure
        if figure.value is None:
            return replace(figure, unit=self.unit)
        value = round_half_up(figure.value, _DIVISORS[figure.unit, self.unit])
        return Figure.of(Cell(CellState.SHOWN, value), self.unit, figure.ref, figure.month)


@cache
def lines_of(name: str) -> tuple[Line, ...]:
    """Return the lines of a form, in their order."""
    content = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return tuple(_line(one) for one in content["line"])


def _line(one: dict[str, Any]) -> Line:
    ref = None
    if "cell" in one:
        cube, measure, *groups = one["cell"]
        ref = CellRef(cube, measure, tuple(groups))
    return Line(
        label=Text(*one["label"]),
        code=one["code"],
        level=one["level"],
        ref=ref,
        unit=Unit[one["unit"].upper()] if "unit" in one else None,
    )

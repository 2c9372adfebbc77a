"""What two figures differ by, where one of them cannot be told."""

from __future__ import annotations

import pytest

from workforce.bureau.report import Figure
from workforce.bureau.writing import change, difference
from workforce.statistics.measure import Unit
from workforce.statistics.tables import Cell, CellState

SHOWN = Cell(CellState.SHOWN, 110)
WITHHELD = Cell(CellState.WITHHELD)
NONE = Cell(CellState.UNDEFINED)


@pytest.mark.feature("OFF-2")
@pytest.mark.parametrize(
    ("now", "before", "rise", "more"),
    [
        (SHOWN, Cell(CellState.SHOWN, 100), "+10.00", "+10"),
        (SHOWN, WITHHELD, "※", "※"),
        (WITHHELD, WITHHELD, "※", "※"),
        # Of a year ago nothing is there: no change is kept from anybody.
        (WITHHELD, NONE, "—", "—"),
        (NONE, WITHHELD, "—", "—"),
        (SHOWN, NONE, "—", "—"),
    ],
)
def test_a_change_is_withheld_only_where_both_figures_are_there(
    now: Cell, before: Cell, rise: str, more: str
) -> None:
    figures = Figure.of(now, Unit.JOBS), Figure.of(before, Unit.JOBS)
    assert change(*figures).text == rise
    assert difference(*figures).text == more

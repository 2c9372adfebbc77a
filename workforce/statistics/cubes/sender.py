"""Dispatched people by the unit that sends them."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube
from workforce.statistics.cubes._columns import FLOWS, PERSONS

CUBE: Final = Cube(
    code="sender",
    title=Text("劳务派遣人员按派遣单位", "Dispatched people by sending unit"),
    dimensions=("sender",),
    measures=("jobs_end",),
    internal=(*PERSONS, "average_headcount", *FLOWS, "total_wages", "average_wage"),
)

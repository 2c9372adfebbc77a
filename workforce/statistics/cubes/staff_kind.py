"""As the wage statistics split the people of a unit."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube
from workforce.statistics.cubes._columns import CONDITIONS, COVERAGE, FLOWS, PERSONS, STOCKS

CUBE: Final = Cube(
    code="staff_kind",
    title=Text("按人员类别", "By kind of staff"),
    dimensions=("staff_kind",),
    measures=(*STOCKS, "total_wages", "average_wage"),
    internal=(*PERSONS, "jobs_start", *FLOWS, *COVERAGE, *CONDITIONS),
)

"""By the task type that earned most of the piece wages."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube
from workforce.statistics.cubes._columns import (
    CONDITIONS,
    COVERAGE,
    FLOWS,
    PARTS,
    PERSONS,
    STOCKS,
    WAGES,
)

CUBE: Final = Cube(
    code="task_type",
    title=Text("按主要任务类型", "By main task type"),
    dimensions=("task_type",),
    measures=(*STOCKS, *WAGES),
    internal=(*PERSONS, "jobs_start", *FLOWS, *COVERAGE, *PARTS, *CONDITIONS),
)

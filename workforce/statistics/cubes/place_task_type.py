"""In the base and outside, by task type."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube
from workforce.statistics.cubes._columns import PERSONS

CUBE: Final = Cube(
    code="place_task_type",
    title=Text("企业所在 × 主要任务类型", "Place by task type"),
    dimensions=("place", "task_type"),
    measures=("jobs_end",),
    internal=(*PERSONS, "average_headcount", "total_wages", "average_wage"),
)

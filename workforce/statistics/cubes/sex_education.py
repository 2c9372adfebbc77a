"""Men and women by education."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube
from workforce.statistics.cubes._columns import PERSONS

CUBE: Final = Cube(
    code="sex_education",
    title=Text("性别 × 文化程度", "Sex by education"),
    dimensions=("sex", "education"),
    measures=("jobs_end",),
    internal=(*PERSONS, "average_headcount", "total_wages", "average_wage"),
)

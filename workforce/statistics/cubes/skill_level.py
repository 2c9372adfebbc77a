"""By the highest level of the occupation that people hold a valid certificate of."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube
from workforce.statistics.cubes._columns import PERSONS

CUBE: Final = Cube(
    code="skill_level",
    title=Text("按职业技能等级", "By level of the occupation"),
    dimensions=("skill_level",),
    measures=("jobs_end",),
    internal=(*PERSONS, "average_headcount", "total_wages", "average_wage"),
)

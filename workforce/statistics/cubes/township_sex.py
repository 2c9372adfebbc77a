"""Townships, men and women."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube
from workforce.statistics.cubes._columns import PERSONS

CUBE: Final = Cube(
    code="township_sex",
    title=Text("户籍乡镇（街道）× 性别", "Township by sex"),
    dimensions=("township", "sex"),
    measures=("jobs_end",),
    internal=(*PERSONS, "average_headcount", "total_wages", "average_wage"),
)

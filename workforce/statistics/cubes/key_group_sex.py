"""Supported groups, men and women."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube
from workforce.statistics.cubes._columns import PERSONS

CUBE: Final = Cube(
    code="key_group_sex",
    title=Text("重点群体 × 性别", "Key group by sex"),
    dimensions=("key_group", "sex"),
    measures=("jobs_end",),
    internal=(*PERSONS, "average_headcount", "total_wages", "average_wage"),
)

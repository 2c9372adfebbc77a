"""How many earn how much."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube

CUBE: Final = Cube(
    code="wage_band",
    title=Text("按月工资分段", "By band of monthly wages"),
    dimensions=("wage_band",),
    measures=("paid_jobs",),
    internal=("total_wages", "hourly_wage"),
)

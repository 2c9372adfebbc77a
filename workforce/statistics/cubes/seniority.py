"""By completed years with the company."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube

CUBE: Final = Cube(
    code="seniority",
    title=Text("按本企业工龄", "By years with the company"),
    dimensions=("seniority",),
    measures=("jobs_end",),
    internal=("average_headcount", "left", "average_wage", "median_wage"),
)

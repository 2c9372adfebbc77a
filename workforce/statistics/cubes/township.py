"""By township of the household, people of other counties together."""

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
    code="township",
    title=Text("按户籍乡镇（街道）", "By township of household"),
    dimensions=("township",),
    measures=(*STOCKS, *WAGES),
    internal=(*PERSONS, "jobs_start", *FLOWS, *COVERAGE, *PARTS, *CONDITIONS),
)

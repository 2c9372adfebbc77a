"""By category of household."""

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
    code="household",
    title=Text("按户籍类别", "By household category"),
    dimensions=("household",),
    measures=(*STOCKS, *WAGES),
    internal=(*PERSONS, "jobs_start", *FLOWS, *COVERAGE, *PARTS, *CONDITIONS),
)

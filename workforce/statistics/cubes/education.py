"""By the main groups of GB/T 4658."""

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
    code="education",
    title=Text("按文化程度", "By education"),
    dimensions=("education",),
    measures=(*STOCKS, *WAGES),
    internal=(*PERSONS, "jobs_start", *FLOWS, *COVERAGE, *PARTS, *CONDITIONS),
)

"""In the base and outside."""

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
    code="place",
    title=Text("按企业所在", "By place of company"),
    dimensions=("place",),
    measures=(*PERSONS, "jobs_start", *STOCKS, *FLOWS, *WAGES, *COVERAGE, *CONDITIONS),
    internal=PARTS,
)

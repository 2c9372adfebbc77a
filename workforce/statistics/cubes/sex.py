"""Men and women."""

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
    code="sex",
    title=Text("按性别", "By sex"),
    dimensions=("sex",),
    measures=(*STOCKS, *FLOWS, *WAGES, *COVERAGE),
    internal=(*PERSONS, "jobs_start", *PARTS, *CONDITIONS),
)

"""By age on the last day of the month."""

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
    code="age",
    title=Text("按年龄", "By age"),
    dimensions=("age",),
    measures=(*STOCKS, *FLOWS, *WAGES, *COVERAGE),
    internal=(*PERSONS, "jobs_start", *PARTS, *CONDITIONS),
)

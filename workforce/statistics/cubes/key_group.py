"""Groups that employment policy supports; a person may be in several."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube
from workforce.statistics.cubes._columns import COVERAGE, FLOWS, PARTS, PERSONS, STOCKS, WAGES

CUBE: Final = Cube(
    code="key_group",
    title=Text("按重点群体", "By key group"),
    dimensions=("key_group",),
    measures=(*STOCKS, *WAGES),
    internal=(*PERSONS, "jobs_start", *FLOWS, *COVERAGE, *PARTS),
)

"""By kind of labour contract."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube
from workforce.statistics.cubes._columns import COVERAGE

CUBE: Final = Cube(
    code="contract",
    title=Text("按劳动合同类型", "By kind of contract"),
    dimensions=("contract",),
    measures=("jobs_end",),
    internal=("average_headcount", "joined", "left", *COVERAGE),
)

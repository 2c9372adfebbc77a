"""Why jobs ended in the month."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube

CUBE: Final = Cube(
    code="leaving_cause",
    title=Text("按离职原因", "By reason of leaving"),
    dimensions=("leaving_cause",),
    measures=("left",),
)

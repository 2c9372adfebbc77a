"""Everybody together."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube

CUBE: Final = Cube(
    code="whole",
    title=Text("全部", "Everybody"),
    dimensions=(),
    measures=("jobs_end", "persons_end", "joined", "left", "total_wages", "average_wage"),
)

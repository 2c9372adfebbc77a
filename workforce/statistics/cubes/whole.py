"""Everybody together."""

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
    code="whole",
    title=Text("全部", "Everybody"),
    dimensions=(),
    measures=(
        *PERSONS,
        "jobs_start",
        *FLOWS,
        *STOCKS,
        *WAGES,
        *PARTS,
        *COVERAGE,
        "insured_jobs",
        "paid_jobs",
        *CONDITIONS,
    ),
)

"""Company by company: headcounts are told, wages where the company agrees."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube
from workforce.statistics.cubes._columns import (
    ARREARS,
    COST,
    COVERAGE,
    FLOOR,
    FLOWS,
    HOURS,
    PARTS,
    PERSONS,
    SCHEMES,
    STOCKS,
    WAGES,
)

CUBE: Final = Cube(
    code="company",
    title=Text("按企业", "By company"),
    dimensions=("company",),
    measures=(*STOCKS, *WAGES, *COVERAGE, *FLOOR),
    internal=(*PERSONS, "jobs_start", *FLOWS, *PARTS, *SCHEMES, *HOURS, *COST, *ARREARS),
)

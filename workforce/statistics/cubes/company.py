"""Company by company: headcounts are told, wages where the company agrees."""

from __future__ import annotations

from typing import Final

from workforce.core.text import Text
from workforce.statistics.cube import Cube
from workforce.statistics.cubes._columns import COVERAGE, FLOWS, PARTS, PERSONS, STOCKS, WAGES

CUBE: Final = Cube(
    code="company",
    title=Text("按企业", "By company"),
    dimensions=("company",),
    measures=(*STOCKS, *WAGES, *COVERAGE),
    internal=(*PERSONS, "jobs_start", *FLOWS, *PARTS),
)

"""Which measures cubes have in common.

What is published is chosen so that little must be withheld: who joined and left in few cubes only,
persons beside jobs in the totals only, pairs of dimensions as counts only.
"""

from __future__ import annotations

from typing import Final

from workforce.core.results import WagePart

PARTS: Final = tuple(f"{part}_wages" for part in WagePart)

STOCKS: Final = ("jobs_end", "average_headcount")
FLOWS: Final = ("joined", "left", "net_change", "turnover")
WAGES: Final = (
    "total_wages",
    "average_wage",
    "lower_quartile_wage",
    "median_wage",
    "upper_quartile_wage",
)
COVERAGE: Final = ("insurance_coverage",)
PERSONS: Final = ("persons_end",)

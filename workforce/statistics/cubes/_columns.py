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
SCHEMES: Final = (
    "medical_coverage",
    "unemployment_coverage",
    "work_injury_coverage",
    "fund_coverage",
)
FLOOR: Final = ("floor_jobs", "below_floor_jobs", "below_floor_share", "topped_up_jobs")
HOURS: Final = (
    "timed_jobs",
    "worked_hours",
    "average_hours",
    "weekly_hours",
    "hourly_wage",
    "overtime_hours",
    "over_limit_jobs",
    "over_limit_share",
)
COST: Final = ("labour_cost", "average_labour_cost")
ARREARS: Final = ("arrears_jobs", "arrears")
CONDITIONS: Final = (*SCHEMES, *FLOOR, *HOURS, *COST, *ARREARS)
"""How people are employed; published of everybody and of the places, and floors company by company."""
PERSONS: Final = ("persons_end",)

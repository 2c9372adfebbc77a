"""The share of jobs with a housing fund."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measures._coverage import coverage

MEASURE = coverage(
    "fund_coverage",
    "fund",
    Text("住房公积金缴存率", "Housing fund coverage"),
    Text("住房公积金缴存", "a contribution to the housing fund"),
)

"""The share of jobs with unemployment insurance."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measures._coverage import coverage

MEASURE = coverage(
    "unemployment_coverage",
    "unemployment",
    Text("失业保险参保率", "Unemployment insurance coverage"),
    Text("失业保险缴费", "a contribution to unemployment insurance"),
)

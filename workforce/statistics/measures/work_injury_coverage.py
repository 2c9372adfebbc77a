"""The share of jobs with work-injury insurance."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measures._coverage import coverage

MEASURE = coverage(
    "work_injury_coverage",
    "work_injury",
    Text("工伤保险参保率", "Work-injury insurance coverage"),
    Text("单位缴纳的工伤保险费", "an employer's contribution to work-injury insurance"),
)

"""Jobs whose hours are known."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measures._count import job_count
from workforce.statistics.measures._sources import BASE_RULE

MEASURE = job_count(
    "timed_jobs",
    Text("有工时记录的岗位数", "Jobs with hours on record"),
    Text(
        "本月工资条有工时（大于 0）的岗位数。",
        "Jobs whose payslip of the month has hours (more than 0).",
    ),
    BASE_RULE,
    lambda population: population.has_hours,
    needs=("timed_jobs",),
)

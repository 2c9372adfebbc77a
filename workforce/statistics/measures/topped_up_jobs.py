"""Jobs lifted to the floor."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measures._count import job_count
from workforce.statistics.measures._sources import MINIMUM_WAGE

MEASURE = job_count(
    "topped_up_jobs",
    Text("补足到最低工资的岗位数", "Jobs topped up to the floor"),
    Text(
        "本月工资条有最低工资补足的岗位数：不补足就低于最低工资。",
        "Jobs whose payslip of the month has a top-up to the minimum wage: without it they would be under the floor.",
    ),
    MINIMUM_WAGE,
    lambda population: population.is_topped_up,
    needs=(
        "floor_jobs",
        "topped_up_jobs",
        "not_topped_up_jobs",
    ),
)

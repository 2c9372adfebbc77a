"""Jobs that were paid for the month."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measures._count import job_count
from workforce.statistics.measures._sources import BASE_RULE

MEASURE = job_count(
    "paid_jobs",
    Text("有工资的岗位数", "Jobs with wages"),
    Text(
        "本月有工资条的岗位数，包括月末前离职的和离职后补发的；中位工资和工资分段按这些岗位计算。",
        "Jobs with a payslip of the month, those that ended before its last day and those paid after "
        "they ended included; the median and the bands of wages are of these jobs.",
    ),
    BASE_RULE,
    lambda population: population.is_paid,
    needs=("paid_jobs",),
)

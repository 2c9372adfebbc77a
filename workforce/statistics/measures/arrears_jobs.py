"""Jobs to which wages are owed."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Over
from workforce.statistics.measures._count import job_count
from workforce.statistics.measures._sources import BASE_RULE

MEASURE = job_count(
    "arrears_jobs",
    Text("被拖欠工资的岗位数", "Jobs with wages in arrears"),
    Text(
        "到月末有已到发薪日的应付工资没有付清的岗位数，包括已离职的；未到发薪日的不算。",
        "Jobs of which wages were due by the end of the month and not paid in full, those that have ended included; what is not due yet does not count.",
    ),
    BASE_RULE,
    lambda population: population.arrears > 0,
    needs=("arrears_jobs",),
    over=Over.LAST,
)

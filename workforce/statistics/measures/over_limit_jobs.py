"""Jobs with more overtime than the law allows."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measures._count import job_count
from workforce.statistics.measures._sources import OVERTIME_LIMIT

MEASURE = job_count(
    "over_limit_jobs",
    Text("加班超过法定上限的岗位数", "Jobs over the overtime limit"),
    Text(
        "本月工作日、休息日和法定节假日加班时间合计超过劳动法规定的每月上限的岗位数。",
        "Jobs whose overtime of the month, on workdays, rest days and holidays together, is more than the limit of the Labour Law.",
    ),
    OVERTIME_LIMIT,
    lambda population: population.is_over_limit,
    needs=(
        "timed_jobs",
        "over_limit_jobs",
        "within_limit_jobs",
    ),
)

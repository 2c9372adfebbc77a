"""Jobs paid less than the law's floor."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measures._count import job_count
from workforce.statistics.measures._sources import MINIMUM_WAGE

MEASURE = job_count(
    "below_floor_jobs",
    Text("低于最低工资的岗位数", "Jobs paid under the floor"),
    Text(
        "适用最低工资的岗位中，计入最低工资的应发工资（不含加班工资、夜班等津贴和法定福利，含最低工资补足）低于按出勤折算的最低工资的岗位数。应为零；名单只有企业自己看得到。",
        "Of the jobs with a legal floor those whose counted gross pay (without overtime, night allowance and statutory benefits, with the top-up) is less than the floor for their attendance. Zero is expected; only the company sees who they are.",
    ),
    MINIMUM_WAGE,
    lambda population: population.is_below_floor,
    needs=(
        "floor_jobs",
        "below_floor_jobs",
        "reaching_floor_jobs",
    ),
)

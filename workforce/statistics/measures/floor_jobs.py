"""Jobs that the minimum wage applies to in the month."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measures._count import job_count
from workforce.statistics.measures._sources import MINIMUM_WAGE

MEASURE = job_count(
    "floor_jobs",
    Text("适用最低工资的岗位数", "Jobs with a legal floor"),
    Text(
        "本月工资条按最低工资规定核对的岗位数：全日制按出勤折算的月最低工资，非全日制按小时最低工资；全月没有应付工资日（如全月病假、事假）的不计入。",
        "Jobs whose payslip of the month is held against the minimum wage: of the month, in part by attendance, or of the hour for part-time people; who has no payable day (a whole month of sick or unpaid leave) is not counted.",
    ),
    MINIMUM_WAGE,
    lambda population: population.floor > 0,
    needs=("floor_jobs",),
)

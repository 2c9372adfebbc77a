"""Jobs that made accepted output."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Unit
from workforce.statistics.measures._output import of_no_jobs
from workforce.statistics.measures._sources import BASE_RULE

MEASURE = Measure(
    code="output_jobs",
    label=Text("有产量的岗位数", "Jobs with output"),
    unit=Unit.JOBS,
    definition=Text(
        "本月有这种任务类型的计薪产量的岗位数，小组产量计入每个成员；一个岗位可以做几种任务，所以不相加。",
        "Jobs with paid output of the task type in the month, of a group's output each member; a job may work on several task types, so that they are not added up.",
    ),
    denominator=None,
    source=BASE_RULE,
    compute=of_no_jobs,
    over=None,
    needs=("output_jobs",),
)

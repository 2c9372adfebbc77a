"""Hours worked in the month."""

from __future__ import annotations

import numpy as np

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Over, Unit, Values
from workforce.statistics.measures._hours import MINUTES_IN_HOUR
from workforce.statistics.measures._sources import BASE_RULE
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    minutes = groups.sums(population.minutes)
    return Values(minutes, np.full_like(minutes, MINUTES_IN_HOUR))


MEASURE = Measure(
    code="worked_hours",
    label=Text("工作小时", "Hours worked"),
    unit=Unit.HOURS,
    definition=Text(
        "本月工资条的出勤工时之和，包括加班；没有工时记录的岗位不计入。四舍五入到 0.1 小时。",
        "Sum of the hours on the payslips of the month, overtime included; jobs without hours on record are left out. Rounded half up to 0.1 hours.",
    ),
    denominator=None,
    source=BASE_RULE,
    compute=_compute,
    over=Over.SUM,
    needs=("worked_minutes",),
)

"""Hours of overtime in the month."""

from __future__ import annotations

import numpy as np

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Over, Unit, Values
from workforce.statistics.measures._hours import MINUTES_IN_HOUR
from workforce.statistics.measures._sources import BASE_RULE
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    minutes = groups.sums(population.overtime_minutes)
    return Values(minutes, np.full_like(minutes, MINUTES_IN_HOUR))


MEASURE = Measure(
    code="overtime_hours",
    label=Text("加班小时", "Overtime hours"),
    unit=Unit.HOURS,
    definition=Text(
        "本月工资条的工作日、休息日和法定节假日加班工时之和。四舍五入到 0.1 小时。",
        "Sum of the overtime on workdays, rest days and holidays on the payslips of the month. Rounded half up to 0.1 hours.",
    ),
    denominator=None,
    source=BASE_RULE,
    compute=_compute,
    over=Over.SUM,
    needs=(
        "overtime_minutes",
        "normal_minutes",
    ),
)

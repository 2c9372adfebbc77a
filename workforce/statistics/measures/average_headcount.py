"""The daily average of jobs over the month."""

from __future__ import annotations

import numpy as np

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Over, Unit, Values
from workforce.statistics.measures._sources import WAGE_STATISTICS
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    days = np.full(groups.count, population.period.days, dtype=np.int64)
    return Values(groups.sums(population.employed_days), days)


MEASURE = Measure(
    code="average_headcount",
    label=Text("平均人数", "Average headcount"),
    unit=Unit.AVERAGE_JOBS,
    over=Over.MEAN,
    definition=Text(
        "本月每日实有岗位数之和 ÷ 本月日历日数，休息日和节假日照计；入职日和离职日都是在职日。"
        "按精确分数计算，四舍五入到两位小数。",
        "Sum of the jobs of each day ÷ calendar days of the month, rest days and holidays included; the "
        "first and the last employed day both count. Computed as an exact fraction, rounded half up to "
        "two decimals.",
    ),
    denominator=Text("本月日历日数", "Calendar days of the month"),
    source=WAGE_STATISTICS,
    compute=_compute,
    needs=("employed_days",),
)

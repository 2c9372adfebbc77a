"""The share of jobs that ended in the month."""

from __future__ import annotations

from workforce.core.money import checked_product
from workforce.core.text import Text
from workforce.statistics.measure import Measure, Ratio, Unit, Values
from workforce.statistics.measures._sources import BASE_RULE
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    # left ÷ (days ÷ calendar days), as one exact fraction.
    left = groups.sums(population.has_left)
    days = groups.sums(population.employed_days)
    return Values(checked_product(left, population.period.days), days)


MEASURE = Measure(
    code="turnover",
    label=Text("离职率", "Turnover"),
    unit=Unit.PERCENT,
    over=Ratio("left", "average_headcount"),
    definition=Text(
        "本月离职岗位数 ÷ 本月平均人数。四舍五入到 0.01%。",
        "Jobs that ended in the month ÷ average headcount of the month. Rounded half up to 0.01 %.",
    ),
    denominator=Text("平均人数", "Average headcount"),
    source=BASE_RULE,
    compute=_compute,
    needs=("left", "employed_days"),
)

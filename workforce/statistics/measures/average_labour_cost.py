"""What a job costs in the month."""

from __future__ import annotations

import numpy as np

from workforce.core.money import checked_product
from workforce.core.text import Text
from workforce.statistics.measure import Measure, Ratio, Unit, Values
from workforce.statistics.measures._sources import BASE_RULE
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    # cost ÷ (days ÷ calendar days), as one exact fraction.
    cost = groups.sums(population.labour_cost)
    days = groups.sums(np.where(population.has_result, population.employed_days, 0))
    return Values(checked_product(cost, population.period.days), days)


MEASURE = Measure(
    code="average_labour_cost",
    label=Text("人均人工成本", "Labour cost per job"),
    unit=Unit.YUAN,
    definition=Text(
        "人工成本 ÷ 平均人数；没有本月工资结果的企业，分子分母都不计入。四舍五入到分。",
        "Labour cost ÷ average headcount; companies without a payroll result of the month are left out of both. Rounded half up to the fen.",
    ),
    denominator=Text(
        "平均人数（有工资结果的企业）", "Average headcount of companies with a result"
    ),
    source=BASE_RULE,
    compute=_compute,
    over=Ratio("labour_cost", "average_headcount", only_complete=True),
    needs=(
        "labour_cost",
        "known_days",
    ),
)

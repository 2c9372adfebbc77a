"""The average wage of the month."""

from __future__ import annotations

import numpy as np

from workforce.core.money import checked_product
from workforce.core.text import Text
from workforce.statistics.measure import Measure, Ratio, Unit, Values
from workforce.statistics.measures._sources import WAGE_STATISTICS
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    # wages ÷ (days ÷ calendar days), as one exact fraction.
    wages = groups.sums(population.total_wages)
    days = groups.sums(np.where(population.has_result, population.employed_days, 0))
    return Values(checked_product(wages, population.period.days), days)


MEASURE = Measure(
    code="average_wage",
    label=Text("平均工资", "Average wage"),
    unit=Unit.YUAN,
    over=Ratio("total_wages", "average_headcount", only_complete=True),
    definition=Text(
        "工资总额 ÷ 平均人数；没有本月工资结果的企业，分子分母都不计入。四舍五入到分。",
        "Total wages ÷ average headcount; companies without a payroll result of the month are left out "
        "of both. Rounded half up to the fen.",
    ),
    denominator=Text(
        "平均人数（有工资结果的企业）", "Average headcount of companies with a result"
    ),
    source=WAGE_STATISTICS,
    compute=_compute,
    needs=("total_wages", "known_days"),
)

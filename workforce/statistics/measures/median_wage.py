"""The median wage of the month."""

from __future__ import annotations

import numpy as np

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Unit, Values
from workforce.statistics.measures._quantile import ordered_wages
from workforce.statistics.measures._sources import BASE_RULE
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    """Take the middle of each group: of an even number, half the sum of the two middle ones."""
    ordered = ordered_wages(population, groups)
    sizes = ordered.sizes
    middles = ordered.at((sizes - 1) // 2) + ordered.at(sizes // 2)
    return Values(middles, np.where(sizes > 0, 2, 0).astype(np.int64))


MEASURE = Measure(
    code="median_wage",
    label=Text("中位工资", "Median wage"),
    unit=Unit.YUAN,
    definition=Text(
        "本月有工资条的岗位按本月工资总额从低到高排列，居中的数；个数为偶数时取中间两数的平均，四舍五入到分。"
        "月中入职、离职的按实发月份工资计入，不折算。",
        "The middle of the month's total wages of all jobs with a payslip, in order; of an even number, "
        "the mean of the two middle ones, rounded half up to the fen. Who joined or left in the month "
        "counts with the wages of that month, not converted.",
    ),
    denominator=None,
    source=BASE_RULE,
    compute=_compute,
    needs=("total_wages",),
    is_ranked=True,
)

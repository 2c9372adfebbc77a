"""The wage that 75 % of the month's jobs do not exceed."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Unit, Values
from workforce.statistics.measures._quantile import quantile_values
from workforce.statistics.measures._sources import BASE_RULE
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    return quantile_values(population, groups, 3)


MEASURE = Measure(
    code="upper_quartile_wage",
    label=Text("上四分位工资", "Upper quartile wage"),
    unit=Unit.YUAN,
    definition=Text(
        "本月有工资条的岗位按本月工资总额从低到高排列，第 n × 75% 个（n 是岗位数，向上取整）的数，不插值。",
        "The total wages of the job at rank n × 75 % (n jobs, rounded up) of all jobs with a payslip of the "
        "month, in order from the lowest; not interpolated.",
    ),
    denominator=None,
    source=BASE_RULE,
    compute=_compute,
    needs=("total_wages",),
    is_ranked=True,
)

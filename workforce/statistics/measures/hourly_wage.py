"""Average wages of an hour worked."""

from __future__ import annotations

import numpy as np

from workforce.core.money import checked_product
from workforce.core.text import Text
from workforce.statistics.measure import Measure, Unit, Values
from workforce.statistics.measures._hours import MINUTES_IN_HOUR
from workforce.statistics.measures._sources import BASE_RULE
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    wages = groups.sums(np.where(population.has_hours, population.total_wages, 0))
    return Values(checked_product(wages, MINUTES_IN_HOUR), groups.sums(population.minutes))


MEASURE = Measure(
    code="hourly_wage",
    label=Text("平均小时工资", "Wages per hour"),
    unit=Unit.YUAN,
    definition=Text(
        "有工时记录的岗位的本月工资总额 ÷ 本月工作小时（包括加班）。四舍五入到分。",
        "Total wages of the jobs with hours on record ÷ hours worked in the month, overtime included. Rounded half up to the fen.",
    ),
    denominator=Text("工作小时", "Hours worked"),
    source=BASE_RULE,
    compute=_compute,
    needs=(
        "timed_wages",
        "untimed_wages",
        "worked_minutes",
    ),
)

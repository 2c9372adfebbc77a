"""Average hours a week."""

from __future__ import annotations

from typing import Final

import numpy as np

from workforce.core.money import checked_product
from workforce.core.text import Text
from workforce.statistics.measure import Measure, Unit, Values
from workforce.statistics.measures._hours import MINUTES_IN_HOUR
from workforce.statistics.measures._sources import BASE_RULE
from workforce.statistics.population import Groups, Population

_DAYS_IN_WEEK: Final = 7


def _compute(population: Population, groups: Groups) -> Values:
    # minutes ÷ 60 ÷ (days ÷ 7), as one exact fraction.
    days = groups.sums(np.where(population.has_hours, population.employed_days, 0))
    minutes = groups.sums(population.minutes)
    return Values(checked_product(minutes, _DAYS_IN_WEEK), days * MINUTES_IN_HOUR)


MEASURE = Measure(
    code="weekly_hours",
    label=Text("周平均工作小时", "Weekly hours"),
    unit=Unit.HOURS,
    definition=Text(
        "本月工作小时 ÷（有工时记录的岗位本月在职日历日数之和 ÷ 7），休息日、节假日和请假日都在日历日数内。四舍五入到 0.1 小时。",
        "Hours worked in the month ÷ (employed calendar days of the jobs with hours on record ÷ 7); rest days, holidays and leave are among the days. Rounded half up to 0.1 hours.",
    ),
    denominator=Text(
        "有工时记录的岗位的在职周数", "Employed weeks of the jobs with hours on record"
    ),
    source=BASE_RULE,
    compute=_compute,
    needs=(
        "worked_minutes",
        "timed_days",
        "untimed_days",
    ),
)

"""Hours worked per job."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Unit, Values
from workforce.statistics.measures._hours import MINUTES_IN_HOUR
from workforce.statistics.measures._sources import BASE_RULE
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    jobs = groups.sums(population.has_hours)
    return Values(groups.sums(population.minutes), jobs * MINUTES_IN_HOUR)


MEASURE = Measure(
    code="average_hours",
    label=Text("平均工作小时", "Hours per job"),
    unit=Unit.HOURS,
    definition=Text(
        "本月工作小时 ÷ 有工时记录的岗位数。四舍五入到 0.1 小时。",
        "Hours worked in the month ÷ jobs with hours on record. Rounded half up to 0.1 hours.",
    ),
    denominator=Text("有工时记录的岗位数", "Jobs with hours on record"),
    source=BASE_RULE,
    compute=_compute,
    needs=(
        "worked_minutes",
        "timed_jobs",
    ),
)

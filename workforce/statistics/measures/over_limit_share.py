"""The share of jobs with more overtime than the law allows."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Unit, Values
from workforce.statistics.measures._sources import OVERTIME_LIMIT
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    return Values(groups.sums(population.is_over_limit), groups.sums(population.has_hours))


MEASURE = Measure(
    code="over_limit_share",
    label=Text("加班超过法定上限的比例", "Share over the overtime limit"),
    unit=Unit.PERCENT,
    definition=Text(
        "加班超过法定上限的岗位数 ÷ 有工时记录的岗位数。四舍五入到 0.01%。",
        "Jobs over the overtime limit ÷ jobs with hours on record. Rounded half up to 0.01 %.",
    ),
    denominator=Text("有工时记录的岗位数", "Jobs with hours on record"),
    source=OVERTIME_LIMIT,
    compute=_compute,
    needs=(
        "timed_jobs",
        "over_limit_jobs",
        "within_limit_jobs",
    ),
)

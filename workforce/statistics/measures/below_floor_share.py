"""The share of jobs paid less than the law's floor."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Unit, Values
from workforce.statistics.measures._sources import MINIMUM_WAGE
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    below = groups.sums(population.is_below_floor)
    return Values(below, groups.sums(population.floor > 0))


MEASURE = Measure(
    code="below_floor_share",
    label=Text("低于最低工资的比例", "Share paid under the floor"),
    unit=Unit.PERCENT,
    definition=Text(
        "低于最低工资的岗位数 ÷ 适用最低工资的岗位数。应为 0。四舍五入到 0.01%。",
        "Jobs paid under the floor ÷ jobs with a legal floor. 0 is expected. Rounded half up to 0.01 %.",
    ),
    denominator=Text("适用最低工资的岗位数", "Jobs with a legal floor"),
    source=MINIMUM_WAGE,
    compute=_compute,
    needs=(
        "floor_jobs",
        "below_floor_jobs",
        "reaching_floor_jobs",
    ),
)

"""Jobs that ended in the month."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Over, Unit, Values
from workforce.statistics.measures._sources import WAGE_STATISTICS
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    return Values.whole(groups.sums(population.has_left))


MEASURE = Measure(
    code="left",
    label=Text("减少", "Left"),
    unit=Unit.JOBS,
    over=Over.SUM,
    definition=Text(
        "最后在职日在本月内的岗位数，包括月末最后一日离职的。",
        "Jobs whose last employed day is in the month, its last day included.",
    ),
    denominator=None,
    source=WAGE_STATISTICS,
    compute=_compute,
    needs=("left",),
)

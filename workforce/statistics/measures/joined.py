"""Jobs that began in the month."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Over, Unit, Values
from workforce.statistics.measures._sources import WAGE_STATISTICS
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    return Values.whole(groups.sums(population.has_joined))


MEASURE = Measure(
    code="joined",
    label=Text("新增", "Joined"),
    unit=Unit.JOBS,
    over=Over.SUM,
    definition=Text(
        "入职日在本月内的岗位数，包括本月内又离职的。",
        "Jobs whose first day is in the month, those that also ended in it included.",
    ),
    denominator=None,
    source=WAGE_STATISTICS,
    compute=_compute,
    needs=("joined",),
)

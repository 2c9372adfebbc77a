"""Jobs at the start of the month."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Over, Unit, Values
from workforce.statistics.measures._sources import WAGE_STATISTICS
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    return Values.whole(groups.sums(population.is_employed_at_start))


MEASURE = Measure(
    code="jobs_start",
    label=Text("期初岗位数", "Jobs at start"),
    unit=Unit.JOBS,
    over=Over.FIRST,
    definition=Text(
        "上月最后一日 24 时的岗位数。期初岗位数 + 新增 − 减少 = 期末岗位数。",
        "Jobs at 24:00 of the last day of the month before. Jobs at start + joined − left = jobs at "
        "end.",
    ),
    denominator=None,
    source=WAGE_STATISTICS,
    compute=_compute,
    needs=("jobs_start",),
)

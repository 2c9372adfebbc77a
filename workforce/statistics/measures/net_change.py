"""How many more jobs began than ended in the month."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Over, Unit, Values
from workforce.statistics.measures._sources import BASE_RULE
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    return Values.whole(groups.sums(population.has_joined) - groups.sums(population.has_left))


MEASURE = Measure(
    code="net_change",
    label=Text("净增", "Net change"),
    unit=Unit.JOBS,
    over=Over.SUM,
    definition=Text(
        "本月新增岗位数 − 本月离职岗位数；减少时为负数。",
        "Jobs that began in the month less jobs that ended in it; negative where there are fewer.",
    ),
    denominator=None,
    source=BASE_RULE,
    compute=_compute,
    needs=("joined", "left"),
)

"""Jobs at the end of the month."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Over, Unit, Values
from workforce.statistics.measures._sources import WAGE_STATISTICS
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    return Values.whole(groups.sums(population.is_employed_at_end))


MEASURE = Measure(
    code="jobs_end",
    label=Text("期末岗位数", "Jobs at end"),
    unit=Unit.JOBS,
    over=Over.LAST,
    definition=Text(
        "月末最后一日 24 时在岗的用工关系数，属时点数；最后一日离职的不计入。"
        "一人在两家企业各有一个岗位的，计两个岗位。实习生、学员和劳务提供者不计入。",
        "Employments in force at 24:00 of the last day of the month, a count at one moment; who leaves "
        "on that day is not counted. A person employed by two companies holds two jobs. Interns, "
        "trainees and labour-service providers are not counted.",
    ),
    denominator=None,
    source=WAGE_STATISTICS,
    compute=_compute,
    needs=("jobs_end",),
)

"""Persons at the end of the month."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Over, Unit, Values
from workforce.statistics.measures._sources import BASE_RULE
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    chosen = population.stands_for_person(groups) & population.is_employed_at_end
    return Values.whole(groups.sums(chosen))


MEASURE = Measure(
    code="persons_end",
    label=Text("期末人数", "Persons at end"),
    unit=Unit.PERSONS,
    over=Over.LAST,
    definition=Text(
        "月末最后一日 24 时在岗的人数，以公民身份号码去重，一人只计一次；"
        "分企业时在每家企业各计一次，因此各企业之和可以大于合计。其余同期末岗位数。",
        "People in work at 24:00 of the last day of the month, each counted once by ID number; in a "
        "table by company, once in each company, so that the companies may add up to more than the "
        "total. Otherwise as jobs at end.",
    ),
    denominator=None,
    source=BASE_RULE,
    compute=_compute,
    needs=("jobs_end", "second_jobs"),
)

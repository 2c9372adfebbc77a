"""The shape of a measure that counts jobs."""

from __future__ import annotations

from collections.abc import Callable

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Over, Unit, Values
from workforce.statistics.population import Flags, Groups, Population


def job_count(
    code: str,
    label: Text,
    definition: Text,
    source: Text,
    which: Callable[[Population], Flags],
    *,
    needs: tuple[str, ...],
    over: Over | None = None,
) -> Measure:
    """Make the measure that counts the jobs that ``which`` (bool[n]) chooses."""

    def compute(population: Population, groups: Groups) -> Values:
        return Values.whole(groups.sums(which(population)))

    return Measure(
        code=code,
        label=label,
        unit=Unit.JOBS,
        definition=definition,
        denominator=None,
        source=source,
        compute=compute,
        over=over,
        needs=needs,
    )

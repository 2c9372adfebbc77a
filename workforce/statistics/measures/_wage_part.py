"""The shape that the six parts of total wages share."""

from __future__ import annotations

import numpy as np

from workforce.core.money import Column
from workforce.core.results import WagePart
from workforce.core.text import Text
from workforce.statistics.measure import Measure, Over, Unit, Values
from workforce.statistics.measures._sources import total_wage_article
from workforce.statistics.population import WAGE_PARTS, Groups, Population


def wage_part(
    part: WagePart, label: Text, definition: Text, article: int, article_zh: str
) -> Measure:
    """Make the measure of one of the `WAGE_PARTS`."""
    index = WAGE_PARTS.index(part)

    def compute(population: Population, groups: Groups) -> Values:
        return wage_values(population, groups, population.wages[index])

    return Measure(
        code=f"{part}_wages",
        label=label,
        unit=Unit.YUAN,
        over=Over.SUM,
        definition=definition,
        denominator=None,
        source=total_wage_article(article, article_zh),
        compute=compute,
        needs=(f"{part}_wages",),
    )


def wage_values(population: Population, groups: Groups, amounts: Column) -> Values:
    """Add up amounts (fen); undefined where no company of a group has a payroll result."""
    has_result = groups.sums(population.has_result) > 0
    return Values(groups.sums(amounts), np.where(has_result, 1, 0).astype(np.int64))

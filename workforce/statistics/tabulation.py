"""Adding up a population over groups, margins and pairs of groups, each once whichever cubes ask.

What a cell is about is a *condition*: the set of ``(dimension, group)`` that its people are in. The
margin of one table and the cell of another with the same condition are one figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final

import numpy as np

from workforce.core.money import Column
from workforce.statistics.cube import Axis
from workforce.statistics.dimensions import BY_CODE, Division, Names
from workforce.statistics.measure import Measure
from workforce.statistics.population import Groups, Population

Condition = frozenset[tuple[str, str]]

REST: Final = "!"
"""Begins the code of those who are not in a group."""


@dataclass(frozen=True, slots=True)
class Part:
    """One division of each of some dimensions, crossed: ``conditions`` name the joint groups."""

    dimensions: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]
    """For each dimension the codes of its groups, with that of the rest."""
    groups: Groups
    conditions: tuple[Condition, ...]


@dataclass(slots=True)
class Tabulation:
    """One population and what it is divided by."""

    population: Population
    names: Names
    _divisions: dict[str, tuple[Division, ...]] = field(default_factory=dict)
    _parts: dict[tuple[str, ...], tuple[Part, ...]] = field(default_factory=dict)

    def divisions(self, dimension: str) -> tuple[Division, ...]:
        """Return the divisions by a dimension."""
        if dimension not in self._divisions:
            divide = BY_CODE[dimension].divide
            self._divisions[dimension] = divide(self.population, self.names)
        return self._divisions[dimension]

    def axis(self, dimension: str) -> Axis:
        """Return a dimension with the groups that somebody is in."""
        named = tuple(name for each in self.divisions(dimension) for name in each.names)
        return Axis(dimension, BY_CODE[dimension].label, named)

    def parts(self, dimensions: Sequence[str]) -> tuple[Part, ...]:
        """Return the crossed divisions; of groups that overlap one for each of them."""
        key = tuple(sorted(dimensions))
        if key not in self._parts:
            each = [self.divisions(code) for code in key]
            self._parts[key] = tuple(self._cross(key, chosen) for chosen in product(*each))
        return self._parts[key]

    def _cross(self, dimensions: tuple[str, ...], divisions: tuple[Division, ...]) -> Part:
        joint = Groups.whole(self.population)
        for division in divisions:
            groups = division.groups
            joint = Groups(
                joint.codes * groups.count + groups.codes,
                joint.count * groups.count,
                splits_persons=joint.splits_persons or groups.splits_persons,
            )
        codes = tuple(_codes(division) for division in divisions)
        return Part(
            dimensions,
            codes,
            joint,
            tuple(
                frozenset(zip(dimensions, combination, strict=True))
                for combination in product(*codes)
            ),
        )

    def over(
        self, dimensions: Sequence[str], compute: Callable[[Groups], Column]
    ) -> dict[Condition, int]:
        """Return whole numbers, computed over groups, by condition."""
        return {
            condition: int(value)
            for part in self.parts(dimensions)
            for condition, value in zip(part.conditions, compute(part.groups), strict=True)
        }

    def measured(self, measure: Measure, dimensions: Sequence[str]) -> dict[Condition, int | None]:
        """Return a measure by condition, rounded as it is shown; None where it is undefined."""
        return {
            condition: value
            for part in self.parts(dimensions)
            for condition, value in zip(
                part.conditions,
                measure.compute(self.population, part.groups).rounded(measure.unit),
                strict=True,
            )
        }

    def by_company(self, groups: Groups, amounts: Column) -> Column:
        """Add up int64[n] by group and company: int64[groups, companies]."""
        count = len(self.names.companies)
        sums = np.zeros(groups.count * count, dtype=np.int64)
        np.add.at(sums, groups.codes * count + self.population.company, amounts)
        return sums.reshape(groups.count, count)


def _codes(division: Division) -> tuple[str, ...]:
    codes = tuple(name.code for name in division.names)
    if len(codes) == division.groups.count:
        return codes
    return (*codes, REST + "+".join(codes))


def margins(dimensions: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield what a table of these dimensions shows: all of them, each left out, none."""
    for chosen in product((True, False), repeat=len(dimensions)):
        yield tuple(code for code, is_in in zip(dimensions, chosen, strict=True) if is_in)

"""A company that reads the published tables and knows its own wages does not find those of another one.

It is the attacker of ``attacker.py``, who knows besides what of each figure is the own company's: there is at
least as much, and where all jobs are its own, just as much. ``make attack`` runs a long campaign.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pytest

from tests.statistics.attacker import Condition, _Solver
from tests.statistics.county import FIRST, County
from tests.statistics.test_attacker import AMOUNTS, PERCENT, attack, fill, members
from workforce.statistics import protection
from workforce.statistics.cube import CubeSet
from workforce.statistics.cubes import cubes as all_cubes
from workforce.statistics.population import STILL_EMPLOYED

KNOWN = {"sex", "age", "education", "household", "township", "company", "place", "task_type"}


@dataclass(frozen=True, kw_only=True)
class Sharing(County):
    """One month, six companies of twenty people: two have lidar, the first of them ranking besides, four have boxes."""

    seed: int = 3
    people: int = 120
    inside: int = 3
    outside: int = 3
    months: int = 1
    townships: int = 3

    @cached_property
    def _drawn(self) -> dict[str, Any]:
        number = np.arange(self.people)
        company = number % 6
        lidar = np.where((company == 0) & (number >= 60), "rank", "lidar")
        return super()._drawn | {
            "company": company,
            "task_type": np.where(company < 2, lidar, "box"),
            "hired": np.full(self.people, FIRST.first_on.toordinal() - 500),
            "separated": np.full(self.people, STILL_EMPLOYED),
        }


def found_by(
    county: County, cubes: CubeSet, insider: int
) -> dict[Condition, tuple[float, float, float]]:
    """Return of which conditions he finds the wages of the one other company in them: these, and his bounds."""
    people = county.population(county.periods[0])
    own = people.company == insider
    system = attack(county, (cubes,), AMOUNTS)
    rests: dict[int, tuple[Condition, float, float]] = {}
    for key, number in system.index.items():
        axes = {axis for axis, _ in key.condition}
        if key.quantity != "total_wages" or not axes <= KNOWN:
            continue
        chosen = members(people, key.condition, county.names) & people.is_paid
        mine = float(people.total_wages[chosen & own].sum())
        system.low[number] = max(system.low[number], mine)
        if not (chosen & ~own).any():
            system.high[number] = min(system.high[number], mine)
        elif np.unique(people.company[chosen & ~own]).size == 1:
            rest = float(people.total_wages[chosen & ~own].sum())
            rests[number] = (key.condition, mine, rest)
    solver, found = _Solver(system), {}
    for number, (condition, mine, rest) in rests.items():
        low, high = (bound - mine for bound in solver.bounds(number))
        if (
            low > rest * (100 - PERCENT) / 100 * 1.001
            or high < rest * (100 + PERCENT) / 100 * 0.999
        ):
            found[condition] = (rest, low, high)
    return found


@pytest.mark.feature("OFF-6")
def test_a_company_that_knows_its_own_wages_does_not_find_another_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Boxes alone told, of four companies, leave lidar and ranking; ranking is all the first one's, and so is half of lidar."""
    few = {code: all_cubes()[code] for code in ("whole", "task_type")}
    monkeypatch.setattr("workforce.statistics.service.cubes", lambda: few)
    county = Sharing()
    assert not any(found_by(county, fill(county, 0, None), company) for company in (0, 1, 2))

    monkeypatch.setattr(protection, "_needs_of_insiders", lambda *_: [])
    found = found_by(county, fill(county, 0, None), 0)
    rest, low, high = found[frozenset({("task_type", "lidar")})]
    assert (low, high) == pytest.approx((rest, rest))


@pytest.mark.skipif("ATTACK" not in os.environ, reason="make attack")
@pytest.mark.parametrize("seed", range(int(os.environ.get("ATTACK", "0"))))
def test_campaign(seed: int) -> None:
    """Attack a month of counties of many sizes as the largest company, and as two others."""
    seed += int(os.environ.get("ATTACK_FIRST", "0"))
    county = County(
        seed=seed,
        people=(120, 300, 700, 1500)[seed % 4],
        inside=(3, 5, 9, 20)[seed % 4],
        outside=(2, 8, 12, 20)[seed % 4],
        townships=(3, 5, 12, 33)[seed % 4],
        months=1,
    )
    cubes = fill(county, 0, None)
    sizes = np.bincount(county.population(county.periods[0]).company)
    for company in {int(np.argmax(sizes)), 0, 1}:
        assert not found_by(county, cubes, company)

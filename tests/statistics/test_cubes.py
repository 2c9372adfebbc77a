"""The declared cubes and quantities: complete, and true of any people."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from tests.bureau.explorer_world import october
from tests.statistics.county import County
from tests.statistics.test_attacker import COUNTY
from workforce.statistics import cube_json
from workforce.statistics.additive import ADDITIVES, IDENTITIES, Kind
from workforce.statistics.cubes import cubes
from workforce.statistics.dimensions import BY_CODE
from workforce.statistics.lazy import Lazy
from workforce.statistics.measures import measures
from workforce.statistics.protection import Known
from workforce.statistics.service import fill_cubes
from workforce.statistics.tables import CellState
from workforce.statistics.tabulation import Tabulation


def test_cubes_name_what_there_is_and_what_it_tells_of() -> None:
    for cube in cubes().values():
        assert set(cube.dimensions) <= BY_CODE.keys()
        assert len({*cube.measures, *cube.internal}) == len(cube.measures) + len(cube.internal)
        for code in (*cube.measures, *cube.internal):
            needs = measures()[code].needs
            assert needs, code
            assert not cube.divides_jobs or set(needs) <= ADDITIVES.keys(), code


@pytest.mark.parametrize("without_result", [0, 4])
def test_identities_hold_for_every_job(without_result: int) -> None:
    county = County(seed=3, people=500, months=2, without_result=without_result)
    for period in county.periods:
        people = county.population(period)
        for identity in IDENTITIES:
            sums = sum(sign * ADDITIVES[code].column(people) for code, sign in identity.terms)
            assert not np.any(sums), identity
        for additive in ADDITIVES.values():
            values = additive.column(people)
            assert additive.kind is not Kind.COUNT or set(np.unique(values)) <= {0, 1}
            # Whoever has something of a quantity stands behind it.
            assert not np.any((values != 0) & ~additive.behind(people))


@pytest.mark.feature("OFF-5")
def test_a_measure_of_which_is_not_known_what_it_tells_of_is_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silent = replace(measures()["jobs_end"], needs=())
    known_ones = {**measures(), "jobs_end": silent}
    for module in ("service", "protection"):
        monkeypatch.setattr(f"workforce.statistics.{module}.measures", lambda: known_ones)
    tabulation = Tabulation(COUNTY.population(COUNTY.periods[0]), COUNTY.names)
    whole = replace(cubes()["whole"], measures=("jobs_end", "jobs_start"))
    monkeypatch.setattr("workforce.statistics.service.cubes", lambda: {"whole": whole})
    known = Known(with_result=COUNTY.with_result, consenting=(), before=None)

    table = fill_cubes(tabulation, known)["whole"]

    assert table.cell("jobs_start").state is CellState.SHOWN
    assert table.cell("jobs_end").state is CellState.WITHHELD


def test_figures_are_made_when_they_are_asked_for_but_a_text_is_checked_at_once() -> None:
    plain = cube_json.to_plain(october())
    read = cube_json.from_json(cube_json.canonical(plain))
    assert read == october()
    cells = plain["tables"][0]["figures"][0][1]
    for damaged in (["x"], [*cells, 1]):
        plain["tables"][0]["figures"][0][1] = damaged
        with pytest.raises(cube_json.CubeJsonError):
            cube_json.from_json(cube_json.canonical(plain))

    made: list[str] = []
    lazy = Lazy({code: partial(made.append, code) for code in "ab"})
    assert (list(lazy), len(lazy), "b" in lazy, "c" in lazy, made) == (
        ["a", "b"],
        2,
        True,
        False,
        [],
    )
    assert (lazy["b"], lazy["b"], made) == (None, None, ["b"])

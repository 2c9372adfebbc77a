"""An official who tries every value of a ladder, and holds all studies against one another, learns of nobody.

The attacker has all that can ever be published of a lever in a month. He knows which company is whose, the
rules and the rounding; he subtracts shown groups from totals and one study from another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from workforce.core.money import Column
from workforce.core.text import Text
from workforce.policy_lab.comparison import CHANGES, Division, GroupRow, Moves, Result, compare
from workforce.policy_lab.outcome import FIGURES, Outcome
from workforce.policy_lab.protection import (
    MONEY_ROUND_FEN,
    NOTHING_BESIDE,
    PEOPLE_ROUND,
    Beside,
    Pattern,
    pattern_of,
    protect,
)

Rule = Callable[[Column, int], Column]

LADDER = range(210_000, 330_000, 10_000)
PRESENT = 200_000


def floor_of(wages: Column, floor: int) -> Column:
    """Return what a floor adds: to everybody under it."""
    return np.maximum(floor - wages, 0)


def cap_of(wages: Column, cap: int) -> Column:
    """Return what is paid on wages up to a cap: one value more moves those alone who are above the last."""
    return np.minimum(wages, cap) // 10


def outcome(wages: Column, added: Column) -> Outcome:
    """Return a month in which everybody gets his wage and what is added: nothing else is paid."""
    sums = {name: np.zeros(wages.size, dtype=np.int64) for name in FIGURES}
    sums |= dict.fromkeys(("gross", "net", "labour_cost"), wages + added)
    everybody = np.ones(wages.size, dtype=np.bool_)
    return Outcome(sums, everybody, everybody)


def division(code: str, groups: Column, count: int) -> Division:
    codes = tuple(str(number) for number in range(count))
    return Division(code, Text(code, code), codes, tuple(Text(one, one) for one in codes), groups)


class Base:
    """600 people in 6 companies; ``groups`` divides them."""

    def __init__(
        self,
        wages: Column,
        company: Column,
        groups: Column,
        count: int,
        rule: Rule = floor_of,
        beside: Beside = NOTHING_BESIDE,
    ) -> None:
        self.wages, self.company = wages, company
        self.division = division("g", groups, count)
        self.before = outcome(wages, rule(wages, PRESENT))
        self.ladder = {value: outcome(wages, rule(wages, value)) for value in LADDER}
        self.pattern: Pattern = pattern_of(
            self.before, list(self.ladder.values()), [self.division], company, beside
        )

    def study(self, floor: int) -> tuple[Result, Result]:
        """Return a study in full, and what is published of it."""
        full = compare(Moves(self.before, self.ladder[floor]), [self.division], 6, ())
        return full, protect(full, self.pattern)


def spread(size: int = 600) -> Column:
    """Wages from 2,000 yuan up, every one different: 2.53 yuan apart."""
    return PRESENT + np.arange(size, dtype=np.int64) * 253


def shown_rows(study: Result) -> list[bool]:
    return [row.people is not None for row in study.tables[0].rows]


def test_a_group_of_one_company_and_what_would_give_it_away_are_withheld() -> None:
    company = np.arange(600) % 6
    # Group 0 is company 0 alone; the others are of all the others.
    groups = np.where(company == 0, 0, 1 + np.arange(600) // 6 % 4)
    base = Base(spread(), company, groups, 5)

    _full, seen = base.study(250_000)

    assert seen.affected is not None
    assert shown_rows(seen)[0] is False
    # Not alone: else the total less all others would be it.
    assert shown_rows(seen).count(False) == 2


def test_a_group_of_two_companies_is_withheld() -> None:
    company = np.arange(600) % 6
    groups = np.where(company < 2, 0, 1 + np.arange(600) // 6 % 3)
    base = Base(spread(), company, groups, 4)

    assert shown_rows(base.study(250_000)[1])[0] is False


def test_a_group_that_two_companies_make_is_withheld() -> None:
    # Of group 0 companies 0 and 1 have 90 of 100 people, neither of them 75 %.
    groups = np.array([0] * 100 + [1] * 250 + [2] * 250)
    company = np.where(groups == 0, np.arange(600) % 2, np.arange(600) % 6)
    company[:10] = 2
    # Wages of each group lie all over the scale.
    base = Base(spread()[np.arange(600) * 7 % 600], company, groups, 3)

    assert shown_rows(base.study(250_000)[1])[0] is False


@pytest.mark.parametrize(
    ("people", "is_told"),
    [([], True), ([4, 3, 2], False), ([100], False), ([40, 40, 40], True)],
)
def test_sums_are_withheld_that_would_give_away_what_a_study_leaves_out(
    people: list[int], *, is_told: bool
) -> None:
    """Published tables tell the whole month: less a study's sums it is of those who are not in it."""
    beside = Beside(np.array(people, dtype=np.int64), (np.array(people, dtype=np.int64) * 300_000,))
    base = Base(spread(), np.arange(600) % 6, np.arange(600) // 200, 3, beside=beside)

    before, change = base.study(250_000)[1].sums["gross"]

    assert (before is not None) is is_told
    assert change


def test_a_group_of_few_people_is_withheld_with_another() -> None:
    # Seven people of six companies; the smaller of the others goes with them.
    groups = np.concatenate((np.zeros(7), np.ones(200), np.full(393, 2))).astype(np.int64)
    base = Base(spread(), np.arange(600) % 6, groups, 3)

    _full, seen = base.study(250_000)

    assert shown_rows(seen) == [False, False, True]


def test_a_group_that_one_company_moves_is_withheld_whatever_is_tried() -> None:
    company = np.arange(600) % 6
    groups = np.arange(600) // 200
    wages = np.full(600, 400_000)
    # Of group 0 only company 0 pays little: which shows at the highest floors alone.
    wages[(groups == 0) & (company == 0)] = 305_000
    wages[groups == 1] = 205_000
    wages[groups == 2] = 215_000
    base = Base(wages, company, groups, 3)

    patterns = {tuple(shown_rows(base.study(floor)[1])) for floor in LADDER}

    ((first, *_others),) = patterns
    assert first is False


def test_what_the_whole_base_does_not_hold_is_not_published_at_all() -> None:
    company = np.where(np.arange(600) < 560, 0, 1 + np.arange(600) % 5)
    base = Base(spread(), company, np.arange(600) % 3, 3)

    full, seen = base.study(250_000)

    assert full.affected
    assert (seen.people, seen.affected, seen.tables) == (None, None, ())
    assert set(seen.sums.values()) == {(None, None)}
    assert set(seen.bands) == {None}


def test_a_group_that_one_company_moves_between_two_values_is_withheld() -> None:
    """Against the value in force all companies move; only the step from 2,600 to 2,700 shows one alone."""
    company, groups = np.arange(600) % 6, np.arange(600) // 200
    wages = np.full(600, 215_000)
    wages[(groups == 0) & (company == 0)] = 400_000
    wages[groups == 1] = 400_000
    wages[groups == 2] = 260_000
    base = Base(wages, company, groups, 3, cap_of)

    assert shown_rows(base.study(250_000)[1])[0] is False


def test_a_group_of_which_one_company_has_most_is_withheld() -> None:
    company, groups = np.arange(600) % 6, np.arange(600) // 6 % 3
    # In group 0 four of five are company 0's.
    company[(groups == 0) & (np.arange(600) % 5 > 0)] = 0
    base = Base(spread(), company, groups, 3)

    assert shown_rows(base.study(250_000)[1])[0] is False


@pytest.mark.feature("OFF-19")
@pytest.mark.parametrize("rule", [floor_of, cap_of])
@pytest.mark.parametrize("seed", range(4))
def test_no_difference_of_studies_tells_of_few_people_or_of_one_company(
    seed: int, rule: Rule
) -> None:
    random = np.random.default_rng(seed)
    company = random.integers(0, 6, 600)
    groups = random.integers(0, 5, 600)
    wages = random.integers(PRESENT, 400_000, 600)
    # One company pays most of what is at either end in group 0, and has most people of group 4.
    wages[(groups == 0) & (company != 0)] = random.integers(230_000, 290_000)
    company[(groups == 4) & (random.integers(0, 9, 600) > 0)] = 1
    base = Base(wages, company, groups, 5, rule)
    studies = {value: base.study(value) for value in LADDER}
    shown = {tuple(shown_rows(seen)) for _full, seen in studies.values()}
    assert len(shown) == 1
    (mask,) = (np.array(one) for one in shown)
    assert not mask.all()
    # What the attacker can add up: each shown group, and the union of the withheld ones.
    cells = [np.flatnonzero(base.division.groups == number) for number in np.flatnonzero(mask)]
    cells.append(np.flatnonzero(~mask[base.division.groups]))
    values = [PRESENT, *LADDER]
    for who in cells:
        for low, high in combinations(values, 2):
            change = np.abs(rule(wages[who], high) - rule(wages[who], low))
            _is_of_many(company[who], (change != 0).astype(np.int64), PEOPLE_ROUND)
            _is_of_many(company[who], change, MONEY_ROUND_FEN)
    for full, seen in studies.values():
        _is_rounded(full, seen)
    _no_number_tells_who_comes_and_goes(base, studies)


def _no_number_tells_who_comes_and_goes(
    base: Base, studies: Mapping[int, tuple[Result, Result]]
) -> None:
    """Who is affected, or in a band, at one value and not at another is of many, wherever such numbers are told."""
    seen = next(iter(studies.values()))[1]
    moves = {
        value: Moves(base.before, base.ladder.get(value, base.before))
        for value in [PRESENT, *LADDER]
    }
    everybody = np.ones(base.wages.size, dtype=np.bool_)
    of_group = {row.code: base.division.groups == at for at, row in enumerate(seen.tables[0].rows)}
    told = [of_group[row.code] for row in seen.tables[0].rows if row.affected is not None]
    rest = ~np.logical_or.reduce([*told, ~everybody])
    for who in [*told, *([everybody, rest] if seen.affected is not None else [])]:
        _come_and_go(base, [one.is_affected & who for one in moves.values()])
    shown = np.array([count is not None for count in seen.bands])
    for chosen in [*np.eye(shown.size, dtype=np.bool_)[shown], ~shown]:
        _come_and_go(base, [chosen[one.bands] for one in moves.values()])


def _come_and_go(base: Base, counted: Sequence[NDArray[np.bool_]]) -> None:
    for one, other in combinations(counted, 2):
        _is_of_many(base.company, (one != other).astype(np.int64), PEOPLE_ROUND)


def test_a_number_of_people_does_not_tell_of_one_company_by_its_steps() -> None:
    """All are under 2,100 yuan but 40 of company 0, who earn 2,550: from 2,500 to 2,600 it is they who are affected.

    What they get is a small part of the money: that is told.
    """
    company = np.arange(600) % 6
    wages = np.full(600, 205_000)
    wages[np.flatnonzero(company == 0)[:40]] = 255_000
    base = Base(wages, company, np.arange(600) // 200, 3)

    full, seen = base.study(260_000)

    assert (full.affected, base.study(250_000)[0].affected) == (600, 560)
    assert (seen.people, seen.affected) == (600, None)
    assert seen.change("gross")
    # The first two of three groups have all 40, and together with the third what everybody has.
    assert [row.affected for row in seen.tables[0].rows] == [None] * 3
    assert {seen.bands[band] for band, count in enumerate(full.bands) if count} == {None}


@pytest.mark.parametrize(
    ("people", "unit", "told"),
    [(4, 10, (0, 10)), (8, 20, (0, 20)), (24, 50, (0, 0)), (30, None, (None, None))],
)
def test_who_is_filled_up_is_rounded_so_that_the_steps_of_few_companies_are_not_seen(
    people: int, unit: int | None, told: tuple[int | None, int | None]
) -> None:
    """Twelve of all companies are filled up at any higher floor, and from 2,600 yuan on some more of company 0."""
    company = np.arange(600) % 6
    base = Base(spread(), company, np.arange(600) // 200, 3)
    filled = {value: np.zeros(600, dtype=np.int64) for value in LADDER}
    for value in LADDER:
        filled[value][:12] = 100
        filled[value][np.flatnonzero(company == 0)[2 : 2 + people]] = 100 * (value >= 260_000)
    months = [
        Outcome({**base.ladder[value].sums, "top_up": filled[value]}, *[base.before.is_paid] * 2)
        for value in LADDER
    ]
    found = compare(Moves(base.before, months[0]), [base.division], 6, ())
    pattern = pattern_of(base.before, months, [base.division], company)

    assert pattern.floor_round == unit
    assert protect(found, pattern).floor == told


def _is_of_many(company: Column, weights: Column, unit: int) -> None:
    """What can be seen of a difference is of three companies or more, none of which has most of it."""
    of_company = np.bincount(company, weights=weights, minlength=6)
    if 2 * of_company.sum() >= unit:
        assert np.count_nonzero(of_company) >= 3
        assert of_company.max() <= 0.75 * of_company.sum()


def _is_rounded(full: Result, seen: Result) -> None:
    """Each figure is published to the rounding only: its neighbours would be published alike."""
    pairs: list[tuple[int | None, int | None, int]] = [
        (full.affected, seen.affected, PEOPLE_ROUND),
        (full.people, seen.people, PEOPLE_ROUND),
        *zip(full.floor, seen.floor, [PEOPLE_ROUND] * 2, strict=True),
    ]
    for name in FIGURES:
        pairs += zip(full.sums[name], seen.sums[name], [MONEY_ROUND_FEN] * 2, strict=True)
    rows: zip[tuple[GroupRow, GroupRow]] = zip(
        full.tables[0].rows, seen.tables[0].rows, strict=True
    )
    for exact, told in rows:
        pairs += [(exact.people, told.people, PEOPLE_ROUND)]
        pairs += [(exact.affected, told.affected, PEOPLE_ROUND)]
        pairs += zip(exact.changes, told.changes, [MONEY_ROUND_FEN] * len(CHANGES), strict=True)
    for value, published, unit in pairs:
        assert value is not None
        if published is not None:
            assert published % unit == 0
            assert abs(published - value) * 2 <= unit


def test_a_step_of_the_ladder_moves_nobody_alone_into_sight() -> None:
    """One wage between two steps is the difference that a study with any value would show."""
    company = np.arange(600) % 6
    wages = np.full(600, 500_000)
    wages[7] = 255_000
    base = Base(wages, company, np.arange(600) % 3, 3)

    published = [base.study(floor)[1] for floor in LADDER]

    for one, other in pairwise(published):
        assert one == other

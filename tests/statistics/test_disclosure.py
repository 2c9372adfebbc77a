"""What is withheld, and that nothing withheld follows from what is shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.populations import make_population
from tests.statistics.seed import OCTOBER
from workforce.statistics.single_tables import (
    THRESHOLD,
    Risk,
    withhold,
    withhold_by_family,
    withhold_wage_parts,
    withhold_where_nested,
)
from workforce.statistics.measure import Family
from workforce.statistics.population import STILL_EMPLOYED, Groups, Population


def hidden(counts: Sequence[int], *, is_zero_safe: bool = False) -> list[bool]:
    risk = Risk(np.array(counts, dtype=np.int64), sum(counts), is_zero_safe=is_zero_safe)
    return [bool(cell) for cell in withhold([risk]).cells]


@pytest.mark.feature("OFF-5")
@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([5, 5, 5], [False, False, False]),
        # 4 alone would follow from the total: the smallest other goes with it.
        ([4, 50, 20], [True, False, True]),
        ([4, 20, 20], [True, True, False]),
        # Two small ones of 6 together hide each other.
        ([2, 4, 50], [True, True, False]),
        # Two small ones of 4 together are a small cell: a third goes with them.
        ([2, 2, 50], [True, True, True]),
        ([1, 1, 30, 9], [True, True, False, True]),
        ([0, 30, 40], [True, True, False]),
        ([0, 1, 40, 30], [True, True, False, True]),
    ],
)
def test_small_cells_and_their_complements(counts: list[int], expected: list[bool]) -> None:
    assert hidden(counts) == expected


def test_nobody_may_be_shown_where_it_says_nothing_about_anybody() -> None:
    assert hidden([0, 30, 40], is_zero_safe=True) == [False, False, False]
    # 3 is small, and with the 0 it would be the only unknown: a real neighbour goes with it.
    assert hidden([3, 0, 30, 40], is_zero_safe=True) == [True, True, True, False]


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_no_shown_cell_is_small_and_no_withheld_sum_is(counts: list[int]) -> None:
    risk = Risk(np.array(counts, dtype=np.int64), sum(counts))
    found = withhold([risk])

    shown = [n for n, is_hidden in zip(counts, found.cells, strict=True) if not is_hidden]
    left_over = [n for n, is_hidden in zip(counts, found.cells, strict=True) if is_hidden]
    assert all(n >= THRESHOLD for n in shown)
    assert found.is_total == (sum(counts) < THRESHOLD)
    if not found.is_total and left_over:
        assert len(left_over) > 1
        assert sum(left_over) >= THRESHOLD


def population(
    company: Sequence[int], wages: Sequence[Sequence[int]], **changes: object
) -> Population:
    """Make employed, insured, paid people in companies; ``wages`` has six amounts for each."""
    amounts = np.array(wages, dtype=np.int64).reshape(len(company), 6).T
    return make_population(len(company), OCTOBER, company=company, wages=amounts, **changes)


def by_company(people: Population) -> dict[Family, list[bool]]:
    groups = Groups(people.company, int(people.company.max()) + 1, splits_persons=True)
    found = withhold_by_family(people, groups)
    return {family: withheld.cells.tolist() for family, withheld in found.items()}


def test_flows_and_coverage_are_withheld_at_least_where_the_stock_is() -> None:
    # 4, 8 and 9 jobs; everybody joined in the month, so that joined = jobs at end.
    company = [0] * 4 + [1] * 8 + [2] * 9
    hired = np.full(21, OCTOBER.first_on.toordinal(), dtype=np.int64)

    found = by_company(population(company, [[100] + [0] * 5] * 21, hired=hired))

    assert found[Family.STOCK] == [True, True, False]
    # Nobody left: each 0 is a cell under five.
    assert found[Family.FLOW] == [True, True, True]
    assert found[Family.COVERAGE] == [True, True, False]


@pytest.mark.parametrize(
    ("second_jobs", "is_withheld"), [(0, False), (1, True), (4, True), (5, False)]
)
def test_persons_beside_jobs_do_not_tell_of_a_few_with_two(
    second_jobs: int, *, is_withheld: bool
) -> None:
    counted = np.ones(30, dtype=np.bool_)
    counted[:second_jobs] = False
    found = withhold_by_family(
        population([0] * 30, [[100] + [0] * 5] * 30, is_person=counted),
        Groups(np.zeros(30, dtype=np.int64), 1),
    )
    assert found[Family.PERSONS].is_total == is_withheld
    assert not found[Family.STOCK].is_total


def test_second_jobs_of_one_group_do_not_follow_from_those_of_all() -> None:
    # 20 jobs each; 2, 6 and 7 of them are somebody's second one within the company: 2 = 15 − 6 − 7.
    company = [0] * 20 + [1] * 20 + [2] * 20
    counted = np.ones(60, dtype=np.bool_)
    counted[[0, 1, *range(20, 26), *range(40, 47)]] = False

    found = by_company(
        population(company, [[100] + [0] * 5] * 60, is_person=counted, is_person_in_company=counted)
    )

    assert found[Family.STOCK] == [False, False, False]
    assert found[Family.PERSONS] == [True, True, False]


def test_a_share_does_not_tell_of_a_few_uninsured() -> None:
    company = [0] * 40 + [1] * 40 + [2] * 40
    insured = np.ones(120, dtype=np.bool_)
    insured[[0, 1]] = False  # 38 of 40: 95.0 %
    insured[80:90] = False  # 30 of 40: 75.0 %

    found = by_company(
        population(company, [[100] + [0] * 5] * 120, schemes=np.asarray(insured, dtype=np.int64))
    )

    assert found[Family.STOCK] == [False, False, False]
    # Of 12 uninsured 10 would leave 2: the third company is withheld as well.
    assert found[Family.COVERAGE] == [True, True, True]


def test_where_all_uninsured_are_few_no_group_is_told_to_have_none() -> None:
    insured = np.ones(80, dtype=np.bool_)
    insured[0] = False

    found = by_company(
        population(
            [0] * 40 + [1] * 40, [[100] + [0] * 5] * 80, schemes=np.asarray(insured, dtype=np.int64)
        )
    )

    assert found[Family.COVERAGE] == [True, True]


def test_places_less_their_shown_companies_do_not_tell_of_a_few_who_joined() -> None:
    # Three companies of 20 jobs inside, three outside; of each three one is shown in joined and left.
    joined, left = [8, 1, 1, 8, 2, 2], [6, 2, 2, 6, 2, 2]
    company = np.repeat(np.arange(6), 20)
    rank = np.tile(np.arange(20), 6)
    first = OCTOBER.first_on.toordinal()
    people = population(
        company.tolist(),
        [[100] + [0] * 5] * 120,
        hired=np.where(rank < np.repeat(joined, 20), first, 1),
        separated=np.where(rank >= 20 - np.repeat(left, 20), first + 9, STILL_EMPLOYED),
    )
    companies = Groups(company, 6, splits_persons=True)
    places = Groups(company // 3, 2)
    own, by_company = (withhold_by_family(people, groups) for groups in (places, companies))
    assert by_company[Family.FLOW].cells.tolist() == [False, True, True, False, True, True]
    assert own[Family.FLOW].cells.tolist() == [False, False]

    found = withhold_where_nested(own, by_company, companies, people, places)

    # 10 who joined inside less the 8 shown would be the 2 of the others.
    assert found[Family.FLOW].cells.tolist() == [True, True]
    assert found[Family.STOCK].cells.tolist() == [False, False]


def test_a_wage_part_of_few_people_takes_another_with_it() -> None:
    # Time and piece for all; a bonus for 6 people; special wages for 2.
    wages = [[100, 50, 0, 0, 0, 0]] * 4 + [[100, 50, 10, 0, 0, 0]] * 6
    wages[-1] = wages[-2] = [100, 50, 10, 0, 0, 7]

    found = withhold_wage_parts(population([0] * 10, wages))

    # time piece bonus allowance overtime special: the 0.00 of nobody goes first, then the bonus,
    # because those behind the withheld amounts must be five different people.
    assert found.cells.tolist() == [False, False, True, True, True, True]
    assert not found.is_total


def test_all_wages_are_withheld_where_fewer_than_five_are_paid() -> None:
    assert withhold_wage_parts(population([0] * 4, [[1, 1, 0, 0, 0, 0]] * 4)).is_total

"""How many to inspect: the standard's table and the formula, against published examples."""

from __future__ import annotations

from fractions import Fraction

import pytest

from workforce.quality.sampling import sample_size, table


@pytest.mark.parametrize(
    ("lot", "limit", "letter", "size", "accept"),
    [
        # The usual example of textbooks: a lot of 1000, level II, AQL 1.0: J, 80, 2/3.
        (1000, "1.0", "J", 80, 2),
        (1000, "2.5", "J", 80, 5),
        (1000, "4.0", "J", 80, 7),
        (4000, "0.65", "L", 200, 3),
        (4000, "1.5", "L", 200, 7),
        (20_000, "2.5", "M", 315, 14),
        (20_000, "4.0", "M", 315, 21),
        # Edges of the code letters.
        (1200, "1.0", "J", 80, 2),
        (1201, "1.0", "K", 125, 3),
        # An arrow down: letter G at AQL 1.0 leads to H, 50, 1/2.
        (200, "1.0", "H", 50, 1),
        # An arrow up: letter F at AQL 1.0 leads back to E, 13, 0/1.
        (100, "1.0", "E", 13, 0),
        # Beyond the last plan of a column: up.
        (600_000, "6.5", "L", 200, 21),
    ],
)
def test_plans_of_the_table(lot: int, limit: str, letter: str, size: int, accept: int) -> None:
    plan = table().plan(lot, limit)
    assert (plan.letter, plan.size, plan.accept, plan.reject) == (letter, size, accept, accept + 1)
    assert not plan.is_whole


def test_a_sample_as_large_as_the_lot_is_the_whole_lot() -> None:
    plan = table().plan(10, "1.0")
    assert (plan.size, plan.accept, plan.is_whole) == (10, 0, True)


def test_the_table_says_where_it_is_from_and_how_sure_it_is() -> None:
    assert "GB/T 2828.1-2012" in table().source.zh
    assert table().confidence == "secondary"


def test_acceptance_numbers_follow_the_standards_series() -> None:
    series = [0, 1, 2, 3, 5, 7, 10, 14, 21]
    for limit in table().limits:
        numbers = list(table().plans[limit].values())
        assert numbers == series[: len(numbers)], limit


@pytest.mark.parametrize(
    ("lot", "size"),
    # Krejcie & Morgan (1970), 95 %, 5 %, one half; rounded up here: 384.16/(1 + 383.16/N).
    [(100, 80), (1000, 278), (10_000, 370), (1_000_000, 385)],
)
def test_the_formula(lot: int, size: int) -> None:
    assert sample_size(lot, 95, Fraction(1, 20), Fraction(1, 2)) == size


def test_the_formula_never_asks_for_more_than_there_is() -> None:
    assert sample_size(3, 99, Fraction(1, 100), Fraction(1, 2)) == 3
    assert sample_size(1, 90, Fraction(1, 10), Fraction(1, 2)) == 1

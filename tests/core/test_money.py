from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.core.errors import InputError
from workforce.core.money import (
    LARGEST,
    checked_product,
    format_fen,
    format_micro,
    largest_remainder,
    largest_remainder_columns,
    largest_remainder_groups,
    parse_fen,
    parse_micro,
    round_half_up,
    round_sum,
)

AMOUNTS = st.integers(min_value=1 - 10**14, max_value=10**14 - 1)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=1440), min_size=1, max_size=6).filter(any)


def column(*values: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array(values, np.int64)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("0.01", 1),
        ("1234.50", 123450),
        ("1234.5", 123450),
        ("-12.30", -1230),
        ("007", 700),
        ("999999999999.99", 99999999999999),
    ],
)
def test_yuan_text_is_read_as_fen(text: str, fen: int) -> None:
    assert parse_fen(text) == fen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "money.not_exact"),
        (" 1", "money.not_exact"),
        ("1 ", "money.not_exact"),
        ("+1", "money.not_exact"),
        ("1e3", "money.not_exact"),
        ("1,234.50", "money.not_exact"),
        (".5", "money.not_exact"),
        ("5.", "money.not_exact"),
        ("nan", "money.not_exact"),
        ("一", "money.not_exact"),
        ("٣", "money.not_exact"),  # an Arabic digit three
        ("1\n", "money.not_exact"),
        ("0.001", "money.too_many_decimals"),
        ("1000000000000", "money.too_large"),
    ],
)
def test_anything_else_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_fen(text)
    assert caught.value.code == code


def test_prices_have_six_decimals() -> None:
    assert parse_micro("0.125") == 125_000
    assert parse_micro("0.000001") == 1
    with pytest.raises(InputError, match="at most 6 decimals"):
        parse_micro("0.0000001")


def test_fen_are_written_with_two_decimals() -> None:
    assert [format_fen(fen) for fen in (0, 5, -5, 100, 123450)] == [
        "0.00",
        "0.05",
        "-0.05",
        "1.00",
        "1234.50",
    ]


def test_millionths_are_written_without_idle_zeros() -> None:
    assert [format_micro(micro) for micro in (0, 125_000, 2_000_000, -1, 1_333_000)] == [
        "0",
        "0.125",
        "2",
        "-0.000001",
        "1.333",
    ]


@given(AMOUNTS)
def test_what_is_written_is_read_back(fen: int) -> None:
    assert parse_fen(format_fen(fen)) == fen
    assert parse_micro(format_micro(fen)) == fen


@pytest.mark.feature("FIN-13")
@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [
        (22765, 1000, 23),  # 4553 × 0.5 % = 22.765 yuan: the tie that a binary fraction loses
        (387005, 1000, 387),
        (5, 10, 1),
        (-5, 10, -1),
        (4, 10, 0),
        (-4, 10, 0),
        (15, 10, 2),
        (25, 10, 3),
        (LARGEST, LARGEST, 1),
    ],
)
def test_halves_are_rounded_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert round_half_up(numerator, denominator) == rounded
    assert round_half_up(column(numerator), denominator).tolist() == [rounded]


@given(AMOUNTS, st.integers(min_value=1, max_value=10**9))
def test_a_reversal_cancels_what_it_reverses(numerator: int, denominator: int) -> None:
    there = round_half_up(column(numerator), denominator)
    back = round_half_up(column(-numerator), denominator)
    assert (there + back).tolist() == [0]
    assert there.tolist() == [round_half_up(numerator, denominator)]


@given(AMOUNTS, st.integers(min_value=1, max_value=10**9))
def test_rounding_is_off_by_at_most_half(numerator: int, denominator: int) -> None:
    error = Fraction(round_half_up(numerator, denominator)) - Fraction(numerator, denominator)
    assert abs(error) <= Fraction(1, 2)


def test_a_denominator_is_positive() -> None:
    with pytest.raises(ZeroDivisionError):
        round_half_up(1, 0)
    with pytest.raises(ZeroDivisionError):
        round_half_up(column(1, 1), column(1, -1))


TERMS = st.lists(
    st.tuples(AMOUNTS, st.sampled_from([1, 2, 8, 100, 2175, 540, 600, 1_000_000])),
    min_size=1,
    max_size=6,
)


@given(TERMS)
def test_a_sum_of_fractions_is_rounded_once(terms: list[tuple[int, int]]) -> None:
    exact = sum(Fraction(numerator, denominator) for numerator, denominator in terms)
    expected = round_half_up(exact.numerator, exact.denominator)
    columns = [(column(numerator), denominator) for numerator, denominator in terms]
    assert round_sum(columns).tolist() == [expected]


@given(TERMS)
def test_the_order_of_the_terms_does_not_matter(terms: list[tuple[int, int]]) -> None:
    columns = [(column(numerator), denominator) for numerator, denominator in terms]
    assert round_sum(columns).tolist() == round_sum(columns[::-1]).tolist()


def test_an_empty_column_has_an_empty_sum() -> None:
    assert round_sum([(column(), 3), (column(), 7)]).tolist() == []


def test_nothing_overflows_in_silence() -> None:
    with pytest.raises(OverflowError):
        checked_product(column(2**32), column(2**31))
    with pytest.raises(OverflowError):
        round_sum([(column(LARGEST), 1), (column(LARGEST), 1)])
    with pytest.raises(OverflowError):
        round_sum([(column(1), 2**40 - 1), (column(1), 2**40 - 3)])
    with pytest.raises(OverflowError):
        largest_remainder_columns(column(2**50), np.array([[2**20], [2**20]], np.int64))
    assert checked_product(column(-(2**31), 3), 2**31).tolist() == [-(2**62), 3 * 2**31]


def test_left_over_units_go_to_the_largest_remainders() -> None:
    assert largest_remainder(10, [1, 1, 1]) == [4, 3, 3]
    assert largest_remainder(100, [120, 480]) == [20, 80]
    assert largest_remainder(5, [0, 3, 4]) == [0, 2, 3]
    assert largest_remainder(-10, [1, 1, 1]) == [-4, -3, -3]
    assert largest_remainder(0, [0, 0]) == [0, 0]


def test_there_must_be_a_weight_to_split_by() -> None:
    for weights in ([0, 0], [], [1, -1]):
        with pytest.raises(ValueError, match="weights"):
            largest_remainder(1, weights)
    for rows in ([[0], [0]], [[2], [-1]]):
        with pytest.raises(ValueError, match="weights"):
            largest_remainder_columns(column(1), np.array(rows, np.int64))


@given(AMOUNTS, WEIGHTS)
def test_the_parts_add_up_and_stay_within_one_unit(total: int, weights: list[int]) -> None:
    parts = largest_remainder(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(part) - Fraction(total * weight, sum(weights))) < 1
        assert weight or not part


@given(st.lists(st.tuples(st.integers(-(10**12), 10**12), WEIGHTS), min_size=1, max_size=5))
def test_columns_are_split_like_single_totals(rows: list[tuple[int, list[int]]]) -> None:
    classes = max(len(weights) for _, weights in rows)
    padded = [weights + [0] * (classes - len(weights)) for _, weights in rows]
    split = largest_remainder_columns(
        column(*(total for total, _ in rows)), np.array(padded, np.int64).T
    )
    for index, (total, _) in enumerate(rows):
        assert split[:, index].tolist() == largest_remainder(total, padded[index])


POTS = st.lists(st.tuples(st.integers(0, 10**8), WEIGHTS), max_size=6)


@given(POTS, st.randoms(use_true_random=False))
def test_groups_are_split_like_single_totals(
    pots: list[tuple[int, list[int]]], mix: Random
) -> None:
    rows = [
        (pot, place, weight)
        for pot, (_, weights) in enumerate(pots)
        for place, weight in enumerate(weights)
    ]
    # Rows of different pots may stand in any order; within a pot their order decides ties.
    pot_order = [pot for pot, _, _ in rows]
    mix.shuffle(pot_order)
    waiting = {pot: iter([row for row in rows if row[0] == pot]) for pot in set(pot_order)}
    mixed = [next(waiting[pot]) for pot in pot_order]
    parts = largest_remainder_groups(
        column(*(total for total, _ in pots)),
        column(*(pot for pot, _, _ in mixed)),
        column(*(weight for _, _, weight in mixed)),
    ).tolist()
    by_place = {(pot, place): part for (pot, place, _), part in zip(mixed, parts, strict=True)}
    for pot, (total, weights) in enumerate(pots):
        mine = [by_place[pot, place] for place in range(len(weights))]
        assert mine == largest_remainder(total, weights)


def test_a_group_needs_a_weight_and_stays_in_range() -> None:
    for weights in ([0, 0], [3, -1]):
        with pytest.raises(ValueError, match="weights"):
            largest_remainder_groups(column(1), column(0, 0), column(*weights))
    assert largest_remainder_groups(column(0), column(0), column(0)).tolist() == [0]
    with pytest.raises(OverflowError):
        largest_remainder_groups(column(2**50), column(0, 0), column(2**20, 2**20))

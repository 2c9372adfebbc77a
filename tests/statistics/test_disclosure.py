"""Witnesses and rules: what is chosen, and that it cannot be worked out, on tables small enough to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array

from workforce.statistics.disclosure import (
    RULES,
    DisclosureError,
    Need,
    Problem,
    Protected,
    State,
    protect,
)


def row(counts: Sequence[int], *, total: State = State.OPEN) -> Problem:
    """Make a row of counts with their total last; small ones must be able to be five more."""
    values = np.array([*counts, sum(counts)], dtype=np.int64)
    small = [at for at, value in enumerate(values) if RULES.is_small(int(value))]
    states = np.full(values.size, State.OPEN, dtype=np.int8)
    states[small] = State.HIDDEN
    if State(states[-1]) is State.OPEN:
        states[-1] = total
    nothing = np.zeros(values.size, dtype=np.bool_)
    costs = np.log2(2.0 + values)
    costs[-1] *= 300
    return Problem(
        values=values,
        states=states,
        costs=costs,
        equations=csr_array(np.array([[*([1.0] * len(counts)), -1.0]])),
        needs=tuple(Need(at, RULES.least, (nothing,)) for at in small),
    )


def hidden(counts: Sequence[int]) -> list[bool]:
    return [bool(cell) for cell in protect(row(counts)).hidden]


@pytest.mark.feature("OFF-5")
@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([5, 5, 5], [False, False, False, False]),
        # 4 alone would follow from the total: the cheapest other that can be 5 less goes with it.
        ([4, 50, 20], [True, False, True, False]),
        # A 0 is about nobody; it cannot be less, so that it hides nothing.
        ([0, 30, 40], [False, False, False, False]),
        ([3, 0, 30, 40], [True, False, True, False, False]),
        # 3 and 3 together are 6: neither can be 8, so that a third goes with them.
        ([3, 3, 50], [True, True, True, False]),
        # All are small, and so is the total: nothing is told.
        ([1, 2], [True, True, True]),
        # Nobody else can be less: the total goes, too.
        ([4, 0], [True, False, True]),
    ],
)
def test_small_counts_and_what_hides_them(counts: list[int], expected: list[bool]) -> None:
    assert hidden(counts) == expected


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_what_is_shown_leaves_every_small_count_open(counts: list[int]) -> None:
    problem = row(counts)
    shown = ~protect(problem).hidden

    # The solver by itself, upon nothing but what is shown.
    bounds = [
        (value, value) if is_shown else (0, None)
        for value, is_shown in zip(problem.values, shown, strict=True)
    ]
    for need in problem.needs:
        aim = np.zeros(problem.values.size)
        aim[need.variable] = -1
        free = linprog(
            aim, A_eq=problem.equations.toarray(), b_eq=[0], bounds=[*bounds[:-1], bounds[-1]]
        )
        # Unbounded (status 3) where the total is withheld.
        assert free.status == 3 or -free.fun >= problem.values[need.variable] + RULES.least - 1e-6
    assert all(not RULES.is_small(int(value)) for value in problem.values[shown])


def test_what_is_known_cannot_hide_anything() -> None:
    # The total and 30 were published last month: 3 follows from them, whatever is withheld now.
    problem = row([3, 30], total=State.KNOWN)
    problem.states[1] = State.KNOWN
    with pytest.raises(DisclosureError):
        protect(problem)
    # Of last month's own figures this cannot be helped any more, and stops nothing.
    past = replace(problem, needs=tuple(replace(need, is_past=True) for need in problem.needs))
    assert protect(past).hidden.tolist() == [True, False, False]


def test_the_same_problem_has_the_same_answer() -> None:
    counts = [4, 9, 9, 9, 2, 17, 17]
    first, second = (protect(row(counts)) for _ in range(2))
    assert isinstance(first, Protected)
    assert first.hidden.tolist() == second.hidden.tolist()


@pytest.mark.feature("OFF-6")
@pytest.mark.parametrize(
    ("shares", "is_dominated"),
    [
        ([], False),  # nobody made anything, or all have agreed
        ([100], True),
        ([50, 50], True),  # each knows the other's from the total
        ([34, 33, 33], False),
        ([75, 13, 12], True),  # two have 88 %
        ([75, 10, 10, 5], False),  # 75 % is not more than 75 %, 85 % not more than 85 %
        ([76, 8, 8, 8], True),
        ([45, 41, 14], True),  # 86 %
        ([0, 0, 40, 30, 30], False),
    ],
)
def test_an_amount_of_few_companies_is_theirs(shares: list[int], *, is_dominated: bool) -> None:
    assert RULES.is_dominated(np.array(shares, dtype=np.int64)) == is_dominated

"""Sums by key, with keys that fit a table and keys that do not."""

import numpy as np
import pytest

from workforce.core.grouping import split, sums_by_key

FAR = 10**12
"""No table has so many cells."""


@pytest.mark.parametrize("apart", [1, FAR])
def test_sums_by_key_are_sorted_and_leave_out_nothing_but_zero(apart: int) -> None:
    keys, sums = sums_by_key(
        np.array([5, 2, 5, 0, 7], dtype=np.int64) * apart, np.array([10, 3, 1, 0, 4], np.int64)
    )
    assert (keys // apart).tolist() == [2, 5, 7]
    assert sums.tolist() == [3, 11, 4]


def test_no_keys_have_no_sums() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    keys, sums = sums_by_key(nothing, nothing)
    assert keys.size == 0
    assert sums.size == 0


def test_split_is_quotient_and_remainder() -> None:
    quotient, rest = split(np.array([0, 6, 7, 20], dtype=np.int64), 7)
    assert quotient.tolist() == [0, 0, 1, 2]
    assert rest.tolist() == [0, 6, 0, 6]

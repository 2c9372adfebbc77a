"""Plans by key and dated ranges."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.core.errors import ClosedError, InputError
from workforce.core.period import PayPeriod
from workforce.platform.changes import Range, place_range, plan_rows, put_range


def day(number: int | None) -> dt.date | None:
    return None if number is None else dt.date(2026, 10, number)


def placed(
    stored: list[tuple[int, int | None]], start: int, end: int | None = None
) -> tuple[int | None, int | None, int | None]:
    """Place a range of October days; say its end, and the first days of what it replaces and ends."""
    ranges = [
        Range(n, dt.date(2026, 10, first), day(last)) for n, (first, last) in enumerate(stored)
    ]
    place = place_range(ranges, dt.date(2026, 10, start), day(end))
    first_days = [row.valid_from.day if row else None for row in (place.replaces, place.ends)]
    return (place.valid_to.day if place.valid_to else None, first_days[0], first_days[1])


@pytest.mark.parametrize(
    ("stored", "start", "end", "expected"),
    [
        ([], 5, None, (None, None, None)),
        ([], 5, 9, (9, None, None)),
        ([(1, None)], 5, None, (None, None, 1)),
        ([(1, None)], 1, None, (None, 1, None)),
        ([(1, 5), (5, None)], 3, None, (5, None, 1)),
        ([(1, 5), (5, None)], 1, None, (5, 1, None)),
        ([(10, None)], 5, None, (10, None, None)),
        ([(1, 5)], 5, None, (None, None, None)),
        ([(1, 5), (20, None)], 5, 20, (20, None, None)),
        ([(1, 5)], 3, None, (5, None, 1)),
    ],
)
def test_places(
    stored: list[tuple[int, int | None]],
    start: int,
    end: int | None,
    expected: tuple[int | None, ...],
) -> None:
    assert placed(stored, start, end) == expected


@pytest.mark.parametrize(
    ("stored", "start", "end", "code"),
    [
        ([], 5, 5, "dated.empty"),
        ([], 5, 4, "dated.empty"),
        ([(1, None)], 5, 9, "dated.overlap"),
        ([(1, 20)], 5, 9, "dated.overlap"),
        ([(10, None)], 5, 11, "dated.overlap"),
    ],
)
def test_no_place(stored: list[tuple[int, int | None]], start: int, end: int, code: str) -> None:
    with pytest.raises(InputError) as caught:
        placed(stored, start, end)
    assert caught.value.code == code


@given(st.lists(st.tuples(st.integers(1, 27), st.none() | st.integers(2, 28)), max_size=12))
def test_ranges_never_overlap_whatever_is_put(puts: list[tuple[int, int | None]]) -> None:
    rows: list[dict[str, Any]] = []
    for number, (start, end) in enumerate(puts):
        try:
            put_range(rows, {"value": number}, dt.date(2026, 10, start), day(end))
        except InputError:
            continue
    ordered = sorted(rows, key=lambda row: row["valid_from"])
    for earlier, later in pairwise(ordered):
        assert earlier["valid_to"] is not None
        assert earlier["valid_to"] <= later["valid_from"]


def test_a_closed_month_keeps_what_held_in_it() -> None:
    locked = frozenset({PayPeriod(2026, 10)})
    rows = [{"value": 1, "valid_from": dt.date(2026, 9, 1), "valid_to": None}]

    for start in (dt.date(2026, 9, 1), dt.date(2026, 10, 31)):
        with pytest.raises(ClosedError):
            put_range(rows, {"value": 2}, start, locked=locked)
    # Saying the same again, or ending it after the closed month, changes no day of it.
    put_range(rows, {"value": 1}, dt.date(2026, 9, 1), locked=locked)
    put_range(rows, {"value": 1}, dt.date(2026, 9, 1), dt.date(2026, 12, 1), locked=locked)
    assert rows == [
        {"value": 1, "valid_from": dt.date(2026, 9, 1), "valid_to": dt.date(2026, 12, 1)}
    ]
    with pytest.raises(ClosedError):
        put_range(rows, {"value": 1}, dt.date(2026, 9, 1), dt.date(2026, 10, 15), locked=locked)


def test_a_plan_tells_added_changed_unchanged_and_removed() -> None:
    stored = [{"id": 1, "k": "a", "v": 1}, {"id": 2, "k": "b", "v": 2}, {"id": 3, "k": "c", "v": 3}]
    wanted = [{"k": "a", "v": 1}, {"k": "b", "v": 20}, {"k": "d", "v": 4}]

    plan = plan_rows(stored, wanted, key=("k",), compare=("v",), remove=True)

    assert plan.added == [{"k": "d", "v": 4}]
    assert [(c.row["id"], c.before, c.after) for c in plan.changed] == [(2, {"v": 2}, {"v": 20})]
    assert (plan.unchanged, [row["id"] for row in plan.removed]) == (1, [3])
    assert plan_rows(stored, wanted, key=("k",), compare=("v",)).removed == []

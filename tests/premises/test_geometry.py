"""Rectangles, spans of days, and lengths as people write them."""

from __future__ import annotations

import datetime as dt

import pytest

from workforce.core.errors import InputError
from workforce.premises.geometry import (
    Box,
    Span,
    history,
    metres,
    read_metres,
    read_square_metres,
    square_metres,
)
from workforce.premises.plan import letters


def day(number: int) -> dt.date:
    """Return a day of October 2026."""
    return dt.date(2026, 10, number)


def test_rooms_may_share_a_wall_and_nothing_more() -> None:
    room = Box(100, 100, 50, 40)

    assert not room.meets(Box(150, 100, 10, 40))
    assert not room.meets(Box(100, 60, 50, 40))
    assert room.meets(Box(149, 139, 10, 10))
    assert room.meets(Box(110, 110, 5, 5))
    assert room.holds(150, 140)
    assert not room.holds(151, 120)


def test_an_end_is_the_first_day_after() -> None:
    span = Span(day(5), day(10))

    assert not span.meets(Span(day(10), None))
    assert span.meets(Span(day(9), None))
    assert not span.meets(Span(day(7), day(7)))
    assert (span.has(day(9)), span.has(day(10))) == (True, False)
    assert Span(day(1), None).holds(span)
    assert not span.holds(Span(day(5), None))


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        # From before the first change: it holds from the first day.
        (Span(day(1), None), [(1, 8, "a"), (8, 20, "b"), (20, None, "c")]),
        # From within the second: what went before is cut off.
        (Span(day(9), day(25)), [(9, 20, "b"), (20, 25, "c")]),
        # Ended before the last one began: that falls away.
        (Span(day(3), day(20)), [(3, 8, "a"), (8, 20, "b")]),
        # Entered in error: one span without a day.
        (Span(day(8), day(8)), [(8, 8, "b")]),
    ],
)
def test_what_held_when_is_told_without_a_gap(
    over: Span, expected: list[tuple[int, int | None, str]]
) -> None:
    told = history({day(3): "a", day(8): "b", day(20): "c"}, over)

    assert [(span.valid_from, span.valid_to, value) for span, value in told] == [
        (day(first), None if end is None else day(end), value) for first, end, value in expected
    ]


def test_lengths_and_sizes_are_read_and_written_exactly() -> None:
    assert read_metres("12.5") == 125
    assert read_square_metres("702.25") == 70_225
    assert (metres(125), metres(120), square_metres(70_225)) == ("12.5", "12", "702.25")
    for text, reason in (
        ("12.55", "money.too_many_decimals"),
        ("-1", "premises.measure"),
        ("1000.1", "premises.measure"),
        ("一百", "money.not_exact"),
    ):
        with pytest.raises(InputError) as caught:
            read_metres(text)
        assert caught.value.code == reason
    with pytest.raises(InputError):
        read_square_metres("0")


def test_a_label_is_as_large_as_its_room_lets_it() -> None:
    label = "101 标注大厅"  # four signs of half width and four whole ones: 6.32 em

    assert letters(label, Box(0, 0, 300, 200)) == 15
    assert letters(label, Box(0, 0, 80, 200)) == 11
    assert letters(label, Box(0, 0, 20, 20)) == 7
    # On a floor three fifths as large letters are, too: the sheet is the same.
    assert letters(label, Box(0, 0, 300, 200), 0.6) == 9

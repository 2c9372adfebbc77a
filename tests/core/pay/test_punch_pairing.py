"""Pairing punches: complete months are recovered, a missing punch spoils its own day and no other."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.core.rules.punch_pairing import (
    DAY_MINUTES,
    LONGEST_MINUTES,
    REPEAT_MINUTES,
    Pairing,
    PlannedShift,
    pair_punches,
)

DAY = PlannedShift(9 * 60, 18 * 60, 60)
NIGHT = PlannedShift(22 * 60, 30 * 60, 30)
MORNING, AFTERNOON = PlannedShift(540, 720, 0), PlannedShift(780, 1080, 0)
FIRM = (DAY, NIGHT)


def at(day: int, clock: str) -> int:
    hours, minutes = clock.split(":")
    return day * DAY_MINUTES + int(hours) * 60 + int(minutes)


def told(pairing: Pairing) -> list[tuple[int, int, int, int]]:
    return [(s.day, s.start, s.end, s.break_minutes) for s in pairing.stretches]


def test_days_and_nights() -> None:
    punches = [at(0, "8:52"), at(0, "18:07"), at(3, "21:55"), at(4, "6:02")]

    pairing = pair_punches(punches, FIRM)

    assert told(pairing) == [
        (0, at(0, "8:52"), at(0, "18:07"), 60),
        (3, at(3, "21:55"), at(4, "6:02"), 30),
    ]
    assert pairing.loose == ()


def test_late_overtime_past_midnight_stays_with_its_day() -> None:
    # 08:50 to 00:40 next day, in again at 09:00: 15 hours 50 and then 9.
    punches = [at(0, "8:50"), at(1, "0:40"), at(1, "9:00"), at(1, "18:00")]

    assert [day for day, *_ in told(pair_punches(punches, FIRM))] == [0, 1]


def test_a_longer_stretch_than_stated_is_not_made() -> None:
    punches = [at(0, "8:50"), at(1, "1:12")]

    assert [loose.day for loose in pair_punches(punches, (DAY,)).loose] == [0, 0]
    assert told(pair_punches(punches, (DAY,), 17 * 60)) == [(0, at(0, "8:50"), at(1, "1:12"), 60)]


@pytest.mark.parametrize(
    ("punches", "lacks_end"),
    [([at(1, "9:03")], True), ([at(1, "18:01")], False), ([at(1, "21:58")], True)],
)
def test_a_missing_punch_is_named_and_disturbs_nobody(
    punches: Sequence[int],
    lacks_end: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    around = [at(0, "9:00"), at(0, "18:00"), at(2, "9:00"), at(2, "18:00")]

    pairing = pair_punches([*around, *punches], FIRM)

    assert [day for day, *_ in told(pairing)] == [0, 2]
    assert [(one.day, one.lacks_end, one.is_unclear) for one in pairing.loose] == [
        (1, lacks_end, False)
    ]


def test_an_evening_and_a_morning_are_no_night_shift() -> None:
    """In is missing on one day and out on the next: 18:00 to 09:00 is nobody's shift."""
    pairing = pair_punches([at(0, "18:00"), at(1, "9:00")], FIRM)

    assert pairing.stretches == ()
    assert {one.day for one in pairing.loose} == {0, 1}


def test_twelve_hour_turns_that_could_be_either_are_unclear_not_guessed() -> None:
    turns = (PlannedShift(480, 1200, 60), PlannedShift(1200, 1920, 60))
    # The arrival of day 1 is missing: from there on, days and nights explain the punches equally well.
    punches = [at(0, "8:00"), at(0, "20:00"), at(1, "20:00"), at(2, "8:00"), at(2, "20:00")]

    pairing = pair_punches(punches, turns)
    assert [day for day, *_ in told(pairing)] == [0]
    assert [one.is_unclear for one in pairing.loose] == [True] * 3
    # With only the person's own shift stated there is no doubt.
    alone = pair_punches(punches, turns[:1])
    assert [day for day, *_ in told(alone)] == [0, 2]
    assert [(one.day, one.is_unclear) for one in alone.loose] == [(1, False)]


def test_punches_at_noon_are_the_break() -> None:
    noon = [at(0, "9:00"), at(0, "12:00"), at(0, "12:40"), at(0, "18:00")]

    # 40 of the 60 minutes were spent away; the rest comes off the longer stretch.
    assert [row[3] for row in told(pair_punches(noon, (DAY,)))] == [0, 20]
    assert [row[3] for row in told(pair_punches(noon, (MORNING, AFTERNOON)))] == [0, 0]


@pytest.mark.parametrize(
    ("end", "pause"),
    [("13:30", 0), ("13:29", 0), ("13:45", 15), ("14:30", 60), ("18:00", 60)],
)
def test_half_a_shift_has_no_break(end: str, pause: int) -> None:
    # Half of 09:00 to 18:00 is over at 13:30.
    assert [row[3] for row in told(pair_punches([at(0, "9:00"), at(0, end)], (DAY,)))] == [pause]


def test_a_finger_put_down_twice() -> None:
    punches = [at(0, "9:00"), at(0, "9:05"), at(0, "18:00"), at(0, "18:03")]

    assert told(pair_punches(punches, (DAY,))) == [(0, at(0, "9:00"), at(0, "18:03"), 60)]


MOMENTS = st.lists(st.integers(0, 10 * DAY_MINUTES), max_size=40)


@given(MOMENTS, st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(moments: list[int], shuffler: random.Random) -> None:
    shuffled = [*moments, *moments[:5]]
    shuffler.shuffle(shuffled)

    assert pair_punches(shuffled, FIRM) == pair_punches(moments, FIRM)


@given(MOMENTS)
def test_every_punch_is_used_once_and_no_stretch_is_too_long(moments: list[int]) -> None:
    pairing = pair_punches(moments, FIRM)
    ends = [(s.start, s.end) for s in pairing.stretches] + [(o.at, o.at) for o in pairing.loose]
    ends.sort()

    for (_, end), (start, _) in pairwise(ends):
        assert end < start
    for stretch in pairing.stretches:
        assert 0 < stretch.end - stretch.start <= LONGEST_MINUTES
        assert 0 <= stretch.break_minutes <= NIGHT.break_minutes + DAY.break_minutes
    for moment in moments:
        assert any(
            moment in {start, end} or min(abs(moment - start), abs(moment - end)) <= REPEAT_MINUTES
            for start, end in ends
        )


JITTER = st.integers(-20, 40)


@given(
    st.lists(st.tuples(JITTER, JITTER), min_size=1, max_size=22),
    st.sampled_from(FIRM),
    st.data(),
)
def test_a_month_is_recovered_and_a_missing_punch_spoils_only_its_day(
    jitters: list[tuple[int, int]], shift: PlannedShift, data: st.DataObject
) -> None:
    days = [
        (day * DAY_MINUTES + shift.starts + late, day * DAY_MINUTES + shift.ends + stayed)
        for day, (late, stayed) in enumerate(jitters)
    ]
    punches = [moment for day in days for moment in day]
    expected = [(n, *day, shift.break_minutes) for n, day in enumerate(days)]

    assert told(pair_punches(punches, FIRM)) == expected

    missing = data.draw(st.integers(0, len(punches) - 1))
    pairing = pair_punches([m for n, m in enumerate(punches) if n != missing], FIRM)
    spoilt = missing // 2
    assert told(pairing) == [row for row in expected if row[0] != spoilt]
    (loose,) = pairing.loose
    assert (loose.day, loose.lacks_end, loose.is_unclear) == (spoilt, missing % 2 == 1, False)

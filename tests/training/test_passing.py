"""Who passes: by shares and scores worked out by hand; and how long a certificate holds."""

from __future__ import annotations

import datetime as dt
from typing import Final

import pytest

from workforce.training.deciding import valid_until
from workforce.training.passing import Missing, Rule, Standing, missing

RULE: Final = Rule(attendance_rate=800_000, practice_score=6_000, exam_score=7_000)


def standing(
    lessons: int, recorded: int, attended: int, practice: tuple[int, ...], exam: int | None
) -> Standing:
    return Standing(
        lessons=lessons,
        recorded=recorded,
        attended=attended,
        practice_count=len(practice),
        practice_total=sum(practice),
        exam_best=exam,
    )


@pytest.mark.feature("BASE-3")
@pytest.mark.parametrize(
    ("reached", "lacks"),
    [
        # 8 of 10 lessons are 80 %; (50 + 70) ÷ 2 = 60; 70 points: all just enough.
        (standing(10, 10, 8, (5_000, 7_000), 7_000), ()),
        # 7 of 9 are 77.7 %, 59.995 is shown as 59.99, 69.99 points: all just too little.
        (
            standing(9, 9, 7, (5_999, 6_000), 6_999),
            (Missing.ATTENDANCE, Missing.PRACTICE, Missing.EXAM),
        ),
        # One lesson that nobody recorded: unknown, though the others are attended.
        (standing(10, 9, 9, (6_000,), 7_000), (Missing.UNRECORDED,)),
        (standing(0, 0, 0, (), None), (Missing.NO_LESSONS, Missing.NO_PRACTICE, Missing.NO_EXAM)),
    ],
)
def test_nobody_passes_with_anything_missing_or_unknown(
    reached: Standing, lacks: tuple[Missing, ...]
) -> None:
    assert missing(RULE, reached) == lacks


def test_what_is_not_asked_is_not_missing() -> None:
    rule = Rule(attendance_rate=0, practice_score=None, exam_score=None)
    assert missing(rule, standing(1, 1, 0, (), None)) == ()


def test_a_certificate_holds_for_whole_months_and_no_day_longer() -> None:
    assert valid_until(dt.date(2026, 11, 2), 24) == dt.date(2028, 11, 1)
    # A month that lacks the day ends with its last but one.
    assert valid_until(dt.date(2027, 1, 31), 1) == dt.date(2027, 2, 27)
    assert valid_until(dt.date(2026, 11, 2), None) is None

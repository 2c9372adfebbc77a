"""Who passes: what a class asks, what somebody has reached, and what is missing. Pure.

Shares are millionths, scores hundredths of a point. Both are cut, never rounded up: who is shown 80 %
has 80 %.

- A lesson counts as attended where the mark is *present* or *late*; *excused* is known, but not attended.
- Practice is the mean of all scored works; each counts once, whatever its quantity.
- Of several sittings of the exam the best counts, so that a retake can only help.
- What is not recorded is unknown, and nobody passes by what is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workforce.core.money import MICRO

ATTENDED: Final = ("present", "late")
MARKS: Final = (*ATTENDED, "excused", "absent")
"""Marks of a lesson; labels are the terms ``lesson_mark.*``."""


class Missing(StrEnum):
    """Why somebody does not pass; labels are the terms ``training_missing.*``."""

    NO_LESSONS = "no_lessons"
    UNRECORDED = "unrecorded"
    ATTENDANCE = "attendance"
    NO_PRACTICE = "no_practice"
    PRACTICE = "practice"
    NO_EXAM = "no_exam"
    EXAM = "exam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What passing takes: least share of lessons, least mean of practice, least best exam; None: not asked."""

    attendance_rate: int
    practice_score: int | None
    exam_score: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What somebody has reached: ``lessons`` held so far, how many of them are ``recorded`` and ``attended``.

    ``practice_total`` is the sum of the scores of ``practice_count`` works; ``exam_best`` None: not taken.
    """

    lessons: int
    recorded: int
    attended: int
    practice_count: int
    practice_total: int
    exam_best: int | None

    @property
    def attendance_rate(self) -> int | None:
        """The share of lessons attended, of those held; None where none was or one is not recorded."""
        if not self.lessons or self.recorded < self.lessons:
            return None
        return self.attended * MICRO // self.lessons

    @property
    def practice_score(self) -> int | None:
        """The mean score of practice; None without any."""
        return self.practice_total // self.practice_count if self.practice_count else None


def missing(rule: Rule, standing: Standing) -> tuple[Missing, ...]:
    """Return what is missing, in the order of the rule; nobody passes with anything missing."""
    found = []
    rate = standing.attendance_rate
    if rate is None:
        found.append(Missing.UNRECORDED if standing.lessons else Missing.NO_LESSONS)
    elif rate < rule.attendance_rate:
        found.append(Missing.ATTENDANCE)
    for least, reached, none, low in (
        (rule.practice_score, standing.practice_score, Missing.NO_PRACTICE, Missing.PRACTICE),
        (rule.exam_score, standing.exam_best, Missing.NO_EXAM, Missing.EXAM),
    ):
        if least is None:
            continue
        if reached is None:
            found.append(none)
        elif reached < least:
            found.append(low)
    return tuple(found)

"""What whoever keeps, teaches or marks a class does next, from what its page has read anyway. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workforce.training.class_people import PersonRow
    from workforce.training.queries import ClassRow, LessonRow


@dataclass(frozen=True, slots=True)
class Step:
    """``code``: lessons | people | mark | exam | score | decide; labels are the terms ``class_step.*``.

    ``key``: the lesson to mark, or the sitting to score; ``on``: its day.
    """

    code: str
    key: int | None = None
    on: dt.date | None = None


def next_step(
    row: ClassRow,
    people: Sequence[PersonRow],
    lessons: Sequence[LessonRow],
    exams: Sequence[Any],
    today: dt.date,
) -> Step | None:
    """Return the first thing that is still to be done today; None: nothing, or nothing before a later day.

    Of what the reader may do: a leader marks, a teacher also keeps lessons and exams, its keeper does all.
    """
    enrolled = sum(one.state == "enrolled" for one in people)
    if not lessons or not enrolled:
        code, may = ("lessons", row.is_taught) if not lessons else ("people", row.is_kept)
        return Step(code) if may else None
    for lesson in lessons:
        if row.is_marked and lesson.one.held_on <= today and lesson.marked < enrolled:
            return Step("mark", lesson.one.id, lesson.one.held_on)
    if not row.is_taught:
        return None
    has_ended = lessons[-1].one.held_on <= today
    if has_ended and row.one.exam_score is not None:
        if not exams:
            return Step("exam")
        first = exams[0].TrainingExam
        if first.held_on > today:
            return None
        if not exams[0].scored:
            return Step("score", first.id, first.held_on)
    is_open = any(one.state == "enrolled" and one.result is None for one in people)
    return Step("decide") if has_ended and is_open and row.is_kept else None

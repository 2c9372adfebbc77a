"""A class's month of lessons with everybody's marks, and the way from one lesson to the next: part of ``queries``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from workforce.training.models import TrainingAttendance, TrainingLesson
from workforce.training.passing import ATTENDED

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class MonthMarks(NamedTuple):
    """Lessons in their order, and marks by (enrolment, lesson)."""

    lessons: Sequence[TrainingLesson]
    marks: Mapping[tuple[int, int], str]

    def attended_by(self, enrolment_id: int) -> int:
        """Return how many of the lessons somebody has attended."""
        return sum(self.marks.get((enrolment_id, one.id)) in ATTENDED for one in self.lessons)

    def attended_at(self, lesson_id: int, enrolment_ids: Sequence[int]) -> int:
        """Return how many of some people have attended a lesson."""
        return sum(self.marks.get((one, lesson_id)) in ATTENDED for one in enrolment_ids)


def month_marks(session: Session, class_id: int, first_on: dt.date, last_on: dt.date) -> MonthMarks:
    """Return a class's lessons of some days, and the marks at them by enrolment and lesson."""
    lessons = session.scalars(
        select(TrainingLesson)
        .where(
            TrainingLesson.class_id == class_id, TrainingLesson.held_on.between(first_on, last_on)
        )
        .order_by(TrainingLesson.held_on, TrainingLesson.starts_minute)
    ).all()
    return MonthMarks(lessons, marks_at(session, [one.id for one in lessons]))


def class_lessons(
    session: Session, class_id: int, lesson_ids: Collection[int]
) -> list[TrainingLesson]:
    """Return those of some lessons that are a class's."""
    chosen = select(TrainingLesson).where(
        TrainingLesson.class_id == class_id, TrainingLesson.id.in_(lesson_ids)
    )
    return list(session.scalars(chosen))


def marks_at(session: Session, lesson_ids: Collection[int]) -> dict[tuple[int, int], str]:
    """Return the marks of some lessons, by enrolment and lesson."""
    rows = session.execute(
        select(
            TrainingAttendance.enrolment_id, TrainingAttendance.lesson_id, TrainingAttendance.mark
        ).where(TrainingAttendance.lesson_id.in_(lesson_ids))
    )
    return {(row.enrolment_id, row.lesson_id): row.mark for row in rows}


def beside(session: Session, lesson: TrainingLesson) -> tuple[int | None, int | None]:
    """Return the lessons of its class before and after one, None where there is none."""
    keys = session.scalars(
        select(TrainingLesson.id)
        .where(TrainingLesson.class_id == lesson.class_id)
        .order_by(TrainingLesson.held_on, TrainingLesson.starts_minute)
    ).all()
    at = keys.index(lesson.id)
    return keys[at - 1] if at else None, keys[at + 1] if at + 1 < len(keys) else None

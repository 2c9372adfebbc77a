"""Courses, classes with their lessons and exams, who takes part, and what came of it.

A course or class without a company is the base's own. Scores are hundredths of a point, of 100 points.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Fen, Id, Instant, Micro, Name, PrimaryKey
from workforce.platform.refusals import Refusal, refuse

MOST_SCORE: Final = 10_000
"""100 points."""
_OF_BASE: Final = text("company_id IS NULL")
_RULE_CHECKS: Final = {
    "attendance_rate": "attendance_rate BETWEEN 0 AND 1000000",
    "practice_score": f"practice_score BETWEEN 0 AND {MOST_SCORE}",
    "exam_score": f"exam_score BETWEEN 0 AND {MOST_SCORE}",
    "allowance_amount": "allowance_amount >= 0",
    "valid_months": "valid_months > 0",
}


def _rule_checks() -> list[CheckConstraint]:
    return [CheckConstraint(condition, name=name) for name, condition in _RULE_CHECKS.items()]


class _Rule:
    """What passing takes and brings.

    ``attendance_rate``: the least share of lessons attended, millionths. ``practice_score`` and
    ``exam_score``: the least mean of practice work and the least best exam; NULL: not asked.
    ``allowance_amount``: fen for each day with an attended lesson. ``valid_months``: how long the
    certificate holds, NULL: no end.
    """

    attendance_rate: Mapped[Micro]
    practice_score: Mapped[int | None]
    exam_score: Mapped[int | None]
    allowance_amount: Mapped[Fen]
    valid_months: Mapped[int | None]


class TrainingCourse(_Rule, Base):
    """What can be learnt; ``level`` of the occupation 人工智能训练师 that it leads to, NULL: none."""

    __tablename__ = "training_course"
    __table_args__ = (
        UniqueConstraint("company_id", "code"),
        Index(
            "uq_training_course_of_base",
            "code",
            unique=True,
            sqlite_where=_OF_BASE,
            postgresql_where=_OF_BASE,
        ),
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        *_rule_checks(),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id"))
    code: Mapped[Code]
    title: Mapped[Name]
    level: Mapped[int | None]
    outline: Mapped[str | None] = mapped_column(String(400))
    is_offered: Mapped[bool] = mapped_column(default=True)


class TrainingCourseTaskType(Base):
    """A task type that a course teaches, and that its certificate opens."""

    __tablename__ = "training_course_task_type"
    __table_args__ = (UniqueConstraint("course_id", "task_type_id"),)

    id: Mapped[PrimaryKey]
    course_id: Mapped[int] = mapped_column(Id, ForeignKey("training_course.id"))
    task_type_id: Mapped[int] = mapped_column(Id, ForeignKey("task_type.id"))


class TrainingClass(_Rule, Base):
    """A course held once, from ``starts_on`` to ``ends_on`` (both days of it).

    It keeps the rule that the course had when the class was made: who begins a class knows what
    passing takes. ``is_open``: people may sign up. ``teacher``: a name that is told.
    """

    __tablename__ = "training_class"
    __table_args__ = (
        UniqueConstraint("company_id", "code"),
        Index(
            "uq_training_class_of_base",
            "code",
            unique=True,
            sqlite_where=_OF_BASE,
            postgresql_where=_OF_BASE,
        ),
        Index("ix_training_class_course_id", "course_id"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("capacity > 0", name="capacity"),
        *_rule_checks(),
    )

    id: Mapped[PrimaryKey]
    course_id: Mapped[int] = mapped_column(Id, ForeignKey("training_course.id"))
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id"))
    code: Mapped[Code]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    capacity: Mapped[int]
    teacher: Mapped[str | None] = mapped_column(String(60))
    room: Mapped[str | None] = mapped_column(String(60))
    is_open: Mapped[bool] = mapped_column(default=True)


class TrainingTeacher(Base):
    """A person who keeps a class's lessons, register and scores by an account of their own."""

    __tablename__ = "training_teacher"
    __table_args__ = (
        UniqueConstraint("class_id", "person_id"),
        Index("ix_training_teacher_person_id", "person_id"),
    )

    id: Mapped[PrimaryKey]
    class_id: Mapped[int] = mapped_column(Id, ForeignKey("training_class.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))


class TrainingLesson(Base):
    """One lesson: minutes since midnight of ``held_on``."""

    __tablename__ = "training_lesson"
    __table_args__ = (
        UniqueConstraint("class_id", "held_on", "starts_minute"),
        Index("ix_training_lesson_held_on", "held_on"),
        CheckConstraint(
            "starts_minute >= 0 AND ends_minute > starts_minute AND ends_minute <= 1440",
            name="minutes",
        ),
    )

    id: Mapped[PrimaryKey]
    class_id: Mapped[int] = mapped_column(Id, ForeignKey("training_class.id"))
    held_on: Mapped[dt.date]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]
    topic: Mapped[str | None] = mapped_column(String(120))


class TrainingEnrolment(Base):
    """A person's place in a class, by the employment under which it is taken.

    ``state``: enrolled | waiting (in the order of ``asked_at``) | withdrawn.
    """

    __tablename__ = "training_enrolment"
    __table_args__ = (
        UniqueConstraint("class_id", "person_id"),
        Index("ix_training_enrolment_company_id", "company_id"),
        Index("ix_training_enrolment_person_id", "person_id"),
        Index("ix_training_enrolment_employment_id", "employment_id"),
        CheckConstraint("state IN ('enrolled', 'waiting', 'withdrawn')", name="state"),
    )

    id: Mapped[PrimaryKey]
    class_id: Mapped[int] = mapped_column(Id, ForeignKey("training_class.id"))
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    state: Mapped[Code]
    asked_at: Mapped[Instant]


class TrainingAttendance(Base):
    """How somebody was at a lesson: ``mark`` present | late | excused | absent."""

    __tablename__ = "training_attendance"
    __table_args__ = (
        UniqueConstraint("lesson_id", "enrolment_id"),
        Index("ix_training_attendance_enrolment_id", "enrolment_id"),
        CheckConstraint("mark IN ('present', 'late', 'excused', 'absent')", name="mark"),
    )

    id: Mapped[PrimaryKey]
    lesson_id: Mapped[int] = mapped_column(Id, ForeignKey("training_lesson.id"))
    enrolment_id: Mapped[int] = mapped_column(Id, ForeignKey("training_enrolment.id"))
    mark: Mapped[Code]


class TrainingPractice(Base):
    """Practice work of one day: an exercise, how much was done of it, and its score."""

    __tablename__ = "training_practice"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "worked_on", "exercise"),
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint(f"score BETWEEN 0 AND {MOST_SCORE}", name="score"),
    )

    id: Mapped[PrimaryKey]
    enrolment_id: Mapped[int] = mapped_column(Id, ForeignKey("training_enrolment.id"))
    worked_on: Mapped[dt.date]
    exercise: Mapped[str] = mapped_column(String(60))
    quantity: Mapped[int] = mapped_column(BigInteger)
    score: Mapped[int]


class TrainingExam(Base):
    """One sitting of a class's exam; who takes a later one has the best of the scores."""

    __tablename__ = "training_exam"
    __table_args__ = (UniqueConstraint("class_id", "held_on", "title"),)

    id: Mapped[PrimaryKey]
    class_id: Mapped[int] = mapped_column(Id, ForeignKey("training_class.id"))
    held_on: Mapped[dt.date]
    title: Mapped[str] = mapped_column(String(60))


class TrainingExamScore(Base):
    """What somebody has reached in a sitting."""

    __tablename__ = "training_exam_score"
    __table_args__ = (
        UniqueConstraint("exam_id", "enrolment_id"),
        Index("ix_training_exam_score_enrolment_id", "enrolment_id"),
        CheckConstraint(f"score BETWEEN 0 AND {MOST_SCORE}", name="score"),
    )

    id: Mapped[PrimaryKey]
    exam_id: Mapped[int] = mapped_column(Id, ForeignKey("training_exam.id"))
    enrolment_id: Mapped[int] = mapped_column(Id, ForeignKey("training_enrolment.id"))
    score: Mapped[int]


class TrainingResult(Base):
    """What was decided of somebody's class, and on what; never changed. A later one is a row of its own.

    ``attendance_rate`` millionths, ``practice_score`` and ``exam_score`` as the rule asks (NULL: none).
    ``reasons``: what was missing, codes of ``training_missing`` joined by commas.
    """

    __tablename__ = "training_result"
    __table_args__ = (
        Index("ix_training_result_enrolment_id", "enrolment_id"),
        Index(
            "uq_training_result_passed",
            "enrolment_id",
            unique=True,
            sqlite_where=text("is_passed"),
            postgresql_where=text("is_passed"),
        ),
        Index("ix_training_result_decided_on", "decided_on"),
        CheckConstraint("is_passed = (certificate_id IS NOT NULL)", name="certificate"),
        CheckConstraint("is_passed = (reasons = '')", name="reasons"),
    )

    id: Mapped[PrimaryKey]
    enrolment_id: Mapped[int] = mapped_column(Id, ForeignKey("training_enrolment.id"))
    decided_on: Mapped[dt.date]
    is_passed: Mapped[bool]
    attendance_rate: Mapped[Micro | None]
    practice_score: Mapped[int | None]
    exam_score: Mapped[int | None]
    reasons: Mapped[str] = mapped_column(String(120))
    certificate_id: Mapped[int | None] = mapped_column(Id, ForeignKey("skill_certificate.id"))
    decided_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    decided_at: Mapped[Instant]


refuse(
    cast("Table", TrainingResult.__table__),
    [
        Refusal(
            table="training_result",
            name=f"stands_{verb.lower()}",
            verb=verb,
            when=None,
            says="a result stands",
        )
        for verb in ("UPDATE", "DELETE")
    ],
)

"""Courses, classes, lessons and places for tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.rows import add
from tests.factories.work import create_task_type
from workforce.certification.models import SkillCertificate
from workforce.companies.models import Company
from workforce.people.models import Employment
from workforce.training.models import (
    TrainingAttendance,
    TrainingClass,
    TrainingCourse,
    TrainingCourseTaskType,
    TrainingEnrolment,
    TrainingExam,
    TrainingExamScore,
    TrainingLesson,
    TrainingResult,
)

_numbers = count(1)
ASKED_AT = dt.datetime(2026, 8, 20, 2, tzinfo=dt.UTC)
RULE = {
    "attendance_rate": 800_000,
    "practice_score": None,
    "exam_score": 6_000,
    "allowance_amount": 5_000,
    "valid_months": 24,
}
"""80 % of the lessons, 60 points in the exam; 50 yuan a day; two years."""


def create_course(
    session: Session, company: Company | None = None, **changes: Any
) -> TrainingCourse:
    """Make a course of a company, or of the base, that leads to level 5 and teaches a new task type."""
    values = {
        "company_id": company.id if company else None,
        "code": f"C{next(_numbers):03d}",
        "title": "Boxes in pictures",
        "level": 5,
        **RULE,
    }
    course = add(session, TrainingCourse(**values | changes))
    task_type = create_task_type(session)
    add(session, TrainingCourseTaskType(course_id=course.id, task_type_id=task_type.id))
    return course


def create_class(
    session: Session,
    company: Company | None = None,
    course: TrainingCourse | None = None,
    **changes: Any,
) -> TrainingClass:
    """Make a class of September and October 2026 with 30 places."""
    course = course or create_course(session, company)
    values = {
        "course_id": course.id,
        "company_id": company.id if company else None,
        "code": f"K{next(_numbers):03d}",
        "starts_on": dt.date(2026, 9, 1),
        "ends_on": dt.date(2026, 10, 31),
        "capacity": 30,
        "room": "201",
        **{name: getattr(course, name) for name in RULE},
    }
    return add(session, TrainingClass(**values | changes))


def create_lesson(
    session: Session, one: TrainingClass, held_on: dt.date | None = None, **changes: Any
) -> TrainingLesson:
    """Make a lesson at nine on the class's first day, or another one."""
    values = {
        "class_id": one.id,
        "held_on": held_on or one.starts_on,
        "starts_minute": 540,
        "ends_minute": 660,
    }
    return add(session, TrainingLesson(**values | changes))


def create_enrolment(
    session: Session, one: TrainingClass, employment: Employment, **changes: Any
) -> TrainingEnrolment:
    """Give an employment a place in a class."""
    values = {
        "class_id": one.id,
        "company_id": employment.company_id,
        "employment_id": employment.id,
        "person_id": employment.person_id,
        "state": "enrolled",
        "asked_at": ASKED_AT,
    }
    return add(session, TrainingEnrolment(**values | changes))


def create_mark(
    session: Session, lesson: TrainingLesson, enrolment: TrainingEnrolment, mark: str = "present"
) -> TrainingAttendance:
    """Mark somebody at a lesson."""
    return add(
        session,
        TrainingAttendance(lesson_id=lesson.id, enrolment_id=enrolment.id, mark=mark),
    )


def create_exam(session: Session, one: TrainingClass, **changes: Any) -> TrainingExam:
    """Make a sitting on the class's last day."""
    values = {"class_id": one.id, "held_on": one.ends_on, "title": f"Exam {next(_numbers)}"}
    return add(session, TrainingExam(**values | changes))


def create_exam_score(
    session: Session, exam: TrainingExam, enrolment: TrainingEnrolment, score: int
) -> TrainingExamScore:
    """Give somebody a score of a sitting, in hundredths."""
    return add(session, TrainingExamScore(exam_id=exam.id, enrolment_id=enrolment.id, score=score))


def create_pass(
    session: Session, enrolment: TrainingEnrolment, certificate: SkillCertificate
) -> TrainingResult:
    """Let somebody have passed with a certificate."""
    return add(
        session,
        TrainingResult(
            enrolment_id=enrolment.id,
            decided_on=dt.date(2026, 11, 2),
            is_passed=True,
            reasons="",
            certificate_id=certificate.id,
            decided_at=dt.datetime(2026, 11, 2, 4, tzinfo=dt.UTC),
        ),
    )


def create_example_class(
    session: Session, company: Company, employments: Sequence[Employment]
) -> TrainingClass:
    """Make the class that the examples of imported tables tell of, with everybody in it."""
    one = create_class(session, company, code="BX2611")
    for employment in employments:
        create_enrolment(session, one, employment)
    create_exam(session, one, title="结业考试", held_on=dt.date(2026, 10, 30))
    return one

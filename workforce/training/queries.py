"""Reading courses and classes.

The base's administrator sees which classes there are and keeps the base's own, whose people it knows;
who learns in a company's own class is that company's. A company sees its own classes, and the base's
with its own people alone in them; a person the classes that are open to it, and itself. ``reach`` says so.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, case, exists, func, select, true

from workforce.companies import queries as companies
from workforce.core.errors import InputError, NotFoundError
from workforce.platform.scope import Scope, ScopeKind
from workforce.production import queries as production
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
from workforce.training.passing import ATTENDED, Rule
from workforce.training.reach import (
    in_class,
    is_entered,
    is_kept,
    is_listed,
    is_marked,
    is_open_to,
    is_seen,
    is_taught,
)

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRow:
    """A course as a list shows it; ``task_types`` are keys, ``is_kept``: the reader may change it."""

    course: TrainingCourse
    company_name: str | None
    task_types: tuple[int, ...]
    is_kept: bool


def course_rows(session: Session, scope: Scope, *where: ColumnElement[bool]) -> list[CourseRow]:
    """Return the courses in sight, those that are offered first, by code."""
    company = companies.company_facts(Scope.base()).subquery()
    found = session.execute(
        select(TrainingCourse, company.c.company_name, is_kept(scope, TrainingCourse).label("kept"))
        .outerjoin(company, company.c.company_id == TrainingCourse.company_id)
        .where(is_seen(scope, TrainingCourse), *where)
        .order_by(
            TrainingCourse.is_offered.desc(),
            TrainingCourse.company_id.is_not(None),
            TrainingCourse.code,
            TrainingCourse.id,
        )
    ).all()
    taught = taught_by(session, [row.TrainingCourse.id for row in found])
    return [
        CourseRow(
            course=row.TrainingCourse,
            company_name=row.company_name,
            task_types=taught.get(row.TrainingCourse.id, ()),
            is_kept=bool(row.kept),
        )
        for row in found
    ]


def taught_by(session: Session, course_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Return by course the keys of the task types that it teaches."""
    rows = session.execute(
        select(TrainingCourseTaskType.course_id, TrainingCourseTaskType.task_type_id)
        .where(TrainingCourseTaskType.course_id.in_(course_ids))
        .order_by(TrainingCourseTaskType.course_id, TrainingCourseTaskType.task_type_id)
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for course_id, task_type_id in rows:
        found[course_id].append(task_type_id)
    return {key: tuple(values) for key, values in found.items()}


def task_type_names(session: Session) -> dict[int, Any]:
    """Return all task types by key, in the order of their codes: code, name_zh, name_en."""
    rows = session.execute(production.task_type_names())
    return {row.task_type_id: row for row in sorted(rows, key=lambda row: row.task_type_code)}


def course_row(session: Session, scope: Scope, course_id: int) -> CourseRow:
    """Return a course that the reader keeps.

    Raises:
        NotFoundError: there is none in reach.
    """
    kept = is_kept(scope, TrainingCourse)
    found = course_rows(session, scope, TrainingCourse.id == course_id, kept)
    if not found:
        raise NotFoundError("web.not_found")
    return found[0]


def hold_course(session: Session, course_id: int) -> None:
    """Let whoever changes a course and whoever makes a class of it wait for one another."""
    session.execute(
        select(TrainingCourse.id).where(TrainingCourse.id == course_id).with_for_update()
    )


class Held(NamedTuple):
    """Whether there are classes of a course, and results of them."""

    has_class: bool
    has_result: bool


def held(session: Session, course_id: int) -> Held:
    """Return what has come of a course."""
    of_course = TrainingClass.course_id == course_id
    decided = (
        select(TrainingResult.id)
        .join(TrainingEnrolment, TrainingEnrolment.id == TrainingResult.enrolment_id)
        .join(TrainingClass, TrainingClass.id == TrainingEnrolment.class_id)
        .where(of_course)
    )
    has_class, has_result = session.execute(
        select(exists().where(of_course), decided.exists())
    ).one()
    return Held(bool(has_class), bool(has_result))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRow:
    """A class as a list shows it; ``is_open``: the reader can enter it.

    ``is_taught``: the reader keeps its lessons, register and scores; ``is_marked``: the register of people
    in reach. ``enrolled`` and ``waiting`` are of everybody, so that free places are known; ``passed`` for a company
    of its own people: what came of others is nobody else's.
    """

    one: TrainingClass
    course_code: str
    title: str
    level: int | None
    company_name: str | None
    is_kept: bool
    is_taught: bool
    is_marked: bool
    is_open: bool
    enrolled: int
    waiting: int
    passed: int

    @property
    def rule(self) -> Rule:
        """What passing takes."""
        return rule_of(self.one)

    @property
    def is_mixed(self) -> bool:
        """Whether the reader sees people of several companies in it, who are named with theirs."""
        return self.one.company_id is None and self.is_taught

    def state(self, on: dt.date) -> str:
        """Return planned | running | over on a day; labels are the terms ``class_state.*``."""
        if on < self.one.starts_on:
            return "planned"
        return "running" if on <= self.one.ends_on else "over"


def rule_of(one: TrainingClass) -> Rule:
    """Return what passing a class takes."""
    return Rule(
        attendance_rate=one.attendance_rate,
        practice_score=one.practice_score,
        exam_score=one.exam_score,
    )


def _is_passed() -> ColumnElement[bool]:
    return exists().where(
        TrainingResult.enrolment_id == TrainingEnrolment.id, TrainingResult.is_passed
    )


def _class_counts(scope: Scope) -> Select[int, int, int, int]:
    def of(is_counted: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((is_counted, 1), else_=0)), 0)

    enrolled = TrainingEnrolment.state == "enrolled"
    whose = true() if scope.kind is ScopeKind.BASE else in_class(scope)
    return select(
        TrainingEnrolment.class_id,
        of(enrolled).label("enrolled"),
        of(TrainingEnrolment.state == "waiting").label("waiting"),
        of(and_(enrolled, _is_passed(), whose)).label("passed"),
    ).group_by(TrainingEnrolment.class_id)


def _classes(scope: Scope, *where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    company = companies.company_facts(Scope.base()).subquery()
    return (
        select(
            TrainingClass,
            TrainingCourse.code.label("course_code"),
            TrainingCourse.title,
            TrainingCourse.level,
            company.c.company_name,
            is_kept(scope, TrainingClass).label("kept"),
            is_taught(scope).label("taught"),
            is_marked(scope).label("marked"),
            is_entered(scope).label("open"),
        )
        .join(TrainingCourse, TrainingCourse.id == TrainingClass.course_id)
        .outerjoin(company, company.c.company_id == TrainingClass.company_id)
        .where(is_listed(scope), *where)
        .order_by(TrainingClass.starts_on.desc(), TrainingClass.code, TrainingClass.id)
    )


def class_rows(
    session: Session, scope: Scope, *where: ColumnElement[bool], rows: slice = slice(None)
) -> list[ClassRow]:
    """Return the classes in sight, the newest first."""
    chosen = _classes(scope, *where)
    if rows.stop is not None:
        chosen = chosen.slice(rows.start or 0, rows.stop)
    found = session.execute(chosen).all()
    keys = [row.TrainingClass.id for row in found]
    counts = {
        row.class_id: row
        for row in session.execute(_class_counts(scope).where(TrainingEnrolment.class_id.in_(keys)))
    }
    shown = []
    for row in found:
        count = counts.get(row.TrainingClass.id)
        shown.append(
            ClassRow(
                one=row.TrainingClass,
                course_code=row.course_code,
                title=row.title,
                level=row.level,
                company_name=row.company_name,
                is_kept=bool(row.kept),
                is_taught=bool(row.taught),
                is_marked=bool(row.marked),
                is_open=bool(row.open),
                enrolled=count.enrolled if count else 0,
                waiting=count.waiting if count else 0,
                passed=count.passed if count else 0,
            )
        )
    return shown


def class_count(session: Session, scope: Scope) -> int:
    """Return how many classes are in sight."""
    chosen = select(func.count()).select_from(TrainingClass).where(is_listed(scope))
    return session.scalar(chosen) or 0


def class_row(session: Session, scope: Scope, class_id: int) -> ClassRow:
    """Return a class that the reader can enter.

    Raises:
        NotFoundError: there is none.
    """
    is_one = TrainingClass.id == class_id
    found = class_rows(session, scope, is_one, is_entered(scope))
    if not found:
        raise NotFoundError("web.not_found")
    return found[0]


def class_named(session: Session, scope: Scope, code: str) -> ClassRow:
    """Return the class of a code that the reader can enter: an own one before one of the base.

    Raises:
        InputError: there is none.
    """
    found = class_rows(session, scope, TrainingClass.code == code, is_open_to(scope, TrainingClass))
    if not found:
        raise InputError("training.no_class", code=code)
    return next((row for row in found if row.is_kept), found[0])


def kept_class(session: Session, scope: Scope, class_id: int) -> ClassRow:
    """Return a class that the reader keeps.

    Raises:
        NotFoundError: there is none.
    """
    row = class_row(session, scope, class_id)
    if not row.is_kept:
        raise NotFoundError("web.not_found")
    return row


def taught_class(session: Session, scope: Scope, class_id: int) -> ClassRow:
    """Return a class that the reader keeps or teaches.

    Raises:
        NotFoundError: there is none.
    """
    row = class_row(session, scope, class_id)
    if not row.is_taught:
        raise NotFoundError("web.not_found")
    return row


def hold_class(session: Session, class_id: int) -> None:
    """Let those who write to a class wait for one another, before they read it."""
    session.execute(select(TrainingClass.id).where(TrainingClass.id == class_id).with_for_update())


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonRow:
    """A lesson, and how many of those with a place in the class are marked, attended."""

    one: TrainingLesson
    marked: int
    attended: int


def lesson_rows(session: Session, scope: Scope, class_id: int) -> list[LessonRow]:
    """Return a class's lessons in their order, with marks of people in reach."""
    mark = TrainingAttendance.mark
    is_counted = and_(TrainingEnrolment.state == "enrolled", in_class(scope))
    found = session.execute(
        select(
            TrainingLesson,
            func.coalesce(func.sum(case((is_counted, 1), else_=0)), 0).label("marked"),
            func.coalesce(
                func.sum(case((and_(is_counted, mark.in_(ATTENDED)), 1), else_=0)), 0
            ).label("attended"),
        )
        .outerjoin(TrainingAttendance, TrainingAttendance.lesson_id == TrainingLesson.id)
        .outerjoin(TrainingEnrolment, TrainingEnrolment.id == TrainingAttendance.enrolment_id)
        .where(TrainingLesson.class_id == class_id)
        .group_by(TrainingLesson.id)
        .order_by(TrainingLesson.held_on, TrainingLesson.starts_minute)
    )
    return [
        LessonRow(one=row.TrainingLesson, marked=int(row.marked), attended=int(row.attended))
        for row in found
    ]


def lesson_of(session: Session, lesson_id: int, is_reached: ColumnElement[bool]) -> TrainingLesson:
    """Return a lesson of the classes that the reader reaches: ``is_taught`` or ``is_marked``.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalar(
        select(TrainingLesson)
        .join(TrainingClass, TrainingClass.id == TrainingLesson.class_id)
        .where(TrainingLesson.id == lesson_id, is_reached)
    )
    if found is None:
        raise NotFoundError("web.not_found")
    return found


def exam_rows(session: Session, class_id: int) -> list[Any]:
    """Return a class's sittings with how many scores each has: TrainingExam, scored."""
    return list(
        session.execute(
            select(TrainingExam, func.count(TrainingExamScore.id).label("scored"))
            .outerjoin(TrainingExamScore, TrainingExamScore.exam_id == TrainingExam.id)
            .where(TrainingExam.class_id == class_id)
            .group_by(TrainingExam.id)
            .order_by(TrainingExam.held_on, TrainingExam.id)
        )
    )


def taught_exam(session: Session, scope: Scope, exam_id: int) -> TrainingExam:
    """Return a sitting of a class that the reader keeps or teaches.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalar(
        select(TrainingExam)
        .join(TrainingClass, TrainingClass.id == TrainingExam.class_id)
        .where(TrainingExam.id == exam_id, is_taught(scope))
    )
    if found is None:
        raise NotFoundError("web.not_found")
    return found


def marks_of(session: Session, lesson_id: int) -> dict[int, str]:
    """Return a lesson's marks by enrolment."""
    rows = session.execute(
        select(TrainingAttendance.enrolment_id, TrainingAttendance.mark).where(
            TrainingAttendance.lesson_id == lesson_id
        )
    )
    return {row.enrolment_id: row.mark for row in rows}


def scores_of(session: Session, exam_id: int) -> dict[int, int]:
    """Return a sitting's scores by enrolment."""
    rows = session.execute(
        select(TrainingExamScore.enrolment_id, TrainingExamScore.score).where(
            TrainingExamScore.exam_id == exam_id
        )
    )
    return {row.enrolment_id: row.score for row in rows}


def lessons_of(session: Session, class_ids: Sequence[int]) -> dict[int, list[TrainingLesson]]:
    """Return the lessons of some classes, class by class, in their order."""
    rows = session.scalars(
        select(TrainingLesson)
        .where(TrainingLesson.class_id.in_(class_ids))
        .order_by(TrainingLesson.held_on, TrainingLesson.starts_minute)
    )
    found: defaultdict[int, list[TrainingLesson]] = defaultdict(list)
    for one in rows:
        found[one.class_id].append(one)
    return found


def own_marks(session: Session, enrolment_ids: Sequence[int]) -> dict[int, str]:
    """Return the marks of a person's own enrolments, by lesson."""
    rows = session.execute(
        select(TrainingAttendance.lesson_id, TrainingAttendance.mark).where(
            TrainingAttendance.enrolment_id.in_(enrolment_ids)
        )
    )
    return {row.lesson_id: row.mark for row in rows}


def places_ahead(session: Session, class_ids: Sequence[int]) -> dict[int, int]:
    """Return the place on the waiting list of each that waits for one of some classes, from 1."""
    rows = session.execute(
        select(
            TrainingEnrolment.id,
            func.row_number()
            .over(
                partition_by=TrainingEnrolment.class_id,
                order_by=(TrainingEnrolment.asked_at, TrainingEnrolment.id),
            )
            .label("place"),
        ).where(TrainingEnrolment.class_id.in_(class_ids), TrainingEnrolment.state == "waiting")
    )
    return {row.id: row.place for row in rows}

"""Keeping courses, classes, their lessons and sittings. The caller's unit of work commits.

Who takes part is written by ``enrolling``, what people reach by ``marking``, results by ``deciding``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, exists, insert, select

from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.core.money import MICRO
from workforce.platform import audit
from workforce.platform.scope import Scope, ScopeKind
from workforce.training import queries
from workforce.training.enrolling import move_up
from workforce.training.models import (
    MOST_SCORE,
    TrainingAttendance,
    TrainingClass,
    TrainingCourse,
    TrainingCourseTaskType,
    TrainingExam,
    TrainingExamScore,
    TrainingLesson,
)
from workforce.training.reach import is_open_to, is_taught

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

LEVELS: Final = (5, 4, 3, 2, 1)
"""Levels of the occupation, the first one that people reach first; labels are the terms ``skill_level.*``."""
MOST_CAPACITY: Final = 1_000
MOST_LESSONS: Final = 400
"""Of one act: two months of four lessons a day are fewer."""
RULE: Final = (
    "attendance_rate",
    "practice_score",
    "exam_score",
    "allowance_amount",
    "valid_months",
)
_CODE_CHARACTERS: Final = 40
_DAY: Final = dt.timedelta(days=1)
_LONGEST_DAYS: Final = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseWish:
    """What a course is to say; the values of the rule as ``models`` has them."""

    code: str
    title: str
    level: int | None
    outline: str | None
    task_type_ids: Collection[int]
    attendance_rate: int
    practice_score: int | None
    exam_score: int | None
    allowance_amount: int
    valid_months: int | None
    is_offered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassWish:
    """What a class is to say; both days are of it."""

    code: str
    starts_on: dt.date
    ends_on: dt.date
    capacity: int
    teacher: str | None
    room: str | None
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonsWish:
    """Lessons at one time of day on some weekdays (ISO numbers) of a range of days, both included."""

    first_on: dt.date
    last_on: dt.date
    weekdays: Collection[int]
    starts_minute: int
    ends_minute: int
    topic: str | None


def keeper(scope: Scope) -> int | None:
    """Return whose new courses and classes are: a company's, or None, the base's.

    Raises:
        NotFoundError: the scope keeps none.
    """
    if scope.kind not in {ScopeKind.BASE, ScopeKind.COMPANY}:
        raise NotFoundError("web.not_found")
    return scope.company_id


def make_course(session: Session, scope: Scope, actor: Actor, wish: CourseWish) -> int:
    """Add a course to the catalogue; return its key.

    Raises:
        InputError: a value is missing or cannot be; names the field.
        StateError: the code is taken.
    """
    _check_course(wish)
    company_id = keeper(scope)
    _refuse_taken(session, TrainingCourse, company_id, wish.code)
    course = TrainingCourse(company_id=company_id, **_course_values(wish))
    session.add(course)
    session.flush()
    _teach(session, course.id, wish.task_type_ids)
    _record(session, actor, "training_course.make", course, None, asdict(wish))
    return course.id


def change_course(
    session: Session, scope: Scope, actor: Actor, course_id: int, wish: CourseWish
) -> None:
    """Change a course; classes that were made before keep the rule that they began with.

    Raises:
        NotFoundError: there is none that the actor keeps.
        InputError: a value is missing or cannot be; names the field.
        StateError: the code is taken, or certificates of its classes would say something else.
    """
    _check_course(wish)
    queries.hold_course(session, course_id)
    row = queries.course_row(session, scope, course_id)
    course = row.course
    _refuse_other_certificates(session, row, wish)
    if wish.code != course.code:
        _refuse_taken(session, TrainingCourse, course.company_id, wish.code)
    before = {name: getattr(course, name) for name in _course_values(wish)}
    for name, value in _course_values(wish).items():
        setattr(course, name, value)
    _teach(session, course.id, wish.task_type_ids)
    session.flush()
    _record(
        session,
        actor,
        "training_course.change",
        course,
        {**before, "task_type_ids": row.task_types},
        asdict(wish),
    )


def _refuse_other_certificates(session: Session, row: queries.CourseRow, wish: CourseWish) -> None:
    """Let what a course's certificates say stand: who begins a class knows what they get for it.

    Level and task types from its first class on; its title, which figures name, from its first result on.
    """
    held = queries.held(session, row.course.id)
    is_other = wish.level != row.course.level or set(wish.task_type_ids) != set(row.task_types)
    if held.has_class and is_other:
        place = "level" if wish.level != row.course.level else "task_types"
        raise StateError("training.course_held", place=place, title=row.course.title)
    if held.has_result and wish.title != row.course.title:
        raise StateError("training.course_decided", place="title", title=row.course.title)


def _check_course(wish: CourseWish) -> None:
    _check_code(wish.code)
    if not wish.title.strip():
        raise InputError("training.title", place="title")
    if wish.level is None and not wish.task_type_ids:
        raise InputError("training.teaches_nothing", place="task_types")
    if wish.level is not None and wish.level not in LEVELS:
        raise InputError("training.level", place="level", level=wish.level)
    if not 0 <= wish.attendance_rate <= MICRO:
        raise InputError("training.rate", place="attendance_rate")
    for name in ("practice_score", "exam_score"):
        check_score(getattr(wish, name), name)
    if wish.allowance_amount < 0:
        raise InputError("training.allowance", place="allowance_amount")
    if wish.valid_months is not None and wish.valid_months <= 0:
        raise InputError("training.valid_months", place="valid_months")


def check_score(score: int | None, place: str) -> None:
    """Refuse a score that is none: hundredths of a point, up to 100 points.

    Raises:
        InputError: it is not from 0 to 100 points.
    """
    if score is not None and not 0 <= score <= MOST_SCORE:
        raise InputError("training.score", place=place)


def _check_code(code: str) -> None:
    if not code or len(code) > _CODE_CHARACTERS or not code.isprintable() or " " in code:
        raise InputError("training.code", place="code", most=_CODE_CHARACTERS)


def _refuse_taken(
    session: Session,
    rows: type[TrainingCourse | TrainingClass],
    company_id: int | None,
    code: str,
) -> None:
    of = rows.company_id.is_(None) if company_id is None else rows.company_id == company_id
    if session.scalar(select(exists().where(of, rows.code == code))):
        raise StateError("training.code_taken", place="code", code=code)


def _course_values(wish: CourseWish) -> dict[str, Any]:
    values = asdict(wish)
    del values["task_type_ids"]
    return values


def _teach(session: Session, course_id: int, task_type_ids: Collection[int]) -> None:
    known = queries.task_type_names(session)
    if not set(task_type_ids) <= set(known):
        raise NotFoundError("web.not_found")
    session.execute(
        delete(TrainingCourseTaskType).where(TrainingCourseTaskType.course_id == course_id)
    )
    rows = [{"course_id": course_id, "task_type_id": key} for key in sorted(set(task_type_ids))]
    if rows:
        session.execute(insert(TrainingCourseTaskType), rows)


def make_class(
    session: Session, scope: Scope, actor: Actor, course_id: int, wish: ClassWish
) -> int:
    """Hold a course once, by the rule that it has now; return the class's key.

    Raises:
        NotFoundError: the course is not in sight.
        InputError: a value is missing or cannot be; names the field.
        StateError: the code is taken, or the course is not offered any more.
    """
    _check_class(wish)
    company_id = keeper(scope)
    queries.hold_course(session, course_id)
    is_one = TrainingCourse.id == course_id
    found = queries.course_rows(session, scope, is_one, is_open_to(scope, TrainingCourse))
    if not found:
        raise NotFoundError("web.not_found")
    course = found[0].course
    if not course.is_offered:
        raise StateError("training.not_offered", place="course_id", title=course.title)
    _refuse_taken(session, TrainingClass, company_id, wish.code)
    one = TrainingClass(
        course_id=course.id,
        company_id=company_id,
        **asdict(wish),
        **{name: getattr(course, name) for name in RULE},
    )
    session.add(one)
    session.flush()
    _record(
        session, actor, "training_class.make", one, None, {"course": course.code, **asdict(wish)}
    )
    return one.id


def change_class(
    session: Session, scope: Scope, actor: Actor, class_id: int, wish: ClassWish
) -> None:
    """Change when, where and for how many a class is held; its rule stays, new places are filled.

    Raises:
        NotFoundError: there is none that the actor keeps.
        InputError: a value is missing or cannot be; names the field.
        StateError: the code is taken, lessons lie outside of the days, or more people have a place.
    """
    _check_class(wish)
    queries.hold_class(session, class_id)
    row = queries.kept_class(session, scope, class_id)
    one = row.one
    if wish.code != one.code:
        _refuse_taken(session, TrainingClass, one.company_id, wish.code)
    if wish.capacity < row.enrolled:
        raise StateError("training.capacity_taken", place="capacity", enrolled=row.enrolled)
    outside = select(
        exists().where(
            TrainingLesson.class_id == class_id,
            (TrainingLesson.held_on < wish.starts_on) | (TrainingLesson.held_on > wish.ends_on),
        )
    )
    if session.scalar(outside):
        raise StateError("training.lessons_outside", place="ends_on")
    before = {name: getattr(one, name) for name in asdict(wish)}
    for name, value in asdict(wish).items():
        setattr(one, name, value)
    session.flush()
    _record(session, actor, "training_class.change", one, before, asdict(wish))
    move_up(session, actor, one)


def _check_class(wish: ClassWish) -> None:
    _check_code(wish.code)
    if wish.ends_on < wish.starts_on:
        raise InputError(
            "training.class_dates", place="ends_on", first=wish.starts_on, last=wish.ends_on
        )
    if (wish.ends_on - wish.starts_on).days > _LONGEST_DAYS:
        raise InputError("training.class_long", place="ends_on", most=_LONGEST_DAYS)
    if not 0 < wish.capacity <= MOST_CAPACITY:
        raise InputError("training.capacity", place="capacity", most=MOST_CAPACITY)


def add_lessons(
    session: Session, scope: Scope, actor: Actor, class_id: int, wish: LessonsWish
) -> int:
    """Put lessons into a class's timetable, those that are not there yet; return how many.

    Raises:
        NotFoundError: there is no such class that the actor keeps or teaches.
        InputError: the days or times cannot be; names the field.
    """
    queries.hold_class(session, class_id)
    one = queries.taught_class(session, scope, class_id).one
    if not one.starts_on <= wish.first_on <= wish.last_on <= one.ends_on:
        raise InputError(
            "training.lesson_days", place="first_on", first=one.starts_on, last=one.ends_on
        )
    if wish.ends_minute <= wish.starts_minute:
        raise InputError("training.lesson_times", place="ends")
    count = (wish.last_on - wish.first_on).days + 1
    days = [
        on
        for on in (wish.first_on + number * _DAY for number in range(count))
        if on.isoweekday() in wish.weekdays
    ]
    if not days:
        raise InputError("training.no_lesson_days", place="weekdays")
    if len(days) > MOST_LESSONS:
        raise InputError("training.many_lessons", place="last_on", most=MOST_LESSONS)
    held = session.execute(
        select(
            TrainingLesson.held_on, TrainingLesson.starts_minute, TrainingLesson.ends_minute
        ).where(TrainingLesson.class_id == class_id, TrainingLesson.held_on.in_(days))
    ).all()
    fresh = []
    for on in days:
        others = [row for row in held if row.held_on == on]
        if any(row.starts_minute == wish.starts_minute for row in others):
            continue
        if any(
            row.starts_minute < wish.ends_minute and wish.starts_minute < row.ends_minute
            for row in others
        ):
            raise InputError("training.lesson_overlaps", place="starts", on=on)
        fresh.append(on)
    session.add_all(
        TrainingLesson(
            class_id=class_id,
            held_on=on,
            starts_minute=wish.starts_minute,
            ends_minute=wish.ends_minute,
            topic=wish.topic,
        )
        for on in fresh
    )
    session.flush()
    if fresh:
        after = {"lessons": [str(on) for on in fresh], "starts_minute": wish.starts_minute}
        _record(session, actor, "training_class.add_lessons", one, None, after)
    return len(fresh)


def drop_lesson(session: Session, scope: Scope, actor: Actor, lesson_id: int) -> int:
    """Take a lesson that nobody is marked at out of the timetable; return its class.

    Raises:
        NotFoundError: there is none of a class that the actor keeps or teaches.
        StateError: somebody is marked at it.
    """
    lesson = queries.lesson_of(session, lesson_id, is_taught(scope))
    if session.scalar(select(exists().where(TrainingAttendance.lesson_id == lesson_id))):
        raise StateError("training.lesson_marked", on=lesson.held_on)
    one = queries.taught_class(session, scope, lesson.class_id).one
    before = {"held_on": lesson.held_on, "starts_minute": lesson.starts_minute}
    session.delete(lesson)
    session.flush()
    _record(session, actor, "training_class.drop_lesson", one, before, {})
    return one.id


def add_exam(
    session: Session, scope: Scope, actor: Actor, class_id: int, held_on: dt.date, title: str
) -> int:
    """Add a sitting of the exam to a class, the first one or one to take it again; return its key.

    Raises:
        NotFoundError: there is no such class that the actor keeps or teaches.
        InputError: it has no name, or lies before the class.
        StateError: it is there already.
    """
    one = queries.taught_class(session, scope, class_id).one
    title = " ".join(title.split())
    if not title:
        raise InputError("training.exam_title", place="title")
    if held_on < one.starts_on:
        raise InputError("training.exam_early", place="held_on", first=one.starts_on)
    same = exists().where(
        TrainingExam.class_id == class_id,
        TrainingExam.held_on == held_on,
        TrainingExam.title == title,
    )
    if session.scalar(select(same)):
        raise StateError("training.exam_twice", place="title", title=title, on=held_on)
    exam = TrainingExam(class_id=class_id, held_on=held_on, title=title)
    session.add(exam)
    session.flush()
    _record(
        session,
        actor,
        "training_class.add_exam",
        one,
        None,
        {"held_on": held_on, "title": title},
    )
    return exam.id


def drop_exam(session: Session, scope: Scope, actor: Actor, exam_id: int) -> int:
    """Take a sitting without scores back; return its class.

    Raises:
        NotFoundError: there is none of a class that the actor keeps or teaches.
        StateError: somebody has a score of it.
    """
    exam = queries.taught_exam(session, scope, exam_id)
    if session.scalar(select(exists().where(TrainingExamScore.exam_id == exam_id))):
        raise StateError("training.exam_scored", title=exam.title)
    one = queries.taught_class(session, scope, exam.class_id).one
    before = {"held_on": exam.held_on, "title": exam.title}
    session.delete(exam)
    session.flush()
    _record(session, actor, "training_class.drop_exam", one, before, {})
    return one.id


def _record(
    session: Session,
    actor: Actor,
    action: str,
    row: TrainingCourse | TrainingClass,
    before: dict[str, Any] | None,
    after: dict[str, Any],
) -> None:
    """Write the audit entry of an act on a course or class."""
    audit.record(
        session,
        actor,
        action,
        action.partition(".")[0],
        row.id,
        company_id=row.company_id,
        before=before,
        after=after,
    )

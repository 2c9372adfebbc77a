"""The demo's training: a class of the base that is over, and one that runs, with people who are not employed yet."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from workforce.accounts.queries import account_named
from workforce.accounts.service import actor_of
from workforce.core.identity import id_check_character
from workforce.demo.telling import reach
from workforce.people import queries as people
from workforce.platform import audit, clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.scope import Scope
from workforce.production.service import task_type_named
from workforce.training import class_people, deciding, enrolling, marking, queries, service
from workforce.training.enrolling import NewTrainee
from workforce.training.marking import PracticeLine
from workforce.training.service import ClassWish, CourseWish, LessonsWish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workforce.training.class_people import PersonRow

_OVER: Final = "DBX2608"
_RUNNING: Final = "DBX2611"
_COURSE: Final = CourseWish(
    code="DBX",
    title="多边形标注",
    level=5,
    outline="分割轮廓、遮挡和孔洞的画法，常见错误，按验收标准自查。",
    task_type_ids=(),
    attendance_rate=800_000,
    practice_score=6_000,
    exam_score=6_000,
    allowance_amount=6_000,
    valid_months=36,
)
_DECIDED_ON: Final = dt.date(2026, 9, 30)
_EXAM_ON: Final = dt.date(2026, 9, 28)
_BEGINS: Final = dt.date(2026, 11, 2)
"""The first day of the running class and of its new trainees, in the open month."""
_PLANNED_ON: Final = {_OVER: dt.date(2026, 7, 27), _RUNNING: dt.date(2026, 10, 26)}
"""When each class was made and people signed up, before it began."""
_FIRST: Final = 8
"""People of each company before this one, by number, are on the job."""
_SIZE: Final = 8
_TRAINEES: Final = (
    ("KMT01", "冉秋云", "50023620030512", "102"),
    ("KMT02", "向明远", "50023620021103", "113"),
    ("KMT03", "覃小满", "50023620040826", "124"),
)
_TOWNSHIPS: Final = ("500236117", "500236123", "500236265")


def train(company_codes: Sequence[str], annotator: str, told_at: dt.datetime) -> None:
    """Hold the two classes; what is there already is not done again, and what is still to come is not told.

    ``annotator``: the login name of whoever signs up by phone for the running one.
    """
    if told_at.date() < _BEGINS or queries.class_count(db.session(), Scope.base()):
        return
    with clock.fixed(_at(_PLANNED_ON[_OVER], 9)):
        course_id = _make_course()
        over = _make_class(course_id, _OVER, dt.date(2026, 8, 4), dt.date(2026, 9, 29), {2, 4}, 30)
        names = [f"{code} {number}" for code in company_codes for number in _numbers(code)]
        with unit_of_work() as session:
            enrolling.sign_up_many(session, Scope.base(), audit.CLI, over, names)
    with clock.fixed(_at(_DECIDED_ON, 17)):
        _finish(over, company_codes)
    with clock.fixed(_at(_PLANNED_ON[_RUNNING], 9)):
        running = _make_class(course_id, _RUNNING, _BEGINS, dt.date(2026, 12, 30), {1, 3}, 8)
        _sign_up(running, company_codes, annotator)
    with clock.fixed(told_at):
        _mark(running)
        _practise(running, company_codes, _BEGINS + dt.timedelta(days=4))


def _at(on: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(on, dt.time(hour), tzinfo=clock.BASE_ZONE)


def _make_course() -> int:
    with unit_of_work() as session:
        task = task_type_named(session, "polygon").id
        wish = CourseWish(
            **{name: getattr(_COURSE, name) for name in CourseWish.__slots__}
            | {"task_type_ids": (task,)}
        )
        return service.make_course(session, Scope.base(), audit.CLI, wish)


def _make_class(
    course_id: int, code: str, first: dt.date, last: dt.date, weekdays: set[int], capacity: int
) -> int:
    wish = ClassWish(
        code=code,
        starts_on=first,
        ends_on=last,
        capacity=capacity,
        teacher="向老师",
        room="201 教室",
    )
    with unit_of_work() as session:
        class_id = service.make_class(session, Scope.base(), audit.CLI, course_id, wish)
    lessons = LessonsWish(
        first_on=first,
        last_on=last,
        weekdays=weekdays,
        starts_minute=19 * 60,
        ends_minute=21 * 60,
        topic=None,
    )
    with unit_of_work() as session:
        service.add_lessons(session, Scope.base(), audit.CLI, class_id, lessons)
    return class_id


def _numbers(code: str) -> list[str]:
    _, scope = reach(code)
    job = people.all_employments(scope).subquery()
    chosen = (
        select(job.c.employee_no)
        .where(job.c.separated_on.is_(None), job.c.hired_on <= _DECIDED_ON.replace(month=8, day=1))
        .order_by(job.c.employee_no)
        .offset(_FIRST)
        .limit(_SIZE)
    )
    return list(db.session().scalars(chosen))


def _people(class_id: int) -> list[PersonRow]:
    return class_people.people_of(db.session(), Scope.base(), class_id, clock.today(), "enrolled")


def _mark(class_id: int) -> None:
    """Mark everybody at the lessons held so far: one in four of the people misses every third of them."""
    rows = [row.enrolment_id for row in _people(class_id)]
    lessons = [
        (number, lesson.id)
        for number, lesson in enumerate(queries.lessons_of(db.session(), [class_id])[class_id])
        if lesson.held_on <= clock.today()
    ]
    marks = {
        (key, lesson_id): "absent" if at % 4 == 3 and number % 3 == 0 else "present"  # noqa: PLR2004
        for number, lesson_id in lessons
        for at, key in enumerate(rows)
    }
    with unit_of_work() as session:
        marking.mark_lessons(session, Scope.base(), audit.CLI, class_id, marks, {})


def _practise(class_id: int, company_codes: Sequence[str], on: dt.date) -> None:
    rows = _people(class_id)
    codes = {reach(code)[0]: code for code in company_codes}
    named = {f"{codes[row.company_id]} {row.employee_no}": row.enrolment_id for row in rows}
    lines = [
        PracticeLine(
            named=name,
            worked_on=on,
            exercise="轮廓 练习 1",
            quantity=40 + at,
            score=6_000 + 157 * (at % 25),
        )
        for at, name in enumerate(named)
    ]
    with unit_of_work() as session:
        marking.add_practice(session, Scope.base(), audit.CLI, class_id, lines, named)


def _finish(class_id: int, company_codes: Sequence[str]) -> None:
    """End the class: one in four missed too many lessons, all others pass."""
    _mark(class_id)
    _practise(class_id, company_codes, _EXAM_ON - dt.timedelta(days=11))
    scores = {row.enrolment_id: 6_250 + 150 * (at % 20) for at, row in enumerate(_people(class_id))}
    with unit_of_work() as session:
        exam = service.add_exam(session, Scope.base(), audit.CLI, class_id, _EXAM_ON, "结业考试")
        marking.score_exam(session, Scope.base(), audit.CLI, exam, scores)
    seen = deciding.preview(db.session(), Scope.base(), class_id).fingerprint
    with unit_of_work() as session:
        deciding.decide(session, Scope.base(), audit.CLI, class_id, seen)


def _sign_up(class_id: int, company_codes: Sequence[str], annotator: str) -> None:
    """Let new trainees, the annotator and others take part; the last ones wait."""
    _, scope = reach(company_codes[0])
    for (number, name, stem, digits), township in zip(_TRAINEES, _TOWNSHIPS, strict=True):
        new = NewTrainee(
            employee_no=number,
            name=name,
            id_number=stem + digits + id_check_character(stem + digits),
            phone=None,
            bank_name="重庆农村商业银行",
            bank_account=f"62145700{digits}{stem[-8:]}",
            education="70",
            township=township,
            household_category="rural",
            hired_on=_BEGINS,
        )
        with unit_of_work() as session:
            enrolling.add_trainee(session, scope, audit.CLI, class_id, new)
    account = account_named(db.session(), annotator)
    actor, person_id = actor_of(account), account.person_id
    if person_id is not None:
        with unit_of_work() as session:
            enrolling.sign_up(session, Scope.own(person_id), actor, class_id)
    others = [f"{code} {number}" for code in company_codes for number in _numbers(code)[:2]]
    with unit_of_work() as session:
        enrolling.sign_up_many(session, Scope.base(), audit.CLI, class_id, others)

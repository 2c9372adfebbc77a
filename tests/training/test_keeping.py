"""Whose courses and classes are: what the base sees of companies' own, and what a course's certificates say."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any, Final

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories.skills import create_skill_certificate
from tests.factories.training import (
    create_class,
    create_course,
    create_enrolment,
    create_lesson,
    create_pass,
)
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.core.errors import NotFoundError, StateError
from workforce.core.permissions import Role
from workforce.platform.audit import CLI
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.training import deciding, enrolling, queries, service
from workforce.training.class_people import people_of
from workforce.training.models import (
    TrainingCourse,
    TrainingCourseTaskType,
    TrainingEnrolment,
)
from workforce.training.service import ClassWish, CourseWish

ClientAs = Callable[[Account], FormClient]

TODAY: Final = dt.date(2026, 11, 2)


@pytest.mark.feature("BASE-3")
def test_the_base_counts_a_companys_own_class_and_enters_it_nowhere(
    session: Session, client_as: ClientAs
) -> None:
    company = factories.create_company(session)
    course = create_course(session, company)
    one = create_class(session, company, course)
    person = factories.create_person(session, name="覃晚亭")
    job = factories.create_employment(session, company, person, employee_no="A1")
    place = create_enrolment(session, one, job)
    lesson = create_lesson(session, one)
    base = factories.create_account(session, Role.BASE_ADMIN)
    of_class, of_course, code = one.id, course.id, one.code
    addresses = [
        f"/training/classes/{one.id}",
        f"/training/classes/{one.id}/results",
        f"/training/lessons/{lesson.id}",
        f"/training/courses/{course.id}",
    ]
    named = f"{company.code} A1"
    leaving = f"/training/enrolments/{place.id}/leave"
    session.commit()
    client = client_as(base)
    listed = client.get("/training/classes").text
    assert code in listed
    assert f"/training/classes/{of_class}" not in listed
    assert [client.get(address).status_code for address in addresses] == [404] * 4
    assert client.post_form(leaving).status_code == 404
    (row,) = queries.class_rows(session, Scope.base())
    assert (row.enrolled, row.is_open, row.is_kept) == (1, False, False)
    assert people_of(session, Scope.base(), of_class, TODAY) == []
    wish = ClassWish(code="K9", starts_on=TODAY, ends_on=TODAY, capacity=1, teacher=None, room=None)
    with unit_of_work() as working:
        for act in (
            lambda: deciding.preview(working, Scope.base(), of_class),
            lambda: enrolling.sign_up_many(working, Scope.base(), CLI, of_class, [named]),
            lambda: service.make_class(working, Scope.base(), CLI, of_course, wish),
        ):
            with pytest.raises(NotFoundError):
                act()
    # The company itself goes on with it.
    assert [row.name for row in people_of(session, Scope.company(company.id), of_class, TODAY)] == [
        "覃晚亭"
    ]


def _wish(course: TrainingCourse, task_types: tuple[int, ...]) -> CourseWish:
    values = {
        name: getattr(course, name) for name in CourseWish.__slots__ if name != "task_type_ids"
    }
    return CourseWish(**values, task_type_ids=task_types)


@pytest.mark.feature("BASE-3")
def test_what_a_courses_certificates_say_stands_from_its_first_class_on(session: Session) -> None:
    """Level and tasks from the first class, the title from the first result; the rule can change for later classes."""
    company = factories.create_company(session)
    course = create_course(session, company)
    more = factories.create_task_type(session)
    taught = tuple(session.scalars(select(TrainingCourseTaskType.task_type_id)))
    scope, key, wish = Scope.company(company.id), course.id, _wish(course, taught)
    job = factories.create_employment(session, company)
    session.commit()

    def change(**values: Any) -> None:
        with unit_of_work() as working:
            service.change_course(working, scope, CLI, key, dataclasses.replace(wish, **values))

    change(level=4)
    change(level=5)
    one = create_class(session, company, session.get_one(TrainingCourse, key))
    place = create_enrolment(session, one, job)
    session.commit()
    with pytest.raises(StateError, match="has been held") as fault:
        change(level=4)
    assert fault.value.place == "level"
    with pytest.raises(StateError, match="has been held") as fault:
        change(task_type_ids=(*taught, more.id))
    assert fault.value.place == "task_types"
    change(exam_score=7_000)
    change(title="Boxes, put right")
    change(title=wish.title)
    create_pass(session, place, create_skill_certificate(session, place.person_id))
    session.commit()
    with pytest.raises(StateError, match="has results") as fault:
        change(title="Videos")
    assert fault.value.place == "title"
    change(is_offered=False)
    session.rollback()
    stored = session.get_one(TrainingCourse, key)
    assert (stored.title, stored.level, stored.is_offered) == (wish.title, 5, False)
    assert session.scalar(select(TrainingEnrolment.id)) == place.id


@pytest.mark.feature("ANN-18")
def test_an_own_class_is_shown_behind_any_number_of_newer_ones(
    session: Session, client_as: ClientAs
) -> None:
    company = factories.create_company(session)
    course = create_course(session)
    one = create_class(session, course=course, code="MINE1")
    for _ in range(55):
        create_class(
            session, course=course, starts_on=dt.date(2027, 3, 1), ends_on=dt.date(2027, 4, 30)
        )
    person = factories.create_person(session)
    job = factories.create_employment(session, company, person)
    create_enrolment(session, one, job)
    annotator = factories.create_account(session, Role.ANNOTATOR, person=person)
    answer = client_as(annotator).get("/training")
    assert answer.status_code == 200
    assert "MINE1" in answer.get_data(as_text=True)

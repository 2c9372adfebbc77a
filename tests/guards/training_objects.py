"""Builders of training's things; ``objects`` says what a builder is."""

from __future__ import annotations

import datetime as dt
from itertools import count

from sqlalchemy.orm import Session

from tests.factories.skills import create_skill_certificate
from tests.factories.training import (
    create_class,
    create_course,
    create_enrolment,
    create_exam,
    create_lesson,
    create_pass,
)
from tests.guards.objects import OF_ENDPOINTS, Level, Place, builds

_serials = count(7_000)


@builds("course_id", Level.COMPANY_ALONE)
def _course(session: Session, place: Place) -> int:
    return create_course(session, place.company).id


@builds("class_id", Level.COMPANY_ALONE)
def _class(session: Session, place: Place) -> int:
    one = create_class(session, place.company)
    create_lesson(session, one)
    create_enrolment(session, one, place.employment)
    return one.id


def _passed_class(session: Session, place: Place) -> int:
    """A class with somebody who has passed it."""
    one = create_class(session, place.company)
    enrolment = create_enrolment(session, one, place.employment)
    serial = next(_serials)
    paper = create_skill_certificate(
        session, enrolment.person_id, kept_by_id=place.company.id, year=2026, serial=serial,
        number=f"2026-{serial:05d}", public_id=f"class{serial}",
    )  # fmt: skip
    create_pass(session, enrolment, paper)
    return one.id


OF_ENDPOINTS["skill_certificates.of_class", "class_id"] = _passed_class


@builds("lesson_id", Level.COMPANY_ALONE)
def _lesson(session: Session, place: Place) -> int:
    one = create_class(session, place.company)
    create_enrolment(session, one, place.employment)
    return create_lesson(session, one).id


@builds("taught_lesson_id", Level.KEPT)
def _taught_lesson(session: Session, place: Place) -> int:
    """A lesson that whoever keeps or teaches its class takes out."""
    return _lesson(session, place)


@builds("exam_id", Level.KEPT)
def _exam(session: Session, place: Place) -> int:
    one = create_class(session, place.company)
    create_enrolment(session, one, place.employment)
    return create_exam(session, one).id


@builds("enrolment_id", Level.PERSON)
def _enrolment(session: Session, place: Place) -> int:
    one = create_class(session, ends_on=dt.date(2099, 10, 31))
    return create_enrolment(session, one, place.employment, state="waiting").id


@builds("offered_id", Level.SHARED)
def _offered_class(session: Session, place: Place) -> int:
    assert place.company.id
    first, last = dt.date(2099, 9, 1), dt.date(2099, 10, 31)
    return create_class(session, starts_on=first, ends_on=last).id

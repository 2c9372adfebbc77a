"""Who takes part in classes and what each has reached: part of ``queries``, a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from workforce.companies import queries as companies
from workforce.people import queries as people
from workforce.platform.scope import Scope
from workforce.training.models import (
    TrainingAttendance,
    TrainingEnrolment,
    TrainingExamScore,
    TrainingLesson,
    TrainingPractice,
    TrainingResult,
)
from workforce.training.passing import ATTENDED, Standing
from workforce.training.reach import in_class

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """Somebody in a class. ``result``: passed | failed | None; ``reasons`` of the last failed one."""

    enrolment_id: int
    class_id: int
    company_id: int
    company_name: str
    employment_id: int
    person_id: int
    employee_no: str
    name: str
    employment_type: str
    state: str
    asked_at: dt.datetime
    standing: Standing
    result: str | None
    reasons: tuple[str, ...]
    decided_on: dt.date | None
    certificate_id: int | None


def person_rows(session: Session, on: dt.date, *where: ColumnElement[bool]) -> list[PersonRow]:
    """Return who takes part in classes, of a reach that ``where`` begins with, and what each has reached by a day.

    First those with a place, by employee number, then who waits, in their order. A fixed number of statements.
    """
    job = people.all_employments(Scope.base()).subquery()
    who = people.directory(Scope.base()).order_by(None).subquery()
    company = companies.company_facts(Scope.base()).subquery()
    chosen = (
        select(TrainingEnrolment, company.c.company_name, who.c.name, job.c.employee_no)
        .add_columns(job.c.employment_type)
        .join(who, who.c.employment_id == TrainingEnrolment.employment_id)
        .join(job, job.c.employment_id == TrainingEnrolment.employment_id)
        .join(company, company.c.company_id == TrainingEnrolment.company_id)
        .where(*where)
        .order_by(
            TrainingEnrolment.class_id,
            TrainingEnrolment.state,
            case((TrainingEnrolment.state == "waiting", TrainingEnrolment.asked_at)),
            company.c.company_code,
            job.c.employee_no,
        )
    )
    found = session.execute(chosen).all()
    keys = [row.TrainingEnrolment.id for row in found]
    reached = _standings(session, keys, [row.TrainingEnrolment.class_id for row in found], on)
    results = _results(session, keys)
    rows = []
    for row in found:
        one: TrainingEnrolment = row.TrainingEnrolment
        result = results.get(one.id)
        rows.append(
            PersonRow(
                enrolment_id=one.id,
                class_id=one.class_id,
                company_id=one.company_id,
                company_name=row.company_name,
                employment_id=one.employment_id,
                person_id=one.person_id,
                employee_no=row.employee_no,
                name=row.name,
                employment_type=row.employment_type,
                state=one.state,
                asked_at=one.asked_at,
                standing=reached(one.class_id, one.id),
                result=None if result is None else "passed" if result.is_passed else "failed",
                reasons=tuple(filter(None, result.reasons.split(","))) if result else (),
                decided_on=result.decided_on if result else None,
                certificate_id=result.certificate_id if result else None,
            )
        )
    return rows


def _results(session: Session, enrolment_ids: Sequence[int]) -> dict[int, TrainingResult]:
    """Return the last result of each; one that is passed is the last."""
    found = session.scalars(
        select(TrainingResult)
        .where(TrainingResult.enrolment_id.in_(enrolment_ids))
        .order_by(TrainingResult.is_passed, TrainingResult.id)
    )
    return {one.enrolment_id: one for one in found}


def _standings(
    session: Session, enrolment_ids: Sequence[int], class_ids: Sequence[int], on: dt.date
) -> Callable[[int, int], Standing]:
    """Read what people have reached by a day; return it as a function of class and enrolment."""
    held = {
        row.class_id: row.held
        for row in session.execute(
            select(TrainingLesson.class_id, func.count().label("held"))
            .where(TrainingLesson.class_id.in_(set(class_ids)), TrainingLesson.held_on <= on)
            .group_by(TrainingLesson.class_id)
        )
    }
    attended = case((TrainingAttendance.mark.in_(ATTENDED), 1), else_=0)
    lessons = {
        row.enrolment_id: row
        for row in session.execute(
            select(
                TrainingAttendance.enrolment_id,
                func.count().label("recorded"),
                func.sum(attended).label("attended"),
            )
            .join(TrainingLesson, TrainingLesson.id == TrainingAttendance.lesson_id)
            .where(TrainingAttendance.enrolment_id.in_(enrolment_ids), TrainingLesson.held_on <= on)
            .group_by(TrainingAttendance.enrolment_id)
        )
    }
    practice = {
        row.enrolment_id: row
        for row in session.execute(
            select(
                TrainingPractice.enrolment_id,
                func.count().label("works"),
                func.sum(TrainingPractice.score).label("total"),
            )
            .where(TrainingPractice.enrolment_id.in_(enrolment_ids))
            .group_by(TrainingPractice.enrolment_id)
        )
    }
    best = {
        row.enrolment_id: row.best
        for row in session.execute(
            select(TrainingExamScore.enrolment_id, func.max(TrainingExamScore.score).label("best"))
            .where(TrainingExamScore.enrolment_id.in_(enrolment_ids))
            .group_by(TrainingExamScore.enrolment_id)
        )
    }

    def reached(class_id: int, enrolment_id: int) -> Standing:
        at, work = lessons.get(enrolment_id), practice.get(enrolment_id)
        return Standing(
            lessons=held.get(class_id, 0),
            recorded=at.recorded if at else 0,
            attended=int(at.attended) if at else 0,
            practice_count=work.works if work else 0,
            practice_total=int(work.total) if work else 0,
            exam_best=best.get(enrolment_id),
        )

    return reached


def people_of(
    session: Session, scope: Scope, class_id: int, on: dt.date, *states: str
) -> list[PersonRow]:
    """Return a class's people in reach, those of some states or all but the withdrawn."""
    wanted = TrainingEnrolment.state.in_(states or ("enrolled", "waiting"))
    return person_rows(session, on, in_class(scope), TrainingEnrolment.class_id == class_id, wanted)

"""Who takes part in a class: signing up oneself or many, the waiting list, leaving, new trainees.

The caller's unit of work commits. Who signs up for one class waits for whoever does so at the same
moment: the class's row is held, so that nobody gets a place that is not there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import exists, func, or_, select

from workforce.companies import queries as companies
from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.people import queries as people
from workforce.people import service as people_service
from workforce.platform import audit, clock
from workforce.platform.scope import Scope, ScopeKind
from workforce.training import queries
from workforce.training.class_people import people_of
from workforce.training.models import (
    TrainingClass,
    TrainingEnrolment,
    TrainingResult,
    TrainingTeacher,
)
from workforce.training.reach import in_scope, is_open_to

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

MOST_PEOPLE: Final = 500
"""Signed up in one act."""
_HELD: Final = ("enrolled", "waiting")


class Job(NamedTuple):
    """An employment by which somebody takes part."""

    employment_id: int
    company_id: int
    person_id: int
    employee_no: str


@dataclass(frozen=True, slots=True)
class SignedUp:
    """What came of signing people up: numbers of people."""

    enrolled: int = 0
    waiting: int = 0
    already: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTrainee:
    """Somebody who is not employed yet; the columns of ``Person`` and ``Employment``."""

    employee_no: str
    name: str
    id_number: str
    phone: str | None
    bank_name: str | None = None
    bank_account: str | None = None
    education: str
    township: str
    household_category: str
    hired_on: dt.date


def sign_up(session: Session, scope: Scope, actor: Actor, class_id: int) -> str:
    """Sign oneself up; return the state: enrolled, or waiting where all places are taken.

    Raises:
        NotFoundError: the class is not in sight.
        StateError: it takes nobody any more, or the person is in it already.
        InputError: the person works for nobody who may send to it.
    """
    one = _held_class(session, scope, class_id)
    today = clock.today()
    if not one.is_open or today > one.ends_on:
        raise StateError("training.not_open", code=one.code)
    jobs = jobs_on(session, scope, max(today, one.starts_on), one.company_id)
    if not jobs:
        raise InputError("training.no_job")
    signed = _enrol(session, actor, one, jobs[:1])
    if signed.already:
        raise StateError("training.already_in", code=one.code)
    return "enrolled" if signed.enrolled else "waiting"


def sign_up_many(
    session: Session, scope: Scope, actor: Actor, class_id: int, named: Sequence[str]
) -> SignedUp:
    """Sign people up by their employee numbers; for the base a company's code stands before each.

    All or nobody: a number that is not known is told, and nothing is stored.

    Raises:
        NotFoundError: the class is not in sight.
        StateError: it is over.
        InputError: nobody is named, too many are, or some are not known or do not work then.
    """
    one = _held_class(session, scope, class_id)
    today = clock.today()
    if today > one.ends_on:
        raise StateError("training.over", code=one.code)
    wanted = list(dict.fromkeys(" ".join(name.split()) for name in named if name.strip()))
    if not wanted or len(wanted) > MOST_PEOPLE:
        raise InputError("training.nobody", place="people", most=MOST_PEOPLE)
    on = max(today, one.starts_on)
    known = named_jobs(session, scope, jobs_on(session, scope, on, one.company_id))
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise InputError(
            "training.unknown_people", place="people", names="、".join(unknown[:20]), on=on
        )
    return _enrol(session, actor, one, [known[name] for name in wanted])


def add_trainee(
    session: Session, scope: Scope, actor: Actor, class_id: int, new: NewTrainee
) -> str:
    """Register somebody who is not employed yet as a trainee, and sign up; return the state.

    Raises:
        NotFoundError: the class is not in sight, or the scope is of no company.
        StateError: it is over, or the person is in it already.
        InputError: a value cannot be, or the person is employed here already.
    """
    if scope.kind is not ScopeKind.COMPANY or scope.company_id is None:
        raise NotFoundError("web.not_found")
    one = _held_class(session, scope, class_id)
    if clock.today() > one.ends_on:
        raise StateError("training.over", code=one.code)
    person = people_service.register_person(
        session,
        actor,
        id_number=new.id_number,
        name=new.name,
        education=new.education,
        township=new.township,
        household_category=new.household_category,
        phone=new.phone,
    )
    on = max(clock.today(), new.hired_on)
    here = next(
        (job for job in jobs_on(session, scope, on, None) if job.person_id == person.id), None
    )
    if here is not None:
        raise InputError("training.works_here", place="id_number", number=here.employee_no)
    job = people_service.employ(
        session,
        actor,
        company_id=scope.company_id,
        person_id=person.id,
        employee_no=new.employee_no,
        employment_type="trainee",
        hired_on=new.hired_on,
        bank_name=new.bank_name,
        bank_account=new.bank_account,
    )
    people_service.set_pay_profile(session, actor, job, valid_from=new.hired_on)
    signed = _enrol(session, actor, one, [Job(job.id, job.company_id, person.id, job.employee_no)])
    if signed.already:
        raise StateError("training.already_in", code=one.code)
    return "enrolled" if signed.enrolled else "waiting"


def leave(session: Session, scope: Scope, actor: Actor, enrolment_id: int) -> int:
    """Give a place up, one's own before the class begins, or anybody's in reach; return the class.

    Whoever waits first gets the place.

    Raises:
        NotFoundError: there is none in reach.
        StateError: it is given up already, has a result, or the class has begun, for its keeper is over:
            what came of somebody is decided then.
    """
    row = session.scalar(
        select(TrainingEnrolment).where(TrainingEnrolment.id == enrolment_id, in_scope(scope))
    )
    if row is None:
        raise NotFoundError("web.not_found")
    one = _held_class(session, scope, row.class_id)
    session.refresh(row)
    if row.state not in _HELD:
        raise StateError("training.left", code=one.code)
    has_begun = row.state == "enrolled" and clock.today() >= one.starts_on
    if scope.kind is ScopeKind.SELF and has_begun:
        raise StateError("training.has_begun", code=one.code)
    if clock.today() > one.ends_on:
        raise StateError("training.ended", code=one.code)
    if session.scalar(select(exists().where(TrainingResult.enrolment_id == row.id))):
        raise StateError("training.has_result", code=one.code)
    before, row.state = row.state, "withdrawn"
    session.flush()
    _record(session, actor, "training_enrolment.leave", row, before=before)
    move_up(session, actor, one)
    return one.id


def move_up(session: Session, actor: Actor, one: TrainingClass) -> None:
    """Give free places of a class that is not over to those who wait, in their order; the caller holds it."""
    free = one.capacity - _taken(session, one.id)
    if free <= 0 or clock.today() > one.ends_on:
        return
    waiting = session.scalars(
        select(TrainingEnrolment)
        .where(TrainingEnrolment.class_id == one.id, TrainingEnrolment.state == "waiting")
        .order_by(TrainingEnrolment.asked_at, TrainingEnrolment.id)
        .limit(free)
    ).all()
    for row in waiting:
        row.state = "enrolled"
        _record(session, actor, "training_enrolment.move_up", row, before="waiting")
    session.flush()


def _held_class(session: Session, scope: Scope, class_id: int) -> TrainingClass:
    one = session.scalar(
        select(TrainingClass)
        .where(TrainingClass.id == class_id, is_open_to(scope, TrainingClass))
        .with_for_update()
    )
    if one is None:
        raise NotFoundError("web.not_found")
    return one


def _taken(session: Session, class_id: int) -> int:
    chosen = select(func.count()).where(
        TrainingEnrolment.class_id == class_id, TrainingEnrolment.state == "enrolled"
    )
    return session.scalar(chosen) or 0


def jobs_on(session: Session, scope: Scope, on: dt.date, company_id: int | None) -> list[Job]:
    """Return the employments in reach that hold on a day, those of one company if one is given."""
    job = people.all_employments(scope).subquery()
    chosen = select(
        job.c.employment_id, job.c.company_id, job.c.person_id, job.c.employee_no
    ).where(job.c.hired_on <= on, or_(job.c.separated_on.is_(None), job.c.separated_on >= on))
    if company_id is not None:
        chosen = chosen.where(job.c.company_id == company_id)
    rows = session.execute(chosen.order_by(job.c.company_id, job.c.employment_id))
    return [Job(*row) for row in rows]


def named_jobs(session: Session, scope: Scope, jobs: Sequence[Job]) -> dict[str, Job]:
    """Return employments by what names them: the number, for the base with the company's code before."""
    if scope.kind is not ScopeKind.BASE:
        return {job.employee_no: job for job in jobs}
    codes = company_codes(session)
    return {f"{codes[job.company_id]} {job.employee_no}": job for job in jobs}


def company_codes(session: Session) -> dict[int, str]:
    """Return the code of every company of the base by its key."""
    rows = session.execute(companies.company_facts(Scope.base()))
    return {row.company_id: row.company_code for row in rows}


def enrolments_by_name(session: Session, scope: Scope, class_id: int) -> dict[str, int]:
    """Return the enrolments of a class's people with a place by what names them, as ``sign_up_many`` takes them."""
    rows = people_of(session, scope, class_id, clock.today(), "enrolled")
    is_mixed = queries.class_row(session, scope, class_id).is_mixed
    codes = company_codes(session) if is_mixed else {}
    return {
        f"{codes.get(row.company_id, '')} {row.employee_no}".strip(): row.enrolment_id
        for row in rows
    }


def _enrol(session: Session, actor: Actor, one: TrainingClass, jobs: Sequence[Job]) -> SignedUp:
    """Give people places while there are some, then let them wait; the caller holds the class.

    Raises:
        StateError: somebody teaches it: nobody marks himself.
    """
    teachers = select(TrainingTeacher.person_id).where(TrainingTeacher.class_id == one.id)
    taught_by = set(session.scalars(teachers))
    who = [job.employee_no for job in jobs if job.person_id in taught_by]
    if who:
        raise StateError("training.teaches_it", place="people", names="、".join(who))
    stored = {
        row.person_id: row
        for row in session.scalars(
            select(TrainingEnrolment).where(TrainingEnrolment.class_id == one.id)
        )
    }
    free = one.capacity - _taken(session, one.id)
    enrolled = waiting = already = 0
    now = clock.now()
    for job in jobs:
        row = stored.get(job.person_id)
        if row is not None and row.state in _HELD:
            already += 1
            continue
        if row is None:
            row = TrainingEnrolment(class_id=one.id, person_id=job.person_id)
            session.add(row)
            stored[job.person_id] = row
        row.employment_id, row.company_id, row.asked_at = job.employment_id, job.company_id, now
        row.state = "enrolled" if free > 0 else "waiting"
        free -= 1
        enrolled, waiting = (
            (enrolled + 1, waiting) if row.state == "enrolled" else (enrolled, waiting + 1)
        )
        session.flush()
        _record(session, actor, "training_enrolment.sign_up", row, before=None)
    return SignedUp(enrolled, waiting, already)


def _record(
    session: Session, actor: Actor, action: str, row: TrainingEnrolment, *, before: str | None
) -> None:
    """Write the audit entry of a changed state."""
    audit.record(
        session,
        actor,
        action,
        "training_enrolment",
        row.id,
        company_id=row.company_id,
        before=None if before is None else {"state": before},
        after={
            "state": row.state,
            "class_id": row.class_id,
            "employment_id": row.employment_id,
        },
    )

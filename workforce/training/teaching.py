"""Who teaches a class by an account of their own. The caller's unit of work commits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import case, delete, exists, insert, select

from workforce.core.errors import InputError, StateError
from workforce.people import queries as people
from workforce.platform import audit, clock
from workforce.platform.scope import Scope
from workforce.training import queries
from workforce.training.enrolling import company_codes, jobs_on, named_jobs
from workforce.training.models import TrainingClass, TrainingEnrolment, TrainingTeacher

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

MOST_TEACHERS: Final = 10


class Teacher(NamedTuple):
    """Somebody who teaches a class; ``named``: as whoever keeps the class names people."""

    person_id: int
    name: str
    named: str


def teachers_of(session: Session, one: TrainingClass) -> list[Teacher]:
    """Return who teaches a class, named by the job in its company, of the base's by the longest one that holds."""
    today = clock.today()
    job = people.all_employments(Scope.base()).subquery()
    who = people.directory(Scope.base()).order_by(None).subquery()
    chosen = (
        select(TrainingTeacher.person_id, who.c.name, job.c.employee_no, job.c.company_id)
        .join(job, job.c.person_id == TrainingTeacher.person_id)
        .join(who, who.c.employment_id == job.c.employment_id)
        .where(TrainingTeacher.class_id == one.id)
        .order_by(
            case((job.c.separated_on < today, 0), else_=1),
            job.c.hired_on.desc(),
            job.c.employment_id,
        )
    )
    if one.company_id is not None:
        chosen = chosen.where(job.c.company_id == one.company_id)
    # The last of each is the one that names them.
    jobs = {row.person_id: row for row in session.execute(chosen)}
    codes = company_codes(session) if jobs and one.company_id is None else {}
    found = [
        Teacher(
            row.person_id, row.name, f"{codes.get(row.company_id, '')} {row.employee_no}".strip()
        )
        for row in jobs.values()
    ]
    return sorted(found, key=lambda teacher: teacher.named)


def set_teachers(
    session: Session, scope: Scope, actor: Actor, class_id: int, named: Sequence[str]
) -> None:
    """Let exactly the named people teach a class, as ``sign_up_many`` names them.

    Raises:
        NotFoundError: there is no such class that the actor keeps.
        InputError: too many are named, or some are not known or not employed today.
        StateError: one of them learns in it.
    """
    queries.hold_class(session, class_id)
    one = queries.kept_class(session, scope, class_id).one
    wanted = list(dict.fromkeys(" ".join(name.split()) for name in named if name.strip()))
    if len(wanted) > MOST_TEACHERS:
        raise InputError("training.many_teachers", place="teachers", most=MOST_TEACHERS)
    today = clock.today()
    known = (
        named_jobs(session, scope, jobs_on(session, scope, today, one.company_id)) if wanted else {}
    )
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise InputError(
            "training.unknown_teachers", place="teachers", names="、".join(unknown), on=today
        )
    persons = {known[name].person_id for name in wanted}
    learns = exists().where(
        TrainingEnrolment.class_id == class_id,
        TrainingEnrolment.person_id.in_(persons),
        TrainingEnrolment.state != "withdrawn",
    )
    if session.scalar(select(learns)):
        raise StateError("training.teacher_learns", place="teachers")
    of_class = TrainingTeacher.class_id == class_id
    before = set(session.scalars(select(TrainingTeacher.person_id).where(of_class)))
    if before == persons:
        return
    session.execute(delete(TrainingTeacher).where(of_class))
    rows = [{"class_id": class_id, "person_id": person} for person in sorted(persons)]
    if rows:
        session.execute(insert(TrainingTeacher), rows)
    audit.record(
        session,
        actor,
        "training_class.set_teachers",
        "training_class",
        class_id,
        company_id=one.company_id,
        before={"teachers": sorted(before)},
        after={"teachers": sorted(persons)},
    )

"""Results of a class: a preview with what is missing of whom, then one act that issues the certificates.

The act takes only what the preview showed. It can be done again after a retake: who has passed stays so,
and of the others a result is added only where it says something new.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from workforce.certification.service import Award, issue
from workforce.core.errors import NotFoundError, StateError
from workforce.platform import audit, clock
from workforce.training import queries
from workforce.training.certificate_queries import base_issuer
from workforce.training.class_people import PersonRow, people_of
from workforce.training.models import (
    TrainingClass,
    TrainingCourse,
    TrainingExam,
    TrainingLesson,
    TrainingResult,
)
from workforce.training.passing import Missing, missing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

_MONTHS: Final = 12
_LONGEST_MONTH: Final = 31


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would be decided of somebody: nothing missing passes."""

    person: PersonRow
    missing: tuple[Missing, ...]

    @property
    def passes(self) -> bool:
        """Whether the person passes now, for the first time."""
        return not self.missing and self.person.result != "passed"

    @property
    def is_known(self) -> bool:
        """Whether anything can be decided: lessons that nobody recorded are unknown, and no failure."""
        return not {Missing.NO_LESSONS, Missing.UNRECORDED} & set(self.missing)

    @property
    def is_new(self) -> bool:
        """Whether a result would be added."""
        if self.person.result == "passed" or not self.is_known:
            return False
        return self.person.result is None or self.missing != self.person.reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an act would decide.

    ``ready_on``: the day of the last lesson and, where an exam is asked, of its first sitting, before which
    nothing is decided; None: the exam has no sitting yet.
    """

    row: queries.ClassRow
    verdicts: tuple[Verdict, ...]
    ready_on: dt.date | None
    fingerprint: str

    @property
    def passing(self) -> int:
        """How many would get a certificate."""
        return sum(verdict.passes for verdict in self.verdicts)


@dataclass(frozen=True, slots=True)
class Decided:
    """What an act has decided: numbers of people."""

    passed: int
    failed: int


def preview(session: Session, scope: Scope, class_id: int) -> Preview:
    """Return what deciding a class now would give; of a class that another one keeps, for the own people.

    Raises:
        NotFoundError: there is no such class in sight.
    """
    row = queries.class_row(session, scope, class_id)
    rows = people_of(session, scope, class_id, clock.today(), "enrolled")
    verdicts = tuple(Verdict(one, missing(row.rule, one.standing)) for one in rows)
    return Preview(
        row=row,
        verdicts=verdicts,
        ready_on=_ready_on(session, row.one),
        fingerprint=_fingerprint(verdicts),
    )


def _ready_on(session: Session, one: TrainingClass) -> dt.date | None:
    last = select(func.max(TrainingLesson.held_on)).where(TrainingLesson.class_id == one.id)
    ready_on = session.scalar(last) or one.ends_on
    if one.exam_score is None:
        return ready_on
    sitting = select(func.min(TrainingExam.held_on)).where(TrainingExam.class_id == one.id)
    first = session.scalar(sitting)
    return first and max(ready_on, first)


def _fingerprint(verdicts: Sequence[Verdict]) -> str:
    shown = [
        (one.person.enrolment_id, one.person.result, one.missing, _figures(one.person))
        for one in verdicts
    ]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def _figures(person: PersonRow) -> tuple[int | None, int | None, int | None]:
    standing = person.standing
    return standing.attendance_rate, standing.practice_score, standing.exam_best


def decide(session: Session, scope: Scope, actor: Actor, class_id: int, seen: str) -> Decided:
    """Decide a class as the preview showed it, and issue the certificates, in the caller's unit of work.

    Raises:
        NotFoundError: there is no such class that the actor keeps.
        StateError: lessons or the exam are still to come, or something has changed since the preview.
    """
    # Two who decide at once: the second one sees what the first has decided.
    queries.hold_class(session, class_id)
    found = preview(session, scope, class_id)
    one = found.row.one
    if not found.row.is_kept:
        raise NotFoundError("web.not_found")
    today = clock.today()
    if found.ready_on is None:
        raise StateError("training.no_sitting", code=one.code)
    if today < found.ready_on:
        raise StateError("training.not_ready", code=one.code, last=found.ready_on)
    if found.fingerprint != seen:
        raise StateError("training.changed")
    task_types = queries.taught_by(session, [one.course_id]).get(one.course_id, ())
    course = session.get_one(TrainingCourse, one.course_id)
    issuer = found.row.company_name or base_issuer(session)
    passed = failed = 0
    for verdict in found.verdicts:
        if not verdict.is_new:
            continue
        certificate_id = None
        if verdict.passes:
            award = Award(
                person_id=verdict.person.person_id,
                level=course.level,
                course=course.title[:80],
                issued_on=today,
                valid_until=valid_until(today, one.valid_months),
                task_type_ids=task_types,
            )
            certificate_id = issue(session, actor, award, issuer=issuer, kept_by_id=one.company_id)
        passed, failed = passed + verdict.passes, failed + (not verdict.passes)
        _add_result(session, actor, verdict, certificate_id)
    return Decided(passed, failed)


def valid_until(issued_on: dt.date, months: int | None) -> dt.date | None:
    """Return the last valid day of a certificate that holds for some months; None: no end.

    Issued on 31 January for one month: the last day is the 27th of February, or the 28th in a leap year.
    """
    if months is None:
        return None
    index = issued_on.year * _MONTHS + issued_on.month - 1 + months
    year, month = divmod(index, _MONTHS)
    for day in range(min(issued_on.day, _LONGEST_MONTH), 0, -1):
        try:
            return dt.date(year, month + 1, day) - dt.timedelta(days=1)
        except ValueError:
            continue
    raise AssertionError


def _add_result(
    session: Session, actor: Actor, verdict: Verdict, certificate_id: int | None
) -> None:
    person = verdict.person
    rate, practice, exam = _figures(person)
    row = TrainingResult(
        enrolment_id=person.enrolment_id,
        decided_on=clock.today(),
        is_passed=verdict.passes,
        attendance_rate=rate,
        practice_score=practice,
        exam_score=exam,
        reasons=",".join(verdict.missing),
        certificate_id=certificate_id,
        decided_by_id=actor.account_id,
        decided_at=clock.now(),
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        actor,
        "training_result.decide",
        "training_enrolment",
        person.enrolment_id,
        company_id=person.company_id,
        after={
            "is_passed": row.is_passed,
            "reasons": row.reasons,
            "attendance_rate": rate,
            "practice_score": practice,
            "exam_score": exam,
            "certificate_id": certificate_id,
        },
    )

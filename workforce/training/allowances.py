"""The allowance of trainees: proposed from attended lessons, accepted by finance, paid by payroll.

One source: what is accepted is an agreed amount of the month (``payroll.entries``), and a change after
that shows as a difference between what lessons say now and what is agreed. Nothing else is stored.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, or_, select

from workforce.core.errors import DomainError, NotFoundError, StateError
from workforce.core.fact_codes import AmountKind
from workforce.payroll.entries import (
    EntryFact,
    EntryPlan,
    plan_entries,
    store_entries,
    stored_entries,
)
from workforce.people import queries as people
from workforce.platform import audit, clock
from workforce.training.models import (
    TrainingAttendance,
    TrainingClass,
    TrainingEnrolment,
    TrainingLesson,
)
from workforce.training.passing import ATTENDED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod
    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

_KIND: Final = AmountKind.TRAINEE_ALLOWANCE.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """A trainee's allowance of a month: ``days`` with an attended lesson, and what they come to (fen).

    ``agreed`` (fen): what payroll has been told; None: nothing yet. ``fault``: why it cannot be changed.
    """

    employment_id: int
    employee_no: str
    name: str
    days: int
    amount: int
    agreed: int | None
    fault: DomainError | None = None

    @property
    def state(self) -> str:
        """Return same | new | differs | blocked; labels are the terms ``allowance_state.*``."""
        if self.amount == (self.agreed or 0):
            return "same"
        if self.fault is not None:
            return "blocked"
        return "new" if self.agreed is None else "differs"

    @property
    def difference(self) -> int:
        """What lessons say now less what is agreed, fen."""
        return self.amount - (self.agreed or 0)


@dataclass(frozen=True, slots=True)
class Month:
    """A month's allowances, by employee number, and what names exactly what they say."""

    rows: tuple[Allowance, ...]
    fingerprint: str

    @property
    def to_accept(self) -> tuple[Allowance, ...]:
        """Those that would be told to payroll."""
        return tuple(row for row in self.rows if row.state in {"new", "differs"})


def month_of(session: Session, scope: Scope, period: PayPeriod) -> Month:
    """Return the allowances of a company's trainees in a month; a fixed number of statements."""
    job = people.all_employments(scope).subquery()
    days = (
        select(
            TrainingEnrolment.employment_id,
            TrainingEnrolment.class_id,
            func.count(TrainingLesson.held_on.distinct()).label("days"),
        )
        .join(TrainingAttendance, TrainingAttendance.enrolment_id == TrainingEnrolment.id)
        .join(TrainingLesson, TrainingLesson.id == TrainingAttendance.lesson_id)
        .join(job, job.c.employment_id == TrainingEnrolment.employment_id)
        .where(
            job.c.employment_type == "trainee",
            TrainingAttendance.mark.in_(ATTENDED),
            TrainingLesson.held_on >= period.first_on,
            TrainingLesson.held_on <= min(period.last_on, clock.today()),
            TrainingLesson.held_on >= job.c.hired_on,
            or_(job.c.separated_on.is_(None), TrainingLesson.held_on <= job.c.separated_on),
        )
        .group_by(TrainingEnrolment.employment_id, TrainingEnrolment.class_id)
        .subquery()
    )
    earned = {
        row.employment_id: (int(row.days), int(row.amount))
        for row in session.execute(
            select(
                days.c.employment_id,
                func.sum(days.c.days).label("days"),
                func.sum(days.c.days * TrainingClass.allowance_amount).label("amount"),
            )
            .join(TrainingClass, TrainingClass.id == days.c.class_id)
            .group_by(days.c.employment_id)
        )
    }
    agreed = {
        row.employment_id: row.amount
        for row in session.execute(stored_entries(scope, period))
        if row.kind == _KIND
    }
    trained = select(TrainingEnrolment.employment_id)
    who = people.directory(scope).order_by(None).subquery()
    names = session.execute(
        select(who.c.employment_id, who.c.employee_no, who.c.name)
        .where(who.c.employment_id.in_(trained))
        .order_by(who.c.employee_no)
    ).all()
    rows = [
        Allowance(
            employment_id=row.employment_id,
            employee_no=row.employee_no,
            name=row.name,
            days=earned.get(row.employment_id, (0, 0))[0],
            amount=earned.get(row.employment_id, (0, 0))[1],
            agreed=agreed.get(row.employment_id),
        )
        for row in names
        if row.employment_id in earned or row.employment_id in agreed
    ]
    rows = _with_faults(session, scope, period, rows)
    return Month(tuple(rows), _fingerprint(period, rows))


def _with_faults(
    session: Session, scope: Scope, period: PayPeriod, rows: Sequence[Allowance]
) -> list[Allowance]:
    """Say of whom nothing can be changed any more, because the month is closed."""
    faults = _plan(session, scope, period, [row for row in rows if row.difference]).faults
    by_person = {key[0]: error for key, error in faults.items()}
    return [
        Allowance(
            employment_id=row.employment_id,
            employee_no=row.employee_no,
            name=row.name,
            days=row.days,
            amount=row.amount,
            agreed=row.agreed,
            fault=by_person.get(row.employment_id),
        )
        for row in rows
    ]


def _plan(
    session: Session, scope: Scope, period: PayPeriod, rows: Sequence[Allowance]
) -> EntryPlan:
    facts = [
        EntryFact(
            employment_id=row.employment_id,
            kind=_KIND,
            code=_KIND,
            period_from=period,
            period_to=period.next(),
            amount=row.amount,
        )
        for row in rows
    ]
    if scope.company_id is None:
        raise NotFoundError("web.not_found")
    return plan_entries(session, scope.company_id, facts)


def _fingerprint(period: PayPeriod, rows: Sequence[Allowance]) -> str:
    shown = [str(period), [(row.employment_id, row.amount, row.agreed) for row in rows]]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def accept(session: Session, scope: Scope, actor: Actor, period: PayPeriod, seen: str) -> int:
    """Tell payroll the allowances of a month as they were shown; return of how many people.

    Doing it again changes nothing. The caller's unit of work commits.

    Raises:
        StateError: something has changed since they were shown.
    """
    found = month_of(session, scope, period)
    if found.fingerprint != seen:
        raise StateError("training.changed")
    wanted = found.to_accept
    if not wanted:
        return 0
    audit.record_many(
        session,
        actor,
        "pay_entry.trainee_allowance",
        "employment",
        [
            audit.Change(
                str(row.employment_id),
                {"period": str(period), "amount": row.agreed},
                {"period": str(period), "amount": row.amount, "days": row.days},
            )
            for row in wanted
        ],
        company_id=scope.company_id,
    )
    store_entries(session, _plan(session, scope, period, wanted))
    return len(wanted)

"""What the pages of requests show beside the request: the day as it is, the balance, the law's limit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from workforce.attendance.balances import ANNUAL, Balance, read_balances
from workforce.attendance.leave_rules import LeaveLimit, limit_of
from workforce.attendance.lieu import KIND as LIEU
from workforce.attendance.requests_reading import DaysAsTheyAre, read_days, subject_of
from workforce.attendance.shift_types import ShiftPlan
from workforce.companies import queries as companies
from workforce.core.errors import InputError
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform import clock
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook

_LATELY: Final = dt.timedelta(days=92)
"""How long after leaving somebody may still ask for a correction here."""


@dataclass(frozen=True, slots=True)
class OwnEmployment:
    """One of the visitor's employments, for choosing."""

    employment_id: int
    company_id: int
    company_name: str
    region: str


def own_employments(session: Session, scope: Scope) -> list[OwnEmployment]:
    """Return the employments of a person that go on or ended lately: the main job, then the newest."""
    names = {row.company_id: row for row in session.execute(companies.company_facts(Scope.base()))}
    since = clock.today() - _LATELY
    rows = [
        row
        for row in session.execute(people.all_employments(scope))
        if row.separated_on is None or row.separated_on >= since
    ]
    rows.sort(key=lambda row: row.hired_on, reverse=True)
    rows.sort(key=lambda row: row.employment_type == "part_time")
    return [
        OwnEmployment(
            row.employment_id,
            row.company_id,
            names[row.company_id].company_name,
            names[row.company_id].region,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class DayOffer:
    """A day's recorded shifts, and the times to begin with in a form: the last shift's, else the stated."""

    shifts: Sequence[Row[Any]]
    starts: dt.time | None
    ends: dt.time | None
    break_minutes: int | None


def day_of(session: Session, scope: Scope, employment_id: int, on: dt.date) -> DayOffer:
    """Return a day of somebody in reach.

    Raises:
        NotFoundError: the employment is not in reach on that day.
    """
    subject = subject_of(session, scope, employment_id, on, on)
    shifts = read_days(session, subject, on, on).shifts
    if shifts:
        last = shifts[-1]
        return DayOffer(shifts, last.starts_at.time(), last.ends_at.time(), last.break_minutes)
    plan = ShiftPlan.read(session, subject.company_id, on, on)
    try:
        kind = plan.planned(subject.company_id, subject.team_id or 0, employment_id, on)
    except InputError:
        return DayOffer((), None, None, None)
    return DayOffer((), kind.starts, kind.ends, kind.break_minutes)


def day_before(session: Session, scope: Scope, row: Row[Any]) -> DaysAsTheyAre:
    """Return what is recorded of the days that a request is about."""
    subject = subject_of(session, scope, row.employment_id, row.first_on, row.last_on)
    return read_days(session, subject, row.first_on, row.last_on)


def late_pay_period(session: Session, row: Any, company_id: int) -> str | None:
    """Return the pay month that an open request's days would go with, if theirs is closed."""
    cycles = PayCycles.read(session, company_id)
    if not cycles.has_closed(row.employment_id, row.first_on):
        return None
    return str(cycles.next_open(row.employment_id, row.first_on))


@dataclass(frozen=True, slots=True)
class LeaveFacts:
    """What is known before leave is granted; ``balance`` of annual leave and time in lieu only."""

    limit: LeaveLimit | None
    balance: Balance | None
    year: int


def leave_facts(
    session: Session, book: LawBook, company_id: int, employment_id: int, kind: str, on: dt.date
) -> LeaveFacts:
    """Return the law's limit of a kind of leave, and the balance where there is one."""
    facts = companies.company_facts(Scope.company(company_id)).subquery()
    region = session.execute(select(facts.c.region)).scalar_one()
    balance = None
    if kind in {ANNUAL, LIEU}:
        balance = own_balance(session, book, company_id, region, employment_id, on.year)
    return LeaveFacts(limit_of(book, region, kind, on), balance, on.year)


def own_balance(
    session: Session,
    book: LawBook,
    company_id: int,
    region: str,
    employment_id: int,
    year: int,
) -> Balance | None:
    """Return the balance of one employment of a year, as it stands today."""
    on = max(min(clock.today(), dt.date(year, 12, 31)), dt.date(year, 1, 1))
    person_id = session.scalar(
        select(people.persons_of([employment_id]).subquery().c.person_id).limit(1)
    )
    if person_id is None:
        return None
    found = read_balances(
        session,
        Scope.employee(company_id, person_id),
        year,
        on,
        book,
        region,
        employment_ids=[employment_id],
    )
    return found[0] if found else None

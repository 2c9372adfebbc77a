"""Marking workdays without any record as absence, where a company has decided so.

The law gives nobody a wage for a day not worked, and lets no company guess that it was not: so marks are off
until a company switches them on, and then wait some days for records to come in. Without them such a day
is only shown as having no record.

Days before the switch are never marked: nobody knew the rule then.

A mark states nothing that anybody said: any shift, leave or absence of the day replaces it
at once, and the next run takes back what output shows to be wrong. Running again changes nothing.
Closed months, and days that somebody settled by hand, are left alone. Only people with stated workdays
are looked at: standard hours, or comprehensive hours with a roster for the month.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from workforce.attendance import queries
from workforce.attendance.models import Absence, AttendancePolicy
from workforce.attendance.service import AUTO, Day, DayFacts, plan_days, store_days
from workforce.attendance.workdays import Workdays, days, has_stated_workdays
from workforce.core.period import PayPeriod
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform import audit
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.work_calendar import WorkCalendar
    from workforce.platform.audit import Actor

LOOKS_BACK: Final = dt.timedelta(days=62)
"""How far back records are looked at: the open months of an ordinary company."""

_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Marked:
    """What a run changed: days marked, and marks taken back."""

    added: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One company's rule: days from ``from_on`` on are marked ``after_days`` later."""

    company_id: int
    after_days: int
    from_on: dt.date


def rules(session: Session) -> list[Rule]:
    """Return the rules of the companies that want marks."""
    policy = AttendancePolicy
    rows = session.execute(
        select(policy.company_id, policy.absence_after_days, policy.absence_from).order_by(
            policy.company_id
        )
    )
    return [
        Rule(company_id, days, from_on)
        for company_id, days, from_on in rows
        if days is not None and from_on is not None
    ]


def first_day(session: Session, rule: Rule, today: dt.date) -> dt.date:
    """Return the first day looked at: of the rule, and not before the earliest month still open."""
    locked = PayCycles.read(session, rule.company_id).locked
    first_on = (today - LOOKS_BACK).replace(day=1)
    while PayPeriod.of(first_on) in locked:
        first_on = PayPeriod.of(first_on).end_on
    return max(first_on, rule.from_on)


def mark_absences(
    session: Session,
    actor: Actor,
    rule: Rule,
    today: dt.date,
    calendar: WorkCalendar,
    with_output: Iterable[Day],
) -> Marked:
    """Mark a company's missing days and take back wrong marks, in the caller's unit of work.

    ``with_output``: days on which somebody has output, which the slice above knows. The number of statements does not depend on the number
    of people.
    """
    company_id = rule.company_id
    scope = Scope.company(company_id)
    last_on = today - rule.after_days * _DAY
    first_on = first_day(session, rule, today)
    if first_on > last_on:
        return Marked()
    recorded = _recorded(session, scope, first_on, last_on)
    recorded.update(with_output)
    missing = _workdays(session, scope, first_on, last_on, calendar) - recorded
    known: set[Day] = set()
    marks: set[Day] = set()
    for employment_id, on, source in session.execute(
        select(Absence.employment_id, Absence.absent_on, Absence.source).where(
            Absence.employment_id.in_(people.employment_ids(scope)),
            Absence.absent_on >= first_on,
            Absence.absent_on <= last_on,
        )
    ):
        (marks if source == AUTO else known).add((employment_id, on))
    cycles = PayCycles.read(session, company_id)
    added, removed = (
        # Who was paid at once has a closed month inside of one that is open for the others.
        {day for day in found if not cycles.has_closed(*day)}
        for found in (missing - known - marks, marks - missing)
    )
    if not (added or removed):
        return Marked()
    plan = plan_days(
        session,
        company_id,
        AUTO,
        DayFacts(covered=frozenset(added | removed), absences=frozenset(added), tells_shifts=False),
    )
    store_days(session, plan, AUTO, None, actor=actor)
    done = Marked(len(plan.absences.added), len(plan.absences.removed))
    audit.record(
        session,
        actor,
        "absence.mark",
        "company",
        company_id,
        company_id=company_id,
        after={
            "first_on": first_on,
            "last_on": last_on,
            "added": _said(plan.absences.added),
            "removed": _said(plan.absences.removed),
        },
    )
    return done


def _recorded(session: Session, scope: Scope, first_on: dt.date, last_on: dt.date) -> set[Day]:
    shifts = queries.shifts(scope, first_on, last_on).order_by(None).subquery()
    found: set[Day] = {
        (employment_id, on)
        for employment_id, on in session.execute(
            select(shifts.c.employment_id, shifts.c.work_on).distinct()
        )
    }
    for leave in session.execute(queries.leaves(scope, first_on, last_on)):
        found.update(
            (leave.employment_id, on)
            for on in days(max(leave.first_on, first_on), min(leave.last_on, last_on))
        )
    return found


def _workdays(
    session: Session, scope: Scope, first_on: dt.date, last_on: dt.date, calendar: WorkCalendar
) -> set[Day]:
    """Return every day on which somebody was to work, by contract, calendar and roster."""
    workdays = Workdays.read(session, scope, first_on, last_on, calendar)
    span = list(days(first_on, last_on))
    found: set[Day] = set()
    for row in session.execute(people.work_patterns(scope).order_by(None)):
        if not has_stated_workdays(row.employment_type, row.hours_system):
            continue
        from_on, until_on = row.hired_on, row.separated_on or dt.date.max
        needs_roster = row.hours_system == "comprehensive"
        found.update(
            (row.employment_id, on)
            for on in span
            if from_on <= on <= until_on
            and workdays.is_workday(row.employment_id, row.rest_weekdays, on)
            and not (needs_roster and not workdays.has_roster(row.employment_id, on))
        )
    return found


def _said(rows: Iterable[dict[str, object]]) -> list[str]:
    return [f"{row['employment_id']} {row['absent_on']}" for row in rows]

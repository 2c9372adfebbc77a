"""What each role meets first: what waits for it now, the runs in hand, the companies and their state."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from workforce.attendance import queries as attendance
from workforce.attendance import requests_reading as requests
from workforce.bureau.issues.views import waiting_months
from workforce.certification import queries as certificates
from workforce.companies import queries as companies
from workforce.core.lifecycle import RunState
from workforce.core.permissions import Permission, Role, is_allowed
from workforce.core.work_calendar import WorkCalendar
from workforce.declarations import queries as declarations
from workforce.disputes import queries as disputes
from workforce.payroll import queries as payroll
from workforce.payroll import views
from workforce.payroll.views import RunRow
from workforce.people import person_list
from workforce.platform import clock, jobs
from workforce.platform.db import size_of
from workforce.platform.scope import Scope, ScopeKind
from workforce.premises import overview as premises
from workforce.returns import queries as returns
from workforce.seating import queries as seating
from workforce.seating.clashes import clash_count
from workforce.seating.figures import read_week

_RUNS_SHOWN: Final = 6
_SLIPS_READ: Final = 10
_DAYS_OF_FAILURES: Final = 7


@dataclass(frozen=True, slots=True)
class OwnPay:
    """One of the visitor's newest payslips; the amount in fen."""

    payslip_id: int
    company_name: str
    period: str
    net_pay_amount: int
    state: str
    pay_on: dt.date


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits for the visitor; None: not a matter of this role.

    ``unconfirmed_days``: of the teams led, from the first of the month to yesterday.
    ``failed_jobs``: of the last week. ``crowded``: companies with more people at work than seats in
    some hour of this week.
    """

    open_requests: int | None = None
    unconfirmed_days: int | None = None
    open_disputes: int | None = None
    declarations: int | None = None
    failed_jobs: int | None = None
    returns: int | None = None
    issues: int | None = None
    premises: int | None = None
    crowded: int | None = None
    seats: int | None = None
    skill_expiring: int | None = None
    skill_exceptions: int | None = None


@dataclass(frozen=True, slots=True)
class CompanyState:
    """A company, how many people it employs today, and its newest run, if any."""

    company_id: int
    code: str
    name: str
    is_inside: bool
    reports_by: str
    people: int
    run_id: int | None
    period: str | None
    state: RunState | None


def own_pay(session: Session, person_id: int | None) -> list[OwnPay]:
    """Return a person's payslips of the newest month that may be seen: one for each company."""
    if person_id is None:
        return []
    scope = Scope.own(person_id)
    read = session.execute(payroll.payslips_for(scope).limit(_SLIPS_READ)).all()
    rows = [row for row in read if not row.is_reversed]
    names = {
        row.company_id: row.company_name
        for row in session.execute(companies.company_facts(Scope.base()))
    }
    return [
        OwnPay(
            row.payslip_id,
            names[row.company_id],
            row.period,
            row.net_pay_amount,
            row.state,
            row.pay_on,
        )
        for row in takewhile(lambda row: row.period == rows[0].period, rows)
    ]


def counts(
    session: Session, role: Role, scope: Scope, today: dt.date, calendar: WorkCalendar
) -> Counts:
    """Count what waits for whoever has this role and reach, in a fixed number of statements."""

    def can(permission: Permission) -> bool:
        return is_allowed(role, permission)

    return Counts(
        open_requests=requests.open_count(session, scope)
        if can(Permission.ATTENDANCE_REQUEST_DECIDE)
        else None,
        unconfirmed_days=_unconfirmed_days(session, scope, today, calendar)
        if scope.kind is ScopeKind.TEAM
        else None,
        open_disputes=disputes.state_counts(session, scope).get("open", 0)
        if can(Permission.DISPUTE_ANSWER)
        else None,
        declarations=declarations.count(
            session, scope, declarations.of_year(today.year, "submitted")
        )
        if can(Permission.DECLARATION_REVIEW)
        else None,
        failed_jobs=_failed_jobs(session, today) if role is Role.BASE_ADMIN else None,
        issues=len(waiting_months(session)) if can(Permission.STATISTICS_PUBLISH) else None,
        skill_expiring=size_of(session, certificates.expiring(scope, today))
        if can(Permission.SKILL_CERTIFICATE_KEEP)
        else None,
        skill_exceptions=size_of(session, certificates.exceptions(scope, state="asked"))
        if can(Permission.SKILL_EXCEPTION_DECIDE)
        else None,
        premises=premises.waiting(session, today) if can(Permission.PREMISES_KEEP) else None,
        crowded=len(read_week(session, Scope.base(), today, calendar).crowded)
        if can(Permission.PREMISES_KEEP)
        else None,
        seats=size_of(session, seating.lost(scope, today)) + clash_count(session, scope, today)
        if can(Permission.SEAT_ASSIGN)
        else None,
        returns=returns.open_count(session, scope, today, calendar)
        if can(Permission.RETURN_FILE)
        else None,
    )


def _unconfirmed_days(
    session: Session, scope: Scope, today: dt.date, calendar: WorkCalendar
) -> int:
    """Count the team days of this month before today that nobody has confirmed."""
    first_on, last_on = today.replace(day=1), today - dt.timedelta(days=1)
    if last_on < first_on or not scope.team_ids:
        return 0
    days = [first_on + dt.timedelta(days=number) for number in range((today - first_on).days)]
    workdays = [day for day in days if calendar.is_expected_workday(day)]
    chosen = attendance.unconfirmed_team_days(scope, first_on, last_on, workdays)
    return size_of(session, chosen)


def _failed_jobs(session: Session, today: dt.date) -> int:
    first_on = today - dt.timedelta(days=_DAYS_OF_FAILURES)
    since = dt.datetime.combine(first_on, dt.time(), clock.BASE_ZONE)
    failed = select(func.count(jobs.Job.id)).where(
        jobs.Job.state == jobs.JobState.FAILED, jobs.Job.finished_at >= since
    )
    return session.scalar(failed) or 0


def runs_in_hand(session: Session, role: Role, scope: Scope) -> list[RunRow] | None:
    """Return the newest runs for whoever works with runs; None for others."""
    if not is_allowed(role, Permission.PAYROLL_RUN_READ):
        return None
    return views.run_rows(session, scope, rows=slice(_RUNS_SHOWN))


def teams_led(session: Session, role: Role, scope: Scope) -> list[str] | None:
    """Return the names of the teams that a supervisor leads today; None for other roles."""
    if role is not Role.SUPERVISOR:
        return None
    return [team.name for team in session.scalars(companies.teams(scope))]


def company_states(session: Session, scope: Scope, today: dt.date) -> list[CompanyState]:
    """Return the companies in reach, in order of their code, in three statements."""
    people = {
        row.company_id: row.people for row in session.execute(person_list.head_counts(scope, today))
    }
    runs = {row.company_id: row for row in session.execute(_newest_runs(scope))}
    found = []
    for company in session.scalars(companies.companies(scope)):
        run = runs.get(company.id)
        found.append(
            CompanyState(
                company.id,
                company.code,
                company.name,
                company.is_inside,
                company.reports_by,
                people.get(company.id, 0),
                run.id if run else None,
                run.period if run else None,
                RunState(run.state) if run else None,
            )
        )
    return found


def _newest_runs(scope: Scope) -> Select[*tuple[Any, ...]]:
    """The newest regular run of each company: id, company_id, period, state."""
    run = payroll.runs(scope).order_by(None).subquery()
    place = func.row_number().over(
        partition_by=run.c.company_id, order_by=(run.c.period.desc(), run.c.number.desc())
    )
    ranked = (
        select(run.c.id, run.c.company_id, run.c.period, run.c.state, place.label("place"))
        .where(run.c.kind == "regular")
        .subquery()
    )
    return select(ranked.c.id, ranked.c.company_id, ranked.c.period, ranked.c.state).where(
        ranked.c.place == 1
    )

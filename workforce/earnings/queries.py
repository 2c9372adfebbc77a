"""Reading what a person's own earnings pages need, in a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import case, select

from workforce.companies import queries as companies
from workforce.core.period import PayPeriod
from workforce.earnings.models import EarningsDay
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform.scope import Scope
from workforce.production import queries as production

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

_SHOWN_AFTER_LEAVING: Final = dt.timedelta(days=92)
"""How long somebody who has left still finds the last month: until it is paid and a dispute is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """One of a person's own employments, with what a calculation needs to know of its company."""

    employment_id: int
    person_id: int
    employee_no: str
    employment_type: str
    hours_system: str
    hired_on: dt.date
    separated_on: dt.date | None
    company_id: int
    company_code: str
    company_name: str
    region: str


def workplaces(session: Session, scope: Scope, today: dt.date) -> list[Workplace]:
    """Return the employments in scope that go on or ended not long ago.

    What goes on comes first, a part-time job after it; then the newest.
    """
    mine = people.work_patterns(scope).order_by(None).subquery()
    company = companies.company_facts(Scope.base()).subquery()
    rows = session.execute(
        select(
            mine.c.employment_id,
            mine.c.person_id,
            mine.c.employee_no,
            mine.c.employment_type,
            mine.c.hours_system,
            mine.c.hired_on,
            mine.c.separated_on,
            mine.c.company_id,
            company.c.company_code,
            company.c.company_name,
            company.c.region,
        )
        .join(company, company.c.company_id == mine.c.company_id)
        .where(
            mine.c.hired_on <= today,
            mine.c.separated_on.is_(None) | (mine.c.separated_on >= today - _SHOWN_AFTER_LEAVING),
        )
        .order_by(
            case((mine.c.separated_on < today, 1), else_=0),
            case((mine.c.employment_type == "part_time", 1), else_=0),
            mine.c.hired_on.desc(),
            mine.c.employment_id.desc(),
        )
    )
    return [Workplace(**row._mapping) for row in rows]  # noqa: SLF001 - the documented way to a mapping


def open_periods(session: Session, workplace: Workplace, today: dt.date) -> list[PayPeriod]:
    """Return the pay periods that are not decided yet, the newest first: today's and the one before."""
    cycles = PayCycles.read(session, workplace.company_id)
    who = workplace.employment_id
    last = min(today, workplace.separated_on or today)
    newest = cycles.period_of(who, last)
    older = cycles.period_of(who, newest.first_on - dt.timedelta(days=1))
    return [
        period
        for period in (newest, older)
        if not cycles.is_closed(who, period) and period.last_on >= workplace.hired_on
    ]


def task_types(session: Session) -> Mapping[str, Row[Any]]:
    """Return production's names of task types by code."""
    rows: Iterable[Row[Any]] = session.execute(production.task_type_names())
    return {row.task_type_code: row for row in rows}


def last_kept_day(
    session: Session, employment_id: int, period: PayPeriod, before: dt.date
) -> EarningsDay | None:
    """Return how the month stood on the last kept day before a day."""
    return session.scalar(
        select(EarningsDay)
        .where(
            EarningsDay.employment_id == employment_id,
            EarningsDay.period == str(period),
            EarningsDay.as_of < before,
        )
        .order_by(EarningsDay.as_of.desc())
        .limit(1)
    )

"""Rosters, lieu days, periods of comprehensive hours, and figures of a month without records of days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy.orm import Session

from tests.factories.rows import add
from workforce.attendance.models import HoursCycle, LieuDay, MonthFigures, Roster
from workforce.companies.models import Company
from workforce.core.period import PayPeriod
from workforce.payroll.models import BaseDifference
from workforce.people.models import Employment


def create_roster(
    session: Session, employment: Employment, period: PayPeriod, rest_days: Iterable[int]
) -> Roster:
    """Say on which days of a month somebody rests."""
    bits = sum(1 << (day - 1) for day in rest_days)
    row = Roster(employment_id=employment.id, period=str(period), rest_day_bits=bits)
    return add(session, row)


def create_lieu_day(session: Session, employment: Employment, work_on: dt.date) -> LieuDay:
    """Agree that a rest day's work is balanced by time off."""
    return add(session, LieuDay(employment_id=employment.id, work_on=work_on))


def create_hours_cycle(
    session: Session,
    company: Company,
    kind: str,
    valid_from: dt.date,
    employment: Employment | None = None,
    valid_to: dt.date | None = None,
) -> HoursCycle:
    """Count comprehensive hours over periods of a kind, of all or of one."""
    row = HoursCycle(
        company_id=company.id,
        employment_id=employment.id if employment else None,
        kind=kind,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    return add(session, row)


def create_month_figures(
    session: Session,
    employment: Employment,
    period: PayPeriod,
    worked_minutes: int | None = None,
    unused_leave_days: int | None = None,
) -> MonthFigures:
    """State hours or unused leave of a pay period."""
    row = MonthFigures(
        employment_id=employment.id,
        period=str(period),
        worked_minutes=worked_minutes,
        unused_leave_days=unused_leave_days,
    )
    return add(session, row)


def create_base_difference(
    session: Session,
    employment: Employment,
    pay_period: PayPeriod,
    for_period: PayPeriod,
    charged: int,
    owed: int | None = None,
) -> BaseDifference:
    """Say that a month was charged on another base than is owed; fen."""
    row = BaseDifference(
        employment_id=employment.id,
        pay_period=str(pay_period),
        for_period=str(for_period),
        charged_base_amount=charged,
        owed_base_amount=owed,
    )
    return add(session, row)

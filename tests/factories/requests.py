"""Requests about attendance, kinds of shift and leave ledgers for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.accounts import create_account
from tests.factories.companies import LONG_AGO
from tests.factories.rows import add
from workforce.accounts.models import Account
from workforce.attendance.models import (
    AttendanceRequest,
    LeaveEntry,
    ServiceStart,
    ShiftAssignment,
    ShiftType,
)
from workforce.companies.models import Company
from workforce.core.permissions import Role
from workforce.people.models import Employment, Person


def create_request(
    session: Session, employment: Employment, asked_by: Account | None = None, **changes: Any
) -> AttendanceRequest:
    """Ask for one day of personal leave on 12 October 2026, as the person's own account."""
    if asked_by is None:
        person = session.get_one(Person, employment.person_id)
        asked_by = create_account(session, Role.ANNOTATOR, person=person)
    values = {
        "employment_id": employment.id,
        "person_id": employment.person_id,
        "kind": "leave",
        "leave_kind": "personal_leave",
        "first_on": dt.date(2026, 10, 12),
        "last_on": dt.date(2026, 10, 12),
        "reason": "家里有事",
        "state": "submitted",
        "asked_by_id": asked_by.id,
        "asked_at": dt.datetime(2026, 10, 9, 1, tzinfo=dt.UTC),
        "due_on": dt.date(2026, 10, 12),
    }
    return add(session, AttendanceRequest(**values | changes))


def create_shift_type(session: Session, company: Company, **changes: Any) -> ShiftType:
    """Make the day shift of a company, 09:00 to 18:00 with an hour's break, without grace."""
    values = {
        "company_id": company.id,
        "code": "day",
        "name": "白班",
        "starts": dt.time(9),
        "ends": dt.time(18),
        "break_minutes": 60,
        "late_grace_minutes": 0,
        "early_grace_minutes": 0,
        "valid_from": LONG_AGO,
        "valid_to": None,
    }
    return add(session, ShiftType(**values | changes))


def create_shift_assignment(
    session: Session, company: Company, code: str = "day", **changes: Any
) -> ShiftAssignment:
    """Give a kind of shift to everybody of a company, or to ``team_id`` or ``employment_id``."""
    values = {
        "company_id": company.id,
        "team_id": None,
        "employment_id": None,
        "shift_type_code": code,
        "valid_from": LONG_AGO,
        "valid_to": None,
    }
    return add(session, ShiftAssignment(**values | changes))


def create_service_start(
    session: Session, employment: Employment, counted_from: dt.date
) -> ServiceStart:
    """State from when cumulative service counts."""
    return add(session, ServiceStart(employment_id=employment.id, counted_from=counted_from))


def create_leave_entry(session: Session, employment: Employment, **changes: Any) -> LeaveEntry:
    """Bring two days of annual leave over into 2026."""
    values = {
        "employment_id": employment.id,
        "kind": "annual_leave",
        "act": "opening",
        "year": 2026,
        "entered_on": dt.date(2026, 1, 5),
        "quantity": 2,
        "reason": "上年结余",
    }
    return add(session, LeaveEntry(**values | changes))

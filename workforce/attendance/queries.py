"""Reading shifts, leave and absences: set-based Selects that other slices join.

Ranges of days here include both ends. Times of day are the base's wall clock.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Select, func, select

from workforce.attendance.models import Absence, Leave, Shift
from workforce.people import queries as people
from workforce.platform.scope import Scope


def shifts(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[*tuple[Any, ...]]:
    """Shifts that belong to days of a range, in order of employment and start.

    Columns: shift_id, employment_id, work_on, starts_at, ends_at, break_minutes, is_in_lieu,
    shift_type, late_minutes, early_minutes. A night shift belongs to the day it starts.
    """
    return (
        select(
            Shift.id.label("shift_id"),
            Shift.employment_id,
            Shift.work_on,
            Shift.starts_at,
            Shift.ends_at,
            Shift.break_minutes,
            Shift.is_in_lieu,
            Shift.shift_type,
            Shift.late_minutes,
            Shift.early_minutes,
        )
        .where(
            Shift.employment_id.in_(people.employment_ids(scope, first_on, last_on)),
            Shift.work_on >= first_on,
            Shift.work_on <= last_on,
        )
        .order_by(Shift.employment_id, Shift.starts_at)
    )


def leaves(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[*tuple[Any, ...]]:
    """Leaves that overlap a range of days, in order of employment and first day.

    Columns: employment_id, kind, first_on, last_on (both ends on leave; may reach outside),
    approval_no.
    """
    return (
        select(Leave.employment_id, Leave.kind, Leave.first_on, Leave.last_on, Leave.approval_no)
        .where(
            Leave.employment_id.in_(people.employment_ids(scope, first_on, last_on)),
            Leave.first_on <= last_on,
            Leave.last_on >= first_on,
        )
        .order_by(Leave.employment_id, Leave.first_on, Leave.kind)
    )


def absences(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[int, dt.date]:
    """Days known not to have been worked without leave: employment_id, absent_on."""
    return (
        select(Absence.employment_id, Absence.absent_on)
        .where(
            Absence.employment_id.in_(people.employment_ids(scope, first_on, last_on)),
            Absence.absent_on >= first_on,
            Absence.absent_on <= last_on,
        )
        .order_by(Absence.employment_id, Absence.absent_on)
    )


def latest_work_day(scope: Scope) -> Select[dt.date | None]:
    """The last day on which a shift is recorded: one row, NULL without any."""
    return select(func.max(Shift.work_on)).where(
        Shift.employment_id.in_(people.employment_ids(scope))
    )

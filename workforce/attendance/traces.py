"""When somebody was at work, or excused: what a claim for people, and the use of seats, is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, Select, cast, distinct, extract, func, select

from workforce.attendance.models import Leave, MonthFigures, Shift
from workforce.people import queries as people

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.sql.elements import ColumnElement

    from workforce.core.period import PayPeriod
    from workforce.platform.scope import Scope

_MONTH_LENGTH = 7


def worked_days(scope: Scope, first: PayPeriod, last: PayPeriod) -> Select[int, int, int, int]:
    """On how many days of each month somebody has a shift: employment_id, year, month, days."""
    year, month = _year_and_month(Shift.work_on)
    return (
        select(
            Shift.employment_id,
            year.label("year"),
            month.label("month"),
            func.count(distinct(Shift.work_on)).label("days"),
        )
        .where(
            Shift.employment_id.in_(people.employment_ids(scope)),
            Shift.work_on.between(first.first_on, last.last_on),
        )
        .group_by(Shift.employment_id, year, month)
    )


def worked_months(scope: Scope, first: PayPeriod, last: PayPeriod) -> Select[int, str]:
    """Months of which only the worked time is known, and there is some: employment_id, month."""
    month = func.substr(MonthFigures.period, 1, _MONTH_LENGTH)
    return (
        select(MonthFigures.employment_id, month.label("month"))
        .where(
            MonthFigures.employment_id.in_(people.employment_ids(scope)),
            month.between(str(first), str(last)),
            MonthFigures.worked_minutes > 0,
        )
        .distinct()
    )


def worked_times(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[*tuple[Any, ...]]:
    """Shifts that belong to days of a range, in no order.

    Columns: shift_id, employment_id, work_on, starts_at, ends_at.
    """
    return select(
        Shift.id.label("shift_id"),
        Shift.employment_id,
        Shift.work_on,
        Shift.starts_at,
        Shift.ends_at,
    ).where(
        Shift.employment_id.in_(people.employment_ids(scope, first_on, last_on)),
        Shift.work_on.between(first_on, last_on),
    )


def leave_spans(scope: Scope, first: PayPeriod, last: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Leaves that touch the months: employment_id, first_on, last_on."""
    return select(Leave.employment_id, Leave.first_on, Leave.last_on).where(
        Leave.employment_id.in_(people.employment_ids(scope)),
        Leave.first_on <= last.last_on,
        Leave.last_on >= first.first_on,
    )


def _year_and_month(on: Any) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Split a day; as integers on both engines."""
    return cast(extract("year", on), Integer), cast(extract("month", on), Integer)

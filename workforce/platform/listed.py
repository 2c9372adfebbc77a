"""Months and days as rows to be joined, so that a query answers for all of them at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, String, literal, select, union_all

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.sql.elements import ColumnElement
    from sqlalchemy.sql.selectable import Subquery

    from workforce.core.period import PayPeriod


def listed_months(periods: Collection[PayPeriod]) -> Subquery:
    """Return months, one at least, each once, as rows: period, first_on, last_on."""
    return _rows(
        {
            "period": literal(str(month), String()),
            "first_on": literal(month.first_on, Date()),
            "last_on": literal(month.last_on, Date()),
        }
        for month in sorted({period.whole for period in periods})
    )


def listed_days(days: Collection[dt.date]) -> Subquery:
    """Return days, one at least, each once, as rows: on_day."""
    return _rows({"on_day": literal(day, Date())} for day in sorted(set(days)))


def _rows(rows: Iterable[Mapping[str, ColumnElement[Any]]]) -> Subquery:
    return union_all(
        *(select(*(value.label(name) for name, value in row.items())) for row in rows)
    ).subquery()

"""The use of seats as it was published: told with a month's first issue, and never changed.

What is told of a month later, of corrected shifts, would tell by its difference of single people. So
the first telling stands, whatever revised issues say of jobs and pay.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from workforce.bureau.models import PublishedSeats
from workforce.bureau.seats import seats
from workforce.bureau.seats.seats import ProtectedLine, SeatTable
from workforce.core.period import PayPeriod
from workforce.platform import clock
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def keep(session: Session, period: PayPeriod) -> None:
    """Keep the use of seats of a month that is being published, unless some is kept or nothing is built."""
    if period in months(session):
        return
    now = clock.to_base(clock.now()).replace(tzinfo=None)
    figures = seats.month_figures(session, Scope.base(), period, now, law_book().calendar())
    if figures.whole.built:
        content = _to_json(seats.protected(period, figures))
        session.add(PublishedSeats(period=str(period), content=content, kept_at=clock.now()))


def months(session: Session) -> list[PayPeriod]:
    """Return the months of which the use of seats is published, the newest first."""
    row = PublishedSeats
    return [
        PayPeriod.parse(month)
        for month in session.scalars(select(row.period).order_by(row.period.desc()))
    ]


def newest_tables(session: Session, last: PayPeriod, most: int = 1) -> list[SeatTable]:
    """Return what was published of the newest months up to one, the newest first, in one statement."""
    row = PublishedSeats
    chosen = select(row).where(row.period <= str(last)).order_by(row.period.desc()).limit(most)
    return [_from_json(one.period, one.content) for one in session.scalars(chosen)]


def _to_json(table: SeatTable) -> str:
    told = {
        "places": [asdict(line) for line in table.places],
        "companies": [asdict(line) for line in table.companies],
        "silent": table.silent,
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _from_json(period: str, content: str) -> SeatTable:
    told: Mapping[str, Any] = json.loads(content)
    places, companies = (
        [ProtectedLine(**line) for line in told[name]] for name in ("places", "companies")
    )
    return SeatTable(PayPeriod.parse(period), places, companies, told["silent"])

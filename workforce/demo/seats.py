"""Who sits where in the demo: each company's people along its rows, shift by shift.

One of each shift has no seat, and who comes later gets one of those that are left.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from workforce.companies import queries as companies
from workforce.platform import audit, clock
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.seating import queries
from workforce.seating.day import read_day
from workforce.seating.service import SeatFact, plan_seats, store_seats

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def seat_people(on: dt.date, told_at: dt.datetime) -> None:
    """Give seats to whoever works in the base on a day, once."""
    with clock.fixed(told_at), unit_of_work() as session:
        for row in session.execute(companies.company_facts(Scope.base())).all():
            scope = Scope.company(row.company_id)
            has_any = session.execute(queries.assignments(scope, on, on)).first() is not None
            if row.is_inside and not has_any:
                _seat(session, scope, on)


def _seat(session: Session, scope: Scope, on: dt.date) -> None:
    for kind in read_day(session, scope, on).kinds:
        day = read_day(session, scope, on, kind.code)
        facts = [
            SeatFact(one.employment_id, seat.full_code, kind.code, on)
            for one, seat in zip(day.waiting[:-1], day.free, strict=False)
        ]
        plan = plan_seats(session, scope.company_id or 0, facts)
        store_seats(session, audit.CLI, scope.company_id or 0, plan)

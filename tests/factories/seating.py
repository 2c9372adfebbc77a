"""Seats of a company and who has them, for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.companies import LONG_AGO
from tests.factories.premises import create_area, create_seat, create_tenancy
from tests.factories.requests import create_shift_type
from tests.factories.rows import add
from workforce.companies.models import Company
from workforce.people.models import Employment
from workforce.premises.models import Floor, Seat
from workforce.seating.models import SeatAssignment


def create_office(
    session: Session, company: Company | None, seats: int, floor: Floor | None = None
) -> list[Seat]:
    """Make a hall with usable seats in a row, on a floor of its own if none is given, and let it."""
    area = create_area(session, floor)
    if company is not None:
        create_tenancy(session, company, area)
    return [create_seat(session, area) for _ in range(seats)]


def create_example_seats(session: Session, company: Company) -> Seat:
    """Make what the example of the table of seats names: a day and an evening shift, the seat A-001."""
    create_shift_type(session, company)
    evening = {"starts": dt.time(18), "ends": dt.time(2)}
    create_shift_type(session, company, code="evening", name="晚班", **evening)
    (seat,) = create_office(session, company, 1)
    seat.code = "A-001"
    session.flush()
    return seat


def create_seat_assignment(
    session: Session,
    employment: Employment,
    seat: Seat,
    shift: str = "day",
    valid_from: dt.date = LONG_AGO,
    **changes: Any,
) -> SeatAssignment:
    """Give somebody a seat in the day shift from long ago."""
    values = {
        "employment_id": employment.id,
        "seat_id": seat.id,
        "shift_type_code": shift,
        "valid_from": valid_from,
        "valid_to": None,
    }
    return add(session, SeatAssignment(**values | changes))

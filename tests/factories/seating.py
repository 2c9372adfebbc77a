"""Rooms and seats of a company for tests, as rows: a site of one floor, an area, seats in a row."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.companies import LONG_AGO
from tests.factories.rows import add
from workforce.companies.models import Company
from workforce.people.models import Employment
from workforce.premises.models import Area, AreaUse, Floor, Seat, SeatState, Site, Tenancy
from workforce.seating.models import SeatAssignment

_numbers = count(1)
_STEP = 20


def create_office(
    session: Session, company: Company | None, seats: int, floor: Floor | None = None
) -> list[Seat]:
    """Make an area with usable seats in a row, named after its number, which a company rents."""
    number = next(_numbers)
    if floor is None:
        site = add(
            session,
            Site(code=f"S{number}", name=f"{number} 号园区", address=f"数据大道 {number} 号"),
        )
        floor = add(
            session,
            Floor(site_id=site.id, code="F1", name="一层", area=40_000_00, width=1000, height=1000),
        )
    since = {"valid_from": LONG_AGO, "valid_to": None}
    area = add(
        session,
        Area(
            floor_id=floor.id,
            code=f"A{number}",
            name=f"标注区 {number}",
            area=20_000,
            x=0,
            y=0,
            width=_STEP * (seats + 2),
            height=100,
            **since,
        ),
    )
    add(session, AreaUse(area_id=area.id, use="annotation", **since))
    made = [
        add(
            session,
            Seat(
                site_id=floor.site_id,
                area_id=area.id,
                code=f"{number}-{place:02d}",
                x=_STEP * place,
                y=50,
                built_on=LONG_AGO,
            ),
        )
        for place in range(1, seats + 1)
    ]
    session.add_all(SeatState(seat_id=seat.id, state="usable", **since) for seat in made)
    if company is not None:
        create_tenancy(session, company, area.id)
    session.flush()
    return made


def create_tenancy(session: Session, company: Company, area_id: int, **changes: Any) -> Tenancy:
    """Let a company rent an area from long ago."""
    values = {
        "company_id": company.id,
        "area_id": area_id,
        "valid_from": LONG_AGO,
        "valid_to": None,
        "rent_amount": None,
    }
    return add(session, Tenancy(**values | changes))


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

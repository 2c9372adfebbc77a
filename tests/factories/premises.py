"""Sites, floors, areas, seats and tenancies for tests: one hall of 20 × 10 m on a floor of 80 × 50 m."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.companies import LONG_AGO
from tests.factories.rows import add
from workforce.companies.models import Company
from workforce.premises.models import Area, AreaUse, Floor, Seat, SeatState, Site, Tenancy

_numbers = count(1)
_HALLS_IN_A_ROW = 4
_WIDTH, _HEIGHT, _GAP = 200, 100, 14


def create_site(session: Session, **changes: Any) -> Site:
    """Make a site with a code of its own such as ``S1``."""
    number = next(_numbers)
    values = {"code": f"S{number}", "name": f"第{number}园区", "address": f"奉节县数字路{number}号"}
    return add(session, Site(**values | changes))


def create_floor(session: Session, site: Site | None = None, **changes: Any) -> Floor:
    """Make a floor of 4,000 m², 80 m wide and 50 m deep."""
    number = next(_numbers)
    values = {
        "site_id": (site or create_site(session)).id,
        "code": f"F{number}",
        "name": f"{number}层",
        "area": 400_000,
        "width": 800,
        "height": 500,
    }
    return add(session, Floor(**values | changes))


def create_area(
    session: Session, floor: Floor | None = None, *, use: str = "annotation", **changes: Any
) -> Area:
    """Make a hall of 200 m², beside those that the floor has, there since long ago."""
    floor = floor or create_floor(session)
    number = next(_numbers)
    place = session.scalar(select(func.count()).where(Area.floor_id == floor.id)) or 0
    row, column = divmod(place, _HALLS_IN_A_ROW)
    values = {
        "floor_id": floor.id,
        "code": f"H{number}",
        "name": f"{number}号厅",
        "area": _WIDTH * _HEIGHT,
        "x": column * _WIDTH,
        "y": row * _HEIGHT,
        "width": _WIDTH,
        "height": _HEIGHT,
        "valid_from": LONG_AGO,
        "valid_to": None,
    }
    area = add(session, Area(**values | changes))
    add(
        session,
        AreaUse(area_id=area.id, use=use, valid_from=area.valid_from, valid_to=area.valid_to),
    )
    return area


def create_seat(session: Session, area: Area | None = None, **changes: Any) -> Seat:
    """Make a usable seat in the next free place of an area, built long ago.

    ``state`` and ``reason`` are those of its one state.
    """
    area = area or create_area(session)
    floor = session.get_one(Floor, area.floor_id)
    number = next(_numbers)
    place = session.scalar(select(func.count()).where(Seat.area_id == area.id)) or 0
    row, column = divmod(place, (area.width - _GAP) // _GAP)
    state = changes.pop("state", "usable")
    reason = changes.pop("reason", None)
    values = {
        "site_id": floor.site_id,
        "area_id": area.id,
        "code": f"Z{number}",
        "x": area.x + (column + 1) * _GAP,
        "y": area.y + (row + 1) * _GAP,
        "built_on": max(area.valid_from, LONG_AGO),
        "removed_on": None,
    }
    seat = add(session, Seat(**values | changes))
    add(
        session,
        SeatState(
            seat_id=seat.id,
            state=state,
            reason=reason,
            valid_from=seat.built_on,
            valid_to=seat.removed_on,
        ),
    )
    return seat


def create_tenancy(
    session: Session, company: Company, area: Area | None = None, **changes: Any
) -> Tenancy:
    """Let a company rent an area since long ago, without an end."""
    area = area or create_area(session)
    values = {
        "company_id": company.id,
        "area_id": area.id,
        "valid_from": area.valid_from,
        "valid_to": None,
        "rent_amount": None,
    }
    return add(session, Tenancy(**values | changes))


def let_hall(
    session: Session, company: Company, *, seats: int = 1, since: dt.date = LONG_AGO
) -> Area:
    """Make a hall with some usable seats, on a floor of its own, that a company rents."""
    area = create_area(session, valid_from=since)
    for _ in range(seats):
        create_seat(session, area)
    create_tenancy(session, company, area)
    return area


def create_example_hall(session: Session, *, is_empty: bool) -> None:
    """Make what the examples of the tables of areas and seats name: site A, its floor 1F, its hall 101.

    ``is_empty``: without the hall, which the table of areas brings.
    """
    floor = create_floor(session, create_site(session, code="A"), code="1F")
    if not is_empty:
        place: dict[str, Any] = {"x": 540, "y": 230, "width": 260, "height": 270}
        create_area(session, floor, code="101", valid_from=dt.date(2026, 3, 1), **place)

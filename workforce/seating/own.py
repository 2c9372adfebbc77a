"""One's own seat and shift, today and from a later day on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from workforce.attendance import queries as attendance
from workforce.platform.scope import Scope
from workforce.premises import queries as premises
from workforce.seating import queries
from workforce.seating.times import Kind, last_day

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSeat:
    """A seat that somebody has, with the hours of the shift that it is for (None: no such shift now).

    ``is_lost``: it cannot be used, or the company does not rent it any more.
    """

    company_id: int
    seat_id: int
    code: str
    floor_id: int
    place: str
    address: str
    shift_name: str
    starts: dt.time | None
    ends: dt.time | None
    valid_from: dt.date
    last_on: dt.date | None
    is_lost: bool


def own_seats(session: Session, scope: Scope, today: dt.date) -> list[OwnSeat]:
    """Return a person's seats of today and those that are given already for later, in four statements."""
    rows = [
        row
        for row in session.execute(queries.assignments(scope, today))
        if row.separated_on is None or today <= row.separated_on
    ]
    seats = premises.seats_on(Scope.base(), today).order_by(None).subquery()
    wanted = {row.seat_id for row in rows}
    found = {
        seat.seat_id: seat
        for seat in session.execute(select(seats).where(seats.c.seat_id.in_(wanted)))
    }
    addresses = {site.id: site.address for site in session.scalars(premises.sites())}
    kinds = {
        (kind.company_id, kind.code): kind
        for kind in session.scalars(attendance.shift_types(Scope.base(), today, today))
    }
    own = []
    for row in rows:
        seat, kind = found.get(row.seat_id), kinds.get((row.company_id, row.shift_type_code))
        if seat is None:
            # It stands no more: there is nothing to find.
            continue
        own.append(
            OwnSeat(
                company_id=row.company_id,
                seat_id=row.seat_id,
                code=seat.seat_code,
                floor_id=seat.floor_id,
                place=f"{seat.site_name} {seat.floor_name} {seat.area_code} {seat.area_name}",
                address=addresses[seat.site_id],
                shift_name=row.shift_type_code if kind is None else kind.name,
                starts=None if kind is None else kind.starts,
                ends=None if kind is None else kind.ends,
                valid_from=row.valid_from,
                last_on=last_day(row.valid_to),
                is_lost=seat.state != premises.USABLE or seat.company_id != row.company_id,
            )
        )
    return own


def shift_names(
    session: Session, scope: Scope, first_on: dt.date, last_on: dt.date
) -> dict[Kind, str]:
    """Return what kinds of shift are called, those of some days."""
    return {
        (kind.company_id, kind.code): kind.name
        for kind in session.scalars(attendance.shift_types(scope, first_on, last_on))
    }

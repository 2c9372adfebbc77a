"""Reading what `occupancy` counts: seats, tenancies, assignments and shifts, in a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from workforce.attendance import queries as attendance
from workforce.platform.bulk import ABSENT, select_numbers
from workforce.platform.scope import Scope
from workforce.premises import queries as premises
from workforce.seating import queries
from workforce.seating.occupancy import Ints, Occupancy, SeatDays, Stays, occupancy
from workforce.seating.times import DAY_MINUTES, Kind, ShiftHours

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

_DAY: Final = dt.timedelta(days=1)
_EPOCH: Final = dt.date(1970, 1, 1)
_STATES: Final = {"state": (premises.USABLE,)}
_USABLE: Final = 0


def read_occupancy(
    session: Session,
    scope: Scope,
    first_on: dt.date,
    last_on: dt.date,
    floor_id: int | None = None,
) -> tuple[Occupancy, list[Kind]]:
    """Count the use of seats on some days, both ends included, by people of whole companies or of all.

    ``floor_id``: of seats on one floor. Returns it with the kinds of shift that its ``Stays.kinds`` number.
    """
    seats = read_seat_days(session, scope, first_on, last_on)
    if floor_id is not None:
        seats = seats.only(seats.floors == floor_id)
    stays, kinds = read_stays(session, scope, first_on, last_on)
    return occupancy(seats, stays), kinds


def read_seat_days(session: Session, scope: Scope, first_on: dt.date, last_on: dt.date) -> SeatDays:
    """Read the seats that stood on some of the days; a company's: those of areas that it rented."""
    days = (last_on - first_on).days + 1
    names = ("seat_id", "state", "valid_from", "valid_to", "area_id", "floor_id", "site_id")
    spans = premises.seat_spans(first_on, last_on)
    seat, state, start, end, area, floor, site = select_numbers(session, spans, names, _STATES)
    ids, first_rows, place = np.unique(seat, return_index=True, return_inverse=True)
    built = np.zeros((ids.size, days), np.bool_)
    usable = np.zeros_like(built)
    begin, stop = _offsets(start, end, first_on, days)
    for row in range(seat.size):
        built[place[row], begin[row] : stop[row]] = True
        if state[row] == _USABLE:
            usable[place[row], begin[row] : stop[row]] = True
    tenants = _tenants(session, area[first_rows], first_on, days)
    found = SeatDays(
        ids=ids,
        floors=floor[first_rows],
        sites=site[first_rows],
        built=built,
        usable=usable,
        tenants=tenants,
    )
    return found if scope.company_id is None else found.rented_by(scope.company_id)


def _tenants(session: Session, areas: Ints, first_on: dt.date, days: int) -> Ints:
    """Say who rents each of some areas on each day: int64[areas, days], 0: nobody."""
    names = ("area_id", "company_id", "valid_from", "valid_to")
    last_on = first_on + (days - 1) * _DAY
    rented = premises.tenancies(Scope.base(), first_on, last_on)
    area, company, start, end = select_numbers(session, rented, names, {})
    begin, stop = _offsets(start, end, first_on, days)
    known, place = np.unique(areas, return_inverse=True)
    by_area = np.zeros((known.size, days), np.int64)
    for row in range(area.size):
        by_area[known == area[row], begin[row] : stop[row]] = company[row]
    return by_area[place]


def _offsets(start: Ints, end: Ints, first_on: dt.date, days: int) -> tuple[Ints, Ints]:
    """Return the days of spans, counted from the first one and cut to the range."""
    first = (first_on - _EPOCH).days
    stop = np.where(end == ABSENT, days, end - first)
    return np.clip(start - first, 0, days), np.clip(stop, 0, days)


def read_stays(
    session: Session, scope: Scope, first_on: dt.date, last_on: dt.date
) -> tuple[Stays, list[Kind]]:
    """Read who was at work on some days, each shift with the seat that the person had for it.

    Of several seats that somebody has, one for each kind of shift, it is that of the kind which begins
    nearest to the start of the shift. A night that began the day before is among them.
    """
    before = first_on - _DAY
    names = ("shift_id", "assignment_id", "company_id", "starts_at", "ends_at")
    chosen = queries.stays(scope, before, last_on)
    shift, assignment, company, start, end = select_numbers(session, chosen, names, {})
    midnight = (first_on - _EPOCH).days * DAY_MINUTES
    start, end = start - midnight, end - midnight
    rows = session.execute(queries.assignments(scope, before, last_on)).all()
    hours = ShiftHours(
        session.scalars(attendance.shift_types(scope.whole_company(), before, last_on))
    )
    kinds = sorted({(row.company_id, row.shift_type_code) for row in rows})
    numbers = {kind: number for number, kind in enumerate(kinds)}
    table = np.array(
        [
            # Who has no seat: found where no assignment was.
            (ABSENT, 0, ABSENT, 0),
            *(
                (
                    row.assignment_id,
                    row.seat_id,
                    numbers[row.company_id, row.shift_type_code],
                    _starts(hours, row, first_on),
                )
                for row in rows
            ),
        ],
        np.int64,
    )
    ids, seats, numbers_of_kinds, begins = table[np.argsort(table[:, 0])].T
    at = np.searchsorted(ids, assignment)
    apart = (start - begins[at]) % DAY_MINUTES
    apart = np.minimum(apart, DAY_MINUTES - apart)
    order = np.lexsort((at, apart, shift))
    nearest = order[np.diff(shift[order], prepend=ABSENT) != 0]
    stays = Stays(
        companies=company[nearest],
        seats=seats[at[nearest]],
        kinds=numbers_of_kinds[at[nearest]],
        starts=start[nearest],
        ends=end[nearest],
    )
    return stays, kinds


def _starts(hours: ShiftHours, row: Row[Any], first_on: dt.date) -> int:
    kind = hours.hours((row.company_id, row.shift_type_code), max(row.valid_from, first_on))
    return 0 if kind is None else kind.starts

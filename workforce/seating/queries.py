"""Reading who has which seat, and who was at work when: set-based Selects."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from workforce.attendance import traces
from workforce.people import queries as people
from workforce.platform.scope import Scope
from workforce.premises import queries as premises
from workforce.premises.geometry import Span
from workforce.premises.users import SeatHeld
from workforce.seating.models import SeatAssignment


def _touches(first_on: Any, last_on: Any) -> Any:
    """Limit to assignments that hold on one of some days; those entered in error never did."""
    row = SeatAssignment
    return and_(
        row.valid_from <= last_on,
        or_(
            row.valid_to.is_(None),
            and_(row.valid_to > first_on, row.valid_to > row.valid_from),
        ),
    )


def assignments(
    scope: Scope, first_on: dt.date = dt.date.min, last_on: dt.date = dt.date.max
) -> Select[*tuple[Any, ...]]:
    """Assignments of people in reach that were made for some of these days, the oldest first.

    A seat is the person's only while employed and while the company rents the area. Columns:
    assignment_id, employment_id, person_id, company_id, employee_no, seat_id, shift_type_code,
    valid_from, valid_to (not included), hired_on, separated_on (both employed days).
    """
    employed = people.all_employments(scope.whole_company()).subquery()
    return (
        select(
            SeatAssignment.id.label("assignment_id"),
            SeatAssignment.employment_id,
            employed.c.person_id,
            employed.c.company_id,
            employed.c.employee_no,
            SeatAssignment.seat_id,
            SeatAssignment.shift_type_code,
            SeatAssignment.valid_from,
            SeatAssignment.valid_to,
            employed.c.hired_on,
            employed.c.separated_on,
        )
        .join(employed, employed.c.employment_id == SeatAssignment.employment_id)
        .where(
            _touches(first_on, last_on),
            SeatAssignment.employment_id.in_(people.employment_ids(scope, first_on, last_on)),
        )
        .order_by(SeatAssignment.valid_from, SeatAssignment.id)
    )


def assignments_of_persons_in(company_id: int, first_on: dt.date) -> Select[*tuple[Any, ...]]:
    """The same, from a day on, of everybody who ever worked for a company, in all companies.

    For one purpose: a person cannot sit in two places at once.
    """
    return assignments(Scope.base(), first_on).where(
        SeatAssignment.employment_id.in_(people.employment_ids_of_persons_in(company_id))
    )


def ever_held(session: Session, seat_ids: Collection[int]) -> list[SeatHeld]:
    """Return who ever had, or is to have, some seats; what was entered in error never held."""
    employed = people.companies_of_employments(Scope.base()).subquery()
    row = SeatAssignment
    chosen = (
        select(row.seat_id, employed.c.company_id, row.valid_from, row.valid_to)
        .join(employed, employed.c.employment_id == row.employment_id)
        .where(
            row.seat_id.in_(seat_ids), or_(row.valid_to.is_(None), row.valid_to > row.valid_from)
        )
    )
    return [
        SeatHeld(one.seat_id, one.company_id, Span(one.valid_from, one.valid_to))
        for one in session.execute(chosen)
    ]


def lost(scope: Scope, on: dt.date) -> Select[int]:
    """Ids of assignments of a day whose seat cannot be used, or is not rented by the company any more."""
    row = assignments(scope, on, on).order_by(None).subquery()
    seat = premises.seats_on(scope.whole_company(), on).order_by(None).subquery()
    usable = select(seat.c.seat_id).where(seat.c.state == premises.USABLE)
    return select(row.c.assignment_id).where(
        row.c.hired_on <= on,
        or_(row.c.separated_on.is_(None), row.c.separated_on >= on),
        row.c.seat_id.not_in(usable),
    )


def seat_names(session: Session) -> dict[int, str]:
    """Return what seats are called, by id: their numbers, with the site's code where several sites have it."""
    sites = {site.id: site.code for site in session.scalars(premises.sites(also_withdrawn=True))}
    codes: dict[int, str] = {}
    owners: defaultdict[str, set[int]] = defaultdict(set)
    of_site: dict[int, int] = {}
    for row in session.execute(premises.seat_spans(dt.date.min, dt.date.max)):
        codes[row.seat_id], of_site[row.seat_id] = row.seat_code, row.site_id
        owners[row.seat_code].add(row.seat_id)
    return {
        seat: code if len(owners[code]) == 1 else f"{sites[of_site[seat]]}/{code}"
        for seat, code in codes.items()
    }


def stays(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[*tuple[Any, ...]]:
    """Shifts of a range of days with each assignment that the person had on the shift's day.

    One row for each of several assignments, one with NULL where there is none. Columns: shift_id,
    assignment_id, company_id, starts_at, ends_at.
    """
    shift = traces.worked_times(scope, first_on, last_on).subquery()
    company = people.all_employments(scope).subquery()
    row = SeatAssignment
    has = and_(
        row.employment_id == shift.c.employment_id,
        row.valid_from <= shift.c.work_on,
        or_(row.valid_to.is_(None), row.valid_to > shift.c.work_on),
        or_(company.c.separated_on.is_(None), company.c.separated_on >= shift.c.work_on),
    )
    return (
        select(
            shift.c.shift_id,
            row.id.label("assignment_id"),
            company.c.company_id,
            shift.c.starts_at,
            shift.c.ends_at,
        )
        .join(company, company.c.employment_id == shift.c.employment_id)
        .outerjoin(row, has)
    )

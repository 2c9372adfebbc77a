"""Seating a team along a row of seats: who would get which, before anything is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from workforce.companies.service import team_in
from workforce.core.errors import DomainError, InputError
from workforce.people import queries as people
from workforce.platform import clock
from workforce.platform.scope import Scope
from workforce.premises.geometry import refuse_empty
from workforce.seating.day import SeatOfDay, read_day
from workforce.seating.models import SeatAssignment
from workforce.seating.service import SeatFact, plan_seats, reach_day

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who is to sit from a seat on in a kind of shift: a team's people without a seat for it, or one.

    ``first``: the seat to begin with, the first free one if blank.
    """

    team_id: int | None
    employee_no: str
    shift: str
    first: str
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Somebody and the seat for them; ``fault``: why they cannot have it."""

    employment_id: int
    employee_no: str
    name: str
    seat: SeatOfDay
    fault: DomainError | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who gets which seat, in order; ``missing``: how many are left without one."""

    pairs: Sequence[Pair]
    missing: int


def propose(session: Session, scope: Scope, wish: Wish) -> Proposal:
    """Say who would get which seat. Writes nothing.

    Raises:
        InputError: there is nobody to seat, or no such seat.
        NotFoundError: the team is out of reach.
    """
    refuse_empty(wish.valid_from, wish.valid_to, "valid_to")
    day = read_day(session, scope, wish.valid_from, wish.shift)
    who = _who(session, scope, wish)
    if wish.employee_no and not who:
        raise InputError(
            "seat.unknown_person", place="who", number=wish.employee_no, on=wish.valid_from
        )
    if not wish.employee_no:
        seated = {
            sitter.employment_id
            for seat in day.seats
            for sitter in seat.sitters
            if sitter.is_same_shift
        }
        who = [row for row in who if row[0] not in seated]
    if not who:
        raise InputError("seat.nobody")
    free = _from(wish.first, day.seats)
    pairs = list(zip(who, free, strict=False))
    facts = [
        SeatFact(row[0], seat.full_code, wish.shift, wish.valid_from, wish.valid_to)
        for row, seat in pairs
    ]
    faults = plan_seats(session, scope.company_id or 0, facts, scope).faults
    return Proposal(
        [
            Pair(*row, seat, faults.get(fact.key))
            for (row, seat), fact in zip(pairs, facts, strict=True)
        ],
        len(who) - len(pairs),
    )


def _who(session: Session, scope: Scope, wish: Wish) -> list[tuple[int, str, str]]:
    """Return id, number and name of whom the wish is about, by number."""
    on = wish.valid_from
    reach = scope
    if wish.team_id is not None:
        team = team_in(session, scope, wish.team_id)
        reach = Scope.teams(team.company_id, frozenset({team.id}))
    elif not wish.employee_no:
        raise InputError("seat.whom", place="team")
    led_on = reach_day(reach, on)
    reached = set(session.scalars(people.employment_ids(reach, led_on, led_on)))
    return [
        (row.employment_id, row.employee_no, row.name)
        for row in session.execute(people.directory(scope.whole_company()))
        if row.employment_id in reached
        and row.hired_on <= on
        and (row.separated_on is None or on <= row.separated_on)
        and wish.employee_no in {"", row.employee_no}
    ]


def _from(first: str, seats: Sequence[SeatOfDay]) -> list[SeatOfDay]:
    """Return the free seats from one on, in the order in which they stand.

    Raises:
        InputError: the company has no seat of this number, or none is free.
    """
    places = [place for place, seat in enumerate(seats) if first in {seat.code, seat.full_code}]
    if first and not places:
        raise InputError("seat.unknown", place="first", code=first)
    start = places[0] if places else 0
    free = [seat for seat in seats[start:] if seat.is_free]
    if not free:
        raise InputError("seat.none_free", place="first")
    return free


def is_reached(session: Session, scope: Scope, assignment_id: int) -> bool:
    """Tell whether there is an assignment of this key, of somebody in reach today."""
    today = clock.today()
    chosen = select(SeatAssignment.id).where(
        SeatAssignment.id == assignment_id,
        SeatAssignment.employment_id.in_(people.employment_ids(scope, today, today)),
    )
    return session.scalar(chosen) is not None

"""Seats of areas: what keeping some of them would change, and why not; pages and files alike.

``plan_seats`` compares what is said with what is stored and writes nothing; ``store_seats`` carries it
out. A seat that exists is corrected; its state is dated and goes by days.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from workforce.core.errors import DomainError, InputError
from workforce.platform import locks
from workforce.platform.changes import Plan, plan_rows, write_plan
from workforce.premises.geometry import Box, Span, history
from workforce.premises.models import Area, Floor, Seat, SeatState

LEAST_GAP: Final = 8
"""Middles of two seats are at least so many decimetres apart, one way or the other: no desk is narrower."""
VALUES: Final = ("x", "y", "built_on", "removed_on")

Owner = tuple[int, str]
"""Site and code: what names a seat."""
Key = tuple[int, str, dt.date | None]


class State(NamedTuple):
    """What a seat is from a day on; ``reason`` of one out of use."""

    state: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatFact:
    """A seat and one state of it; ``x`` and ``y`` of its middle in decimetres.

    ``state_from`` None: it corrects the state that was told last, and a new seat has it from the day on
    which it was built; ``removed_on``: the first day without the seat.
    """

    site_id: int
    area_id: int
    code: str
    x: int
    y: int
    built_on: dt.date
    removed_on: dt.date | None = None
    state: str = "usable"
    reason: str | None = None
    state_from: dt.date | None = None

    @property
    def owner(self) -> Owner:
        """What names the seat."""
        return self.site_id, self.code

    @property
    def key(self) -> Key:
        """What tells one fact from another."""
        return *self.owner, self.state_from

    @property
    def values(self) -> dict[str, Any]:
        """What it says of the seat besides its state."""
        return {"area_id": self.area_id, **{name: getattr(self, name) for name in VALUES}}


@dataclass(slots=True)
class SeatPlan:
    """What keeping seats would change: of themselves and of their states; and what cannot be kept.

    Rows of ``states`` name their seat by ``site_id`` and ``code``: a new one has no key yet.
    """

    rows: Plan
    states: Plan
    faults: Mapping[Key, DomainError] = field(default_factory=dict)


class _Stand(NamedTuple):
    """Where and when a seat stands."""

    code: str
    x: int
    y: int
    span: Span


def plan_seats(session: Session, facts: Sequence[SeatFact]) -> SeatPlan:
    """Say what keeping these seats would change; in three statements, however many."""
    locks.hold_premises(session)
    site_ids = {fact.site_id for fact in facts}
    stored = {
        (row.site_id, row.code): row
        for row in session.scalars(select(Seat).where(Seat.site_id.in_(site_ids)))
    }
    states = _stored_states(session, site_ids)
    areas = {
        row.id: row
        for row in session.scalars(
            select(Area).join(Floor, Floor.id == Area.floor_id).where(Floor.site_id.in_(site_ids))
        )
    }
    told: dict[Owner, list[SeatFact]] = defaultdict(list)
    for fact in facts:
        told[fact.owner].append(fact)
    wrong: dict[Owner, DomainError] = {}
    for owner, mine in told.items():
        known = stored.get(owner)
        fault = _fault(mine, areas[mine[0].area_id], None if known is None else known.area_id)
        if fault is not None:
            wrong[owner] = fault
    wrong |= _too_near(
        areas, stored, {one: mine[0] for one, mine in told.items() if one not in wrong}
    )
    good = {owner: mine for owner, mine in told.items() if owner not in wrong}
    rows = plan_rows(
        [_row(stored[owner]) for owner in good if owner in stored],
        [{"site_id": owner[0], "code": owner[1], **mine[0].values} for owner, mine in good.items()],
        key=("site_id", "code"),
        compare=VALUES,
    )
    return SeatPlan(
        rows,
        _state_plan(good, states),
        {fact.key: wrong[fact.owner] for fact in facts if fact.owner in wrong},
    )


def store_seats(session: Session, plan: SeatPlan) -> None:
    """Carry a plan out in the caller's unit of work."""
    write_plan(session, Seat, plan.rows)
    site_ids = {row["site_id"] for row in plan.states.added}
    ids = {
        (site_id, code): seat_id
        for seat_id, site_id, code in session.execute(
            select(Seat.id, Seat.site_id, Seat.code).where(Seat.site_id.in_(site_ids))
        )
    }
    added = [
        {
            "seat_id": ids[row["site_id"], row["code"]],
            "state": row["state"],
            "reason": row["reason"],
            "valid_from": row["valid_from"],
            "valid_to": row["valid_to"],
        }
        for row in plan.states.added
    ]
    write_plan(session, SeatState, Plan(added, plan.states.changed, plan.states.removed))


def facts_of(session: Session, seat_ids: Sequence[int]) -> list[SeatFact]:
    """Return seats as they were told last, in order of their code: for telling something new of them."""
    newest = {
        row.seat_id: row
        for row in session.scalars(
            select(SeatState)
            .where(SeatState.seat_id.in_(seat_ids))
            .order_by(SeatState.seat_id, SeatState.valid_from)
        )
    }
    return [
        SeatFact(
            site_id=seat.site_id,
            area_id=seat.area_id,
            code=seat.code,
            **{name: getattr(seat, name) for name in VALUES},
            state=newest[seat.id].state,
            reason=newest[seat.id].reason,
        )
        for seat in session.scalars(select(Seat).where(Seat.id.in_(seat_ids)).order_by(Seat.code))
    ]


def _row(seat: Seat) -> dict[str, Any]:
    return {name: getattr(seat, name) for name in ("id", "site_id", "code", "area_id", *VALUES)}


def _stored_states(session: Session, site_ids: set[int]) -> dict[Owner, list[dict[str, Any]]]:
    found: dict[Owner, list[dict[str, Any]]] = defaultdict(list)
    for state, site_id, code in session.execute(
        select(SeatState, Seat.site_id, Seat.code)
        .join(Seat, Seat.id == SeatState.seat_id)
        .where(Seat.site_id.in_(site_ids))
    ):
        found[site_id, code].append(
            {
                "id": state.id,
                "site_id": site_id,
                "code": code,
                "state": state.state,
                "reason": state.reason,
                "valid_from": state.valid_from,
                "valid_to": state.valid_to,
            }
        )
    return found


def _fault(mine: Sequence[SeatFact], area: Area, known_area_id: int | None) -> DomainError | None:
    """Return why a seat cannot be kept as it is told, if so."""
    first = mine[0]
    if any(other.values != first.values for other in mine[1:]):
        return InputError("premises.two_tellings", code=first.code)
    if known_area_id not in {None, first.area_id}:
        return InputError("premises.seat_elsewhere", code=first.code, place="first_code")
    span = Span(first.built_on, first.removed_on)
    if span.end < span.valid_from:
        return InputError(
            "dated.empty", valid_from=first.built_on, valid_to=first.removed_on, place="removed_on"
        )
    there = Span(area.valid_from, area.valid_to)
    if not there.holds(span):
        return InputError(
            "premises.seat_outside_time",
            code=first.code,
            area=area.code,
            days=there.days,
            place="built_on",
        )
    if not Box(area.x, area.y, area.width, area.height).holds(first.x, first.y):
        return InputError("premises.seat_outside", code=first.code, area=area.code, place="x")
    return next(filter(None, (_state_fault(one, span) for one in mine)), None)


def _state_fault(fact: SeatFact, span: Span) -> DomainError | None:
    if fact.state_from is not None and not span.has(fact.state_from):
        return InputError(
            "premises.state_day", code=fact.code, on=fact.state_from, place="state_from"
        )
    if fact.state == "out_of_use" and not fact.reason:
        return InputError("premises.no_reason", code=fact.code, place="reason")
    return None


def _too_near(
    areas: Mapping[int, Area], stored: Mapping[Owner, Seat], told: Mapping[Owner, SeatFact]
) -> dict[Owner, DomainError]:
    """Return which of the told seats would stand in another one on some day.

    Seats are looked up by squares of the least gap, so that a floor of them takes one pass.
    """
    squares: dict[tuple[int, int, int], list[_Stand]] = defaultdict(list)

    def squares_of(area_id: int, x: int, y: int) -> tuple[int, int, int]:
        return areas[area_id].floor_id, x // LEAST_GAP, y // LEAST_GAP

    for owner, seat in stored.items():
        if owner not in told:
            stand = _Stand(seat.code, seat.x, seat.y, Span(seat.built_on, seat.removed_on))
            squares[squares_of(seat.area_id, seat.x, seat.y)].append(stand)
    found: dict[Owner, DomainError] = {}
    for owner, fact in told.items():
        mine = _Stand(fact.code, fact.x, fact.y, Span(fact.built_on, fact.removed_on))
        floor_id, column, row = square = squares_of(fact.area_id, fact.x, fact.y)
        near = (
            other
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for other in squares.get((floor_id, column + dx, row + dy), ())
        )
        other = next((one for one in near if _collide(one, mine)), None)
        if other is not None:
            found[owner] = InputError(
                "premises.seats_near", code=mine.code, other=other.code, place="x"
            )
        squares[square].append(mine)
    return found


def _collide(one: _Stand, other: _Stand) -> bool:
    return (
        abs(one.x - other.x) < LEAST_GAP
        and abs(one.y - other.y) < LEAST_GAP
        and one.span.meets(other.span)
    )


def _state_plan(
    good: Mapping[Owner, Sequence[SeatFact]], stored: Mapping[Owner, list[dict[str, Any]]]
) -> Plan:
    """Say how the states of seats change: those that are told take over from those that were known."""
    plan = Plan()
    for owner, mine in good.items():
        known = stored.get(owner, [])
        plan.extend(
            plan_rows(
                known,
                _wanted(owner, mine, known),
                key=("valid_from",),
                compare=("state", "reason", "valid_to"),
                remove=True,
            )
        )
    return plan


def _wanted(
    owner: Owner, mine: Sequence[SeatFact], known: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    changes = {row["valid_from"]: State(row["state"], row["reason"]) for row in known}
    newest = max(changes, default=mine[0].built_on)
    for fact in mine:
        reason = fact.reason if fact.state == "out_of_use" else None
        changes[fact.state_from or newest] = State(fact.state, reason)
    for span, state in history(changes, Span(mine[0].built_on, mine[0].removed_on)):
        yield {
            "site_id": owner[0],
            "code": owner[1],
            "state": state.state,
            "reason": state.reason,
            "valid_from": span.valid_from,
            "valid_to": span.valid_to,
        }

"""Areas of floors: what keeping some of them would change, and why not; pages and files alike.

``plan_areas`` compares what is said with what is stored and writes nothing; ``store_areas`` carries it
out. An area that exists is corrected; its use is dated and goes by days.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workforce.core.errors import DomainError, InputError
from workforce.core.terms import terms_of
from workforce.platform import locks
from workforce.platform.changes import Plan, plan_rows, write_plan
from workforce.premises.geometry import Box, Span, history
from workforce.premises.models import Area, AreaUse, Floor, Seat, Tenancy

VALUES: Final = ("name", "area", "x", "y", "width", "height", "valid_from", "valid_to")
"""What is told of an area besides its use; one telling of an area is the same in all its rows."""

Owner = tuple[int, str]
"""Floor and code: what names an area."""
Key = tuple[int, str, dt.date | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFact:
    """An area and one use of it: lengths in decimetres, ``area`` in hundredths of a square metre.

    ``use_from`` None: it corrects the use that was told last, and a new area has it from its first day
    on; ``valid_to``: the first day without the area.
    """

    floor_id: int
    code: str
    name: str
    use: str
    area: int
    x: int
    y: int
    width: int
    height: int
    valid_from: dt.date
    valid_to: dt.date | None = None
    use_from: dt.date | None = None

    @property
    def owner(self) -> Owner:
        """What names the area."""
        return self.floor_id, self.code

    @property
    def key(self) -> Key:
        """What tells one fact from another."""
        return *self.owner, self.use_from

    @property
    def values(self) -> dict[str, Any]:
        """What it says of the area."""
        return {name: getattr(self, name) for name in VALUES}


@dataclass(slots=True)
class AreaPlan:
    """What keeping areas would change: of themselves and of their uses; and what cannot be kept.

    Rows of ``uses`` name their area by ``floor_id`` and ``code``: a new one has no key yet.
    """

    rows: Plan
    uses: Plan
    faults: Mapping[Key, DomainError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Placed:
    """Where and when an area is."""

    owner: Owner
    box: Box
    span: Span


def plan_areas(session: Session, facts: Sequence[AreaFact]) -> AreaPlan:
    """Say what keeping these areas would change; in four statements, however many."""
    locks.hold_premises(session)
    floor_ids = {fact.floor_id for fact in facts}
    floors = {row.id: row for row in session.scalars(select(Floor).where(Floor.id.in_(floor_ids)))}
    stored = {
        (row["floor_id"], row["code"]): row
        for row in map(_row, session.scalars(select(Area).where(Area.floor_id.in_(floor_ids))))
    }
    stored_uses = _stored_uses(session, floor_ids)
    told: dict[Owner, list[AreaFact]] = defaultdict(list)
    for fact in facts:
        told[fact.owner].append(fact)
    bounds = _bounds(session, [stored[one]["id"] for one in told if one in stored])
    wrong: dict[Owner, DomainError] = {}
    for owner, mine in told.items():
        bound = bounds.get(stored[owner]["id"]) if owner in stored else None
        fault = _fault(mine, floors[owner[0]], bound)
        if fault is not None:
            wrong[owner] = fault
    wrong |= _overlapping(stored, {one: mine[0] for one, mine in told.items() if one not in wrong})
    good = {owner: mine for owner, mine in told.items() if owner not in wrong}
    rows = plan_rows(
        [stored[owner] for owner in good if owner in stored],
        [
            {"floor_id": owner[0], "code": owner[1], **mine[0].values}
            for owner, mine in good.items()
        ],
        key=("floor_id", "code"),
        compare=VALUES,
    )
    return AreaPlan(
        rows,
        _use_plan(good, stored_uses),
        {fact.key: wrong[fact.owner] for fact in facts if fact.owner in wrong},
    )


def store_areas(session: Session, plan: AreaPlan) -> None:
    """Carry a plan out in the caller's unit of work."""
    write_plan(session, Area, plan.rows)
    wanted = {(row["floor_id"], row["code"]) for row in plan.uses.added}
    ids = {
        (floor_id, code): area_id
        for area_id, floor_id, code in session.execute(
            select(Area.id, Area.floor_id, Area.code).where(
                Area.floor_id.in_({floor_id for floor_id, _ in wanted})
            )
        )
    }
    write_plan(
        session,
        AreaUse,
        Plan(
            added=[
                {
                    "area_id": ids[row["floor_id"], row["code"]],
                    "use": row["use"],
                    "valid_from": row["valid_from"],
                    "valid_to": row["valid_to"],
                }
                for row in plan.uses.added
            ],
            changed=plan.uses.changed,
            removed=plan.uses.removed,
        ),
    )


def _row(area: Area) -> dict[str, Any]:
    return {name: getattr(area, name) for name in ("id", "floor_id", "code", *VALUES)}


def _stored_uses(session: Session, floor_ids: Iterable[int]) -> dict[Owner, list[dict[str, Any]]]:
    found: dict[Owner, list[dict[str, Any]]] = defaultdict(list)
    for use, floor_id, code in session.execute(
        select(AreaUse, Area.floor_id, Area.code)
        .join(Area, Area.id == AreaUse.area_id)
        .where(Area.floor_id.in_(floor_ids))
    ):
        found[floor_id, code].append(
            {
                "id": use.id,
                "floor_id": floor_id,
                "code": code,
                "use": use.use,
                "valid_from": use.valid_from,
                "valid_to": use.valid_to,
            }
        )
    return found


@dataclass(frozen=True, slots=True)
class _Bound:
    """What an area must still hold: the rectangle of its seats' middles, and the days of what is in it."""

    left: int | None
    right: int | None
    top: int | None
    bottom: int | None
    first_on: dt.date | None
    end_on: dt.date | None
    is_open: bool


def _bounds(session: Session, area_ids: Sequence[int]) -> dict[int, _Bound]:
    """Return what lies in areas: seats that ever stood there and tenancies that ever held."""
    seats = {
        row.area_id: row
        for row in session.execute(
            select(
                Seat.area_id,
                func.min(Seat.x).label("left"),
                func.max(Seat.x).label("right"),
                func.min(Seat.y).label("top"),
                func.max(Seat.y).label("bottom"),
                func.min(Seat.built_on).label("first_on"),
                func.max(Seat.removed_on).label("end_on"),
                (func.count() - func.count(Seat.removed_on)).label("open"),
            )
            .where(
                Seat.area_id.in_(area_ids),
                Seat.removed_on.is_(None) | (Seat.removed_on > Seat.built_on),
            )
            .group_by(Seat.area_id)
        )
    }
    rented = {
        row.area_id: row
        for row in session.execute(
            select(
                Tenancy.area_id,
                func.min(Tenancy.valid_from).label("first_on"),
                func.max(Tenancy.valid_to).label("end_on"),
                (func.count() - func.count(Tenancy.valid_to)).label("open"),
            )
            .where(
                Tenancy.area_id.in_(area_ids),
                Tenancy.valid_to.is_(None) | (Tenancy.valid_to > Tenancy.valid_from),
            )
            .group_by(Tenancy.area_id)
        )
    }
    found = {}
    for area_id in {*seats, *rented}:
        mine = [row for row in (seats.get(area_id), rented.get(area_id)) if row is not None]
        seat = seats.get(area_id)
        found[area_id] = _Bound(
            left=seat.left if seat else None,
            right=seat.right if seat else None,
            top=seat.top if seat else None,
            bottom=seat.bottom if seat else None,
            first_on=min(row.first_on for row in mine),
            end_on=max((row.end_on for row in mine if row.end_on), default=None),
            is_open=any(row.open for row in mine),
        )
    return found


def _fault(mine: Sequence[AreaFact], floor: Floor, bound: _Bound | None) -> DomainError | None:
    """Return why an area cannot be kept as it is told, if so."""
    first = mine[0]
    if any(other.values != first.values for other in mine[1:]):
        return InputError("premises.two_tellings", code=first.code)
    unknown = next((one.use for one in mine if one.use not in terms_of("area_use")), None)
    if unknown is not None:
        return InputError("premises.unknown_use", use=unknown, place="use")
    span = Span(first.valid_from, first.valid_to)
    if span.end < span.valid_from:
        return InputError(
            "dated.empty", valid_from=first.valid_from, valid_to=first.valid_to, place="valid_to"
        )
    gone = _beyond(span, floor)
    if gone is not None:
        return gone
    days = (one.use_from for one in mine if one.use_from is not None)
    outside = next((day for day in days if not span.has(day)), None)
    if outside is not None:
        return InputError("premises.use_day", code=first.code, on=outside, place="use_from")
    if first.x + first.width > floor.width or first.y + first.height > floor.height:
        return InputError("premises.outside_floor", code=first.code, floor=floor.code, place="x")
    return None if bound is None else _left_out(first, span, bound)


def _beyond(span: Span, floor: Floor) -> DomainError | None:
    """Return why nothing can be on a floor on the days of a span, if so: it is closed, or never was."""
    if span.end == span.valid_from:
        return None
    if floor.withdrawn_on is not None:
        return InputError("premises.floor_withdrawn", code=floor.code, place="code")
    if floor.closed_on is not None and span.end > floor.closed_on:
        return InputError(
            "premises.floor_closed", code=floor.code, on=floor.closed_on, place="valid_to"
        )
    return None


def _left_out(fact: AreaFact, span: Span, bound: _Bound) -> DomainError | None:
    box = Box(fact.x, fact.y, fact.width, fact.height)
    if bound.left is not None and not (
        box.holds(bound.left, bound.top or 0) and box.holds(bound.right or 0, bound.bottom or 0)
    ):
        return InputError("premises.seats_outside", code=fact.code, place="x")
    if bound.first_on is not None and bound.first_on < span.valid_from:
        return InputError(
            "premises.used_before", code=fact.code, on=bound.first_on, place="valid_from"
        )
    last = None if bound.is_open else bound.end_on
    if fact.valid_to is not None and (last is None or last > fact.valid_to):
        return InputError("premises.still_used", code=fact.code, on=fact.valid_to, place="valid_to")
    return None


def _overlapping(
    stored: Mapping[Owner, Mapping[str, Any]], told: Mapping[Owner, AreaFact]
) -> dict[Owner, DomainError]:
    """Return which of the told areas would lie on another of their floor on some day."""
    placed: dict[int, list[_Placed]] = defaultdict(list)
    for owner, row in stored.items():
        if owner not in told:
            placed[owner[0]].append(_placed(owner, row))
    found: dict[Owner, DomainError] = {}
    for owner, fact in told.items():
        mine = _placed(owner, fact.values)
        other = next(
            (
                one
                for one in placed[owner[0]]
                if one.box.meets(mine.box) and one.span.meets(mine.span)
            ),
            None,
        )
        if other is not None:
            found[owner] = InputError(
                "premises.areas_overlap", code=owner[1], other=other.owner[1], place="x"
            )
        placed[owner[0]].append(mine)
    return found


def _placed(owner: Owner, row: Mapping[str, Any]) -> _Placed:
    return _Placed(
        owner,
        Box(row["x"], row["y"], row["width"], row["height"]),
        Span(row["valid_from"], row["valid_to"]),
    )


def _use_plan(
    good: Mapping[Owner, Sequence[AreaFact]], stored: Mapping[Owner, list[dict[str, Any]]]
) -> Plan:
    """Say how the uses of areas change: those that are told take over from those that were known."""
    plan = Plan()
    for owner, mine in good.items():
        known = stored.get(owner, [])
        changes = {row["valid_from"]: row["use"] for row in known}
        newest = max(changes, default=mine[0].valid_from)
        changes |= {fact.use_from or newest: fact.use for fact in mine}
        spans = history(changes, Span(mine[0].valid_from, mine[0].valid_to))
        plan.extend(
            plan_rows(
                known,
                [
                    {
                        "floor_id": owner[0],
                        "code": owner[1],
                        "use": use,
                        "valid_from": span.valid_from,
                        "valid_to": span.valid_to,
                    }
                    for span, use in spans
                ],
                key=("valid_from",),
                compare=("use", "valid_to"),
                remove=True,
            )
        )
    return plan

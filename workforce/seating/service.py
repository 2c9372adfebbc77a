"""Giving people seats: one person at a seat at a time, and one seat a person.

Two assignments are in each other's way if they share a day, the seat or the person, and their kinds of
shift share hours (``times``). Whoever gets another seat for the same hours leaves the old one that
day; a seat that somebody else has is refused. Facts are planned together and first (a preview is a plan
that is not stored), so that two people can change places.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select

from workforce.companies.service import team_in
from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.people import queries as people
from workforce.platform import audit, clock, locks
from workforce.platform.changes import Plan, plan_rows, write_plan
from workforce.platform.scope import Scope, ScopeKind
from workforce.seating.book import Book, SeatFact
from workforce.seating.models import SeatAssignment

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

__all__ = [
    "SeatFact",
    "SeatPlan",
    "end_assignment",
    "end_team",
    "plan_seats",
    "reach_day",
    "store_seats",
]

_COLUMNS: Final = ("seat_id", "shift_type_code", "valid_to")


@dataclass(slots=True)
class SeatPlan:
    """What storing facts would change, and the facts that cannot be stored, by key.

    ``seat_codes``: how seats are called, by id.
    """

    rows: Plan = field(default_factory=Plan)
    faults: dict[Any, DomainError] = field(default_factory=dict)
    seat_codes: Mapping[int, str] = field(default_factory=dict)


def plan_seats(
    session: Session, company_id: int, facts: Sequence[SeatFact], reach: Scope | None = None
) -> SeatPlan:
    """Say what seats of a company's people would change. Writes nothing.

    ``reach``: whom a refusal may name, everybody of the company if not given.
    """
    if not facts:
        return SeatPlan()
    # Others may be giving the same seats now.
    locks.hold_seats(session)
    book = Book(session, company_id, min(fact.valid_from for fact in facts), reach)
    plan = SeatPlan(seat_codes=book.codes)
    wanted = {}
    for fact in facts:
        try:
            wanted[fact.key] = book.resolve(fact)
        except InputError as error:
            plan.faults[fact.key] = error
    while True:
        # What a refused fact would have set free is not free: the others are looked at again.
        good = [(key, record) for key, record in wanted.items() if key not in plan.faults]
        after = book.after(good)
        faults = after.faults or book.conflicts(after)
        if not faults:
            break
        plan.faults |= faults
    for employment_id in sorted({record["employment_id"] for _, record in good}):
        rows = after.records[employment_id]
        plan.rows.extend(
            plan_rows(
                book.stored(employment_id),
                [row for row in rows if row["id"] is not None],
                key=("id",),
                compare=_COLUMNS,
            )
        )
        plan.rows.added.extend(
            {name: value for name, value in row.items() if name != "id"}
            for row in rows
            if row["id"] is None
        )
    return plan


def store_seats(session: Session, actor: Actor, company_id: int, plan: SeatPlan) -> None:
    """Carry out a plan in the caller's unit of work, with an audit entry for each change."""
    added = [
        audit.Change(str(row["employment_id"]), {}, _told(row, plan.seat_codes))
        for row in plan.rows.added
    ]
    changed = [
        audit.Change(
            str(change.row["employment_id"]),
            _told(change.before, plan.seat_codes),
            _told(change.after, plan.seat_codes),
        )
        for change in plan.rows.changed
    ]
    write_plan(session, SeatAssignment, plan.rows)
    audit.record_many(
        session, actor, "seat.assign", "employment", [*added, *changed], company_id=company_id
    )


def _told(values: Mapping[str, Any], seat_codes: Mapping[int, str]) -> dict[str, Any]:
    """Return columns of an assignment as the audit tells them: seats by their number."""
    told = {name: value for name, value in values.items() if name != "employment_id"}
    if "seat_id" in told:
        seat_id = told.pop("seat_id")
        # A seat that was entered in error is not in the register any more.
        told["seat"] = seat_codes.get(seat_id, f"#{seat_id}")
    return told


def reach_day(scope: Scope, on: dt.date) -> dt.date:
    """Return the day on which somebody must be in reach for their seat to change from a day on.

    What changes from a past day on changes today: that is a matter of who leads the person today.
    """
    return max(on, clock.today()) if scope.kind is ScopeKind.TEAM else on


def end_assignment(
    session: Session, scope: Scope, actor: Actor, assignment_id: int, valid_to: dt.date
) -> None:
    """Let an assignment end: ``valid_to`` is the first day without it; its first day: it never held.

    Raises:
        NotFoundError: there is none in reach.
        InputError: the day lies before it begins, or it has ended by then.
        ClosedError: it would end in a closed month.
    """
    locks.hold_seats(session)
    row = session.scalar(_reached(scope, valid_to).where(SeatAssignment.id == assignment_id))
    if row is None:
        raise NotFoundError("web.not_found")
    if valid_to < row.valid_from:
        raise InputError(
            "dated.empty", place="valid_to", valid_from=row.valid_from, valid_to=valid_to
        )
    if row.valid_to is not None and valid_to > row.valid_to:
        raise InputError("seat.ended", place="valid_to", on=row.valid_to)
    _end(session, scope, actor, [row], valid_to)


def end_team(
    session: Session, scope: Scope, actor: Actor, team_id: int, shift: str, valid_to: dt.date
) -> int:
    """Let all that a team's people have for a kind of shift end; return how many assignments.

    ``valid_to`` is the first day without; what would begin later never does. So a team that changes its
    shift leaves its seats to another at once.

    Raises:
        NotFoundError: the team is out of reach.
        InputError: nobody of it has a seat for the shift from that day on.
        ClosedError: one would end in a closed month.
    """
    locks.hold_seats(session)
    team = team_in(session, scope, team_id)
    rows = session.scalars(
        _reached(Scope.teams(team.company_id, frozenset({team.id})), valid_to)
        .where(
            SeatAssignment.shift_type_code == shift,
            or_(
                SeatAssignment.valid_to.is_(None),
                SeatAssignment.valid_to > SeatAssignment.valid_from,
            ),
            or_(SeatAssignment.valid_to.is_(None), SeatAssignment.valid_to > valid_to),
        )
        .order_by(SeatAssignment.id)
    ).all()
    if not rows:
        raise InputError("seat.nobody_seated", place="team", on=valid_to)
    _end(session, scope, actor, rows, valid_to)
    return len(rows)


def _reached(scope: Scope, on: dt.date) -> Select[SeatAssignment]:
    """Choose the assignments of people in reach, for a change from a day on."""
    led_on = reach_day(scope, on)
    return select(SeatAssignment).where(
        SeatAssignment.employment_id.in_(people.employment_ids(scope, led_on, led_on))
    )


def _end(
    session: Session, scope: Scope, actor: Actor, rows: Sequence[SeatAssignment], on: dt.date
) -> None:
    """Let assignments end on a day, or never begin if they would later, with an audit entry each."""
    locked = locks.locked_periods(session, scope.company_id or 0)
    changes = []
    for row in rows:
        valid_to = max(on, row.valid_from)
        locks.refuse_locked(locked, valid_to, row.valid_to)
        before = {
            "shift_type_code": row.shift_type_code,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
        }
        row.valid_to = valid_to
        # What stays is told on both sides: left out of one, it would read as taken away.
        after = before | {"valid_to": valid_to}
        changes.append(audit.Change(str(row.employment_id), before, after))
    audit.record_many(
        session, actor, "seat.end", "employment", changes, company_id=scope.company_id
    )

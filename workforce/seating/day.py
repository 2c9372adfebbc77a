"""Who sits where on a day, in one kind of shift: what the page of seats shows."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workforce.attendance.shift_types import Planned, ShiftPlan
from workforce.core.errors import InputError
from workforce.people import queries as people
from workforce.platform.scope import Scope, ScopeKind
from workforce.premises import queries as premises
from workforce.seating import queries
from workforce.seating.clashes import clashing, is_held
from workforce.seating.times import Hours, last_day

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

NO_TEAM: Final = 0
_DIGITS: Final = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitter:
    """Somebody who has a seat; ``who`` is None where the visitor does not lead that person."""

    assignment_id: int
    employment_id: int
    who: str | None
    shift_name: str
    is_same_shift: bool
    valid_from: dt.date
    last_on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatOfDay:
    """A seat that the company rents; ``full_code`` has the site's before its own; ``sitters``: who has it in the kind of shift, or at hours that meet it.

    ``others``: the names of kinds of shift at other hours for which somebody has it.
    """

    seat_id: int
    code: str
    full_code: str
    area: str
    floor_id: int
    is_usable: bool
    reason: str | None
    sitters: Sequence[Sitter]
    others: Sequence[str]

    @property
    def is_free(self) -> bool:
        """Tell whether somebody could be given it."""
        return self.is_usable and not self.sitters


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody who works in the kind of shift on the day."""

    employment_id: int
    employee_no: str
    name: str
    team_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatingDay:
    """A company's seats on a day, for one kind of shift.

    ``waiting``: people in reach who work in it and have no seat for it; ``planned``: how many of the
    whole company work in it. ``lost``: people in reach whose seat cannot be used or is rented no more.
    ``clashes``: who sits in somebody's way since hours were changed, with the seats, in any kind of shift.
    """

    on: dt.date
    kind: Planned | None
    kinds: Sequence[Planned]
    seats: Sequence[SeatOfDay]
    waiting: Sequence[Employee]
    planned: int
    lost: Sequence[tuple[Sitter, str | None]]
    clashes: Sequence[tuple[tuple[Sitter, str | None], tuple[Sitter, str | None]]]

    @property
    def usable(self) -> int:
        """How many seats can be used."""
        return sum(seat.is_usable for seat in self.seats)

    @property
    def free(self) -> Sequence[SeatOfDay]:
        """The seats that somebody could be given, in the order in which they stand."""
        return [seat for seat in self.seats if seat.is_free]

    @property
    def taken(self) -> int:
        """How many usable seats somebody has."""
        return self.usable - len(self.free)


def seat_order(area: str, code: str) -> tuple[str, list[tuple[int, str]]]:
    """Order seats as they stand: by area, and numbers in a code as numbers."""
    parts = _DIGITS.split(code)
    return area, [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def read_day(session: Session, scope: Scope, on: dt.date, code: str = "") -> SeatingDay:
    """Read the seats of the company in scope for a kind of shift, the first one if none is named.

    Raises:
        InputError: the company has no kind of shift of this code on that day.
    """
    company = Scope.company(scope.company_id or 0)
    plan = ShiftPlan.read(session, company.company_id or 0, on, on)
    kinds = sorted(plan.kinds(company.company_id or 0, on), key=lambda kind: kind.starts)
    kind = plan.kind(company.company_id or 0, code, on) if code else next(iter(kinds), None)
    names: dict[int, Any] = {
        row.employment_id: row for row in session.execute(people.directory(company))
    }
    team_of = _teams(session, company, on)
    reached = None
    if scope.kind is ScopeKind.TEAM:
        reached = set(session.scalars(people.employment_ids(scope, on, on)))
    rows = [
        row for row in session.execute(queries.assignments(company, on, on)) if is_held(row, on)
    ]
    seats = session.execute(premises.seats_on(company, on)).all()
    sitters = _Sitters(kind, kinds, names, reached)
    by_seat: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        by_seat[row.seat_id].append(row)
    usable = {seat.seat_id for seat in seats if seat.state == premises.USABLE}
    seated = {row.employment_id for row in rows if kind and row.shift_type_code == kind.code}
    working = [
        Employee(
            row.employment_id, row.employee_no, row.name, team_of.get(row.employment_id, NO_TEAM)
        )
        for row in names.values()
        if kind is not None
        and is_held(row, on)
        and _works_in(plan, company, kind, row.employment_id, team_of, on)
    ]
    codes = {seat.seat_id: seat.seat_code for seat in seats}

    def told(row: Row[Any]) -> tuple[Sitter, str | None]:
        return sitters.sitter(row), codes.get(row.seat_id)

    hours = {one.code: Hours.between(one.starts, one.ends) for one in kinds}
    return SeatingDay(
        on=on,
        kind=kind,
        kinds=kinds,
        seats=sorted(
            (sitters.seat(seat, by_seat[seat.seat_id]) for seat in seats),
            key=lambda seat: seat_order(seat.area, seat.code),
        ),
        waiting=[
            one
            for one in working
            if one.employment_id not in seated and (reached is None or one.employment_id in reached)
        ],
        planned=len(working),
        lost=[
            told(row)
            for row in rows
            if row.seat_id not in usable and (reached is None or row.employment_id in reached)
        ],
        clashes=[(told(one), told(other)) for one, other in clashing(rows, hours, reached)],
    )


def _teams(session: Session, company: Scope, on: dt.date) -> dict[int, int]:
    members = session.execute(people.team_members(company, on, on))
    return {row.employment_id: row.team_id for row in members}


def _works_in(
    plan: ShiftPlan,
    company: Scope,
    kind: Planned,
    employment_id: int,
    team_of: Mapping[int, int],
    on: dt.date,
) -> bool:
    team_id = team_of.get(employment_id, NO_TEAM)
    try:
        planned = plan.planned(company.company_id or 0, team_id, employment_id, on)
    except InputError:
        # Nothing says in which kind of shift they work.
        return False
    return planned.code == kind.code


class _Sitters:
    """Tells who has a seat, seen from one kind of shift."""

    def __init__(
        self,
        kind: Planned | None,
        kinds: Sequence[Planned],
        names: Mapping[int, Any],
        reached: set[int] | None,
    ) -> None:
        self._kind, self._names, self._reached = kind, names, reached
        self._kinds = {one.code: one for one in kinds}

    def seat(self, seat: Row[Any], rows: Sequence[Row[Any]]) -> SeatOfDay:
        """Return a seat of ``premises.queries.seats_on`` with who has it."""
        meeting = [row for row in rows if self._meets(row.shift_type_code)]
        return SeatOfDay(
            seat_id=seat.seat_id,
            code=seat.seat_code,
            full_code=f"{seat.site_code}/{seat.seat_code}",
            area=f"{seat.floor_name} {seat.area_code} {seat.area_name}",
            floor_id=seat.floor_id,
            is_usable=seat.state == premises.USABLE,
            reason=seat.reason,
            sitters=[self.sitter(row) for row in meeting],
            others=[self._name(row.shift_type_code) for row in rows if row not in meeting],
        )

    def sitter(self, row: Row[Any]) -> Sitter:
        """Return who an assignment is of, by name where the visitor leads that person."""
        is_named = self._reached is None or row.employment_id in self._reached
        who = self._names[row.employment_id]
        return Sitter(
            assignment_id=row.assignment_id,
            employment_id=row.employment_id,
            who=f"{who.name} {who.employee_no}" if is_named else None,
            shift_name=self._name(row.shift_type_code),
            is_same_shift=self._kind is not None and row.shift_type_code == self._kind.code,
            valid_from=row.valid_from,
            last_on=last_day(row.valid_to),
        )

    def _name(self, code: str) -> str:
        kind = self._kinds.get(code)
        return code if kind is None else kind.name

    def _meets(self, code: str) -> bool:
        other = self._kinds.get(code)
        if self._kind is None or code == self._kind.code or other is None:
            return True
        one = Hours.between(self._kind.starts, self._kind.ends)
        return one.meets(Hours.between(other.starts, other.ends))

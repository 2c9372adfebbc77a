"""The base's rooms at a glance, and what its administrator should look at."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.companies import queries as companies
from workforce.core.text import Text
from workforce.platform.formatting import micro
from workforce.platform.scope import Scope
from workforce.premises import queries
from workforce.premises.geometry import Span

_HUNDREDTH: Final = 10_000
"""A hundredth of a square metre in millionths."""
ENDING_WITHIN: Final = dt.timedelta(days=60)
"""A tenancy that ends within so many days is told: about as long as finding another tenant takes."""


@dataclass(slots=True, kw_only=True)
class FloorSum:
    """A floor on a day; sizes in hundredths of a square metre. ``seats``: state → how many."""

    floor_id: int
    code: str
    name: str
    site_id: int
    site_name: str
    area: int
    uses: dict[str, int] = field(default_factory=dict)
    let_area: int = 0
    seats: dict[str, int] = field(default_factory=dict)

    @property
    def areas(self) -> int:
        """The sum of its areas."""
        return sum(self.uses.values())

    @property
    def standing(self) -> int:
        """Seats that stand, in whatever state."""
        return sum(self.seats.values())

    @property
    def usable(self) -> int:
        """Seats that can be worked at."""
        return self.seats.get(queries.USABLE, 0)


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to look at: its kind (``premises_alert`` terms), what it is about, and where it is put right."""

    kind: str
    about: Text
    endpoint: str
    arguments: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rented:
    """A tenancy as a list shows it; ``seats``: usable ones of the area on the day asked about.

    ``is_now``: it holds on that day. ``is_ending``: it ends within `ENDING_WITHIN` of it.
    """

    row: Any
    company_name: str
    seats: int
    is_now: bool
    is_ending: bool


def size(hundredths: int) -> str:
    """Return hundredths of a square metre as square metres: ``800050`` → ``8,000.5``."""
    return micro(hundredths * _HUNDREDTH)


@dataclass(frozen=True, slots=True)
class Day:
    """What stands on a day, as it is read once for sums and alerts: areas, and seats of each by state."""

    floors: list[Any]
    areas: list[Any]
    seats: Mapping[int, Mapping[str, int]]


def day_of(session: Session, on: dt.date) -> Day:
    """Read the whole base as it is on a day, in three statements."""
    return Day(
        [
            row
            for row in session.execute(queries.floors())
            if row.closed_on is None or on < row.closed_on
        ],
        list(session.execute(queries.areas_on(Scope.base(), on))),
        _seats(session, Scope.base(), on),
    )


def _seats(session: Session, scope: Scope, on: dt.date) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in session.execute(queries.seat_counts_on(scope, on)):
        found[row.area_id][row.state] = row.seats
    return found


def floor_sums(day: Day) -> list[FloorSum]:
    """Return all floors of the base with what is on them."""
    sums = {
        row.floor_id: FloorSum(
            floor_id=row.floor_id,
            code=row.floor_code,
            name=row.floor_name,
            site_id=row.site_id,
            site_name=row.site_name,
            area=row.area,
        )
        for row in day.floors
    }
    for row in day.areas:
        floor = sums[row.floor_id]
        floor.uses[row.use] = floor.uses.get(row.use, 0) + row.area
        if row.company_id is not None:
            floor.let_area += row.area
        for state, count in day.seats.get(row.area_id, {}).items():
            floor.seats[state] = floor.seats.get(state, 0) + count
    return list(sums.values())


def rented(session: Session, scope: Scope, on: dt.date) -> list[Rented]:
    """Return the tenancies in reach that hold on a day or begin later, by floor and area."""
    seats = _seats(session, scope, on)
    names = {
        row.company_id: row.company_name for row in session.execute(companies.company_facts(scope))
    }
    rows = list(session.execute(queries.tenancies(scope, on)))
    rows.sort(key=lambda row: (row.site_code, row.floor_code, row.area_code, row.valid_from))
    found = []
    for row in rows:
        span = Span(row.valid_from, row.valid_to)
        count = seats.get(row.area_id, {}).get(queries.USABLE, 0)
        is_ending = span.has(on) and span.end <= on + ENDING_WITHIN
        found.append(Rented(row, names[row.company_id], count, span.has(on), is_ending))
    return found


def alerts(day: Day, tenancies: Sequence[Rented]) -> list[Alert]:
    """Return what the base's administrator should look at on the day that was read.

    Tenancies that end within `ENDING_WITHIN` and that the same company does not go on with; floors whose
    areas are together larger than the floor; areas for annotation with seats and without a tenant.
    """
    return [*_ending(tenancies), *_overfull(day), *_unlet(day)]


def waiting(session: Session, on: dt.date) -> int:
    """Return how many alerts there are, in six statements: for the first page."""
    return len(alerts(day_of(session, on), rented(session, Scope.base(), on)))


def _ending(tenancies: Sequence[Rented]) -> list[Alert]:
    begun = {(one.row.company_id, one.row.area_id, one.row.valid_from) for one in tenancies}
    return [
        Alert(
            "tenancy_ending",
            Text(
                f"{one.company_name} · {_where(one.row)} {one.row.area_code}："
                f"{one.row.valid_to} 起不再租用",
                f"{one.company_name} · {_where(one.row)} {one.row.area_code}: "
                f"no longer from {one.row.valid_to} on",
            ),
            "premises.tenancy",
            {"tenancy_id": one.row.tenancy_id},
        )
        for one in tenancies
        if one.is_ending and (one.row.company_id, one.row.area_id, one.row.valid_to) not in begun
    ]


def _overfull(day: Day) -> list[Alert]:
    return [
        Alert(
            "floor_overfull",
            Text(
                f"{one.site_name} {one.name}：区域合计 {size(one.areas)} m²，楼层 {size(one.area)} m²",
                f"{one.site_name} {one.name}: areas {size(one.areas)} m², floor {size(one.area)} m²",
            ),
            "premises.floor",
            {"floor_id": one.floor_id},
        )
        for one in floor_sums(day)
        if one.areas > one.area
    ]


def _where(row: Any) -> str:
    return f"{row.site_name} {row.floor_name}"


def _unlet(day: Day) -> list[Alert]:
    found = []
    floors = {row.floor_id: _where(row) for row in day.floors}
    for row in day.areas:
        count = sum(day.seats.get(row.area_id, {}).values())
        if row.company_id is None and row.use == "annotation" and count:
            place = f"{floors[row.floor_id]} {row.area_code} {row.area_name}"
            seats = "seat" if count == 1 else "seats"
            about = Text(f"{place}：{count} 个工位", f"{place}: {count} {seats}")
            found.append(Alert("seats_unlet", about, "premises.area", {"area_id": row.area_id}))
    return found

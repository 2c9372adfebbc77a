"""A floor as an architect draws it, as a value: rooms, seats, legend. ``templates/premises/_plan.html`` draws it.

Who else has something to say of seats (who sits where, which one is mine) passes ``marks`` and
``highlighted``. Of areas that are out of reach neither tenant nor seats are told.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.companies import queries as companies
from workforce.core.terms import term, terms_of
from workforce.core.text import Text
from workforce.platform.scope import Scope, ScopeKind
from workforce.premises import queries
from workforce.premises.geometry import Box
from workforce.premises.models import Floor

TONES: Final = 8
"""How many tints with their patterns a plan tells apart; the eighth is quiet, for what matters less."""
_QUIET: Final = TONES - 1
_LARGEST: Final = 15
_SMALLEST: Final = 7
_PADDING: Final = 5
_NARROW: Final = 0.58
_LINE: Final = 1.35
_USUAL_REACH: Final = 800
_FLAT: Final = 1.6
_UNLET: Final = Text("空置", "Vacant")
_LET: Final = Text("已出租", "Let")
_OWN: Final = Text("本企业", "Own company")
_COMMON: Final = Text("公共区域", "Common rooms")


class Colours(StrEnum):
    """By what rooms are told apart."""

    USE = "use"
    TENANCY = "tenancy"


class SeatKind(StrEnum):
    """How a seat is drawn: the states of `SeatState`, and two for whoever knows who sits where."""

    BUILT = "built"
    USABLE = "usable"
    OUT_OF_USE = "out_of_use"
    FREE = "free"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class SeatMark:
    """What somebody else says of a seat: how it is drawn, and what its title adds to the code."""

    kind: SeatKind
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanArea:
    """A room: where it is, what its label says, its tint, and the size of its letters in decimetres."""

    area_id: int
    code: str
    name: str
    use: str
    area: int
    box: Box
    tone: int
    tenant: Text | None
    is_open: bool
    letters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSeat:
    """A seat: its middle, how it is drawn, and what its title says after the code."""

    seat_id: int
    code: str
    x: int
    y: int
    kind: SeatKind
    title: str | None = None
    is_highlighted: bool = False


@dataclass(frozen=True, slots=True)
class Legend:
    """One tint of the plan, what it means, and the size of the rooms that have it, in hundredths of m²."""

    tone: int
    label: Text
    area: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorPlan:
    """A floor on a day; lengths in decimetres.

    ``grain``: how many times larger letters and margins have to be than on a floor of 80 × 50 m, so that
    they look alike on a sheet of the same size.
    """

    floor_id: int
    name: str
    width: int
    height: int
    areas: tuple[PlanArea, ...]
    seats: tuple[PlanSeat, ...]
    legend: tuple[Legend, ...]

    @property
    def grain(self) -> float:
        """What letters and margins are multiplied by."""
        return _grain(self.width, self.height)

    @property
    def seat_kinds(self) -> list[tuple[SeatKind, int]]:
        """How the seats are drawn and how many so, for the legend."""
        counts = {kind: sum(seat.kind is kind for seat in self.seats) for kind in SeatKind}
        return [(kind, count) for kind, count in counts.items() if count]


def floor_plan(
    session: Session,
    scope: Scope,
    floor: Floor,
    on: dt.date,
    colours: Colours = Colours.USE,
    *,
    marks: Mapping[int, SeatMark] | None = None,
    highlighted: int | None = None,
) -> FloorPlan:
    """Return a floor as it is on a day, in three statements.

    ``marks``: by seat; a seat without one is drawn by its state. ``highlighted``: the seat to find.
    """
    rows = [
        row
        for row in session.execute(queries.areas_on(Scope.base(), on))
        if row.floor_id == floor.id
    ]
    names = {
        row.company_id: row.company_name
        for row in session.execute(companies.company_facts(Scope.base()))
    }
    rooms = _Rooms(scope, colours, names, _grain(floor.width, floor.height))
    areas = tuple(rooms.area(row) for row in rows)
    seats = tuple(
        _seat(row, (marks or {}).get(row.seat_id), row.seat_id == highlighted)
        for row in session.execute(queries.seats_on(scope, on))
        if row.floor_id == floor.id
    )
    return FloorPlan(
        floor_id=floor.id,
        name=floor.name,
        width=floor.width,
        height=floor.height,
        areas=areas,
        seats=seats,
        legend=rooms.legend(),
    )


def _seat(row: Any, mark: SeatMark | None, is_highlighted: bool) -> PlanSeat:  # noqa: FBT001
    return PlanSeat(
        seat_id=row.seat_id,
        code=row.seat_code,
        x=row.x,
        y=row.y,
        kind=SeatKind(row.state) if mark is None else mark.kind,
        title=None if mark is None else mark.title,
        is_highlighted=is_highlighted,
    )


class _Rooms:
    """Gives rooms their tints, as the legend then explains them."""

    def __init__(
        self, scope: Scope, colours: Colours, names: Mapping[int, str], grain: float
    ) -> None:
        self._scope = scope
        self._grain = grain
        self._colours = colours
        self._names = names
        self._uses = list(terms_of("area_use"))
        self._tones: dict[object, tuple[int, Text]] = {}
        self._sizes: dict[object, int] = {}

    def area(self, row: Any) -> PlanArea:
        is_own = self._scope.kind is ScopeKind.BASE or row.company_id == self._scope.company_id
        tenant = None
        if row.company_id is not None:
            name = self._names[row.company_id]
            tenant = Text(name, name) if is_own else _LET
        elif row.use == "annotation":
            tenant = _UNLET
        key, tone, label = self._meaning(row)
        self._tones.setdefault(key, (tone, label))
        self._sizes[key] = self._sizes.get(key, 0) + row.area
        box = Box(row.x, row.y, row.width, row.height)
        return PlanArea(
            area_id=row.area_id,
            code=row.area_code,
            name=row.area_name,
            use=row.use,
            area=row.area,
            box=box,
            tone=self._tones[key][0],
            tenant=tenant,
            is_open=is_own,
            letters=letters(f"{row.area_code} {row.area_name}", box, self._grain),
        )

    def _meaning(self, row: Any) -> tuple[object, int, Text]:
        """Return what a room's tint stands for: its key, the tint if it is new, its words."""
        if self._colours is Colours.USE:
            return row.use, self._uses.index(row.use), term(f"area_use.{row.use}")
        if row.company_id is None:
            return ("unlet", 1, _UNLET) if row.use == "annotation" else ("common", _QUIET, _COMMON)
        if self._scope.kind is not ScopeKind.BASE:
            is_own = row.company_id == self._scope.company_id
            return ("own", 2, _OWN) if is_own else ("let", _QUIET, _LET)
        taken = sum(isinstance(key, int) for key in self._tones)
        name = self._names[row.company_id]
        # Tenants share the tints that mean nothing else: 0 and 2 to 6.
        tone = (0, *range(2, _QUIET))[taken % (_QUIET - 1)]
        return row.company_id, tone, Text(name, name)

    def legend(self) -> tuple[Legend, ...]:
        found = [
            Legend(tone, label, self._sizes[key]) for key, (tone, label) in self._tones.items()
        ]
        return tuple(
            sorted(found, key=lambda entry: entry.tone) if self._colours is Colours.USE else found
        )


def _grain(width: int, height: int) -> float:
    return max(width, height * _FLAT) / _USUAL_REACH


def letters(label: str, box: Box, grain: float = 1) -> int:
    """Return the size of letters in decimetres by which a label fits into a room, within reason."""
    ems = sum(1 if unicodedata.east_asian_width(sign) in "WF" else _NARROW for sign in label)
    by_width = (box.width - 2 * _PADDING * grain) / max(ems, 1)
    by_height = (box.height - 2 * _PADDING * grain) / _LINE
    return int(max(_SMALLEST * grain, min(_LARGEST * grain, by_width, by_height)))

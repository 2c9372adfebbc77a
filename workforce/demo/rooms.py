"""The demo's base: two floors of 4,000 m², with an exhibition hall, a display, and 520 seats in eight halls.

Lengths are decimetres, as the premises count them. Halls opened one after another; the last one is built
and not in use yet, one tenancy ends soon, and some seats wait for their network.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workforce.companies import queries as companies
from workforce.companies.base_name import name_base
from workforce.companies.service import company_named
from workforce.core.text import Text
from workforce.platform import audit, clock
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.premises import queries, service
from workforce.premises.areas import AreaFact
from workforce.premises.seats import SeatFact

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_MAIN: Final = "KM"
"""The company whose people can sign in has the first hall."""
_MOST_HALLS: Final = 2
_WIDTH, _DEPTH = 800, 500
_FLOOR_AREA: Final = 400_000
_BUILT: Final = dt.date(2024, 6, 1)
_MARGIN: Final = 30
_COLUMNS: Final = 10
_FIRST_ROW, _BACK_TO_BACK, _PAIR = 52, 16, 50
_AISLE: Final = 20
_RENT_PER_SQUARE_METRE: Final = 1_500
"""Fen a month: a made-up one."""
_REPAIRED: Final = ("103", 7, 12)
_REPAIR_FROM: Final = dt.date(2026, 10, 19)
_ENDS: Final = {"102": dt.date(2027, 1, 1)}


@dataclass(frozen=True, slots=True)
class _Room:
    """A room of a floor and, where it is a hall of annotators, its seats."""

    floor: int
    code: str
    name: str
    use: str
    x: int
    y: int
    width: int
    height: int
    built_on: dt.date = _BUILT
    seats: int = 0
    usable_from: dt.date | None = _BUILT


BASE: Final = Text("奉节县人工智能数据标注基地", "Fengjie AI data annotation base")
_SPRING: Final = dt.date(2025, 3, 1)
_YEAR: Final = dt.date(2026, 1, 1)
_AUTUMN: Final = dt.date(2026, 9, 1)

ROOMS: Final = (
    _Room(1, "E1", "展厅", "exhibition", 0, 0, 250, 200),
    _Room(1, "D1", "成果展示区", "display", 250, 0, 150, 200),
    _Room(1, "T1", "培训教室一", "training", 400, 0, 130, 200),
    _Room(1, "T2", "培训教室二", "training", 530, 0, 130, 200),
    _Room(1, "M1", "会议室", "meeting", 660, 0, 140, 100),
    _Room(1, "M2", "洽谈室", "meeting", 660, 100, 140, 100),
    _Room(1, "101", "标注大厅", "annotation", 0, 230, 270, 270, seats=80),
    _Room(1, "102", "标注大厅", "annotation", 270, 230, 270, 270, seats=80),
    _Room(1, "103", "标注大厅", "annotation", 540, 230, 260, 270, seats=60),
    _Room(2, "201", "标注大厅", "annotation", 0, 0, 270, 200, _SPRING, 60, _SPRING),
    _Room(2, "202", "标注大厅", "annotation", 270, 0, 270, 200, _SPRING, 60, _SPRING),
    _Room(2, "203", "标注大厅", "annotation", 540, 0, 260, 200, _SPRING, 60, _YEAR),
    _Room(2, "204", "标注大厅", "annotation", 0, 230, 300, 270, _YEAR, 80, _YEAR),
    _Room(2, "205", "标注大厅", "annotation", 300, 230, 250, 270, _AUTUMN, 40, None),
    _Room(2, "C1", "餐厅", "other", 550, 230, 160, 270, _SPRING),
    _Room(2, "S1", "机房与库房", "other", 710, 230, 90, 270, _SPRING),
)


def build_rooms(told_at: dt.datetime) -> None:
    """Name the base, enter its rooms and let its companies rent halls, once."""
    with clock.fixed(told_at), unit_of_work() as session:
        name_base(session, audit.CLI, zh=BASE.zh, en=BASE.en)
        if session.scalars(queries.sites()).first() is not None:
            return
        site = service.keep_site(
            session,
            audit.CLI,
            code="A",
            name="奉节数据标注基地",
            address="重庆市奉节县夔州街道数字经济产业园 1 号楼",
        )
        floors = {
            number: service.keep_floor(
                session,
                audit.CLI,
                site,
                code=f"{number}F",
                name=name,
                area=_FLOOR_AREA,
                width=_WIDTH,
                height=_DEPTH,
            )
            for number, name in ((1, "一楼"), (2, "二楼"))
        }
        areas = {
            room.code: _enter(session, site.id, floors[room.floor].id, room, told_at.date())
            for room in ROOMS
        }
        _let(session, areas)


def _enter(session: Session, site_id: int, floor_id: int, room: _Room, today: dt.date) -> int:
    """Enter a room with its seats; return the area's key."""
    fact = AreaFact(
        floor_id=floor_id,
        code=room.code,
        name=room.name,
        use=room.use,
        area=room.width * room.height,
        x=room.x,
        y=room.y,
        width=room.width,
        height=room.height,
        valid_from=room.built_on,
    )
    area = service.keep_area(session, audit.CLI, fact, is_new=True)
    if not room.seats:
        return area.id
    is_in_use = room.usable_from is not None and room.usable_from <= today
    state = "usable" if room.usable_from == room.built_on else "built"
    facts = [
        SeatFact(
            site_id=site_id,
            area_id=area.id,
            code=f"{room.code}-{number:02d}",
            x=x,
            y=y,
            built_on=room.built_on,
            state=state,
        )
        for number, (x, y) in enumerate(_places(room), start=1)
    ]
    service.keep_seats(session, audit.CLI, area, facts, is_new=True)
    ids = [row.seat_id for row in session.execute(queries.seats_of(area.id))]
    if is_in_use and state == "built":
        service.set_seat_state(
            session, audit.CLI, area, ids, state="usable", on=room.usable_from or today
        )
    if room.code == _REPAIRED[0]:
        service.set_seat_state(
            session,
            audit.CLI,
            area,
            ids[_REPAIRED[1] - 1 : _REPAIRED[2]],
            state="out_of_use",
            on=_REPAIR_FROM,
            reason="网络改造",
        )
    return area.id


def _places(room: _Room) -> Iterator[tuple[int, int]]:
    """Yield the middles of a hall's seats: rows of ten back to back, with an aisle in the middle."""
    gap = (room.width - 2 * _MARGIN - _AISLE) // (_COLUMNS - 1)
    for row in range(room.seats // _COLUMNS):
        y = room.y + _FIRST_ROW + row // 2 * _PAIR + row % 2 * _BACK_TO_BACK
        for column in range(_COLUMNS):
            aisle = _AISLE if column >= _COLUMNS // 2 else 0
            yield room.x + _MARGIN + column * gap + aisle, y


def _let(session: Session, areas: dict[str, int]) -> None:
    """Let the halls that are in use to the companies inside of the base, one after another."""
    halls = [areas[room.code] for room in ROOMS if room.seats and room.usable_from]
    codes = _tenants(session) * _MOST_HALLS
    for area_id, code in zip(halls, codes, strict=False):
        area = service.area_in(session, area_id)
        company = company_named(session, Scope.base(), code)
        service.rent(
            session,
            audit.CLI,
            area,
            company_id=company.id,
            valid_from=max(area.valid_from, company.founded_on),
            valid_to=_ENDS.get(area.code),
            rent_amount=area.area * _RENT_PER_SQUARE_METRE // 100,
        )


def _tenants(session: Session) -> list[str]:
    rows = session.execute(companies.company_facts(Scope.base()))
    return sorted((row.company_code for row in rows if row.is_inside), key=_main_first)


def _main_first(code: str) -> tuple[bool, str]:
    return code != _MAIN, code

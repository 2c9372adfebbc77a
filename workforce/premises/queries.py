"""Reading the base's rooms: set-based Selects that other slices join.

What a day looks like is asked with the day. A company's scope reaches the areas that it rents on that
day and the seats in them; the base's reaches all. Sites and floors are no secret.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true

from workforce.platform.scope import Scope, ScopeKind
from workforce.premises.models import Area, AreaUse, Floor, Seat, SeatState, Site, Tenancy

USABLE: Final = "usable"
"""The state of a seat that can be worked at."""


def _on(row: Any, on: Any) -> ColumnElement[bool]:
    return and_(row.valid_from <= on, or_(row.valid_to.is_(None), on < row.valid_to))


def _tenant(scope: Scope) -> ColumnElement[bool]:
    """Limit to tenancies of the companies in reach; a person's own scope reaches none."""
    if scope.kind is ScopeKind.BASE:
        return true()
    if scope.kind is ScopeKind.SELF:
        return false()
    return Tenancy.company_id == scope.company_id


def sites(*, also_withdrawn: bool = False) -> Select[Site]:
    """All sites in order of their code; ``also_withdrawn``: those that never were, too."""
    chosen = select(Site).order_by(Site.code)
    return chosen if also_withdrawn else chosen.where(Site.withdrawn_on.is_(None))


def floors() -> Select[*tuple[Any, ...]]:
    """Floors with their site, in order of the codes, closed ones too; what never was is left out.

    Columns: floor_id, floor_code, floor_name, area (hundredths of m²), width, height (decimetres),
    closed_on, site_id, site_code, site_name, address.
    """
    return (
        select(
            Floor.id.label("floor_id"),
            Floor.code.label("floor_code"),
            Floor.name.label("floor_name"),
            Floor.area,
            Floor.width,
            Floor.height,
            Floor.closed_on,
            Site.id.label("site_id"),
            Site.code.label("site_code"),
            Site.name.label("site_name"),
            Site.address,
        )
        .join(Site, Site.id == Floor.site_id)
        .where(Floor.withdrawn_on.is_(None))
        .order_by(Site.code, Floor.code)
    )


def areas_on(scope: Scope, on: dt.date) -> Select[*tuple[Any, ...]]:
    """The areas of a day in reach with their use and tenant, in order of floor and code.

    Columns: area_id, area_code, area_name, use, area, x, y, width, height, valid_from, valid_to, floor_id,
    site_id, company_id (NULL: nobody rents it), tenancy_id, rented_to.
    """
    rented = and_(Tenancy.area_id == Area.id, _on(Tenancy, on))
    chosen = (
        select(
            Area.id.label("area_id"),
            Area.code.label("area_code"),
            Area.name.label("area_name"),
            AreaUse.use,
            Area.area,
            Area.x,
            Area.y,
            Area.width,
            Area.height,
            Area.valid_from,
            Area.valid_to,
            Area.floor_id,
            Floor.site_id,
            Tenancy.company_id,
            Tenancy.id.label("tenancy_id"),
            Tenancy.valid_to.label("rented_to"),
        )
        .join(Floor, Floor.id == Area.floor_id)
        .join(AreaUse, and_(AreaUse.area_id == Area.id, _on(AreaUse, on)))
        .outerjoin(Tenancy, rented)
        .where(_on(Area, on))
        .order_by(Area.floor_id, Area.code)
    )
    return chosen if scope.kind is ScopeKind.BASE else chosen.where(_tenant(scope))


def seats_on(scope: Scope, on: dt.date) -> Select[*tuple[Any, ...]]:
    """The seats that stand on a day in reach, with area, floor, site and tenant, in order of their code.

    Columns: seat_id, seat_code, x, y (decimetres on the floor), built_on, removed_on, state, reason,
    area_id, area_code, area_name, floor_id, floor_code, floor_name, site_id, site_code, site_name, company_id
    (of the tenant; NULL: nobody rents the area).
    """
    chosen = (
        select(
            Seat.id.label("seat_id"),
            Seat.code.label("seat_code"),
            Seat.x,
            Seat.y,
            Seat.built_on,
            Seat.removed_on,
            SeatState.state,
            SeatState.reason,
            Area.id.label("area_id"),
            Area.code.label("area_code"),
            Area.name.label("area_name"),
            Floor.id.label("floor_id"),
            Floor.code.label("floor_code"),
            Floor.name.label("floor_name"),
            Site.id.label("site_id"),
            Site.code.label("site_code"),
            Site.name.label("site_name"),
            Tenancy.company_id,
        )
        .join(SeatState, and_(SeatState.seat_id == Seat.id, _on(SeatState, on)))
        .join(Area, Area.id == Seat.area_id)
        .join(Floor, Floor.id == Area.floor_id)
        .join(Site, Site.id == Floor.site_id)
        .outerjoin(Tenancy, and_(Tenancy.area_id == Area.id, _on(Tenancy, on)))
        .order_by(Site.code, Seat.code)
    )
    return chosen if scope.kind is ScopeKind.BASE else chosen.where(_tenant(scope))


def seats_of(area_id: int) -> Select[*tuple[Any, ...]]:
    """All seats that an area has had but those entered in error, in order of their code.

    Columns: seat_id, code, built_on, removed_on.
    """
    return (
        select(Seat.id.label("seat_id"), Seat.code, Seat.built_on, Seat.removed_on)
        .where(
            Seat.area_id == area_id,
            or_(Seat.removed_on.is_(None), Seat.removed_on > Seat.built_on),
        )
        .order_by(Seat.code)
    )


def seat_spans(first_on: dt.date, last_on: dt.date) -> Select[*tuple[Any, ...]]:
    """In which state each seat of the base was from when to when, of spans that touch these days.

    The spans of one seat lie side by side, from the day it was built up to, not including, the day
    it was removed. Columns: seat_id, seat_code, state, valid_from, valid_to (not included; NULL: until
    further notice), area_id, floor_id, site_id.
    """
    return (
        select(
            Seat.id.label("seat_id"),
            Seat.code.label("seat_code"),
            SeatState.state,
            SeatState.valid_from,
            SeatState.valid_to,
            Seat.area_id,
            Area.floor_id,
            Seat.site_id,
        )
        .join(Seat, Seat.id == SeatState.seat_id)
        .join(Area, Area.id == Seat.area_id)
        .where(
            SeatState.valid_from <= last_on,
            or_(SeatState.valid_to.is_(None), SeatState.valid_to > first_on),
        )
        .order_by(Seat.id, SeatState.valid_from)
    )


def use_spans(first_on: dt.date, last_on: dt.date) -> Select[*tuple[Any, ...]]:
    """For what each area was used from when to when, of spans that touch these days.

    Columns: area_id, use, valid_from, valid_to, area (hundredths of m²), floor_id.
    """
    return (
        select(
            Area.id.label("area_id"),
            AreaUse.use,
            AreaUse.valid_from,
            AreaUse.valid_to,
            Area.area,
            Area.floor_id,
        )
        .join(Area, Area.id == AreaUse.area_id)
        .where(
            AreaUse.valid_from <= last_on,
            or_(AreaUse.valid_to.is_(None), AreaUse.valid_to > first_on),
        )
        .order_by(Area.id, AreaUse.valid_from)
    )


def tenancies(
    scope: Scope, first_on: dt.date = dt.date.min, last_on: dt.date = dt.date.max
) -> Select[*tuple[Any, ...]]:
    """Tenancies in reach that touch some days, the newest first; what was entered in error is left out.

    Columns: tenancy_id, company_id, area_id, area_code, area_name, area (hundredths of m²), floor_id,
    floor_code, floor_name, site_id, site_code, site_name, valid_from, valid_to, rent_amount (fen a
    month or NULL).
    """
    return (
        select(
            Tenancy.id.label("tenancy_id"),
            Tenancy.company_id,
            Tenancy.area_id,
            Area.code.label("area_code"),
            Area.name.label("area_name"),
            Area.area,
            Floor.id.label("floor_id"),
            Floor.code.label("floor_code"),
            Floor.name.label("floor_name"),
            Site.id.label("site_id"),
            Site.code.label("site_code"),
            Site.name.label("site_name"),
            Tenancy.valid_from,
            Tenancy.valid_to,
            Tenancy.rent_amount,
        )
        .join(Area, Area.id == Tenancy.area_id)
        .join(Floor, Floor.id == Area.floor_id)
        .join(Site, Site.id == Floor.site_id)
        .where(
            _tenant(scope),
            Tenancy.valid_from <= last_on,
            or_(
                Tenancy.valid_to.is_(None),
                and_(Tenancy.valid_to > first_on, Tenancy.valid_to > Tenancy.valid_from),
            ),
        )
        .order_by(Tenancy.valid_from.desc(), Tenancy.id.desc())
    )


def seat_counts_on(scope: Scope, on: dt.date) -> Select[int, int | None, str, int]:
    """How many seats of a state stand in each area on a day: area_id, company_id, state, seats."""
    stand = seats_on(scope, on).order_by(None).subquery()
    return (
        select(
            stand.c.area_id,
            stand.c.company_id,
            stand.c.state,
            func.count().label("seats"),
        )
        .group_by(stand.c.area_id, stand.c.company_id, stand.c.state)
        .order_by(stand.c.area_id, stand.c.state)
    )


def told_areas() -> Select[*tuple[Any, ...]]:
    """Every area that was ever there with each of its uses, as a table tells them.

    Columns: area_id, code, name, area, x, y, width, height, valid_from, valid_to, use, use_from, use_to,
    floor_id, floor_code, site_code.
    """
    return (
        select(
            Area.id.label("area_id"),
            Area.code,
            Area.name,
            Area.area,
            Area.x,
            Area.y,
            Area.width,
            Area.height,
            Area.valid_from,
            Area.valid_to,
            AreaUse.use,
            AreaUse.valid_from.label("use_from"),
            AreaUse.valid_to.label("use_to"),
            Floor.id.label("floor_id"),
            Floor.code.label("floor_code"),
            Site.code.label("site_code"),
        )
        .join(AreaUse, AreaUse.area_id == Area.id)
        .join(Floor, Floor.id == Area.floor_id)
        .join(Site, Site.id == Floor.site_id)
        .where(or_(Area.valid_to.is_(None), Area.valid_to > Area.valid_from))
        .order_by(Site.code, Floor.code, Area.code, AreaUse.valid_from)
    )


def told_seats() -> Select[*tuple[Any, ...]]:
    """Every seat that ever stood with each of its states, as a table tells them.

    Columns: code, x, y, built_on, removed_on, state, reason, state_from, state_to, area_code, floor_code,
    site_code.
    """
    return (
        select(
            Seat.code,
            Seat.x,
            Seat.y,
            Seat.built_on,
            Seat.removed_on,
            SeatState.state,
            SeatState.reason,
            SeatState.valid_from.label("state_from"),
            SeatState.valid_to.label("state_to"),
            Area.code.label("area_code"),
            Floor.code.label("floor_code"),
            Site.code.label("site_code"),
        )
        .join(SeatState, SeatState.seat_id == Seat.id)
        .join(Area, Area.id == Seat.area_id)
        .join(Floor, Floor.id == Area.floor_id)
        .join(Site, Site.id == Floor.site_id)
        .where(or_(Seat.removed_on.is_(None), Seat.removed_on > Seat.built_on))
        .order_by(Site.code, Seat.code, SeatState.valid_from)
    )

"""Keeping the base's rooms: sites, floors, areas, seats, and who rents what. The caller's unit of work commits."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from workforce.companies import queries as companies
from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.platform import audit, locks
from workforce.platform.scope import Scope
from workforce.premises import queries
from workforce.premises.areas import AreaFact, plan_areas, store_areas
from workforce.premises.geometry import Span
from workforce.premises.models import Area, Floor, Seat, Site, Tenancy
from workforce.premises.seats import SeatFact, facts_of, plan_seats, store_seats

if TYPE_CHECKING:
    from workforce.platform.audit import Actor

_Row = TypeVar("_Row")
CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,39}")
"""What codes of sites, floors, areas and seats look like."""


def check_code(code: str, place: str = "code") -> str:
    """Return a code that will do.

    Raises:
        InputError: it has other signs than letters, digits and dashes, or is too long.
    """
    if CODE.fullmatch(code) is None:
        raise InputError("premises.code_shape", code=code, place=place)
    return code


def keep_site(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str,
    address: str,
    site: Site | None = None,
) -> Site:
    """Enter a site, or correct one; a code that was withdrawn can be entered anew.

    Raises:
        InputError: its code will not do or is taken.
    """
    values = {"code": check_code(code), "name": name, "address": address}
    other = session.scalar(select(Site).where(Site.code == code))
    if other is not None and other is not site:
        if site is not None or other.withdrawn_on is None:
            raise InputError("premises.code_taken", code=code, place="code")
        _enter_again(other, values)
        _record(session, actor, "site.create", other.id, None, values)
        return other
    if site is None:
        site = Site(**values)
        session.add(site)
        session.flush()
        _record(session, actor, "site.create", site.id, None, values)
    else:
        _correct(session, actor, "site", site, values)
    return site


def keep_floor(
    session: Session,
    actor: Actor,
    site: Site,
    *,
    code: str,
    name: str,
    area: int,
    width: int,
    height: int,
    floor: Floor | None = None,
) -> Floor:
    """Enter a floor of a site, or correct one: ``area`` in hundredths of m², the rest in decimetres.

    Raises:
        InputError: its code will not do or is taken, or areas would lie outside of it.
    """
    locks.hold_premises(session)
    values = {
        "code": check_code(code),
        "name": name,
        "area": area,
        "width": width,
        "height": height,
    }
    other = session.scalar(select(Floor).where(Floor.site_id == site.id, Floor.code == code))
    if floor is None and site.closed_on is not None:
        raise InputError("premises.site_closed", code=site.code, on=site.closed_on, place="code")
    if other is not None and other is not floor:
        if floor is not None or other.withdrawn_on is None:
            raise InputError("premises.code_taken", code=code, place="code")
        _enter_again(other, values)
        _record(session, actor, "floor.create", other.id, None, {"site": site.code, **values})
        return other
    if floor is None:
        floor = Floor(site_id=site.id, **values)
        session.add(floor)
        session.flush()
        _record(session, actor, "floor.create", floor.id, None, {"site": site.code, **values})
        return floor
    outside = session.scalar(
        select(Area.code).where(
            Area.floor_id == floor.id,
            Area.valid_to.is_(None) | (Area.valid_to > Area.valid_from),
            (Area.x + Area.width > width) | (Area.y + Area.height > height),
        )
    )
    if outside is not None:
        raise InputError("premises.outside_floor", code=outside, floor=code, place="width")
    _correct(session, actor, "floor", floor, values)
    return floor


def _enter_again(place: Site | Floor, values: Mapping[str, Any]) -> None:
    """Let a place that was withdrawn be the one that its code is entered for now."""
    for name, value in {**values, "closed_on": None, "withdrawn_on": None}.items():
        setattr(place, name, value)


def site_in(session: Session, site_id: int) -> Site:
    """Return a site.

    Raises:
        NotFoundError: there is none.
    """
    return _found(session.get(Site, site_id))


def floor_in(session: Session, floor_id: int) -> Floor:
    """Return a floor.

    Raises:
        NotFoundError: there is none.
    """
    return _found(session.get(Floor, floor_id))


def area_in(session: Session, area_id: int) -> Area:
    """Return an area.

    Raises:
        NotFoundError: there is none.
    """
    return _found(session.get(Area, area_id))


def tenancy_in(session: Session, tenancy_id: int) -> Tenancy:
    """Return a tenancy.

    Raises:
        NotFoundError: there is none.
    """
    return _found(session.get(Tenancy, tenancy_id))


def keep_area(
    session: Session, actor: Actor, fact: AreaFact, *, is_new: bool, why: str | None = None
) -> Area:
    """Draw an area on its floor (``is_new``), or correct one; ``why`` is told to the audit.

    Raises:
        InputError: it overlaps another, lies outside, would leave seats or tenants out, its code is
            taken, or its days are out of order.
    """
    floor_in(session, fact.floor_id)
    locks.hold_premises(session)
    known = _area_named(session, fact)
    if is_new and known is not None and known.valid_to != known.valid_from:
        raise InputError("premises.code_taken", code=fact.code, place="code")
    check_code(fact.code)
    plan = plan_areas(session, [fact])
    _raise_first(plan.faults.values())
    before = _differing(plan.rows.changed)
    old_uses = [change.before for change in plan.uses.changed] + plan.uses.removed
    store_areas(session, plan)
    area = _found(_area_named(session, fact))
    new_uses = [change.after for change in plan.uses.changed] + plan.uses.added
    if plan.rows.is_empty and plan.uses.is_empty:
        return area
    after = fact.values if plan.rows.added else _differing(plan.rows.changed, after=True)
    _record(
        session,
        actor,
        "area.create" if plan.rows.added else "area.change",
        area.id,
        None if plan.rows.added else {**before, "uses": _bare(old_uses)},
        {"code": fact.code, **after, "uses": _bare(new_uses)},
        reason=why,
    )
    return area


def keep_seats(
    session: Session,
    actor: Actor,
    area: Area,
    facts: Sequence[SeatFact],
    *,
    is_new: bool,
    why: str | None = None,
) -> int:
    """Put seats into an area (``is_new``), or tell something new of some; return how many have changed.

    All of them or none. ``why`` is told to the audit, else why they are out of use.

    Raises:
        InputError: one stands outside, in another one, its code is taken or its days are out of order.
    """
    floor = floor_in(session, area.floor_id)
    locks.hold_premises(session)
    for fact in facts:
        check_code(fact.code, "first_code")
    if is_new:
        taken = session.scalars(
            select(Seat.code).where(
                Seat.site_id == floor.site_id,
                Seat.code.in_([fact.code for fact in facts]),
                Seat.removed_on.is_(None) | (Seat.removed_on > Seat.built_on),
            )
        ).first()
        if taken is not None:
            raise InputError("premises.code_taken", code=taken, place="first_code")
    plan = plan_seats(session, facts)
    _raise_first(plan.faults.values())
    changed = {row["code"] for row in [*plan.rows.added, *plan.states.added, *plan.states.removed]}
    changed |= {change.row["code"] for change in [*plan.rows.changed, *plan.states.changed]}
    if not changed:
        return 0
    store_seats(session, plan)
    first = facts[0]
    _record(
        session,
        actor,
        "area.add_seats" if is_new else "area.change_seats",
        area.id,
        None if is_new else {**_differing(plan.rows.changed), **_differing(plan.states.changed)},
        {
            "area": area.code,
            "seats": sorted(changed),
            "built_on": first.built_on,
            "removed_on": first.removed_on,
            "state": first.state,
            "valid_from": first.state_from,
        },
        reason=why or first.reason,
    )
    return len(changed)


def set_seat_state(
    session: Session,
    actor: Actor,
    area: Area,
    seat_ids: Sequence[int],
    *,
    state: str,
    on: dt.date,
    reason: str | None = None,
) -> int:
    """Let seats be in a state from a day on; return how many have changed.

    Raises:
        InputError: a seat does not stand on that day, or a reason is missing.
    """
    facts = [
        replace(fact, state=state, reason=reason, state_from=on)
        for fact in facts_of(session, seat_ids)
    ]
    return keep_seats(session, actor, area, facts, is_new=False)


def rent(
    session: Session,
    actor: Actor,
    area: Area,
    *,
    company_id: int,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
    rent_amount: int | None = None,
    tenancy: Tenancy | None = None,
    why: str | None = None,
) -> Tenancy:
    """Let a company rent an area from a day up to, not including, another; or correct a tenancy.

    ``rent_amount`` is fen a month. A tenancy whose end is its first day never held.

    Raises:
        InputError: another company rents the area on some of these days, the area is not there on
            all of them, or the end lies before the beginning.
    """
    locks.hold_premises(session)
    span = Span(valid_from, valid_to)
    if span.end < valid_from:
        raise InputError("dated.empty", valid_from=valid_from, valid_to=valid_to, place="valid_to")
    if not Span(area.valid_from, area.valid_to).holds(span):
        raise InputError(
            "premises.rented_outside_time",
            area=area.code,
            days=Span(area.valid_from, area.valid_to).days,
            place="valid_from",
        )
    _refuse_rented(session, area, span, tenancy)
    values = {
        "company_id": company_id,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "rent_amount": rent_amount,
    }
    if tenancy is None:
        tenancy = Tenancy(area_id=area.id, **values)
        session.add(tenancy)
        session.flush()
        after = {"area": area.code, **values}
        _record(session, actor, "tenancy.create", tenancy.id, None, after, company_id=company_id)
    else:
        _correct(session, actor, "tenancy", tenancy, values, company_id=tenancy.company_id, why=why)
    return tenancy


def _refuse_rented(session: Session, area: Area, span: Span, tenancy: Tenancy | None) -> None:
    names = {
        row.company_id: row.company_name
        for row in session.execute(companies.company_facts(Scope.base()))
    }
    for row in session.execute(
        queries.tenancies(Scope.base()).where(Tenancy.area_id == area.id).order_by(None)
    ):
        is_itself = tenancy is not None and row.tenancy_id == tenancy.id
        other = Span(row.valid_from, row.valid_to)
        if not is_itself and other.meets(span):
            raise InputError(
                "premises.rented",
                area=area.code,
                company=names[row.company_id],
                days=other.days,
                place="valid_from",
            )


def _area_named(session: Session, fact: AreaFact) -> Area | None:
    return session.scalar(
        select(Area).where(Area.floor_id == fact.floor_id, Area.code == fact.code)
    )


def _found(row: _Row | None) -> _Row:
    if row is None:
        raise NotFoundError("web.not_found")
    return row


def _raise_first(faults: Iterable[DomainError]) -> None:
    for fault in faults:
        raise fault


def _differing(changed: Iterable[Any], *, after: bool = False) -> dict[str, Any]:
    """Return what differs of the first changed row: the rows of one act change alike."""
    first = next(iter(changed), None)
    if first is None:
        return {}
    return dict(first.after if after else first.before)


def _bare(uses: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    names = ("use", "valid_from", "valid_to")
    return [{name: row[name] for name in names if name in row} for row in uses]


def _correct(
    session: Session,
    actor: Actor,
    subject: str,
    row: Any,
    values: Mapping[str, Any],
    *,
    company_id: int | None = None,
    why: str | None = None,
) -> None:
    """Give a row other values; the same ones change nothing."""
    before = {name: getattr(row, name) for name in values}
    if before == values:
        return
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    _record(
        session,
        actor,
        f"{subject}.change",
        row.id,
        before,
        values,
        company_id=company_id,
        reason=why,
    )


def _record(
    session: Session,
    actor: Actor,
    action: str,
    subject_id: int,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    *,
    company_id: int | None = None,
    reason: str | None = None,
) -> None:
    audit.record(
        session,
        actor,
        action,
        action.split(".", maxsplit=1)[0],
        subject_id,
        company_id=company_id,
        before=None if before is None else dict(before),
        after=dict(after),
        reason=reason,
    )

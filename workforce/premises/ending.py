"""What is no more, and what never was: sites, floors, areas, seats, tenancies. The caller's unit of work commits.

*Closed* from a day on: earlier days stay as they were, and nothing new can be put there. *Withdrawn*: it was
entered in error and never was; refused as soon as a company has rented it or somebody has had a seat in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workforce.companies import queries as companies
from workforce.core.errors import InputError, StateError
from workforce.platform import audit, clock, locks
from workforce.platform.scope import Scope
from workforce.premises import queries, service
from workforce.premises.areas import VALUES, AreaFact
from workforce.premises.geometry import Span, refuse_empty
from workforce.premises.models import Area, AreaUse, Floor, Seat, Site, Tenancy
from workforce.premises.seats import facts_of
from workforce.premises.users import held_seats

if TYPE_CHECKING:
    from workforce.platform.audit import Actor


def withdraw_site(session: Session, actor: Actor, site: Site, reason: str) -> None:
    """Say of a site with all of its floors that it never was.

    Raises:
        InputError: something of it was rented or used, or no reason is given.
    """
    for floor in _floors(session, site):
        withdraw_floor(session, actor, floor, reason)
    _withdraw(session, actor, site, reason)


def withdraw_floor(session: Session, actor: Actor, floor: Floor, reason: str) -> None:
    """Say of a floor with all that is drawn on it that it never was.

    Raises:
        InputError: something of it was rented or used, or no reason is given.
    """
    for area in _areas(session, floor):
        withdraw_area(session, actor, area, reason)
    _withdraw(session, actor, floor, reason)


def withdraw_area(session: Session, actor: Actor, area: Area, reason: str) -> int:
    """Say of an area with its seats that it never was; return its floor's key.

    Raises:
        InputError: a company rented it, somebody had a seat in it, or no reason is given.
    """
    _need_reason(reason)
    locks.hold_premises(session)
    if session.scalar(_ever_let().where(Tenancy.area_id == area.id)) is not None:
        raise InputError("premises.was_let", code=area.code, place="is_mistake")
    seats = [row.seat_id for row in session.execute(queries.seats_of(area.id))]
    if seats:
        withdraw_seats(session, actor, area, seats, reason)
    _end_area(session, actor, area, area.valid_from, reason)
    return area.floor_id


def withdraw_seats(
    session: Session, actor: Actor, area: Area, seat_ids: Sequence[int], reason: str
) -> int:
    """Say of seats that they never were; return how many.

    Raises:
        InputError: somebody had one of them, or no reason is given.
    """
    _need_reason(reason)
    locks.hold_premises(session)
    used = {held.seat_id for held in held_seats(session, seat_ids)}
    facts = facts_of(session, seat_ids)
    if used:
        first = session.scalar(select(Seat.code).where(Seat.id.in_(used)).order_by(Seat.code))
        raise InputError("premises.seat_used", code=first, count=len(used), place="is_mistake")
    ended = [replace(fact, removed_on=fact.built_on) for fact in facts]
    return service.keep_seats(session, actor, area, ended, is_new=False, why=reason)


def remove_seats(
    session: Session,
    actor: Actor,
    area: Area,
    seat_ids: Sequence[int],
    on: dt.date,
    reason: str | None = None,
) -> int:
    """Let seats be no more from a day on; return how many.

    Raises:
        InputError: a seat was built on that day or later.
    """
    facts = facts_of(session, seat_ids)
    for fact in facts:
        refuse_empty(fact.built_on, on, "removed_on")
    ended = [replace(fact, removed_on=on) for fact in facts]
    return service.keep_seats(session, actor, area, ended, is_new=False, why=reason)


def withdraw_tenancy(session: Session, actor: Actor, tenancy: Tenancy, reason: str) -> None:
    """Say of a tenancy that it never held.

    Raises:
        InputError: somebody of the company had a seat there, or no reason is given.
    """
    _need_reason(reason)
    locks.hold_premises(session)
    area = service.area_in(session, tenancy.area_id)
    seats = [row.seat_id for row in session.execute(queries.seats_of(area.id))]
    span = Span(tenancy.valid_from, tenancy.valid_to)
    if any(
        held.company_id == tenancy.company_id and held.span.meets(span)
        for held in held_seats(session, seats)
    ):
        raise InputError("premises.tenancy_used", code=area.code, place="reason")
    service.rent(
        session,
        actor,
        area,
        company_id=tenancy.company_id,
        valid_from=tenancy.valid_from,
        valid_to=tenancy.valid_from,
        rent_amount=tenancy.rent_amount,
        tenancy=tenancy,
        why=reason,
    )


def close_site(session: Session, actor: Actor, site: Site, on: dt.date, reason: str) -> None:
    """Let nothing be at a site from a day on: its floors are closed as well.

    Raises:
        InputError: something of it is rented or begins later, or no reason is given.
    """
    for floor in _floors(session, site):
        if floor.closed_on is None or floor.closed_on > on:
            close_floor(session, actor, floor, on, reason)
    _close(session, actor, site, on, reason)


def close_floor(session: Session, actor: Actor, floor: Floor, on: dt.date, reason: str) -> None:
    """Let nothing be on a floor from a day on: its areas and seats end that day.

    Raises:
        InputError: an area of it is rented on that day or later, an area or a seat begins then, or no
            reason is given.
    """
    _need_reason(reason)
    locks.hold_premises(session)
    areas = _areas(session, floor)
    _refuse_let_after(session, areas, on)
    for area in areas:
        if area.valid_from >= on:
            raise InputError(
                "premises.begins_later", code=area.code, on=area.valid_from, place="closed_on"
            )
        seats = session.scalars(_stand_on(on).where(Seat.area_id == area.id)).all()
        late = next((seat for seat in seats if seat.built_on >= on), None)
        if late is not None:
            raise InputError(
                "premises.begins_later", code=late.code, on=late.built_on, place="closed_on"
            )
        if seats:
            remove_seats(session, actor, area, [seat.id for seat in seats], on, reason)
        if area.valid_to is None or area.valid_to > on:
            _end_area(session, actor, area, on, reason)
    _close(session, actor, floor, on, reason)


def reopen_site(session: Session, actor: Actor, site: Site, reason: str) -> None:
    """Take the closing of a site back, with that of the floors that were closed the same day.

    Raises:
        StateError: it is not closed.
        InputError: no reason is given.
    """
    on = _closed(site)
    _reopen(session, actor, site, reason)
    for floor in _floors(session, site):
        if floor.closed_on == on:
            reopen_floor(session, actor, floor, reason)


def reopen_floor(session: Session, actor: Actor, floor: Floor, reason: str) -> None:
    """Take the closing of a floor back: the areas and seats that end that day go on.

    Raises:
        StateError: it is not closed, or its site is.
        InputError: no reason is given.
    """
    on = _closed(floor)
    site = service.site_in(session, floor.site_id)
    if site.closed_on is not None:
        raise StateError("premises.site_closed", code=site.code, on=site.closed_on)
    locks.hold_premises(session)
    _reopen(session, actor, floor, reason)
    for area in _areas(session, floor):
        if area.valid_to == on:
            _end_area(session, actor, area, None, reason)
        seats = session.scalars(
            select(Seat.id).where(Seat.area_id == area.id, Seat.removed_on == on)
        ).all()
        facts = [replace(fact, removed_on=None) for fact in facts_of(session, seats)]
        if facts:
            service.keep_seats(session, actor, area, facts, is_new=False, why=reason)


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise InputError("premises.why", place="reason")


def _floors(session: Session, site: Site) -> Sequence[Floor]:
    chosen = select(Floor).where(Floor.site_id == site.id, Floor.withdrawn_on.is_(None))
    return session.scalars(chosen.order_by(Floor.code)).all()


def _areas(session: Session, floor: Floor) -> Sequence[Area]:
    """Return the areas that a floor has or had, without those that never were."""
    chosen = select(Area).where(
        Area.floor_id == floor.id,
        or_(Area.valid_to.is_(None), Area.valid_to > Area.valid_from),
    )
    return session.scalars(chosen.order_by(Area.code)).all()


def _stand_on(on: dt.date) -> Any:
    """Choose the seats that stand on a day or will stand later."""
    return (
        select(Seat)
        .where(
            or_(Seat.removed_on.is_(None), Seat.removed_on > on),
            or_(Seat.removed_on.is_(None), Seat.removed_on > Seat.built_on),
        )
        .order_by(Seat.code)
    )


def _ever_let() -> Any:
    return select(Tenancy.id).where(
        or_(Tenancy.valid_to.is_(None), Tenancy.valid_to > Tenancy.valid_from)
    )


def _refuse_let_after(session: Session, areas: Iterable[Area], on: dt.date) -> None:
    here: Collection[int] = {area.id for area in areas}
    for row in session.execute(queries.tenancies(Scope.base(), on)):
        if row.area_id in here:
            names = {
                one.company_id: one.company_name
                for one in session.execute(companies.company_facts(Scope.base()))
            }
            raise InputError(
                "premises.still_let",
                code=row.area_code,
                company=names[row.company_id],
                days=Span(row.valid_from, row.valid_to).days,
                place="closed_on",
            )


def _end_area(
    session: Session, actor: Actor, area: Area, valid_to: dt.date | None, reason: str
) -> None:
    values = {name: getattr(area, name) for name in VALUES}
    uses = select(AreaUse.use).where(AreaUse.area_id == area.id)
    newest = session.scalars(uses.order_by(AreaUse.valid_from.desc())).first()
    fact = AreaFact(
        floor_id=area.floor_id,
        code=area.code,
        use=newest or "",
        **{**values, "valid_to": valid_to},
    )
    service.keep_area(session, actor, fact, is_new=False, why=reason)
    session.refresh(area)


def _withdraw(session: Session, actor: Actor, place: Site | Floor, reason: str) -> None:
    _need_reason(reason)
    if place.withdrawn_on is not None:
        return
    place.withdrawn_on = clock.today()
    _record(session, actor, "withdraw", place, {"withdrawn_on": None}, reason)


def _close(session: Session, actor: Actor, place: Site | Floor, on: dt.date, reason: str) -> None:
    _need_reason(reason)
    before = {"closed_on": place.closed_on}
    place.closed_on = on
    _record(session, actor, "close", place, before, reason)


def _closed(place: Site | Floor) -> dt.date:
    if place.closed_on is None:
        raise StateError("premises.not_closed", code=place.code)
    return place.closed_on


def _reopen(session: Session, actor: Actor, place: Site | Floor, reason: str) -> None:
    _need_reason(reason)
    before = {"closed_on": place.closed_on}
    place.closed_on = None
    _record(session, actor, "reopen", place, before, reason)


def _record(
    session: Session,
    actor: Actor,
    verb: str,
    place: Site | Floor,
    before: dict[str, dt.date | None],
    reason: str,
) -> None:
    session.flush()
    subject = place.__tablename__
    after = {name: getattr(place, name) for name in before}
    audit.record(
        session, actor, f"{subject}.{verb}", subject, place.id, before=before, after=after,
        reason=reason,
    )  # fmt: skip

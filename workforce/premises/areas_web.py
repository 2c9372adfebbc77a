"""An area on a page: what it is for, its seats, and who has rented it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import url_for

from workforce.companies import queries as companies
from workforce.core.errors import InputError, NotFoundError
from workforce.core.permissions import Permission
from workforce.platform.db import db
from workforce.platform.forms import asked_day
from workforce.platform.scope import ScopeKind
from workforce.platform.web import actor
from workforce.premises import ending, queries, service
from workforce.premises.areas import AreaFact
from workforce.premises.forms import (
    AreaForm,
    ReasonForm,
    SeatRemovalForm,
    SeatRowForm,
    SeatStateForm,
    TenancyForm,
)
from workforce.premises.geometry import refuse_backward, refuse_empty
from workforce.premises.routes import ROUTES, act, shown
from workforce.premises.seats import SeatFact

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope
    from workforce.premises.forms import SeatsForm
    from workforce.premises.models import Area

_READ: Final = Permission.PREMISES_READ
_KEEP: Final = Permission.PREMISES_KEEP
_NUMBERED: Final = re.compile(r"(.*?)([0-9]{1,9})")


@dataclass(slots=True)
class _Forms:
    """The forms of the page; one that was sent and refused stands in its place."""

    area: AreaForm | None = None
    seats: SeatRowForm | None = None
    state: SeatStateForm | None = None
    removal: SeatRemovalForm | None = None
    tenancy: TenancyForm | None = None
    withdrawal: ReasonForm | None = None


@ROUTES.page("/premises/areas/<int:area_id>", permission=_READ)
def area(scope: Scope, area_id: int) -> ResponseReturnValue:
    """Show an area with its seats on a day (``?on=``) and its tenants."""
    return _page(scope, _area_in_reach(scope, area_id), _Forms())


def _area_in_reach(scope: Scope, area_id: int) -> Area:
    """Return an area of the base, or one that the company rents, rented or will rent."""
    session = db.session()
    found = service.area_in(session, area_id)
    if scope.kind is not ScopeKind.BASE:
        rented = session.execute(queries.tenancies(scope))
        if all(row.area_id != area_id for row in rented):
            raise NotFoundError("web.not_found")
    return found


def _page(scope: Scope, mine: Area, forms: _Forms) -> str:
    session, on = db.session(), asked_day()
    uses = [
        row
        for row in session.execute(queries.use_spans(mine.valid_from, type(on).max))
        if row.area_id == mine.id
    ]
    seats = [row for row in session.execute(queries.seats_on(scope, on)) if row.area_id == mine.id]
    is_kept = scope.kind is ScopeKind.BASE
    all_seats = session.execute(queries.seats_of(mine.id)).all() if is_kept else []
    if is_kept:
        _fill(session, scope, forms, mine, uses, all_seats, on)
    floor = service.floor_in(session, mine.floor_id)
    return shown(
        "area",
        area=mine,
        floor=floor,
        site=service.site_in(session, floor.site_id),
        held=uses,
        seats=seats,
        all_seats=all_seats,
        tenancies=[
            row for row in session.execute(queries.tenancies(scope)) if row.area_id == mine.id
        ],
        names={
            row.company_id: row.company_name
            for row in session.execute(companies.company_facts(scope))
        },
        forms=forms,
        on=on,
    )


def _fill(
    session: Session,
    scope: Scope,
    forms: _Forms,
    mine: Area,
    uses: Sequence[Any],
    seats: Sequence[Any],
    on: dt.date,
) -> None:
    """Make the forms that were not sent."""
    forms.area = forms.area or AreaForm(
        prefix="area-",
        formdata=None,
        data={
            **{
                name: getattr(mine, name)
                for name in ("code", "name", "area", "x", "y", "width", "height")
            },
            "valid_from": mine.valid_from,
            "valid_to": mine.valid_to,
            "use": uses[-1].use if uses else None,
        },
    )
    forms.seats = forms.seats or SeatRowForm(prefix="row-", formdata=None, data={"built_on": on})
    forms.state = forms.state or SeatStateForm(
        prefix="state-", formdata=None, data={"state_from": on}
    )
    forms.removal = forms.removal or SeatRemovalForm(prefix="removal-", formdata=None)
    forms.withdrawal = forms.withdrawal or ReasonForm(prefix="withdrawal-", formdata=None)
    forms.tenancy = forms.tenancy or TenancyForm(
        prefix="tenancy-", formdata=None, data={"valid_from": on}
    )
    offered = [(row.seat_id, row.code) for row in seats]
    for form in (forms.state, forms.removal):
        form.offer(offered)
        if form.last.data is None and offered:
            form.first.data, form.last.data = offered[0][0], offered[-1][0]
    forms.tenancy.offer(
        (row.company_id, f"{row.company_name}（{row.company_code}）")
        for row in session.execute(companies.company_facts(scope).order_by("company_code"))
    )


def _sent(
    scope: Scope, area_id: int, forms: _Forms, form: Any, work: Callable[[Session, Area], object]
) -> ResponseReturnValue:
    """Do what one of the page's forms says about an area."""
    mine = _area_in_reach(scope, area_id)
    return act(
        form,
        lambda session: work(session, service.area_in(session, area_id)),
        lambda: _page(scope, mine, forms),
        url_for("premises.area", area_id=area_id),
    )


@ROUTES.action("/premises/areas/<int:area_id>/change", permission=_KEEP)
def change_area(scope: Scope, area_id: int) -> ResponseReturnValue:
    """Correct an area, let its use change, or end it."""
    form = AreaForm(prefix="area-")

    def work(session: Session, mine: Area) -> None:
        refuse_empty(form.valid_from.data, form.valid_to.data, "valid_to")
        typed = form.values()
        if typed["code"] != mine.code:
            raise InputError("premises.code_stays", code=mine.code, place="code")
        fact = AreaFact(floor_id=mine.floor_id, **typed)
        service.keep_area(session, actor(), fact, is_new=False)

    return _sent(scope, area_id, _Forms(area=form), form, work)


@ROUTES.action("/premises/areas/<int:area_id>/seats", permission=_KEEP)
def add_seats(scope: Scope, area_id: int) -> ResponseReturnValue:
    """Put a row of seats into an area."""
    form = SeatRowForm(prefix="row-")

    def work(session: Session, mine: Area) -> None:
        site_id = service.floor_in(session, mine.floor_id).site_id
        service.keep_seats(session, actor(), mine, _row(form, mine, site_id), is_new=True)

    return _sent(scope, area_id, _Forms(seats=form), form, work)


def _row(form: SeatRowForm, mine: Area, site_id: int) -> list[SeatFact]:
    """Return the seats of a row, numbered on from the first one's code."""
    codes = numbered(form.first_code.data or "", form.count.data or 1)
    dx, dy = (form.gap.data, 0) if form.way.data == "right" else (0, form.gap.data)
    return [
        SeatFact(
            site_id=site_id,
            area_id=mine.id,
            code=code,
            x=form.x.data + number * dx,
            y=form.y.data + number * dy,
            built_on=form.built_on.data,
            state=form.state.data,
            reason=form.reason.data or None,
        )
        for number, code in enumerate(codes)
    ]


def numbered(first: str, count: int) -> list[str]:
    """Return codes numbered on from the first: ``A-009``, 2 → ``A-009``, ``A-010``.

    Raises:
        InputError: the first does not end with a number, or the number has too few digits.
    """
    parts = _NUMBERED.fullmatch(first)
    if count == 1:
        return [first]
    if parts is None or len(str(int(parts[2]) + count - 1)) > len(parts[2]):
        raise InputError("premises.seat_numbers", code=first, count=count, place="first_code")
    head, digits = parts[1], parts[2]
    return [f"{head}{int(digits) + number:0{len(digits)}d}" for number in range(count)]


@ROUTES.action("/premises/areas/<int:area_id>/seats/state", permission=_KEEP)
def set_state(scope: Scope, area_id: int) -> ResponseReturnValue:
    """Let some seats of an area be in a state from a day on."""
    form = SeatStateForm(prefix="state-")
    form.offer(_offered(area_id))

    def work(session: Session, mine: Area) -> None:
        service.set_seat_state(
            session,
            actor(),
            mine,
            _chosen(session, mine, form),
            state=form.state.data,
            on=form.state_from.data,
            reason=form.reason.data or None,
        )

    return _sent(scope, area_id, _Forms(state=form), form, work)


@ROUTES.action("/premises/areas/<int:area_id>/seats/remove", permission=_KEEP)
def remove(scope: Scope, area_id: int) -> ResponseReturnValue:
    """Let some seats of an area be no more, or say that they never were."""
    form = SeatRemovalForm(prefix="removal-")
    form.offer(_offered(area_id))

    def work(session: Session, mine: Area) -> None:
        if form.removed_on.data is None and not form.is_mistake.data:
            raise InputError("premises.no_day", place="removed_on")
        seats, reason = _chosen(session, mine, form), form.reason.data or ""
        if form.is_mistake.data:
            ending.withdraw_seats(session, actor(), mine, seats, reason)
        else:
            ending.remove_seats(session, actor(), mine, seats, form.removed_on.data, reason or None)

    return _sent(scope, area_id, _Forms(removal=form), form, work)


def _offered(area_id: int) -> list[tuple[int, str]]:
    rows = db.session().execute(queries.seats_of(area_id))
    return [(row.seat_id, row.code) for row in rows]


def _chosen(session: Session, mine: Area, form: SeatsForm) -> list[int]:
    """Return the seats from the first to the last that were chosen, in the order of their codes."""
    rows = session.execute(queries.seats_of(mine.id)).all()
    ids = [row.seat_id for row in rows]
    start, end = ids.index(form.first.data), ids.index(form.last.data)
    if end < start:
        first, last = rows[start].code, rows[end].code
        raise InputError("premises.seat_order", first=first, last=last, place="last")
    return ids[start : end + 1]


@ROUTES.action("/premises/areas/<int:area_id>/tenancies", permission=_KEEP)
def let(scope: Scope, area_id: int) -> ResponseReturnValue:
    """Let a company rent an area."""
    form = TenancyForm(prefix="tenancy-")
    form.offer(
        (row.company_id, row.company_name)
        for row in db.session().execute(companies.company_facts(scope).order_by("company_code"))
    )

    def work(session: Session, mine: Area) -> None:
        typed = form.values()
        refuse_backward(form.valid_from.data, form.last_on.data, "last_on")
        service.rent(session, actor(), mine, **typed)

    return _sent(scope, area_id, _Forms(tenancy=form), form, work)


@ROUTES.action("/premises/areas/<int:area_id>/withdraw", permission=_KEEP)
def withdraw_area(scope: Scope, area_id: int) -> ResponseReturnValue:
    """Say of an area with its seats that it was drawn in error: it never was."""
    form = ReasonForm(prefix="withdrawal-")

    def work(session: Session, mine: Area) -> None:
        ending.withdraw_area(session, actor(), mine, form.reason.data or "")

    return _sent(scope, area_id, _Forms(withdrawal=form), form, work)

"""The base's rooms on pages: all of them for its administrator, what it rents for a company."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from flask import request, url_for
from flask_wtf import FlaskForm

from workforce.companies import queries as companies
from workforce.core.errors import InputError, NotFoundError
from workforce.core.permissions import Permission
from workforce.core.terms import terms_of
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.forms import asked_day
from workforce.platform.i18n import in_current
from workforce.platform.scope import ScopeKind
from workforce.platform.web import actor
from workforce.premises import areas_web, ending, overview, queries, service
from workforce.premises.areas import AreaFact
from workforce.premises.forms import (
    AreaForm,
    EndForm,
    FloorForm,
    ReasonForm,
    SiteForm,
    TenancyForm,
    floor_data,
    floor_values,
)
from workforce.premises.geometry import refuse_backward
from workforce.premises.plan import Colours, floor_plan
from workforce.premises.routes import ROUTES, act, shown

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope
    from workforce.premises.models import Area, Floor, Site, Tenancy

__all__ = ["ROUTES", "areas_web"]

_READ: Final = Permission.PREMISES_READ
_KEEP: Final = Permission.PREMISES_KEEP
_DAY: Final = dt.timedelta(days=1)


@ROUTES.page("/premises", permission=_READ)
def listing(scope: Scope) -> ResponseReturnValue:
    """Show the floors with what is on them and who rents what: of the base, or of the own company."""
    return _listing(scope)


def _listing(
    scope: Scope,
    site_form: SiteForm | None = None,
    floor_form: FloorForm | None = None,
    end_form: ReasonForm | None = None,
    at: int | None = None,
) -> str:
    session, today = db.session(), clock.today()
    tenancies = overview.rented(session, scope, today)
    if scope.kind is not ScopeKind.BASE:
        return shown("own", tenancies=tenancies)
    day = overview.day_of(session, today)
    sites = session.scalars(queries.sites()).all()
    return shown(
        "listing",
        tenancies=tenancies,
        use_columns=[
            {"label": in_current(words), "unit": "m²", "kind": "number"}
            for words in terms_of("area_use").values()
        ],
        sites=sites,
        floors=overview.floor_sums(day),
        alerts=overview.alerts(day, tenancies),
        site_form=site_form if at is None and site_form else SiteForm(formdata=None),
        site_forms={
            site.id: site_form
            if site_form is not None and site.id == at
            else _site_form(site, is_sent=False)
            for site in sites
        },
        floor_forms={
            site.id: floor_form
            if floor_form is not None and site.id == at
            else FloorForm(prefix=f"floor{site.id}-", formdata=None)
            for site in sites
        },
        end_forms={
            site.id: end_form if end_form is not None and site.id == at else _end_form(site)
            for site in sites
        },
        closed=[
            row
            for row in session.execute(queries.floors())
            if row.closed_on is not None and row.closed_on <= today
        ],
        wrong=next((form for form in (site_form, floor_form, end_form) if form is not None), None),
    )


def _end_form(place: Site | Floor, *, is_sent: bool = False) -> ReasonForm:
    """Return the form by which a site or floor ends, or by which one that is closed is there again."""
    kind = EndForm if place.closed_on is None else ReasonForm
    more: dict[str, Any] = {} if is_sent else {"formdata": None}
    return kind(prefix=f"end{place.id}-", **more)


def _site_form(site: Any, *, is_sent: bool) -> SiteForm:
    data = {"code": site.code, "name": site.name, "address": site.address}
    more: dict[str, Any] = {} if is_sent else {"formdata": None}
    return SiteForm(prefix=f"site{site.id}-", data=data, **more)


@ROUTES.action("/premises/sites", permission=_KEEP)
def add_site(scope: Scope) -> ResponseReturnValue:
    """Enter a site."""
    form = SiteForm()
    return act(
        form,
        lambda session: service.keep_site(session, actor(), **_typed(form)),
        lambda: _listing(scope, site_form=form),
        url_for("premises.listing"),
    )


@ROUTES.action("/premises/sites/<int:site_id>/change", permission=_KEEP)
def change_site(scope: Scope, site_id: int) -> ResponseReturnValue:
    """Correct a site."""
    form = _site_form(service.site_in(db.session(), site_id), is_sent=True)

    def work(session: Session) -> None:
        site = service.site_in(session, site_id)
        service.keep_site(session, actor(), **_typed(form), site=site)

    return act(
        form,
        work,
        lambda: _listing(scope, site_form=form, at=site_id),
        url_for("premises.listing"),
    )


@ROUTES.action("/premises/sites/<int:site_id>/floors", permission=_KEEP)
def add_floor(scope: Scope, site_id: int) -> ResponseReturnValue:
    """Enter a floor of a site."""
    service.site_in(db.session(), site_id)
    form = FloorForm(prefix=f"floor{site_id}-")

    def work(session: Session) -> None:
        site = service.site_in(session, site_id)
        service.keep_floor(session, actor(), site, **floor_values(form))

    return act(
        form,
        work,
        lambda: _listing(scope, floor_form=form, at=site_id),
        url_for("premises.listing"),
    )


@ROUTES.action("/premises/sites/<int:site_id>/end", permission=_KEEP)
def end_site(scope: Scope, site_id: int) -> ResponseReturnValue:
    """Close a site from a day on, say that it never was, or take its closing back."""
    form = _end_form(service.site_in(db.session(), site_id), is_sent=True)

    def work(session: Session) -> None:
        site, reason = service.site_in(session, site_id), form.reason.data or ""
        if not isinstance(form, EndForm):
            ending.reopen_site(session, actor(), site, reason)
        elif form.is_mistake.data:
            ending.withdraw_site(session, actor(), site, reason)
        else:
            ending.close_site(session, actor(), site, _closing_day(form), reason)

    return act(
        form,
        work,
        lambda: _listing(scope, end_form=form, at=site_id),
        url_for("premises.listing"),
    )


@ROUTES.action("/premises/floors/<int:floor_id>/end", permission=_KEEP)
def end_floor(scope: Scope, floor_id: int) -> ResponseReturnValue:
    """Close a floor from a day on, say that it never was, or take its closing back."""
    drawn = _floor_in_reach(scope, floor_id)
    form = _end_form(drawn, is_sent=True)

    def work(session: Session) -> None:
        mine, reason = service.floor_in(session, floor_id), form.reason.data or ""
        if not isinstance(form, EndForm):
            ending.reopen_floor(session, actor(), mine, reason)
        elif form.is_mistake.data:
            ending.withdraw_floor(session, actor(), mine, reason)
        else:
            ending.close_floor(session, actor(), mine, _closing_day(form), reason)

    return act(
        form,
        work,
        lambda: _floor(scope, service.floor_in(db.session(), floor_id), end_form=form),
        url_for("premises.floor", floor_id=floor_id),
    )


def _closing_day(form: EndForm) -> dt.date:
    day: dt.date | None = form.closed_on.data
    if day is None:
        raise InputError("premises.no_closing_day", place="closed_on")
    return day


def _typed(form: FlaskForm) -> dict[str, Any]:
    return {name: value for name, value in form.data.items() if name != "csrf_token"}


@ROUTES.page("/premises/floors/<int:floor_id>", permission=_READ)
def floor(scope: Scope, floor_id: int) -> ResponseReturnValue:
    """Draw a floor on a day (``?on=``), its rooms told apart by use or by tenant (``?by=``)."""
    return _floor(scope, _floor_in_reach(scope, floor_id))


def _floor_in_reach(scope: Scope, floor_id: int) -> Floor:
    """Return a floor of the base, or one where the company rents, rented or will rent something."""
    session = db.session()
    found = service.floor_in(session, floor_id)
    if scope.kind is not ScopeKind.BASE:
        rented = session.execute(queries.tenancies(scope))
        if all(row.floor_id != floor_id for row in rented):
            raise NotFoundError("web.not_found")
    return found


def _floor(
    scope: Scope,
    drawn: Floor,
    floor_form: FloorForm | None = None,
    area_form: AreaForm | None = None,
    end_form: ReasonForm | None = None,
) -> str:
    session, on = db.session(), asked_day()
    by = request.args.get("by", "")
    colours = Colours(by) if by in set(Colours) else Colours.USE
    plan = floor_plan(session, scope, drawn, on, colours)
    counts: dict[int, dict[str, int]] = {}
    for row in session.execute(queries.seat_counts_on(scope, on)):
        counts.setdefault(row.area_id, {})[row.state] = row.seats
    if floor_form is None:
        floor_form = FloorForm(prefix="floor-", formdata=None, data=floor_data(drawn))
    if area_form is None:
        area_form = AreaForm(prefix="area-", formdata=None, data={"valid_from": on})
    return shown(
        "floor",
        floor=drawn,
        site=service.site_in(session, drawn.site_id),
        plan=plan,
        on=on,
        colours=colours,
        ways=list(Colours),
        counts=counts,
        floor_form=floor_form,
        area_form=area_form,
        end_form=end_form or _end_form(drawn),
    )


@ROUTES.action("/premises/floors/<int:floor_id>/change", permission=_KEEP)
def change_floor(scope: Scope, floor_id: int) -> ResponseReturnValue:
    """Correct a floor."""
    drawn = _floor_in_reach(scope, floor_id)
    form = FloorForm(prefix="floor-")

    def work(session: Session) -> None:
        mine = service.floor_in(session, floor_id)
        site = service.site_in(session, mine.site_id)
        service.keep_floor(session, actor(), site, **floor_values(form), floor=mine)

    return act(
        form,
        work,
        lambda: _floor(scope, drawn, floor_form=form),
        url_for("premises.floor", floor_id=floor_id),
    )


@ROUTES.action("/premises/floors/<int:floor_id>/areas", permission=_KEEP)
def add_area(scope: Scope, floor_id: int) -> ResponseReturnValue:
    """Draw an area on a floor."""
    drawn = _floor_in_reach(scope, floor_id)
    form = AreaForm(prefix="area-")

    def work(session: Session) -> None:
        fact = AreaFact(floor_id=floor_id, **form.values())
        service.keep_area(session, actor(), fact, is_new=True)

    return act(
        form,
        work,
        lambda: _floor(scope, drawn, area_form=form),
        url_for("premises.floor", floor_id=floor_id),
    )


@ROUTES.form("/premises/tenancies/<int:tenancy_id>", permission=_KEEP)
def tenancy(scope: Scope, tenancy_id: int) -> ResponseReturnValue:
    """Show a tenancy, and correct or end it."""
    session = db.session()
    kept = service.tenancy_in(session, tenancy_id)
    area = service.area_in(session, kept.area_id)
    form = _tenancy_form(session, scope, kept)

    def show() -> str:
        return _tenancy_page(kept, area, form, ReasonForm(prefix="withdrawal-", formdata=None))

    if request.method != "POST":
        return show()

    def work(writing: Session) -> None:
        refuse_backward(form.valid_from.data, form.last_on.data, "last_on")
        mine = service.tenancy_in(writing, tenancy_id)
        rented = service.area_in(writing, mine.area_id)
        service.rent(writing, actor(), rented, **form.values(), tenancy=mine)

    return act(form, work, show, url_for("premises.area", area_id=area.id))


def _tenancy_page(kept: Tenancy, area: Area, form: TenancyForm, withdrawal: ReasonForm) -> str:
    return shown(
        "tenancy",
        tenancy=kept,
        area=area,
        form=form,
        withdrawal=withdrawal,
        is_withdrawn=kept.valid_to is not None and kept.valid_to <= kept.valid_from,
    )


@ROUTES.action("/premises/tenancies/<int:tenancy_id>/withdraw", permission=_KEEP)
def withdraw_tenancy(scope: Scope, tenancy_id: int) -> ResponseReturnValue:
    """Say of a tenancy that it was entered in error: it never held."""
    kept = service.tenancy_in(db.session(), tenancy_id)
    area, withdrawal = service.area_in(db.session(), kept.area_id), ReasonForm(prefix="withdrawal-")

    def work(session: Session) -> None:
        mine = service.tenancy_in(session, tenancy_id)
        ending.withdraw_tenancy(session, actor(), mine, withdrawal.reason.data or "")

    def show() -> str:
        session = db.session()
        kept = service.tenancy_in(session, tenancy_id)
        form = _tenancy_form(session, scope, kept, is_sent=False)
        return _tenancy_page(kept, service.area_in(session, kept.area_id), form, withdrawal)

    return act(withdrawal, work, show, url_for("premises.area", area_id=area.id))


def _tenancy_form(
    session: Session, scope: Scope, kept: Tenancy, *, is_sent: bool = True
) -> TenancyForm:
    more: dict[str, Any] = {} if is_sent else {"formdata": None}
    form = TenancyForm(
        data={
            "company": kept.company_id,
            "valid_from": kept.valid_from,
            "last_on": None if kept.valid_to is None else kept.valid_to - _DAY,
            "rent": kept.rent_amount,
        },
        **more,
    )
    form.offer(companies_offered(session, scope))
    return form


def companies_offered(session: Session, scope: Scope) -> list[tuple[int, str]]:
    """Return the companies that may rent: key and name."""
    return [
        (row.company_id, f"{row.company_name}（{row.company_code}）")
        for row in session.execute(companies.company_facts(scope).order_by("company_code"))
    ]

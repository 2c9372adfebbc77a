"""Who sits where, by shift; giving a team its seats; how full seats are; the own seat."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import SelectField, StringField
from wtforms.validators import Length, Optional

from workforce.companies import queries as companies
from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.core.permissions import Permission
from workforce.people import queries as people
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import DayField, Needed, asked_day, place_fault, stripped
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope, ScopeKind
from workforce.platform.web import SliceRoutes, actor, key_of
from workforce.premises import queries as premises
from workforce.premises.geometry import refuse_backward
from workforce.premises.plan import Colours, FloorPlan, SeatKind, SeatMark, floor_plan
from workforce.premises.service import floor_in
from workforce.seating import own, rows
from workforce.seating.day import SeatingDay, read_day
from workforce.seating.figures import WORKING_HOURS, Figures, read_week
from workforce.seating.service import (
    SeatFact,
    end_assignment,
    end_team,
    plan_seats,
    reach_day,
    store_seats,
)

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

ROUTES = SliceRoutes("seating", __name__)

_DAY: Final = dt.timedelta(days=1)
_WEEK: Final = 7
_LEVELS: Final = 5
_PLACES: Final = {"seat": "first", "valid_to": "last_on"}
"""Fields of `RowForm` by what of a fact is wrong."""


class TeamEndForm(FlaskForm):  # type: ignore[misc]
    """A team leaves its seats of a kind of shift; the address says which kind."""

    team = SelectField(_("班组"), coerce=int)
    valid_to = DayField(_("从哪天起不用"), validators=[Needed(_("请选择日期"))])

    @classmethod
    def made(cls, session: Session, scope: Scope, **given: Any) -> TeamEndForm:
        """Return the form with the teams in reach."""
        form = cls(prefix="team-", **given)
        form.team.choices = [
            (team.id, team.name) for team in session.scalars(companies.teams(scope))
        ]
        return form


class EndForm(FlaskForm):  # type: ignore[misc]
    """The first day without the seat."""

    valid_to = DayField(_("从哪天起不用这个工位"), validators=[Needed(_("请选择日期"))])


class RowForm(FlaskForm):  # type: ignore[misc]
    """Who is to sit from which seat on: a team in order, or one person."""

    team = SelectField(_("班组"), coerce=int)
    who = StringField(_("或一个人的工号"), filters=[stripped], validators=[Length(max=40)])
    shift = SelectField(_("班次类型"))
    first = StringField(
        _("从哪个工位开始"), filters=[stripped], validators=[Optional(), Length(max=80)]
    )
    valid_from = DayField(_("从哪天起"), validators=[Needed(_("请选择日期"))])
    last_on = DayField(_("最后一天（长期不填）"), validators=[Optional()])

    @property
    def until(self) -> dt.date | None:
        """The first day without the seat; None: until further notice."""
        last_on: dt.date | None = self.last_on.data
        return None if last_on is None else last_on + _DAY


@ROUTES.page("/seats", permission=Permission.SEAT_ASSIGN)
def plan(scope: Scope) -> ResponseReturnValue:
    """Show who sits where in a kind of shift on a day (``?on= &shift= &floor=``)."""
    return _plan_page(scope)


def _plan_page(
    scope: Scope,
    end_form: EndForm | None = None,
    ending: int = 0,
    team_form: TeamEndForm | None = None,
) -> str:
    session, on, unknown = db.session(), asked_day(), None
    try:
        day = read_day(session, scope, on, request.args.get("shift", ""))
    except InputError as error:
        # Another day has other kinds of shift: the page shows the first of them, and says so.
        unknown, day = error.message(current_locale()), read_day(session, scope, on)
    floors = _floors(session, day)
    asked = request.args.get("floor", "")
    floor_id = key_of(asked) if asked else next(iter(floors), None)
    if floor_id is not None and floor_id not in floors:
        raise NotFoundError("web.not_found")
    return render_template(
        "seating/plan.html",
        day=day,
        floors=floors,
        floor_id=floor_id,
        plan=None if floor_id is None else _drawn(session, day, floor_id, scope),
        seats=[seat for seat in day.seats if seat.floor_id == floor_id],
        unknown=unknown,
        end_form=end_form,
        ending=ending,
        team_form=team_form
        or TeamEndForm.made(session, scope, formdata=None, data={"valid_to": clock.today() + _DAY}),
        new_end_form=lambda key: EndForm(
            prefix=f"end-{key}-", formdata=None, data={"valid_to": clock.today() + _DAY}
        ),
    )


def _floors(session: Session, day: SeatingDay) -> dict[int, str]:
    own_floors = {seat.floor_id for seat in day.seats}
    return {
        row.floor_id: f"{row.site_name} {row.floor_name}"
        for row in session.execute(premises.floors())
        if row.floor_id in own_floors
    }


def _drawn(session: Session, day: SeatingDay, floor_id: int, scope: Scope) -> FloorPlan:
    marks = {}
    for seat in day.seats:
        if seat.is_usable:
            who = "、".join(
                f"{sitter.who or gettext('其他班组的人')}（{sitter.shift_name}）"
                for sitter in seat.sitters
            )
            kind = SeatKind.TAKEN if seat.sitters else SeatKind.FREE
            marks[seat.seat_id] = SeatMark(kind, who or gettext("空着"))
    floor = floor_in(session, floor_id)
    return floor_plan(session, scope.whole_company(), floor, day.on, Colours.TENANCY, marks=marks)


@ROUTES.action("/seats/assignments/<int:seat_assignment_id>/end", permission=Permission.SEAT_ASSIGN)
def end(scope: Scope, seat_assignment_id: int) -> ResponseReturnValue:
    """Let an assignment end."""
    form = EndForm(prefix=f"end-{seat_assignment_id}-")
    if form.validate():
        try:
            with unit_of_work() as session:
                end_assignment(session, scope, actor(), seat_assignment_id, form.data["valid_to"])
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error)
        else:
            flash(gettext("已保存"), "success")
            return redirect(url_for("seating.plan", **_kept("on", "shift", "floor")))
    elif not rows.is_reached(db.session(), scope, seat_assignment_id):
        raise NotFoundError("web.not_found")
    return _plan_page(scope, form, seat_assignment_id), HTTPStatus.UNPROCESSABLE_ENTITY


@ROUTES.action("/seats/end-team", permission=Permission.SEAT_ASSIGN)
def leave(scope: Scope) -> ResponseReturnValue:
    """Let a team leave its seats of a kind of shift (``?shift=``)."""
    shift = request.args.get("shift", "")
    form = TeamEndForm.made(db.session(), scope)
    if form.validate():
        on = form.valid_to.data
        try:
            with unit_of_work() as session:
                count = end_team(session, scope, actor(), form.team.data, shift, on)
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error)
        else:
            flash(
                gettext(
                    "已结束 %(count)s 人的工位。现在可以给他们安排别的班次，空出来的给别人。",
                    count=count,
                ),
                "success",
            )
            kept = {**_kept("shift", "floor"), "on": on.isoformat()}
            return redirect(url_for("seating.plan", **kept))
    return _plan_page(scope, team_form=form), HTTPStatus.UNPROCESSABLE_ENTITY


@ROUTES.form("/seats/assign", permission=Permission.SEAT_ASSIGN)
def assign(scope: Scope) -> ResponseReturnValue:
    """Choose who sits from which seat on, look at who gets which, and store exactly that."""
    session = db.session()
    form = _row_form(session, scope)
    if request.method == "POST":
        return _store(scope, form)
    proposal, status = None, HTTPStatus.OK
    if "valid_from" in request.args:
        if form.validate():
            try:
                proposal = _proposal(session, scope, form)
            except DomainError as error:
                place_fault(form, error, _PLACES.get(error.place or ""))
        status = HTTPStatus.OK if proposal else HTTPStatus.UNPROCESSABLE_ENTITY
    return render_template("seating/assign.html", form=form, proposal=proposal), status


def _row_form(session: Session, scope: Scope) -> RowForm:
    """Return the form as the address fills it; it is read by GET and needs no token there."""
    is_asked = "valid_from" in request.values
    teams = session.scalars(companies.teams(scope)).all()
    who = request.args.get("who", "")
    form = RowForm(
        request.values if is_asked else None,
        meta={"csrf": request.method == "POST"},
        data={
            "valid_from": asked_day(),
            "first": request.args.get("first", ""),
            "shift": request.args.get("shift", ""),
            "who": who,
            # Who leads one team means it.
            "team": teams[0].id if len(teams) == 1 and not who else 0,
        },
    )
    on = form.valid_from.data or clock.today()
    day_kinds = read_day(session, scope, on).kinds
    form.shift.choices = [
        (kind.code, f"{kind.name} {kind.starts:%H:%M}–{kind.ends:%H:%M}") for kind in day_kinds
    ]
    form.team.choices = [
        (0, gettext("不选班组")),
        *((team.id, team.name) for team in teams),
    ]
    return form


def _proposal(session: Session, scope: Scope, form: RowForm) -> rows.Proposal:
    values = form.data
    refuse_backward(values["valid_from"], values["last_on"], "last_on")
    return rows.propose(
        session,
        scope,
        rows.Wish(
            team_id=values["team"] or None,
            employee_no=values["who"] or "",
            shift=values["shift"],
            first=values["first"] or "",
            valid_from=values["valid_from"],
            valid_to=form.until,
        ),
    )


def _store(scope: Scope, form: RowForm) -> ResponseReturnValue:
    """Store the pairs that were looked at: all of them, or none."""
    session, proposal = db.session(), None
    if form.validate():
        try:
            facts = _facts(session, scope, form)
            with unit_of_work() as working:
                found = plan_seats(working, scope.company_id or 0, facts, scope)
                for error in found.faults.values():
                    raise error
                store_seats(working, actor(), scope.company_id or 0, found)
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error, _PLACES.get(error.place or ""))
        else:
            flash(gettext("已安排 %(count)s 个工位", count=len(facts)), "success")
            query = {"on": form.data["valid_from"].isoformat(), "shift": form.data["shift"]}
            return redirect(url_for("seating.plan", **query))
        try:
            proposal = _proposal(session, scope, form)
        except InputError:
            # What was proposed cannot be any more; the fault above says why.
            proposal = None
    page = render_template("seating/assign.html", form=form, proposal=proposal)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _facts(session: Session, scope: Scope, form: RowForm) -> list[SeatFact]:
    """Return the pairs ``employment=seat`` that were ticked; of people in reach alone."""
    on = form.data["valid_from"]
    refuse_backward(on, form.data["last_on"], "last_on")
    pairs = [text.partition("=") for text in request.form.getlist("pair")]
    wanted = {key_of(who): seat for who, _, seat in pairs}
    if not wanted:
        raise InputError("seat.none_ticked")
    led_on = reach_day(scope, on)
    reached = people.employment_ids(scope, led_on, led_on).subquery()
    known = session.scalars(select(reached.c.id).where(reached.c.id.in_(wanted))).all()
    if len(known) != len(wanted):
        raise NotFoundError("web.not_found")
    shift = form.data["shift"]
    return [SeatFact(who, seat, shift, on, form.until) for who, seat in wanted.items()]


@ROUTES.page("/seats/use", permission=Permission.SEAT_READ)
def use(scope: Scope) -> ResponseReturnValue:
    """Show how full seats are in a week, hour by hour (``?on= &company= &floor=``)."""
    session, on = db.session(), asked_day()
    whole = scope.whole_company()
    facts = companies.company_facts(whole).order_by("company_code")
    known = {row.company_id: row for row in session.execute(facts)}
    chosen = _asked_key("company")
    if chosen is not None and chosen not in known:
        raise NotFoundError("web.not_found")
    floors = {row.floor_id: row for row in session.execute(premises.floors())}
    floor_id = _asked_key("floor")
    if floor_id is not None and floor_id not in floors:
        raise NotFoundError("web.not_found")
    chosen_scope = whole if chosen is None else Scope.company(chosen)
    figures = read_week(session, chosen_scope, on, law_book().calendar(), floor_id)
    days = [figures.first_on + number * _DAY for number in range(_WEEK)]
    return render_template(
        "seating/use.html",
        figures=figures,
        days=days,
        one_day=_DAY,
        hours=_shown_hours(figures),
        heat=_heat,
        companies=known if scope.kind is ScopeKind.BASE else {},
        company_id=chosen,
        floors=floors,
        floor_id=floor_id,
        shift_names=own.shift_names(session, whole, days[0], days[-1]),
        query=_kept("company", "floor"),
    )


def _shown_hours(figures: Figures) -> list[int]:
    """Return the hours of the table: those of offices, and as far as people were at work besides."""
    some = np.flatnonzero((figures.used + figures.unseated).any(axis=0)).tolist()
    hours = [*some, WORKING_HOURS.start, WORKING_HOURS.stop - 1]
    return list(range(min(hours), max(hours) + 1))


def _heat(used: int, usable: int) -> int:
    """Return how full it is in fifths, rounded up: 0 for nobody, 5 for more than four fifths."""
    return -(-_LEVELS * used // usable) if usable else 0


@ROUTES.page("/seats/mine", permission=Permission.SEAT_READ_OWN)
def mine(scope: Scope) -> ResponseReturnValue:
    """Show the visitor's own seats with their shifts, and where they are."""
    session, today = db.session(), clock.today()
    seats = own.own_seats(session, scope, today)
    drawn = next((seat for seat in seats if not seat.is_lost), None)
    plan_of_it = None
    if drawn is not None:
        company = Scope.company(drawn.company_id)
        floor = floor_in(session, drawn.floor_id)
        on = max(today, drawn.valid_from)
        plan_of_it = floor_plan(session, company, floor, on, marks={}, highlighted=drawn.seat_id)
    return render_template("seating/mine.html", seats=seats, drawn=drawn, plan=plan_of_it)


def _asked_key(name: str) -> int | None:
    text = request.args.get(name, "")
    return key_of(text) if text else None


def _kept(*names: str) -> dict[str, Any]:
    """Return what the address says of some arguments, for a link to another page of the same."""
    return {name: request.args[name] for name in names if request.args.get(name)}

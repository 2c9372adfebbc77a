"""Handing a team over, and moving its people to another team, each from a day on."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from workforce.companies import queries as companies
from workforce.companies.hand_over import hand_over, leaders_of, turns_of
from workforce.companies.service import team_in
from workforce.core.errors import ClosedError, InputError
from workforce.core.permissions import Permission
from workforce.people import queries
from workforce.people.models import Employment
from workforce.people.service import assign_team
from workforce.platform import clock, locks
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import place_fault
from workforce.platform.i18n import gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.scope import Scope
from workforce.platform.web import SliceRoutes, actor, key_of

if TYPE_CHECKING:
    import datetime as dt

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

ROUTES = SliceRoutes("teams", __name__)


class HandOverForm(FlaskForm):  # type: ignore[misc]
    """Who leads the team from a day on; with a last day: stands in."""

    account = SelectField(_("交给谁"), coerce=int)
    on = DateField(_("从哪天起"), validators=[InputRequired(_("请选择日期"))])
    last_on = DateField(_("代班到哪天（含这一天；长期交接不填）"), validators=[Optional()])
    reason = TextAreaField(
        _("原因"),
        validators=[InputRequired(_("请写明原因")), Length(max=400, message=_("最多 400 字"))],
    )


class MoveForm(FlaskForm):  # type: ignore[misc]
    """Where the ticked people go, and from when."""

    team = SelectField(_("调到哪个班组"), coerce=int)
    valid_from = DateField(_("从哪天起"), validators=[InputRequired(_("请选择日期"))])


@ROUTES.form("/people/teams/<int:team_id>/hand-over", permission=Permission.TEAM_MANAGE)
def passing(scope: Scope, team_id: int) -> ResponseReturnValue:
    """Show who leads the team and when, and hand it over."""
    session = db.session()
    team = team_in(session, scope, team_id)
    form = HandOverForm(prefix="lead-")
    form.account.choices = leaders_of(session, team.company_id)
    if request.method == "POST":
        if form.validate() and _hand_over(scope, team_id, form):
            flash(gettext("交接已登记"), "success")
            return redirect(url_for("teams.passing", team_id=team_id))
        return _page(scope, team_id, form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    form.on.data = clock.today()
    return _page(scope, team_id, form=form)


@ROUTES.action("/people/teams/<int:team_id>/move", permission=Permission.TEAM_MANAGE)
def move(scope: Scope, team_id: int) -> ResponseReturnValue:
    """Move the ticked people to another team from a day on."""
    team = team_in(db.session(), scope, team_id)
    form = _move_form(scope, team.id, team.company_id)
    ticked = [key_of(text) for text in request.form.getlist("employment_id")]
    if form.validate():
        try:
            with unit_of_work() as session:
                values: dict[str, Any] = form.data
                moved = _move(session, scope, team_id, ticked, values["team"], values["valid_from"])
        except (InputError, ClosedError) as error:
            place_fault(form, error)
        else:
            flash(gettext("已登记 %(count)s 人调组", count=moved), "success")
            return redirect(url_for("teams.passing", team_id=team_id))
    page = _page(scope, team_id, move_form=form, ticked=ticked)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _hand_over(scope: Scope, team_id: int, form: HandOverForm) -> bool:
    values: dict[str, Any] = form.data
    try:
        with unit_of_work() as session:
            hand_over(
                session,
                scope,
                actor(),
                team_id,
                values["account"],
                values["on"],
                values["last_on"],
                reason=values["reason"],
            )
    except InputError as error:
        place_fault(form, error)
        return False
    return True


def _move(
    session: Session,
    scope: Scope,
    team_id: int,
    ticked: list[int],
    to_team_id: int,
    valid_from: dt.date,
) -> int:
    if not ticked:
        raise InputError("hand_over.nobody")
    team = team_in(session, scope, team_id)
    to_team = team_in(session, scope, to_team_id)
    if to_team.id == team.id or to_team.company_id != team.company_id:
        raise InputError("hand_over.team", place="team")
    locked = locks.locked_periods(session, team.company_id)
    locks.refuse_locked(locked, valid_from, None)
    members = queries.team_members(
        Scope.teams(team.company_id, frozenset({team.id})), valid_from, valid_from
    ).subquery()
    chosen = session.scalars(
        select(Employment).where(
            Employment.id.in_(ticked), Employment.id.in_(select(members.c.employment_id))
        )
    ).all()
    if len(chosen) != len(set(ticked)):
        raise InputError("hand_over.not_member", on=valid_from)
    for employment in chosen:
        assign_team(session, actor(), employment, team_id=to_team.id, valid_from=valid_from)
    return len(chosen)


def _move_form(scope: Scope, team_id: int, company_id: int) -> MoveForm:
    form = MoveForm(prefix="move-")
    form.team.choices = [
        (other.id, other.name)
        for other in db.session().scalars(companies.teams(scope))
        if other.id != team_id and other.company_id == company_id
    ]
    return form


def _page(
    scope: Scope,
    team_id: int,
    *,
    form: HandOverForm | None = None,
    move_form: MoveForm | None = None,
    ticked: list[int] | None = None,
) -> str:
    session, today = db.session(), clock.today()
    team = team_in(session, scope, team_id)
    if form is None:
        form = HandOverForm(prefix="lead-", formdata=None, data={"on": today})
        form.account.choices = leaders_of(session, team.company_id)
    if move_form is None:
        move_form = _move_form(scope, team.id, team.company_id)
        move_form.valid_from.data = today
    own = Scope.teams(team.company_id, frozenset({team.id}))
    members = queries.team_members(own, today, today).subquery()
    who = queries.directory(own).subquery()
    rows = session.execute(
        select(who.c.employment_id, who.c.employee_no, who.c.name, members.c.valid_from)
        .join(members, members.c.employment_id == who.c.employment_id)
        .where(who.c.separated_on.is_(None) | (who.c.separated_on >= today))
        .order_by(who.c.employee_no)
    ).all()
    return render_template(
        "people/hand_over.html",
        team=team,
        turns=turns_of(session, team.id),
        members=rows,
        form=form,
        move_form=move_form,
        ticked=set(ticked or ()),
        today=today,
    )

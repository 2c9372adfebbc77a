"""The people of a company on pages: finding them, one person, and the teams."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from workforce.companies import queries as companies
from workforce.companies import service as company_service
from workforce.core.errors import DomainError, NotFoundError
from workforce.core.permissions import Permission
from workforce.core.terms import terms_of
from workforce.people import person_list
from workforce.people.person_list import STATES, Wanted
from workforce.people.statistical import set_statistical_facts
from workforce.platform import clock
from workforce.platform.db import db, size_of, unit_of_work
from workforce.platform.forms import choices_of, fault_of, place_fault, stripped
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.web import SliceRoutes, actor, key_of, may, note_read, page_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy import Row

    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("staff", __name__)

_PER_PAGE: Final = 50
_WORDS_LENGTH: Final = 100


class TeamForm(FlaskForm):  # type: ignore[misc]
    """A team's code and name."""

    code = StringField(
        _("班组代码"),
        filters=[stripped],
        validators=[DataRequired(_("请填写班组代码")), Length(max=40)],
    )
    name = StringField(
        _("班组名称"),
        filters=[stripped],
        validators=[DataRequired(_("请填写班组名称")), Length(max=120)],
    )


class StatisticalForm(FlaskForm):  # type: ignore[misc]
    """A person's occupation and, of who is dispatched, the unit that sends him."""

    occupation = SelectField(_("职业类别"))
    dispatched_by = StringField(_("派遣单位"), filters=[stripped], validators=[Length(max=120)])
    dispatched_by_code = StringField(_("派遣单位信用代码"), filters=[stripped])


@ROUTES.page("/people", permission=Permission.EMPLOYEE_READ)
def people(scope: Scope) -> ResponseReturnValue:
    """Find people: ``?q=`` words, ``?team=``, ``?state=``, ``?type=``."""
    session, today = db.session(), clock.today()
    teams = list(session.scalars(companies.teams(scope)))
    wanted = _wanted({team.id for team in teams})
    chosen = person_list.people(scope, wanted, today)
    count = size_of(session, chosen)
    page = page_of(count, _PER_PAGE)
    chosen = chosen.offset(page.rows.start).limit(_PER_PAGE)
    return render_template(
        "people/people.html",
        rows=session.execute(chosen).all(),
        total=count,
        wanted=wanted,
        teams=teams,
        states=STATES,
        types=terms_of("employment_type"),
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("staff.people", **_arguments(wanted), page=number),
    )


def _arguments(wanted: Wanted) -> dict[str, Any]:
    """Return what leads to the same list: only what it knows, whatever else the address said."""
    return {
        "q": wanted.words or None,
        "team": wanted.team_id,
        "state": wanted.state,
        "type": wanted.employment_type or None,
    }


def _wanted(team_ids: set[int]) -> Wanted:
    state = request.args.get("state", STATES[0])
    kind = request.args.get("type", "")
    team_id = None
    if asked := request.args.get("team", ""):
        team_id = key_of(asked)
        if team_id not in team_ids:
            raise NotFoundError("web.not_found")
    return Wanted(
        words=request.args.get("q", "").strip()[:_WORDS_LENGTH],
        team_id=team_id,
        state=state if state in STATES else STATES[0],
        employment_type=kind if kind in terms_of("employment_type") else "",
    )


@ROUTES.page("/people/<int:employment_id>", permission=Permission.EMPLOYEE_READ)
def person(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """Show one person, with the numbers that identify them masked."""
    return _person(scope, employment_id, is_unmasked=False)


@ROUTES.action("/people/<int:employment_id>/identity", permission=Permission.IDENTITY_UNMASK)
def identity(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """Show one person with ID number, telephone and bank account in full; who looked is recorded."""
    return _person(scope, employment_id, is_unmasked=True)


def _person(scope: Scope, employment_id: int, *, is_unmasked: bool) -> ResponseReturnValue:
    with_pay = may(Permission.PAYSLIP_READ)
    view = person_list.view(db.session(), scope, employment_id, clock.today(), with_pay=with_pay)
    if is_unmasked or with_pay:
        action = "identity.unmask" if is_unmasked else "employment.read"
        note_read(action, "employment", employment_id, company_id=view.person.company_id)
    return render_template(
        "people/person.html",
        view=view,
        person=view.person,
        with_pay=with_pay,
        is_unmasked=is_unmasked,
        today=clock.today(),
    )


@ROUTES.form("/people/<int:employment_id>/statistical-facts", permission=Permission.EMPLOYEE_IMPORT)
def statistical(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """Correct the occupation and the sending unit of one person, as an import would."""
    person = person_list.view(
        db.session(), scope, employment_id, clock.today(), with_pay=False
    ).person
    names = ("occupation", "dispatched_by", "dispatched_by_code")
    form = StatisticalForm(data={name: getattr(person, name) for name in names})
    form.occupation.choices = choices_of(
        (code, label.in_locale(current_locale())) for code, label in terms_of("occupation").items()
    )
    if person.employment_type != "dispatched":
        del form.dispatched_by, form.dispatched_by_code
    if form.validate_on_submit() and _set_statistical(scope, person, form):
        flash(gettext("已保存"), "success")
        return redirect(url_for("staff.person", employment_id=employment_id))
    page = render_template("people/statistical.html", form=form, person=person)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _set_statistical(scope: Scope, person: Row[Any], form: StatisticalForm) -> bool:
    given = {name: value or "" for name, value in form.data.items() if name != "csrf_token"}
    try:
        with unit_of_work() as session:
            set_statistical_facts(session, scope, actor(), person.employment_id, **given)
    except DomainError as error:
        is_code = error.code == "identity.credit_code"
        place_fault(form, error, "dispatched_by_code" if is_code else "dispatched_by")
        return False
    return True


@ROUTES.form("/people/teams", permission=Permission.TEAM_MANAGE)
def teams(scope: Scope) -> ResponseReturnValue:
    """List the teams with their people, and add one."""
    form = TeamForm()
    if form.validate_on_submit() and _add_team(scope, form):
        flash(gettext("班组“%(name)s”已建立", name=form.name.data), "success")
        return redirect(url_for("staff.teams"))
    session = db.session()
    today = clock.today()
    sizes = {
        row.team_id: row.people for row in session.execute(person_list.team_sizes(scope, today))
    }
    leaders = {
        row.team_id: row.leader for row in session.execute(companies.team_leaders(scope, today))
    }
    page = render_template(
        "people/teams.html",
        form=form,
        teams=[(team, sizes.get(team.id, 0)) for team in session.scalars(companies.teams(scope))],
        leaders=leaders,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _add_team(scope: Scope, form: TeamForm) -> bool:
    if scope.company_id is None:
        raise NotFoundError("web.not_found")
    try:
        with unit_of_work() as session:
            company_service.add_team(
                session,
                actor(),
                company_id=scope.company_id,
                code=form.code.data or "",
                name=form.name.data or "",
            )
    except DomainError as error:
        form.code.errors = [fault_of(error)]
        return False
    return True


@ROUTES.form("/people/teams/<int:team_id>", permission=Permission.TEAM_MANAGE)
def team(scope: Scope, team_id: int) -> ResponseReturnValue:
    """Rename a team; its code stays, because files name it."""
    found = company_service.team_in(db.session(), scope, team_id)
    form = TeamForm(data={"code": found.code, "name": found.name})
    if request.method == "POST":
        form.code.data = found.code
        if form.name.validate(form):
            with unit_of_work() as session:
                again = company_service.team_in(session, scope, team_id)
                company_service.rename_team(session, actor(), again, name=form.name.data or "")
            flash(gettext("已保存"), "success")
            return redirect(url_for("staff.teams"))
    page = render_template("people/team.html", form=form, team=found)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.name.errors else HTTPStatus.OK

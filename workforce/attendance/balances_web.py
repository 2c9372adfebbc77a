"""Pages of leave balances: a team's or company's list, one person's ledger, and the own one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import DateField, DecimalField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from workforce.attendance import balances as service
from workforce.attendance.balances import ACTS, ANNUAL, Balance, read_balances
from workforce.attendance.lieu import KIND as LIEU
from workforce.companies import queries as companies
from workforce.core.errors import ClosedError, InputError, NotFoundError
from workforce.core.permissions import Permission
from workforce.core.rules.leave import HALVES
from workforce.core.terms import term
from workforce.people import queries as people
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import place_fault
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope, ScopeKind
from workforce.platform.web import SliceRoutes, actor, key_of, page_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


ROUTES = SliceRoutes("balances", __name__)

_PER_PAGE: Final = 100
_FIRST_YEAR: Final = 2019
_MINUTES_PER_HOUR: Final = 60
_MOST: Final = 5_000
"""Days or hours in one entry: more than two years' working time is a slip of the finger."""


class EntryForm(FlaskForm):  # type: ignore[misc]
    """An entry into the ledger: days of annual leave, or hours in lieu."""

    kind = SelectField(_("哪一种"))
    act = SelectField(_("什么事"))
    quantity = DecimalField(
        _("数量（年休假按天，调休按小时）"),
        validators=[
            InputRequired(_("请填写数量，减少填负数")),
            NumberRange(-_MOST, _MOST, _("数量太大，请核对")),
        ],
    )
    reason = TextAreaField(
        _("原因"),
        validators=[InputRequired(_("请写明原因")), Length(max=400, message=_("最多 400 字"))],
    )


class ServiceForm(FlaskForm):  # type: ignore[misc]
    """From when cumulative service counts."""

    counted_from = DateField(
        _("累计工作时间从哪天算起"), validators=[InputRequired(_("请选择日期"))]
    )


@dataclass(frozen=True, slots=True)
class _Reach:
    """A company or team to show; ``team_id`` None: the whole company."""

    scope: Scope
    region: str
    title: str
    team_id: int | None
    teams: list[tuple[int, str]]


def _year() -> int:
    """Return the year asked for, else this one; others than these books know are not shown."""
    this = clock.today().year
    year = request.args.get("year", this, type=int)
    return year if _FIRST_YEAR <= year <= this else this


def _on(year: int) -> dt.date:
    """Return the day on which balances are looked at: today, or the end of an earlier year."""
    return min(clock.today(), dt.date(year, 12, 31))


def _region(scope: Scope) -> str:
    facts = companies.company_facts(Scope.company(scope.company_id or 0))
    return str(db.session().execute(facts).one().region)


def _reach(scope: Scope) -> _Reach | None:
    session = db.session()
    teams = session.scalars(companies.teams(scope)).all()
    choices = [(team.id, team.name) for team in teams]
    text = request.args.get("team", "")
    if not text:
        if scope.kind is ScopeKind.COMPANY:
            return _Reach(scope, _region(scope), gettext("全企业"), None, choices)
        if not teams:
            return None
        text = str(teams[0].id)
    key = key_of(text)
    for team in teams:
        if team.id == key:
            own = Scope.teams(team.company_id, frozenset({key}))
            return _Reach(own, _region(own), team.name, key, choices)
    raise NotFoundError("web.not_found")


@ROUTES.page("/attendance/balances", permission=Permission.ATTENDANCE_READ)
def listing(scope: Scope) -> ResponseReturnValue:
    """List the balances of a team (``?team=``) or the company in a year (``?year=``)."""
    reach, year = _reach(scope), _year()
    if reach is None:
        return render_template("attendance/balances.html", reach=None, year=year)
    rows = [
        row
        for row in db.session().execute(people.work_patterns(reach.scope))
        if row.hired_on <= dt.date(year, 12, 31)
        and (row.separated_on is None or row.separated_on >= dt.date(year, 1, 1))
    ]
    page = page_of(len(rows), _PER_PAGE)
    shown = [row.employment_id for row in rows[page.rows]]
    found = read_balances(
        db.session(),
        reach.scope,
        year,
        _on(year),
        law_book(),
        reach.region,
        employment_ids=shown,
    )
    return render_template(
        "attendance/balances.html",
        reach=reach,
        year=year,
        years=range(clock.today().year, clock.today().year - 3, -1),
        rows=found,
        people=len(rows),
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for(
            "balances.listing", team=reach.team_id, year=year, page=number
        ),
    )


@ROUTES.page("/attendance/balances/<int:employment_id>", permission=Permission.ATTENDANCE_READ)
def ledger(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """Show one person's ledger of a year."""
    return _ledger_page(scope, employment_id, _entry_form(), ServiceForm(prefix="service-"))


@ROUTES.action(
    "/attendance/balances/<int:employment_id>/entries", permission=Permission.SETTINGS_CHANGE
)
def enter(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """Make an entry into a ledger."""
    form = _entry_form()
    _balance(scope, employment_id)
    if form.validate():
        values: dict[str, Any] = form.data
        kind = values["kind"]
        quantity = values["quantity"] * (_MINUTES_PER_HOUR if kind == LIEU else HALVES)
        try:
            if quantity != int(quantity):
                raise InputError("balance.whole", place="quantity")  # noqa: TRY301 - one way to say it
            with unit_of_work() as session:
                service.add_entry(
                    session,
                    scope,
                    actor(),
                    employment_id,
                    kind=kind,
                    act=values["act"],
                    year=_year(),
                    quantity=int(quantity),
                    reason=values["reason"],
                )
        except (InputError, ClosedError) as error:
            place_fault(form, error)
        else:
            flash(gettext("已记入"), "success")
            return redirect(url_for("balances.ledger", employment_id=employment_id, year=_year()))
    page = _ledger_page(scope, employment_id, form, ServiceForm(prefix="service-", formdata=None))
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


@ROUTES.action(
    "/attendance/balances/<int:employment_id>/service", permission=Permission.SETTINGS_CHANGE
)
def state_service(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """State from when somebody's cumulative service counts."""
    form = ServiceForm(prefix="service-")
    _balance(scope, employment_id)
    if form.validate():
        try:
            with unit_of_work() as session:
                service.state_service(
                    session, scope, actor(), employment_id, form.data["counted_from"]
                )
        except InputError as error:
            place_fault(form, error)
        else:
            flash(gettext("已保存"), "success")
            return redirect(url_for("balances.ledger", employment_id=employment_id, year=_year()))
    page = _ledger_page(scope, employment_id, _entry_form(is_new=True), form)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


@ROUTES.page("/attendance/balances/mine", permission=Permission.ATTENDANCE_READ_OWN)
def mine(scope: Scope) -> ResponseReturnValue:
    """Show the own balances, one for each employment of the year."""
    session, year = db.session(), _year()
    own = [
        row
        for row in session.execute(people.work_patterns(scope))
        if row.separated_on is None or row.separated_on.year >= year
    ]
    book, found = law_book(), []
    regions = {
        row.company_id: row for row in session.execute(companies.company_facts(Scope.base()))
    }
    for row in own:
        facts = regions[row.company_id]
        balances = read_balances(
            session,
            Scope.employee(row.company_id, row.person_id),
            year,
            _on(year),
            book,
            facts.region,
            employment_ids=[row.employment_id],
        )
        found += [(facts.company_name, balance) for balance in balances]
    return render_template("attendance/balance_own.html", found=found, year=year)


def _entry_form(*, is_new: bool = False) -> EntryForm:
    form = EntryForm(formdata=None) if is_new else EntryForm()
    locale = current_locale()
    form.kind.choices = [(code, term(f"leave.{code}").in_locale(locale)) for code in (ANNUAL, LIEU)]
    form.act.choices = [(code, term(f"leave_act.{code}").in_locale(locale)) for code in ACTS]
    return form


def _balance(scope: Scope, employment_id: int) -> Balance:
    if scope.company_id is None:
        raise NotFoundError("web.not_found")
    year = _year()
    found = read_balances(
        db.session(),
        scope,
        year,
        _on(year),
        law_book(),
        _region(scope),
        employment_ids=[employment_id],
    )
    if not found:
        raise NotFoundError("web.not_found")
    return found[0]


def _ledger_page(
    scope: Scope, employment_id: int, form: EntryForm, service_form: ServiceForm
) -> str:
    balance = _balance(scope, employment_id)
    if balance.counted_from and not service_form.is_submitted():
        service_form.counted_from.data = balance.counted_from
    context: dict[str, Any] = {"form": form, "service_form": service_form}
    return render_template(
        "attendance/balance.html",
        balance=balance,
        year=_year(),
        years=range(clock.today().year, clock.today().year - 3, -1),
        **context,
    )

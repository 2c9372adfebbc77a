"""The chain on the web: the board of companies, a company with its history; deals, figures and settings beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for

from workforce.chain import deals_web, output_web, queries, service, settings_web
from workforce.chain.forms import ChainCompanyForm, NewChainCompanyForm, StageForm, VisitForm
from workforce.chain.reminders import DAYS_UNVISITED, is_to_ask
from workforce.chain.routes import ROUTES
from workforce.companies import queries as companies
from workforce.core.errors import DomainError, NotFoundError, StateError
from workforce.core.permissions import Permission
from workforce.core.terms import terms_of
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import answer_of, place_fault
from workforce.platform.i18n import gettext
from workforce.platform.scope import Scope
from workforce.platform.web import actor, may, note_read, page_of, principal
from workforce.returns import queries as returns

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue
    from flask_wtf import FlaskForm
    from sqlalchemy.orm import Session

    from workforce.chain.models import ChainCompany

__all__ = ["ROUTES", "deals_web", "output_web", "settings_web"]

_READ: Final = Permission.CHAIN_READ
_KEEP: Final = Permission.CHAIN_KEEP
_PER_PAGE: Final = 50


def may_keep(session: Session) -> bool:
    """Tell whether the visitor records companies: the base's administrator, officials of the task force."""
    if may(Permission.CHAIN_SET):
        return True
    visitor = principal()
    return may(_KEEP) and queries.bureau_of(session, visitor.account_id, clock.today()) is not None


def _check_keeper(session: Session) -> None:
    if not may_keep(session):
        raise StateError("chain.task_force_only")


@ROUTES.page("/chain", permission=_READ)
def board(scope: Scope) -> ResponseReturnValue:
    """Show the companies on their way as cards by stage, those at work and those that left as lists.

    ``?place=``, ``?link=``, ``?q=`` choose among them.
    """
    session, today = db.session(), clock.today()
    rows = queries.chain_companies(session, scope)
    place, link = request.args.get("place", ""), request.args.get("link", "")
    words = request.args.get("q", "").strip()
    chosen = [
        row
        for row in rows
        if place in {"", "inside" if row.is_inside else "outside"}
        and link in {"", row.link or "unknown"}
        and words.casefold() in row.name.casefold()
    ]
    columns = {stage: [row for row in chosen if row.stage == stage] for stage in queries.STAGES}
    for stage in queries.ON_THE_WAY:
        columns[stage].sort(key=lambda row: not is_to_ask(row, today))
    at_work = columns[queries.AT_WORK]
    shown = page_of(len(at_work), _PER_PAGE)
    known = {row.company_id for row in rows}
    facts = session.execute(companies.company_facts(Scope.base())).all()
    wanted = {"place": place, "link": link, "q": words}
    return render_template(
        "chain/board.html",
        columns={stage: columns[stage] for stage in queries.ON_THE_WAY},
        at_work=at_work[shown.rows],
        size=len(at_work),
        page=shown,
        page_url=lambda number: url_for(
            "chain.board", place=place, link=link, q=words, page=number
        ),
        gone=columns["left"],
        reporting={
            one.company_id: one.returns_from
            for one in returns.reporters(session, Scope.base())
            if one.returns_from is not None
        },
        total=len(rows),
        shown=len(chosen),
        links=terms_of("chain_link"),
        wanted=wanted,
        today=today,
        is_to_ask=is_to_ask,
        days_unvisited=DAYS_UNVISITED,
        unknown=sum(row.company_id not in known for row in facts),
        may_keep=may_keep(session),
    )


@ROUTES.action("/chain/take-over", permission=Permission.CHAIN_SET)
def take_over(scope: Scope) -> ResponseReturnValue:
    """Record every company of this service that the chain does not know."""
    del scope
    with unit_of_work() as session:
        added = service.take_over(session, actor())
    flash(gettext("登记了 %(count)s 家企业", count=added), "success")
    return redirect(url_for("chain.board"))


def _free_companies(session: Session, own: int | None = None) -> list[tuple[int, str]]:
    """Return the companies of this service that no other one of the chain has become."""
    taken = {row.company_id for row in queries.chain_companies(session, Scope.base())} - {own}
    rows = session.execute(companies.company_facts(Scope.base()))
    return [(row.company_id, row.company_name) for row in rows if row.company_id not in taken]


@ROUTES.form("/chain/companies/new", permission=_KEEP)
def new(scope: Scope) -> ResponseReturnValue:
    """Record a company of the chain."""
    del scope
    session = db.session()
    form = NewChainCompanyForm(since=clock.today(), stage=queries.STAGES[0])
    form.offer(_free_companies(session))
    if form.validate_on_submit():
        made = _try(form, lambda writing: _add(writing, form))
        if made:
            flash(gettext("已登记"), "success")
            return redirect(url_for("chain.company", chain_company_id=made))
    page = render_template("chain/new.html", form=form, may_keep=may_keep(session))
    return answer_of(page, form)


def _add(session: Session, form: NewChainCompanyForm) -> int:
    _check_keeper(session)
    return service.add_company(
        session,
        actor(),
        form.facts(),
        stage=form.stage.data,
        since=form.since.data,
        note=form.note.data or "",
    ).id


def _try(form: FlaskForm, act: Callable[[Session], int | None]) -> int | None:
    """Do what a form asks for and return the key; what is wrong stands at its field."""
    try:
        with unit_of_work() as session:
            return act(session)
    except NotFoundError:
        raise
    except DomainError as error:
        place_fault(form, error)
    return None


@ROUTES.page("/chain/companies/<int:chain_company_id>", permission=_READ)
def company(scope: Scope, chain_company_id: int) -> ResponseReturnValue:
    """Show a company with its history and visits."""
    return _show(scope, chain_company_id)


def _show(
    scope: Scope,
    chain_company_id: int,
    *,
    form: ChainCompanyForm | None = None,
    stage: StageForm | None = None,
    visit: VisitForm | None = None,
) -> ResponseReturnValue:
    session = db.session()
    one = queries.chain_company(session, scope, chain_company_id)
    row = queries.chain_companies(session, scope, only=one.id)[0]
    note_read("chain_company.read", "chain_company", one.id, company_id=one.company_id)
    edit = form or ChainCompanyForm(formdata=None, **_typed(one))
    edit.offer(_free_companies(session, one.company_id))
    today = clock.today()
    page = render_template(
        "chain/company.html",
        one=row,
        stages=queries.stages(session, one.id),
        visits=queries.visits(session, one.id),
        form=edit,
        stage_form=stage or StageForm(formdata=None, since=today, stage=_next_stage(row.stage)),
        is_to_ask=is_to_ask(row, today),
        days_unvisited=DAYS_UNVISITED,
        visit_form=visit or VisitForm(formdata=None, visited_on=today),
        may_keep=may_keep(session),
    )
    wrong = next((each for each in (form, stage, visit) if each is not None), None)
    return page if wrong is None else answer_of(page, wrong)


def _next_stage(stage: str | None) -> str:
    """Return what comes after a stage on the way; nothing after it, so that nobody is moved out by a slip."""
    known = queries.STAGES
    return known[known.index(stage) + 1] if stage in queries.ON_THE_WAY else ""


def _typed(one: ChainCompany) -> dict[str, Any]:
    return {
        "name": one.name,
        "credit_code": one.credit_code,
        "is_inside": one.is_inside,
        "link": one.link or "",
        "company_id": str(one.company_id or ""),
        "contact_name": one.contact_name,
        "contact_phone": one.contact_phone,
        "lead_source": one.lead_source or "",
        "referrer": one.referrer,
    }


def _kept(
    scope: Scope,
    chain_company_id: int,
    form: FlaskForm,
    act: Callable[[Session, ChainCompany], object],
    shown_as: str,
) -> ResponseReturnValue:
    """Do what a form of a company asks for and go back to it; what is wrong is shown there."""

    def written(session: Session) -> int:
        one = queries.chain_company(session, scope, chain_company_id)
        _check_keeper(session)
        act(session, one)
        return one.id

    queries.chain_company(db.session(), scope, chain_company_id)
    if form.validate_on_submit() and _try(form, written):
        flash(gettext("已保存"), "success")
        return redirect(url_for("chain.company", chain_company_id=chain_company_id))
    forms: dict[str, Any] = {shown_as: form}
    return _show(scope, chain_company_id, **forms)


@ROUTES.action("/chain/companies/<int:chain_company_id>/change", permission=_KEEP)
def change(scope: Scope, chain_company_id: int) -> ResponseReturnValue:
    """Correct what is known of a company."""
    form = ChainCompanyForm()
    session = db.session()
    own = queries.chain_company(session, scope, chain_company_id).company_id
    form.offer(_free_companies(session, own))
    return _kept(
        scope,
        chain_company_id,
        form,
        lambda session, one: service.change_company(session, actor(), one, form.facts()),
        "form",
    )


@ROUTES.action("/chain/companies/<int:chain_company_id>/stages", permission=_KEEP)
def add_stage(scope: Scope, chain_company_id: int) -> ResponseReturnValue:
    """Record that a company is at another stage."""
    form = StageForm()
    return _kept(
        scope,
        chain_company_id,
        form,
        lambda session, one: service.add_stage(
            session,
            actor(),
            one,
            stage=form.stage.data,
            since=form.since.data,
            note=form.note.data or "",
        ),
        "stage",
    )


@ROUTES.action("/chain/companies/<int:chain_company_id>/visits", permission=_KEEP)
def add_visit(scope: Scope, chain_company_id: int) -> ResponseReturnValue:
    """Record a visit."""
    form = VisitForm()
    return _kept(
        scope,
        chain_company_id,
        form,
        lambda session, one: service.add_visit(
            session,
            actor(),
            one,
            visited_on=form.visited_on.data,
            visitors=form.visitors.data or "",
            notes=form.notes.data or "",
            next_on=form.next_on.data,
        ),
        "visit",
    )

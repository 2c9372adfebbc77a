"""Monthly returns on the web: a company files or confirms, the bureau sees who is late and decides."""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Final

from flask import flash, redirect, render_template, request, send_file, url_for

from workforce.companies import queries as companies
from workforce.core.errors import DomainError, NotFoundError, StateError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.files import XLSX, made_name
from workforce.platform.forms import answer_of, fault_of, place_fault
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.jobs import enqueue
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope, ScopeKind
from workforce.platform.web import SliceRoutes, actor, may, note_read
from workforce.returns import queries, service
from workforce.returns.forms import GiveBackForm, RuleForm, confirm_form, figures_form
from workforce.returns.items import grouped, items
from workforce.returns.jobs import REMIND
from workforce.returns.protection import withheld_of_company, withheld_of_month
from workforce.returns.queries import ReturnState
from workforce.returns.sheet import write_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.returns.forms import FiguresForm
    from workforce.returns.models import CompanyReturn
    from workforce.returns.queries import Reporter, Standing

ROUTES = SliceRoutes("returns", __name__)

_FILE: Final = Permission.RETURN_FILE
_READ: Final = Permission.RETURN_READ
_DECIDE: Final = Permission.RETURN_DECIDE
_OVERSEE: Final = Permission.RETURN_OVERSEE


@ROUTES.page("/returns", permission=_FILE)
def mine(scope: Scope) -> ResponseReturnValue:
    """List the own company's months: what is due by when, and how far each is."""
    session, today = db.session(), clock.today()
    reporter = queries.reporter_of(session, scope)
    months = queries.expected_months(reporter, today)
    return render_template(
        "returns/mine.html",
        reporter=reporter,
        standings=queries.standings(session, scope, months, today, law_book().calendar()),
        number_of=_number_of,
        free_month=PayPeriod.of(today).previous(),
    )


def _number_of(standing: Standing) -> str:
    newest = standing.newest
    return service.receipt_number(standing.reporter.code, newest) if newest else ""


def _standing(session: Session, scope: Scope, month: PayPeriod) -> Standing:
    return queries.standings(session, scope, [month], clock.today(), law_book().calendar())[0]


@ROUTES.form("/returns/<period>", permission=_FILE)
def month(scope: Scope, period: str) -> ResponseReturnValue:
    """File the own company's return of a month, or confirm the computed one."""
    wanted = PayPeriod.parse_month(period)
    session = db.session()
    if queries.reporter_of(session, scope).is_typed:
        return _typed(session, scope, wanted)
    return _computed(session, scope, wanted)


def _typed(session: Session, scope: Scope, wanted: PayPeriod) -> ResponseReturnValue:
    standing = _standing(session, scope, wanted)
    draft = queries.draft(session, scope, wanted)
    known = draft or standing.newest
    former = queries.former_figures(session, scope, wanted)
    figures = queries.figures(session, known.id if known else None)
    if known is None and "jobs_end" in former:
        figures = {"jobs_start": former["jobs_end"]}
    form = figures_form(figures, known.remark if known else "")
    if form.validate_on_submit():
        is_final = request.form.get("act") == "submit"
        if (one := _kept(scope, wanted, form, is_final=is_final)) is not None:
            return _told(one, standing.reporter, is_final=is_final)
    found = service.findings(session, scope, standing.reporter, wanted, form.figures())
    page = render_template(
        "returns/typed.html",
        standing=standing,
        draft=draft,
        form=form,
        groups=list(grouped()),
        former=former,
        musts=[one for one in found if one.is_must and one.item.code in form.figures()],
        doubts=[one for one in found if not one.is_must],
        why_not=_why_not(session, scope, wanted),
        fault_of=fault_of,
    )
    return answer_of(page, form)


def _why_not(session: Session, scope: Scope, wanted: PayPeriod) -> StateError | None:
    """Return what keeps a company from filing a month now, if anything does."""
    try:
        service.typed_reporter(session, scope, wanted)
    except StateError as error:
        return error
    return None


def _kept(
    scope: Scope, wanted: PayPeriod, form: FiguresForm, *, is_final: bool
) -> CompanyReturn | None:
    """Save or submit what was typed; what is wrong stands at its field."""
    said = (form.figures(), form.remark.data or "", actor())
    try:
        with unit_of_work() as session:
            if not is_final:
                return service.save_draft(session, scope, wanted, *said)
            key = form.submit_key.data or None
            return service.submit(session, scope, wanted, *said, submit_key=key)
    except NotFoundError:
        raise
    except DomainError as error:
        place_fault(form, error)
    return None


def _told(one: CompanyReturn, reporter: Reporter, *, is_final: bool) -> ResponseReturnValue:
    if not is_final:
        flash(gettext("草稿已保存，还没有报送"), "success")
        return redirect(url_for("returns.month", period=one.period))
    number = service.receipt_number(reporter.code, one)
    flash(gettext("已报送，回执号 %(number)s", number=number), "success")
    return redirect(url_for("returns.shown", return_id=one.id))


def _computed(session: Session, scope: Scope, wanted: PayPeriod) -> ResponseReturnValue:
    standing = _standing(session, scope, wanted)
    found, digest = service.computed_return(session, standing.reporter, wanted)
    newest = standing.newest
    confirmed = queries.figures(session, newest.id if newest else None)
    form = confirm_form(confirmed)
    if form.validate_on_submit():
        said = (form.sha256.data or "", form.remark.data or "", actor(), form.figures())
        try:
            with unit_of_work() as writing:
                one = service.confirm(writing, scope, wanted, *said)
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error)
        else:
            return _told(one, standing.reporter, is_final=True)
    form.sha256.raw_data, form.sha256.data = None, digest
    page = render_template(
        "returns/computed.html",
        standing=standing,
        found=found,
        groups=list(grouped()),
        former=queries.former_figures(session, scope, wanted),
        confirmed=confirmed,
        is_same={code: value for code, value in confirmed.items() if not items()[code].is_typed}
        == found.figures,
        is_over=clock.today() >= wanted.end_on,
        doubts=[
            one
            for one in service.findings(session, scope, standing.reporter, wanted, found.figures)
            if not one.is_must
        ],
        form=form,
        fault_of=fault_of,
    )
    return answer_of(page, form)


@ROUTES.page("/returns/<period>/template.xlsx", permission=_FILE)
def template(scope: Scope, period: str) -> ResponseReturnValue:
    """Send the form as a spreadsheet, filled with what is known, to be imported when it is whole."""
    wanted = PayPeriod.parse_month(period)
    session = db.session()
    reporter = queries.reporter_of(session, scope)
    known = queries.draft(session, scope, wanted) or queries.newest(session, scope, wanted)
    content = write_template(
        reporter,
        wanted,
        queries.figures(session, known.id if known else None),
        queries.former_figures(session, scope, wanted),
        current_locale(),
    )
    name = made_name(gettext("月报模板"), reporter.code, str(wanted), ending="xlsx")
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


@ROUTES.page("/returns/versions/<int:return_id>", permission=_READ)
def shown(scope: Scope, return_id: int) -> ResponseReturnValue:
    """Show a submitted version: its receipt, its figures, what was said to it."""
    return _show(scope, return_id, GiveBackForm(formdata=None))


def _show(scope: Scope, return_id: int, form: GiveBackForm) -> ResponseReturnValue:
    session = db.session()
    one = queries.return_named(session, scope, return_id)
    wanted = PayPeriod.parse_month(one.period)
    reporter = next(
        each for each in queries.reporters(session, scope) if each.company_id == one.company_id
    )
    events = queries.history(session, scope, one.company_id, one.period)
    figures = queries.figures(session, one.id)
    before = queries.former_of(session, one)
    former = queries.figures(session, before.id if before else None)
    hidden = _hidden(session, one, figures)
    if scope.kind is ScopeKind.BASE:
        note_read("return.read", "company_return", one.id, company_id=one.company_id)
    page = render_template(
        "returns/shown.html",
        one=one,
        reporter=reporter,
        month=wanted,
        number=service.receipt_number(reporter.code, one),
        is_whole=service.fingerprint(reporter.credit_code, wanted, figures) == one.content_sha256,
        state=_state_of(events, one),
        events=events,
        newest=events[0].one,
        groups=list(grouped()),
        figures=figures,
        former=former,
        hidden=hidden,
        former_hidden=_hidden(session, before, former) if before else frozenset(),
        decisions=[event for event in events if event.decision and event.one.id == one.id],
        form=form,
    )
    return answer_of(page, form)


def _hidden(session: Session, one: CompanyReturn, figures: Mapping[str, int]) -> frozenset[str]:
    """Return the items that this visitor is not told: of computed returns, where few stand behind."""
    if one.origin != "computed" or may(Permission.STATISTICS_READ):
        return frozenset()
    own = withheld_of_company(figures, queries.behind(session, one.id))
    # An older version does not tell what the newest one withholds.
    inside = {
        row.company_id
        for row in session.execute(companies.company_facts(Scope.base()))
        if row.is_inside
    }
    newest = withheld_of_month(queries.confirmed(session, one.period), inside)
    return own | newest.get(one.company_id, frozenset()) & figures.keys()


def _state_of(events: list[queries.Event], one: CompanyReturn) -> ReturnState:
    decision = next(event.decision for event in events if event.one.id == one.id)
    if decision is None:
        return ReturnState.SUBMITTED
    return ReturnState.ACCEPTED if decision.is_accepted else ReturnState.RETURNED


@ROUTES.action("/returns/versions/<int:return_id>/accept", permission=_DECIDE)
def accept(scope: Scope, return_id: int) -> ResponseReturnValue:
    """Accept a submitted return."""
    return _decided(scope, return_id, GiveBackForm(), is_accepted=True)


@ROUTES.action("/returns/versions/<int:return_id>/give-back", permission=_DECIDE)
def give_back(scope: Scope, return_id: int) -> ResponseReturnValue:
    """Give a submitted or accepted return back, with a reason."""
    return _decided(scope, return_id, GiveBackForm(), is_accepted=False)


def _decided(
    scope: Scope, return_id: int, form: GiveBackForm, *, is_accepted: bool
) -> ResponseReturnValue:
    if not form.validate_on_submit():
        return _show(scope, return_id, form)
    try:
        with unit_of_work() as session:
            decision = service.decide(
                session,
                scope,
                return_id,
                actor(),
                is_accepted=is_accepted,
                reason="" if is_accepted else form.reason.data or "",
            )
            period = queries.return_named(session, scope, decision.return_id).period
    except NotFoundError:
        raise
    except DomainError as error:
        place_fault(form, error)
        return _show(scope, return_id, form)
    flash(gettext("已接收") if is_accepted else gettext("已退回，企业会看到原因"), "success")
    return redirect(url_for("returns.listing", period=period))


@ROUTES.page("/bureau/returns", permission=_OVERSEE)
def listing(scope: Scope) -> ResponseReturnValue:
    """List where every company in reach stands with a month: ``?period=``, ``?state=``."""
    return _list(scope, None)


def _list(scope: Scope, form: RuleForm | None) -> ResponseReturnValue:
    session, today = db.session(), clock.today()
    asked = request.args.get("period", "")
    wanted = PayPeriod.parse_month(asked) if asked else PayPeriod.of(today).previous()
    found = queries.standings(session, scope, [wanted], today, law_book().calendar())
    expected = [one for one in found if one.reporter.owes(wanted) or one.newest is not None]
    counts = {state: sum(one.state is state for one in expected) for state in ReturnState}
    state = request.args.get("state", "")
    rules = queries.rules(session)
    page = render_template(
        "returns/listing.html",
        month=wanted,
        rows=[one for one in expected if state not in list(ReturnState) or one.state == state],
        deadline=found[0].deadline if found else None,
        counts=counts,
        state=state,
        total=len(expected),
        unasked=len(found) - len(expected),
        rules=rules,
        form=form or RuleForm(formdata=None, first_period=PayPeriod.of(today)),
        has_mail={one.reporter.company_id for one in expected if one.reporter.mail},
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form and form.errors else HTTPStatus.OK
    return page, status


@ROUTES.action("/bureau/returns/deadline", permission=_DECIDE)
def set_rule(scope: Scope) -> ResponseReturnValue:
    """Set by which day returns are due, from a month on."""
    form = RuleForm()
    if not form.validate_on_submit():
        return _list(scope, form)
    with unit_of_work() as session:
        service.set_rule(session, actor(), form.first_period.data, form["due_day"].data)
    flash(gettext("已保存"), "success")
    return redirect(url_for("returns.listing"))


@ROUTES.action("/bureau/returns/remind", permission=_DECIDE)
def remind(scope: Scope) -> ResponseReturnValue:
    """Remind the companies that are late with a month, by mail where there is an address."""
    wanted = PayPeriod.parse_month(request.form.get("period", ""))
    del scope
    with unit_of_work() as session:
        enqueue(session, REMIND, {"period": str(wanted)}, actor(), None)
    flash(gettext("正在催报；一天以内催过的企业不重复发信"), "success")
    return redirect(url_for("returns.listing", period=str(wanted), state="overdue"))

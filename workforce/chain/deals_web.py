"""Deals on the web: a company tells its sales and answers what others told; the base for who is not here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for

from workforce.chain import deals, published, queries
from workforce.chain.consolidation import UNKNOWN_LINK
from workforce.chain.forms import AnswerForm, DealForm
from workforce.chain.picture import draw
from workforce.chain.reminders import DAYS_UNCONFIRMED, is_unconfirmed
from workforce.chain.routes import ROUTES, asked_month
from workforce.core.errors import DomainError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import terms_of
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import answer_of, fault_of, place_fault
from workforce.platform.i18n import gettext
from workforce.platform.scope import Scope, ScopeKind
from workforce.platform.web import actor, may, page_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.chain.queries import ChainCompanyRow

_DEAL: Final = Permission.CHAIN_DEAL
_PER_PAGE: Final = 100
_MONTHS: Final = 12


@ROUTES.form("/chain/deals", permission=_DEAL)
def own_deals(scope: Scope) -> ResponseReturnValue:
    """List the deals in reach with what may be done with each, and tell one: ``?state=``, ``?q=`` choose among them."""
    session = db.session()
    known = queries.chain_companies(session, Scope.base())
    own = [row for row in known if _sells(scope, row)]
    month = asked_month()
    form = DealForm(month=month, link=own[0].link if len(own) == 1 else None)
    form.offer(
        [(row.chain_company_id, row.name) for row in own],
        [
            (row.chain_company_id, row.name)
            for row in known
            if scope.kind is ScopeKind.BASE or (row.is_known and row.company_id != scope.company_id)
        ],
    )
    if form.validate_on_submit() and _told(scope, form):
        flash(gettext("交易已报告"), "success")
        return redirect(url_for("chain.own_deals"))
    wanted = {
        "state": request.args.get("state", ""),
        "q": request.args.get("q", "").strip(),
    }
    rows = queries.deals(session, scope)
    found = [
        row
        for row in rows
        if wanted["state"] in {"", row.state}
        and wanted["q"].casefold() in f"{row.seller}\n{row.buyer}".casefold()
    ]
    place = page_of(len(found), _PER_PAGE)
    page = render_template(
        "chain/deals.html",
        form=form,
        rows=found[place.rows],
        place=place,
        page_url=lambda number: url_for(
            "chain.own_deals", state=wanted["state"], q=wanted["q"], page=number
        ),
        total=len(rows),
        states=terms_of("chain_deal_state"),
        wanted=wanted,
        own=own[0] if scope.kind is ScopeKind.COMPANY and own else None,
        is_base=scope.kind is ScopeKind.BASE,
        can_tell=bool(own),
        month=month,
        mismatches=deals.mismatches(session, scope, month),
        company_id=scope.company_id,
        may_answer=lambda row: _may_answer(scope, row.buyer_company_id),
        may_withdraw=lambda row: _may_answer(scope, row.seller_company_id),
    )
    return answer_of(page, form)


def _sells(scope: Scope, row: ChainCompanyRow) -> bool:
    """Tell whether the visitor tells the deals of a company as its seller."""
    if scope.kind is ScopeKind.BASE:
        return row.company_id is None
    return row.company_id == scope.company_id


def _may_answer(scope: Scope, party: int | None) -> bool:
    return party is None if scope.kind is ScopeKind.BASE else party == scope.company_id


def _told(scope: Scope, form: DealForm) -> bool:
    seller_id, buyer_id = form.parties()
    try:
        with unit_of_work() as session:
            deals.report_deal(
                session,
                scope,
                actor(),
                seller_id=seller_id,
                buyer_id=buyer_id,
                month=form.month.data,
                link=form.link.data,
                amount=form.amount.data,
            )
    except NotFoundError:
        raise
    except DomainError as error:
        place_fault(form, error)
        return False
    return True


@ROUTES.action("/chain/deals/<int:deal_id>/answer", permission=_DEAL)
def answer(scope: Scope, deal_id: int) -> ResponseReturnValue:
    """Confirm, refuse or withdraw a deal."""
    form = AnswerForm()
    queries.deal(db.session(), scope, deal_id)
    if form.validate_on_submit():
        said = (form.answer.data or "confirmed", form.reason.data or "")
        try:
            with unit_of_work() as session:
                deals.answer_deal(session, scope, actor(), deal_id, *said)
        except NotFoundError:
            raise
        except DomainError as error:
            flash(fault_of(error), "danger")
        else:
            flash(gettext("已记录"), "success")
    else:
        flash(gettext("没有记录：原因太长，最多 %(most)s 个字", most=deals.MOST_REASON), "danger")
    return redirect(url_for("chain.own_deals"))


@ROUTES.page("/chain/picture", permission=Permission.CHAIN_READ)
def picture(scope: Scope) -> ResponseReturnValue:
    """Show what went from link to link in the twelve months up to one: ``?period=``.

    Whoever is told no sums of few companies sees its calendar year as it was told, by default the newest.
    """
    session = db.session()
    is_protected = not may(Permission.STATISTICS_READ)
    asked = asked_month()
    told = published.flows_by_year(session) if is_protected else {}
    if told and "period" not in request.args:
        asked = PayPeriod(max(told), _MONTHS)
    last = PayPeriod(asked.year, _MONTHS) if is_protected else asked
    months = [last]
    while len(months) < _MONTHS:
        months.append(months[-1].previous())
    links = {
        row.chain_company_id: row.link or UNKNOWN_LINK
        for row in queries.chain_companies(session, scope)
    }
    rows = queries.deals(session, scope, None if is_protected else months)
    found = told.get(last.year) if is_protected else deals.flows_of(rows, links)
    drawn: dict[str, Any] = {"picture": None if found is None else draw(found)}
    return render_template(
        "chain/picture.html",
        first=months[-1],
        last=last,
        asked=asked,
        years={
            year: PayPeriod(year, _MONTHS) for year in sorted({*told, asked.year}, reverse=True)
        },
        flows=found,
        waiting=sum(row.state == "reported" for row in rows),
        late=sum(is_unconfirmed(row, clock.today()) for row in rows),
        days_unconfirmed=DAYS_UNCONFIRMED,
        is_protected=is_protected,
        **drawn,
    )

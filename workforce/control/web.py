"""The page that shows whether a month's figures tie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from workforce.companies import queries as companies
from workforce.control.service import check_month
from workforce.control.tie import Asked
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.platform.db import db
from workforce.platform.law_book import law_book
from workforce.platform.web import SliceRoutes, key_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("control", __name__)


@ROUTES.page("/payroll/month/<period>/control", permission=Permission.PAYROLL_RUN_READ)
def month(scope: Scope, period: str) -> ResponseReturnValue:
    """Show every figure of a company's month from two places, and which differ."""
    asked_for = PayPeriod.parse(period).whole
    session = db.session()
    known = sorted(
        session.execute(companies.company_facts(scope)), key=lambda row: row.company_code
    )
    wanted = request.args.get("company", "")
    key = key_of(wanted) if wanted else None
    company = next((one for one in known if key in {None, one.company_id}), None)
    if company is None:
        raise NotFoundError("web.not_found")
    asked = Asked(session=session, company_id=company.company_id, month=asked_for, book=law_book())
    checked = check_month(asked)
    return render_template(
        "control/month.html",
        period=asked_for,
        company=company,
        companies=known,
        checked=[one for one in checked if one.ties],
        broken=sum(not tie.holds for one in checked for tie in one.ties),
        count=sum(len(one.ties) for one in checked),
    )

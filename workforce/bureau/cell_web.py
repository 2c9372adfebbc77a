"""The page of one figure: officials open what is published, companies and the base what is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import render_template, request

from workforce.bureau import service
from workforce.bureau.cell import own_cell, published_cell
from workforce.bureau.forms.overview import FORM as OVERVIEW
from workforce.bureau.issues import issues
from workforce.bureau.issues.views import waiting_months
from workforce.bureau.routes import ROUTES
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.web import may
from workforce.statistics.cube import CellRef
from workforce.statistics.disclosure import RULES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.bureau.cell import CellView
    from workforce.platform.scope import Scope

_FIRST: Final = ("whole", "jobs_end")
_MOST_DIGITS: Final = 4


@ROUTES.page("/statistics/cell", permission=Permission.STATISTICS_EXPLORE)
def cell(scope: Scope) -> ResponseReturnValue:
    """Show what a figure is: ``?period= &cube= &measure= &groups=`` by commas, ``&issue=`` or ``&company=``."""
    found = _found(scope)
    if found is None:
        waiting = waiting_months(db.session()) if may(Permission.STATISTICS_PUBLISH) else []
        return render_template("bureau/none_published.html", form=OVERVIEW, waiting=waiting)
    return render_template(
        "bureau/cell.html", view=found, rules=RULES, company=request.args.get("company", "")
    )


def _found(scope: Scope) -> CellView | None:
    """Return the figure that the address asks for; None where nothing is published yet."""
    session = db.session()
    ref = CellRef(
        request.args.get("cube", _FIRST[0]),
        request.args.get("measure", _FIRST[1]),
        tuple(code for code in request.args.get("groups", "").split(",") if code),
    )
    asked = request.args.get("period")
    number = _number(request.args.get("issue"))
    reads_issues = may(Permission.STATISTICS_READ_PROTECTED) or (
        number is not None and may(Permission.STATISTICS_PUBLISH)
    )
    if reads_issues:
        months = issues.published_months(session)
        if not months and number is None:
            return None
        period = PayPeriod.parse_month(asked) if asked else max(months, default=_today())
        return published_cell(session, ref, period, number)
    code = request.args.get("company")
    narrowed = service.company_scope(session, scope, code) if code else scope
    if asked:
        period = PayPeriod.parse_month(asked)
    else:
        known = service.own_source(session, narrowed, clock.today()).months
        period = known[0] if known else _today().previous()
    return own_cell(session, narrowed, ref, period)


def _today() -> PayPeriod:
    return PayPeriod.of(clock.today())


def _number(text: str | None) -> int | None:
    """Return the number of an issue.

    Raises:
        NotFoundError: it is none.
    """
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise NotFoundError("cell.unknown")
    return int(text)

"""A month by where its figures come from: what is published of companies here, and what others typed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from workforce.bureau.issues import issues
from workforce.bureau.report import WITHHELD
from workforce.bureau.routes import ROUTES
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.platform.db import db
from workforce.returns import service as returns
from workforce.statistics.tables import CellState

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope


@ROUTES.page("/statistics/sources", permission=Permission.STATISTICS_PUBLISH)
def sources(scope: Scope) -> ResponseReturnValue:
    """Show computed and typed figures of a published month beside each other, and both together."""
    del scope
    session = db.session()
    months = issues.published_months(session)
    asked = request.args.get("period", "")
    month = PayPeriod.parse_month(asked) if asked else next(iter(months), None)
    issue = issues.published(session, month) if month else None
    table = returns.source_table(session, issue.period, issue.cubes) if issue else None
    return render_template(
        "bureau/sources.html",
        month=month,
        months=months,
        issue=issue,
        table=table,
        withheld=WITHHELD,
        CellState=CellState,
    )

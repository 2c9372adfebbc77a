"""The page of seats for officials: built, usable and in use, by site, floor and company, of published months."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from flask import render_template, request, send_file

from workforce.bureau.report import WITHHELD
from workforce.bureau.routes import ROUTES
from workforce.bureau.seats import months as seat_months
from workforce.bureau.seats import seats
from workforce.bureau.seats.sheet import origin, seat_sheet
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.files import XLSX, made_name
from workforce.platform.i18n import current_locale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from workforce.bureau.seats.seats import SeatTable
    from workforce.platform.scope import Scope


@ROUTES.page("/statistics/seats", permission=Permission.STATISTICS_PUBLISH)
def seat_use(scope: Scope) -> ResponseReturnValue:
    """Show the seats of a published month (``?period=``), the newest if none is named."""
    del scope
    months = seat_months.months(db.session())
    month = _asked(months)
    return render_template(
        "bureau/seats.html",
        months=months,
        month=month,
        table=None if month is None else _table(month),
        withheld=WITHHELD,
        statement=seats.STATEMENT,
        definition=seats.DEFINITION,
        origin=origin(),
    )


@ROUTES.page("/statistics/seats.xlsx", permission=Permission.STATISTICS_PUBLISH)
def seat_use_file(scope: Scope) -> ResponseReturnValue:
    """Send the same as a spreadsheet."""
    del scope
    month = _asked(seat_months.months(db.session()))
    if month is None:
        raise NotFoundError("web.not_found")
    return send_file(
        BytesIO(seat_sheet(_table(month), current_locale(), clock.now())),
        mimetype=XLSX,
        as_attachment=True,
        download_name=made_name("seats", str(month), ending="xlsx"),
    )


def _asked(months: Sequence[PayPeriod]) -> PayPeriod | None:
    text = request.args.get("period", "")
    if not text:
        return next(iter(months), None)
    month = PayPeriod.parse_month(text)
    if month not in months:
        raise NotFoundError("web.not_found")
    return month


def _table(month: PayPeriod) -> SeatTable:
    return seat_months.newest_tables(db.session(), month)[0]

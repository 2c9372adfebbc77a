"""The page of who is paid at the legal floor or under it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from flask import render_template, request, send_file, url_for

from workforce.companies import queries as companies
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.payroll.floors import FloorCheck, floor_check, workbook
from workforce.payroll.routes import ROUTES
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.files import XLSX
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.web import note_read, page_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

_PER_PAGE: Final = 100


def _asked(scope: Scope) -> tuple[PayPeriod, FloorCheck]:
    """Read the month of the address, else the last one, and note that its names were read."""
    asked = request.args.get("period", "")
    period = PayPeriod.parse_month(asked) if asked else PayPeriod.of(clock.today()).previous()
    check = floor_check(db.session(), scope, period)
    if check.rows:
        note_read("floor_list.read", "company", scope.company_id, company_id=scope.company_id)
    return period, check


@ROUTES.page("/payroll/floor", permission=Permission.PAYSLIP_READ)
def floor_list(scope: Scope) -> ResponseReturnValue:
    """List who is below the floor, and whom a top-up brought up to it: ``?period=``."""
    period, check = _asked(scope)
    page = page_of(len(check.rows), _PER_PAGE)
    return render_template(
        "payroll/floor.html",
        period=period,
        check=check,
        rows=check.rows[page.rows],
        number=page.number,
        count=page.count,
        page_url=lambda to: url_for("payroll.floor_list", period=str(period), page=to),
    )


@ROUTES.page("/payroll/floor.xlsx", permission=Permission.PAYSLIP_READ)
def floor_file(scope: Scope) -> ResponseReturnValue:
    """Give the same list as a spreadsheet."""
    period, check = _asked(scope)
    company = db.session().execute(companies.company_facts(scope)).first()
    content = workbook(
        check,
        company=company.company_name if company else "",
        period=period,
        created=clock.now(),
        locale=current_locale(),
    )
    name = gettext("最低工资核对") + f"_{period}.xlsx"
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)

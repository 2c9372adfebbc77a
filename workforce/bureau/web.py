"""The employment report on the web: the company's and the base's own, and the official's.

Two doors to one page. Behind the first the report is whole, for the scope of the account; behind the
second it is of the whole base and protected. Both offer the same report as a file.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from flask import render_template, request, send_file

from workforce.bureau import service, words
from workforce.bureau.kept import Months, kept_report
from workforce.bureau.overview import overview as read_overview
from workforce.bureau.overview import size_class
from workforce.bureau.report import WITHHELD
from workforce.bureau.routes import ROUTES
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.documents import labels
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.files import made_name
from workforce.platform.i18n import current_locale
from workforce.platform.scope import Scope, ScopeKind

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.bureau.report import Report

__all__ = ["ROUTES"]

_CODE: Final = "employment"


@ROUTES.page("/reports/employment", permission=Permission.STATISTICS_READ)
def employment(scope: Scope) -> ResponseReturnValue:
    """Show the report of a company, or of the whole base, in full."""
    narrowed = _chosen_company(scope)
    companies = []
    if scope.kind is ScopeKind.BASE:
        companies = service.company_choices(db.session(), scope)
    return _show(narrowed, "bureau.employment", is_protected=False, companies=companies)


@ROUTES.page("/reports/employment.<ending>", permission=Permission.STATISTICS_READ)
def employment_file(scope: Scope, ending: str) -> ResponseReturnValue:
    """Send the full report as a file."""
    return _send(_chosen_company(scope), ending, is_protected=False)


@ROUTES.page("/statistics/employment", permission=Permission.STATISTICS_READ_PROTECTED)
def public_employment(scope: Scope) -> ResponseReturnValue:
    """Show the report of the whole base, small figures withheld."""
    return _show(scope, "bureau.public_employment", is_protected=True, companies=[])


@ROUTES.page("/statistics/employment.<ending>", permission=Permission.STATISTICS_READ_PROTECTED)
def public_employment_file(scope: Scope, ending: str) -> ResponseReturnValue:
    """Send the protected report as a file."""
    return _send(scope, ending, is_protected=True)


@ROUTES.page("/bureau/overview", permission=Permission.STATISTICS_READ_PROTECTED)
def overview(scope: Scope) -> ResponseReturnValue:
    """Show the overview of a closed month: ``?period=``, else the newest."""
    del scope
    session = db.session()
    months = Months(session)
    if not months.closed:
        return render_template("bureau/overview.html", report=None, months=[])
    report, made_at = read_overview(session, months, _closed_month(months))
    return render_template(
        "bureau/overview.html",
        report=report,
        made_at=made_at,
        months=months.closed,
        endings=tuple(service.WRITERS),
        month=labels.month(report.period),
        size_class=size_class(report),
        words=words,
        withheld=WITHHELD,
    )


@ROUTES.page("/bureau/overview.<ending>", permission=Permission.STATISTICS_READ_PROTECTED)
def overview_file(scope: Scope, ending: str) -> ResponseReturnValue:
    """Send the overview as a file: the same figures as on the page."""
    del scope
    service.check_ending(ending)
    session = db.session()
    months = Months(session)
    if not months.closed:
        raise InputError("overview.none_closed")
    report, _made_at = read_overview(session, months, _closed_month(months))
    return _send_report(report, ending)


def _closed_month(months: Months) -> PayPeriod:
    text = request.args.get("period")
    return PayPeriod.parse_month(text) if text else months.closed[0]


def _chosen_company(scope: Scope) -> Scope:
    code = request.args.get("company")
    return service.company_scope(db.session(), scope, code) if code else scope


def _period(scope: Scope, *, is_protected: bool) -> PayPeriod:
    text = request.args.get("period")
    if text:
        return PayPeriod.parse_month(text)
    return service.latest_period(
        db.session(), scope, is_protected=is_protected, today=clock.today()
    )


def _fill(scope: Scope, *, is_protected: bool) -> Report:
    session = db.session()
    period = _period(scope, is_protected=is_protected)
    if is_protected:
        report, _made_at = kept_report(session, _CODE, Months(session), period)
        return report
    return service.fill_report(
        session, scope, period, code=_CODE, is_protected=False, filled_on=clock.today()
    )


def _show(
    scope: Scope, endpoint: str, *, is_protected: bool, companies: list[tuple[str, str]]
) -> ResponseReturnValue:
    report = _fill(scope, is_protected=is_protected)
    company = request.args.get("company")
    return render_template(
        "bureau/employment.html",
        report=report,
        endpoint=endpoint,
        companies=companies,
        fixed={"company": company} if company else {},
        endings=tuple(service.WRITERS),
        month=labels.month(report.period),
        words=words,
        withheld=WITHHELD,
    )


def _send(scope: Scope, ending: str, *, is_protected: bool) -> ResponseReturnValue:
    service.check_ending(ending)
    return _send_report(_fill(scope, is_protected=is_protected), ending)


def _send_report(report: Report, ending: str) -> ResponseReturnValue:
    locale = current_locale()
    content = service.write_report(report, ending, locale)
    title = report.title.in_locale(locale)
    reporter = report.reporter.in_locale(locale)
    name = made_name(title, str(report.period), reporter, ending=ending)
    return send_file(BytesIO(content), as_attachment=True, download_name=name)

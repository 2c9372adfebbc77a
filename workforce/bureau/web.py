"""The report forms on the web: the company's and the base's own, and the officials'.

Two doors to one page. Behind the first the forms are whole, for the scope of the account; behind the
second they are of the whole base and read published issues only. What is shown is one report, and the
files are written from the same. Named forms have a door of their own, for one company.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import render_template, request, send_file, url_for

from workforce.bureau import cell_web, service, sources_web, targets_web, training_web
from workforce.bureau.faces import words
from workforce.bureau.forms import forms
from workforce.bureau.forms.overview import FORM as OVERVIEW
from workforce.bureau.issues import web as issues_web
from workforce.bureau.issues.views import MonthState, waiting_months
from workforce.bureau.report import WITHHELD, Figure, Report
from workforce.bureau.routes import ROUTES
from workforce.bureau.seats import web as seats_web
from workforce.core.errors import InputError
from workforce.core.permissions import Permission
from workforce.core.report_period import ReportPeriod, Span
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.files import made_name
from workforce.platform.i18n import current_locale
from workforce.platform.reminders import Reminder, reminders_of
from workforce.platform.scope import Scope, ScopeKind
from workforce.platform.web import may, note_read, principal
from workforce.returns import queries as returns

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.bureau.form import ReportForm

__all__ = [
    "ROUTES",
    "cell_web",
    "issues_web",
    "seats_web",
    "sources_web",
    "targets_web",
    "training_web",
]


@ROUTES.page("/reports", permission=Permission.STATISTICS_READ)
def own_forms(scope: Scope) -> ResponseReturnValue:
    """List the forms of a company, or of the whole base."""
    narrowed = _chosen_company(scope)
    source = service.own_source(db.session(), narrowed, clock.today())
    is_company = narrowed.kind is ScopeKind.COMPANY
    return _list(source, "bureau.own_form", _companies_of(scope), named=is_company)


@ROUTES.page("/reports/<report_code>", permission=Permission.STATISTICS_READ)
def own_form(scope: Scope, report_code: str) -> ResponseReturnValue:
    """Show a form of a company, or of the whole base, in full."""
    form = service.public_form(report_code)
    source = service.own_source(db.session(), _chosen_company(scope), clock.today())
    return _show(form, source, "bureau.own_form", _companies_of(scope))


@ROUTES.page("/reports/<report_code>.<ending>", permission=Permission.STATISTICS_READ)
def own_form_file(scope: Scope, report_code: str, ending: str) -> ResponseReturnValue:
    """Send the full form as a file."""
    service.check_ending(ending)
    form = service.public_form(report_code)
    source = service.own_source(db.session(), _chosen_company(scope), clock.today())
    return _send(_fill(form, source, _period(form, source)), ending)


@ROUTES.page("/reports/named/<report_code>", permission=Permission.DOCUMENT_PRODUCE)
def named_form(scope: Scope, report_code: str) -> ResponseReturnValue:
    """Show a form that names people of the own company."""
    form = service.company_form(report_code)
    report, source = _fill_named(form, scope)
    return render_template(
        "bureau/form.html", **_page(form, report, source, "bureau.named_form", [])
    )


@ROUTES.page("/reports/named/<report_code>.<ending>", permission=Permission.DOCUMENT_PRODUCE)
def named_form_file(scope: Scope, report_code: str, ending: str) -> ResponseReturnValue:
    """Send a form that names people as a file."""
    service.check_ending(ending)
    report, _source = _fill_named(service.company_form(report_code), scope)
    return _send(report, ending)


@ROUTES.page("/statistics/forms", permission=Permission.STATISTICS_READ_PROTECTED)
def public_forms(scope: Scope) -> ResponseReturnValue:
    """List the forms that officials read, filled from published issues."""
    del scope
    return _list(service.published_source(db.session()), "bureau.public_form", [], named=False)


@ROUTES.page("/statistics/forms/<report_code>", permission=Permission.STATISTICS_READ_PROTECTED)
def public_form(scope: Scope, report_code: str) -> ResponseReturnValue:
    """Show a form of the whole base as it is published."""
    del scope
    return _show_public(service.public_form(report_code), "bureau.public_form")


@ROUTES.page(
    "/statistics/forms/<report_code>.<ending>", permission=Permission.STATISTICS_READ_PROTECTED
)
def public_form_file(scope: Scope, report_code: str, ending: str) -> ResponseReturnValue:
    """Send the published form as a file."""
    del scope
    service.check_ending(ending)
    form = service.public_form(report_code)
    source = _published()
    if not source.months:
        raise InputError("report.nothing_published")
    return _send(_fill(form, source, _period(form, source)), ending)


@ROUTES.page("/bureau/overview", permission=Permission.STATISTICS_READ_PROTECTED)
def overview(scope: Scope) -> ResponseReturnValue:
    """Show what an official sees first: the overview of the newest published month, or of another."""
    del scope
    return _show_public(OVERVIEW, "bureau.overview")


def _show_public(form: ReportForm, endpoint: str) -> ResponseReturnValue:
    source = _published()
    if not source.months:
        return render_template(
            "bureau/none_published.html",
            form=form,
            waiting=_waiting(),
            returns_waiting=_returns_waiting(),
            reminders=_reminders(),
        )
    return _show(form, source, endpoint, [])


def _waiting() -> list[MonthState]:
    """Return the months that wait to be published, for whoever may."""
    return waiting_months(db.session()) if may(Permission.STATISTICS_PUBLISH) else []


def _returns_waiting() -> int:
    """Count companies' returns that wait for a decision, for whoever may decide."""
    return returns.undecided_count(db.session()) if may(Permission.RETURN_DECIDE) else 0


def _reminders() -> list[Reminder]:
    """Return what other slices remind the visitor of."""
    return reminders_of(db.session(), principal().account_id, clock.today())


def _published() -> service.Source:
    """Return what is published; ``?issue=1`` chooses an earlier issue of a month."""
    number = request.args.get("issue")
    session = db.session()
    if number is None or "period" not in request.args:
        return service.published_source(session)
    period = ReportPeriod.parse(request.args["period"])
    if period.span is not Span.MONTH or not number.isdecimal() or len(number) > len("9999"):
        raise InputError("report.issue_of_month")
    return service.published_source(session, period=period.first, number=int(number))


def _companies_of(scope: Scope) -> list[tuple[str, str]]:
    """Return the companies that whoever reaches them all may choose from."""
    if scope.kind is not ScopeKind.BASE:
        return []
    return service.company_choices(db.session(), scope)


def _chosen_company(scope: Scope) -> Scope:
    code = request.args.get("company")
    return service.company_scope(db.session(), scope, code) if code else scope


def _fixed() -> dict[str, Any]:
    """Return what stays in the address from page to page."""
    return {name: request.args[name] for name in ("company",) if request.args.get(name)}


def _period(form: ReportForm, source: service.Source) -> ReportPeriod:
    """Return the period that the address asks for, else the newest that is whole."""
    if text := request.args.get("period"):
        return ReportPeriod.parse(text)
    return newest_period(form.spans[0], source)


def newest_period(span: Span, source: service.Source) -> ReportPeriod:
    """Return the newest period of a length of which every month has figures, else the newest."""
    periods = source.periods(span)
    known = set(source.months)
    return next((one for one in periods if known.issuperset(one.months)), periods[0])


def _fill(form: ReportForm, source: service.Source, period: ReportPeriod) -> Report:
    return service.fill_report(form, source, period, filled_on=clock.today())


def _fill_named(form: ReportForm, scope: Scope) -> tuple[Report, service.Source]:
    session = db.session()
    source = service.own_source(session, scope, clock.today())
    period = _period(form, source)
    report = service.fill_named(session, form, scope, period)
    note_read("report.read_named", "report", f"{form.code} {period}", company_id=scope.company_id)
    return report, source


@dataclass(frozen=True, slots=True)
class _Choice:
    """A form in the list: the newest period of each of its lengths, and where to find it."""

    form: ReportForm
    periods: Sequence[tuple[ReportPeriod, str]]


def _list(
    source: service.Source, endpoint: str, companies: list[tuple[str, str]], *, named: bool
) -> ResponseReturnValue:
    def choice(form: ReportForm, page: str, **fixed: Any) -> _Choice:
        periods = [newest_period(span, source) for span in form.spans] if source.months else []
        return _Choice(
            form,
            [
                (period, url_for(page, report_code=form.code, period=str(period), **fixed))
                for period in periods
            ],
        )

    chosen = forms().values()
    public = [choice(one, endpoint, **_fixed()) for one in chosen if one.audience == "public"]
    company = [choice(one, "bureau.named_form") for one in chosen if one.audience == "company"]
    return render_template(
        "bureau/forms.html",
        public=public,
        named=company if named and not companies else [],
        months=source.months,
        reporter=source.reporter,
        is_protected=source.is_protected,
        companies=companies,
        fixed=_fixed(),
        endings=tuple(service.WRITERS),
        words=words,
    )


def _show(
    form: ReportForm, source: service.Source, endpoint: str, companies: list[tuple[str, str]]
) -> ResponseReturnValue:
    report = _fill(form, source, _period(form, source))
    return render_template("bureau/form.html", **_page(form, report, source, endpoint, companies))


def _page(
    form: ReportForm,
    report: Report,
    source: service.Source,
    endpoint: str,
    companies: list[tuple[str, str]],
) -> dict[str, Any]:
    fixed = _fixed()
    by_code: dict[str, Any] = {} if endpoint == "bureau.overview" else {"report_code": form.code}
    file_endpoint = "bureau.public_form_file" if source.is_protected else f"{endpoint}_file"
    asked: dict[str, Any] = {
        name: request.args[name] for name in ("issue",) if name in request.args
    }
    period = report.period

    def address(of: ReportPeriod) -> str:
        return url_for(endpoint, period=str(of), **by_code, **fixed)

    choices = source.periods(period.span)
    if period not in choices:
        choices = sorted([*choices, period], reverse=True)
    at = choices.index(period)
    return {
        "form": form,
        "report": report,
        "words": words,
        "withheld": WITHHELD,
        "companies": companies,
        "fixed": fixed,
        "is_overview": endpoint == "bureau.overview",
        "waiting": _waiting() if endpoint == "bureau.overview" else [],
        "returns_waiting": _returns_waiting() if endpoint == "bureau.overview" else 0,
        "reminders": _reminders() if endpoint == "bureau.overview" else [],
        "action": url_for(endpoint, **by_code),
        "choices": choices,
        "older": address(choices[at + 1]) if at + 1 < len(choices) else "",
        "newer": address(choices[at - 1]) if at else "",
        "spans": [
            {
                "label": words.SPANS[span].in_locale(current_locale()),
                "url": address(newest_period(span, source)),
                "is_current": span is period.span,
            }
            for span in form.spans
        ],
        "files": {
            ending: url_for(
                file_endpoint,
                report_code=form.code,
                ending=ending,
                period=str(period),
                **fixed,
                **asked,
            )
            for ending in service.WRITERS
        },
        "cell_url": _cell_url,
    }


def _cell_url(figure: Figure) -> str:
    """Return the address of the page that says what a figure is; "" where it is reckoned from others."""
    if figure.ref is None:
        return ""
    cell = {
        "period": str(figure.month),
        "cube": figure.ref.cube,
        "measure": figure.ref.measure,
        "groups": ",".join(figure.ref.groups),
    }
    if "issue" in request.args and request.args.get("period") == cell["period"]:
        cell["issue"] = request.args["issue"]
    return f"{url_for('bureau.cell')}?{urlencode(cell | _fixed())}"


def _send(report: Report, ending: str) -> ResponseReturnValue:
    locale = current_locale()
    content = service.write_report(report, ending, locale)
    title = report.title.in_locale(locale)
    reporter = report.reporter.in_locale(locale)
    name = made_name(title, str(report.period), reporter, ending=ending)
    return send_file(BytesIO(content), as_attachment=True, download_name=name)

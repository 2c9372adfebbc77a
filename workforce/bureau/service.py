"""Filling a report form and writing it as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from workforce.bureau.form import Filling
from workforce.bureau.forms import forms
from workforce.bureau.pdf import draw_report
from workforce.bureau.xlsx import write_workbook
from workforce.companies import queries as companies
from workforce.core.errors import InputError, NotFoundError
from workforce.core.lifecycle import FINAL
from workforce.core.period import PayPeriod
from workforce.core.text import Locale, Text
from workforce.documents.fonts import installed_fonts
from workforce.payroll import queries as payroll
from workforce.platform.scope import Scope, ScopeKind
from workforce.statistics.service import read_month, read_output

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from workforce.bureau.report import Report

WHOLE_BASE: Final = Text("数据标注基地（全部企业）", "Data annotation base (all companies)")


def fill_report(
    session: Session,
    scope: Scope,
    period: PayPeriod,
    *,
    code: str,
    is_protected: bool,
    filled_on: dt.date,
) -> Report:
    """Fill a form for what a scope reaches.

    ``is_protected`` withholds small cells: it is what an official sees, and only of the whole base.

    Raises:
        NotFoundError: there is no form of this code.
    """
    form = forms().get(code)
    if form is None:
        raise NotFoundError("report.unknown", code=code, known=", ".join(forms()))
    compared = PayPeriod(period.year - 1, period.month)
    filling = Filling(
        month=read_month(session, scope, period, is_protected=is_protected),
        previous=read_month(session, scope, period.previous(), is_protected=is_protected),
        year_ago=read_month(session, scope, compared, is_protected=is_protected)
        if form.compares_year
        else None,
        output=read_output(session, scope, period) if form.compares_year else (),
        reporter=_reporter(session, scope),
        filled_on=filled_on,
    )
    return form.fill(filling)


def _reporter(session: Session, scope: Scope) -> Text:
    if scope.kind is ScopeKind.BASE:
        return WHOLE_BASE
    name = session.scalars(companies.companies(scope)).one().name
    return Text(name, name)


def company_scope(session: Session, scope: Scope, code: str) -> Scope:
    """Narrow a scope to one company of it.

    Raises:
        NotFoundError: there is none of this code, or not in reach.
    """
    company = session.scalars(companies.company_by_code(scope, code)).one_or_none()
    if company is None:
        raise NotFoundError("report.no_company", code=code)
    return Scope.company(company.id)


def company_choices(session: Session, scope: Scope) -> list[tuple[str, str]]:
    """Return code and name of the companies in reach."""
    return [(company.code, company.name) for company in session.scalars(companies.companies(scope))]


def latest_period(
    session: Session, scope: Scope, *, is_protected: bool, today: dt.date
) -> PayPeriod:
    """Return the latest month with a payroll result (an approved one where protected).

    Without any it is the month before ``today``, the last that is over.
    """
    newest = payroll.runs(scope)
    # The month of a first half is not over.
    newest = newest.where(newest.selected_columns.period.not_like("%-H1"))
    if is_protected:
        newest = newest.where(newest.selected_columns.state.in_(FINAL))
    run = session.scalars(newest.limit(1)).one_or_none()
    return PayPeriod.of(today).previous() if run is None else PayPeriod.parse(run.period).whole


def _as_pdf(report: Report, locale: Locale) -> bytes:
    return draw_report(report, installed_fonts(), locale)


WRITERS: Final[Mapping[str, Callable[[Report, Locale], bytes]]] = {
    "pdf": _as_pdf,
    "xlsx": write_workbook,
}
"""What a report can be written as, by the ending of the file."""


def check_ending(ending: str) -> None:
    """Refuse what a report cannot be written as.

    Raises:
        InputError: names the endings that there are.
    """
    if ending not in WRITERS:
        raise InputError("report.ending", ending=ending, known=", ".join(WRITERS))


def write_report(report: Report, ending: str, locale: Locale) -> bytes:
    """Return a report as a file; needs an app context.

    Raises:
        InputError: it cannot be written as this.
        FontError: a name holds a character that no font has.
    """
    check_ending(ending)
    return WRITERS[ending](report, locale)

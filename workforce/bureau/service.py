"""Filling a report form, for whom it is, and writing it as a file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from workforce.bureau import own_months
from workforce.bureau.faces import words
from workforce.bureau.faces.csv_writer import write_csv
from workforce.bureau.faces.json_writer import write_json
from workforce.bureau.faces.pdf import draw_report
from workforce.bureau.faces.xlsx import write_workbook
from workforce.bureau.figures import PeriodFigures
from workforce.bureau.form import Filling, ReportForm
from workforce.bureau.forms import forms
from workforce.bureau.issues import issues
from workforce.bureau.issues.kept import Months
from workforce.companies import queries as companies
from workforce.companies.base_name import base_name
from workforce.core.errors import InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.report_period import ReportPeriod, Span
from workforce.core.text import Locale, Text
from workforce.documents.fonts import installed_fonts
from workforce.payroll import queries as payroll
from workforce.platform.formatting import moment
from workforce.platform.scope import Scope, ScopeKind
from workforce.statistics.service import filled, read_months
from workforce.statistics.targets import targets_in

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from workforce.bureau.issues.frozen import FrozenMeasure
    from workforce.bureau.own_months import OwnMonth
    from workforce.bureau.report import Report
    from workforce.statistics.cube import CubeSet
    from workforce.statistics.targets import Target

_UNNAMED_BASE: Final = Text("数据标注基地（全部企业）", "Data annotation base (all companies)")
"""Who reports before the base's administrator has named the base."""


COMPUTED: Final = Text(
    "系统计算，未经发布的内部数字", "Computed by the system; internal figures, not published"
)
"""What own figures are read from."""


def _no_targets(_month: PayPeriod) -> Mapping[str, Target]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a public form is filled from: the cubes of months, and whose they are."""

    read: Callable[[Collection[PayPeriod]], Mapping[PayPeriod, CubeSet]]
    """Return the cubes of those of the months that there are any of."""
    months: Sequence[PayPeriod]
    """The months that can be chosen, the newest first."""
    reporter: Text
    is_protected: bool
    origin: Callable[[Collection[PayPeriod]], Text]
    """Say in words what the figures of months are read from."""
    definitions: Callable[[Collection[PayPeriod]], Mapping[str, FrozenMeasure]] = lambda _months: {}
    """Return what measures meant when months were published, by code; the last month's word counts."""
    targets: Callable[[PayPeriod], Mapping[str, Target]] = _no_targets
    """Return by measure what is worked towards in a month; a company has no targets."""
    kept: Callable[[Collection[PayPeriod]], Mapping[PayPeriod, CubeSet]] = lambda _months: {}
    """Return the cubes of those of the months that are not computed now: ``read`` takes them, too."""
    knows: Callable[[PayPeriod], bool] = lambda _month: True
    """Tell whether there can be figures of a month."""

    def periods(self, span: Span) -> list[ReportPeriod]:
        """Return the periods of a length that have a month with figures, the newest first."""
        found = {ReportPeriod.of(month, span): None for month in self.months}
        return list(found)


def own_source(session: Session, scope: Scope, today: dt.date) -> Source:
    """Return the full figures of a scope: of a company, or of every company."""
    chosen = _own_months(session, scope, today)
    founded_on = _founded_on(session, scope)

    def is_known(month: PayPeriod) -> bool:
        """Tell whether the figures of a month are whole.

        Of the time before the first payroll in here those alone are on record who were still employed
        when it began: only before any company was founded is it known that nobody was. What is not
        over and not paid would make a quarter look whole.
        """
        if founded_on is not None and month.last_on < founded_on:
            return True
        return month in chosen or chosen[0] < month <= PayPeriod.of(today).previous()

    known: dict[PayPeriod, OwnMonth] = {}

    def kept(months: Collection[PayPeriod]) -> Mapping[PayPeriod, CubeSet]:
        known.update(_kept(session, scope, months))
        return {month: known[month].cubes for month in months if month in known}

    def read(months: Collection[PayPeriod]) -> Mapping[PayPeriod, CubeSet]:
        wanted = sorted(month for month in months if is_known(month))
        found = kept(wanted)
        others = [month for month in wanted if month not in found]
        readings = read_months(session, scope, others, is_protected=False)
        return {**found, **{one.period: filled(one) for one in readings}}

    def origin(months: Collection[PayPeriod]) -> Text:
        moments = [known[month].read_at for month in months if month in known]
        return _as_of(min(moments)) if moments else COMPUTED

    return Source(
        read=read,
        months=chosen,
        reporter=_reporter(session, scope),
        is_protected=False,
        origin=origin,
        kept=kept,
        knows=is_known,
        targets=partial(targets_in, session) if scope.kind is ScopeKind.BASE else _no_targets,
    )


def _kept(
    session: Session, scope: Scope, months: Collection[PayPeriod]
) -> Mapping[PayPeriod, OwnMonth]:
    """Return those of the months that the worker keeps: of the whole base, while they are closed."""
    if scope.kind is not ScopeKind.BASE:
        return {}
    found = own_months.kept(session, months)
    closed = set(Months(session).closed) if found else set()
    return {month: one for month, one in found.items() if month in closed}


def _as_of(read_at: dt.datetime) -> Text:
    told = moment(read_at)
    return Text(
        f"{COMPUTED.zh}；已关账的月份截至 {told}",
        f"{COMPUTED.en}; closed months as of {told}",
    )


def published_source(
    session: Session, *, period: PayPeriod | None = None, number: int | None = None
) -> Source:
    """Return what is published of the whole base; ``number`` chooses an earlier issue of a month.

    Raises:
        NotFoundError: there is no such issue.
    """
    chosen = issues.issue(session, period, number) if period and number else None
    known: dict[PayPeriod, issues.Issue] = {} if chosen is None else {chosen.period: chosen}
    asked: set[PayPeriod] = set(known)

    def found(wanted: Collection[PayPeriod]) -> list[issues.Issue]:
        """Return the issues of months in order; each is read once."""
        if missing := set(wanted) - asked:
            known.update(issues.newest(session, missing))
            asked.update(missing)
        return [known[month] for month in sorted(wanted) if month in known]

    def origin(wanted: Collection[PayPeriod]) -> Text:
        told = found(wanted)
        return Text(
            "已发布数据：" + "、".join(f"{one.period} 第 {one.number} 期" for one in told),
            "Published: " + ", ".join(f"{one.period} issue {one.number}" for one in told),
        )

    def definitions(wanted: Collection[PayPeriod]) -> Mapping[str, FrozenMeasure]:
        return {code: one for issue in found(wanted) for code, one in issue.definitions.items()}

    return Source(
        read=lambda wanted: {one.period: one.cubes for one in found(wanted)},
        months=issues.published_months(session),
        reporter=base_reporter(session),
        is_protected=True,
        origin=origin,
        definitions=definitions,
        targets=partial(targets_in, session),
    )


def _own_months(session: Session, scope: Scope, today: dt.date) -> list[PayPeriod]:
    """Return the months from the first with a payroll to the last, the newest first.

    Without any it is the month before ``today``, the last that is over.
    """
    runs = payroll.runs(scope).order_by(None).subquery()
    found = {PayPeriod.parse(text) for text in session.scalars(select(runs.c.period).distinct())}
    # The month of a first half is not over.
    months = sorted(period.whole for period in found if period.ends_month)
    if not months:
        return [PayPeriod.of(today).previous()]
    last, month = months[-1], months[0]
    between = [month]
    while between[-1] < last:
        between.append(between[-1].next())
    return between[::-1]


def _founded_on(session: Session, scope: Scope) -> dt.date | None:
    """Return the day on which the first of the companies was founded, or None without any."""
    facts = companies.company_facts(scope).order_by(None).subquery()
    found: dt.date | None = session.scalar(select(func.min(facts.c.founded_on)))
    return found


def base_reporter(session: Session) -> Text:
    """Return the base as reporter: as it is called today, also above an earlier issue.

    An issue freezes figures and what they mean, not who prints them.
    """
    return base_name(session) or _UNNAMED_BASE


def _reporter(session: Session, scope: Scope) -> Text:
    if scope.kind is ScopeKind.BASE:
        return base_reporter(session)
    name = session.scalars(companies.companies(scope)).one().name
    return Text(name, name)


def public_form(code: str) -> ReportForm:
    """Return a form that is filled from cubes.

    Raises:
        NotFoundError: there is none of this code.
    """
    return _form(code, "public")


def company_form(code: str) -> ReportForm:
    """Return a form that names people.

    Raises:
        NotFoundError: there is none of this code.
    """
    return _form(code, "company")


def any_form(code: str) -> ReportForm:
    """Return a form of either kind.

    Raises:
        NotFoundError: there is none of this code.
    """
    return _form(code, None)


def _form(code: str, audience: str | None) -> ReportForm:
    known = {name: one for name, one in forms().items() if audience in {None, one.audience}}
    if code not in known:
        raise NotFoundError("report.unknown", code=code, known=", ".join(known))
    return known[code]


def check_span(form: ReportForm, period: ReportPeriod) -> None:
    """Refuse a period of a length that a form does not have.

    Raises:
        InputError: names the lengths that it has.
    """
    if period.span not in form.spans:
        known = "、".join(_SPAN_EXAMPLES[span] for span in form.spans)
        raise InputError("report.span", title=form.title, period=period, known=known)


_SPAN_EXAMPLES: Final = {Span.MONTH: "2026-10", Span.QUARTER: "2026-Q3", Span.YEAR: "2026"}


def fill_report(
    form: ReportForm,
    source: Source,
    period: ReportPeriod,
    *,
    filled_on: dt.date,
) -> Report:
    """Fill a public form for a period.

    Raises:
        InputError: the form is not for periods of this length.
        NotFoundError: what is published has nothing of this period.
    """
    check_span(form, period)
    if form.fill is None:
        raise NotFoundError("report.unknown", code=form.code, known="")
    periods = {
        "previous": period.previous(),
        "year_ago": period.year_ago,
        "opening": ReportPeriod(source.months[-1] if source.months else period.first),
    }
    wanted = [period, *(periods[name] for name in form.compares)]
    sets = source.read({month for one in wanted for month in one.months})
    if source.is_protected and not any(month in sets for month in period.months):
        raise NotFoundError("report.not_published", period=words.period(period))

    def figures(of: ReportPeriod) -> PeriodFigures:
        is_read = of in wanted
        return PeriodFigures(of, tuple(sets.get(month) if is_read else None for month in of.months))

    told = [month for month in period.months if month in sets]
    return form.fill(
        Filling(
            now=figures(period),
            **{name: figures(of) for name, of in periods.items()},
            targets={code: one.value for code, one in source.targets(period.months[-1]).items()},
            definitions=source.definitions(told),
            reporter=source.reporter,
            filled_on=filled_on,
            is_protected=source.is_protected,
            origin=source.origin(told),
        )
    )


def fill_named(session: Session, form: ReportForm, scope: Scope, period: ReportPeriod) -> Report:
    """Fill a form that names people, of one company.

    Raises:
        InputError: the scope is not one company, or the form not for periods of this length.
    """
    check_span(form, period)
    if scope.kind is not ScopeKind.COMPANY:
        raise InputError("report.named_is_own", title=form.title)
    if form.fill_named is None:
        raise NotFoundError("report.unknown", code=form.code, known="")
    return form.fill_named(session, scope, period)


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


def _as_pdf(report: Report, locale: Locale) -> bytes:
    return draw_report(report, installed_fonts(), locale)


WRITERS: Final[Mapping[str, Callable[[Report, Locale], bytes]]] = {
    "pdf": _as_pdf,
    "xlsx": write_workbook,
    "csv": write_csv,
    "json": write_json,
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

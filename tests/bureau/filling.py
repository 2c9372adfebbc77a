"""Filling forms in tests: from the own figures of a scope, or from what is published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.orm import Session

from tests.factories.issues import create_issue
from workforce.bureau import service
from workforce.bureau.report import Report, Table
from workforce.core.period import PayPeriod
from workforce.core.report_period import ReportPeriod
from workforce.core.text import Text
from workforce.platform.scope import Scope
from workforce.statistics.cube import CubeSet
from workforce.statistics.service import compute_cubes
from workforce.statistics.targets import Bound, Target

TODAY = dt.date(2026, 11, 24)


def own(
    session: Session,
    code: str = "employment",
    period: str = "2026-10",
    scope: Scope | None = None,
) -> Report:
    """Fill a form in full, for the whole base or a narrower scope."""
    source = service.own_source(session, scope or Scope.base(), TODAY)
    form = service.public_form(code)
    return service.fill_report(form, source, ReportPeriod.parse(period), filled_on=TODAY)


def publish(session: Session, *months: PayPeriod) -> None:
    """Publish months as they are now, protected."""
    for month in months:
        create_issue(session, compute_cubes(session, Scope.base(), month, is_protected=True))
    session.commit()


def public(session: Session, code: str = "employment", period: str = "2026-10") -> Report:
    """Fill a form from what is published."""
    form = service.public_form(code)
    source = service.published_source(session)
    return service.fill_report(form, source, ReportPeriod.parse(period), filled_on=TODAY)


def given(
    sets: Mapping[PayPeriod, CubeSet],
    *,
    is_protected: bool = False,
    targets: Mapping[str, int] | None = None,
) -> service.Source:
    """Return cubes written by hand as a source; ``targets`` are to be reached at least."""
    aims = targets or {}

    def target(measure: str, period: PayPeriod) -> Target:
        return Target(
            measure=measure,
            period=period,
            bound=Bound.AT_LEAST,
            value=aims[measure],
            reason="",
            set_at=dt.datetime.combine(TODAY, dt.time(), dt.UTC),
        )

    return service.Source(
        read=lambda months: {month: sets[month] for month in months if month in sets},
        months=sorted(sets, reverse=True),
        reporter=Text("甲", "A"),
        is_protected=is_protected,
        origin=lambda _months: Text("手写", "by hand"),
        targets=lambda period: {measure: target(measure, period) for measure in aims},
    )


def table_of(report: Report, code: str) -> Table:
    """Return a table of a report by its code."""
    (found,) = [table for table in report.tables if table.code == code]
    return found


def column_of(table: Table, measure: str) -> dict[str, str]:
    """Return the figures of a measure's column by the names of their lines."""
    (at,) = [
        index
        for index, column in enumerate(table.columns)
        if column.definition and column.definition.measure.code == measure
    ]
    return {row.label.zh: row.figures[at].text for row in table.lines}


def lines_of(table: Table) -> list[tuple[str, list[str]]]:
    """Return the lines of a table as their name and the texts of their figures."""
    return [(row.label.zh, [figure.text for figure in row.figures]) for row in table.lines]

"""The officials' overview: which months it may be of, and how it is kept.

Only closed months: what an official reads does not change the next day. A county's month takes
seconds to read; a closed one is therefore kept once it was filled (``ReportSnapshot``), by a nightly
job or by whoever opens it first. What is kept is what would be filled anew: a test holds them equal.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from workforce.bureau.models import ReportSnapshot
from workforce.bureau.service import fill_report
from workforce.bureau.stored import StoredReportError, from_json, to_json
from workforce.core.errors import InputError
from workforce.core.lifecycle import RunState
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.payroll import queries as payroll
from workforce.platform import clock
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.statistics.disclosure import THRESHOLD

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.bureau.report import Report

CODE: Final = "overview"
_SIZES: Final = (THRESHOLD, 10, 50, 200, 1_000, 5_000, 10_000)


class Months:
    """The base's payroll results by month: which are closed, and what they are."""

    def __init__(self, session: Session) -> None:
        """Read every regular run's period, state and result, with one query."""
        run = payroll.runs(Scope.base()).order_by(None).subquery()
        rows = session.execute(
            select(run.c.company_id, run.c.period, run.c.state, run.c.result_hash)
            .where(run.c.kind == "regular")
            .order_by(run.c.company_id, run.c.period, run.c.id)
        ).all()
        self._results: defaultdict[PayPeriod, list[str]] = defaultdict(list)
        is_open: set[PayPeriod] = set()
        for row in rows:
            month = PayPeriod.parse(row.period).whole
            self._results[month].append(
                f"{row.company_id}|{row.period}|{row.state}|{row.result_hash}"
            )
            if row.state != RunState.CLOSED:
                is_open.add(month)
        self.closed = sorted(self._results.keys() - is_open, reverse=True)
        """Months whose every regular run is closed, the newest first."""

    def input_hash(self, month: PayPeriod) -> str:
        """Return what names the results that an overview of a month is filled from."""
        beside = (month, month.previous(), PayPeriod(month.year - 1, month.month))
        told = [line for one in beside for line in [str(one), *self._results.get(one, [])]]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


def overview(session: Session, months: Months, month: PayPeriod) -> tuple[Report, dt.datetime]:
    """Return the protected overview of a closed month and when it was filled.

    Raises:
        InputError: the month is not closed.
    """
    if month not in months.closed:
        raise InputError("overview.not_closed", period=month)
    wanted = months.input_hash(month)
    kept = session.scalar(
        select(ReportSnapshot).where(
            ReportSnapshot.code == CODE, ReportSnapshot.period == str(month)
        )
    )
    if kept is not None and kept.input_hash == wanted:
        try:
            return from_json(kept.content), kept.made_at
        except StoredReportError:
            pass
    report = fill_overview(session, month)
    made_at = clock.now()
    with unit_of_work() as writing:
        _keep(writing, month, wanted, report, made_at)
    return report, made_at


def size_class(report: Report) -> Text:
    """Return between which numbers of jobs at the end of the month the whole report stands."""
    (jobs,) = [
        row.figures[0].value
        for row in report.summary.tables[0].rows
        if row.definition and row.definition.measure.code == "jobs_end"
    ]
    if jobs is None:
        return Text(f"不足 {THRESHOLD}", f"fewer than {THRESHOLD}")
    low = max(edge for edge in _SIZES if edge <= jobs)
    if low == _SIZES[-1]:
        return Text(f"{low:,} 以上", f"{low:,} or more")
    high = _SIZES[_SIZES.index(low) + 1] - 1
    return Text(f"{low:,}–{high:,}", f"{low:,}–{high:,}")


def fill_overview(session: Session, month: PayPeriod) -> Report:
    """Fill the overview of a month from the tables, whatever is kept of it."""
    return fill_report(
        session, Scope.base(), month, code=CODE, is_protected=True, filled_on=clock.today()
    )


def _keep(
    session: Session, month: PayPeriod, input_hash: str, report: Report, made_at: dt.datetime
) -> None:
    chosen = select(ReportSnapshot).where(
        ReportSnapshot.code == CODE, ReportSnapshot.period == str(month)
    )
    kept = session.scalar(chosen.with_for_update())
    if kept is None:
        kept = ReportSnapshot(code=CODE, period=str(month))
        session.add(kept)
    kept.input_hash, kept.content, kept.made_at = input_hash, to_json(report), made_at

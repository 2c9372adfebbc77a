"""Protected reports, kept as they were filled: a county's month takes seconds to read.

What is kept is what would be filled anew; a test holds them equal. A report is filled again when the
payroll results that it tells of have changed, and each day while one of its months is not closed: until
then people's dates may still be put right.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import Select, or_, select
from sqlalchemy.exc import IntegrityError

import workforce
from workforce.bureau.models import ReportSnapshot
from workforce.bureau.service import fill_report
from workforce.bureau.stored import StoredReportError, from_json, to_json
from workforce.core.lifecycle import FINAL, RunState
from workforce.core.period import PayPeriod
from workforce.payroll import queries as payroll
from workforce.platform import clock
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.bureau.report import Report


class Months:
    """The base's payroll results by month: which are closed, and what they are."""

    def __init__(self, session: Session) -> None:
        """Read period, state and result of every run that reports tell of, with one query."""
        run = payroll.runs(Scope.base()).order_by(None).subquery()
        rows = session.execute(
            select(run.c.company_id, run.c.period, run.c.state, run.c.result_hash, run.c.kind)
            .where(or_(run.c.kind == "regular", run.c.state.in_([state.value for state in FINAL])))
            .order_by(run.c.company_id, run.c.period, run.c.id)
        ).all()
        self._results: defaultdict[PayPeriod, list[str]] = defaultdict(list)
        is_open: set[PayPeriod] = set()
        computed = {
            (row.company_id, PayPeriod.parse(row.period)) for row in rows if row.kind == "regular"
        }
        for row in rows:
            period = PayPeriod.parse(row.period)
            month = period.whole
            self._results[month].append(
                f"{row.company_id}|{row.period}|{row.state}|{row.result_hash}"
            )
            if row.kind != "regular":
                # Extra pay adds to a month's figures, and does not keep the month open.
                continue
            # A closed first half is not a month's end.
            is_whole = period.ends_month or (row.company_id, period.next()) in computed
            if row.state != RunState.CLOSED or not is_whole:
                is_open.add(month)
        self.closed = sorted(self._results.keys() - is_open, reverse=True)
        """Months whose every regular run, to the month's end, is closed; the newest first."""

    def has_result(self, month: PayPeriod) -> bool:
        """Tell whether any company has computed the month."""
        return month in self._results

    def input_hash(self, month: PayPeriod) -> str:
        """Return what names the results that a report of a month, with its comparisons, tells of."""
        beside = (month, month.previous(), PayPeriod(month.year - 1, month.month))
        told = [line for one in beside for line in [str(one), *self._results.get(one, [])]]
        if any(one in self._results and one not in self.closed for one in beside):
            told.append(str(clock.today()))
        return hashlib.sha256("\n".join([workforce.__version__, *told]).encode()).hexdigest()


def kept_report(
    session: Session, code: str, months: Months, month: PayPeriod
) -> tuple[Report, dt.datetime]:
    """Return the protected report of the whole base, and when it was filled: now, or earlier.

    A month without any payroll result tells nothing worth keeping.
    """
    if not months.has_result(month):
        return fill_protected(session, code, month), clock.now()
    wanted = months.input_hash(month)
    kept = session.scalar(_snapshot(code, month))
    if kept is not None and kept.input_hash == wanted:
        try:
            return from_json(kept.content), kept.made_at
        except StoredReportError:
            pass
    report = fill_protected(session, code, month)
    made_at = clock.now()
    with unit_of_work() as writing:
        _keep(writing, code, month, wanted, report, made_at)
    return report, made_at


def fill_protected(session: Session, code: str, month: PayPeriod) -> Report:
    """Fill the report from the tables, whatever is kept of it."""
    return fill_report(
        session, Scope.base(), month, code=code, is_protected=True, filled_on=clock.today()
    )


def _keep(
    session: Session,
    code: str,
    month: PayPeriod,
    input_hash: str,
    report: Report,
    made_at: dt.datetime,
) -> None:
    kept = session.scalar(_snapshot(code, month).with_for_update())
    told = {"input_hash": input_hash, "content": to_json(report), "made_at": made_at}
    if kept is not None:
        for name, value in told.items():
            setattr(kept, name, value)
        return
    # Somebody else may look at the month for the first time at the same moment, and keep it.
    with suppress(IntegrityError), session.begin_nested():
        session.add(ReportSnapshot(code=code, period=str(month), **told))


def _snapshot(code: str, month: PayPeriod) -> Select[ReportSnapshot]:
    return select(ReportSnapshot).where(
        ReportSnapshot.code == code, ReportSnapshot.period == str(month)
    )

"""Protected reports, kept as they were filled: a county's month takes seconds to read.

What is kept is what would be filled anew; a test holds them equal. A report is filled again when the
payroll results that it tells of have changed, and each day while one of its months is not closed: until
then people's dates may still be put right.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

import workforce
from workforce.bureau.service import fill_report
from workforce.core.lifecycle import FINAL, RunState
from workforce.core.period import PayPeriod
from workforce.payroll import queries as payroll
from workforce.platform import clock
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
    """Return the protected report of the whole base, and when it was filled."""
    del months
    return fill_protected(session, code, month), clock.now()


def fill_protected(session: Session, code: str, month: PayPeriod) -> Report:
    """Fill the report from the tables."""
    return fill_report(
        session, Scope.base(), month, code=code, is_protected=True, filled_on=clock.today()
    )

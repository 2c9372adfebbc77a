"""The officials' overview: which months it may be of.

Only closed months: what an official reads does not change the next day.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from workforce.bureau.kept import Months, kept_report
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.statistics.disclosure import THRESHOLD

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.bureau.report import Report

CODE: Final = "overview"
_SIZES: Final = (THRESHOLD, 10, 50, 200, 1_000, 5_000, 10_000)


def overview(session: Session, months: Months, month: PayPeriod) -> tuple[Report, dt.datetime]:
    """Return the protected overview of a closed month and when it was filled.

    Raises:
        InputError: the month is not closed.
    """
    if month not in months.closed:
        raise InputError("overview.not_closed", period=month)
    return kept_report(session, CODE, months, month)


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

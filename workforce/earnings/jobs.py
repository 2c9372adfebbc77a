"""Each evening how every open month stands is kept, so that one sees the next day what has changed."""

from __future__ import annotations

from typing import Any, Final

from workforce.core.text import Text
from workforce.earnings import daily
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.jobs import JobKind, Progress, Task
from workforce.platform.law_book import law_book
from workforce.platform.schedules import DefaultSchedule


def _keep(_task: Task, progress: Progress) -> dict[str, Any]:
    """Compute company by company, and keep each in a short transaction of its own."""
    today, book = clock.today(), law_book()
    companies = daily.companies_of_base(db.session())
    progress.step("keep_earnings", total=len(companies))
    count = 0
    for company in companies:
        kept = daily.keep_company(db.session(), company, today, book)
        with unit_of_work() as session:
            count += daily.store(session, today, kept)
        progress.advance(1)
    with unit_of_work() as session:
        result = {"people": count}
        progress.complete(session, result)
    return result


KEEP_EARNINGS: Final = JobKind(
    "keep_earnings",
    _keep,
    summary=lambda result: Text(
        f"已记下 {result['people']} 人的当月收入", f"earnings of {result['people']} people kept"
    ),
)

JOBS: Final = (KEEP_EARNINGS,)
SCHEDULES: Final = (DefaultSchedule(KEEP_EARNINGS, "40 23 * * *"),)
"""Late in the day: what comes in afterwards shows as a change of the next day."""

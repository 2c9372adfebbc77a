"""Filling the overviews of closed months by night, so that nobody waits for the first look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workforce.bureau.kept import Months
from workforce.bureau.overview import overview
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.platform.db import db
from workforce.platform.jobs import JobKind, Progress, Task
from workforce.platform.schedules import DefaultSchedule


def _fill(task: Task, progress: Progress) -> Mapping[str, Any]:
    del task
    session = db.session()
    months = Months(session)
    progress.step("fill_overview", total=len(months.closed))
    for month in months.closed:
        overview(session, months, month)
        progress.advance()
    return {"months": len(months.closed)}


FILL_OVERVIEWS: Final = JobKind(
    "fill_overviews",
    _fill,
    permission=Permission.SCHEDULE_MANAGE,
    summary=lambda result: Text(
        f"{result['months']} 个已关账月份的总览", f"overviews of {result['months']} closed months"
    ),
)

JOBS: Final = (FILL_OVERVIEWS,)
SCHEDULES: Final = (DefaultSchedule(FILL_OVERVIEWS, "40 3 * * *"),)

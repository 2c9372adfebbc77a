"""Keeping the protected figures of closed months up to date, so that nobody waits for them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from workforce.bureau import kept
from workforce.bureau.kept import Months
from workforce.core.errors import StateError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.platform.db import db
from workforce.platform.jobs import JobKind, Progress, Task
from workforce.platform.schedules import DefaultSchedule

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_log = logging.getLogger(__name__)


def _keep(task: Task, progress: Progress) -> Mapping[str, Any]:
    del task
    session = db.session()
    months = Months(session)
    progress.step("keep_statistics", total=len(months.closed))
    made, failed = 0, []
    # The protection of a month looks at the month before it.
    for month in reversed(months.closed):
        try:
            made += kept.refresh(session, months, month)
        except StateError:
            _log.exception("%s cannot be protected", month)
            failed.append(str(month))
        progress.advance()
    if failed:
        raise StateError("issue.not_protected", periods=", ".join(failed))
    return {"months": len(months.closed), "made": made}


def _summary(result: Mapping[str, Any]) -> Text:
    months, made = result["months"], result.get("made", result["months"])
    return Text(
        f"{months} 个已关账的月份，重新计算 {made} 个",
        f"{months} closed months, {made} computed anew",
    )


def _is_needed(session: Session) -> bool:
    return bool(Months(session).closed)


KEEP_STATISTICS: Final = JobKind(
    "keep_statistics", _keep, permission=Permission.SCHEDULE_MANAGE, summary=_summary
)

JOBS: Final = (KEEP_STATISTICS,)
SCHEDULES: Final = (DefaultSchedule(KEEP_STATISTICS, "40 * * * *", is_needed=_is_needed),)

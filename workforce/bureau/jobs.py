"""Keeping the protected figures of closed months up to date, and what officials may try of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from workforce.bureau.issues import issues, kept
from workforce.bureau.issues.kept import Months
from workforce.core.errors import StateError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.platform.db import db
from workforce.platform.jobs import JobKind, Progress, Task
from workforce.platform.schedules import DefaultSchedule
from workforce.policy_lab import ladders

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_STUDIED: Final = 3
"""Of so many of the newest published months officials may try something; older ones stay as they are."""

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


def _keep_ladders(task: Task, progress: Progress) -> Mapping[str, Any]:
    del task
    session = db.session()
    wanted = ladders.missing(session, issues.published_months(session)[:_STUDIED])
    progress.step("keep_ladders", total=len(wanted))
    made = 0
    for month in wanted:
        made += ladders.make(session, month)
        progress.advance()
    return {"months": len(wanted), "made": made}


def _ladders_summary(result: Mapping[str, Any]) -> Text:
    made = result["made"]
    return Text(f"{made} 个月算好了公开试算", f"months that officials can try: {made}")


def _is_published(session: Session) -> bool:
    return bool(issues.published_months(session))


def _is_needed(session: Session) -> bool:
    return bool(Months(session).closed)


KEEP_STATISTICS: Final = JobKind(
    "keep_statistics", _keep, permission=Permission.SCHEDULE_MANAGE, summary=_summary
)

KEEP_LADDERS: Final = JobKind(
    "keep_ladders", _keep_ladders, permission=Permission.SCHEDULE_MANAGE, summary=_ladders_summary
)

JOBS: Final = (KEEP_STATISTICS, KEEP_LADDERS)
SCHEDULES: Final = (
    DefaultSchedule(KEEP_STATISTICS, "40 * * * *", is_needed=_is_needed),
    DefaultSchedule(KEEP_LADDERS, "50 * * * *", is_needed=_is_published),
)

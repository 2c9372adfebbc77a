"""Housekeeping: the audit is chained, and what nobody asks for any more is deleted."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from sqlalchemy import delete, or_, select

from workforce.core.text import Text
from workforce.platform import audit, clock
from workforce.platform.db import unit_of_work
from workforce.platform.jobs import OPEN, Job, JobKind, JobState, Progress, Task
from workforce.platform.schedules import DefaultSchedule, Firing
from workforce.platform.uploads import clean_uploads
from workforce.platform.workers import Worker

KEEP_QUIET: Final = dt.timedelta(days=2)
"""Scheduled work that simply succeeded is history after two days, …"""
KEEP_ALL: Final = dt.timedelta(days=90)
"""… everything else after a quarter: what people asked for, what failed, what was missed."""
_CHUNK_ROWS: Final = 5_000
_SEALED_ROWS: Final = 2_000


def _seal_audit(_task: Task, progress: Progress) -> dict[str, Any]:
    """Chain what was written since the last time, in short transactions."""
    progress.step("seal")
    count = 0
    while True:
        with unit_of_work() as session:
            sealed = audit.seal(session, most=_SEALED_ROWS, is_quick=True)
            count += sealed
            if sealed < _SEALED_ROWS:
                result = {"entries": count}
                progress.complete(session, result)
                return result
        progress.advance(sealed)


def _clean_up(_task: Task, progress: Progress) -> dict[str, Any]:
    """Delete in small transactions: nobody who writes waits long."""
    progress.step("clean")
    now = clock.now()
    quiet = Job.due_at.is_not(None) & (Job.state == JobState.DONE)
    old = select(Job.id).where(
        Job.state.not_in(OPEN),
        or_(Job.finished_at < now - KEEP_ALL, quiet & (Job.finished_at < now - KEEP_QUIET)),
    )
    count = 0
    while True:
        with unit_of_work() as session:
            ids = list(session.scalars(old.order_by(Job.id).limit(_CHUNK_ROWS)))
            session.execute(delete(Firing).where(Firing.job_id.in_(ids)))
            session.execute(delete(Job).where(Job.id.in_(ids)))
        count += len(ids)
        progress.advance(len(ids))
        if len(ids) < _CHUNK_ROWS:
            break
    with unit_of_work() as session:
        session.execute(
            delete(Firing).where(Firing.job_id.is_(None), Firing.created_at < now - KEEP_ALL)
        )
        session.execute(delete(Worker).where(Worker.heartbeat_at < now - KEEP_ALL))
        clean_uploads(session)
        # What the quick sealing of every minute may have left behind.
        audit.seal(session)
        result = {"jobs": count}
        progress.complete(session, result)
    return result


SEAL_AUDIT: Final = JobKind(
    "seal_audit",
    _seal_audit,
    summary=lambda result: Text(
        f"已封存 {result['entries']} 条操作记录", f"{result['entries']} entries sealed"
    ),
)
CLEAN_UP: Final = JobKind(
    "clean_up",
    _clean_up,
    summary=lambda result: Text(
        f"已清理 {result['jobs']} 条过期任务", f"{result['jobs']} old jobs deleted"
    ),
)

JOBS: Final = (SEAL_AUDIT, CLEAN_UP)
SCHEDULES: Final = (
    DefaultSchedule(SEAL_AUDIT, "* * * * *"),
    DefaultSchedule(CLEAN_UP, "30 3 * * *"),
)

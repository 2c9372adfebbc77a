"""Keeping the files of the public screen fresh."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from workforce.board import service
from workforce.bureau.issues.issues import published_months
from workforce.core.errors import StateError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.platform.db import db
from workforce.platform.exhibits import REFRESH
from workforce.platform.installation import installation
from workforce.platform.jobs import JobKind, Progress, Task
from workforce.platform.schedules import DefaultSchedule

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def _refresh(task: Task, progress: Progress) -> Mapping[str, Any]:
    del task
    progress.step("refresh_board")
    found = service.refresh(db.session(), installation().instance)
    if found is None:
        return {"period": None, "exhibits": 0}
    if found.failed:
        raise StateError("board.failed", codes=", ".join(found.failed))
    return {"period": str(found.snapshot.period), "exhibits": len(found.snapshot.shown)}


def _summary(result: Mapping[str, Any]) -> Text:
    if result["period"] is None:
        return Text("还没有发布的月份", "No month is published yet")
    period, count = result["period"], result["exhibits"]
    return Text(f"{period}，{count} 项内容", f"{period}, {count} exhibits")


def _is_needed(session: Session) -> bool:
    return bool(published_months(session))


REFRESH_BOARD: Final = JobKind(
    REFRESH, _refresh, permission=Permission.SCHEDULE_MANAGE, summary=_summary
)

JOBS: Final = (REFRESH_BOARD,)
SCHEDULES: Final = (DefaultSchedule(REFRESH_BOARD, "*/5 * * * *", is_needed=_is_needed),)

"""Long files in the background: looked at, and applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from flask import url_for

from workforce.core.permissions import Permission
from workforce.imports import kept
from workforce.imports.kept import Applied, Visitor
from workforce.platform.db import db
from workforce.platform.jobs import JobKind, Progress, Task
from workforce.platform.schedules import DefaultSchedule
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def params_of(visitor: Visitor, preview_id: int, **also: Any) -> dict[str, Any]:
    """Return what a job must know of who asked for it."""
    scope = visitor.scope
    teams = sorted(scope.team_ids) if scope.kind == "team" else None
    return {"preview_id": preview_id, "team_ids": teams, **also}


def _visitor(task: Task) -> Visitor:
    company_id, teams = task.company_id, task.params["team_ids"]
    if company_id is None:
        return Visitor(task.actor, Scope.base())
    scope = (
        Scope.company(company_id) if teams is None else Scope.teams(company_id, frozenset(teams))
    )
    return Visitor(task.actor, scope)


def _look(task: Task, progress: Progress) -> Mapping[str, Any]:
    preview_id = int(task.params["preview_id"])
    progress.step("read_file")
    kept.look(_visitor(task), preview_id, db.session())
    return {"preview_id": preview_id}


def _apply(task: Task, progress: Progress) -> Mapping[str, Any]:
    preview_id = int(task.params["preview_id"])
    progress.step("store_rows")
    result: dict[str, Any] = {"preview_id": preview_id}

    def complete(session: Session, done: Applied) -> None:
        result["receipt_id"] = done.receipt_id
        progress.complete(session, result)

    kept.apply(
        _visitor(task),
        preview_id,
        db.session(),
        digest=str(task.params["digest"]),
        keep_good_rows=bool(task.params["keep_good_rows"]),
        also=complete,
    )
    return result


def _link(result: Mapping[str, Any]) -> str | None:
    return url_for("imports.preview", preview_id=result["preview_id"])


LOOK: Final = JobKind("import_preview", _look, Permission.JOB_READ, link=_link)
APPLY: Final = JobKind("import_apply", _apply, Permission.JOB_READ, link=_link)


def _drop(task: Task, progress: Progress) -> Mapping[str, Any]:
    del task, progress
    return {"files": kept.drop_expired()}


DROP: Final = JobKind("import_drop_expired", _drop, Permission.SCHEDULE_MANAGE)

JOBS: Final = (LOOK, APPLY, DROP)

SCHEDULES: Final = (DefaultSchedule(DROP, "23 * * * *"),)

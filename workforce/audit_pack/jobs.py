"""Making packs in the background, and the end of those that nobody has fetched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import url_for

from workforce.audit_pack import service
from workforce.audit_pack.service import Wanted
from workforce.core.permissions import Permission
from workforce.core.text import Text, plural
from workforce.platform.db import db, unit_of_work
from workforce.platform.jobs import JobKind, Progress, Task
from workforce.platform.schedules import DefaultSchedule
from workforce.platform.scope import Scope


def params_of(wanted: Wanted) -> dict[str, Any]:
    """Return what a job must know of the pack that is wanted."""
    return {
        "run_id": wanted.run_id,
        "identity": wanted.identity.value,
        "receiver": wanted.receiver,
    }


def _make(task: Task, progress: Progress) -> Mapping[str, Any]:
    wanted = Wanted.of(**task.params)
    progress.step("pay_read")
    reach = Scope.company(task.company_id or 0)
    pack = service.read(db.session(), reach, wanted)
    progress.step("write_pack", total=pack.count)
    made = service.make(pack, progress.advance)
    result = {"run_id": wanted.run_id, "count": made.count, "receiver": wanted.receiver}
    with unit_of_work() as session:
        service.note_made(session, task.actor, pack, made.fingerprint)
        progress.complete(session, result)
    return result


def _drop(task: Task, progress: Progress) -> Mapping[str, Any]:
    del task, progress
    return {"files": service.drop_expired()}


MAKE: Final = JobKind(
    "make_audit_pack",
    _make,
    Permission.DOCUMENT_PRODUCE,
    link=lambda result: url_for("audit_pack.packs", run_id=result["run_id"]),
    summary=lambda result: Text(
        f"{result['count']} 人，交给{result['receiver']}",
        f"{result['count']} {plural(result['count'], 'person', 'people')}, for {result['receiver']}",
    ),
)
DROP: Final = JobKind("drop_audit_packs", _drop, Permission.SCHEDULE_MANAGE)

JOBS: Final = (MAKE, DROP)
SCHEDULES: Final = (DefaultSchedule(DROP, "55 3 * * *"),)

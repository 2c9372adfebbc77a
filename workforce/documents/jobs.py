"""Payslips in bulk in the background, and the end of what nobody has fetched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import url_for

from workforce.core.permissions import Permission
from workforce.core.text import Text, plural
from workforce.documents import bulk
from workforce.documents.bulk import Wanted
from workforce.documents.bulk_parts import Form
from workforce.documents.service import MadeOf, note_made
from workforce.platform.db import db, unit_of_work
from workforce.platform.jobs import JobKind, Progress, Task
from workforce.platform.schedules import DefaultSchedule
from workforce.platform.scope import Scope

_MOST_NAMED: Final = 100


def params_of(wanted: Wanted) -> dict[str, Any]:
    """Return what a job must know of the file that is wanted."""
    return {"run_id": wanted.run_id, "form": wanted.form.value, "locale": wanted.locale}


def wanted_of(params: Mapping[str, Any]) -> Wanted:
    """Return the file that a job makes."""
    return Wanted(int(params["run_id"]), Form(params["form"]), params["locale"])


def _make(task: Task, progress: Progress) -> Mapping[str, Any]:
    wanted, company_id = wanted_of(task.params), task.company_id or 0
    made = bulk.make(
        db.session(),
        Scope.company(company_id),
        wanted,
        begin=lambda total: progress.step("draw_payslips", total=total),
        advance=progress.advance,
    )
    result = {
        **params_of(wanted),
        "count": made.count,
        "failed": [failure.employee_no for failure in made.failures][:_MOST_NAMED],
        "failed_count": len(made.failures),
    }
    with unit_of_work() as session:
        about = MadeOf(wanted.run_id, company_id, made.result_hash)
        note_made(session, task.actor, "payslip.produce", about, made.count)
        progress.complete(session, result)
    return result


def _said(result: Mapping[str, Any]) -> Text:
    count, failed = result["count"], result["failed_count"]
    if not failed:
        return Text(f"{count} 份工资条", f"{count} {plural(count, 'payslip', 'payslips')}")
    named = result["failed"]
    return Text(
        f"{count} 份工资条，{failed} 份未能生成：{'、'.join(named)}",
        f"{count} {plural(count, 'payslip', 'payslips')}, {failed} could not be drawn: {', '.join(named)}",
    )


def _drop(task: Task, progress: Progress) -> Mapping[str, Any]:
    del task, progress
    return {"files": bulk.drop_expired()}


BULK: Final = JobKind(
    "bulk_payslips",
    _make,
    Permission.DOCUMENT_PRODUCE,
    link=lambda result: url_for("payslip_files.choices", run_id=result["run_id"]),
    summary=_said,
)
DROP: Final = JobKind("drop_payslip_files", _drop, Permission.SCHEDULE_MANAGE)

JOBS: Final = (BULK, DROP)
SCHEDULES: Final = (DefaultSchedule(DROP, "50 3 * * *"),)

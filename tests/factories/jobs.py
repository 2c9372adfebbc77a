"""Jobs, schedules and firings for tests."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.rows import add
from workforce.accounts.models import Account
from workforce.companies.models import Company
from workforce.platform.jobs import Job, JobKind, Progress, task_of
from workforce.platform.schedules import Firing, Schedule

AT = dt.datetime(2026, 11, 10, 4, tzinfo=dt.UTC)
_numbers = count(1)


def create_job(
    session: Session, company: Company | None = None, account: Account | None = None, **changes: Any
) -> Job:
    """Make a job that waits, asked for by an account."""
    values = {
        "kind": "clean_up",
        "company_id": company.id if company else None,
        "params": "{}",
        "open_key": f"test{next(_numbers)}",
        "state": "queued",
        "done_count": 0,
        "created_by_id": account.id if account else None,
        "created_by_name": account.login_name if account else "cli",
        "created_at": AT,
        "attempt": 0,
        "failure_count": 0,
        "is_cancel_wanted": False,
    }
    return add(session, Job(**values | changes))


def do_now(session: Session, kind: JobKind) -> dict[str, Any]:
    """Do a job of a kind without parameters, and return its result."""
    job = create_job(session, kind=kind.code, state="running", attempt=1)
    progress = Progress(task_of(job))
    session.commit()
    result = kind.run(progress.task, progress)
    return dict(result or {})


def create_schedule(session: Session, company: Company | None = None, **changes: Any) -> Schedule:
    """Make a schedule that is due each day at noon."""
    values = {
        "key": f"test{next(_numbers)}",
        "kind": "clean_up",
        "company_id": company.id if company else None,
        "cron": "0 12 * * *",
        "is_enabled": True,
        "catches_up": True,
        "handled_until": AT,
    }
    return add(session, Schedule(**values | changes))


def create_firing(
    session: Session, schedule: Schedule, job: Job | None = None, **changes: Any
) -> Firing:
    """Make a due time of a schedule: done by a job, or missed."""
    values = {
        "schedule_id": schedule.id,
        "due_at": AT,
        "first_due_at": AT,
        "due_count": 1,
        "repeat": 0,
        "job_id": job.id if job else None,
        "created_at": AT,
    }
    return add(session, Firing(**values | changes))

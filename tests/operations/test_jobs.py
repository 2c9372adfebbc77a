"""Housekeeping: the audit is chained, and what is over is deleted when it is old."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import create_firing, create_job, create_schedule, do_now
from workforce.operations import jobs as operations
from workforce.platform import audit, clock, workers
from workforce.platform.audit import CLI
from workforce.platform.db import unit_of_work
from workforce.platform.jobs import Job
from workforce.platform.schedules import Firing

NOON = dt.datetime(2026, 11, 10, 4, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def _record(count: int) -> None:
    with unit_of_work() as session:
        for number in range(count):
            audit.record(session, CLI, "payslip.read", "payslip", number)


@pytest.mark.feature("ALL-3")
@both_engines
def test_the_audit_is_chained_in_short_transactions(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "_SEALED_ROWS", 2)
    _record(5)
    assert do_now(session, operations.SEAL_AUDIT) == {"entries": 5}
    _record(2)
    assert do_now(session, operations.SEAL_AUDIT) == {"entries": 2}
    assert do_now(session, operations.SEAL_AUDIT) == {"entries": 0}
    session.rollback()
    assert (audit.unsealed_count(session), list(audit.verify(session))) == (0, [])


@pytest.mark.feature("ALL-3")
def test_a_late_entry_far_back_is_chained_by_the_nightly_clean_up(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "_NEAR_ROWS", 2)
    _record(9)
    with unit_of_work() as writing:
        writing.execute(insert(audit.AuditEntry).values(_entry(100)))
        audit.seal(writing)
        writing.execute(insert(audit.AuditEntry).values(_entry(50)))
    do_now(session, operations.SEAL_AUDIT)
    assert audit.unsealed_count(session) == 1
    session.rollback()
    do_now(session, operations.CLEAN_UP)
    assert audit.unsealed_count(session) == 0
    assert list(audit.verify(session)) == []


def _entry(key: int) -> dict[str, object]:
    return {
        "id": key,
        "at": NOON,
        "actor_name": "cli",
        "action": "x",
        "subject_type": "y",
        "subject_id": "1",
    }


@both_engines
def test_what_is_over_and_old_is_deleted_and_nothing_else(session: Session) -> None:
    schedule = create_schedule(session)
    ended: dict[str, Any] = {"open_key": None, "state": "done"}
    kept = [
        create_job(session, finished_at=NOON - 89 * DAY, **ended),
        create_job(session, finished_at=NOON - DAY, due_at=NOON, **ended),
        create_job(session, finished_at=NOON - 3 * DAY, due_at=NOON, state="failed", open_key=None),
        create_job(session, created_at=NOON - 200 * DAY),
    ]
    gone = [
        create_job(session, finished_at=NOON - 91 * DAY, **ended),
        create_job(session, finished_at=NOON - 3 * DAY, due_at=NOON, **ended),
    ]
    for number, job in enumerate((*kept, *gone)):
        create_firing(session, schedule, job, due_at=NOON + number * DAY)
    create_firing(session, schedule, due_at=NOON - DAY, created_at=NOON - 91 * DAY)
    create_firing(session, schedule, due_at=NOON - 2 * DAY, created_at=NOON - 89 * DAY)
    kept_ids = {job.id for job in kept}
    session.commit()
    with clock.fixed(NOON - 100 * DAY):
        workers.begin("old:1")
    with clock.fixed(NOON):
        assert do_now(session, operations.CLEAN_UP) == {"jobs": 2}
    session.rollback()
    own = select(Job.id).where(Job.kind == "clean_up").order_by(Job.id.desc()).limit(1)
    left = set(session.scalars(select(Job.id))) - {session.scalar(own)}
    assert left == kept_ids
    assert len(session.scalars(select(Firing)).all()) == 5
    assert session.scalars(select(workers.Worker)).all() == []

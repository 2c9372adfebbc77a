"""A full disk, a disk that is read-only: said as what they are, to whoever waits for the work."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from tests.engines import both_engines
from workforce.core.errors import DomainError
from workforce.platform import jobs
from workforce.platform.audit import CLI, record
from workforce.platform.db import db, unit_of_work
from workforce.platform.faults import storage_fault
from workforce.platform.job_runs import claim, execute
from workforce.platform.jobs import Job, JobKind, JobState, Progress, Task


def _write_much() -> None:
    with unit_of_work() as session:
        for number in range(200):
            record(session, CLI, "x.fill", "x", number, after={"text": "x" * 4000})


def _failure_of_writing() -> BaseException:
    with pytest.raises(Exception, match=r"full|readonly|read-only") as found:
        _write_much()
    return found.value


@pytest.fixture
def full_disk(app: Flask) -> Iterator[None]:
    """Let the database's file grow no more: to SQLite the same as a disk without room."""

    def limit(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # never less than there are

    with app.app_context():
        engine = db.engine
    event.listen(engine, "checkout", limit)
    yield
    event.remove(engine, "checkout", limit)


@pytest.mark.usefixtures("full_disk", "session")
def test_a_full_disk_is_said_as_one() -> None:
    fault = storage_fault(_failure_of_writing())
    assert fault is not None
    assert fault.message("en") == "The server's disk is full"
    assert "腾出空间" in (fault.hint("zh") or "")


@both_engines
def test_a_database_that_takes_no_writing_is_said_as_one(
    session: Session, engine_name: str
) -> None:
    setting = {
        "sqlite": "PRAGMA query_only = ON",
        "postgresql": "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    }
    session.execute(text(setting[engine_name]))
    session.commit()
    fault = storage_fault(_failure_of_writing())
    assert fault is not None
    assert fault.code == "storage.read_only"


def test_a_file_for_which_there_is_no_room_is_the_same() -> None:
    for number, code in ((errno.ENOSPC, "storage.full"), (errno.EROFS, "storage.read_only")):
        fault = storage_fault(OSError(number, os.strerror(number)))
        assert fault is not None
        assert fault.code == code
    assert storage_fault(FileNotFoundError(errno.ENOENT, "x")) is None
    assert storage_fault(ValueError("x")) is None


@pytest.mark.usefixtures("full_disk")
def test_work_that_met_a_full_disk_ends_with_the_remedy(app: Flask, session: Session) -> None:
    def work(_task: Task, _progress: Progress) -> Mapping[str, Any] | None:
        _write_much()
        return None

    kind = JobKind("clean_up", work)
    jobs.register_kinds(app, (kind,))
    with unit_of_work() as writing:
        job_id = jobs.enqueue(writing, kind, {}, CLI)
    progress = claim()
    assert progress is not None
    assert execute(progress) is JobState.FAILED
    session.rollback()
    error = jobs.error_of(session.get_one(Job, job_id))
    assert isinstance(error, DomainError)
    assert error.code == "storage.full"

"""Long work as rows: queued once, claimed once, ended once, and told in words."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import create_company
from workforce.core.errors import InputError
from workforce.platform import clock, job_runs, jobs
from workforce.platform.audit import CLI, AuditEntry, record
from workforce.platform.db import db, unit_of_work
from workforce.platform.job_runs import claim, execute, take_over
from workforce.platform.jobs import Job, JobKind, JobState, Progress, Task, cancel, enqueue

NOON = dt.datetime(2026, 11, 10, 4, tzinfo=dt.UTC)
Work = Callable[[Task, Progress], Mapping[str, Any] | None]


@pytest.fixture
def kind_of(app: Flask) -> Callable[..., JobKind]:
    """Make the app know one kind of job that runs the given function."""

    def make(run: Work) -> JobKind:
        kind = JobKind("clean_up", run)
        jobs.register_kinds(app, (kind,))
        return kind

    return make


def _nothing(_task: Task, _progress: Progress) -> None:
    return None


def _queue(kind: JobKind, params: Mapping[str, Any] | None = None) -> int:
    with unit_of_work() as session:
        return enqueue(session, kind, params or {}, CLI)


def _job(session: Session, job_id: int) -> Job:
    session.rollback()
    return session.get_one(Job, job_id, populate_existing=True)


def _complete_twice(progress: Progress) -> None:
    with unit_of_work() as writing:
        record(writing, CLI, "done_twice", "job", progress.task.job_id)
        progress.complete(writing)


def _claimed(lease: dt.timedelta = job_runs.LEASE) -> Progress:
    progress = claim(lease)
    assert progress is not None
    return progress


@both_engines
def test_the_function_gets_what_was_asked_and_its_result_is_kept(
    session: Session, kind_of: Callable[..., JobKind]
) -> None:
    seen: list[Task] = []

    def work(task: Task, progress: Progress) -> dict[str, Any]:
        seen.append(task)
        progress.step("clean", total=3)
        progress.advance(3)
        return {"rows": 3}

    company = create_company(session)
    session.commit()
    kind = kind_of(work)
    with unit_of_work() as writing:
        job_id = enqueue(writing, kind, {"period": "2026-10"}, CLI, company.id)
    assert execute(_claimed()) is JobState.DONE
    task = seen[0]
    assert (task.job_id, task.company_id, task.params) == (
        job_id,
        company.id,
        {"period": "2026-10"},
    )
    job = _job(session, job_id)
    assert (job.state, job.step, job.done_count, job.total_count) == ("done", "clean", 3, 3)
    assert (jobs.result_of(job), job.open_key, job.lease_until) == ({"rows": 3}, None, None)
    assert claim() is None


@both_engines
def test_the_same_work_is_not_queued_twice_while_it_is_open(
    session: Session, kind_of: Callable[..., JobKind]
) -> None:
    kind = kind_of(_nothing)
    first = _queue(kind, {"a": 1, "b": 2})
    assert _queue(kind, {"b": 2, "a": 1}) == first
    assert _queue(kind, {"a": 2}) != first
    execute(_claimed())
    assert _job(session, first).state == "done"
    assert _queue(kind, {"a": 1, "b": 2}) != first


@both_engines
def test_of_many_workers_one_gets_a_job(
    app: Flask, session: Session, kind_of: Callable[..., JobKind]
) -> None:
    kind = kind_of(_nothing)
    wanted = {_queue(kind, {"number": number}) for number in range(12)}
    session.rollback()
    start = threading.Barrier(4)
    got: list[int] = []

    def worker() -> None:
        with app.app_context():
            start.wait(timeout=30)
            while (progress := claim()) is not None:
                got.append(progress.task.job_id)

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(got) == sorted(wanted)


def test_what_stops_the_work_is_kept_in_words_for_its_reader(
    session: Session, kind_of: Callable[..., JobKind]
) -> None:
    def work(_task: Task, _progress: Progress) -> None:
        raise InputError("config.port", place="A1", host="h", port=1, reason="r")

    job_id = _queue(kind_of(work))
    assert execute(_claimed()) is JobState.FAILED
    error = jobs.error_of(_job(session, job_id))
    assert error is not None
    assert (error.place, error.message("en")) == ("A1", "Port 1 of h cannot be used: r")


def test_an_unforeseen_failure_is_tried_thrice_kept_under_a_number_and_nothing_is_half_done(
    session: Session,
    kind_of: Callable[..., JobKind],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def work(_task: Task, _progress: Progress) -> None:
        with unit_of_work() as writing:
            record(writing, CLI, "x", "y", 1)
            writing.flush()
            raise RuntimeError("secret")

    job_id = _queue(kind_of(work))
    assert [execute(_claimed()) for _ in range(3)] == [None, None, JobState.FAILED]
    assert claim() is None
    job = _job(session, job_id)
    error = jobs.error_of(job)
    assert error is not None
    assert (error.code, job.attempt) == ("job.failed", 3)
    assert str(error.params["incident"]) in caplog.text
    assert session.query(AuditEntry).count() == 0


@both_engines
def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_step(
    session: Session, kind_of: Callable[..., JobKind], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_runs, "PULSE_S", 0.01)
    began = threading.Event()

    def work(_task: Task, progress: Progress) -> None:
        with unit_of_work() as writing:
            cancel(writing, progress.task.job_id)
        began.set()
        deadline = threading.Event()
        while not deadline.wait(0.01):
            progress.advance()

    kind = kind_of(work)
    waiting = _queue(kind, {"n": 1})
    with unit_of_work() as writing:
        assert cancel(writing, waiting)
        assert not cancel(writing, waiting)
    assert _job(session, waiting).state == "cancelled"
    running = _queue(kind, {"n": 2})
    assert execute(_claimed()) is JobState.CANCELLED
    assert began.is_set()
    assert _job(session, running).state == "cancelled"


@both_engines
def test_a_silent_workers_job_is_taken_over_and_the_silent_one_ends_nothing(
    session: Session, kind_of: Callable[..., JobKind]
) -> None:
    kind = kind_of(_nothing)
    job_id = _queue(kind)
    with clock.fixed(NOON):
        old = _claimed(dt.timedelta(minutes=2))
        assert take_over() == []
    with clock.fixed(NOON + dt.timedelta(minutes=3)):
        assert take_over() == [job_id]
        new = _claimed()
    with pytest.raises(jobs.JobLost):
        _complete_twice(old)
    with unit_of_work() as writing:
        new.complete(writing, {"by": "new"})
    job = _job(session, job_id)
    assert (job.state, jobs.result_of(job), job.attempt) == ("done", {"by": "new"}, 2)
    assert session.query(AuditEntry).count() == 0


def test_a_job_that_three_workers_were_killed_over_fails(
    session: Session, kind_of: Callable[..., JobKind]
) -> None:
    job_id = _queue(kind_of(_nothing))
    for hours in range(3):
        with clock.fixed(NOON + dt.timedelta(hours=hours)):
            _claimed()
        with clock.fixed(NOON + dt.timedelta(hours=hours, minutes=3)):
            assert take_over() == [job_id]
    assert claim() is None
    error = jobs.error_of(_job(session, job_id))
    assert error is not None
    assert error.code == "job.worker_lost"


def test_a_worker_that_is_told_to_stop_gives_its_job_back(
    session: Session, kind_of: Callable[..., JobKind], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_runs, "PULSE_S", 0.01)

    def work(_task: Task, progress: Progress) -> None:
        pause = threading.Event()
        while not pause.wait(0.01):
            progress.advance()

    job_id = _queue(kind_of(work))
    assert execute(_claimed(), should_stop=lambda: True) is None
    job = _job(session, job_id)
    assert (job.state, job.failure_count, job.is_cancel_wanted) == ("queued", 0, False)


def test_figures_are_written_while_the_work_goes_on(
    app: Flask,
    session: Session,
    kind_of: Callable[..., JobKind],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(job_runs, "PULSE_S", 0.01)
    session.rollback()
    seen: list[tuple[int, int | None, str | None]] = []

    def look(job_id: int) -> tuple[int, int | None, str | None]:
        with app.app_context():
            job = db.session().get_one(Job, job_id)
            return job.done_count, job.total_count, job.step

    def work(task: Task, progress: Progress) -> None:
        progress.step("clean", total=356)
        progress.advance(268)
        pause = threading.Event()
        while not pause.wait(0.01):
            if look(task.job_id)[0]:
                seen.append(look(task.job_id))
                return

    _queue(kind_of(work))
    assert execute(_claimed()) is JobState.DONE
    assert seen == [(268, 356, "clean")]


def test_two_kinds_cannot_share_a_code(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="clean_up"):
        jobs.register_kinds(app, (JobKind("clean_up", _nothing), JobKind("clean_up", _nothing)))

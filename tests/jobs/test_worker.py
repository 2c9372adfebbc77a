"""Workers in real processes: each due time is done once, and a killed worker's work is taken over."""

from __future__ import annotations

import datetime as dt
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import create_company, create_schedule
from tests.jobs import program
from tests.processes import PROCESSES
from workforce.config import DATABASE_VARIABLE, Settings
from workforce.core.text import Text
from workforce.jobs import Worker as WorkerProgram
from workforce.platform import clock, jobs, schedules
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.db import unit_of_work
from workforce.platform.jobs import Job, enqueue
from workforce.platform.schedules import Firing, Schedule, repeat
from workforce.platform.workers import Worker

_DEADLINE_S = 90
_LONG_S = 120.0
_SHORT_S = 2.0


class Process:
    """A worker; what it says is read line by line."""

    def __init__(
        self, settings: Settings, said: queue.Queue[str], lease_s: float, patience_s: float
    ) -> None:
        heard, saying = PROCESSES.Pipe(duplex=False)
        environ = {DATABASE_VARIABLE: settings.database_url}
        self._process = PROCESSES.Process(
            target=program.main,
            args=(saying, settings.instance, environ, lease_s, patience_s),
            daemon=True,
        )
        self._process.start()
        saying.close()
        self._reader = threading.Thread(target=self._read, args=(heard, said), daemon=True)
        self._reader.start()

    def _read(self, heard: Connection, said: queue.Queue[str]) -> None:
        with heard, suppress(EOFError):
            while True:
                said.put(heard.recv())

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._end()

    def stop(self) -> int | None:
        """Ask it to end; return its exit code."""
        self._process.terminate()
        return self._end()

    def _end(self) -> int | None:
        self._process.join(_DEADLINE_S)
        self._reader.join(_DEADLINE_S)
        return self._process.exitcode


@pytest.fixture
def said() -> queue.Queue[str]:
    """All that the workers of a test say."""
    return queue.Queue()


Start = Callable[..., Process]


@pytest.fixture
def start(app: Flask, settings: Settings, said: queue.Queue[str]) -> Iterator[Start]:
    """Start workers that end with the test."""
    jobs.register_kinds(app, (program.KIND,))
    schedules.register_defaults(app, ())
    started: list[Process] = []

    def begin(lease_s: float = _LONG_S, patience_s: float = 0.0) -> Process:
        started.append(Process(settings, said, lease_s, patience_s))
        return started[-1]

    yield begin
    for each in started:
        each.kill()


def _hear(said: queue.Queue[str], *words: str, times: int = 1) -> None:
    """Wait until a line with all these words was said so often."""
    heard: list[str] = []
    while times:
        try:
            line = said.get(timeout=_DEADLINE_S)
        except queue.Empty:
            pytest.fail(f"{words} not said; heard: {heard}")
        heard.append(line)
        times -= all(word in line for word in words)


def _queue(behaviour: str) -> int:
    with unit_of_work() as session:
        return enqueue(session, program.KIND, {"behaviour": behaviour}, CLI)


def _count(session: Session, what: Any, *where: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(what).where(*where)) or 0


def _effects(session: Session) -> int:
    return _count(session, AuditEntry, AuditEntry.action == program.DONE)


@pytest.mark.feature("ALL-5")
@both_engines
def test_two_workers_do_fifty_due_times_once_each(
    session: Session, start: Start, said: queue.Queue[str]
) -> None:
    now = clock.now()
    for _ in range(50):
        create_schedule(
            session,
            create_company(session),
            cron="0 0 1 1 *",
            handled_until=now - dt.timedelta(days=366),
        )
    session.commit()
    start()
    start()
    _hear(said, "Job ", "Done", times=50)
    done = Job.state == "done"
    assert (_count(session, Job), _count(session, Job, done), _effects(session)) == (50, 50, 50)
    assert _count(session, Firing, Firing.job_id.is_not(None)) == 50
    assert len(set(session.scalars(select(AuditEntry.company_id)))) == 50


@pytest.mark.feature("ALL-5", "FIN-17")
@both_engines
def test_a_killed_workers_job_is_taken_over_and_done_once(
    session: Session, start: Start, said: queue.Queue[str]
) -> None:
    job_id = _queue("hang_before")
    first = start(_SHORT_S)
    _hear(said, "begun")
    first.kill()
    start(_SHORT_S)
    _hear(said, f"Job {job_id} ", "Done")
    job = session.get_one(Job, job_id, populate_existing=True)
    assert (job.state, job.attempt, job.failure_count) == ("done", 2, 1)
    assert _effects(session) == 1


@pytest.mark.feature("ALL-5", "FIN-17")
@both_engines
def test_what_was_committed_before_the_kill_is_not_done_again(
    session: Session, start: Start, said: queue.Queue[str]
) -> None:
    job_id = _queue("hang_after")
    first = start(_SHORT_S)
    _hear(said, "committed")
    first.kill()
    start(_SHORT_S)
    other = _queue("none")
    _hear(said, f"Job {other} ", "Done")
    job = session.get_one(Job, job_id, populate_existing=True)
    assert (job.state, job.attempt) == ("done", 1)
    assert _effects(session) == 2


@pytest.mark.feature("ALL-6")
@both_engines
def test_what_was_missed_while_no_worker_ran_is_seen_and_done_by_hand(
    session: Session, start: Start, said: queue.Queue[str]
) -> None:
    schedule = create_schedule(
        session,
        cron="0 12 * * *",
        catches_up=False,
        handled_until=clock.now() - dt.timedelta(days=3),
    )
    session.commit()
    # Three noons have passed; the newest is written as missed too, unless it was a moment ago.
    is_fresh = clock.to_base(clock.now()).strftime("%H:%M") in {f"12:{n:02d}" for n in range(11)}
    start()
    _hear(said, f"{2 if is_fresh else 3} missed")
    session.rollback()
    missed = session.scalars(select(Firing).where(Firing.job_id.is_(None)).limit(1)).one()
    with unit_of_work() as writing:
        job_id = repeat(writing, missed.id, CLI)
    _hear(said, f"Job {job_id} ", "Done")
    assert _count(session, Firing, Firing.repeat == 1, Firing.due_at == missed.due_at) == 1
    assert session.get_one(Schedule, schedule.id).is_enabled


@both_engines
def test_a_worker_that_is_asked_to_end_gives_its_work_back(
    session: Session, start: Start, said: queue.Queue[str]
) -> None:
    job_id = _queue("run_until_stopped")
    first = start()
    _hear(said, "begun")
    assert first.stop() == 0
    session.rollback()
    job = session.get_one(Job, job_id, populate_existing=True)
    assert (job.state, job.failure_count) == ("queued", 0)
    assert _count(session, Worker, Worker.ended_at.is_not(None)) == 1
    start()
    _hear(said, f"Job {job_id} ", "Done")
    assert _effects(session) == 1


def test_a_lane_outlives_whatever_fails(
    app: Flask, session: Session, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed terminal, say, is no reason to leave the second job undone."""
    del start
    monkeypatch.setattr("workforce.jobs._AFTER_FAILURE_S", 0)
    _queue("none")
    _queue("none again")
    told: list[str] = []

    def say(words: Text) -> None:
        if words.en.startswith("Job "):
            told.append(words.en)
            if len(told) > 1:
                worker.stop()
            raise BrokenPipeError

    worker = WorkerProgram(app, say=say, lanes=1, patience_s=0)
    alarm = threading.Timer(_DEADLINE_S, worker.stop)
    alarm.start()
    assert worker.run()
    alarm.cancel()
    assert len(told) == 2
    assert _effects(session) == 2


def test_a_signal_may_come_while_any_lock_is_held(app: Flask) -> None:
    """A worker that was asked to end in the moment in which it began to wait never ended."""
    worker = WorkerProgram(app)
    asked = threading.Thread(target=worker.stop, daemon=True)
    stop: Any = worker._stop
    wake: Any = worker._wake
    with stop._cond, wake._cond:  # as the interrupted thread may hold them
        asked.start()
        asked.join(_DEADLINE_S)
        assert not asked.is_alive()


def test_a_worker_that_cannot_give_back_says_so_by_its_exit_code(
    session: Session, start: Start, said: queue.Queue[str]
) -> None:
    _queue("hang_before")
    first = start()
    _hear(said, "begun")
    assert first.stop() == 1
    assert _count(session, Job, Job.state == "running") == 1

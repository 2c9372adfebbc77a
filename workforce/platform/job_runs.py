"""Doing queued work: claim a job, renew its lease, write how far it is, end it once.

A claim is one conditional UPDATE: of two workers one changes the row. While the work runs, a thread
of its own (``_Pulse``) renews the lease and writes the figures of ``Progress``, on a connection of its
own. A worker that was killed renews nothing; ``take_over`` gives its job back when the lease has run
out, or ends it as failed when that has happened too often.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import CursorResult, Update, or_, select, update
from sqlalchemy.exc import DBAPIError

from workforce.core.errors import DomainError
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.faults import storage_fault
from workforce.platform.jobs import (
    Job,
    JobCancelled,
    JobLost,
    JobState,
    Progress,
    end,
    error_values,
    kinds,
    task_of,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine

_log = logging.getLogger(__name__)

LEASE: Final = dt.timedelta(minutes=2)
"""How long a worker may be silent before its job is given to another one."""
PULSE_S: Final = 1.0
MOST_FAILURES: Final = 3
"""How often a job may be lost or fail before it is left to people."""


def claim(lease: dt.timedelta = LEASE) -> Progress | None:
    """Take the oldest waiting job and return its progress; None: there is none.

    Looks first without the write lock: an idle worker does not stand in anybody's way.
    """
    waiting = select(Job.id).where(Job.state == JobState.QUEUED, Job.kind.in_(list(kinds())))
    while True:
        with _reading():
            found = db.session.scalar(waiting.order_by(Job.id).limit(1))
        if found is None:
            return None
        now = clock.now()
        with unit_of_work() as session:
            claimed = session.scalar(
                update(Job)
                .where(Job.id == found, Job.state == JobState.QUEUED)
                .values(
                    state=JobState.RUNNING,
                    attempt=Job.attempt + 1,
                    started_at=now,
                    heartbeat_at=now,
                    lease_until=now + lease,
                    step=None,
                    step_started_at=now,
                    done_count=0,
                    total_count=None,
                )
                .returning(Job),
                execution_options={"synchronize_session": False},
            )
            if claimed is not None:
                return Progress(task_of(claimed), is_cancel_wanted=claimed.is_cancel_wanted)


def take_over() -> list[int]:
    """Give back the jobs of silent workers, or end what was lost too often; return their keys.

    Whoever lives renews his lease each second: one that was written by a clock that has been set back
    since would else bind a dead worker's job until then.
    """
    now = clock.now()
    is_silent = or_(Job.lease_until < now, Job.heartbeat_at > now + clock.SLACK)
    lost = select(Job.id, Job.attempt, Job.failure_count).where(
        Job.state == JobState.RUNNING, is_silent
    )
    with _reading():
        found = db.session.execute(lost).all()
    taken = []
    for job_id, attempt, failures in found:
        with unit_of_work() as session:
            mine = update(Job).where(
                Job.id == job_id,
                Job.state == JobState.RUNNING,
                Job.attempt == attempt,
                is_silent,
            )
            if failures + 1 < MOST_FAILURES:
                change = mine.values(
                    state=JobState.QUEUED, lease_until=None, failure_count=Job.failure_count + 1
                )
            else:
                change = mine.values(
                    state=JobState.FAILED,
                    open_key=None,
                    finished_at=now,
                    lease_until=None,
                    **error_values(DomainError("job.worker_lost")),
                )
            outcome = session.execute(change, execution_options={"synchronize_session": False})
            if cast("CursorResult[Any]", outcome).rowcount:
                taken.append(job_id)
    return taken


def give_back(progress: Progress, *, failures: int = 0) -> bool:
    """Put a job that this worker leaves unfinished back into the queue; tell whether it was its own."""
    with unit_of_work() as session:
        outcome = session.execute(
            _own(progress).values(
                state=JobState.QUEUED,
                lease_until=None,
                failure_count=Job.failure_count + failures,
            ),
            execution_options={"synchronize_session": False},
        )
        return cast("CursorResult[Any]", outcome).rowcount == 1


def _own(progress: Progress) -> Update:
    """Return an UPDATE of a running job that holds only while this attempt has it."""
    return update(Job).where(
        Job.id == progress.task.job_id,
        Job.attempt == progress.task.attempt,
        Job.state == JobState.RUNNING,
    )


def execute(
    progress: Progress,
    lease: dt.timedelta = LEASE,
    should_stop: Callable[[], bool] = lambda: False,
) -> JobState | None:
    """Do a claimed job to its end and return how it ended; None: given back, or lost.

    When ``should_stop`` becomes true the work is interrupted at its next step and given back. What
    went wrong is kept with the job, in words for its reader; the traceback is in the log.
    """
    task = progress.task
    try:
        with _pulse(progress, lease, should_stop):
            result = kinds()[task.kind].run(task, progress)
            if not progress.is_complete:
                with unit_of_work() as session:
                    progress.complete(session, result)
    except JobLost:
        _log.warning("job %s: another worker has taken it over", task.job_id)
        return None
    except JobCancelled:
        if should_stop():
            give_back(progress)
            return None
        return _ended(progress, JobState.CANCELLED)
    except DomainError as error:
        return _ended(progress, JobState.FAILED, error)
    except Exception as error:  # noqa: BLE001 - whatever the work does, its row says how it ended
        return _failed(progress, error)
    return JobState.DONE


def _ended(
    progress: Progress, state: JobState, error: DomainError | None = None
) -> JobState | None:
    db.session.rollback()
    values = {} if error is None else error_values(error)
    with unit_of_work() as session:
        return state if end(session, progress, state, **values) else None


def _failed(progress: Progress, error: Exception) -> JobState | None:
    """Give the job back after an unforeseen failure, or keep that under a number at last.

    Where the disk is full another attempt is of no use.
    """
    incident = secrets.token_hex(4)
    _log.error("job %s, incident %s", progress.task.job_id, incident, exc_info=error)
    full = storage_fault(error)
    if full is not None:
        return _ended(progress, JobState.FAILED, full)
    db.session.rollback()
    with _reading():
        failures = db.session.get_one(Job, progress.task.job_id).failure_count + 1
    if failures < MOST_FAILURES:
        give_back(progress, failures=1)
        return None
    return _ended(progress, JobState.FAILED, DomainError("job.failed", incident=incident))


@contextmanager
def _reading() -> Iterator[None]:
    """Read and let go: a worker that waits must not keep an old snapshot open."""
    try:
        yield
    finally:
        db.session.rollback()


@contextmanager
def _pulse(
    progress: Progress, lease: dt.timedelta, should_stop: Callable[[], bool]
) -> Iterator[None]:
    """Renew the lease and write the figures beside the block's work, about once a second."""
    stop = threading.Event()
    beat = threading.Thread(
        target=_beat,
        args=(db.engine, progress, lease, should_stop, stop),
        name=f"pulse-{progress.task.job_id}",
        daemon=True,
    )
    beat.start()
    try:
        yield
    finally:
        stop.set()
        beat.join()


def _beat(
    engine: Engine,
    progress: Progress,
    lease: dt.timedelta,
    should_stop: Callable[[], bool],
    stop: threading.Event,
) -> None:
    while not stop.wait(PULSE_S):
        if should_stop():
            progress.is_cancel_wanted = True
        now = clock.now()
        written = (
            _own(progress)
            .values(
                heartbeat_at=now,
                lease_until=now + lease,
                step=progress.step_code,
                step_started_at=progress.step_started_at,
                done_count=progress.done,
                total_count=progress.total,
            )
            .returning(Job.is_cancel_wanted)
        )
        try:
            with engine.connect().execution_options(writing=True) as connection:
                wanted = connection.scalar(written)
                connection.commit()
        except DBAPIError:
            # The work itself may hold SQLite's only write lock: the next beat tells as well.
            _log.info("job %s: its progress could not be written now", progress.task.job_id)
            continue
        if wanted is None:
            progress.is_lost = not progress.is_complete
        elif wanted:
            progress.is_cancel_wanted = True

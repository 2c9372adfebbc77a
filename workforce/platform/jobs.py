"""Long work is a row: who asked for what, how far it is, what came of it.

A slice declares what it can do in its ``jobs.py``, as plain data, and ``slices.py`` collects it::

    def _calculate(task: Task, progress: Progress) -> dict[str, Any]:
        progress.step("calculate", total=356)      # the label is the term job_step.calculate
        for part in parts:
            progress.advance(len(part))            # raises if somebody cancelled, or the lease was lost
        with unit_of_work() as session:
            ...
            result = {"run_id": run.id}
            progress.complete(session, result)     # the work and its end are committed together
        return result

    JOBS = (
        JobKind(
            "calculate_payroll",                   # the label is the term job_kind.calculate_payroll
            _calculate,
            permission=Permission.PAYROLL_RUN_READ,
            link=lambda result: url_for("payroll.run", run_id=result["run_id"]),
        ),
    )

A page calls ``enqueue`` in its unit of work and sends the visitor to ``operations.job``. A worker
(``job_runs.py``) claims the row with a lease that it keeps renewing; where a worker was killed the
lease runs out, and another one does the job again from its start. ``progress.complete`` makes that
safe: what was committed together is not done again, and who has lost the lease commits nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, cast

from flask import current_app
from sqlalchemy import CursorResult, ForeignKey, Index, String, Text, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from workforce.core.errors import DomainError
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.core.text import Text as Words
from workforce.platform import clock
from workforce.platform.audit import Actor
from workforce.platform.db import Base, Code, Id, Instant, PrimaryKey

if TYPE_CHECKING:
    from flask import Flask

_EXTENSION: Final = "workforce.job_kinds"


class JobState(StrEnum):
    """How far a job is; the last three are its end."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN: Final = (JobState.QUEUED, JobState.RUNNING)


class Job(Base):
    """One piece of long work. JSON columns are canonical text (sorted keys).

    ``open_key`` is a hash of what is asked while the job is open, NULL afterwards: the same work is
    not queued twice. ``attempt`` counts the claims: whoever holds an older one has lost the job.
    ``failure_count`` counts those that ended in a killed worker or an unforeseen failure.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_state_id", "state", "id"),
        Index("ix_job_company_id_id", "company_id", "id"),
        Index("ix_job_finished_at", "finished_at"),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[Code]
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id"))
    params: Mapped[str] = mapped_column(Text)
    open_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    due_at: Mapped[Instant | None]
    """The due time that this job answers, where a schedule asked for it."""
    state: Mapped[str] = mapped_column(String(10))
    step: Mapped[Code | None]
    done_count: Mapped[int]
    total_count: Mapped[int | None]
    result: Mapped[str | None] = mapped_column(Text)
    error_code: Mapped[str | None] = mapped_column(String(80))
    error_params: Mapped[str | None] = mapped_column(Text)
    error_place: Mapped[str | None] = mapped_column(String(400))
    created_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    created_by_name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[Instant]
    started_at: Mapped[Instant | None]
    step_started_at: Mapped[Instant | None]
    heartbeat_at: Mapped[Instant | None]
    lease_until: Mapped[Instant | None]
    finished_at: Mapped[Instant | None]
    attempt: Mapped[int]
    failure_count: Mapped[int]
    is_cancel_wanted: Mapped[bool]


class JobCancelled(Exception):  # noqa: N818 - no error: somebody wished it
    """Somebody cancelled the job; raised by ``Progress`` inside of the work, which is rolled back."""


class JobLost(Exception):  # noqa: N818 - no error of the work
    """Another worker has taken the job over; what this one did is rolled back."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a job's function is asked to do: what, for whom, with which (JSON) parameters, by whom."""

    job_id: int
    kind: str
    company_id: int | None
    params: Mapping[str, Any]
    actor: Actor
    due_at: dt.datetime | None = None
    attempt: int = 1


@dataclass(slots=True)
class Progress:
    """How far a job is, in memory: whoever runs it writes these figures to its row now and then.

    The work itself never touches its row before ``complete``, so that telling how far it is cannot
    wait for a lock that the work holds.
    """

    task: Task
    step_code: str | None = None
    done: int = 0
    total: int | None = None
    step_started_at: dt.datetime = field(default_factory=clock.now)
    is_cancel_wanted: bool = False
    is_lost: bool = False
    is_complete: bool = False

    def step(self, code: str, total: int | None = None) -> None:
        """Begin a step; its label is the term ``job_step.<code>``.

        ``total`` counts what the step has to do (None: not known). Raises like ``advance``.
        """
        term(f"job_step.{code}")
        self.step_code, self.total, self.done = code, total, 0
        self.step_started_at = clock.now()
        self.advance(0)

    def advance(self, count: int = 1) -> None:
        """Say that so many more are done.

        Raises:
            JobCancelled: somebody wants the job to stop.
            JobLost: another worker does it now.
        """
        self.done += count
        if self.is_lost:
            raise JobLost
        if self.is_cancel_wanted and not self.is_complete:
            raise JobCancelled

    def complete(self, session: Session, result: Mapping[str, Any] | None = None) -> None:
        """End the job in the transaction that holds its work: both are committed, or neither.

        Raises:
            JobLost: another worker has taken the job over; the caller's unit of work rolls back.
        """
        if not end(session, self, JobState.DONE, result=_json(result or {})):
            raise JobLost
        self.is_complete = True


JobFunction = Callable[[Task, Progress], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of long work; ``code`` has its label in the terms, ``job_kind.<code>``.

    ``run`` is called in an app context and returns a result of JSON values. ``permission`` sees a
    company's jobs of this kind and may cancel them; whoever asked for one sees it too. ``link`` gives
    the address of what was made, ``summary`` says it in words.
    """

    code: str
    run: JobFunction
    permission: Permission = Permission.JOB_READ
    link: Callable[[Mapping[str, Any]], str | None] | None = None
    summary: Callable[[Mapping[str, Any]], Words] | None = None

    @property
    def label(self) -> Words:
        """Return what this work is called."""
        return term(f"job_kind.{self.code}")


def register_kinds(app: Flask, kinds: Sequence[JobKind]) -> None:
    """Tell an app which kinds there are.

    Raises:
        RuntimeError: two kinds share a code.
        LookupError: a kind has no label.
    """
    known: dict[str, JobKind] = {}
    for kind in kinds:
        if known.setdefault(kind.code, kind) is not kind:
            message = f"two kinds of job are called {kind.code!r}"
            raise RuntimeError(message)
        term(f"job_kind.{kind.code}")
    app.extensions[_EXTENSION] = known


def kinds() -> Mapping[str, JobKind]:
    """Return the kinds of the current app by code."""
    return cast("Mapping[str, JobKind]", current_app.extensions[_EXTENSION])


def enqueue(
    session: Session,
    kind: JobKind,
    params: Mapping[str, Any],
    actor: Actor,
    company_id: int | None = None,
    *,
    due_at: dt.datetime | None = None,
) -> int:
    """Queue work in the caller's unit of work and return the job's key.

    The same work (kind, company, parameters) that is queued or running already is not queued again:
    its key is returned. The act behind the work is audited by the work itself.
    """
    written = _json(params)
    key = hashlib.sha256(f"{kind.code}\n{company_id}\n{written}".encode()).hexdigest()
    same = select(Job.id).where(Job.open_key == key)
    known = session.scalar(same)
    if known is not None:
        return known
    job = Job(
        kind=kind.code,
        company_id=company_id,
        params=written,
        open_key=key,
        due_at=due_at,
        state=JobState.QUEUED,
        done_count=0,
        created_by_id=actor.account_id,
        created_by_name=actor.name,
        created_at=clock.now(),
        attempt=0,
        failure_count=0,
        is_cancel_wanted=False,
    )
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:
        # PostgreSQL lets another transaction queue the same in the meantime.
        return session.scalars(same).one()
    return job.id


def cancel(session: Session, job_id: int) -> bool:
    """Cancel an open job: at once where it waits, else at its next step; tell whether it was open."""
    now = clock.now()
    is_stopped = _changed(
        session,
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.QUEUED)
        .values(state=JobState.CANCELLED, open_key=None, finished_at=now, is_cancel_wanted=True),
    )
    return is_stopped or _changed(
        session,
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.RUNNING)
        .values(is_cancel_wanted=True),
    )


def end(session: Session, progress: Progress, state: JobState, **values: Any) -> bool:
    """Write a job's end with its last figures; tell whether it was still this attempt's."""
    return _changed(
        session,
        update(Job)
        .where(
            Job.id == progress.task.job_id,
            Job.attempt == progress.task.attempt,
            Job.state == JobState.RUNNING,
        )
        .values(
            state=state,
            open_key=None,
            finished_at=clock.now(),
            lease_until=None,
            step=progress.step_code,
            done_count=progress.done,
            total_count=progress.total,
            **values,
        ),
    )


def _changed(session: Session, statement: Any) -> bool:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount == 1


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def error_values(error: DomainError) -> dict[str, str | None]:
    """Return an error as columns of a job, so that it can be told in either language later."""
    params = {name: _plain(value) for name, value in error.params.items()}
    return {"error_code": error.code, "error_params": _json(params), "error_place": error.place}


def error_of(job: Job) -> DomainError | None:
    """Return why a job failed, or None."""
    if job.error_code is None:
        return None
    params = {
        name: Words(value["zh"], value["en"]) if isinstance(value, dict) else value
        for name, value in json.loads(job.error_params or "{}").items()
    }
    return DomainError(job.error_code, place=job.error_place, **params)


def _plain(value: object) -> object:
    if isinstance(value, Words):
        return {"zh": value.zh, "en": value.en}
    return value if isinstance(value, str | int | float | None) else str(value)


def task_of(job: Job) -> Task:
    """Return what a claimed job asks for."""
    return Task(
        job_id=job.id,
        kind=job.kind,
        company_id=job.company_id,
        params=json.loads(job.params),
        actor=Actor(account_id=job.created_by_id, name=job.created_by_name),
        due_at=job.due_at,
        attempt=job.attempt,
    )


def result_of(job: Job) -> dict[str, Any]:
    """Return what came of a job; empty before its end."""
    return cast("dict[str, Any]", json.loads(job.result or "{}"))

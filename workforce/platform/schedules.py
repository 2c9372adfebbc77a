"""What is done at set times: rows that people edit, filled at first from the slices' ``SCHEDULES``.

The database is the truth. A worker's tick calls ``fire_due``: it reads the rows, reckons what was due
since ``handled_until`` and, in one transaction, moves that mark on, writes a *firing* and queues its
job. Of two workers one moves the mark; the key (schedule, due time, repeat) says so once more. From
then on the firing is a job like any other: claimed with a lease, taken over when its worker is killed.

What passed while no worker ran is written as missed, stays visible, and can be done by hand.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from flask import current_app
from sqlalchemy import (
    CursorResult,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.platform import audit, clock, jobs
from workforce.platform.audit import Actor
from workforce.platform.cron import Due, parse
from workforce.platform.db import Base, Code, Id, Instant, PrimaryKey, db, unit_of_work
from workforce.platform.jobs import OPEN, Job, JobKind, enqueue

if TYPE_CHECKING:
    from flask import Flask

_log = logging.getLogger(__name__)

_EXTENSION: Final = "workforce.schedules"
_DEFAULTS_LOCK: Final = 3
"""Those of ``platform/locks.py`` have a second key."""

ON_TIME: Final = dt.timedelta(minutes=10)
"""A worker that comes this late (a restart) is still on time."""
_MISSED_ONE_BY_ONE: Final = 7
"""So many missed times have a row each (a week of days); what passed before them shares one."""

SCHEDULER: Final = Actor(account_id=None, name="schedule")


@dataclass(frozen=True, slots=True)
class DefaultSchedule:
    """What a slice wants done at set times, until people decide otherwise.

    ``cron`` is the five fields of a crontab, in the base's zone: minute, hour, day of the month,
    month, day of the week (0 or 7 is Sunday). ``catches_up`` says what happens to times that passed
    while no worker ran: True does the newest one late, False leaves them to people.
    The job's ``task.due_at`` is the time that was due, not the time at which it is done.
    ``is_needed`` looks whether there is anything to do: where there is not, a time passes without a
    job, and nothing is missed.
    """

    kind: JobKind
    cron: str
    catches_up: bool = True
    is_needed: Callable[[Session], bool] = lambda _session: True


class Schedule(Base):
    """One kind of work at set times, for one company or (NULL) the whole base.

    Times up to ``handled_until`` are dealt with: done, or written down as missed.
    """

    __tablename__ = "schedule"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[PrimaryKey]
    key: Mapped[str] = mapped_column(String(80))
    """``kind:company``, or ``kind:base``: of each there is one."""
    kind: Mapped[Code]
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id"))
    cron: Mapped[str] = mapped_column(String(120))
    is_enabled: Mapped[bool]
    catches_up: Mapped[bool]
    handled_until: Mapped[Instant]


class Firing(Base):
    """A due time and what became of it: a job, or (``job_id`` NULL) missed.

    ``due_count`` is more than one where a long outage's oldest times share the row; the first of them
    was due at ``first_due_at``. ``repeat`` counts what people asked to be done again.
    """

    __tablename__ = "firing"
    __table_args__ = (
        UniqueConstraint("schedule_id", "due_at", "repeat"),
        Index("ix_firing_job_id", "job_id"),
    )

    id: Mapped[PrimaryKey]
    schedule_id: Mapped[int] = mapped_column(Id, ForeignKey("schedule.id"))
    due_at: Mapped[Instant]
    first_due_at: Mapped[Instant]
    due_count: Mapped[int]
    repeat: Mapped[int]
    job_id: Mapped[int | None] = mapped_column(Id, ForeignKey("job.id"))
    asked_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    asked_by_name: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[Instant]


def register_defaults(app: Flask, defaults: Sequence[DefaultSchedule]) -> None:
    """Tell an app what its slices want done at set times.

    Raises:
        RuntimeError: a default names a kind of job that the app does not know, or one twice.
        InputError: its time cannot be read.
    """
    known = {default.kind.code: default for default in defaults}
    with app.app_context():
        strange = [code for code in known if jobs.kinds().get(code) is not known[code].kind]
    if strange or len(known) != len(defaults):
        message = f"schedules of unknown kinds, or two of one: {strange}"
        raise RuntimeError(message)
    for default in defaults:
        parse(default.cron)
    app.extensions[_EXTENSION] = known


def defaults() -> dict[str, DefaultSchedule]:
    """Return what the slices of the current app want done at set times, by kind."""
    return cast("dict[str, DefaultSchedule]", current_app.extensions[_EXTENSION])


def insert_defaults() -> int:
    """Insert the schedules that a slice wants and the database has never had; return how many."""
    with_rows = set(db.session.scalars(select(Schedule.kind)))
    db.session.rollback()
    if with_rows >= defaults().keys():
        return 0
    with unit_of_work() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(select(func.pg_advisory_xact_lock(_DEFAULTS_LOCK)))
        known = set(session.scalars(select(Schedule.kind)))
        missing = [each for code, each in defaults().items() if code not in known]
        for default in missing:
            session.add(
                Schedule(
                    key=f"{default.kind.code}:base",
                    kind=default.kind.code,
                    cron=default.cron,
                    is_enabled=True,
                    catches_up=default.catches_up,
                    handled_until=clock.now(),
                )
            )
    return len(missing)


@dataclass(frozen=True, slots=True)
class Fired:
    """What one tick did with one schedule: the job that it queued, and how many times were missed."""

    kind: str
    job_id: int | None
    missed: int


def fire_due() -> list[Fired]:
    """Queue what is due now, once, however many workers call this; write down what was missed.

    A schedule whose last job still waits or runs is left for a later tick: no second one piles up.
    """
    now = clock.now()
    _forget_what_has_not_come(now)
    busy = select(Firing.id).join(Job).where(Firing.schedule_id == Schedule.id, Job.state.in_(OPEN))
    chosen = select(Schedule).where(
        Schedule.is_enabled, Schedule.kind.in_(list(jobs.kinds())), ~busy.exists()
    )
    try:
        waiting = [
            (row.id, row.handled_until, due)
            for row in db.session.scalars(chosen.order_by(Schedule.id))
            if (due := _due(row, now))
        ]
    finally:
        db.session.rollback()
    fired = [_fire(schedule_id, seen, due, now) for schedule_id, seen, due in waiting]
    return [each for each in fired if each is not None]


def _forget_what_has_not_come(now: dt.datetime) -> None:
    """Take back the marks that lie ahead: a clock that was wrong has been set back since.

    Nothing would be done until then, perhaps for years; and what was called due then comes again.
    """
    ahead = select(Schedule.id).where(
        Schedule.is_enabled, Schedule.handled_until > now + clock.SLACK
    )
    try:
        found = list(db.session.scalars(ahead))
    finally:
        db.session.rollback()
    if not found:
        return
    with unit_of_work() as session:
        # What it did then stays as a job.
        session.execute(delete(Firing).where(Firing.schedule_id.in_(found), Firing.due_at > now))
        back = update(Schedule).where(Schedule.id.in_(found)).values(handled_until=now)
        session.execute(back, execution_options={"synchronize_session": False})
    _log.warning("%s schedules begin anew: the clock was set back", len(found))


def _due(row: Schedule, now: dt.datetime) -> Due | None:
    try:
        return parse(row.cron).between(row.handled_until, now, kept=_MISSED_ONE_BY_ONE)
    except InputError as error:
        # Only somebody who edits the table by hand gets here; the others' times must go on.
        _log.error("schedule %s: %s", row.id, error)
        return None


def _fire(schedule_id: int, seen: dt.datetime, due: Due, now: dt.datetime) -> Fired | None:
    with unit_of_work() as session:
        mark = (
            update(Schedule)
            .where(Schedule.id == schedule_id, Schedule.handled_until == seen, Schedule.is_enabled)
            .values(handled_until=due.newest)
        )
        moved = session.execute(mark, execution_options={"synchronize_session": False})
        if not cast("CursorResult[Any]", moved).rowcount:
            return None
        schedule = session.get_one(Schedule, schedule_id, populate_existing=True)
        default = defaults().get(schedule.kind)
        if default is not None and not default.is_needed(session):
            return None
        is_done = schedule.catches_up or now - due.newest <= ON_TIME
        missed = [*due.earlier] if is_done else [*due.earlier, due.newest]
        count = due.count - (1 if is_done else 0)
        _write_missed(session, schedule_id, missed, due.first, count)
        job_id = None
        if is_done:
            kind = jobs.kinds()[schedule.kind]
            job_id = enqueue(session, kind, {}, SCHEDULER, schedule.company_id, due_at=due.newest)
            session.add(_firing(schedule_id, due.newest, job_id=job_id))
        return Fired(schedule.kind, job_id, count)


def _write_missed(
    session: Session,
    schedule_id: int,
    times: Sequence[dt.datetime],
    first: dt.datetime,
    count: int,
) -> None:
    """Write a row for each missed time that is known one by one; the first row stands for the rest."""
    for number, due_at in enumerate(times):
        shared = count - len(times) + 1 if number == 0 else 1
        session.add(
            _firing(
                schedule_id,
                due_at,
                first_due_at=first if number == 0 else due_at,
                due_count=shared,
            )
        )


def _firing(schedule_id: int, due_at: dt.datetime, **values: Any) -> Firing:
    filled = {"first_due_at": due_at, "due_count": 1, "repeat": 0, "created_at": clock.now()}
    return Firing(schedule_id=schedule_id, due_at=due_at, **(filled | values))


def run_now(session: Session, schedule_id: int, actor: Actor) -> int:
    """Queue a schedule's work at once, beside its times; return the job's key.

    Raises:
        NotFoundError: there is no such schedule.
        StateError: its work waits or runs already.
    """
    schedule = _existing(session, schedule_id)
    return _by_hand(session, schedule, clock.now(), actor, "schedule.run_now")


def repeat(session: Session, firing_id: int, actor: Actor) -> int:
    """Do a due time again, or for the first time where it was missed; return the job's key.

    Raises:
        NotFoundError: there is no such firing.
        StateError: the schedule's work waits or runs already.
    """
    firing = session.get(Firing, firing_id)
    if firing is None:
        raise NotFoundError("web.not_found")
    schedule = _existing(session, firing.schedule_id)
    return _by_hand(session, schedule, firing.due_at, actor, "schedule.repeat")


def _by_hand(
    session: Session, schedule: Schedule, due_at: dt.datetime, actor: Actor, action: str
) -> int:
    kind = jobs.kinds()[schedule.kind]
    is_busy = (
        select(Job.id)
        .where(Job.kind == schedule.kind, Job.state.in_(OPEN))
        .where(Job.company_id.is_not_distinct_from(schedule.company_id))
    )
    if session.scalar(is_busy.limit(1)) is not None:
        raise StateError("schedule.still_running", kind=kind.label)
    newest = select(func.max(Firing.repeat)).where(
        Firing.schedule_id == schedule.id, Firing.due_at == due_at
    )
    last = session.scalar(newest)
    job_id = enqueue(session, kind, {}, actor, schedule.company_id, due_at=due_at)
    session.add(
        _firing(
            schedule.id,
            due_at,
            repeat=0 if last is None else last + 1,
            job_id=job_id,
            asked_by_id=actor.account_id,
            asked_by_name=actor.name,
        )
    )
    audit.record(
        session,
        actor,
        action,
        "schedule",
        schedule.id,
        company_id=schedule.company_id,
        after={"kind": schedule.kind, "due_at": due_at.isoformat(), "job_id": job_id},
    )
    return job_id


def change(
    session: Session,
    actor: Actor,
    *,
    schedule_id: int,
    cron: str,
    is_enabled: bool,
    catches_up: bool,
) -> None:
    """Change when a schedule is due.

    Times that passed under the old setting, or while it was off, are not called missed.

    Raises:
        InputError: the time cannot be read.
        NotFoundError: there is no such schedule.
    """
    new = {"cron": parse(cron).text, "is_enabled": is_enabled, "catches_up": catches_up}
    schedule = _existing(session, schedule_id)
    before = {name: getattr(schedule, name) for name in new if getattr(schedule, name) != new[name]}
    if not before:
        return
    for name in before:
        setattr(schedule, name, new[name])
    schedule.handled_until = clock.now()
    audit.record(
        session,
        actor,
        "schedule.change",
        "schedule",
        schedule.id,
        company_id=schedule.company_id,
        before=before,
        after={"kind": schedule.kind} | {name: new[name] for name in before},
    )


def _existing(session: Session, schedule_id: int) -> Schedule:
    """Return a schedule, held for writing: who acts on it at once waits, and sees what was done."""
    schedule = session.get(Schedule, schedule_id, populate_existing=True, with_for_update=True)
    if schedule is None or schedule.kind not in jobs.kinds():
        raise NotFoundError("web.not_found")
    return schedule

"""Schedules and their firings, as the pages show them: a fixed number of statements each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from workforce.core.errors import NotFoundError
from workforce.platform import clock
from workforce.platform.cron import Cron, parse
from workforce.platform.job_views import JobView, view_of
from workforce.platform.jobs import Job, JobKind, kinds
from workforce.platform.schedules import Firing, Schedule


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One schedule: what is done, when, and how it went last.

    ``missed`` counts the due times that were missed and that nobody has done by hand.
    """

    id: int
    kind: JobKind
    cron: Cron
    is_enabled: bool
    catches_up: bool
    next_due_at: dt.datetime | None
    last: JobView | None
    missed: int


@dataclass(frozen=True, slots=True)
class FiringRow:
    """A due time and what became of it; ``job`` is None where it was missed."""

    id: int
    due_at: dt.datetime
    first_due_at: dt.datetime
    due_count: int
    is_repeat: bool
    by: str | None
    job: JobView | None
    can_repeat: bool


def schedule_rows(session: Session, schedule_id: int | None = None) -> list[ScheduleRow]:
    """Return all schedules in the order of their names, or one."""
    chosen = select(Schedule).where(Schedule.kind.in_(list(kinds())))
    if schedule_id is not None:
        chosen = chosen.where(Schedule.id == schedule_id)
    schedules = list(session.scalars(chosen))
    last = _last_jobs(session)
    missed = {row[0]: int(row[1]) for row in session.execute(_missed())}
    rows = [
        ScheduleRow(
            id=row.id,
            kind=kinds()[row.kind],
            cron=(cron := parse(row.cron)),
            is_enabled=row.is_enabled,
            catches_up=row.catches_up,
            next_due_at=cron.next(clock.now()) if row.is_enabled else None,
            last=last.get(row.id),
            missed=missed.get(row.id, 0),
        )
        for row in schedules
    ]
    return sorted(rows, key=lambda row: (row.kind.label.zh, row.id))


def schedule_row(session: Session, schedule_id: int) -> ScheduleRow:
    """Return one schedule.

    Raises:
        NotFoundError: there is none.
    """
    rows = schedule_rows(session, schedule_id)
    if not rows:
        raise NotFoundError("web.not_found")
    return rows[0]


def schedule_of(session: Session, firing_id: int) -> int:
    """Return the schedule that a firing belongs to.

    Raises:
        NotFoundError: there is no such firing.
    """
    found = session.scalar(
        select(Firing.schedule_id)
        .join(Schedule)
        .where(Firing.id == firing_id, Schedule.kind.in_(list(kinds())))
    )
    if found is None:
        raise NotFoundError("web.not_found")
    return found


def _last_jobs(session: Session) -> dict[int, JobView]:
    newest = (
        select(func.max(Firing.id)).where(Firing.job_id.is_not(None)).group_by(Firing.schedule_id)
    )
    found = session.execute(
        select(Firing.schedule_id, Job)
        .join(Job, Job.id == Firing.job_id)
        .where(Firing.id.in_(newest), Job.kind.in_(list(kinds())))
    )
    return {schedule_id: view_of(job) for schedule_id, job in found}


def _missed() -> Select[int, int]:
    """Pairs schedule_id, how many due times were missed and not done by hand."""
    by_hand = aliased(Firing)
    is_done = exists().where(
        and_(
            by_hand.schedule_id == Firing.schedule_id,
            by_hand.due_at == Firing.due_at,
            by_hand.job_id.is_not(None),
        )
    )
    return (
        select(Firing.schedule_id, func.sum(Firing.due_count))
        .where(Firing.job_id.is_(None), ~is_done)
        .group_by(Firing.schedule_id)
    )


def firing_count(session: Session, schedule_id: int) -> int:
    """Return how many firings a schedule has."""
    chosen = select(func.count()).select_from(Firing).where(Firing.schedule_id == schedule_id)
    return session.scalar(chosen) or 0


def firing_rows(session: Session, schedule_id: int, rows: slice) -> list[FiringRow]:
    """Return a page of a schedule's firings, the newest first."""
    found = session.execute(
        select(Firing, Job)
        .outerjoin(Job, Job.id == Firing.job_id)
        .where(Firing.schedule_id == schedule_id)
        .order_by(Firing.id.desc())
        .offset(rows.start)
        .limit(rows.stop - rows.start)
    ).all()
    return [
        FiringRow(
            id=firing.id,
            due_at=firing.due_at,
            first_due_at=firing.first_due_at,
            due_count=firing.due_count,
            is_repeat=firing.repeat > 0,
            by=firing.asked_by_name,
            job=None if job is None else view_of(job),
            can_repeat=job is None or job.finished_at is not None,
        )
        # The other side of an outer join may be missing; its type does not say so.
        for firing, job in ((row[0], cast("Job | None", row[1])) for row in found)
    ]

"""Long work as a page shows it: what, how far, how long still, what came of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from workforce.core.errors import DomainError, NotFoundError
from workforce.core.terms import term, terms_of
from workforce.core.text import Text
from workforce.platform import clock
from workforce.platform.jobs import OPEN, Job, JobKind, JobState, error_of, kinds, result_of
from workforce.platform.scope import Scope, ScopeKind
from workforce.platform.web import may, principal

_TOLD_FROM_PERCENT: Final = 5
"""Before that, a guess of the time left would be wrong more often than right."""


@dataclass(frozen=True, slots=True)
class JobView:
    """One job for a page. ``seconds_left`` is None where it is not known yet."""

    id: int
    kind: JobKind
    company_id: int | None
    state: JobState
    step: Text | None
    done: int
    total: int | None
    seconds_left: int | None
    is_cancel_wanted: bool
    error: DomainError | None
    link: str | None
    summary: Text | None
    by: str
    created_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    due_at: dt.datetime | None

    @property
    def is_open(self) -> bool:
        """Tell whether it waits or runs."""
        return self.state in OPEN

    @property
    def label(self) -> Text:
        """Return what this work is called."""
        return self.kind.label

    @property
    def by_words(self) -> Text:
        """Return who asked for it: an account's name, or what acts by itself."""
        known = terms_of("job_by").get(self.by)
        return known or Text(self.by, self.by)

    @property
    def seconds(self) -> int | None:
        """Return how long it took, or has been running."""
        if self.started_at is None:
            return None
        return int(((self.finished_at or clock.now()) - self.started_at).total_seconds())


def view_of(job: Job) -> JobView:
    """Return a job as a page shows it; needs a request, because links are addresses."""
    kind = kinds()[job.kind]
    state = JobState(job.state)
    result = result_of(job)
    is_done = state is JobState.DONE
    return JobView(
        id=job.id,
        kind=kind,
        company_id=job.company_id,
        state=state,
        step=None if job.step is None else term(f"job_step.{job.step}"),
        done=job.done_count,
        total=job.total_count,
        seconds_left=_seconds_left(job) if state is JobState.RUNNING else None,
        is_cancel_wanted=job.is_cancel_wanted,
        error=error_of(job),
        link=kind.link(result) if is_done and kind.link else None,
        summary=kind.summary(result) if is_done and kind.summary else None,
        by=job.created_by_name,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        due_at=job.due_at,
    )


def _seconds_left(job: Job) -> int | None:
    """Return how long the step will still take at the pace so far."""
    if not job.total_count or not job.step_started_at or not job.heartbeat_at:
        return None
    if job.done_count * 100 < job.total_count * _TOLD_FROM_PERCENT:
        return None
    spent = max((job.heartbeat_at - job.step_started_at).total_seconds(), 0)
    left = max(job.total_count - job.done_count, 0)
    return int(spent * left / job.done_count)


def visible(scope: Scope) -> Select[Job]:
    """Return the jobs that the visitor may see: the own ones, and the company's of permitted kinds."""
    permitted = [code for code, kind in kinds().items() if may(kind.permission)]
    own = Job.created_by_id == principal().account_id
    return select(Job).where(Job.kind.in_(permitted), or_(own, _in_company(scope)))


def _in_company(scope: Scope) -> ColumnElement[bool]:
    if scope.kind is ScopeKind.BASE:
        return true()
    # A team's leader or a person sees what he asked for himself: another team's faults may name people.
    if scope.kind is ScopeKind.COMPANY:
        return Job.company_id == scope.company_id
    return Job.id.is_(None)


def job_view(session: Session, scope: Scope, job_id: int) -> JobView:
    """Return one job.

    Raises:
        NotFoundError: there is none, or the visitor may not see it.
    """
    job = session.scalar(visible(scope).where(Job.id == job_id))
    if job is None:
        raise NotFoundError("web.not_found")
    return view_of(job)


def newest(session: Session, scope: Scope, kind: JobKind, company_id: int | None) -> JobView | None:
    """Return the newest job of a kind for a company: what a page of that company tells about."""
    chosen = (
        visible(scope)
        .where(Job.kind == kind.code, Job.company_id.is_not_distinct_from(company_id))
        .order_by(Job.id.desc())
        .limit(1)
    )
    job = session.scalar(chosen)
    return None if job is None else view_of(job)

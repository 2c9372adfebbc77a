"""Which months are closed, and their protected figures, kept up to date by the worker.

Protecting a month may take many seconds: it is never done while somebody waits for a page. The worker
keeps a *snapshot* of each closed month, made anew only where what it is computed from has changed;
publishing freezes it. A snapshot made anew of the same facts is the same, byte for byte.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

import workforce
from workforce.bureau import own_months
from workforce.bureau.basis import Basis, Corrections, opened
from workforce.bureau.issues import issues
from workforce.bureau.issues.revising import revise
from workforce.bureau.models import StatisticsIssue, StatisticsSnapshot
from workforce.core.errors import StateError
from workforce.core.lifecycle import RunState
from workforce.core.period import PayPeriod
from workforce.payroll import queries as payroll
from workforce.platform import clock
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope
from workforce.statistics import cube_json
from workforce.statistics.disclosure import DisclosureError
from workforce.statistics.service import filled, read_cubes

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.bureau.issues.differences import Changes
    from workforce.bureau.issues.issues import Issue
    from workforce.statistics.cube import CubeSet
    from workforce.statistics.service import Reading


class Months:
    """The base's regular pay by month: which months are closed, and whose pay keeps the others open."""

    def __init__(self, session: Session) -> None:
        """Read company, period and state of every regular run, with one query."""
        run = payroll.runs(Scope.base()).order_by(None).subquery()
        rows = session.execute(
            select(run.c.company_id, run.c.period, run.c.state).where(run.c.kind == "regular")
        ).all()
        computed = {(row.company_id, PayPeriod.parse(row.period)) for row in rows}
        self.open_companies: defaultdict[PayPeriod, set[int]] = defaultdict(set)
        """The companies whose regular pay of a month is not closed, by month."""
        for row in rows:
            period = PayPeriod.parse(row.period)
            # A closed first half is not a month's end.
            is_whole = period.ends_month or (row.company_id, period.next()) in computed
            if row.state != RunState.CLOSED or not is_whole:
                self.open_companies[period.whole].add(row.company_id)
        self.known = sorted({period.whole for _, period in computed}, reverse=True)
        """Months with any regular pay; the newest first."""
        self.closed = [month for month in self.known if month not in self.open_companies]
        """Months whose every regular run, to the month's end, is closed; the newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The protected figures of a month as they are now.

    ``basis``: what they were added up from (``bureau/basis.py``), sealed. ``changed_count``: how many
    cells a revised issue would change; None while nothing of the month is published.
    """

    period: PayPeriod
    input_hash: str
    cubes: CubeSet
    content_sha256: str
    basis: bytes
    changed_count: int | None
    made_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SnapshotState:
    """When a month's snapshot was made, and how many cells a revised issue would change."""

    made_at: dt.datetime
    changed_count: int | None


def snapshot(session: Session, period: PayPeriod) -> Snapshot | None:
    """Return what is kept of a month, or None while nothing is, or nothing that can be read."""
    row = session.scalar(select(StatisticsSnapshot).where(StatisticsSnapshot.period == str(period)))
    if row is None:
        return None
    try:
        cubes = cube_json.from_json(row.content)
    except cube_json.CubeJsonError:
        return None
    return Snapshot(
        period=period,
        input_hash=row.input_hash,
        cubes=cubes,
        content_sha256=row.content_sha256,
        basis=row.basis,
        changed_count=row.changed_count,
        made_at=row.made_at,
    )


def states(session: Session) -> dict[PayPeriod, SnapshotState]:
    """Return how far the snapshots are, by month, with one query that reads no figures."""
    row = StatisticsSnapshot
    return {
        PayPeriod.parse(one.period): SnapshotState(one.made_at, one.changed_count)
        for one in session.execute(select(row.period, row.made_at, row.changed_count))
    }


def refresh(session: Session, months: Months, period: PayPeriod) -> bool:
    """Make the snapshot of a month anew if anything that it tells of has changed; tell whether it was.

    The base's own full figures are kept beside it, also where the month cannot be protected. Commits by
    itself: protecting takes long, and each month stands for itself.

    Raises:
        StateError: the month cannot be protected.
    """
    # What was read before ends here: the figures are those of this moment.
    session.rollback()
    read_at = clock.now()
    reading = _reading(session, period)
    own_months.keep(session, reading, read_at)
    before = _before(session, months.closed, period)
    wanted = _input_hash(reading, before)
    kept = snapshot(session, period)
    if kept is not None and kept.input_hash == wanted:
        return False
    try:
        cubes = filled(reading, before)
    except DisclosureError as error:
        raise StateError("issue.not_protected", periods=period) from error
    content = cube_json.to_json(cubes)
    made = Snapshot(
        period=period,
        input_hash=wanted,
        cubes=cubes,
        content_sha256=cube_json.sha256_of(content),
        basis=Basis.of(reading.tabulation).sealed(),
        changed_count=None,
        made_at=clock.now(),
    )
    newest = issues.published(session, period)
    changes = revised(session, newest, made)[1] if newest else None
    with unit_of_work() as writing:
        row = writing.scalar(
            select(StatisticsSnapshot)
            .where(StatisticsSnapshot.period == str(period))
            .with_for_update()
        )
        if row is None:
            row = StatisticsSnapshot(period=str(period))
            writing.add(row)
        row.input_hash = made.input_hash
        row.content, row.content_sha256 = content, made.content_sha256
        row.basis, row.made_at = made.basis, made.made_at
        row.changed_count = changes.count if changes else None
    return True


def input_hash(session: Session, months: Months, period: PayPeriod) -> str:
    """Return what names all that a snapshot of the month, made now, would be computed from."""
    return _input_hash(_reading(session, period), _before(session, months.closed, period))


def _reading(session: Session, period: PayPeriod) -> Reading:
    return read_cubes(session, Scope.base(), period, is_protected=True)


def _input_hash(reading: Reading, before: CubeSet | None) -> str:
    known = cube_json.to_json(before) if before else ""
    told = f"{workforce.__version__}\n{reading.digest()}\n{known}"
    return hashlib.sha256(told.encode()).hexdigest()


def _before(session: Session, closed: Collection[PayPeriod], period: PayPeriod) -> CubeSet | None:
    """Return what is published, or will be before this month, of the month before it."""
    month = period.previous()
    found = issues.published(session, month)
    if found is not None:
        return found.cubes
    kept = snapshot(session, month) if month in closed else None
    return kept.cubes if kept else None


def revised(session: Session, newest: Issue, kept: Snapshot) -> tuple[CubeSet, Changes]:
    """Return what a revised issue of the month would tell, and what it would change.

    A column is compared with the issue that told it last: one that was kept back tells the jobs of
    an earlier issue.
    """
    if newest.snapshot_sha256 == kept.content_sha256 and not newest.changes.kept_back:
        return revise(newest.cubes, newest.cubes, lambda _cube, _measure: None)
    now = opened(kept.basis)
    told_by = {
        one.number: one.changes.kept_back for one in issues.issues_of(session, newest.period)
    }
    bases = _bases(session, newest.period)
    known: dict[int, Corrections | None] = {}

    def corrections(cube: str, measure: str) -> Corrections | None:
        number = max(number for number, back in told_by.items() if (cube, measure) not in back)
        if number not in known:
            then = opened(bases[number])
            known[number] = Corrections.between(then, now) if then and now else None
        return known[number]

    return revise(newest.cubes, kept.cubes, corrections)


def _bases(session: Session, period: PayPeriod) -> dict[int, bytes]:
    row = StatisticsIssue
    rows = session.execute(select(row.number, row.basis).where(row.period == str(period)))
    return {one.number: one.basis for one in rows}


def note_published(session: Session, period: PayPeriod) -> None:
    """Say, in the unit of work that publishes it, that a month's snapshot is told."""
    row = StatisticsSnapshot
    session.execute(update(row).where(row.period == str(period)).values(changed_count=0))

"""Publishing a month: what would be published, and the act itself.

Months are published in their order, for the protection of a month looks at what is published of the
one before it: once a later month is published, an earlier one cannot be published any more for the
first time. What is published is the snapshot that was looked at, or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import IntegrityError

import workforce
from workforce.accounts import queries as accounts
from workforce.bureau.issues import differences, frozen, issues, kept
from workforce.bureau.issues.differences import Changes
from workforce.bureau.issues.kept import Months
from workforce.bureau.models import StatisticsIssue
from workforce.core.errors import InputError, StateError
from workforce.platform import audit, clock, exhibits, month_keepers
from workforce.platform.db import db, unit_of_work
from workforce.platform.law_book import law_book
from workforce.statistics import cube_json

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.bureau.issues.issues import Issue
    from workforce.bureau.issues.kept import Snapshot
    from workforce.core.period import PayPeriod
    from workforce.platform.audit import Actor
    from workforce.statistics.cube import CubeSet

NOTE_CHARACTERS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the next issue of a month would be.

    ``digest`` names it: only what was looked at is published. ``skipped`` are closed or open months
    before it that could not be published any more.
    """

    period: PayPeriod
    number: int
    cubes: CubeSet
    changes: Changes
    snapshot: Snapshot
    before: Issue | None
    skipped: tuple[PayPeriod, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of what it is made from: that of what it says would let figures be found by trying."""
        return cube_json.sha256_of(f"{self.snapshot.input_hash} {self.number}")

    @property
    def has_missing(self) -> bool:
        """Tell whether a company employs people and has no payroll result of the month."""
        return self.cubes.payroll.with_result < self.cubes.payroll.companies

    @property
    def is_worth_it(self) -> bool:
        """Tell whether it says anything that is not published."""
        return self.before is None or self.changes.count > 0


def draft(session: Session, months: Months, period: PayPeriod) -> Draft | None:
    """Return what the next issue of a month would be; None while it is not closed, or not computed."""
    before = issues.published(session, period)
    snapshot = kept.snapshot(session, period)
    if snapshot is None or (before is None and period not in months.closed):
        return None
    cubes, changes = snapshot.cubes, Changes()
    if before is not None:
        cubes, changes = kept.revised(session, before, snapshot)
    published = issues.published_months(session)
    return Draft(
        period=period,
        number=before.number + 1 if before else 1,
        cubes=cubes,
        changes=changes,
        snapshot=snapshot,
        before=before,
        skipped=() if before else _skipped(months, published, period),
    )


def _skipped(
    months: Months, published: list[PayPeriod], period: PayPeriod
) -> tuple[PayPeriod, ...]:
    last = max(published, default=None)
    return tuple(
        month
        for month in sorted(months.known)
        if month < period and month not in published and (last is None or month > last)
    )


def waiting(months: Months, published: list[PayPeriod]) -> list[PayPeriod]:
    """Return the closed months that can still be published for the first time, the newest first."""
    last = max(published, default=None)
    return [month for month in months.closed if last is None or month > last]


def publish(period: PayPeriod, actor: Actor, *, digest: str | None = None, note: str = "") -> int:
    """Publish the next issue of a month and return its number.

    ``digest`` names the draft that was looked at; None takes the draft as it is now. ``note`` says why
    a revised issue was made, or whatever is to be said of a first one.

    Raises:
        StateError: the month is not closed; its figures are not computed yet, are older than the facts,
            or not those that were looked at; a later month is published; nothing would be changed.
        InputError: a revised issue, or one in which companies are missing, without a note; a long note.
    """
    note = note.strip()
    now = _facts_now(period)
    with unit_of_work() as session:
        months = Months(session)
        if period not in months.closed:
            raise StateError("issue.not_closed", period=period)
        found = draft(session, months, period)
        if found is None:
            raise StateError("issue.not_computed", period=period)
        if found.snapshot.input_hash != now:
            raise StateError("issue.out_of_date", period=period)
        _check(session, found, digest=digest, note=note)
        row = _row(found, actor, note)
        row.publisher_name, row.publisher_role = _publisher(session, actor)
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError as error:
            # PostgreSQL lets another transaction publish the same in the meantime.
            raise StateError("issue.changed", period=period) from error
        kept.note_published(session, period)
        month_keepers.keep_month(session, period)
        exhibits.refresh_soon(session, actor)
        audit.record(
            session,
            actor,
            "statistics_issue.publish",
            "statistics_issue",
            row.id,
            after={
                "period": row.period,
                "number": row.number,
                "content_sha256": row.content_sha256,
                "changed": len(found.changes.cells),
            },
            reason=note or None,
        )
        return row.number


def _facts_now(period: PayPeriod) -> str:
    """Name what the month's figures would be computed from now: read before the lock is taken."""
    session = db.session()
    return kept.input_hash(session, Months(session), period)


def _check(session: Session, found: Draft, *, digest: str | None, note: str) -> None:
    if digest is not None and digest != found.digest:
        raise StateError("issue.changed", period=found.period)
    later = [month for month in issues.published_months(session) if month > found.period]
    if found.before is None and later:
        raise StateError("issue.later_published", period=found.period, later=max(later))
    if not found.is_worth_it:
        raise StateError("issue.no_change", period=found.period)
    if found.before is not None and not note:
        raise InputError("issue.no_note")
    if found.before is None and found.has_missing and not note:
        raise InputError("issue.no_reason_for_missing")
    if len(note) > NOTE_CHARACTERS:
        raise InputError("issue.long_note", most=NOTE_CHARACTERS)


def _publisher(session: Session, actor: Actor) -> tuple[str | None, str | None]:
    """Return name and role of the account that publishes; the command line without an account has none."""
    if actor.account_id is None:
        return None, None
    name, role = session.execute(accounts.name_and_role(actor.account_id)).one()
    return name, role


def _row(found: Draft, actor: Actor, note: str) -> StatisticsIssue:
    content = cube_json.to_json(found.cubes)
    return StatisticsIssue(
        period=str(found.period),
        number=found.number,
        content=content,
        content_sha256=cube_json.sha256_of(content),
        snapshot_sha256=found.snapshot.content_sha256,
        basis=found.snapshot.basis,
        definitions=frozen.to_json(frozen.definitions_of(found.cubes).values()),
        differences=differences.to_json(found.changes),
        input_hash=found.snapshot.input_hash,
        law_hash=law_book().hash,
        code_version=workforce.__version__,
        note=note,
        published_at=clock.now(),
        published_by_id=actor.account_id,
        published_by_name=actor.name,
    )

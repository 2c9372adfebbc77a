"""Who did what to which thing, when and why, with the values before and after.

Two tables. ``audit_entry`` is append-only: the database itself refuses to change or delete a row.
``audit_seal`` chains the entries: each seal holds the SHA-256 of the previous seal and its entry, so
an entry that was edited, removed or slipped in between is found by ``verify``. Entries are written
unsealed, so that nobody waits for the head of the chain; ``seal`` is called now and then.

Reading a sensitive thing (someone's payslip, an unmasked ID number) is an entry too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import (
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    Text,
    and_,
    false,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from workforce.platform import clock
from workforce.platform.db import Base, Code, Id, Instant, PrimaryKey
from workforce.platform.refusals import after_create
from workforce.platform.scope import Scope, ScopeKind

_CHAIN_START: Final = "0" * 64
_SEAL_LOCK: Final = 4
"""Those of ``platform/locks.py`` have a second key; 3 belongs to ``platform/schedules.py``."""
_CHUNK_ROWS: Final = 1000
_NEAR_ROWS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account, or the command line (``account_id`` None, name ``cli``)."""

    account_id: int | None
    name: str


CLI: Final = Actor(account_id=None, name="cli")


class AuditEntry(Base):
    """One act. ``before`` and ``after`` are canonical JSON text (sorted keys), NULL where senseless."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject_type", "subject_id"),
        Index("ix_audit_entry_company", "company_id", "at"),
        Index("ix_audit_entry_at", "at"),
    )

    id: Mapped[PrimaryKey]
    at: Mapped[Instant]
    actor_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    actor_name: Mapped[str] = mapped_column(String(60))
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id"))
    action: Mapped[Code]
    subject_type: Mapped[Code]
    subject_id: Mapped[str] = mapped_column(String(120))
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(String(400))


class AuditSeal(Base):
    """The link of one entry in the chain; ``position`` counts from 1 without a gap."""

    __tablename__ = "audit_seal"

    position: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("audit_entry.id"), unique=True)
    entry_hash: Mapped[str] = mapped_column(String(64))
    chain_hash: Mapped[str] = mapped_column(String(64))


APPEND_ONLY_TABLES: Final = ("audit_entry", "audit_seal")


def append_only_statements(table: str, dialect: str) -> list[str]:
    """Return the DDL that makes a table refuse UPDATE and DELETE, for ``sqlite`` or ``postgresql``.

    The table name comes from this package's own code, never from outside.
    """
    if dialect == "sqlite":
        return [
            (
                f"CREATE TRIGGER tr_{table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
            for verb in ("UPDATE", "DELETE")
        ]
    function = (
        f"CREATE FUNCTION fn_{table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    trigger = (
        f"CREATE TRIGGER tr_{table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION fn_{table}_append_only()"
    )
    return [function, trigger]


def _attach_triggers() -> None:
    """Make ``create_all`` build the same triggers as the migration does."""
    for name in APPEND_ONLY_TABLES:
        after_create(Base.metadata.tables[name], partial(append_only_statements, name))


_attach_triggers()


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject_type: str,
    subject_id: object,
    *,
    company_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Add an entry to the caller's unit of work: the act and its record are committed together.

    ``action`` is a verb of the domain (``payroll_run.approve``); ``before`` and ``after`` hold only
    what changed, and never an unmasked identity.
    """
    session.add(
        AuditEntry(
            at=clock.now(),
            actor_id=actor.account_id,
            actor_name=actor.name,
            company_id=company_id,
            action=action,
            subject_type=subject_type,
            subject_id=str(subject_id),
            before=_canonical(before),
            after=_canonical(after),
            reason=reason,
        ),
    )


class Change(NamedTuple):
    """What one act changed of one thing of many: its id, and what differs."""

    subject_id: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def record_many(
    session: Session,
    actor: Actor,
    action: str,
    subject_type: str,
    changes: Iterable[Change],
    *,
    company_id: int | None = None,
    reason: str | None = None,
) -> None:
    """Add an entry for each of many things that one act changed: as ``record``, in bulk."""
    same = {
        "at": clock.now(),
        "actor_id": actor.account_id,
        "actor_name": actor.name,
        "company_id": company_id,
        "action": action,
        "subject_type": subject_type,
        "reason": reason,
    }
    rows = [
        {
            **same,
            "subject_id": change.subject_id,
            "before": _canonical(change.before),
            "after": _canonical(change.after),
        }
        for change in changes
    ]
    if rows:
        session.flush()
        session.connection().execute(insert(cast("Table", AuditEntry.__table__)), rows)


def acts_since(session: Session, company_id: int, at: dt.datetime) -> list[AuditEntry]:
    """Return what was done to a company's records after an instant, the oldest first."""
    chosen = (
        select(AuditEntry)
        .where(AuditEntry.company_id == company_id, AuditEntry.at > at)
        .order_by(AuditEntry.id)
    )
    return list(session.scalars(chosen))


def entries_about(
    session: Session, subject_type: str, subject_id: object, *, most: int = 100
) -> list[AuditEntry]:
    """Return what was done to one thing, the latest first."""
    return entries_about_all(session, [(subject_type, str(subject_id))], most=most)


def entries_about_all(
    session: Session, subjects: Collection[tuple[str, str]], *, most: int
) -> list[AuditEntry]:
    """Return what was done to some things, each named by type and id, the latest first."""
    chosen = (
        select(AuditEntry)
        .where(
            or_(
                false(),
                *(
                    and_(AuditEntry.subject_type == kind, AuditEntry.subject_id == key)
                    for kind, key in subjects
                ),
            )
        )
        .order_by(AuditEntry.id.desc())
        .limit(most)
    )
    return list(session.scalars(chosen))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for: empty fields narrow nothing. ``until`` is exclusive."""

    actor_name: str = ""
    action: str = ""
    subject_type: str = ""
    subject_id: str = ""
    company_id: int | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def entries(scope: Scope, wanted: Wanted, *, before: int | None = None) -> Select[AuditEntry]:
    """Return entries in reach, the latest first; ``before`` is the entry after which to go on.

    A company reaches what was done to its records; only the base reaches what belongs to none.
    """
    if scope.kind not in {ScopeKind.BASE, ScopeKind.COMPANY}:
        message = "the audit is read for a company or the base"
        raise ValueError(message)
    chosen = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if scope.kind is ScopeKind.COMPANY:
        chosen = chosen.where(AuditEntry.company_id == scope.company_id)
    for column, value in (
        (AuditEntry.actor_name, wanted.actor_name),
        (AuditEntry.action, wanted.action),
        (AuditEntry.subject_type, wanted.subject_type),
        (AuditEntry.subject_id, wanted.subject_id),
    ):
        if value:
            chosen = chosen.where(column == value)
    if wanted.company_id is not None:
        chosen = chosen.where(AuditEntry.company_id == wanted.company_id)
    if wanted.since is not None:
        chosen = chosen.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        chosen = chosen.where(AuditEntry.at < wanted.until)
    if before is not None:
        at = select(AuditEntry.at).where(AuditEntry.id == before).scalar_subquery()
        chosen = chosen.where(AuditEntry.at <= at, or_(AuditEntry.at < at, AuditEntry.id < before))
    return chosen


def latest_about(
    session: Session, subject_type: str, subject_ids: Sequence[str]
) -> dict[str, AuditEntry]:
    """Return the latest entry about each of some things of one kind that have one."""
    found: dict[str, AuditEntry] = {}
    for start in range(0, len(subject_ids), _CHUNK_ROWS):
        part = subject_ids[start : start + _CHUNK_ROWS]
        latest = (
            select(func.max(AuditEntry.id))
            .where(AuditEntry.subject_type == subject_type, AuditEntry.subject_id.in_(part))
            .group_by(AuditEntry.subject_id)
        )
        chosen = session.scalars(select(AuditEntry).where(AuditEntry.id.in_(latest)))
        found |= {entry.subject_id: entry for entry in chosen}
    return found


def _canonical(values: Mapping[str, Any] | None) -> str | None:
    if values is None:
        return None
    return json.dumps(
        values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )


def entry_hash(entry: AuditEntry) -> str:
    """Return the SHA-256 of everything an entry says, as 64 hex digits."""
    content = [
        entry.id,
        entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.actor_name,
        entry.company_id,
        entry.action,
        entry.subject_type,
        entry.subject_id,
        entry.before,
        entry.after,
        entry.reason,
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def _chain(previous: str, own: str) -> str:
    return hashlib.sha256(f"{previous}{own}".encode("ascii")).hexdigest()


def seal(session: Session, *, most: int | None = None, is_quick: bool = False) -> int:
    """Chain unsealed entries in the caller's unit of work, all or the oldest ``most``; return how many.

    ``is_quick`` looks only at entries near the newest sealed one and after it, so that a long history
    is not searched every minute; on PostgreSQL an entry whose transaction took long can lie further
    back, so now and then somebody must look at all.

    Two sealers at once wait for each other; the key of ``position`` would not let them fork the chain.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_SEAL_LOCK)))
    head = session.scalar(select(AuditSeal).order_by(AuditSeal.position.desc()).limit(1))
    position, chain_hash = (head.position, head.chain_hash) if head else (0, _CHAIN_START)
    unsealed = (
        select(AuditEntry)
        .outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .where(AuditSeal.entry_id.is_(None))
        .order_by(AuditEntry.id)
        .limit(most)
    )
    if is_quick and head:
        unsealed = unsealed.where(AuditEntry.id > head.entry_id - _NEAR_ROWS)
    first = position
    for entry in session.scalars(unsealed).yield_per(_CHUNK_ROWS):
        own = entry_hash(entry)
        position += 1
        chain_hash = _chain(chain_hash, own)
        session.add(
            AuditSeal(position=position, entry_id=entry.id, entry_hash=own, chain_hash=chain_hash),
        )
    return position - first


@dataclass(frozen=True, slots=True)
class Breach:
    """A place where the chain does not hold; ``kind``: missing | edited | unchained."""

    position: int
    entry_id: int
    kind: str


def verify(session: Session) -> Iterator[Breach]:
    """Yield every place where a sealed entry was edited or removed, or the chain was rewritten."""
    expected_position, chain_hash = 1, _CHAIN_START
    rows = (
        select(AuditSeal, AuditEntry)
        .outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
        .order_by(AuditSeal.position)
    )
    for link, found in session.execute(rows).yield_per(_CHUNK_ROWS):
        entry = cast("AuditEntry | None", found)
        if entry is None:
            yield Breach(link.position, link.entry_id, "missing")
        elif entry_hash(entry) != link.entry_hash:
            yield Breach(link.position, link.entry_id, "edited")
        chain_hash = _chain(chain_hash, link.entry_hash)
        if link.position != expected_position or link.chain_hash != chain_hash:
            yield Breach(link.position, link.entry_id, "unchained")
            # One breach, not one for each later link.
            chain_hash = link.chain_hash
        expected_position = link.position + 1


def unsealed_count(session: Session) -> int:
    """Return how many entries wait to be chained."""
    entries = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    seals = session.scalar(select(func.count()).select_from(AuditSeal)) or 0
    return entries - seals

"""Published issues of statistics and of seats, which never change, and the snapshots that they are made of."""

from __future__ import annotations

from functools import partial
from typing import cast

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.audit import append_only_statements
from workforce.platform.db import Base, Id, Instant, Month, Name, PrimaryKey
from workforce.platform.refusals import after_create


class StatisticsSnapshot(Base):
    """The protected figures of a closed month as they are now, kept up to date by the worker.

    ``content`` is the canonical JSON of a ``CubeSet`` (``statistics/cube_json.py``), ``input_hash``
    names all that it was computed from. ``changed_count``: how many cells differ from the newest
    issue of the month; NULL while there is none. ``basis``: see ``bureau/basis.py``.
    """

    __tablename__ = "statistics_snapshot"

    id: Mapped[PrimaryKey]
    period: Mapped[Month] = mapped_column(unique=True)
    input_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)
    content_sha256: Mapped[str] = mapped_column(String(64))
    basis: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    changed_count: Mapped[int | None]
    made_at: Mapped[Instant]


class OwnStatistics(Base):
    """The full figures of a closed month of the whole base, kept by the worker: for the base alone.

    ``content`` is the canonical JSON of a ``CubeSet`` that nothing is withheld of, ``reading_hash`` names
    what it was computed from, by which ``code_version``; it held at ``read_at``.
    """

    __tablename__ = "own_statistics"

    id: Mapped[PrimaryKey]
    period: Mapped[Month] = mapped_column(unique=True)
    reading_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)
    code_version: Mapped[str] = mapped_column(String(40))
    read_at: Mapped[Instant]


class StatisticsIssue(Base):
    """What was published of a month: the first issue, or a revised one. Append-only.

    ``definitions`` and ``differences`` are JSON: what each measure meant then
    (``bureau/issues/frozen.py``), and which cells of the issue before it changes
    (``bureau/issues/differences.py``). ``snapshot_sha256`` names the snapshot that was published.
    ``published_by_id`` is NULL for the command line; ``published_by_name`` is the login name, as in the audit,
    ``publisher_name`` and ``publisher_role`` what its people call the account, as it was then: NULL for the
    command line, and for what was published before they were kept.
    """

    __tablename__ = "statistics_issue"
    __table_args__ = (
        UniqueConstraint("period", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("number = 1 OR note <> ''", name="reason"),
    )

    id: Mapped[PrimaryKey]
    period: Mapped[Month]
    number: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    content_sha256: Mapped[str] = mapped_column(String(64))
    snapshot_sha256: Mapped[str] = mapped_column(String(64))
    basis: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    definitions: Mapped[str] = mapped_column(Text)
    differences: Mapped[str] = mapped_column(Text)
    input_hash: Mapped[str] = mapped_column(String(64))
    law_hash: Mapped[str] = mapped_column(String(64))
    code_version: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(400))
    published_at: Mapped[Instant]
    published_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    published_by_name: Mapped[str] = mapped_column(String(60))
    publisher_name: Mapped[Name | None]
    publisher_role: Mapped[str | None] = mapped_column(String(20))


class PublishedSeats(Base):
    """The use of seats in a month as officials were told it with its first issue. Append-only.

    ``content``: a ``seats.SeatTable`` as JSON (``bureau/seats/months.py``); what it withholds is not in it.
    """

    __tablename__ = "published_seats"

    id: Mapped[PrimaryKey]
    period: Mapped[Month] = mapped_column(unique=True)
    content: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[Instant]


class SavedView(Base):
    """A question of the explorer that an account keeps by name.

    ``query`` is the query of its address. ``company_id`` is NULL for accounts of the base; whoever of the
    same company, or of the base, opens a view that ``is_shared``.
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("account_id", "name"),
        Index("ix_saved_view_company_id", "company_id", "is_shared"),
    )

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(2000))
    is_shared: Mapped[bool]
    saved_at: Mapped[Instant]


for _issued in (StatisticsIssue, PublishedSeats):
    after_create(
        cast("Table", _issued.__table__), partial(append_only_statements, _issued.__tablename__)
    )

"""Monthly returns of companies, what the bureau answered, by when they are due, and reminders."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Id, Instant, Month, PrimaryKey, UtcDateTime
from workforce.platform.refusals import stand

if TYPE_CHECKING:
    from sqlalchemy import Table


class CompanyReturn(Base):
    """One version of a company's return of one month; of those submitted the newest counts.

    ``origin``: ``typed`` by the company, or ``computed`` here and confirmed by it. It is a draft until
    it is submitted; from then on it stands with its figures, and a correction is another version.
    ``content_sha256`` is the fingerprint of its figures (`service.fingerprint`);
    ``import_batch_id``: the receipt of the file that it came from.
    ``submit_key``: whoever submits with the same key again has submitted this one.
    """

    __tablename__ = "company_return"
    __table_args__ = (
        UniqueConstraint("company_id", "period", "version"),
        UniqueConstraint("company_id", "submit_key"),
        Index(
            "uq_company_return_draft",
            "company_id",
            "period",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
        CheckConstraint("origin IN ('typed', 'computed')", name="origin"),
        CheckConstraint(
            "(submitted_at IS NULL) = (content_sha256 IS NULL) "
            "AND (origin <> 'computed' OR submitted_at IS NOT NULL)",
            name="submitted",
        ),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    period: Mapped[Month]
    version: Mapped[int]
    origin: Mapped[Code]
    remark: Mapped[str] = mapped_column(String(400))
    submit_key: Mapped[str | None] = mapped_column(String(64))
    import_batch_id: Mapped[int | None] = mapped_column(Id, ForeignKey("import_batch.id"))
    content_sha256: Mapped[str | None] = mapped_column(String(64))
    saved_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    saved_at: Mapped[Instant]
    submitted_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    submitted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class ReturnFigure(Base):
    """One figure of a return; what is unknown has no row.

    ``item`` is a code of ``items.py``; ``value`` counts the last shown decimal of its unit: persons,
    fen, hundredths. ``behind``: how many jobs stand behind a computed amount; NULL: not known.
    """

    __tablename__ = "return_figure"

    return_id: Mapped[int] = mapped_column(Id, ForeignKey("company_return.id"), primary_key=True)
    item: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)
    behind: Mapped[int | None]


class ReturnDecision(Base):
    """What the bureau said to a submitted return, never changed; the newest counts.

    An accepted return may still be given back; what was given back waits for another version.
    """

    __tablename__ = "return_decision"
    __table_args__ = (
        UniqueConstraint("return_id", "number"),
        CheckConstraint("is_accepted OR reason IS NOT NULL", name="reason"),
    )

    id: Mapped[PrimaryKey]
    return_id: Mapped[int] = mapped_column(Id, ForeignKey("company_return.id"))
    number: Mapped[int]
    is_accepted: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(400))
    decided_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    decided_at: Mapped[Instant]


class ReturnRule(Base):
    """By which day of the following month returns are due, from a month on."""

    __tablename__ = "return_rule"
    __table_args__ = (CheckConstraint("due_day BETWEEN 1 AND 28", name="due_day"),)

    first_period: Mapped[Month] = mapped_column(primary_key=True)
    due_day: Mapped[int]
    set_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    set_at: Mapped[Instant]


class ComputedReturn(Base):
    """What the newest computation says of a month whose pay is decided: kept by the worker.

    Where a confirmed return has another fingerprint, it must be confirmed anew.
    """

    __tablename__ = "computed_return"

    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"), primary_key=True)
    period: Mapped[Month] = mapped_column(primary_key=True)
    content_sha256: Mapped[str] = mapped_column(String(64))
    computed_at: Mapped[Instant]


class ReturnReminder(Base):
    """When a company was last reminded of a month's return, and how often."""

    __tablename__ = "return_reminder"

    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"), primary_key=True)
    period: Mapped[Month] = mapped_column(primary_key=True)
    reminded_at: Mapped[Instant]
    times: Mapped[int]


_SUBMITTED = (
    "EXISTS (SELECT 1 FROM company_return "
    "WHERE company_return.id = OLD.return_id AND company_return.submitted_at IS NOT NULL)"
)

stand(cast("Table", CompanyReturn.__table__), "OLD.submitted_at IS NOT NULL")
stand(cast("Table", ReturnFigure.__table__), _SUBMITTED)
stand(cast("Table", ReturnDecision.__table__), "OLD.id IS NOT NULL")

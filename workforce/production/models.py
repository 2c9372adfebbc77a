"""Task types, dated piece prices, batches and output records."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Id, Micro, Name, PrimaryKey


class TaskType(Base):
    """A kind of annotation work with its unit (框, 条, 段 …); shared by the whole base."""

    __tablename__ = "task_type"

    id: Mapped[PrimaryKey]
    code: Mapped[Code] = mapped_column(unique=True)
    name_zh: Mapped[Name]
    name_en: Mapped[Name]
    unit_zh: Mapped[str] = mapped_column(String(20))
    unit_en: Mapped[str] = mapped_column(String(20))


class PiecePrice(Base):
    """One company's price of one accepted unit, in millionths of a yuan, over work dates."""

    __tablename__ = "piece_price"
    __table_args__ = (
        UniqueConstraint("company_id", "task_type_id", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="range"),
        CheckConstraint("unit_price >= 0", name="unit_price"),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    task_type_id: Mapped[int] = mapped_column(Id, ForeignKey("task_type.id"))
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    unit_price: Mapped[Micro]


class Batch(Base):
    """A batch of work handed out and accepted together; ``code`` is unique in the company."""

    __tablename__ = "batch"
    __table_args__ = (UniqueConstraint("company_id", "code"),)

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    code: Mapped[str] = mapped_column(String(60))
    task_type_id: Mapped[int] = mapped_column(Id, ForeignKey("task_type.id"))


class OutputRecord(Base):
    """Output of one employment, or of a group, on one day, paid exactly once.

    A group's record has ``group_name`` and ``split_by`` (points | hours) instead of an employment, and
    its members in ``group_share``; all else is the same.

    ``state``: submitted → accepted | rejected. ``pay_period`` is given when it is accepted (the
    month of acceptance if open, else the next open one; the half month for those paid by halves) and
    then fixed; ``work_on`` keeps the day
    whose price and overtime class count. Quantities are whole units: submitted, reviewed, accepted,
    rejected, and reworked (sent back and done again; a reworked unit that is accepted is in
    ``accepted_qty`` once). ``hours_class``: normal | weekday_overtime | rest_day | holiday, or NULL
    where the minutes of the day decide. (``company_id``, ``source``, ``source_key``) makes a second
    import of the same work a no-op. ``evidence``: NULL where the source says all that decides on pay;
    else what it lacks: ``minimal`` (whether skipped, a reference or imported), ``assignee`` (who
    did the work: it names only the person to whom the job was given). ``is_sent_back``: rejected
    work that is to be done again; ``decided_reason`` is what whoever decided by hand said.
    """

    __tablename__ = "output_record"
    __table_args__ = (
        UniqueConstraint("company_id", "source", "source_key"),
        Index(
            "ix_output_record_pay",
            "pay_period",
            "employment_id",
            "task_type_id",
            "work_on",
            "batch_id",
            "hours_class",
            "accepted_qty",
        ),
        Index("ix_output_record_day", "employment_id", "work_on"),
        Index("ix_output_record_batch", "batch_id"),
        # Not IN (…): SQLite builds such a list anew for every row, a third of a large import's time.
        CheckConstraint(
            "state = 'submitted' OR state = 'accepted' OR state = 'rejected'", name="state"
        ),
        CheckConstraint(
            "submitted_qty >= 0 AND reviewed_qty >= 0 AND accepted_qty >= 0 "
            "AND rejected_qty >= 0 AND reworked_qty >= 0",
            name="quantities",
        ),
        CheckConstraint("accepted_qty <= submitted_qty", name="accepted"),
        CheckConstraint("(state = 'accepted') = (pay_period IS NOT NULL)", name="pay_period"),
        CheckConstraint("state = 'rejected' OR NOT is_sent_back", name="sent_back"),
        CheckConstraint(
            "(employment_id IS NULL) = (group_name IS NOT NULL) "
            "AND (group_name IS NULL) = (split_by IS NULL)",
            name="payee",
        ),
        CheckConstraint("split_by = 'points' OR split_by = 'hours'", name="split_by"),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    employment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("employment.id"))
    task_type_id: Mapped[int] = mapped_column(Id, ForeignKey("task_type.id"))
    batch_id: Mapped[int | None] = mapped_column(Id, ForeignKey("batch.id"))
    work_on: Mapped[dt.date]
    state: Mapped[Code]
    accepted_on: Mapped[dt.date | None]
    pay_period: Mapped[str | None] = mapped_column(String(10))
    hours_class: Mapped[str | None] = mapped_column(String(20))
    submitted_qty: Mapped[int] = mapped_column(BigInteger)
    reviewed_qty: Mapped[int] = mapped_column(BigInteger, default=0)
    accepted_qty: Mapped[int] = mapped_column(BigInteger, default=0)
    rejected_qty: Mapped[int] = mapped_column(BigInteger, default=0)
    reworked_qty: Mapped[int] = mapped_column(BigInteger, default=0)
    source: Mapped[Code]
    source_key: Mapped[str] = mapped_column(String(120))
    source_version: Mapped[str | None] = mapped_column(String(80))
    import_batch_id: Mapped[int | None] = mapped_column(Id, ForeignKey("import_batch.id"))
    evidence: Mapped[str | None] = mapped_column(String(20))
    group_name: Mapped[str | None] = mapped_column(String(60))
    split_by: Mapped[str | None] = mapped_column(String(40))
    is_sent_back: Mapped[bool] = mapped_column(default=False, server_default=false())
    decided_reason: Mapped[str | None] = mapped_column(String(400))


class GroupShare(Base):
    """A member's weight in a group's output record.

    ``share_weight``: thousandths of a point, or minutes where the record is split by hours; NULL:
    the minutes of the member's shifts that start on the day of the work.
    """

    __tablename__ = "group_share"
    __table_args__ = (
        UniqueConstraint("output_record_id", "employment_id"),
        Index("ix_group_share_employment", "employment_id", "output_record_id"),
        CheckConstraint("share_weight >= 0", name="share_weight"),
    )

    id: Mapped[PrimaryKey]
    output_record_id: Mapped[int] = mapped_column(Id, ForeignKey("output_record.id"))
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    share_weight: Mapped[int | None] = mapped_column(BigInteger)


class SourceUser(Base):
    """The person-approved map from an annotation tool's user to an employment of a company."""

    __tablename__ = "source_user"
    __table_args__ = (UniqueConstraint("company_id", "source", "source_user"),)

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    source: Mapped[Code]
    source_user: Mapped[str] = mapped_column(String(120))
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))

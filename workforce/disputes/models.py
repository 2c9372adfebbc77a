"""Disputes about payslip lines, and what was said in them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Fen, Id, Instant, Period, PrimaryKey, UtcDateTime


class Dispute(Base):
    """One doubt about one line of one payslip; a line has at most one, which may be reopened once.

    ``line_*``: what the line said when it was asked about, the amount in fen. ``payslip_id`` is NULL
    once a run that was returned has been calculated again: that payslip is no more, the doubt stays.
    ``state``: open | answered | closed. ``outcome``: accepted | rejected, of the last answer.
    ``due_on``: the day by which finance answers. ``period`` is the payslip's.
    """

    __tablename__ = "dispute"
    __table_args__ = (
        UniqueConstraint("payslip_id", "line_seq"),
        Index("ix_dispute_company_id_state", "company_id", "state", "due_on"),
        CheckConstraint("state IN ('open', 'answered', 'closed')", name="state"),
        CheckConstraint("outcome IN ('accepted', 'rejected')", name="outcome"),
        CheckConstraint("state = 'open' OR outcome IS NOT NULL", name="answered"),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"), index=True)
    payslip_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("payslip.id", ondelete="SET NULL")
    )
    line_seq: Mapped[int]
    line_code: Mapped[Code]
    line_kind: Mapped[str] = mapped_column(String(10))
    line_detail: Mapped[str | None] = mapped_column(String(200))
    line_amount: Mapped[Fen]
    period: Mapped[Period]
    state: Mapped[Code]
    outcome: Mapped[str | None] = mapped_column(String(40))
    due_on: Mapped[dt.date]
    opened_at: Mapped[Instant]
    reopened_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class DisputeEntry(Base):
    """One thing said or done in a dispute, never changed.

    ``kind``: opened | accepted | rejected | reopened | closed. Of an accepted one ``amount`` (fen, more
    than 0) is paid in ``pay_period``.
    """

    __tablename__ = "dispute_entry"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('opened', 'accepted', 'rejected', 'reopened', 'closed')", name="kind"
        ),
        CheckConstraint(
            "(kind = 'accepted') = (amount IS NOT NULL) "
            "AND (amount IS NULL) = (pay_period IS NULL) AND (amount IS NULL OR amount > 0)",
            name="amount",
        ),
    )

    id: Mapped[PrimaryKey]
    dispute_id: Mapped[int] = mapped_column(Id, ForeignKey("dispute.id"), index=True)
    kind: Mapped[Code]
    at: Mapped[Instant]
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    text: Mapped[str] = mapped_column(Text)
    upload_id: Mapped[int | None] = mapped_column(Id, ForeignKey("upload.id"))
    amount: Mapped[int | None] = mapped_column(BigInteger)
    pay_period: Mapped[str | None] = mapped_column(String(10))

"""Payslips sent by mail, and people reminded to sign for them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Id, Instant, UtcDateTime


class PayslipMail(Base):
    """The mail of one payslip. The key is the sent key: a payslip has one row, so it has one mail.

    ``state``: queued → sending → sent | failed | unknown. A row is claimed (``sending``, with the job
    and its attempt) and committed before the mail goes out; a worker that was killed in between leaves
    it so, and nobody knows whether the mail left: only a person decides then. ``due_at``: not tried
    before. ``address_masked``: where it went, or would have gone. ``message_id``: of the last try.
    """

    __tablename__ = "payslip_mail"
    __table_args__ = (
        CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed', 'unknown')", name="state"
        ),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
    )

    payslip_id: Mapped[int] = mapped_column(Id, ForeignKey("payslip.id"), primary_key=True)
    state: Mapped[Code]
    queued_at: Mapped[Instant]
    due_at: Mapped[Instant]
    attempts: Mapped[int]
    job_id: Mapped[int | None] = mapped_column(Id, ForeignKey("job.id", ondelete="SET NULL"))
    job_attempt: Mapped[int | None]
    address_masked: Mapped[str | None] = mapped_column(String(120))
    message_id: Mapped[str | None] = mapped_column(String(200))
    sent_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(400))


class PayslipReminder(Base):
    """That a person was reminded of a payslip that is not signed for: when last, and how often."""

    __tablename__ = "payslip_reminder"

    payslip_id: Mapped[int] = mapped_column(Id, ForeignKey("payslip.id"), primary_key=True)
    reminded_at: Mapped[Instant]
    times: Mapped[int]

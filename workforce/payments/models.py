"""Payment batches, the payments in them, and whose pay is held back."""

from __future__ import annotations

import datetime as dt
from typing import cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from workforce.payments.immutable import protect
from workforce.platform.crypto import Encrypted
from workforce.platform.db import Base, Code, Fen, Id, Instant, Name, PrimaryKey, UtcDateTime


class PayHold(Base):
    """That a person's pay is held back, why, and when and why it was released; one at a time."""

    __tablename__ = "pay_hold"
    __table_args__ = (
        Index(
            "ix_pay_hold_open",
            "employment_id",
            unique=True,
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
        Index("ix_pay_hold_employment_id", "employment_id"),
        CheckConstraint("(released_at IS NULL) = (release_reason IS NULL)", name="release"),
    )

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    reason: Mapped[str] = mapped_column(String(400))
    held_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    held_at: Mapped[Instant]
    released_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    released_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    release_reason: Mapped[str | None] = mapped_column(String(400))


class PaymentBatch(Base):
    """Payments that go to the bank together: of one run, or (``run_id`` NULL) of what was still owed.

    ``number`` counts a company's batches from 1. ``state``: made | confirmed | cancelled.
    ``total_amount`` (fen) and ``payment_count`` are those of all payments when it was made;
    ``paid_amount`` is what left the bank: less those that had failed by then.
    """

    __tablename__ = "payment_batch"
    __table_args__ = (
        UniqueConstraint("company_id", "number"),
        Index(
            "ix_payment_batch_open_run",
            "run_id",
            unique=True,
            sqlite_where=text("state = 'made'"),
            postgresql_where=text("state = 'made'"),
        ),
        CheckConstraint("state IN ('made', 'confirmed', 'cancelled')", name="state"),
        CheckConstraint("payment_count >= 0 AND total_amount >= 0", name="total"),
        CheckConstraint(
            "(state = 'confirmed') = (confirmed_at IS NOT NULL) AND (state <> 'confirmed' OR "
            "(paid_on IS NOT NULL AND paid_amount IS NOT NULL AND reference IS NOT NULL))",
            name="confirmed",
        ),
        CheckConstraint("paid_amount BETWEEN 0 AND total_amount", name="paid"),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    run_id: Mapped[int | None] = mapped_column(Id, ForeignKey("payroll_run.id"))
    number: Mapped[int]
    pay_on: Mapped[dt.date]
    state: Mapped[Code]
    payment_count: Mapped[int]
    total_amount: Mapped[Fen]
    made_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    made_at: Mapped[Instant]
    paid_on: Mapped[dt.date | None]
    paid_amount: Mapped[int | None] = mapped_column(BigInteger)
    reference: Mapped[str | None] = mapped_column(String(200))
    confirmed_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class Payment(Base):
    """What one person is paid in a batch, to which account, and what became of it.

    ``chain_id``: the first payslip of the chain that ``payslip_id`` is of (itself unless it was issued
    again); both are NULL once a cancelled payment's run was calculated again. Payee, bank and account
    are as they were when the batch was made; no account: paid before accounts were noted here.
    ``state``: pending | paid | failed | cancelled. ``settled_on``: the day on which it was paid or
    failed. Amount in fen.
    """

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("batch_id", "payslip_id"),
        Index(
            "ix_payment_pending_chain",
            "chain_id",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_payment_chain", "chain_id", "state", "amount"),
        CheckConstraint("state IN ('pending', 'paid', 'failed', 'cancelled')", name="state"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(state = 'failed') = (fail_reason IS NOT NULL)", name="failed"),
        CheckConstraint("(state IN ('paid', 'failed')) = (settled_on IS NOT NULL)", name="settled"),
        CheckConstraint(
            "state = 'cancelled' OR (payslip_id IS NOT NULL AND chain_id IS NOT NULL)",
            name="payslip",
        ),
    )

    id: Mapped[PrimaryKey]
    batch_id: Mapped[int] = mapped_column(Id, ForeignKey("payment_batch.id"))
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"), index=True)
    payslip_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("payslip.id", ondelete="SET NULL"), index=True
    )
    chain_id: Mapped[int | None] = mapped_column(Id, ForeignKey("payslip.id", ondelete="SET NULL"))
    amount: Mapped[Fen]
    state: Mapped[Code]
    payee_name: Mapped[Name]
    bank_name: Mapped[str | None] = mapped_column(String(60))
    bank_account: Mapped[str | None] = mapped_column(Encrypted)
    fail_reason: Mapped[str | None] = mapped_column(String(200))
    settled_on: Mapped[dt.date | None]


for _model in (PayHold, PaymentBatch, Payment):
    protect(cast("Table", _model.__table__))

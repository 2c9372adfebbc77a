"""Inspections by sample."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Id, PrimaryKey


class Inspection(Base):
    """One sample check of a batch, or (without batch) of one task type's output in a month.

    ``employment_id`` NULL: the sample speaks for everybody with output in the batch.
    ``severity``: minor | major | critical (the worst error found), NULL without error.
    ``result``: pass | rework | reject. ``pay_period``: the month whose pay it weighs on;
    ``half_pay_period``: the half month, for those who are paid by halves.
    """

    __tablename__ = "inspection"
    __table_args__ = (
        UniqueConstraint("company_id", "source", "source_key"),
        Index("ix_inspection_pay", "company_id", "pay_period"),
        Index("ix_inspection_half_pay", "company_id", "half_pay_period"),
        # One person's checks, and (employment NULL) those of a batch.
        Index("ix_inspection_employment", "employment_id", "batch_id", "inspected_on"),
        CheckConstraint("sampled_qty > 0", name="sampled"),
        CheckConstraint("error_qty >= 0 AND error_qty <= sampled_qty", name="errors"),
        CheckConstraint("result IN ('pass', 'rework', 'reject')", name="result"),
        CheckConstraint(
            "severity IS NULL OR severity IN ('minor', 'major', 'critical')", name="severity"
        ),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    employment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("employment.id"))
    batch_id: Mapped[int | None] = mapped_column(Id, ForeignKey("batch.id"))
    task_type_id: Mapped[int] = mapped_column(Id, ForeignKey("task_type.id"))
    inspected_on: Mapped[dt.date]
    pay_period: Mapped[str] = mapped_column(String(7))
    sampled_qty: Mapped[int] = mapped_column(BigInteger)
    error_qty: Mapped[int] = mapped_column(BigInteger)
    severity: Mapped[str | None] = mapped_column(String(10))
    result: Mapped[Code]
    inspector: Mapped[str | None] = mapped_column(String(60))
    source: Mapped[Code]
    source_key: Mapped[str] = mapped_column(String(120))
    import_batch_id: Mapped[int | None] = mapped_column(Id, ForeignKey("import_batch.id"))
    half_pay_period: Mapped[str | None] = mapped_column(String(10))

"""Targets of measures: what is to be reached by the end of a month."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Id, Instant, Month, PrimaryKey


class MeasureTarget(Base):
    """What a measure of the whole base is to reach by a month; the newest row of both counts.

    Rows are only added: setting a target anew, or withdrawing it (``value`` NULL), is one more row.
    ``bound``: at_least | at_most. ``value``: a whole count of the last shown decimal of the
    measure's unit (jobs, fen, hundredths of a per cent). ``reason``: why it is set or withdrawn.
    """

    __tablename__ = "measure_target"
    __table_args__ = (
        Index("ix_measure_target_measure", "measure", "period"),
        CheckConstraint("bound IN ('at_least', 'at_most')", name="bound"),
    )

    id: Mapped[PrimaryKey]
    measure: Mapped[Code]
    period: Mapped[Month]
    bound: Mapped[Code]
    value: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(200))
    set_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    set_at: Mapped[Instant]

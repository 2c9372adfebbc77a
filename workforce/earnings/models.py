"""What an open month came to, day by day: so that one can see what has changed since."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Fen, Id, Period, PrimaryKey


class EarningsDay(Base):
    """One employment's open month as it stood at the end of a day.

    ``lines``: canonical JSON, a list of ``[code, kind, detail, quantity, rate, amount]`` as on a
    payslip (amounts fen, quantities and rates millionths).
    """

    __tablename__ = "earnings_day"
    __table_args__ = (
        UniqueConstraint("employment_id", "period", "as_of"),
        Index("ix_earnings_day_as_of", "as_of"),
    )

    id: Mapped[PrimaryKey]
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    period: Mapped[Period]
    as_of: Mapped[dt.date]
    gross_pay_amount: Mapped[Fen]
    net_pay_amount: Mapped[Fen]
    lines: Mapped[str] = mapped_column(Text)

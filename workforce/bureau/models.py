"""Reports kept as they were filled: those of closed months, which do not change."""

from __future__ import annotations

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Instant, Month, PrimaryKey


class ReportSnapshot(Base):
    """A filled protected report of one month, as the JSON of ``stored.py``.

    ``input_hash`` names the payroll results that it was filled from: where they differ now (a run was
    taken back before its month was closed), it is filled anew.
    """

    __tablename__ = "report_snapshot"
    __table_args__ = (UniqueConstraint("code", "period"),)

    id: Mapped[PrimaryKey]
    code: Mapped[Code]
    period: Mapped[Month]
    input_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)
    made_at: Mapped[Instant]

"""What was imported: the receipt of each applied file."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Id, Instant, PrimaryKey


class ImportBatch(Base):
    """One applied file: its fingerprint, who applied it, and what it changed.

    ``summary``: counts ``{"added", "changed", "unchanged", "removed", "refused"}``; ``refused``
    rows are kept with place, value, reason so that nothing is lost.
    """

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_company", "company_id", "applied_at"),)

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    source: Mapped[Code]
    file_name: Mapped[str] = mapped_column(String(255))
    file_sha256: Mapped[str] = mapped_column(String(64))
    applied_at: Mapped[Instant]
    applied_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
    refused: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

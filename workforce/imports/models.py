"""What was imported: the receipt of each applied file, and the files that still wait to be."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Id, Instant, PrimaryKey


class ImportBatch(Base):
    """One applied file: its fingerprint, who applied it, and what it changed; without a company: of the base.

    ``summary``: counts ``{"added", "changed", "unchanged", "removed", "refused"}``; ``refused``
    rows are kept with place, value, reason so that nothing is lost.
    """

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_company", "company_id", "applied_at"),)

    id: Mapped[PrimaryKey]
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id"))
    source: Mapped[Code]
    file_name: Mapped[str] = mapped_column(String(255))
    file_sha256: Mapped[str] = mapped_column(String(64))
    applied_at: Mapped[Instant]
    applied_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
    refused: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class ImportPreview(Base):
    """A file that was looked at on a page and may be applied until it expires.

    ``token`` names the encrypted file under ``instance/imports``. ``report`` is what the preview
    found, and ``options`` what was said besides the file: both JSON, encrypted, because they hold
    names and amounts. ``digest`` is the fingerprint of what would change: what is applied is what
    was shown, or nothing. ``state``: waiting | ready | failed | applied. ``progress_id`` is the job
    that works on it, for a long file.
    """

    __tablename__ = "import_preview"
    __table_args__ = (
        UniqueConstraint("token"),
        Index("ix_import_preview_account", "account_id", "expires_at"),
        CheckConstraint(
            "state IN ('waiting', 'ready', 'failed', 'applied')",
            name="state",
        ),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id"))
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    source: Mapped[Code]
    token: Mapped[str] = mapped_column(String(32))
    file_name: Mapped[str] = mapped_column(String(255))
    file_sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    state: Mapped[Code]
    options: Mapped[str] = mapped_column(Text)
    report: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[str | None] = mapped_column(String(64))
    keep_good_rows: Mapped[bool] = mapped_column(default=False, server_default=false())
    progress_id: Mapped[int | None] = mapped_column(Id)
    import_batch_id: Mapped[int | None] = mapped_column(Id, ForeignKey("import_batch.id"))

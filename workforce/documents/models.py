"""Certificates of income and of employment: asked for, issued, withdrawn."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.crypto import Encrypted
from workforce.platform.db import Base, Code, Id, PrimaryKey, UtcDateTime

# Sixty months of figures as text, encrypted.
_FIGURES_LENGTH: Final = 12_000


class Certificate(Base):
    """One certificate about one employment, from the wish on.

    ``kind``: a ``documents.certificate_facts.Kind``. ``period_from`` and ``period_to``: the first and
    the last month of an income certificate, else NULL. ``language``: of the paper. ``asked_*``: the
    person's own wish; NULL where finance issued it unasked. Issuing gives it its ``serial`` within the
    company and ``year``, the opaque ``public_id`` of the QR code, and ``figures``: all that it says, as
    JSON; ``figures_hash`` is a keyed digest of them. Nothing that was issued changes: it is withdrawn.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("company_id", "year", "serial"),
        Index("ix_certificate_employment_id", "employment_id"),
        CheckConstraint("kind IN ('income', 'employment', 'separation')", name="kind"),
        CheckConstraint("language IN ('zh', 'en')", name="language"),
        CheckConstraint(
            "(period_from IS NULL) = (period_to IS NULL) AND (kind = 'income') = "
            "(period_from IS NOT NULL) AND (period_to IS NULL OR period_to >= period_from)",
            name="period",
        ),
        CheckConstraint("asked_at IS NOT NULL OR issued_at IS NOT NULL", name="origin"),
        CheckConstraint(
            "(issued_at IS NULL) = (serial IS NULL) AND (issued_at IS NULL) = (year IS NULL) AND "
            "(issued_at IS NULL) = (public_id IS NULL) AND (issued_at IS NULL) = (figures IS NULL) "
            "AND (issued_at IS NULL) = (figures_hash IS NULL)",
            name="issued",
        ),
        CheckConstraint(
            "declined_at IS NULL OR (issued_at IS NULL AND reason IS NOT NULL)", name="declined"
        ),
        CheckConstraint(
            "withdrawn_at IS NULL OR (issued_at IS NOT NULL AND reason IS NOT NULL)",
            name="withdrawn",
        ),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    kind: Mapped[Code]
    period_from: Mapped[str | None] = mapped_column(String(7))
    period_to: Mapped[str | None] = mapped_column(String(7))
    language: Mapped[str] = mapped_column(String(2))
    purpose: Mapped[str | None] = mapped_column(String(100))
    asked_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    asked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    year: Mapped[int | None]
    serial: Mapped[int | None]
    public_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    figures: Mapped[str | None] = mapped_column(Encrypted(_FIGURES_LENGTH))
    figures_hash: Mapped[str | None] = mapped_column(String(64))
    issued_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    issued_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    declined_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    declined_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(200))
    """Why it was declined, or withdrawn."""

"""Accounts: who signs in, with which role, reaching how far."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Code, Id, Instant, Name, PrimaryKey, UtcDateTime


class Account(Base):
    """One sign-in.

    ``role`` is a ``core.permissions.Role``. ``company_id`` is NULL only for roles that reach the
    whole base (base_admin, official); ``person_id`` is set for annotators. ``team_scoped`` reach
    of supervisors is read from ``team_leadership``.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(
            "company_id IS NOT NULL OR role IN ('base_admin', 'official', 'annotator')",
            name="company_required",
        ),
        CheckConstraint("role <> 'annotator' OR person_id IS NOT NULL", name="person_required"),
    )

    id: Mapped[PrimaryKey]
    login_name: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[Name]
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Code]
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id"))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id"))
    locale: Mapped[str] = mapped_column(String(8), default="zh")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Instant]
    last_signed_in_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

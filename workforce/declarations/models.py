"""Declared special additional deductions."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.crypto import Encrypted
from workforce.platform.db import (
    Base,
    Code,
    Fen,
    Id,
    Instant,
    Micro,
    Month,
    PrimaryKey,
    UtcDateTime,
)


class Declaration(Base):
    """One special additional deduction that a person declares to one employer for one calendar year.

    ``code``: a code of ``core.rules.tax_deductions.SPECIAL_LIMITS``. ``subject``: whom or what it is
    for (a child, a parent, an address), encrypted. ``share_rate``: the own part in millionths.
    ``amount``: fen a month; of a professional certificate once, in ``first_month``. Both months are
    included and of ``tax_year``. ``state``: submitted | accepted | returned | withdrawn. Who confirms
    an accepted one for the next year without a change makes a row that ``confirms_id`` it and is
    accepted at once; ``is_ended``: the person has said that it does not go on.
    """

    __tablename__ = "declaration"
    __table_args__ = (
        Index("ix_declaration_employment_id_tax_year", "employment_id", "tax_year"),
        Index("ix_declaration_company_id_tax_year", "company_id", "tax_year", "state"),
        CheckConstraint("last_month >= first_month", name="months"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("share_rate > 0 AND share_rate <= 1000000", name="share_rate"),
        CheckConstraint(
            "state IN ('submitted', 'accepted', 'returned', 'withdrawn')", name="state"
        ),
        CheckConstraint(
            "state <> 'accepted' OR decided_by_id IS NOT NULL OR confirms_id IS NOT NULL",
            name="accepted",
        ),
        CheckConstraint(
            "state <> 'returned' OR (decided_by_id IS NOT NULL AND reason IS NOT NULL)",
            name="returned",
        ),
    )

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("employment.id"))
    tax_year: Mapped[int]
    code: Mapped[Code]
    # 60 characters of up to four bytes, encrypted and as ASCII, take 360.
    subject: Mapped[str] = mapped_column(Encrypted(400))
    share_rate: Mapped[Micro]
    amount: Mapped[Fen]
    first_month: Mapped[Month]
    last_month: Mapped[Month]
    state: Mapped[Code]
    upload_id: Mapped[int | None] = mapped_column(Id, ForeignKey("upload.id"))
    confirms_id: Mapped[int | None] = mapped_column(Id, ForeignKey("declaration.id"), unique=True)
    is_ended: Mapped[bool] = mapped_column(default=False)
    submitted_at: Mapped[Instant]
    decided_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(400))

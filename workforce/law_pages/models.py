"""Proposed changes of the law data, and who decided on them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.db import Base, Id, Instant, PrimaryKey, UtcDateTime


class LawProposal(Base):
    """A law file that one person proposes and another approves or rejects.

    ``state``: proposed | approved | rejected | withdrawn; whoever proposed may withdraw. ``content``
    is the TOML text exactly as it will be kept; ``kept_as`` the name under which it was. ``effect``
    is JSON of what it would have moved in the companies' last decided months, once computed.
    """

    __tablename__ = "law_proposal"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'approved', 'rejected', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'proposed') = (decided_by_id IS NULL)", name="decided"),
        CheckConstraint(
            "decided_by_id IS NULL OR (decided_by_id = proposed_by_id) = (state = 'withdrawn')",
            name="two_people",
        ),
    )

    id: Mapped[PrimaryKey]
    file_name: Mapped[str] = mapped_column(String(120))
    content: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(400))
    state: Mapped[str] = mapped_column(String(10))
    proposed_by_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    proposed_by_name: Mapped[str] = mapped_column(String(60))
    proposed_at: Mapped[Instant]
    decided_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    decision_note: Mapped[str | None] = mapped_column(String(400))
    kept_as: Mapped[str | None] = mapped_column(String(160))
    effect: Mapped[str | None] = mapped_column(Text)
    effect_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

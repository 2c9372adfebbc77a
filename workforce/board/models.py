"""Which exhibits are shown to everybody."""

from __future__ import annotations

from typing import cast

from sqlalchemy import ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.audit import append_only_statements
from workforce.platform.db import Base, Code, Id, Instant, PrimaryKey
from workforce.platform.refusals import after_create


class BoardMark(Base):
    """Somebody made an exhibit public, or withdrew it. Append-only: the newest of a code holds.

    An exhibit without a mark is not public. ``marked_by_id`` is NULL for the command line.
    """

    __tablename__ = "board_mark"
    __table_args__ = (Index("ix_board_mark_code_id", "code", "id"),)

    id: Mapped[PrimaryKey]
    code: Mapped[Code]
    is_public: Mapped[bool]
    marked_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    marked_by_name: Mapped[str] = mapped_column(String(60))
    marked_at: Mapped[Instant]


after_create(
    cast("Table", BoardMark.__table__),
    lambda dialect: append_only_statements(BoardMark.__tablename__, dialect),
)

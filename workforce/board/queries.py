"""Which exhibits are public, and who said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from workforce.board.models import BoardMark

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def marks(session: Session) -> dict[str, BoardMark]:
    """Return what holds of each exhibit that was ever marked, by code: one statement."""
    row = BoardMark
    newest = select(func.max(row.id)).group_by(row.code)
    return {mark.code: mark for mark in session.scalars(select(row).where(row.id.in_(newest)))}


def public_codes(session: Session) -> frozenset[str]:
    """Return the codes of the exhibits that everybody may see."""
    return frozenset(code for code, mark in marks(session).items() if mark.is_public)

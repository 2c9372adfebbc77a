"""How every factory puts its row into the database."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy.orm import Session

from workforce.platform.db import Base

Row = TypeVar("Row", bound=Base)


def add(session: Session, row: Row) -> Row:
    """Add a row and give it its key."""
    session.add(row)
    session.flush()
    return row

"""What tests of the chain share."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from workforce.returns.models import ReturnDecision


def accept(session: Session, return_id: int) -> None:
    """Let the bureau accept a return."""
    at = dt.datetime(2026, 10, 9, 2, tzinfo=dt.UTC)
    session.add(ReturnDecision(return_id=return_id, number=1, is_accepted=True, decided_at=at))
    session.flush()

"""The entry in the record of who did what that every act on an employment leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workforce.platform import audit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from workforce.people.models import Employment
    from workforce.platform.audit import Actor


def record(
    session: Session,
    actor: Actor,
    action: str,
    employment: Employment,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any],
    reason: str | None = None,
) -> None:
    """Record an act on an employment, with its company, in the caller's unit of work."""
    audit.record(
        session,
        actor,
        action,
        "employment",
        employment.id,
        company_id=employment.company_id,
        before=before,
        after=after,
        reason=reason,
    )

"""Writing what the base's business of a year is to come to. Own units of work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.core.errors import InputError, NotFoundError
from workforce.platform import audit, clock
from workforce.platform.db import unit_of_work
from workforce.projects import queries
from workforce.projects.models import VolumeTarget

if TYPE_CHECKING:
    from workforce.platform.audit import Actor

TARGET_REASON_CHARACTERS: Final = 200
_YEARS: Final = (2000, 2100)


def set_target(year: int, amount: int | None, reason: str, actor: Actor) -> None:
    """Set what the base's business of a year is to come to, in fen, or withdraw it (None).

    Raises:
        InputError: the year or amount cannot be, or there is no reason.
        NotFoundError: there is no target to withdraw.
    """
    words = reason.strip()
    if not words or len(words) > TARGET_REASON_CHARACTERS:
        raise InputError("project.target_reason", place="reason", most=TARGET_REASON_CHARACTERS)
    if not _YEARS[0] <= year <= _YEARS[1]:
        raise InputError("project.target_year", place="year", first=_YEARS[0], last=_YEARS[1])
    if amount is not None and amount <= 0:
        raise InputError("project.target_amount", place="amount")
    with unit_of_work() as session:
        old = queries.volume_targets(session).get(year)
        if amount is None and old is None:
            raise NotFoundError("web.not_found")
        session.add(
            VolumeTarget(
                year=year,
                amount=amount,
                reason=words,
                set_by_id=actor.account_id,
                set_at=clock.now(),
            )
        )
        audit.record(
            session,
            actor,
            "volume_target.withdraw" if amount is None else "volume_target.set",
            "volume_target",
            year,
            before=None if old is None else {"amount": old.amount},
            after=None if amount is None else {"amount": amount},
            reason=words,
        )

"""What the acts of this slice share: who may act, a reason in words, sums of a batch."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from workforce.core.errors import ForbiddenError, InputError, NotFoundError
from workforce.payments import queries
from workforce.people import queries as people
from workforce.platform import clock
from workforce.platform.scope import ScopeKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

REASON_LENGTH: Final = 200


def sums_of(session: Session, batch_id: int) -> dict[str, int]:
    """Return what a batch's payments come to in each state, in fen."""
    return {row.state: row.amount for row in session.execute(queries.state_sums(batch_id))}


def company_of(session: Session, scope: Scope, employment_id: int) -> int:
    """Return the company of an employment in reach.

    Raises:
        NotFoundError: there is none.
    """
    known = people.companies_of_employments(scope).subquery()
    company_id: int | None = session.scalar(
        select(known.c.company_id).where(known.c.employment_id == employment_id)
    )
    if company_id is None:
        raise NotFoundError("web.not_found")
    return company_id


def company_in(scope: Scope) -> int:
    """Return the company of a scope: who reads or pays wages belongs to one.

    Raises:
        NotFoundError: it reaches more than one, or none.
    """
    if scope.company_id is None:
        raise NotFoundError("web.not_found")
    return scope.company_id


def refuse_outside(scope: Scope, company_id: int) -> None:
    """Refuse a company out of reach like one that there is not.

    Raises:
        NotFoundError: so it is.
    """
    if scope.kind is not ScopeKind.BASE and scope.company_id != company_id:
        raise NotFoundError("web.not_found")


def refuse_nobody(actor: Actor) -> None:
    """Refuse an act on money for which nobody answers by name.

    Raises:
        ForbiddenError: so it is.
    """
    if actor.account_id is None:
        raise ForbiddenError("payments.somebody_named")


def reason_of(reason: str) -> str:
    """Return a reason without blanks around it.

    Raises:
        InputError: there is none, or it is too long.
    """
    said = reason.strip()
    if not 0 < len(said) <= REASON_LENGTH:
        raise InputError("payments.reason_needed", place="reason", longest=REASON_LENGTH)
    return said


def day_of(on: dt.date | None) -> dt.date:
    """Return a day, or today where none is said.

    Raises:
        InputError: it is to come.
    """
    if on is not None and on > clock.today():
        raise InputError("payments.day_to_come", place="on", given=on)
    return on or clock.today()

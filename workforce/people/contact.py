"""How a person is reached: the own e-mail address, to which payslips are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workforce.core.addresses import is_address, masked_address
from workforce.core.errors import InputError, NotFoundError
from workforce.people.models import Person
from workforce.platform import audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope


def set_own_email(session: Session, scope: Scope, address: str, actor: Actor) -> None:
    """Keep where a person wants mail, in the caller's unit of work; an empty address: nowhere.

    Raises:
        InputError: it is no address.
        NotFoundError: the scope is no person's own.
    """
    address = address.strip()
    if address and not is_address(address):
        raise InputError("cell.not_email", place="email")
    person = None if scope.person_id is None else session.get(Person, scope.person_id)
    if person is None:
        raise NotFoundError("web.not_found")
    before = masked_address(person.email) if person.email else None
    person.email = address or None
    audit.record(
        session,
        actor,
        "person.email",
        "person",
        person.id,
        before={"email": before},
        after={"email": masked_address(address) if address else None},
    )

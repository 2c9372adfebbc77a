"""Whether the keys of an installation are those that its data were written with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, select, type_coerce

from workforce.people.models import Person
from workforce.platform import crypto

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def keys_fit(session: Session) -> bool:
    """Tell whether the keys read the first person entered, and find him again.

    With another lookup key everybody would be entered a second time, unseen.
    """
    stored = type_coerce(Person.id_number, String)
    first = session.execute(
        select(stored, Person.id_number_hash).order_by(Person.id).limit(1)
    ).first()
    if first is None:
        return True
    sealed, hashed = first
    try:
        return crypto.lookup_hash(crypto.decrypt(sealed)) == hashed
    except (crypto.DecryptionError, ValueError):
        return False

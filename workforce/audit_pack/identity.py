"""How people are named in a pack, as whoever receives it may know them."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from workforce.core.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TOKEN_DIGITS: Final = 16


class Identity(StrEnum):
    """What a pack says of who people are."""

    MASKED = "masked"
    """The employee number and the first character of the name."""
    KEYED = "keyed"
    """A number made with a key: who has the key and knows an employee number finds the person."""
    FULL = "full"
    """Employee number, name and ID number."""

    @property
    def permission(self) -> Permission:
        """Return what somebody must be allowed to hand out such a pack."""
        unmasks = self is Identity.FULL
        return Permission.IDENTITY_UNMASK if unmasks else Permission.DOCUMENT_PRODUCE


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is; the ID number only where it is to be told."""

    employee_no: str
    name: str
    id_number: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A person in a pack: ``number`` is unique in it, ``words`` is what else is said."""

    number: str
    words: Mapping[str, str]


def naming(identity: Identity, key: str) -> Callable[[Person], Named]:
    """Return how people are named; ``key`` is read for keyed packs only."""
    if identity is Identity.KEYED:
        return lambda person: Named(keyed(key, person.employee_no), {})
    if identity is Identity.FULL:
        return lambda person: Named(
            person.employee_no, {"name": person.name, "id_number": person.id_number or ""}
        )
    return lambda person: Named(person.employee_no, {"name": f"{person.name[:1]}*"})


def keyed(key: str, employee_no: str) -> str:
    """Return the number that stands for an employee number: HMAC-SHA256, its first 16 hex digits."""
    digest = hmac.new(key.encode(), employee_no.encode(), hashlib.sha256)
    return digest.hexdigest()[:_TOKEN_DIGITS]

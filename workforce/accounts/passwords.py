"""Passwords: which ones are taken, and how they are kept.

Kept is an Argon2id hash with the parameters that OWASP recommends as its first choice: 19 MiB of
memory, two passes, one lane: about 30 ms on the machine of a small office.

A password must be long enough and not one that guessers try first. It needs no digits, capitals or
signs and never expires: such rules make people write ``Fengjie1!`` on a sheet under the keyboard.
"""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workforce.core.errors import InputError

LEAST_CHARACTERS: Final = 8
MOST_CHARACTERS: Final = 256
"""Longer ones are refused unread: hashing a megabyte is somebody else's denial of service."""

LEAST_DIFFERENT: Final = 4
"""Different characters that a password has at least: ``aaaaaaaa`` is long and no secret."""

_ONE_TIME_SIGNS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that cannot be taken for one another on a printed slip."""
_ONE_TIME_GROUPS: Final = 3
_ONE_TIME_GROUP: Final = 4

_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """Return the encoded Argon2id hash of a password."""
    return _HASHER.hash(password)


@cache
def _decoy() -> str:
    return _HASHER.hash("nobody has this password")


def is_password(stored: str | None, password: str) -> bool:
    """Tell whether a password matches the stored hash.

    Without a stored hash (no such account) the same work is done, so that the time of the answer
    does not tell which login names exist.
    """
    if len(password) > MOST_CHARACTERS:
        return False
    try:
        _HASHER.verify(stored or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


@cache
def _common() -> frozenset[str]:
    listed = Path(__file__).with_name("common_passwords.txt").read_text("utf-8")
    return frozenset(listed.split())


def check_new_password(password: str, login_name: str) -> None:
    """Refuse a password that is too easy to guess.

    Raises:
        InputError: it is too short or too long, among the most common ones, or the login name.
    """
    if len(password) < LEAST_CHARACTERS:
        raise InputError("account.password_short", least=LEAST_CHARACTERS)
    if len(password) > MOST_CHARACTERS:
        raise InputError("account.password_long", most=MOST_CHARACTERS)
    plain = password.strip().lower()
    if plain in _common() or len(set(plain)) < LEAST_DIFFERENT:
        raise InputError("account.password_common")
    if plain == login_name.strip().lower():
        raise InputError("account.password_is_name")


def one_time_password() -> str:
    """Return a new random password, ``xxxx-xxxx-xxxx``, that is easy to read from paper and to type.

    About 59 bits: out of reach for guessing until its owner has changed it.
    """
    groups = (
        "".join(secrets.choice(_ONE_TIME_SIGNS) for _sign in range(_ONE_TIME_GROUP))
        for _group in range(_ONE_TIME_GROUPS)
    )
    return "-".join(groups)

"""Encrypted columns and keyed hashes for what identifies a person.

ID numbers, bank accounts and phone numbers are stored encrypted (AES-256-GCM, a fresh nonce for each
value), so that a stolen database file shows none of them. An encrypted value cannot be searched;
where it must be found again, a keyed hash (BLAKE2b) stands beside it: without the key a hash of an
18-digit number is found by trying all of them, with the key it is not.

The keys are those of the instance folder; ``use_keys`` is called once by the app factory.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12
_HASH_BYTES: Final = 32


class DecryptionError(Exception):
    """A stored value was encrypted with another key, or changed since."""


@dataclass(frozen=True, slots=True)
class _Ring:
    cipher: AESGCM
    lookup: bytes


_ring: _Ring | None = None


def use_keys(*, fields: bytes, lookup: bytes) -> None:
    """Set the keys of this process: ``fields`` encrypts columns, ``lookup`` keys the hashes."""
    global _ring  # noqa: PLW0603 - a column type has no other way to reach the key
    _ring = _Ring(cipher=AESGCM(fields), lookup=lookup)


def _keys() -> _Ring:
    if _ring is None:
        message = "no keys: create the app before using encrypted columns"
        raise RuntimeError(message)
    return _ring


def encrypt(text: str) -> str:
    """Return ``text`` encrypted, as ASCII; twice the same text gives different results."""
    return base64.b64encode(encrypt_bytes(text.encode())).decode("ascii")


def encrypt_bytes(content: bytes) -> bytes:
    """Return ``content`` encrypted; twice the same content gives different results."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _VERSION + nonce + _keys().cipher.encrypt(nonce, content, _VERSION)


def decrypt(token: str) -> str:
    """Return the text of an encrypted value.

    Raises:
        DecryptionError: it was made with another key or has been changed.
    """
    return decrypt_bytes(base64.b64decode(token)).decode()


def decrypt_bytes(raw: bytes) -> bytes:
    """Return the content that ``encrypt_bytes`` made ``raw`` of.

    Raises:
        DecryptionError: it was made with another key or has been changed.
    """
    version, nonce, sealed = raw[:1], raw[1 : 1 + _NONCE_BYTES], raw[1 + _NONCE_BYTES :]
    try:
        # The version is authenticated: another one than it was made with fails too.
        return _keys().cipher.decrypt(nonce, sealed, version)
    except InvalidTag as error:
        message = "an encrypted value does not match this installation's key"
        raise DecryptionError(message) from error


def lookup_hash(text: str) -> str:
    """Return the keyed hash (64 hex digits) by which an encrypted value is found again.

    The caller normalises first (an ID number in upper case, without blanks): equal meaning must be
    equal text.
    """
    digest = hashlib.blake2b(text.encode(), key=_keys().lookup, digest_size=_HASH_BYTES)
    return digest.hexdigest()


def signature(message: bytes) -> str:
    """Return a keyed signature (64 hex digits) of bytes that leave the house and come back."""
    return hmac.new(_keys().lookup, b"signature\0" + message, hashlib.sha256).hexdigest()


class Encrypted(TypeDecorator[str]):
    """A text column that is encrypted in the database and plain in Python.

    Comparing or sorting by it in SQL is meaningless: look up by a ``lookup_hash`` column. ``length``
    is that of the encrypted text: four thirds of the plain one's bytes, and 40.
    """

    impl = String
    cache_ok = True

    def __init__(self, length: int = 255) -> None:
        """Set the column's length."""
        super().__init__(length)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypt on the way in."""
        del dialect
        return None if value is None else encrypt(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypt on the way out."""
        del dialect
        return None if value is None else decrypt(value)

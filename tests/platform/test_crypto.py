"""Encrypted columns and keyed hashes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import create_person
from workforce.platform import crypto
from workforce.platform.crypto import DecryptionError, decrypt, encrypt, lookup_hash

ONE = bytes(range(32))
OTHER = bytes(range(1, 33))


@pytest.fixture
def keys() -> Iterator[None]:
    before = crypto._ring
    crypto.use_keys(fields=ONE, lookup=OTHER)
    yield
    crypto._ring = before


@pytest.mark.usefixtures("keys")
def test_what_was_encrypted_comes_back() -> None:
    for plain in ("", "500236198801010011", "李𬭎"):
        assert decrypt(encrypt(plain)) == plain


@pytest.mark.usefixtures("keys")
def test_the_same_text_never_looks_the_same() -> None:
    assert len({encrypt("500236198801010011") for _ in range(50)}) == 50


@pytest.mark.usefixtures("keys")
def test_a_changed_byte_is_noticed() -> None:
    token = encrypt("6228480402564890018")
    for position in range(0, len(token) - 2, 7):
        other = "B" if token[position] == "A" else "A"
        with pytest.raises(DecryptionError):
            decrypt(token[:position] + other + token[position + 1 :])


@pytest.mark.usefixtures("keys")
def test_another_key_reads_nothing() -> None:
    token = encrypt("secret")
    crypto.use_keys(fields=OTHER, lookup=OTHER)
    with pytest.raises(DecryptionError):
        decrypt(token)


@pytest.mark.usefixtures("keys")
def test_a_look_up_hash_depends_on_the_key_and_the_text() -> None:
    first = lookup_hash("500236198801010011")
    assert first == lookup_hash("500236198801010011")
    assert len(first) == 64
    assert first != lookup_hash("500236198801010012")
    crypto.use_keys(fields=ONE, lookup=ONE)
    assert first != lookup_hash("500236198801010011")


@both_engines
def test_the_database_holds_no_plain_identity(session: Session) -> None:
    person = create_person(session, phone="13912345678")
    session.commit()
    row = session.execute(text("SELECT id_number, phone, id_number_hash FROM person")).one()
    assert all(person.id_number not in value and "13912345678" not in value for value in row)
    assert person.phone == "13912345678"

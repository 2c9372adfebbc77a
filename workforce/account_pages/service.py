"""Making annotators' accounts for many people at once, each with a slip to hand out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from workforce.accounts import queries as accounts
from workforce.accounts.passwords import hash_password, one_time_password
from workforce.accounts.service import create_account
from workforce.core.permissions import Role
from workforce.platform.audit import Actor

_UNUSABLE: Final = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Slip:
    """What one person is handed on paper; the password is written nowhere else."""

    name: str
    employee_no: str
    login_name: str
    password: str


def one_time_passwords(count: int) -> list[tuple[str, str]]:
    """Return pairs of a new password and its hash; hashing takes its time, so before the write lock."""
    passwords = [one_time_password() for _number in range(count)]
    return [(password, hash_password(password)) for password in passwords]


def make_accounts(
    session: Session,
    actor: Actor,
    *,
    company_id: int,
    company_code: str,
    people: Sequence[Row[Any]],
    passwords: Iterable[tuple[str, str]],
) -> list[Slip]:
    """Make an annotator's account for each person in the caller's unit of work; return the slips.

    ``people`` are rows of ``queries.people_without_account``. The login name is the company's code and
    the employee number.
    """
    stem = login_stem(company_code)
    taken = set(session.scalars(accounts.login_names_like(stem)))
    slips = []
    for person, (password, hashed) in zip(people, passwords, strict=False):
        login_name = _free_name(f"{stem}{_plain(person.employee_no) or person.person_id}", taken)
        taken.add(login_name)
        create_account(
            session,
            login_name=login_name,
            display_name=person.name,
            password=password,
            password_hash=hashed,
            role=Role.ANNOTATOR,
            person_id=person.person_id,
            actor=actor,
            is_one_time=True,
            made_for_company_id=company_id,
        )
        slips.append(Slip(person.name, person.employee_no, login_name, password))
    return slips


def login_stem(company_code: str) -> str:
    """Return how the login names of a company's annotators begin: ``km-``."""
    return f"{_plain(company_code) or 'a'}-"


def _plain(text: str) -> str:
    return _UNUSABLE.sub("", text.lower()).lstrip("._-")[:25]


def _free_name(wanted: str, taken: set[str]) -> str:
    """Return the name, with a number behind it where somebody else has it already."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name

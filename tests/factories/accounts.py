"""Accounts for tests."""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.rows import add
from workforce.accounts.models import Account
from workforce.accounts.passwords import hash_password
from workforce.companies.models import Company
from workforce.core.permissions import Role
from workforce.people.models import Person

PASSWORD = "correct horse"

_numbers = count(1)


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


def create_account(
    session: Session,
    role: Role,
    company: Company | None = None,
    person: Person | None = None,
    **changes: Any,
) -> Account:
    """Make an account with the password ``PASSWORD``, named ``finance1``, ``annotator2`` and so on."""
    number = next(_numbers)
    values = {
        "login_name": f"{role}{number}",
        "display_name": f"账号{number}",
        "password_hash": _password_hash(),
        "role": role,
        "company_id": company.id if company else None,
        "person_id": person.id if person else None,
        "created_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    }
    return add(session, Account(**values | changes))

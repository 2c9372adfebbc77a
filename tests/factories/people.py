"""Persons and their employments for tests."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.companies import LONG_AGO
from tests.factories.rows import add
from workforce.companies.models import Company, Team
from workforce.people.models import (
    Employment,
    PayProfile,
    Person,
    PersonKeyGroup,
    TaxOpening,
    TeamMembership,
)
from workforce.platform.crypto import lookup_hash

_numbers = count(1)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


def id_number(born_on: dt.date, number: int, region: str = "500236") -> str:
    """Return an ID number with a right check character (GB 11643-1999); odd numbers are men."""
    body = f"{region}{born_on:%Y%m%d}{number % 1000:03d}"
    total = sum(int(sign) * weight for sign, weight in zip(body, _ID_WEIGHTS, strict=True))
    return body + _ID_CHECKS[total % 11]


def create_person(session: Session, **changes: Any) -> Person:
    """Make a woman or man of Fengjie, 36 to 38 years old in 2026."""
    number = next(_numbers)
    born_on = changes.get("born_on") or dt.date(1988, 1, 1) + dt.timedelta(days=number // 1000)
    identity = changes.pop("id_number", None) or id_number(born_on, number)
    values = {
        "id_number": identity,
        "id_number_hash": lookup_hash(identity),
        "name": f"测试{number}",
        "sex": "1" if number % 2 else "2",
        "born_on": born_on,
        "education": "30",
        "township": "500236100",
        "household_category": "rural",
        "phone": f"139{number:08d}",
    }
    return add(session, Person(**values | changes))


def create_key_group(session: Session, person: Person, key_group: str) -> PersonKeyGroup:
    """Put a person into a key group."""
    return add(session, PersonKeyGroup(person_id=person.id, key_group=key_group))


def create_employment(
    session: Session,
    company: Company,
    person: Person | None = None,
    **changes: Any,
) -> Employment:
    """Employ a person (a new one if not given) full time from long ago, as ``A001`` and so on."""
    person = person or create_person(session)
    values = {
        "company_id": company.id,
        "person_id": person.id,
        "employee_no": f"A{next(_numbers):03d}",
        "position": "标注员",
        "employment_type": "full_time",
        "hired_on": LONG_AGO,
        "separated_on": None,
        "bank_name": "重庆农村商业银行",
        "bank_account": f"62281234567{person.id:08d}",
    }
    return add(session, Employment(**values | changes))


def create_membership(
    session: Session,
    employment: Employment,
    team: Team,
    **changes: Any,
) -> TeamMembership:
    """Put an employment into a team from the day of its hiring."""
    values = {
        "employment_id": employment.id,
        "team_id": team.id,
        "valid_from": employment.hired_on,
        "valid_to": None,
    }
    return add(session, TeamMembership(**values | changes))


def create_pay_profile(session: Session, employment: Employment, **changes: Any) -> PayProfile:
    """Agree base pay 0, no insurance and no fund, from the day of hiring."""
    values = {"employment_id": employment.id, "valid_from": employment.hired_on, "valid_to": None}
    return add(session, PayProfile(**values | changes))


def create_tax_opening(session: Session, employment: Employment, **changes: Any) -> TaxOpening:
    """Say that nothing was paid before September 2026."""
    values = {
        "employment_id": employment.id,
        "year": 2026,
        "through_period": "2026-09",
        "income_amount": 0,
        "insurance_and_fund_amount": 0,
        "special_amount": 0,
        "other_amount": 0,
        "personal_pension_amount": 0,
        "certificate_amount": 0,
        "withheld_amount": 0,
        "months": 0,
    }
    return add(session, TaxOpening(**values | changes))

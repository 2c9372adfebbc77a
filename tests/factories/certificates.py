"""Certificates for tests of pages, where only what is shown matters."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.rows import add
from workforce.documents.certificate_facts import Figures, Kind
from workforce.documents.models import Certificate
from workforce.people.models import Employment

_numbers = count(1)
_NOON = dt.datetime(2026, 11, 5, 4, tzinfo=dt.UTC)


def create_certificate(session: Session, employment: Employment, **changes: Any) -> Certificate:
    """Make an issued certificate of employment."""
    number = next(_numbers)
    figures = Figures(
        kind=Kind.EMPLOYMENT,
        language="zh",
        number=f"2026-{number:04d}",
        company_name="Test",
        credit_code="91500236MA0000001X",
        person_name="Zhang San",
        id_number="500236199003070030",
        employee_no=employment.employee_no,
        position="annotator",
        employment_type="full_time",
        hired_on="2024-03-01",
        separated_on=None,
        issued_on="2026-11-05",
    )
    values = {
        "company_id": employment.company_id,
        "employment_id": employment.id,
        "kind": Kind.EMPLOYMENT.value,
        "language": "zh",
        "year": 2026,
        "serial": number,
        "public_id": f"certificate{number}",
        "figures": figures.to_json(),
        "figures_hash": figures.hash,
        "issued_at": _NOON,
    }
    return add(session, Certificate(**values | changes))

"""A graduate hired on 1 August 2026 whose three months have passed."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from sqlalchemy.orm import Session

from tests import factories
from tests.factories.subsidies import create_evidence, create_insured_month
from workforce.companies.models import Company
from workforce.people.models import Employment, Person

MONTHS: Final = ("2026-08", "2026-09", "2026-10")
NOON: Final = dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC)


def graduate(
    session: Session, company: Company, number: str, person: Person | None = None, **month: Any
) -> Employment:
    """Hire a graduate on 1 August 2026 and let three months pass."""
    row = factories.create_employment(
        session,
        company,
        person,
        employee_no=number,
        hired_on=dt.date(2026, 8, 1),
        contract_kind="open_ended",
    )
    create_evidence(session, row, number="=1+1")
    for period in MONTHS:
        create_insured_month(session, company, row, period, **month)
    return row

"""What is found about months that are decided: late facts, and differences of filings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.accounts import create_account
from tests.factories.rows import add
from workforce.companies.models import Company
from workforce.core.permissions import Role
from workforce.filings.models import FilingDifference, FilingResult
from workforce.payroll.correction_models import LateFact
from workforce.people.models import Employment

_AT = dt.datetime(2026, 11, 5, 4, tzinfo=dt.UTC)
_MONTH = "2026-10"


def create_late_fact(session: Session, employment: Employment, **changes: Any) -> LateFact:
    """Enter a forgotten shift of 17 October 2026, which nobody has approved."""
    company = session.get_one(Company, employment.company_id)
    shift = {
        "on": "2026-10-17",
        "act": "add",
        "starts_at": 540,
        "ends_at": 1020,
        "break_minutes": 0,
    }
    values = {
        "company_id": company.id,
        "employment_id": employment.id,
        "for_period": _MONTH,
        "kind": "shift",
        "payload": shift,
        "reason": "forgotten",
        "entered_by_id": create_account(session, Role.FINANCE, company).id,
        "entered_at": _AT,
    }
    return add(session, LateFact(**values | changes))


def create_filing_difference(
    session: Session, employment: Employment, **changes: Any
) -> FilingDifference:
    """Let the newest result of the tax client differ by 0.01 yuan about somebody, in October 2026."""
    result = FilingResult(
        company_id=employment.company_id,
        period=_MONTH,
        kind="tax",
        row_count=1,
        applied_at=_AT,
        compared_at=_AT,
        compared_mark="",
        people_here=1,
        people_there=1,
        people_equal=0,
        totals={"tax": [0, 1]},
    )
    values = {
        "result_id": add(session, result).id,
        "id_number_hash": "0" * 64,
        "masked_id_number": "••••",
        "employment_id": employment.id,
        "name": "x",
        "item": "wages",
        "cause": "rounding",
        "figures": {"tax": [0, 1]},
        "amount": 1,
    }
    return add(session, FilingDifference(**values | changes))

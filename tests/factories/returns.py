"""Monthly returns for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from sqlalchemy.orm import Session

from tests.factories.rows import add
from workforce.companies.models import Company
from workforce.core.period import PayPeriod
from workforce.returns.models import CompanyReturn, ReturnFigure
from workforce.returns.service import fingerprint

FIGURES: Final = {
    "jobs_start": 40,
    "joined": 6,
    "left": 5,
    "jobs_end": 41,
    "end_women": 25,
    "average_headcount": 4_050,
    "total_wages": 20_250_000,
    "time_wages": 9_000_000,
    "piece_wages": 9_000_000,
    "bonus_wages": 1_250_000,
    "allowance_wages": 600_000,
    "overtime_wages": 400_000,
    "special_wages": 0,
    "insured": 35,
    "arrears_people": 0,
    "arrears_amount": 0,
}
"""40 + 6 − 5 = 41 people; 202 500.00 yuan ÷ 40.50 people = 5 000.00 a head."""


def create_return(session: Session, company: Company, **changes: Any) -> CompanyReturn:
    """Make a typed return that was submitted, with `FIGURES`; ``figures`` replaces some of them."""
    figures = {**FIGURES, **changes.pop("figures", {})}
    at = dt.datetime(2026, 11, 3, 2, tzinfo=dt.UTC)
    values = {
        "company_id": company.id,
        "period": "2026-10",
        "version": 1,
        "origin": "typed",
        "remark": "",
        "saved_at": at,
        "submitted_at": at,
        **changes,
    }
    month = PayPeriod.parse_month(values["period"])
    if values["submitted_at"] is not None:
        values["content_sha256"] = fingerprint(company.credit_code, month, figures)
    one = add(session, CompanyReturn(**values))
    for code, value in figures.items():
        session.add(ReturnFigure(return_id=one.id, item=code, value=value))
    session.flush()
    return one

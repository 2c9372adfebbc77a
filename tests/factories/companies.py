"""Companies, teams, leaders and pay policies for tests."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.rows import add
from workforce.companies.models import Company, CompanyPayPolicy, Team, TeamLeadership

LONG_AGO = dt.date(2020, 1, 1)

_numbers = count(1)
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CREDIT_MODULUS = 31


def credit_code(number: int) -> str:
    """Return a unified social credit code with a right check character (GB 32100-2015)."""
    body = f"91500236MA{number:07d}"
    total = sum(
        _CREDIT_SIGNS.index(sign) * weight
        for sign, weight in zip(body, _CREDIT_WEIGHTS, strict=True)
    )
    return body + _CREDIT_SIGNS[-total % _CREDIT_MODULUS]


def create_company(session: Session, **changes: Any) -> Company:
    """Make a company of Fengjie county, with a code of its own such as ``C1``."""
    number = next(_numbers)
    values = {
        "code": f"C{number}",
        "name": f"奉节第{number}标注有限公司",
        "credit_code": credit_code(number),
        "region": "500236",
        "is_inside": True,
        "founded_on": LONG_AGO,
    }
    return add(session, Company(**values | changes))


def create_team(session: Session, company: Company, **changes: Any) -> Team:
    """Make a team of a company, with a code of its own such as ``T1``."""
    number = next(_numbers)
    values = {"company_id": company.id, "code": f"T{number}", "name": f"第{number}班组"}
    return add(session, Team(**values | changes))


def create_leadership(
    session: Session,
    team: Team,
    account_id: int,
    **changes: Any,
) -> TeamLeadership:
    """Let an account lead a team, from long ago and without an end."""
    values = {
        "team_id": team.id,
        "account_id": account_id,
        "valid_from": LONG_AGO,
        "valid_to": None,
    }
    return add(session, TeamLeadership(**values | changes))


def create_pay_policy(session: Session, company: Company, **changes: Any) -> CompanyPayPolicy:
    """Make the plainest policy: no quality rule, no bonus, no allowance, paid on the 15th."""
    values = {
        "company_id": company.id,
        "valid_from": LONG_AGO,
        "valid_to": None,
        "quality_basis": "price",
        "quality_tiers": [],
        "night_allowance_amount": 0,
        "attendance_bonus_amount": 0,
        "holiday_day_wage_amount": 0,
        "work_injury_rate": 2_000,
        "acceptance": "at_once",
        "late_grace_minutes": 0,
        "pay_day": 15,
    }
    return add(session, CompanyPayPolicy(**values | changes))

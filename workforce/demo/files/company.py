"""A demo company's file, as ``workforce company apply`` takes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

from workforce.core.money import format_fen, format_micro
from workforce.core.period import PayPeriod
from workforce.demo.world import REGION, TASK_KINDS, DemoCompany

_AMOUNTS: Final = ("night_allowance", "attendance_bonus", "holiday_day_wage")


def content_of(company: DemoCompany) -> dict[str, Any]:
    """Return the file's content, all scalars as text."""
    return {
        "format": "1",
        "company": {
            "code": company.code,
            "name": company.name,
            "credit_code": company.credit_code,
            "region": REGION,
            "founded_on": str(company.founded_on),
            "is_outside_base": "false" if company.is_inside else "true",
        },
        "teams": [{"code": code, "name": name} for code, name in company.teams.items()],
        "task_types": [
            {
                "code": kind.code,
                "name_zh": kind.name_zh,
                "name_en": kind.name_en,
                "unit_zh": kind.unit_zh,
                "unit_en": kind.unit_en,
            }
            for kind in TASK_KINDS
            if kind.code in company.task_types
        ],
        "policies": [_policy(company)],
    }


def _policy(company: DemoCompany) -> dict[str, Any]:
    policy = company.policy
    return {
        "from": str(PayPeriod.of(company.books_from)),
        "quality_basis": policy["quality_basis"],
        "quality_tiers": [
            {
                "accuracy_from": format_micro(tier["accuracy_from_rate"]),
                "factor": format_micro(tier["factor_rate"]),
            }
            for tier in policy["quality_tiers"]
        ],
        **{name: format_fen(policy[f"{name}_amount"]) for name in _AMOUNTS},
        "work_injury_rate": format_micro(policy["work_injury_rate"]),
        "acceptance": policy["acceptance"],
        "late_grace_minutes": str(policy["late_grace_minutes"]),
        "pay_day": str(policy["pay_day"]),
    }


def write(path: Path, company: DemoCompany) -> None:
    """Write the file."""
    text = yaml.safe_dump(content_of(company), allow_unicode=True, sort_keys=False)
    path.write_text(text, "utf-8")

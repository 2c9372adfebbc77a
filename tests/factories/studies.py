"""Saved studies of the policy laboratory."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests.factories.jobs import AT
from workforce.companies.models import Company
from workforce.policy_lab.comparison import BAND_COUNT, Result
from workforce.policy_lab.models import PolicyStudy
from workforce.policy_lab.outcome import FIGURES


def create_study(
    session: Session, company: Company | None = None, name: str = "Minimum wage"
) -> PolicyStudy:
    """Save a study of a company, in full, or of the base, as an official sees it: 40 of 100 people moved."""
    result = Result(
        is_protected=company is None,
        companies=3,
        left_out_count=0,
        left_out=(),
        people=100,
        affected=40,
        lost=0,
        floor=(10, 50),
        sums=dict.fromkeys(FIGURES, (100_000_000, 1_000_000)),
        bands=tuple([0] * (BAND_COUNT // 2) + [60, 40] + [0] * (BAND_COUNT // 2 - 1)),
        tables=(),
    )
    row = PolicyStudy(
        company_id=None if company is None else company.id,
        is_protected=company is None,
        name=name,
        period="2026-10",
        lever="law.minimum_wage_month.500236",
        present=220_000,
        tried=250_000,
        question={
            "subject": ["最低工资", "Minimum wage"],
            "label": ["月最低工资标准", "Minimum wage per month"],
            "source": ["渝人社发〔2024〕22号", "渝人社发〔2024〕22号"],
            "unit": "yuan",
            "law_code": "minimum_wage_month",
            "step": 10_000,
            "values": [250_000],
        },
        result=result.to_json(),
        inputs_hash="0" * 64,
        law_hash="0" * 64,
        code_version="test",
        made_by_name="x",
        made_at=AT,
    )
    session.add(row)
    session.flush()
    return row

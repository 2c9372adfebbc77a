"""What a company agreed with its people, for one month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workforce.core.errors import InputError
from workforce.core.facts import OPEN_END, CompanyPolicy, QualityBasis, day_number

if TYPE_CHECKING:
    from workforce.core.period import PayPeriod
    from workforce.payroll.facts.columns import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """``agreed`` is what the engine reads; the rest is read here.

    Minutes late up to ``late_grace_minutes`` are forgiven. Pay is due on day ``pay_day`` of the next
    month.
    """

    agreed: CompanyPolicy
    work_injury_rate_micro: int
    late_grace_minutes: int
    pay_day: int


def policy_of(policies: Table, company_code: str, region: str, period: PayPeriod) -> Policy:
    """Return the one policy of the month.

    Raises:
        InputError: none holds for the whole month, or two do.
    """
    ends = policies.days("valid_to", missing=OPEN_END)
    if not policies.size or ends.min() < day_number(period.end_on):
        raise InputError("payroll.policy_missing", company=company_code, period=period)
    if policies.size > 1:
        raise InputError("payroll.policy_twice", company=company_code, period=period)
    row = {name: values[0] for name, values in policies.values.items()}
    return Policy(
        agreed=CompanyPolicy(
            region=region,
            quality_basis=QualityBasis(row["quality_basis"]),
            quality_tiers=tuple(
                sorted(
                    (tier["accuracy_from_rate"], tier["factor_rate"])
                    for tier in row["quality_tiers"]
                )
            ),
            night_allowance_fen=row["night_allowance_amount"],
            attendance_bonus_fen=row["attendance_bonus_amount"],
            holiday_day_wage_fen=row["holiday_day_wage_amount"],
            has_irregular_holiday_pay=bool(row["has_irregular_holiday_pay"]),
            has_union_fund=bool(row["has_union_fund"]),
        ),
        work_injury_rate_micro=row["work_injury_rate"],
        late_grace_minutes=row["late_grace_minutes"],
        pay_day=row["pay_day"],
    )

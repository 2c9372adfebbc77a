"""What a company agreed with its people about a month's pay."""

from dataclasses import dataclass

from workforce.core.fact_codes import QualityBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyPolicy:
    """What a company agreed with its people for the month.

    `region` is a GB/T 2260 code. `quality_tiers` are (accuracy from, factor) in millionths, 0 to
    1 000 000, in any order; empty means that there is no quality rule, and inspections are then a
    fault of the inspected. Amounts in fen: per night shift, per month, per holiday not worked.
    `has_union_fund`: the employer pays the trade union its part of total wages.
    """

    region: str
    quality_basis: QualityBasis = QualityBasis.PRICE
    quality_tiers: tuple[tuple[int, int], ...] = ()
    night_allowance_fen: int = 0
    attendance_bonus_fen: int = 0
    holiday_day_wage_fen: int = 0
    has_irregular_holiday_pay: bool = False
    has_union_fund: bool = False

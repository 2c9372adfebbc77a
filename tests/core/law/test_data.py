"""The packaged figures, typed again here from their instruments."""

from __future__ import annotations

from datetime import date

import pytest

from workforce.core.errors import LawMissingError
from workforce.core.law import Bracket, LawBook
from workforce.core.money import round_half_up

FENGJIE = "500236"


@pytest.fixture(scope="module")
def book() -> LawBook:
    return LawBook.load()


def on(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.feature("FIN-10")
@pytest.mark.parametrize(
    ("code", "first_on", "value", "confidence"),
    [
        # Minimum wage, fen.
        ("minimum_wage_month", "2019-01-01", 170000, "estimate"),
        ("minimum_wage_month", "2022-03-31", 170000, "estimate"),
        ("minimum_wage_month", "2022-04-01", 200000, "estimate"),
        ("minimum_wage_month", "2024-12-31", 200000, "estimate"),
        ("minimum_wage_month", "2025-01-01", 220000, "official"),
        ("minimum_wage_hour", "2022-03-31", 1700, "estimate"),
        ("minimum_wage_hour", "2022-04-01", 2000, "estimate"),
        ("minimum_wage_hour", "2025-01-01", 2200, "official"),
        # Working time; 21.75 days as hundredths.
        ("daily_work_minutes", "2026-10-01", 480, "official"),
        ("weekly_work_minutes", "2026-10-01", 2400, "official"),
        ("monthly_overtime_limit_minutes", "2026-10-01", 2160, "official"),
        ("monthly_paid_days", "2024-12-31", 2175, "official"),
        ("monthly_paid_days", "2025-01-01", 2175, "official"),
        ("monthly_work_days", "2024-12-31", 2083, "official"),
        ("monthly_work_days", "2025-01-01", 2067, "official"),
        ("annual_work_days", "2024-12-31", 250, "official"),
        ("annual_work_days", "2025-01-01", 248, "official"),
        ("statutory_holidays", "2024-12-31", 11, "official"),
        ("statutory_holidays", "2025-01-01", 13, "official"),
        # Multiples and shares, millionths.
        ("weekday_overtime_rate", "2026-10-01", 1_500_000, "official"),
        ("rest_day_overtime_rate", "2026-10-01", 2_000_000, "official"),
        ("holiday_overtime_rate", "2026-10-01", 3_000_000, "official"),
        ("weekday_overtime_premium_rate", "2026-10-01", 500_000, "official"),
        ("rest_day_overtime_premium_rate", "2026-10-01", 1_000_000, "official"),
        ("holiday_overtime_premium_rate", "2026-10-01", 2_000_000, "official"),
        ("damages_deduction_limit_rate", "2026-10-01", 200_000, "official"),
        ("sick_pay_minimum_rate", "2026-10-01", 800_000, "estimate"),
        ("unused_leave_extra_rate", "2026-10-01", 2_000_000, "official"),
        # Income tax.
        ("basic_deduction_month", "2026-10-01", 500_000, "official"),
        ("basic_deduction_year", "2021-01-01", 6_000_000, "official"),
        ("labor_service_fixed_limit", "2026-10-01", 400_000, "official"),
        ("labor_service_fixed_deduction", "2026-10-01", 80_000, "official"),
        ("labor_service_deduction_rate", "2026-10-01", 200_000, "official"),
        ("intern_income_rate", "2020-07-01", 800_000, "official"),
        ("platform_income_rate", "2025-10-01", 800_000, "estimate"),
        ("annual_bonus_months", "2023-12-31", 12, "estimate"),
        ("annual_bonus_months", "2024-01-01", 12, "official"),
        ("annual_bonus_months", "2027-12-31", 12, "official"),
        ("severance_exempt_average_wages", "2026-10-01", 3, "official"),
        ("severance_average_wage_year", "2021-09-01", 7_398_000, "estimate"),
        ("severance_average_wage_year", "2022-09-01", 7_913_300, "estimate"),
        ("severance_average_wage_year", "2023-09-01", 8_234_800, "estimate"),
        ("severance_average_wage_year", "2024-09-01", 8_716_900, "estimate"),
        ("severance_average_wage_year", "2025-09-01", 8_806_800, "estimate"),
        ("severance_average_wage_year", "2026-09-01", 9_105_900, "estimate"),
        ("severance_wage_limit_average_wages", "2026-10-01", 3, "estimate"),
        ("severance_capped_months", "2026-10-01", 12, "estimate"),
        ("severance_whole_year_months", "2026-10-01", 6, "estimate"),
        ("severance_short_service_rate", "2026-10-01", 500_000, "estimate"),
        ("union_fund_rate", "2026-10-01", 20_000, "estimate"),
        ("deduction_limit_infant_care", "2022-12-31", 100_000, "estimate"),
        ("deduction_limit_infant_care", "2023-01-01", 200_000, "official"),
        ("deduction_limit_child_education", "2022-12-31", 100_000, "estimate"),
        ("deduction_limit_child_education", "2023-01-01", 200_000, "official"),
        ("deduction_limit_elderly_support", "2023-01-01", 300_000, "official"),
        ("deduction_limit_elderly_support_shared", "2023-01-01", 150_000, "official"),
        ("deduction_limit_continuing_education", "2026-10-01", 40_000, "official"),
        ("deduction_limit_professional_certificate", "2026-10-01", 360_000, "official"),
        ("deduction_limit_housing_loan_interest", "2026-10-01", 100_000, "official"),
        ("deduction_limit_rent", "2026-10-01", 150_000, "official"),
        ("deduction_limit_personal_pension", "2026-10-01", 1_200_000, "official"),
        ("deduction_limit_commercial_health", "2026-10-01", 20_000, "official"),
        ("deduction_limit_annuity_rate", "2026-10-01", 40_000, "official"),
        # Social insurance limits, fen: new ones from September of their year.
        ("insurance_base_floor", "2021-09-01", 369_900, "estimate"),
        ("insurance_base_floor", "2022-09-01", 395_700, "estimate"),
        ("insurance_base_floor", "2023-09-01", 411_800, "estimate"),
        ("insurance_base_floor", "2024-09-01", 435_900, "estimate"),
        ("insurance_base_floor", "2025-08-31", 435_900, "estimate"),
        ("insurance_base_floor", "2025-09-01", 440_400, "official"),
        ("insurance_base_floor", "2026-08-31", 440_400, "official"),
        ("insurance_base_floor", "2026-09-01", 455_300, "official"),
        ("insurance_base_cap", "2021-09-01", 1_849_500, "estimate"),
        ("insurance_base_cap", "2022-09-01", 1_978_400, "estimate"),
        ("insurance_base_cap", "2023-09-01", 2_058_700, "estimate"),
        ("insurance_base_cap", "2024-09-01", 2_179_300, "estimate"),
        ("insurance_base_cap", "2025-09-01", 2_201_700, "official"),
        ("insurance_base_cap", "2026-09-01", 2_276_500, "official"),
        ("average_wage_month", "2021-09-01", 616_500, "estimate"),
        ("average_wage_month", "2022-09-01", 659_442, "estimate"),
        ("average_wage_month", "2023-09-01", 686_233, "estimate"),
        ("average_wage_month", "2024-09-01", 726_408, "estimate"),
        ("average_wage_month", "2025-09-01", 733_900, "official"),
        ("average_wage_month", "2026-09-01", 758_825, "official"),
        # Social insurance rates, millionths.
        ("pension_employer_rate", "2026-10-01", 160_000, "official"),
        ("pension_employee_rate", "2026-10-01", 80_000, "official"),
        ("medical_employer_rate", "2025-12-31", 85_000, "estimate"),
        ("medical_employer_rate", "2026-10-01", 85_000, "official"),
        ("medical_employee_rate", "2026-10-01", 20_000, "official"),
        ("large_medical_aid_employer_rate", "2026-10-01", 15_000, "official"),
        ("large_medical_aid_employee_amount", "2026-10-01", 500, "official"),
        ("unemployment_employer_rate", "2025-12-31", 5_000, "official"),
        ("unemployment_employer_rate", "2026-01-01", 5_000, "estimate"),
        ("unemployment_employee_rate", "2025-12-31", 5_000, "official"),
        ("unemployment_employee_rate", "2026-01-01", 5_000, "estimate"),
        ("work_injury_lowest_class_rate", "2026-10-01", 3_000, "official"),
        ("work_injury_highest_class_rate", "2026-10-01", 22_000, "official"),
        # Housing fund.
        ("housing_fund_lowest_rate", "2026-10-01", 50_000, "official"),
        ("housing_fund_highest_rate", "2026-10-01", 120_000, "official"),
        ("housing_fund_base_floor", "2025-07-01", 220_000, "estimate"),
        ("housing_fund_base_floor", "2026-07-01", 220_000, "official"),
        ("housing_fund_base_cap", "2026-06-30", 3_031_800, "official"),
        ("housing_fund_base_cap", "2026-07-01", 3_139_300, "official"),
    ],
)
def test_figures(book: LawBook, code: str, first_on: str, value: int, confidence: str) -> None:
    found = book.value(code, FENGJIE, on(first_on), "test")
    assert found.integer == value
    assert found.confidence == confidence


def test_annual_table(book: LawBook) -> None:
    table = book.value("income_tax_annual_brackets", FENGJIE, on("2026-10-01"), "test").table
    assert table == (
        Bracket(3_600_000, 30_000, 0),
        Bracket(14_400_000, 100_000, 252_000),
        Bracket(30_000_000, 200_000, 1_692_000),
        Bracket(42_000_000, 250_000, 3_192_000),
        Bracket(66_000_000, 300_000, 5_292_000),
        Bracket(96_000_000, 350_000, 8_592_000),
        Bracket(None, 450_000, 18_192_000),
    )


def test_monthly_table(book: LawBook) -> None:
    table = book.value("income_tax_monthly_brackets", FENGJIE, on("2026-10-01"), "test").table
    assert table == (
        Bracket(300_000, 30_000, 0),
        Bracket(1_200_000, 100_000, 21_000),
        Bracket(2_500_000, 200_000, 141_000),
        Bracket(3_500_000, 250_000, 266_000),
        Bracket(5_500_000, 300_000, 441_000),
        Bracket(8_000_000, 350_000, 716_000),
        Bracket(None, 450_000, 1_516_000),
    )


def test_labour_service_table(book: LawBook) -> None:
    table = book.value("labor_service_brackets", FENGJIE, on("2026-10-01"), "test").table
    assert table == (
        Bracket(2_000_000, 200_000, 0),
        Bracket(5_000_000, 300_000, 200_000),
        Bracket(None, 400_000, 700_000),
    )


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("minimum_wage_month", "2018-12-31"),
        ("insurance_base_floor", "2021-08-31"),
        ("housing_fund_base_cap", "2025-06-30"),
        ("housing_fund_base_floor", "2024-12-31"),
        ("basic_deduction_year", "2020-12-31"),
        ("platform_income_rate", "2025-09-30"),
        ("annual_bonus_months", "2028-01-01"),
    ],
)
def test_a_day_without_value_is_an_error_that_names_everything(
    book: LawBook, code: str, day: str
) -> None:
    with pytest.raises(LawMissingError) as caught:
        book.value(code, FENGJIE, on(day), "minimum_wage_top_up")
    for locale in ("zh", "en"):
        message = caught.value.message(locale)
        label = book.parameter(code).label.in_locale(locale)
        assert all(part in message for part in (label, FENGJIE, day, "minimum_wage_top_up"))


def test_day_and_hour_wage_of_6000(book: LawBook) -> None:
    days = book.value("monthly_paid_days", FENGJIE, on("2025-01-01"), "test").integer
    minutes = book.value("daily_work_minutes", FENGJIE, on("2025-01-01"), "test").integer
    assert round_half_up(600_000 * 100, days) == 27_586
    assert round_half_up(600_000 * 100 * 60, days * minutes) == 3_448
    assert round_half_up(2_175_000 * 100, days) == 100_000


def test_sick_pay_floor_in_fengjie(book: LawBook) -> None:
    share = book.value("sick_pay_minimum_rate", FENGJIE, on("2026-10-01"), "test").integer
    wage = book.value("minimum_wage_month", FENGJIE, on("2026-10-01"), "test").integer
    assert round_half_up(share * wage, 1_000_000) == 176_000

"""Pay at the ends of what the law data know: the day before a rule begins, the day after it ends."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.law.files import calendar, write
from tests.core.pay.one_month import BOOK, pay
from workforce.core.errors import LawMissingError
from workforce.core.law import LawBook

INSURED = {"contribution_base": "5000.00", "work_injury_rate": "0.003"}
FUND = {"base": "5000.00", "employee_rate": "0.05", "employer_rate": "0.05"}


@pytest.mark.feature("FIN-10")
@pytest.mark.parametrize(
    ("month", "employee", "facts", "parameter"),
    [
        ("2021-08", INSURED, {}, "insurance_base_cap"),
        ("2025-06", {"housing_fund": FUND}, {}, "housing_fund_base_cap"),
        ("2020-06", {"employment_type": "intern"}, {}, "intern_income_rate"),
        (
            "2025-09",
            {"employment_type": "labor_service", "tax": {"method": "platform"}},
            {"labor_service_income": "1.00"},
            "platform_income_rate",
        ),
        (
            "2023-12",
            {},
            {"other_tax_deductions": {"personal_pension": "1.00"}},
            "deduction_limit_personal_pension",
        ),
        (
            "2021-08",
            {"separated_on": "2021-08-31"},
            {"severance": {"average_wage": "5000.00"}},
            "severance_average_wage_year",
        ),
        (
            "2020-12",
            {"hired_on": "2019-01-01", "tax": {"deduct_60000": "true", "year_to_date": {
                "income": "0.00", "insurance_and_fund": "0.00", "withheld": "0.00", "months": "11",
            }}},
            {},
            "basic_deduction_year",
        ),
    ],
)  # fmt: skip
def test_before_a_rule_begins_it_is_refused_by_name(
    month: str, employee: dict[str, Any], facts: dict[str, Any], parameter: str
) -> None:
    with pytest.raises(LawMissingError) as caught:
        pay(month, facts, employee)
    assert BOOK.parameter(parameter).label.zh in caught.value.message("zh")


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> LawBook:
    """The law with made-up calendars of 2027 and 2028."""
    folder = tmp_path_factory.mktemp("law")
    ahead = calendar("year = 2027", "year = 2028").replace("2027-", "2028-")
    return LawBook.load([write(folder, calendar(), "a.toml"), write(folder, ahead, "b.toml")])


# law: annual_bonus_months 2028-01-01
def test_a_bonus_is_taxed_alone_to_the_end_of_2027(later: LawBook) -> None:
    alone = {"base_pay": "5000.00", "annual_bonus": {"amount": "36000.00", "taxation": "separate"}}
    paid = pay("2027-12", alone, book=later)
    assert paid.figure("annual_bonus_tax") == 108_000  # 36000 ÷ 12 = 3000: 3 %
    with pytest.raises(LawMissingError) as caught:
        pay("2028-01", alone, book=later)
    assert later.parameter("annual_bonus_months").label.zh in caught.value.message("zh")


def test_a_bonus_is_merged_from_2028_on(later: LawBook) -> None:
    merged = {"base_pay": "5000.00", "annual_bonus": {"amount": "36000.00", "taxation": "merged"}}
    paid = pay("2028-01", merged, book=later)
    assert paid.figure("annual_bonus_tax") == 0
    assert paid.figure("income_tax") == 108_000  # 41000 − 5000 = 36000 × 3 %

"""Scenarios carry the year, compare figures and print the agreed JSON."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.scenario.test_reader import SMALL, changed
from workforce.core import scenario
from workforce.core.errors import DomainError, LawMissingError
from workforce.core.law import LawBook


@pytest.fixture(scope="module")
def book() -> LawBook:
    return LawBook.load()


def computed(value: dict[str, Any], book: LawBook) -> dict[str, Any]:
    read = scenario.read(value)
    return scenario.as_json(read, scenario.run(read, book))


@pytest.mark.feature("FIN-39")
def test_court_orders_come_first_then_the_order_written(book: LawBook) -> None:
    given = {"union_fee": "5.00", "dormitory_fee": "100.00", "court_b": "2.00", "court_a": "1.00"}
    (month,) = computed(changed("months.0.other_deductions", given), book)["months"]
    codes = [line["code"] for line in month["lines"] if line["code"] in given]
    assert codes == ["court_b", "court_a", "union_fee", "dormitory_fee"]


def test_the_json_has_the_agreed_shape(book: LawBook) -> None:
    value = changed("months.0.untaxed_earnings", {"meal_subsidy": "50.00"})
    value["employee"] |= {"contribution_base": "5000.00", "work_injury_rate": "0.003"}
    (month,) = computed(value, book)["months"]
    assert set(month) == {
        "month",
        "gross_pay",
        "net_pay",
        "employer_cost",
        "lines",
        "tax",
        "notes",
    }
    assert month["month"] == "2026-10"
    assert month["gross_pay"] == "3050.00"
    assert month["tax"] == {
        "cumulative_income": "3000.00",
        "cumulative_taxable": "0.00",
        "rate": "0.03",
        "quick_deduction": "0.00",
        "tax_withheld_to_date": "0.00",
    }
    lines = {line["code"]: line for line in month["lines"]}
    assert lines["pension_insurance"] == {
        "code": "pension_insurance",
        "kind": "deduction",
        "detail": None,
        "quantity": "5000",
        "rate": "0.08",
        "amount": "400.00",
        "reference": "社会保险法第十二条",
        "explanation": lines["pension_insurance"]["explanation"],
    }
    assert set(lines["pension_insurance"]["explanation"]) == {"zh", "en"}
    assert {line["kind"] for line in month["lines"]} == {"earning", "deduction", "employer"}


@pytest.mark.feature("FIN-13")
def test_totals_follow_from_the_lines_of_the_json(book: LawBook) -> None:
    value = changed("months.0.damages", "100.00")
    value["months"][0] |= {
        "output": [
            {"date": "2026-10-08", "task_type": "a", "accepted_qty": "7", "piece_price": "0.335"}
        ],
        "leave": [{"kind": "personal_leave", "from": "2026-10-08", "to": "2026-10-08"}],
    }
    (month,) = computed(value, book)["months"]

    def fen(text: str) -> int:
        return int(text.replace(".", ""))

    def total(kind: str) -> int:
        return sum(fen(line["amount"]) for line in month["lines"] if line["kind"] == kind)

    assert fen(month["gross_pay"]) == total("earning") - total("reduction")
    assert fen(month["net_pay"]) == fen(month["gross_pay"]) - total("deduction")
    assert fen(month["employer_cost"]) == fen(month["gross_pay"]) + total("employer")


def test_a_difference_is_told(book: LawBook) -> None:
    value = changed("expect", {"2026-10": {"gross_pay": "3000.01", "income_tax": "0.00"}})
    read = scenario.read(value)
    (difference,) = scenario.differences(read, scenario.run(read, book))
    assert (difference.code, difference.expected_fen, difference.got_fen) == (
        "gross_pay",
        300_001,
        300_000,
    )


def test_a_fault_names_the_field(book: LawBook) -> None:
    value = changed("employee.hired_on", "2026-08-01")
    with pytest.raises(DomainError) as caught:
        computed(value, book)
    assert caught.value.code == "pay.year_to_date_missing"
    assert caught.value.place == "employee.tax.year_to_date"


def test_the_first_month_of_the_employment_needs_no_year_to_date(book: LawBook) -> None:
    assert computed(SMALL, book)["months"][0]["net_pay"] == "3000.00"


def test_a_year_without_calendar_is_refused(book: LawBook) -> None:
    value = changed("months.0.month", "2031-01")
    value["employee"]["hired_on"] = "2031-01-01"
    with pytest.raises(LawMissingError) as caught:
        computed(value, book)
    assert caught.value.place == "months[0].month"


@pytest.mark.feature("FIN-10")
def test_the_fund_limits_before_july_2025_are_missing_not_guessed(book: LawBook) -> None:
    value = changed("months.0.month", "2025-06")
    value["employee"] = {
        "hired_on": "2025-06-01",
        "housing_fund": {"base": "5000.00", "employee_rate": "0.05", "employer_rate": "0.05"},
    }
    with pytest.raises(LawMissingError) as caught:
        computed(value, book)
    assert "housing_fund_base_" in caught.value.message("en")
    assert "2025-06-30" in caught.value.message("en")


def test_rent_and_a_housing_loan_in_one_year_are_refused(book: LawBook) -> None:
    value = dict(SMALL)
    value["months"] = [
        {"month": "2026-10", "special_additional_deductions": {"rent": "1500.00"}},
        {
            "month": "2026-11",
            "special_additional_deductions": {"housing_loan_interest": "1000.00"},
        },
    ]
    with pytest.raises(DomainError) as caught:
        computed(value, book)
    assert caught.value.code == "pay.rent_and_housing_loan"
    assert caught.value.place == "months[1].special_additional_deductions.housing_loan_interest"


def test_a_period_of_comprehensive_hours_says_where_it_stands(book: LawBook) -> None:
    value = changed("employee.hours_system", "comprehensive")
    (month,) = computed(value, book)["months"]
    assert "hours_period_goes_on" in {note["code"] for note in month["notes"]}
    value["months"][0] |= {
        "comprehensive": {"hours_to_date": "100", "standard_hours": "108", "period_ends": "true"},
        "shifts": [{"date": "2026-10-12", "start": "09:00", "end": "18:30"}],
    }
    (month,) = computed(value, book)["months"]
    (note,) = [note for note in month["notes"] if note["code"] == "hours_period_ended"]
    assert "100 小时 + 本月 9 小时 30 分钟 − 标准 108 小时 = 1 小时 30 分钟" in note["zh"]


def test_a_claim_without_room_is_noted_with_its_amount(book: LawBook) -> None:
    value = changed("months.0.base_pay", "2200.00")
    value["months"][0]["damages"] = "600.00"
    (month,) = computed(value, book)["months"]
    (note,) = [note for note in month["notes"] if note["code"].startswith("damages")]
    assert note["params"]["left_fen"] == "600.00"
    assert "600.00" in note["zh"]

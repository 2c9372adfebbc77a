"""What cannot be paid is told with the path of the field in the file."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from workforce.core import scenario
from workforce.core.errors import DomainError
from workforce.core.law import LawBook

TIERS = [{"accuracy_from": "0.9", "factor": "1"}]
OUTPUT = {
    "date": "2026-10-12",
    "task_type": "box",
    "accepted_qty": "9",
    "piece_price": "0.5",
    "batch": "b1",
}
GOOD = {"batch": "b1", "sampled_qty": "10", "error_qty": "0"}
INSURED = {"contribution_base": "4553.00", "work_injury_rate": "0.003"}
SEPTEMBER = {"for_month": "2026-09", "charged_base": "4404.00"}
FUND = {"base": "5000.00", "employee_rate": "0.05", "employer_rate": "0.05"}
SERVICE = {"employment_type": "labor_service", "tax": {"method": "labor_service"}}
NOTHING = {"income": "0.00", "insurance_and_fund": "0.00", "withheld": "0.00", "months": "8"}


@pytest.fixture(scope="module")
def book() -> LawBook:
    return LawBook.load()


def shift(day: int, start: str = "09:00", end: str = "18:00", **more: str) -> dict[str, str]:
    return {"date": f"2026-10-{day:02d}", "start": start, "end": end, **more}


def leave(kind: str, first: int, last: int) -> dict[str, str]:
    return {"kind": kind, "from": f"2026-10-{first:02d}", "to": f"2026-10-{last:02d}"}


# code: (more of the employee, more of October, place)
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "pay.in_lieu_on_holiday": (
        {},
        {"shifts": [shift(9), shift(8), shift(2, in_lieu="true")]},
        "months[1].shifts[2].in_lieu",
    ),
    "pay.in_lieu_on_workday": (
        {},
        {"shifts": [shift(9), shift(8, in_lieu="true")]},
        "months[1].shifts[1].in_lieu",
    ),
    "pay.shifts_overlap": (
        {},
        {"shifts": [shift(12, "17:59", "19:00"), shift(12)]},
        "months[1].shifts[0]",
    ),
    "pay.shift_break": (
        {},
        {"shifts": [shift(9), shift(8, break_minutes="540")]},
        "months[1].shifts[1].break_minutes",
    ),
    "pay.shift_outside_employment": (
        {"separated_on": "2026-10-20"},
        {"shifts": [shift(20), shift(21)]},
        "months[1].shifts[1]",
    ),
    "pay.output_outside_employment": (
        {"separated_on": "2026-10-11"},
        {"output": [{**OUTPUT, "date": "2026-10-11"}, OUTPUT]},
        "months[1].output[1]",
    ),
    "pay.output_too_old": (
        {"hired_on": "2025-01-01", "tax": {"year_to_date": NOTHING}},
        {"output": [OUTPUT, {**OUTPUT, "date": "2025-09-01"}]},
        "months[1].output[1]",
    ),
    "pay.output_too_large": (
        {},
        {"output": [OUTPUT, {**OUTPUT, "accepted_qty": "2000001"}]},
        "months[1].output[1]",
    ),
    "pay.month_too_large": (
        {},
        {"output": [{**OUTPUT, "accepted_qty": "1500000"}] * 2},
        "months[1].output",
    ),
    "pay.hours_below_day": (
        {},
        {"output": [OUTPUT, {**OUTPUT, "date": "2026-10-11", "hours": "normal"}]},
        "months[1].output[1].hours",
    ),
    "pay.inspection_counts": (
        {},
        {"inspections": [GOOD, {**GOOD, "error_qty": "11"}]},
        "months[1].inspections[1]",
    ),
    "pay.quality_no_tier": (
        {},
        {
            "output": [OUTPUT],
            "inspections": [{**GOOD, "batch": "b0"}, {**GOOD, "error_qty": "2"}],
        },
        "months[1].inspections[1]",
    ),
    "pay.leave_overlaps": (
        {},
        {"leave": [leave("absence", 12, 16), leave("personal_leave", 16, 20)]},
        "months[1].leave[1]",
    ),
    "pay.leave_backwards": (
        {},
        {"leave": [leave("absence", 12, 13), leave("absence", 20, 19)]},
        "months[1].leave[1].to",
    ),
    "pay.average_wage_missing": (
        {},
        {"leave": [leave("sick_leave", 12, 13)]},
        "employee.average_monthly_wage",
    ),
    "pay.attendance_adds_wrong": (
        {},
        {"attendance": {"scheduled_days": "18", "attended_days": "17", "unpaid_days": "0"}},
        "months[1].attendance",
    ),
    "pay.fund_rate": (
        {"housing_fund": {**FUND, "employer_rate": "0.13"}},
        {},
        "employee.housing_fund.employer_rate",
    ),
    "pay.tax_deduction_unknown": (
        {},
        {"special_additional_deductions": {"rent": "1.00", "serious_illness": "1.00"}},
        "months[1].special_additional_deductions.serious_illness",
    ),
    "pay.tax_deduction_for_wages_only": (
        {"employment_type": "intern"},
        {"other_tax_deductions": {"annuity": "1.00"}},
        "months[1].other_tax_deductions.annuity",
    ),
    "pay.rent_and_housing_loan": (
        {},
        {"special_additional_deductions": {"rent": "1.00", "housing_loan_interest": "1.00"}},
        "months[1].special_additional_deductions.rent",
    ),
    "pay.labor_service_income_for_employee": (
        {},
        {"labor_service_income": "1.00"},
        "months[1].labor_service_income",
    ),
    "pay.not_for_labor_service": (
        SERVICE,
        {"annual_bonus": {"amount": "1.00", "taxation": "merged"}},
        "months[1].annual_bonus",
    ),
    "pay.severance_without_separation": (
        {},
        {"severance": {"average_wage": "1.00"}},
        "months[1].severance.average_wage",
    ),
    "pay.severance_for_type": (
        {"employment_type": "rehired_retiree", "separated_on": "2026-10-31"},
        {"severance": {"average_wage": "1.00"}},
        "months[1].severance.average_wage",
    ),
    "pay.hours_twice": (
        {"employment_type": "part_time"},
        {"hours_worked": "8", "shifts": [shift(12)]},
        "months[1].hours_worked",
    ),
    "pay.deduct_60000_hired": (
        {"hired_on": "2025-02-01", "tax": {"deduct_60000": "true", "year_to_date": NOTHING}},
        {},
        "employee.tax.deduct_60000",
    ),
    "pay.year_to_date_months": (
        {"hired_on": "2026-02-01", "tax": {"year_to_date": NOTHING}},
        {},
        "employee.tax.year_to_date.months",
    ),
    "pay.base_difference_not_employed": (
        INSURED,
        {"base_differences": [SEPTEMBER, {**SEPTEMBER, "for_month": "2026-08"}]},
        "months[1].base_differences[1].for_month",
    ),
    "pay.base_difference_twice": (
        INSURED,
        {"base_differences": [SEPTEMBER, SEPTEMBER]},
        "months[1].base_differences[0].for_month",
    ),
    "pay.base_difference_uninsured": (
        {},
        {"base_differences": [SEPTEMBER]},
        "months[1].base_differences[0]",
    ),
    "pay.base_difference_too_large": (
        INSURED,
        {"base_differences": [{**SEPTEMBER, "charged_base": "9107.00"}]},
        "months[1].base_differences",
    ),
    "pay.two_tax_rules": (
        {"tax": {"deduct_60000": "true", "first_wage_income_of_year": "true"}},
        {},
        "employee.tax.first_wage_income_of_year",
    ),
    "pay.tax_rule_for_wages_only": (
        {"employment_type": "intern", "tax": {"method": "intern", "deduct_60000": "true"}},
        {},
        "employee.tax.deduct_60000",
    ),
    "pay.bonus_for_wages_only": (
        {"employment_type": "intern", "tax": {"method": "intern"}},
        {"annual_bonus": {"amount": "1.00", "taxation": "separate"}},
        "months[1].annual_bonus",
    ),
    "pay.tax_method_for_type": (
        {"tax": {"method": "platform"}},
        {},
        "employee.tax.method",
    ),
    "pay.rest_weekdays": ({"rest_weekdays": ["7"]}, {}, "employee.rest_weekdays"),
    "pay.employment_backwards": (
        {"separated_on": "2026-08-31"},
        {},
        "employee.separated_on",
    ),
    "pay.not_employed": ({"separated_on": "2026-09-30"}, {}, "months[1].month"),
    "pay.hours_missing": (
        {"employment_type": "part_time"},
        {},
        "months[1].hours_worked",
    ),
    "pay.amounts_too_large": (
        {},
        {"earnings": {"one": "100000000.00", "two": "0.01"}},
        "months[1]",
    ),
}


@pytest.mark.parametrize("code", CASES)
def test_a_fault_names_its_field(code: str, book: LawBook) -> None:
    employee, october, place = copy.deepcopy(CASES[code])
    september: dict[str, Any] = {
        "month": "2026-09",
        "shifts": [{"date": "2026-09-10", "start": "09:00", "end": "18:00"}],
    }
    written = {
        "format": "1",
        "region": "500236",
        "employee": {"hired_on": "2026-09-01", **employee},
        "company": {"quality_tiers": TIERS},
        "months": [september, {"month": "2026-10", **october}],
    }
    read = scenario.read(written)
    with pytest.raises(DomainError) as caught:
        scenario.run(read, book)
    assert caught.value.code == code
    assert caught.value.place == place


def test_a_night_into_a_year_without_calendar_names_its_shift(book: LawBook) -> None:
    written = {
        "format": "1",
        "region": "500236",
        "employee": {"hired_on": "2026-12-01"},
        "months": [
            {
                "month": "2026-12",
                "shifts": [
                    {"date": "2026-12-30", "start": "20:00", "end": "06:00"},
                    {"date": "2026-12-31", "start": "20:00", "end": "06:00"},
                ],
            }
        ],
    }
    with pytest.raises(DomainError) as caught:
        scenario.run(scenario.read(written), book)
    assert caught.value.code == "pay.work_without_calendar"
    assert caught.value.place == "months[0].shifts[1]"


def test_a_region_that_is_none_is_named() -> None:
    written = {"format": "1", "region": "5002", "employee": {"hired_on": "2026-10-01"}}
    with pytest.raises(DomainError) as caught:
        scenario.read({**written, "months": [{"month": "2026-10"}]})
    assert caught.value.code == "law.region_unknown"
    assert caught.value.place == "region"


def test_output_after_midnight_is_named_by_its_own_date(book: LawBook) -> None:
    # The night of 24 September reaches into the holiday of the 25th.
    output = {**OUTPUT, "date": "2026-09-25", "hours": "normal"}
    written = {
        "format": "1",
        "region": "500236",
        "employee": {"hired_on": "2026-09-01"},
        "months": [
            {
                "month": "2026-09",
                "shifts": [{"date": "2026-09-24", "start": "21:00", "end": "07:00"}],
                "output": [output],
            }
        ],
    }
    with pytest.raises(DomainError) as caught:
        scenario.run(scenario.read(written), book)
    assert caught.value.code == "pay.hours_below_day"
    assert caught.value.place == "months[0].output[0].hours"
    assert "2026-09-25" in caught.value.message("zh")

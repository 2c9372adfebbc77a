"""Pay items at their edges: one fen, one minute or one day under, at and over.

Figures by hand. Contributions stand in `test_limits`. What the golden scenarios hold is named in `IN_SCENARIOS`; no item is left out.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.pay.one_month import Given, pay
from tests.core.pay.test_limits import CONTRIBUTIONS
from workforce.core.engine import pay_items
from workforce.core.money import parse_fen

SCENARIOS = Path(__file__).parents[2] / "golden" / "scenarios"

IN_SCENARIOS = {
    "adjustment": "adjustments_of_one_fen",
    "damages_deduction": "damages_at_20_percent",
    "employer_insurance_difference": "insurance_difference_rounded_by_month",
    "group_piecework_pay": "group_pot_rounded_once",
    "holiday_pay": "holiday_day_wage_one_fen",
    "insurance_difference": "insurance_difference_rounded_by_month",
    "minimum_wage_top_up": "minimum_wage_edges",
    "night_allowance": "night_shift_edges",
    "piecework_pay": "piecework_half_a_fen",
    "quality_price_reduction": "quality_tiers_edges",
    "severance_pay": "severance_wage_over_three_times_the_average",
    "severance_tax": "severance_first_fen_of_tax",
    "union_fund": "employer_costs",
}
"""Pay item → the scenario that pays it at its edges."""


def leave(kind: str, first: str, last: str) -> list[Given]:
    return [{"kind": kind, "from": first, "to": last}]


def unpaid(scheduled: int, days: int) -> Given:
    numbers = {"scheduled_days": scheduled, "attended_days": scheduled - days, "unpaid_days": days}
    return {name: str(number) for name, number in numbers.items()}


def shift(on: str, start: str, end: str) -> list[Given]:
    return [{"date": on, "start": start, "end": end}]


def bonus(amount: str) -> Given:
    return {"base_pay": "5000.00", "annual_bonus": {"amount": amount, "taxation": "separate"}}


def quality(factor: str) -> tuple[Given, Given]:
    """Judge output of 2000.00 by one factor; what is lost is a deduction."""
    output = {"date": "2026-10-12", "task_type": "a", "accepted_qty": "2000", "piece_price": "1"}
    facts = {
        "earnings": {"position_pay": "1000.00"},
        "output": [{**output, "batch": "b1"}],
        "inspections": [{"batch": "b1", "sampled_qty": "10", "error_qty": "1"}],
    }
    tiers = [{"accuracy_from": "0", "factor": factor}]
    return facts, {"quality_basis": "deduction", "quality_tiers": tiers}


TRAINEE = {"employment_type": "trainee"}
SERVICE = {"employment_type": "labor_service"}
FOUR_LEAVE_DAYS = ("2026-10-12", "2026-10-15")
WAGE_4350 = {"base_pay": "4350.00"}
"""4350 ÷ 21.75 ÷ 8 = 25.00 an hour; a minute: 25 ÷ 60 = 0.41666…"""

# Item, month, facts, employee, expected.
CASES: list[tuple[str, str, Given, Given, Given]] = [
    # 22 payable days in June 2026, 11 from the 16th on: a half. 0.005 → 0.01, 0.01, 0.015 → 0.02.
    ("base_pay", "2026-06", {"base_pay": "0.01"}, {"hired_on": "2026-06-16"}, {"base_pay": "0.01"}),
    ("base_pay", "2026-06", {"base_pay": "0.02"}, {"hired_on": "2026-06-16"}, {"base_pay": "0.01"}),
    ("base_pay", "2026-06", {"base_pay": "0.03"}, {"hired_on": "2026-06-16"}, {"base_pay": "0.02"}),
    # 23 workdays in July 2026: 21 days at 1.00 are under the line of 21.75, 22 days over it.
    (
        "absence_deduction", "2026-07",
        {"base_pay": "21.75", "attendance": unpaid(23, 21)}, {}, {"absence_deduction": "21.00"},
    ),
    (
        "absence_deduction", "2026-07",
        {"base_pay": "21.75", "attendance": unpaid(23, 22)}, {}, {"absence_deduction": "21.75"},
    ),
    # One day of 0.10 ÷ 21.75 = 0.0045…, of 0.11 = 0.0050….
    (
        "absence_deduction", "2026-07",
        {"base_pay": "0.10", "attendance": unpaid(23, 1)}, {}, {"absence_deduction": "0.00"},
    ),
    (
        "absence_deduction", "2026-07",
        {"base_pay": "0.11", "attendance": unpaid(23, 1)}, {}, {"absence_deduction": "0.01"},
    ),
    # A minute of a rest day: 0.41666… × 200 % = 0.8333…; of a statutory holiday × 300 % = 1.25.
    # The shift of the day before ends at midnight, or a minute later.
    (
        "rest_day_overtime_pay", "2026-10",
        {**WAGE_4350, "shifts": shift("2026-10-11", "09:00", "09:01")}, {},
        {"rest_day_overtime_pay": "0.83"},
    ),
    (
        "holiday_overtime_pay", "2026-09",
        {**WAGE_4350, "shifts": shift("2026-09-24", "16:00", "00:00")}, {},
        {"holiday_overtime_pay": "0.00", "weekday_overtime_pay": "0.00"},
    ),
    (
        "holiday_overtime_pay", "2026-09",
        {**WAGE_4350, "shifts": shift("2026-09-24", "16:00", "00:01")}, {},
        {"holiday_overtime_pay": "1.25", "weekday_overtime_pay": "0.00"},
    ),
    # 8 h and a minute of a workday: 0.41666… × 150 % = 0.625 → 0.63.
    (
        "weekday_overtime_pay", "2026-10",
        {**WAGE_4350, "shifts": shift("2026-10-12", "09:00", "16:59")}, {},
        {"weekday_overtime_pay": "0.00"},
    ),
    (
        "weekday_overtime_pay", "2026-10",
        {**WAGE_4350, "shifts": shift("2026-10-12", "09:00", "17:00")}, {},
        {"weekday_overtime_pay": "0.00"},
    ),
    (
        "weekday_overtime_pay", "2026-10",
        {**WAGE_4350, "shifts": shift("2026-10-12", "09:00", "17:01")}, {},
        {"weekday_overtime_pay": "0.63"},
    ),
    # A day of 0.10 ÷ 21.75 = 0.0045…, of 0.11 = 0.0050…; four days of 0.03: 0.0055…, of 0.02: 0.0036….
    (
        "annual_leave_pay", "2026-10", {"leave": leave("annual_leave", "2026-10-12", "2026-10-12")},
        {"average_monthly_wage": "0.10"}, {"annual_leave_pay": "0.00"},
    ),
    (
        "annual_leave_pay", "2026-10", {"leave": leave("annual_leave", "2026-10-12", "2026-10-12")},
        {"average_monthly_wage": "0.11"}, {"annual_leave_pay": "0.01"},
    ),
    (
        "maternity_leave_pay", "2026-10", {"leave": leave("maternity_leave", *FOUR_LEAVE_DAYS)},
        {"average_monthly_wage": "0.02"}, {"maternity_leave_pay": "0.00"},
    ),
    (
        "maternity_leave_pay", "2026-10", {"leave": leave("maternity_leave", *FOUR_LEAVE_DAYS)},
        {"average_monthly_wage": "0.03"}, {"maternity_leave_pay": "0.01"},
    ),
    (
        "other_leave_pay", "2026-10", {"leave": leave("marriage_leave", *FOUR_LEAVE_DAYS)},
        {"average_monthly_wage": "0.02"}, {"other_leave_pay": "0.00"},
    ),
    (
        "other_leave_pay", "2026-10", {"leave": leave("marriage_leave", *FOUR_LEAVE_DAYS)},
        {"average_monthly_wage": "0.03"}, {"other_leave_pay": "0.01"},
    ),
    # 80 % of 2200.00 = 1760.00. Eleven days from the 7th: 1760.00 ÷ 21.75 × 11 = 890.1149…, 1760.01:
    # 890.1199…. A fen under it is raised to it.
    (
        "sick_leave_pay", "2026-09", {"leave": leave("sick_leave", "2026-09-07", "2026-09-20")},
        {"average_monthly_wage": "1759.99"}, {"sick_leave_pay": "890.11"},
    ),
    (
        "sick_leave_pay", "2026-09", {"leave": leave("sick_leave", "2026-09-07", "2026-09-20")},
        {"average_monthly_wage": "1760.00"}, {"sick_leave_pay": "890.11"},
    ),
    (
        "sick_leave_pay", "2026-09", {"leave": leave("sick_leave", "2026-09-07", "2026-09-20")},
        {"average_monthly_wage": "1760.01"}, {"sick_leave_pay": "890.12"},
    ),
    # 0.05 ÷ 21.75 × 200 % = 0.0045…, of 0.06: 0.0055….
    (
        "unused_leave_pay", "2026-10", {"unused_leave_days": "1"},
        {"average_monthly_wage": "0.05"}, {"unused_leave_pay": "0.00"},
    ),
    (
        "unused_leave_pay", "2026-10", {"unused_leave_days": "1"},
        {"average_monthly_wage": "0.06"}, {"unused_leave_pay": "0.01"},
    ),
    # Amounts as given, from one fen on. 0.16 over 5000 × 3 % = 0.0048 → 0.00; 0.17: 0.0051 → 0.01.
    (
        "earnings", "2026-10", {"base_pay": "5000.16", "earnings": {"skill_allowance": "0.01"}}, {},
        {"skill_allowance": "0.01", "gross_pay": "5000.17", "income_tax": "0.01"},
    ),
    (
        "untaxed_earnings", "2026-10",
        {"base_pay": "5000.16", "untaxed_earnings": {"meal_subsidy": "0.01"}}, {},
        {"meal_subsidy": "0.01", "gross_pay": "5000.17", "income_tax": "0.00"},
    ),
    ("income_tax", "2026-10", {"base_pay": "5000.00"}, {}, {"income_tax": "0.00"}),
    ("income_tax", "2026-10", {"base_pay": "5000.16"}, {}, {"income_tax": "0.00"}),
    ("income_tax", "2026-10", {"base_pay": "5000.17"}, {}, {"income_tax": "0.01"}),
    # 36000.00 × 3 % = 1080.00; a fen over it is in the next bracket: 36000.01 × 10 % − 210 = 3390.001.
    (
        "annual_bonus", "2026-10", bonus("0.01"), {},
        {"annual_bonus": "0.01", "annual_bonus_tax": "0.00", "gross_pay": "5000.01"},
    ),
    ("annual_bonus_tax", "2026-10", bonus("0.16"), {}, {"annual_bonus_tax": "0.00"}),
    ("annual_bonus_tax", "2026-10", bonus("0.17"), {}, {"annual_bonus_tax": "0.01"}),
    ("annual_bonus_tax", "2026-10", bonus("35999.99"), {}, {"annual_bonus_tax": "1080.00"}),
    ("annual_bonus_tax", "2026-10", bonus("36000.00"), {}, {"annual_bonus_tax": "1080.00"}),
    ("annual_bonus_tax", "2026-10", bonus("36000.01"), {}, {"annual_bonus_tax": "3390.00"}),
    # A trainee has no floor; the allowance is taxed like wages.
    (
        "trainee_allowance", "2026-10", {"trainee_allowance": "0.01"}, TRAINEE,
        {"trainee_allowance": "0.01", "minimum_wage_top_up": "0.00", "net_pay": "0.01"},
    ),
    ("trainee_allowance", "2026-10", {"trainee_allowance": "5000.16"}, TRAINEE, {"income_tax": "0.00"}),
    ("trainee_allowance", "2026-10", {"trainee_allowance": "5000.17"}, TRAINEE, {"income_tax": "0.01"}),
    # Given totals and deductions: one fen; all of net pay; one fen more, which is not hidden.
    (
        "employee_insurance", "2026-10", {"base_pay": "5000.00", "employee_insurance": "0.01"}, {},
        {"employee_insurance": "0.01", "net_pay": "4999.99", "employer_cost": "5000.00"},
    ),
    (
        "employee_insurance", "2026-10", {"base_pay": "5000.17", "employee_insurance": "0.01"}, {},
        {"income_tax": "0.00", "net_pay": "5000.16"},
    ),
    (
        "other_deductions", "2026-10",
        {"base_pay": "3000.00", "other_deductions": {"union_fee": "0.01"}}, {},
        {"union_fee": "0.01", "net_pay": "2999.99"},
    ),
    (
        "other_deductions", "2026-10",
        {"base_pay": "3000.00", "other_deductions": {"union_fee": "3000.00"}}, {},
        {"net_pay": "0.00"},
    ),
    (
        "other_deductions", "2026-10",
        {"base_pay": "3000.00", "other_deductions": {"union_fee": "3000.01"}}, {},
        {"union_fee": "3000.01", "net_pay": "-0.01"},
    ),
    # Pay for services: 800.00 are taken off; 800.02: 0.02 × 20 % = 0.004 → 0.00, 800.03: 0.006 → 0.01.
    (
        "labor_service_pay", "2026-10", {"labor_service_income": "0.01"}, SERVICE,
        {"labor_service_pay": "0.01", "income_tax": "0.00", "net_pay": "0.01"},
    ),
    ("labor_service_pay", "2026-10", {"labor_service_income": "800.02"}, SERVICE, {"income_tax": "0.00"}),
    ("labor_service_pay", "2026-10", {"labor_service_income": "800.03"}, SERVICE, {"income_tax": "0.01"}),
    (
        "disabled_levy", "2026-10",
        {"base_pay": "3000.00", "employer_costs": {"disabled_levy": "0.01"}}, {},
        {"disabled_levy": "0.01", "net_pay": "3000.00", "employer_cost": "3000.01"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("month", "facts", "employee", "expected"),
    [
        pytest.param(month, facts, employee, expected, id=f"{item}-{index}")
        for index, (item, month, facts, employee, expected) in enumerate(CASES)
    ],
)
def test_at_its_edges(month: str, facts: Given, employee: Given, expected: Given) -> None:
    paid = pay(month, facts, employee)
    for code, amount in expected.items():
        assert paid.figure(code) == _fen(amount), code
    is_below = paid.net_pay_fen < 0
    assert is_below == ("net_pay_below_zero" in {note.code for note in paid.notes})


def _fen(text: str) -> int:
    return -parse_fen(text[1:]) if text.startswith("-") else parse_fen(text)


ATTENDANCE: list[tuple[Given, str]] = [
    ({}, "0.01"),
    ({"late_count": "1"}, "0.00"),
    ({"attendance": unpaid(18, 0)}, "0.01"),
    ({"attendance": unpaid(18, 1)}, "0.00"),
    ({"leave": leave("annual_leave", "2026-10-12", "2026-10-12")}, "0.01"),
    ({"leave": leave("personal_leave", "2026-10-12", "2026-10-12")}, "0.00"),
    ({"leave": leave("personal_leave", "2026-10-11", "2026-10-11")}, "0.01"),  # a rest day
]


@pytest.mark.parametrize(("facts", "amount"), ATTENDANCE)
def test_attendance_bonus_at_its_edges(facts: Given, amount: str) -> None:
    """One day unpaid or one lateness, and it is gone; October 2026 has 18 scheduled days."""
    paid = pay("2026-10", {"base_pay": "3000.00", **facts}, {}, {"attendance_bonus": "0.01"})
    assert paid.figure("attendance_bonus") == parse_fen(amount)


@pytest.mark.parametrize(
    ("factor", "taken", "left"),
    [("0.700005", "599.99", None), ("0.7", "600.00", None), ("0.699995", "600.00", "0.01")],
)
def test_quality_deduction_at_its_edges(factor: str, taken: str, left: str | None) -> None:
    """Gross 3000.00: the room is 20 %, 600.00; above the minimum are 800.00. 2000.00 × (1 − factor)."""
    facts, company = quality(factor)
    paid = pay("2026-10", facts, {}, company)
    assert paid.figure("quality_deduction") == parse_fen(taken)
    notes = [note for note in paid.notes if note.code == "quality_deduction_without_room"]
    assert [note.params["left_fen"] for note in notes] == (
        [] if left is None else [parse_fen(left)]
    )


HERE = {
    *(item for item, *_ in CASES),
    "attendance_bonus",
    "quality_deduction",
    *CONTRIBUTIONS,
}


def test_no_item_is_left_out() -> None:
    assert HERE | IN_SCENARIOS.keys() == pay_items().keys()
    assert not HERE & IN_SCENARIOS.keys()


@pytest.mark.parametrize(("item", "stem"), IN_SCENARIOS.items())
def test_the_scenario_pays_the_item(item: str, stem: str) -> None:
    code = pay_items()[item].code
    assert f"{code}: " in (SCENARIOS / f"{stem}.yaml").read_text(encoding="utf-8")

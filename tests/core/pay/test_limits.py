"""Limits of contribution bases and of tax deductions: one fen under, at and over. Figures by hand."""

from __future__ import annotations

import pytest

from tests.core.pay.one_month import pay
from workforce.core.money import MICRO_IN_FEN, format_fen, parse_fen

OWN = ("pension_insurance", "medical_insurance", "unemployment_insurance")
EMPLOYERS = (
    "employer_pension_insurance",
    "employer_medical_insurance",
    "employer_large_medical_aid",
    "employer_unemployment_insurance",
    "employer_work_injury_insurance",
)
CONTRIBUTIONS = {
    *OWN,
    *EMPLOYERS,
    "large_medical_aid",
    "housing_fund",
    "employer_housing_fund",
}
# 4553.00, 4553.01 and 22764.99, 22765.00: 8 %, 2 %, 0.5 %; 16 %, 8.5 %, 1.5 %, 0.5 %, injury 0.3 %.
AT_FLOOR = ("364.24", "91.06", "22.77", "728.48", "387.01", "68.30", "22.77", "13.66")
UNDER_CAP = ("1821.20", "455.30", "113.82", "3642.40", "1935.02", "341.47", "113.82", "68.29")
AT_CAP = ("1821.20", "455.30", "113.83", "3642.40", "1935.03", "341.48", "113.83", "68.30")


@pytest.mark.feature("FIN-7")
@pytest.mark.parametrize(
    ("declared", "base", "amounts"),
    [
        ("4552.99", "4553.00", AT_FLOOR),
        ("4553.00", "4553.00", AT_FLOOR),
        ("4553.01", "4553.01", AT_FLOOR),
        ("22764.99", "22764.99", UNDER_CAP),
        ("22765.00", "22765.00", AT_CAP),
        ("22765.01", "22765.00", AT_CAP),
    ],
)
def test_contributions_at_their_edges(declared: str, base: str, amounts: tuple[str, ...]) -> None:
    """The base goes with each line, also where a fen of it moves no amount."""
    insured = {"contribution_base": declared, "work_injury_rate": "0.003"}
    paid = pay("2026-10", {"base_pay": "5000.00"}, insured)
    lines = {line.code: line for line in paid.lines}
    for code, amount in zip(OWN + EMPLOYERS, amounts, strict=True):
        assert lines[code].amount_fen == parse_fen(amount), code
        assert lines[code].quantity_micro == parse_fen(base) * MICRO_IN_FEN
    assert lines["large_medical_aid"].amount_fen == 500  # fixed, whatever the base


def test_without_a_base_there_is_no_contribution() -> None:
    paid = pay("2026-10", {"base_pay": "5000.00"})
    codes = {line.code for line in paid.lines}
    assert codes.isdisjoint({*OWN, *EMPLOYERS, "large_medical_aid"})


@pytest.mark.feature("FIN-7")
@pytest.mark.parametrize(
    ("declared", "base", "own", "employers"),
    [
        # 5 % of 2200.00; 7.5 %: 165.00, of 2200.01 = 165.00075.
        ("2199.99", "2200.00", "110.00", "165.00"),
        ("2200.00", "2200.00", "110.00", "165.00"),
        ("2200.01", "2200.01", "110.00", "165.00"),
        # 5 % of 31393.00 = 1569.65; 7.5 %: 2354.475 → 2354.48, of 31392.99 = 2354.47425.
        ("31392.99", "31392.99", "1569.65", "2354.47"),
        ("31393.00", "31393.00", "1569.65", "2354.48"),
        ("31393.01", "31393.00", "1569.65", "2354.48"),
    ],
)
def test_housing_fund_at_its_edges(declared: str, base: str, own: str, employers: str) -> None:
    fund = {"base": declared, "employee_rate": "0.05", "employer_rate": "0.075"}
    paid = pay("2026-10", {"base_pay": "5000.00"}, {"housing_fund": fund})
    lines = {line.code: line for line in paid.lines}
    for code, amount in (("housing_fund", own), ("employer_housing_fund", employers)):
        assert lines[code].amount_fen == parse_fen(amount), code
        assert lines[code].quantity_micro == parse_fen(base) * MICRO_IN_FEN


SPECIAL, OTHER = "special_additional_deductions", "other_tax_deductions"
USED = {
    "professional_certificate": ("special", "1800.00"),
    "personal_pension": ("other", "6000.00"),
}
LIMITS = [
    (SPECIAL, "rent", "1500.00"),
    (SPECIAL, "housing_loan_interest", "1000.00"),
    (SPECIAL, "elderly_support", "3000.00"),
    (SPECIAL, "continuing_education", "400.00"),
    (SPECIAL, "professional_certificate", "1800.00"),  # of the year's 3600 half is used
    (OTHER, "personal_pension", "6000.00"),  # of the year's 12000 half is used
    (OTHER, "commercial_health", "200.00"),
    (OTHER, "annuity", "200.00"),  # 4 % of 5000.00
]


@pytest.mark.feature("FIN-8")
@pytest.mark.parametrize("over", [-1, 0, 1])
@pytest.mark.parametrize(("key", "code", "limit"), LIMITS)
def test_tax_deductions_at_their_limits(key: str, code: str, limit: str, over: int) -> None:
    """A fen moves no tax line of 3 %, but the taxable income of the year, and it is noted."""
    before = {
        "income": "20000.00",
        "insurance_and_fund": "0.00",
        "months": "1",
        "withheld": "450.00",
    }
    if code in USED:
        name, used = USED[code]
        before |= {name: used, code: used}
    used_fen = parse_fen(USED[code][1]) if code in USED else 0
    claimed = parse_fen(limit) + over
    facts = {
        "base_pay": "20000.00",
        "employee_insurance": "0.00",
        key: {code: format_fen(claimed)},
    }
    insured = {"contribution_base": "5000.00", "work_injury_rate": "0.003"}
    employee = {"hired_on": "2026-09-01", "tax": {"year_to_date": before}}
    paid = pay("2026-10", facts, insured | employee)
    allowed = min(claimed, parse_fen(limit))
    # 40000 − 2 × 5000 = 30000, less what was used before and what is allowed now.
    assert paid.tax["cumulative_taxable"] == format_fen(3_000_000 - used_fen - allowed)
    cut = [note for note in paid.notes if note.code == "tax_deduction_cut"]
    expected = [{"claimed_fen": claimed, "allowed_fen": allowed}] if over > 0 else []
    assert [dict(note.params) for note in cut] == expected


@pytest.mark.parametrize("code", ["child_education", "infant_care"])
def test_deductions_for_children_are_not_cut(code: str) -> None:
    """2000.00 a child, and the facts do not know how many children there are."""
    paid = pay("2026-10", {"base_pay": "20000.00", SPECIAL: {code: "6000.01"}})
    assert paid.tax["cumulative_taxable"] == "8999.99"
    assert not [note for note in paid.notes if note.code == "tax_deduction_cut"]

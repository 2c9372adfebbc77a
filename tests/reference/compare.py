"""The engine's payslips and the reference's side by side: line by line, fen by fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.reference.drawing import Scenario
from tests.reference.law import law_of
from workforce.audit_pack.checker.figures import round_fen
from workforce.audit_pack.checker.payslips import payslips
from workforce.audit_pack.checker.refused import RefusedError
from workforce.audit_pack.checker.slip import Payslip
from workforce.core import scenario as engine
from workforce.core.errors import DomainError
from workforce.core.law import LawBook
from workforce.core.money import format_fen, parse_fen

REFUSED = "refused"
# Notes that scenario.md asks for; those without room are compared by their amounts.
NOTES = {
    "holiday_unpaid",
    "net_pay_below_zero",
    "overtime_over_limit",
    "second_bonus_merged",
    "severance_below_statutory",
    "stated_hours_unpaid",
    "tax_deduction_cut",
}
# The engine's error for each of the reference's reasons.
CODES = {
    "a sample of 0, or more errors than pieces": "pay.inspection_counts",
    "base difference of a wrong month": "pay.base_difference_not_employed",
    "base difference without insurance": "pay.base_difference_uninsured",
    "a law value is missing": "law.value_missing",
    "a bonus taxed on its own beside pay for services": "pay.bonus_for_wages_only",
    "a housing fund rate outside of the law": "pay.fund_rate",
    "both tax rules": "pay.two_tax_rules",
    "given attendance does not add up": "pay.attendance_adds_wrong",
    "hours below the day's class": "pay.hours_below_day",
    "in lieu on a statutory holiday": "pay.in_lieu_on_holiday",
    "more to set off than is due": "pay.base_difference_too_large",
    "no average wage for leave pay": "pay.average_wage_missing",
    "no tier reached": "pay.quality_no_tier",
    "part-time without hours": "pay.hours_missing",
    "not employed": "pay.not_employed",
    "no severance for the employment type": "pay.severance_for_type",
    "rent and mortgage in one year": "pay.rent_and_housing_loan",
    "severance without leaving": "pay.severance_without_separation",
    "work in a year without calendar": "pay.work_without_calendar",
    "60000 without a whole year before": "pay.deduct_60000_hired",
    "year_to_date of more months than there were": "pay.year_to_date_months",
    "year_to_date is required": "pay.year_to_date_missing",
}


@dataclass(frozen=True)
class Difference:
    """One figure that differs; figures are text."""

    month: str
    code: str
    reference: str
    engine: str


@dataclass(frozen=True)
class Comparison:
    """What the two calculations say of a scenario."""

    differences: tuple[Difference, ...]
    slips: tuple[Payslip, ...]
    refused: str


def compare(scenario: Scenario, book: LawBook) -> Comparison:
    """Compute a scenario twice."""
    ours = theirs = ""
    slips: list[Payslip] = []
    months: list[dict[str, Any]] = []
    try:
        slips = payslips(scenario, law_of(book))
    except RefusedError as error:
        ours = error.reason
    try:
        read = engine.read(scenario)
        months = engine.as_json(read, engine.run(read, book))["months"]
    except DomainError as error:
        theirs = error.code
    except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as error:
        theirs = f"crash: {error!r}"
    if ours or theirs:
        # A scenario with two faults may be refused for either.
        is_refused = ours in CODES and theirs in CODES.values()
        found = () if is_refused else (Difference("", REFUSED, ours or "paid", theirs or "paid"),)
        return Comparison(found, (), ours)
    pairs = zip(slips, months, strict=True)
    return Comparison(
        tuple(each for slip, month in pairs for each in _month(slip, month)), tuple(slips), ""
    )


def _month(slip: Payslip, month: dict[str, Any]) -> list[Difference]:
    ours, theirs = _ours(slip), _theirs(month)
    return [
        Difference(slip.month, code, ours.get(code, "0.00"), theirs.get(code, "0.00"))
        for code in sorted(ours.keys() | theirs.keys())
        if ours.get(code, "0.00") != theirs.get(code, "0.00")
    ]


def _ours(slip: Payslip) -> dict[str, str]:
    figures = {code: format_fen(fen) for code, fen in _summed(slip.lines).items()}
    figures["gross_pay"] = format_fen(slip.gross_pay)
    figures["net_pay"] = format_fen(slip.net_pay)
    figures["employer_cost"] = format_fen(slip.employer_cost)
    figures["not taken"] = format_fen(slip.no_room)
    figures |= dict.fromkeys(slip.notes & NOTES, "noted")
    if slip.taxed is not None:
        taxable = max(Fraction(0), slip.taxed.cumulative_taxable)
        figures["cumulative_income"] = format_fen(slip.taxed.cumulative_income)
        figures["cumulative_taxable"] = format_fen(round_fen(taxable))
        figures["rate"] = str(float(slip.taxed.rate / 1_000_000)).removesuffix(".0")
        figures["quick_deduction"] = format_fen(slip.taxed.quick)
        figures["tax_withheld_to_date"] = format_fen(slip.taxed.withheld)
    return figures


def _theirs(month: dict[str, Any]) -> dict[str, str]:
    lines: dict[tuple[str, str], int] = {}
    for line in month["lines"]:
        key = (line["kind"], line["code"])
        lines[key] = lines.get(key, 0) + parse_fen(line["amount"])
    figures = {code: format_fen(fen) for code, fen in _summed(lines).items()}
    figures |= {code: month[code] for code in ("gross_pay", "net_pay", "employer_cost")}
    figures |= month["tax"] or {}
    notes = [each for each in month["notes"] if each["code"].endswith("_without_room")]
    left = sum(parse_fen(each["params"]["left_fen"]) for each in notes)
    codes = {each["code"] for each in month["notes"]}
    return figures | {"not taken": format_fen(left)} | dict.fromkeys(codes & NOTES, "noted")


def _summed(lines: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """Sum by kind and code; adjustments of both signs are one sum, for equal ones share a line."""
    total: dict[str, int] = {}
    for (kind, code), fen in lines.items():
        sign = -1 if (kind, code) == ("reduction", "adjustment") else 1
        name = code if code == "adjustment" else f"{kind} {code}"
        total[name] = total.get(name, 0) + sign * fen
    return total

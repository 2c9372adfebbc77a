"""A scenario of months, paid by half months instead: what the month says goes to its halves by date."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.reference.drawing import Scenario
from workforce.core.period import PayPeriod

FIRST_PART = ("special_additional_deductions", "other_tax_deductions")
"""Taken in the month's first payment; all else that has no date, in its last."""
BOTH_PARTS = ("base_pay", "overtime_base", "leave", "inspections")


def halved(scenario: Scenario) -> Scenario:
    """Return the same facts by half months, as far as the person is employed in them."""
    employee = scenario["employee"]
    hired_on = date.fromisoformat(employee["hired_on"])
    left_on = date.fromisoformat(employee.get("separated_on", "9999-12-31"))
    months: list[Scenario] = []
    for month in scenario["months"]:
        parts = [
            half
            for half in PayPeriod.parse(month["month"]).halves
            if hired_on <= half.last_on and left_on >= half.first_on
        ]
        made = [_part(month, half, is_first=half == parts[0]) for half in parts]
        if not made:  # paid after leaving
            break
        made[-1] |= {
            key: value for key, value in month.items() if key not in made[-1] and _has_no_date(key)
        }
        months += made
    return {**scenario, "months": months}


def _has_no_date(key: str) -> bool:
    dated = {"month", "shifts", "output", "hours_worked", "attendance", "comprehensive"}
    return key not in dated.union(FIRST_PART)


def _part(month: Scenario, half: PayPeriod, *, is_first: bool) -> Scenario:
    part: Scenario = {"month": str(half)} | {key: month[key] for key in BOTH_PARTS if key in month}
    if is_first:
        part |= {key: month[key] for key in FIRST_PART if key in month}
    for key in ("shifts", "output"):
        rows = [row for row in month.get(key, []) if _is_in(row, half, is_first=is_first)]
        if rows:
            part[key] = rows
    if "shifts" not in part:
        part["hours_worked"] = month.get("hours_worked", "0") if half.half == 1 else "7.5"
    if month.get("attendance") == "from_shifts":
        part["attendance"] = "from_shifts"
    return part


def _is_in(row: Any, half: PayPeriod, *, is_first: bool) -> bool:
    on = date.fromisoformat(row["date"])
    return on in half or (is_first and on < half.first_on)

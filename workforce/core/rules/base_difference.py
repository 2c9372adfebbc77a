"""Base differences of social insurance: what earlier months owe, or have paid too much.

Each month, scheme and side is rounded alone, as it was when it was charged: owed × rate − charged ×
rate, at the rates of that month. What is owed more is a line of its own; what was paid too much is set
off against the same scheme's contribution of the pay month.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from workforce.core.facts import Facts, Mask, day_number, month_number, month_of
from workforce.core.fault_log import FaultLog
from workforce.core.money import Column
from workforce.core.period import PayPeriod
from workforce.core.rules.social_insurance import share

OWN: Final = {
    "pension_insurance": "pension_employee_rate",
    "medical_insurance": "medical_employee_rate",
    "unemployment_insurance": "unemployment_employee_rate",
}
"""Schemes that follow the base → the parameter of their rate; large medical aid is a fixed sum."""
WORK_INJURY: Final = "employer_work_injury_insurance"
EMPLOYER: Final = {
    "employer_pension_insurance": "pension_employer_rate",
    "employer_medical_insurance": "medical_employer_rate",
    "employer_large_medical_aid": "large_medical_aid_employer_rate",
    "employer_unemployment_insurance": "unemployment_employer_rate",
    WORK_INJURY: "",
}
"""The employer's; the rate of work injury is the company's own."""

RateOf = Callable[[str, Mask, PayPeriod], Column]
"""A parameter's value in a month, for those who need it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """One row an employee and month, sorted so; `owed` less `charged` of each scheme may be negative."""

    employee: Column
    month: Column
    charged_base_fen: Column
    owed_base_fen: Column
    by_scheme: dict[str, Column] = field(default_factory=dict)

    def owed_more(self, schemes: dict[str, str]) -> Column:
        """Return what each row owes on one side, 0 where it was paid too much."""
        nothing = np.zeros_like(self.employee)
        total = sum((self.by_scheme[name] for name in schemes), start=nothing)
        return np.maximum(total, 0)

    def set_off(self, scheme: str, size: int) -> Column:
        """Return what each employee has paid too much to a scheme."""
        total = np.zeros(size, dtype=np.int64)
        if scheme in self.by_scheme:
            np.add.at(total, self.employee, np.maximum(-self.by_scheme[scheme], 0))
        return total


def reckon(
    facts: Facts, has_insurance: Mask, base_fen: Column, rate_of: RateOf, faults: FaultLog
) -> Differences:
    """Reckon all rows.

    Args:
        facts: the facts.
        has_insurance: whose contributions are computed in this pay period.
        base_fen: their base within the limits in force.
        rate_of: rates by month.
        faults: where contradictions go.

    """
    _check(facts, has_insurance, faults)
    rows = facts.base_differences
    order = np.lexsort((rows.for_month, rows.employee))
    employee, month = rows.employee[order], rows.for_month[order]
    charged = rows.charged_base_fen[order]
    owed = np.where(rows.has_owed_base, rows.owed_base_fen, base_fen[rows.employee])[order]
    owed = np.where(has_insurance[employee], owed, charged)  # the others are refused for that alone
    by_scheme = {
        name: share(owed, rate) - share(charged, rate)
        for name, parameter in (OWN | EMPLOYER).items()
        for rate in [_rates(facts, employee, month, parameter, rate_of)]
    }
    return Differences(
        employee=employee,
        month=month,
        charged_base_fen=charged,
        owed_base_fen=owed,
        by_scheme=by_scheme,
    )


def _rates(
    facts: Facts, employee: Column, month: Column, parameter: str, rate_of: RateOf
) -> Column:
    """Return the rate of each row's month."""
    if not parameter:
        return facts.contributions.work_injury_rate_micro[employee]
    rates = np.zeros_like(employee)
    for number in np.unique(month).tolist():
        mine = month == number
        needed = np.zeros(facts.size, dtype=np.bool_)
        needed[employee[mine]] = True
        rates[mine] = rate_of(parameter, needed, month_of(number))[employee[mine]]
    return rates


def _check(facts: Facts, has_insurance: Mask, faults: FaultLog) -> None:
    rows, people = facts.base_differences, facts.employments
    who, month = rows.employee, rows.for_month

    def refuse(code: str, wrong: Mask) -> None:
        row = np.flatnonzero(wrong)
        field = "base_differences.for_month"
        faults.add(code, field, who[row], row=row, for_month=month[row])

    refuse("pay.adjustment_not_earlier", month >= month_number(facts.period))
    months = [month_of(number) for number in month.tolist()]
    first = np.array([day_number(each.first_on) for each in months], dtype=np.int64)
    last = np.array([day_number(each.last_on) for each in months], dtype=np.int64)
    away = (people.hired_on[who] > last) | (people.separated_on[who] < first)
    refuse("pay.base_difference_not_employed", away)
    key = np.stack((who, month), axis=1)
    _, index, count = np.unique(key, axis=0, return_index=True, return_counts=True)
    twice = np.zeros(who.size, dtype=np.bool_)
    twice[index[count > 1]] = True
    refuse("pay.base_difference_twice", twice)
    without = np.flatnonzero(~has_insurance[who])
    faults.add("pay.base_difference_uninsured", "base_differences", who[without], row=without)

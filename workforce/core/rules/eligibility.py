"""Facts that contradict one another or that no rule here can pay: refused by name, never guessed."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from workforce.core.facts import (
    LARGEST_FEN,
    AmountKind,
    EmploymentType,
    Facts,
    Mask,
    TaxMethod,
    day_number,
    month_number,
)
from workforce.core.fault_log import FaultLog
from workforce.core.rules import severance
from workforce.core.rules.comprehensive_hours import has_period
from workforce.core.rules.overtime import Regime, regimes

LEAST_REST_WEEKDAYS: Final = 2

_METHODS: Final[Mapping[EmploymentType, tuple[TaxMethod, ...]]] = {
    EmploymentType.INTERN: (TaxMethod.INTERN, TaxMethod.CUMULATIVE, TaxMethod.LABOR_SERVICE),
    EmploymentType.REHIRED_RETIREE: (TaxMethod.CUMULATIVE, TaxMethod.LABOR_SERVICE),
    EmploymentType.TRAINEE: (TaxMethod.CUMULATIVE, TaxMethod.LABOR_SERVICE),
    EmploymentType.LABOR_SERVICE: (TaxMethod.LABOR_SERVICE, TaxMethod.PLATFORM),
}
"""How tax may be withheld, by employment type; all others are wages, withheld cumulatively."""


_WAGE_KINDS: Final = (
    AmountKind.ANNUAL_BONUS_SEPARATE,
    AmountKind.ANNUAL_BONUS_MERGED,
    AmountKind.TRAINEE_ALLOWANCE,
    AmountKind.DISABLED_LEVY,
)
"""Amounts that only employees have."""


def check(facts: Facts, faults: FaultLog) -> None:
    """Find everybody who cannot be paid as stated."""
    _check_employment(facts, faults)
    _check_half_month(facts, faults)
    _check_amounts(facts, faults)
    _check_rest_weekdays(facts, faults)
    _check_tax_method(facts, faults)
    _check_labor_service(facts, faults)
    severance.check(facts, faults)
    if facts.is_extra:
        by_payment = np.isin(facts.tax.method, (TaxMethod.LABOR_SERVICE, TaxMethod.PLATFORM))
        faults.add("pay.extra_for_service", "tax.method", np.flatnonzero(by_payment))


def _check_employment(facts: Facts, faults: FaultLog) -> None:
    people = facts.employments
    first, last = day_number(facts.period.first_on), day_number(facts.period.last_on)
    backwards = np.flatnonzero(people.separated_on < people.hired_on)
    field = "employments.separated_on"
    faults.add("pay.employment_backwards", field, backwards, hired_day=people.hired_on[backwards])
    has_left = people.separated_on < first
    away = people.hired_on > last
    if has_left.any():
        away |= has_left & ~_has_something_due(facts)
    faults.add("pay.not_employed", "period", np.flatnonzero(away))
    periods = facts.hours_periods
    is_known = np.zeros(facts.size, dtype=np.bool_)
    is_known[periods.employee[periods.month == month_number(facts.period)]] = True
    if not facts.is_extra:
        unknown = np.flatnonzero(has_period(facts) & ~is_known & ~has_left)
        faults.add("pay.hours_period_missing", "hours_periods", unknown)


def _has_something_due(facts: Facts) -> Mask:
    """Tell for whom the month has output, an amount or an adjustment: who has left is still paid it."""
    has = facts.attendances.unused_leave_days > 0
    for rows in (facts.output, facts.group_shares, facts.amounts, facts.adjustments):
        has[rows.employee] = True
    return has


def _check_half_month(facts: Facts, faults: FaultLog) -> None:
    """Only part-time people are paid by half months (劳动合同法 art 72)."""
    if facts.period.half:
        who = np.flatnonzero(facts.employments.employment_type != EmploymentType.PART_TIME)
        faults.add("pay.half_month_part_time_only", "employments.employment_type", who)


def _check_amounts(facts: Facts, faults: FaultLog) -> None:
    """What is given for a month stays in the range in which all products are exact."""
    total = facts.time_wages.base_pay_fen.copy()
    for rows in (facts.amounts, facts.adjustments):
        np.add.at(total, rows.employee, np.abs(rows.amount_fen))
    faults.add("pay.amounts_too_large", "amounts", np.flatnonzero(total > LARGEST_FEN))


def _check_rest_weekdays(facts: Facts, faults: FaultLog) -> None:
    """Standard hours, 40 a week in days of 8, leave two rest days."""
    people = facts.employments
    too_few = np.bitwise_count(people.rest_weekdays) < LEAST_REST_WEEKDAYS
    is_standard = regimes(facts) == Regime.STANDARD
    who = np.flatnonzero(is_standard & too_few & ~people.has_roster)
    faults.add("pay.rest_weekdays", "employments.rest_weekdays", who)


def _check_tax_method(facts: Facts, faults: FaultLog) -> None:
    """The employment type decides how its pay may be taxed; what is for wages, wages alone have."""
    allowed = np.zeros((len(EmploymentType), len(TaxMethod)), dtype=np.bool_)
    for kind in EmploymentType:
        allowed[kind, list(_METHODS.get(kind, (TaxMethod.CUMULATIVE,)))] = True
    kinds, methods = facts.employments.employment_type, facts.tax.method
    who = np.flatnonzero(~allowed[kinds, methods])
    codes = [
        (EmploymentType(kind).code, TaxMethod(method).code)
        for kind, method in zip(kinds[who].tolist(), methods[who].tolist(), strict=True)
    ]
    faults.add(
        "pay.tax_method_for_type",
        "tax.method",
        who,
        {
            "employment_type": [kind for kind, _ in codes],
            "method": [method for _, method in codes],
        },
    )
    is_other = methods != TaxMethod.CUMULATIVE
    for rule in ("is_deduct_60000", "is_first_wage_of_year"):
        asked = np.flatnonzero(getattr(facts.tax, rule) & is_other)
        faults.add("pay.tax_rule_for_wages_only", f"tax.{rule}", asked)
    rows = facts.amounts
    is_bonus = (rows.kind == AmountKind.ANNUAL_BONUS_SEPARATE) & (rows.amount_fen > 0)
    wrong = np.flatnonzero(is_bonus & is_other[rows.employee])
    faults.add("pay.bonus_for_wages_only", "amounts", rows.employee[wrong], row=wrong)


def _check_labor_service(facts: Facts, faults: FaultLog) -> None:
    """People paid for services have no wage items; employees have no pay for services."""
    rows = facts.amounts
    is_service = facts.employments.employment_type == EmploymentType.LABOR_SERVICE
    given = facts.contributions
    wage_items: tuple[tuple[str, str, Mask], ...] = (
        ("base_pay", "time_wages.base_pay_fen", facts.time_wages.base_pay_fen > 0),
        ("overtime_base", "time_wages.overtime_base_fen", facts.time_wages.overtime_base_fen > 0),
        ("contribution_base", "contributions.contribution_base_fen", given.is_insured),
        ("housing_fund", "contributions.fund_base_fen", given.has_fund),
        ("employee_insurance", "contributions.given_total_fen", given.has_given_total),
        (
            "unused_leave_days",
            "attendances.unused_leave_days",
            facts.attendances.unused_leave_days > 0,
        ),
    )
    for name, field, has_item in wage_items:
        who = np.flatnonzero(has_item & is_service)
        faults.add("pay.not_for_labor_service", field, who, {"item": [name] * who.size})
    is_paid = rows.amount_fen > 0
    wrong = np.flatnonzero(is_paid & np.isin(rows.kind, _WAGE_KINDS) & is_service[rows.employee])
    faults.add(
        "pay.not_for_labor_service",
        "amounts",
        rows.employee[wrong],
        {"item": [AmountKind(kind).code for kind in rows.kind[wrong].tolist()]},
        row=wrong,
    )
    is_income = rows.kind == AmountKind.LABOR_SERVICE_INCOME
    wrong = np.flatnonzero(is_paid & is_income & ~is_service[rows.employee])
    faults.add("pay.labor_service_income_for_employee", "amounts", rows.employee[wrong], row=wrong)

"""What would a month pay if …: a scenario made from the own profile and a few wishes, nothing stored.

The days are laid into the calendar as a usual month would have them: work on the first scheduled days,
leave on the last; weekday overtime lengthens the first days by up to `LONGEST_EXTRA_HOURS`; work on
rest days fills them from the first on. Overtime brings the hourly output of a normal day. What is then
paid is reckoned by the same engine as the payslip.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from workforce.core.errors import InputError
from workforce.core.facts import (
    AmountKind,
    EmploymentType,
    HoursSystem,
    TaxMethod,
    date_of,
)
from workforce.core.money import MICRO, format_fen, format_micro
from workforce.core.rules import day_grid
from workforce.core.scenario import read, run
from workforce.core.work_calendar import DayClass

if TYPE_CHECKING:
    import datetime as dt

    from workforce.core.facts import Facts
    from workforce.core.law import LawBook
    from workforce.core.scenario import MonthPay
    from workforce.earnings.month import OpenMonth

LONGEST_EXTRA_HOURS: Final = 3
"""Overtime of one workday at most (Labour Law art 41)."""
DAILY_HOURS: Final = 8
_SAMPLE: Final = 1000
_START: Final = 9
_BREAK_HOURS: Final = 1
_AMOUNT_KEYS: Final = {
    AmountKind.EARNING: "earnings",
    AmountKind.UNTAXED_EARNING: "untaxed_earnings",
    AmountKind.COURT_ORDER: "other_deductions",
    AmountKind.OTHER_DEDUCTION: "other_deductions",
    AmountKind.SPECIAL_ADDITIONAL_DEDUCTION: "special_additional_deductions",
    AmountKind.OTHER_TAX_DEDUCTION: "other_tax_deductions",
}
_SINGLE_KEYS: Final = {
    AmountKind.TRAINEE_ALLOWANCE: "trainee_allowance",
    AmountKind.LABOR_SERVICE_INCOME: "labor_service_income",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """A wish: ``daily_qty`` whole units at ``unit_price`` (millionths) on each day worked.

    ``accuracy_rate`` in millionths, None: no quality check. ``leave_kind`` a paid one, or None.
    """

    task_type: str | None
    unit_price: int
    daily_qty: int
    worked_days: int
    weekday_overtime_hours: int
    rest_day_hours: int
    leave_kind: str | None
    leave_days: int
    accuracy_rate: int | None


@dataclass(frozen=True, slots=True)
class MonthDays:
    """The month's scheduled workdays and rest days of one person."""

    workdays: tuple[dt.date, ...]
    rest_days: tuple[dt.date, ...]


def month_days(month: OpenMonth, book: LawBook) -> MonthDays:
    """Return the days of the month around an open period that its person is employed."""
    assert month.assembled is not None and month.row is not None  # noqa: S101, PT018
    facts, row = month.assembled.facts, month.row
    grid = day_grid.build(facts, book.calendar())
    found = {}
    for day_class in (DayClass.WORKDAY, DayClass.REST_DAY):
        is_so = (grid.classes[row, grid.whole] == day_class) & grid.employed[row, grid.whole]
        first = grid.first_day + (grid.whole.start or 0)
        found[day_class] = tuple(date_of(first + at) for at in np.flatnonzero(is_so).tolist())
    return MonthDays(found[DayClass.WORKDAY], found[DayClass.REST_DAY])


def compute_what_if(month: OpenMonth, wish: WhatIf, book: LawBook) -> MonthPay:
    """Pay a wished month.

    Raises:
        InputError: more days than the month has, or more overtime than its days can hold.
        DomainError: the scenario cannot be paid.
    """
    days = month_days(month, book)
    _check(wish, days)
    return run(read(scenario_of(month, wish, days)), book)[0]


def _check(wish: WhatIf, days: MonthDays) -> None:
    free = len(days.workdays)
    if wish.worked_days + wish.leave_days > free:
        raise InputError("earnings.too_many_days", place="worked_days", days=free)
    if wish.weekday_overtime_hours > wish.worked_days * LONGEST_EXTRA_HOURS:
        raise InputError(
            "earnings.too_much_overtime",
            place="weekday_overtime_hours",
            hours=wish.worked_days * LONGEST_EXTRA_HOURS,
        )
    if wish.rest_day_hours > len(days.rest_days) * DAILY_HOURS:
        raise InputError(
            "earnings.too_much_overtime",
            place="rest_day_hours",
            hours=len(days.rest_days) * DAILY_HOURS,
        )


def scenario_of(month: OpenMonth, wish: WhatIf, days: MonthDays) -> dict[str, Any]:
    """Return the scenario, as a file of it would be parsed: mappings and lists of text."""
    assert month.assembled is not None and month.row is not None  # noqa: S101, PT018
    facts, row = month.assembled.facts, month.row
    worked = _hours_by_day(wish, days)
    entry: dict[str, Any] = {
        "month": str(month.period.whole),
        "base_pay": format_fen(int(facts.time_wages.base_pay_fen[row])),
        "overtime_base": format_fen(int(facts.time_wages.overtime_base_fen[row])),
        "attendance": "from_shifts",
        "shifts": [_shift(day, hours) for day, hours in worked],
        **_amounts(facts, row),
    }
    if wish.task_type and wish.daily_qty:
        entry["output"] = [
            {
                "date": str(day),
                "task_type": wish.task_type,
                "accepted_qty": str(wish.daily_qty * hours // DAILY_HOURS),
                "piece_price": format_micro(wish.unit_price),
            }
            for day, hours in worked
        ]
        if wish.accuracy_rate is not None and facts.policies[0].quality_tiers:
            errors = _SAMPLE - wish.accuracy_rate * _SAMPLE // MICRO
            entry["inspections"] = [
                {
                    "task_type": wish.task_type,
                    "sampled_qty": str(_SAMPLE),
                    "error_qty": str(errors),
                }
            ]
    if wish.leave_kind and wish.leave_days:
        first, last = days.workdays[-wish.leave_days], days.workdays[-1]
        entry["leave"] = [{"kind": wish.leave_kind, "from": str(first), "to": str(last)}]
    if facts.employments.hours_system[row] == HoursSystem.COMPREHENSIVE:
        entry["comprehensive"] = {
            "hours_to_date": "0",
            "standard_hours": "0",
            "period_ends": "false",
        }
    return {
        "format": "1",
        "region": facts.policies[0].region,
        "employee": _employee(facts, row),
        "company": _company(facts),
        "months": [entry],
    }


def _hours_by_day(wish: WhatIf, days: MonthDays) -> list[tuple[dt.date, int]]:
    """Return the days worked and their hours."""
    left = wish.weekday_overtime_hours
    worked = []
    for day in days.workdays[: wish.worked_days]:
        extra = min(left, LONGEST_EXTRA_HOURS)
        left -= extra
        worked.append((day, DAILY_HOURS + extra))
    left = wish.rest_day_hours
    for day in days.rest_days:
        if not left:
            break
        hours = min(left, DAILY_HOURS)
        left -= hours
        worked.append((day, hours))
    return sorted(worked)


def _shift(day: dt.date, hours: int) -> dict[str, str]:
    end = _START + hours + _BREAK_HOURS
    return {
        "date": str(day),
        "start": f"{_START:02}:00",
        "end": f"{end:02}:00",
        "break_minutes": str(_BREAK_HOURS * 60),
    }


def _employee(facts: Facts, row: int) -> dict[str, Any]:
    people, tax, contributions = facts.employments, facts.tax, facts.contributions
    method = TaxMethod(int(tax.method[row])).code
    bits = int(people.rest_weekdays[row])
    employee: dict[str, Any] = {
        "hired_on": str(date_of(int(people.hired_on[row]))),
        "employment_type": EmploymentType(int(people.employment_type[row])).code,
        "hours_system": HoursSystem(int(people.hours_system[row])).code,
        "rest_weekdays": [str(day) for day in range(1, 8) if bits >> (day - 1) & 1],
        "tax": {
            "method": method,
            "deduct_60000": _flag(tax.is_deduct_60000[row]),
            "first_wage_income_of_year": _flag(tax.is_first_wage_of_year[row]),
        },
    }
    if contributions.is_insured[row]:
        base = int(contributions.contribution_base_fen[row])
        employee["contribution_base"] = format_fen(base)
        rate = int(contributions.work_injury_rate_micro[row])
        employee["work_injury_rate"] = format_micro(rate)
    if contributions.has_fund[row]:
        employee["housing_fund"] = {
            "base": format_fen(int(contributions.fund_base_fen[row])),
            "employee_rate": format_micro(int(contributions.fund_employee_rate_micro[row])),
            "employer_rate": format_micro(int(contributions.fund_employer_rate_micro[row])),
        }
    if facts.time_wages.has_average_monthly_wage[row]:
        average = int(facts.time_wages.average_monthly_wage_fen[row])
        employee["average_monthly_wage"] = format_fen(average)
    if tax.has_year_to_date[row] and not tax.is_month_counted[row]:
        before = tax.year_to_date
        employee["tax"]["year_to_date"] = {
            "income": format_fen(int(before.income_fen[row])),
            "insurance_and_fund": format_fen(int(before.insurance_and_fund_fen[row])),
            "special": format_fen(int(before.special_fen[row])),
            "other": format_fen(int(before.other_fen[row])),
            "personal_pension": format_fen(int(before.personal_pension_fen[row])),
            "months": str(int(before.months[row])),
            "withheld": format_fen(int(before.withheld_fen[row])),
            "separate_bonus_used": _flag(before.is_separate_bonus_used[row]),
        }
    return employee


def _company(facts: Facts) -> dict[str, Any]:
    policy = facts.policies[0]
    company: dict[str, Any] = {
        "quality_basis": policy.quality_basis.value,
        "night_allowance": format_fen(policy.night_allowance_fen),
        "attendance_bonus": format_fen(policy.attendance_bonus_fen),
        "holiday_day_wage": format_fen(policy.holiday_day_wage_fen),
        "irregular_holiday_pay": _flag(policy.has_irregular_holiday_pay),
    }
    if policy.quality_tiers:
        company["quality_tiers"] = [
            {"accuracy_from": format_micro(start), "factor": format_micro(factor)}
            for start, factor in policy.quality_tiers
        ]
    return company


def _amounts(facts: Facts, row: int) -> dict[str, Any]:
    """Return the agreed amounts of the month as the scenario groups them; of one code their sum.

    What happens once (a bonus, a claim for damages, severance) belongs to no other month.
    """
    rows = facts.amounts
    sums: dict[tuple[str, str], int] = {}
    singles: dict[str, int] = {}
    for index in np.flatnonzero(rows.employee == row).tolist():
        kind, amount = AmountKind(int(rows.kind[index])), int(rows.amount_fen[index])
        if kind in _SINGLE_KEYS:
            singles[_SINGLE_KEYS[kind]] = singles.get(_SINGLE_KEYS[kind], 0) + amount
        elif kind in _AMOUNT_KEYS:
            key = _AMOUNT_KEYS[kind], facts.codes[int(rows.code[index])]
            sums[key] = sums.get(key, 0) + amount
    found: dict[str, Any] = {key: format_fen(amount) for key, amount in singles.items()}
    for (group, code), amount in sums.items():
        found.setdefault(group, {})[code] = format_fen(amount)
    if facts.contributions.has_given_total[row]:
        given = int(facts.contributions.given_total_fen[row])
        found["employee_insurance"] = format_fen(given)
    return found


def _flag(value: object) -> str:
    return "true" if value else "false"

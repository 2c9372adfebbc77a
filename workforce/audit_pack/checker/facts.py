"""A scenario, a mapping of text, as plain facts: one person, some months.

Amounts are whole fen, prices whole millionths of a yuan, hours and days fractions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from fractions import Fraction
from typing import Any

from .figures import parse_fen, parse_hours, parse_micro
from .period import Period

DAY_MINUTES = 24 * 60
MICRO_IN_FEN = 10_000


class Work(IntEnum):
    """As what an hour of work counts; a tie of remainders goes to the lower one."""

    NORMAL = 0
    WEEKDAY = 1
    REST = 2
    HOLIDAY = 3


USUAL_METHODS = {"intern": "intern", "labor_service": "labor_service"}
HOURS_WORDS = {
    "normal": Work.NORMAL,
    "weekday_overtime": Work.WEEKDAY,
    "rest_day": Work.REST,
    "holiday": Work.HOLIDAY,
}


@dataclass(frozen=True)
class Shift:
    """Minutes count from midnight of the start day; `end` may lie beyond 24 h."""

    on: date
    start: int
    end: int
    break_minutes: int
    in_lieu: bool


@dataclass(frozen=True)
class Output:
    """Accepted pieces of one day; with `shares`, a group's, of which `own_share` (from 1) is ours."""

    on: date
    task_type: str
    quantity: int
    price: int
    batch: str | None
    hours: Work | None
    shares: tuple[Fraction, ...] = ()
    own_share: int = 0

    @property
    def value(self) -> int:
        """Value in millionths of a yuan."""
        if self.shares:
            return self.share * MICRO_IN_FEN
        return self.quantity * self.price

    @property
    def share(self) -> int:
        """Our part of the pot in fen: both rounded to the fen, the left-over ones by remainder."""
        pot = (2 * self.quantity * self.price + MICRO_IN_FEN) // (2 * MICRO_IN_FEN)
        exact = [pot * weight / sum(self.shares) for weight in self.shares]
        parts = [each.numerator // each.denominator for each in exact]
        places = range(len(parts))
        for place in sorted(places, key=lambda place: parts[place] - exact[place])[
            : pot - sum(parts)
        ]:
            parts[place] += 1
        return parts[self.own_share - 1]


@dataclass(frozen=True)
class Inspection:
    """One sample of a batch, or of a task type's output without a batch."""

    batch: str | None
    task_type: str | None
    sampled: int
    errors: int


@dataclass(frozen=True)
class Fund:
    """Housing fund: base in fen, rates as fractions."""

    base: int
    employee_rate: Fraction
    employer_rate: Fraction


@dataclass(frozen=True)
class YearToDate:
    """What this employer's calendar year held before the first month given.

    `has_earlier_employment`: it also counts months of an earlier employment here. `is_month_counted`:
    an earlier payment of the first month given has counted it; None where the file does not say.
    """

    income: int = 0
    insurance_and_fund: int = 0
    special: int = 0
    other: int = 0
    months: int = 0
    withheld: int = 0
    personal_pension: int = 0
    professional_certificate: int = 0
    separate_bonus_used: bool = False
    has_rent: bool = False
    has_housing_loan: bool = False
    has_earlier_employment: bool = False
    is_month_counted: bool | None = None


@dataclass(frozen=True)
class Employee:
    """The employment."""

    hired_on: date
    separated_on: date | None
    employment_type: str
    hours_system: str
    rest_weekdays: frozenset[int]
    rest_dates: frozenset[date] | None
    contribution_base: int | None
    work_injury_rate: Fraction | None
    fund: Fund | None
    average_monthly_wage: int | None
    tax_method: str
    deduct_60000: bool
    first_wage_income_of_year: bool
    year_to_date: YearToDate | None

    def employs(self, on: date) -> bool:
        """Tell whether a day is an employed day."""
        return self.hired_on <= on and (self.separated_on is None or on <= self.separated_on)

    def has_left_before(self, period: Period) -> bool:
        """Tell whether no day of the month is an employed day any more."""
        return self.separated_on is not None and self.separated_on < period.first_on


@dataclass(frozen=True)
class Company:
    """The employer's policy; tiers are pairs (accuracy from, factor)."""

    quality_basis: str
    tiers: tuple[tuple[Fraction, Fraction], ...]
    night_allowance: int
    attendance_bonus: int
    holiday_day_wage: int
    irregular_holiday_pay: bool
    union_fund: bool


@dataclass(frozen=True)
class Month:
    """One month's facts, named as in the file.

    `earlier_shifts` are of days before it, which its weeks and late output look at; they are not
    paid here. `earlier_periods`: earlier months in which a period of comprehensive hours ended, each
    with hours before the month and the period's standard. `is_extra`: named amounts only are paid,
    beside the month's pay.
    """

    period: Period
    is_extra: bool
    base_pay: int
    overtime_base: int | None
    earnings: Mapping[str, int]
    untaxed_earnings: Mapping[str, int]
    trainee_allowance: int
    adjustments: tuple[tuple[Period, int, str], ...]
    attendance: str
    given_days: tuple[Fraction, Fraction, Fraction] | None
    late_count: int
    hours_worked: Fraction | None
    shifts: tuple[Shift, ...]
    earlier_shifts: tuple[Shift, ...]
    hours_to_date: Fraction
    standard_hours: Fraction
    period_ends: bool
    earlier_periods: tuple[tuple[Period, Fraction, Fraction], ...]
    leave: tuple[tuple[str, date, date, Fraction], ...]
    unused_leave_days: Fraction
    output: tuple[Output, ...]
    inspections: tuple[Inspection, ...]
    damages: int
    other_deductions: Mapping[str, int]
    employee_insurance: int | None
    special: Mapping[str, int]
    other_tax: Mapping[str, int]
    annual_bonus: int
    separate_bonus: int
    labor_service_income: int
    severance_wage: int | None
    severance_agreed: int | None
    disabled_levy: int
    base_differences: tuple[tuple[Period, int, int | None], ...]


@dataclass(frozen=True)
class Facts:
    """The whole scenario."""

    region: str
    employee: Employee
    company: Company
    months: tuple[Month, ...]


def read(scenario: Mapping[str, Any]) -> Facts:
    """Read a scenario whose scalars are all text."""
    return Facts(
        region=scenario["region"],
        employee=_employee(scenario["employee"]),
        company=_company(scenario.get("company", {})),
        months=tuple(_month(each) for each in scenario["months"]),
    )


def _employee(given: Mapping[str, Any]) -> Employee:
    tax = given.get("tax", {})
    fund = given.get("housing_fund")
    to_date = tax.get("year_to_date")
    dates = given.get("rest_dates")
    kind = given.get("employment_type", "full_time")
    return Employee(
        hired_on=date.fromisoformat(given["hired_on"]),
        separated_on=date.fromisoformat(given["separated_on"]) if "separated_on" in given else None,
        employment_type=kind,
        hours_system=given.get("hours_system", "standard"),
        rest_weekdays=frozenset(int(each) for each in given.get("rest_weekdays", ["6", "7"])),
        rest_dates=None if dates is None else frozenset(map(date.fromisoformat, dates)),
        contribution_base=_amount(given, "contribution_base"),
        work_injury_rate=_fraction(given, "work_injury_rate"),
        fund=fund
        and Fund(
            parse_fen(fund["base"]),
            Fraction(fund["employee_rate"]),
            Fraction(fund["employer_rate"]),
        ),
        average_monthly_wage=_amount(given, "average_monthly_wage"),
        tax_method=tax.get("method", USUAL_METHODS.get(kind, "cumulative")),
        deduct_60000=_flag(tax, "deduct_60000"),
        first_wage_income_of_year=_flag(tax, "first_wage_income_of_year"),
        year_to_date=None if to_date is None else _year_to_date(to_date),
    )


def _year_to_date(given: Mapping[str, str]) -> YearToDate:
    names = ["income", "insurance_and_fund", "special", "other", "withheld", "personal_pension"]
    names.append("professional_certificate")
    amounts = {name: parse_fen(given[name]) for name in names if name in given}
    return YearToDate(
        **amounts,
        months=int(given.get("months", "0")),
        separate_bonus_used=_flag(given, "separate_bonus_used"),
        has_rent=_flag(given, "rent"),
        has_housing_loan=_flag(given, "housing_loan"),
        has_earlier_employment=_flag(given, "earlier_employment"),
        is_month_counted=_flag(given, "month_counted") if "month_counted" in given else None,
    )


def _company(given: Mapping[str, Any]) -> Company:
    tiers = [
        (Fraction(tier["accuracy_from"]), Fraction(tier["factor"]))
        for tier in given.get("quality_tiers", [])
    ]
    return Company(
        quality_basis=given.get("quality_basis", "price"),
        tiers=tuple(tiers),
        night_allowance=_amount(given, "night_allowance") or 0,
        attendance_bonus=_amount(given, "attendance_bonus") or 0,
        holiday_day_wage=_amount(given, "holiday_day_wage") or 0,
        irregular_holiday_pay=_flag(given, "irregular_holiday_pay"),
        union_fund=_flag(given, "union_fund"),
    )


def _month(given: Mapping[str, Any]) -> Month:
    attendance = given.get("attendance", "full")
    days = None if isinstance(attendance, str) else attendance
    comprehensive = given.get("comprehensive", {})
    bonuses = given.get("annual_bonus", [])
    bonuses = [bonuses] if isinstance(bonuses, Mapping) else bonuses
    return Month(
        period=Period.parse(given["month"]),
        is_extra=_flag(given, "extra"),
        base_pay=_amount(given, "base_pay") or 0,
        overtime_base=_amount(given, "overtime_base"),
        earnings=_amounts(given, "earnings"),
        untaxed_earnings=_amounts(given, "untaxed_earnings"),
        trainee_allowance=_amount(given, "trainee_allowance") or 0,
        adjustments=tuple(
            (Period.parse(each["for_month"]), parse_fen(each["amount"]), each.get("reason", ""))
            for each in given.get("adjustments", [])
        ),
        attendance="given" if days is not None else str(attendance),
        given_days=days
        and (
            Fraction(days["scheduled_days"]),
            Fraction(days["attended_days"]),
            Fraction(days["unpaid_days"]),
        ),
        late_count=int(given.get("late_count", "0")),
        hours_worked=parse_hours(given["hours_worked"]) if "hours_worked" in given else None,
        shifts=tuple(_shift(each) for each in given.get("shifts", [])),
        earlier_shifts=tuple(_shift(each) for each in given.get("earlier_shifts", [])),
        hours_to_date=parse_hours(comprehensive.get("hours_to_date", "0")),
        standard_hours=parse_hours(comprehensive.get("standard_hours", "0")),
        period_ends=_flag(comprehensive, "period_ends"),
        earlier_periods=tuple(
            (
                Period.parse(each["month"]),
                parse_hours(each["hours_to_date"]),
                parse_hours(each["standard_hours"]),
            )
            for each in given.get("earlier_comprehensive", [])
        ),
        leave=tuple(
            (
                each["kind"],
                date.fromisoformat(each["from"]),
                date.fromisoformat(each["to"]),
                Fraction(1, 2) if _flag(each, "half") else Fraction(1),
            )
            for each in given.get("leave", [])
        ),
        unused_leave_days=Fraction(given.get("unused_leave_days", "0")),
        output=tuple(
            output
            for output in map(_output, given.get("output", []))
            # Who has no weight has no part in it and has not worked for it.
            if not output.shares or output.shares[output.own_share - 1]
        ),
        inspections=tuple(
            Inspection(
                each.get("batch"),
                each.get("task_type"),
                int(each["sampled_qty"]),
                int(each["error_qty"]),
            )
            for each in given.get("inspections", [])
        ),
        damages=_amount(given, "damages") or 0,
        other_deductions=_amounts(given, "other_deductions"),
        employee_insurance=_amount(given, "employee_insurance"),
        special=_amounts(given, "special_additional_deductions"),
        other_tax=_amounts(given, "other_tax_deductions"),
        annual_bonus=sum(parse_fen(each["amount"]) for each in bonuses),
        separate_bonus=sum(
            parse_fen(each["amount"]) for each in bonuses if each["taxation"] == "separate"
        ),
        labor_service_income=_amount(given, "labor_service_income") or 0,
        severance_wage=_amount(given.get("severance", {}), "average_wage"),
        severance_agreed=_amount(given.get("severance", {}), "agreed_amount"),
        disabled_levy=_amount(given.get("employer_costs", {}), "disabled_levy") or 0,
        base_differences=tuple(
            (
                Period.parse(each["for_month"]),
                parse_fen(each["charged_base"]),
                _amount(each, "owed_base"),
            )
            for each in given.get("base_differences", [])
        ),
    )


def _shift(given: Mapping[str, str]) -> Shift:
    start, end = _clock(given["start"]), _clock(given["end"])
    return Shift(
        on=date.fromisoformat(given["date"]),
        start=start,
        end=end if end > start else end + DAY_MINUTES,
        break_minutes=int(given.get("break_minutes", "0")),
        in_lieu=_flag(given, "in_lieu"),
    )


def _output(given: Mapping[str, Any]) -> Output:
    return Output(
        on=date.fromisoformat(given["date"]),
        task_type=given["task_type"],
        quantity=int(given["accepted_qty"]),
        price=parse_micro(given["piece_price"]),
        batch=given.get("batch"),
        hours=HOURS_WORDS[given["hours"]] if "hours" in given else None,
        shares=tuple(map(parse_hours, given.get("shares", []))),
        own_share=int(given.get("own_share", "0")),
    )


def _clock(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _flag(given: Mapping[str, Any], key: str) -> bool:
    return bool(given.get(key, "false") == "true")


def _amount(given: Mapping[str, Any], key: str) -> int | None:
    return parse_fen(given[key]) if key in given else None


def _amounts(given: Mapping[str, Any], key: str) -> dict[str, int]:
    return {code: parse_fen(text) for code, text in given.get(key, {}).items()}


def _fraction(given: Mapping[str, Any], key: str) -> Fraction | None:
    return Fraction(given[key]) if key in given else None

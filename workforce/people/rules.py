"""What must be true of employments and pay profiles, however they are entered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from workforce.core.errors import InputError
from workforce.core.identity import check_credit_code
from workforce.core.money import MICRO, format_micro

WORKWEEK_DAYS: Final = 7
REST_DAYS_OF_STANDARD_HOURS: Final = 2

PROFILE_COLUMNS: Final = (
    "base_pay_amount",
    "overtime_base_amount",
    "contribution_base_amount",
    "fund_base_amount",
    "fund_employee_rate",
    "fund_employer_rate",
    "average_monthly_wage_amount",
    "tax_method",
    "is_deduct_60000",
    "is_first_wage_of_year",
    "pay_cycle",
)
"""What a pay profile says, besides when it holds."""

PROFILE_DEFAULTS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(PROFILE_COLUMNS),
    "base_pay_amount": 0,
    "tax_method": "cumulative",
    "is_deduct_60000": False,
    "is_first_wage_of_year": False,
    "pay_cycle": "month",
}


def check_dates(hired_on: dt.date, separated_on: dt.date | None) -> None:
    """Refuse an employment that ends before it begins."""
    if separated_on is not None and separated_on < hired_on:
        raise InputError("employment.dates", hired_on=hired_on, separated_on=separated_on)


def check_contract(
    kind: str | None, until: dt.date | None, hired_on: dt.date, separated_on: dt.date | None
) -> None:
    """Refuse a contract whose end does not fit its kind, or that ends before it begins.

    Only what is fixed has an end, and then it must be known: what is not could never be found to be over.
    Of who has left it need not be.
    """
    is_fixed = kind == "fixed_term"
    if until is not None and not is_fixed:
        raise InputError("employment.contract_end_unfit", until=until)
    if is_fixed and until is None and separated_on is None:
        raise InputError("employment.contract_end_missing")
    if until is not None and until < hired_on:
        raise InputError("employment.contract_dates", hired_on=hired_on, until=until)


def check_dispatch(employment_type: str, sender: str | None, sender_code: str | None) -> None:
    """Refuse a sending unit of somebody who is not dispatched, and a code without a name.

    That nobody knows yet who sends somebody is not refused: the month's checks ask for it.
    """
    if sender is not None and employment_type != "dispatched":
        raise InputError("employment.sender_unfit", sender=sender)
    if sender_code is not None:
        if sender is None:
            raise InputError("employment.sender_missing", code=sender_code)
        check_credit_code(sender_code)


def check_rest_weekdays(rest_weekdays: str, hours_system: str) -> None:
    """Refuse rest days that are not distinct ISO weekdays, or fewer than the law's two."""
    days = set(rest_weekdays)
    enough = len(days) >= REST_DAYS_OF_STANDARD_HOURS or hours_system != "standard"
    known = days <= {str(day) for day in range(1, WORKWEEK_DAYS + 1)}
    if not (enough and known and len(days) == len(rest_weekdays) < WORKWEEK_DAYS):
        raise InputError("employment.rest_weekdays", value=rest_weekdays)


class Span(NamedTuple):
    """The days of an employment, both ends included."""

    hired_on: dt.date
    separated_on: dt.date | None
    employee_no: str


def refuse_same_days(span: Span, others: Iterable[Span]) -> None:
    """Refuse two employments of one person in one company over the same days."""
    for other in others:
        starts_in_time = span.separated_on is None or other.hired_on <= span.separated_on
        ends_in_time = other.separated_on is None or other.separated_on >= span.hired_on
        if starts_in_time and ends_in_time:
            raise InputError("employment.overlap", employee_no=other.employee_no)


def check_month_start(on: dt.date) -> None:
    """Refuse a day that is not the first of a month."""
    if on.day != 1:
        raise InputError("dated.not_first", on=on)


def check_profile(facts: Mapping[str, Any]) -> None:
    """Refuse pay facts that contradict one another."""
    for name, value in facts.items():
        if name.endswith("_amount") and value is not None:
            refuse_negative(value)
        if name.endswith("_rate") and value is not None and not 0 <= value <= MICRO:
            raise InputError("profile.rate", value=format_micro(value))
    fund = [facts["fund_base_amount"], facts["fund_employee_rate"], facts["fund_employer_rate"]]
    if any(value is None for value in fund) and any(value is not None for value in fund):
        raise InputError("profile.fund")
    if facts["is_deduct_60000"] and facts["is_first_wage_of_year"]:
        raise InputError("profile.tax")


def refuse_negative(value: int) -> None:
    """Refuse an amount or count below zero."""
    if value < 0:
        raise InputError("profile.negative", value=value)

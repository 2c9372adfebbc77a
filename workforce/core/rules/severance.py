"""Severance: how many months' wages a service is worth, at which wage, and who may have any.

劳动合同法 art 47 and 劳动合同法实施条例 art 27. Both ends of the employment are days of service. A month
that lacks the day of hiring (31 August, six months later) is full with its last day but one.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from workforce.core.facts import (
    OPEN_END,
    AmountKind,
    EmploymentType,
    Facts,
    Mask,
    date_of,
    day_number,
)
from workforce.core.fault_log import FaultLog
from workforce.core.money import MICRO, Column, round_half_up

MONTHS_IN_YEAR: Final = 12
KINDS: Final = (AmountKind.SEVERANCE_WAGE, AmountKind.SEVERANCE_AGREED)
TYPES: Final = (EmploymentType.FULL_TIME, EmploymentType.DISPATCHED)
"""Whose employment ends with a claim: part-time people have none (art 71), others no such contract."""


def check(facts: Facts, faults: FaultLog) -> None:
    """Refuse severance of those who have no claim, do not leave, or whose wage is not known."""
    rows, people = facts.amounts, facts.employments
    asked = np.flatnonzero(np.isin(rows.kind, KINDS))
    who = rows.employee[asked]
    kind = people.employment_type[who]
    has_claim = np.isin(kind, TYPES)
    faults.add(
        "pay.severance_for_type",
        "amounts",
        who[~has_claim],
        {"employment_type": [EmploymentType(each).code for each in kind[~has_claim].tolist()]},
        row=asked[~has_claim],
    )
    first, last = day_number(facts.period.first_on), day_number(facts.period.last_on)
    stays = (people.separated_on[who] < first) | (people.separated_on[who] > last)
    faults.add("pay.severance_without_separation", "amounts", who[stays], row=asked[stays])
    unknown = ~is_given(facts, AmountKind.SEVERANCE_WAGE)[who]
    faults.add("pay.severance_wage_missing", "amounts", who[unknown], row=asked[unknown])


def is_given(facts: Facts, kind: AmountKind) -> Mask:
    """Tell for whom an amount of a kind is given, be it 0."""
    is_so = np.zeros(facts.size, dtype=np.bool_)
    is_so[facts.amounts.employee[facts.amounts.kind == kind]] = True
    return is_so


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Full years, months and days of service, one row an employee; 0 for those who are not asked."""

    years: Column
    months: Column
    days: Column


def service(facts: Facts, who: Mask) -> Service:
    """Return the service of some leavers, from the hire to the last day; who stays has none."""
    years, months, days = np.zeros((3, facts.size), dtype=np.int64)
    people = facts.employments
    for index in np.flatnonzero(who & (people.separated_on != OPEN_END)).tolist():
        hired_on = date_of(int(people.hired_on[index]))
        last_on = date_of(int(people.separated_on[index]))
        years[index], months[index], days[index] = length_of_service(hired_on, last_on)
    return Service(years=years, months=months, days=days)


def length_of_service(hired_on: date, last_on: date) -> tuple[int, int, int]:
    """Return full years, months and days from the first day of work to the last, both included."""
    end_on = last_on + timedelta(days=1)
    full = _full_months(hired_on, end_on)
    return (*divmod(full, MONTHS_IN_YEAR), (end_on - _later(hired_on, full)).days)


def _full_months(start_on: date, end_on: date) -> int:
    count = (end_on.year - start_on.year) * MONTHS_IN_YEAR + end_on.month - start_on.month
    return count if _later(start_on, count) <= end_on else count - 1


def _later(on: date, months: int) -> date:
    """Return the same day some months later, or the last day of a month that is too short."""
    year, index = divmod(on.month - 1 + months, MONTHS_IN_YEAR)
    last = calendar.monthrange(on.year + year, index + 1)[1]
    return date(on.year + year, index + 1, min(on.day, last))


def months_of_wage(
    worked: Service, whole_year_months: Column, short_rate_micro: Column, who: Mask
) -> Column:
    """Return the months' wages that a service is worth, in millionths of a month.

    One for each full year; for what is left one from six months on, half a month below.
    """
    is_whole = worked.months >= whole_year_months
    has_rest = (worked.months > 0) | (worked.days > 0)
    rest = np.where(is_whole, MICRO, np.where(has_rest, short_rate_micro, 0))
    return np.where(who, worked.years * MICRO + rest, 0)


def statutory(
    wage_fen: Column, limit_year_fen: Column, months_micro: Column, is_capped: Mask
) -> Column:
    """Return wage × months; of those over the limit, a twelfth of the limit of a year × months."""
    wage = np.where(is_capped, limit_year_fen, wage_fen)
    return round_half_up(wage * months_micro, np.where(is_capped, MONTHS_IN_YEAR, 1) * MICRO)

"""Where each employee stands: in the calendar year here, and with other employers.

The year to date is kept by one employer for one person (国家税务总局公告2018年第61号 art 6): who
comes back within the year goes on from the last payslip of the earlier employment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from workforce.core.facts import OPEN_END, YearToDate, date_of, day_number
from workforce.core.period import PayPeriod

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workforce.core.facts import Mask
    from workforce.core.money import Column
    from workforce.payroll.facts.reading import MonthTables

# Column of YearToDate → column of the payslip, column of the opening (None: it does not say).
_SOURCES: Final = {
    "income_fen": ("tax_income_amount", "income_amount"),
    "insurance_and_fund_fen": ("tax_insurance_and_fund_amount", "insurance_and_fund_amount"),
    "special_fen": ("tax_special_amount", "special_amount"),
    "other_fen": ("tax_other_amount", "other_amount"),
    "personal_pension_fen": ("tax_personal_pension_amount", "personal_pension_amount"),
    "certificate_fen": ("tax_certificate_amount", "certificate_amount"),
    "withheld_fen": ("tax_withheld_amount", "withheld_amount"),
    "months": ("tax_months", "months"),
    "is_separate_bonus_used": ("is_separate_bonus_used", "is_separate_bonus_used"),
    "has_rent": ("has_rent", None),
    "has_housing_loan": ("has_housing_loan", None),
}
_UNDECIDED: Final = 2**63 - 1
"""A run that nobody has approved goes on from all that are."""


@dataclass(frozen=True, slots=True)
class Gap:
    """An employee whose year to date does not reach the last month employed here before this one."""

    position: int
    due: PayPeriod
    reached: PayPeriod | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """One element an employee, in the order of ``MonthTables.employments``."""

    has_year_to_date: Mask
    is_month_counted: Mask
    year_to_date: YearToDate
    has_other_employment: Mask
    gaps: tuple[Gap, ...]


def find_standings(tables: MonthTables, company_id: int, period: PayPeriod) -> Standings:
    """Find each employee's last treated month of the year, from a payslip or from an opening."""
    people = tables.employments.values["person_id"]
    person_of = dict(
        zip(tables.kin.values["employment_id"], tables.kin.values["person_id"], strict=True)
    )
    treated, paid_through = _last_treated(tables, person_of)
    due = _due_days(tables, company_id, period)
    elsewhere = _employed_elsewhere(tables, company_id, period)
    gaps = []
    for position, person in enumerate(people):
        reached = paid_through.get(person)
        if person in due and (reached is None or day_number(reached.last_on) < due[person]):
            gaps.append(Gap(position, _payment_of(due[person], period), reached))
    row = np.array([treated[person][1] if person in treated else -1 for person in people], np.int64)
    return Standings(
        has_year_to_date=row >= 0,
        is_month_counted=np.array(
            [person in treated and treated[person][0].whole == period.whole for person in people],
            np.bool_,
        ),
        year_to_date=_year_to_date(tables, row),
        has_other_employment=np.array([person in elsewhere for person in people], np.bool_),
        gaps=tuple(gaps),
    )


def _last_treated(
    tables: MonthTables, person_of: dict[int, int]
) -> tuple[dict[int, tuple[PayPeriod, int]], dict[int, PayPeriod]]:
    """Return, by person, the last treated month and its row, and the last month paid as a whole.

    Rows are those of payslips, then of openings. Of several payslips of a month that decided last
    speaks, of a payslip and an opening of the same month the payslip.
    """
    states, openings = tables.states, tables.openings
    employments = (*states.values["employment_id"], *openings.values["employment_id"])
    periods = (*states.values["period"], *openings.values["through_period"])
    wholes = (*states.values["reached_period"], *openings.values["through_period"])
    decided = [
        _UNDECIDED if number is None else number for number in states.values["decided_number"]
    ]
    numbers = (*decided, *[0] * openings.size)
    last: dict[int, tuple[PayPeriod, int, int]] = {}
    through: dict[int, PayPeriod] = {}
    for row, (employment, text, whole, number) in enumerate(
        zip(employments, periods, wholes, numbers, strict=True)
    ):
        person = person_of[employment]
        found = (PayPeriod.parse(text), number, row)
        if person not in last or found[:2] > last[person][:2]:
            last[person] = found
        if whole is not None:
            reached = PayPeriod.parse(whole)
            through[person] = max(reached, through.get(person, reached))
    return {person: (period, row) for person, (period, _, row) in last.items()}, through


def _payment_of(day: int, period: PayPeriod) -> PayPeriod:
    """Return the payment before ``period`` that a day is in: its month, or the half month beside."""
    month = PayPeriod.of(date_of(day))
    return period.previous() if month == period.whole else month


def _due_days(tables: MonthTables, company_id: int, period: PayPeriod) -> dict[int, int]:
    """Return, by person, the last day before ``period`` in its year employed in the company."""
    kin = tables.kin
    january = day_number(PayPeriod(period.year, 1).first_on)
    until = day_number(period.first_on)
    due: dict[int, int] = {}
    for company, person, hired, separated in zip(
        kin.values["company_id"],
        kin.values["person_id"],
        kin.days("hired_on").tolist(),
        kin.days("separated_on", missing=OPEN_END).tolist(),
        strict=True,
    ):
        if company != company_id or hired >= until:
            continue
        last = min(separated, until - 1)
        if last >= january:
            due[person] = max(last, due.get(person, last))
    return due


def _employed_elsewhere(tables: MonthTables, company_id: int, period: PayPeriod) -> set[int]:
    """Return the persons who work for another company in the month."""
    kin = tables.kin
    here = kin.ints("company_id") == company_id
    starts = kin.days("hired_on") <= day_number(period.last_on)
    ends = kin.days("separated_on", missing=OPEN_END) < day_number(period.first_on)
    persons: Column = kin.ints("person_id")[~here & starts & ~ends]
    return set(persons.tolist())


def _year_to_date(tables: MonthTables, row: Column) -> YearToDate:
    """Pick each employee's row; -1 gives zeros."""
    states, openings = tables.states, tables.openings
    columns: dict[str, Any] = {}
    for name, (of_state, of_opening) in _SOURCES.items():
        later: Sequence[Any] = (
            openings.values[of_opening] if of_opening else [False] * openings.size
        )
        kind = np.bool_ if name.startswith(("is_", "has_")) else np.int64
        # The zero at the end is what index -1 picks.
        columns[name] = np.array([*states.values[of_state], *later, 0], dtype=kind)[row]
    return YearToDate(**columns)

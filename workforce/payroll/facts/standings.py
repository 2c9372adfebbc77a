"""Where each employee stands: in the calendar year here, and with other employers.

The year to date is kept by one employer for one person (国家税务总局公告2018年第61号 art 6): who
comes back within the year goes on from the last payslip of the earlier employment. Wages go on from
wages alone: what an intern or somebody paid for services had is another income, with a year of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from workforce.core.facts import OPEN_END, TaxMethod, YearToDate, date_of, day_number
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
_CUMULATIVE_SERVICE: Final = (TaxMethod.INTERN.code, TaxMethod.PLATFORM.code)
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
    """One element an employee, in the order of ``MonthTables.employments``.

    ``has_cumulative_service``: was paid for services here this year by a cumulative method.
    """

    has_year_to_date: Mask
    has_cumulative_service: Mask
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
    last = _of_method(tables, treated)
    known = {person for person, _ in treated}
    serving = {person for person, method in treated if method in _CUMULATIVE_SERVICE}
    due = _due_days(tables, company_id, period)
    elsewhere = _employed_elsewhere(tables, company_id, period)
    gaps = []
    for position, person in enumerate(people):
        reached = paid_through.get(person)
        if person in due and (reached is None or day_number(reached.last_on) < due[person]):
            gaps.append(Gap(position, _payment_of(due[person], period), reached))
    row = np.array([-1 if found is None else found.row for found in last], np.int64)
    return Standings(
        # Whoever was taxed by another method alone begins, which is known, too.
        has_year_to_date=np.array([person in known for person in people], np.bool_),
        has_cumulative_service=np.array([person in serving for person in people], np.bool_),
        is_month_counted=np.array(
            [found is not None and found.period.whole == period.whole for found in last], np.bool_
        ),
        year_to_date=_year_to_date(tables, row),
        has_other_employment=np.array([person in elsewhere for person in people], np.bool_),
        gaps=tuple(gaps),
    )


class _Treated(NamedTuple):
    """A month that was paid: its period, the number of its run's decision, and the row that says so."""

    period: PayPeriod
    number: int
    row: int


_Key = tuple[int, str | None]
"""Person and method of withholding; None: of an opening, which is of whatever method there is now."""


def _last_treated(
    tables: MonthTables, person_of: dict[int, int]
) -> tuple[dict[_Key, _Treated], dict[int, PayPeriod]]:
    """Return, by person and method, the last treated month; by person the last paid as a whole.

    Rows are those of payslips, then of openings. Of several payslips of a month that decided last
    speaks.
    """
    states, openings = tables.states, tables.openings
    employments = (*states.values["employment_id"], *openings.values["employment_id"])
    methods = (*states.values["tax_method"], *[None] * openings.size)
    periods = (*states.values["period"], *openings.values["through_period"])
    wholes = (*states.values["reached_period"], *openings.values["through_period"])
    decided = [
        _UNDECIDED if number is None else number for number in states.values["decided_number"]
    ]
    numbers = (*decided, *[0] * openings.size)
    last: dict[_Key, _Treated] = {}
    through: dict[int, PayPeriod] = {}
    for row, (employment, method, text, whole, number) in enumerate(
        zip(employments, methods, periods, wholes, numbers, strict=True)
    ):
        person = person_of[employment]
        found = _Treated(PayPeriod.parse(text), number, row)
        last[person, method] = max(found, last.get((person, method), found))
        if whole is not None:
            reached = PayPeriod.parse(whole)
            through[person] = max(reached, through.get(person, reached))
    return last, through


def _of_method(tables: MonthTables, treated: dict[_Key, _Treated]) -> list[_Treated | None]:
    """Return what each employee's year goes on from: the last month taxed as this one is.

    Of a payslip and an opening of the same month the payslip speaks.
    """
    people = tables.employments
    method_of = dict(
        zip(
            tables.profiles.values["employment_id"],
            tables.profiles.values["tax_method"],
            strict=True,
        )
    )
    found = []
    for employment, person in zip(
        people.values["employment_id"], people.values["person_id"], strict=True
    ):
        keys: tuple[_Key, _Key] = (person, method_of.get(employment)), (person, None)
        found.append(max((treated[key] for key in keys if key in treated), default=None))
    return found


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

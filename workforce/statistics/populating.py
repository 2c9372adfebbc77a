"""The rows of a month, as the database gives them, made into the columns of a population."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from workforce.core.law import NATIONAL
from workforce.core.money import Column
from workforce.core.period import PayPeriod
from workforce.platform.law_book import law_book
from workforce.statistics import queries
from workforce.statistics.population import (
    SCHEMES,
    STILL_EMPLOYED,
    WAGE_PARTS,
    Codes,
    Flags,
    Population,
)

if TYPE_CHECKING:
    from sqlalchemy import Row

_OVERTIME_LIMIT: Final = "monthly_overtime_limit_minutes"


def active_companies(rows: Sequence[Row[Any]], period: PayPeriod) -> set[int]:
    """Return the companies that employed somebody in a month or paid for it, and did not merely owe something."""
    first_on, last_on = period.first_on, period.last_on
    return {
        row.company_id
        for row in rows
        if row.worked_minutes is not None
        or (row.hired_on <= last_on and (row.separated_on is None or row.separated_on >= first_on))
    }


def population_of(
    rows: Sequence[Row[Any]],
    period: PayPeriod,
    companies: Sequence[Row[Any]],
    with_result: Collection[int],
) -> Population:
    """Turn the rows of ``queries.month_rows`` into columns.

    ``companies`` are the rows of ``queries.company_names``, which number the companies;
    ``with_result`` has the ids of companies whose payroll of the month is known.

    Raises:
        LawMissingError: there is overtime in the month, but no law that limits it.
    """
    numbered = {company.company_id: number for number, company in enumerate(companies)}
    founded = {company.company_id: company.founded_on.toordinal() for company in companies}
    inside = {company.company_id for company in companies if company.is_inside}
    columns = list(zip(*rows, strict=True)) or [()] * len(queries.MONTH_COLUMNS)
    named = dict(zip(queries.MONTH_COLUMNS, columns, strict=True))

    def numbers(values: Iterable[int]) -> Column:
        return np.fromiter(values, np.int64, len(rows))

    def flags(values: Iterable[bool]) -> Flags:
        return np.fromiter(values, np.bool_, len(rows))

    def codes(name: str) -> Codes:
        return np.array(named[name], dtype=np.str_)

    def amounts(name: str) -> Column:
        return numbers(value or 0 for value in named[name])

    def is_set(name: str) -> Flags:
        return flags(bool(value) for value in named[name])

    schemes = np.zeros(len(rows), dtype=np.int64)
    for bit, scheme in enumerate(SCHEMES):
        schemes |= is_set(f"in_{scheme}").astype(np.int64) << bit
    overtime = amounts("overtime_minutes")
    return Population(
        period=period,
        company=numbers(numbered[key] for key in named["company_id"]),
        hired=numbers(on.toordinal() for on in named["hired_on"]),
        separated=numbers(
            STILL_EMPLOYED if on is None else on.toordinal() for on in named["separated_on"]
        ),
        is_person=flags(rank == 1 for rank in named["rank_of_person"]),
        is_person_in_company=flags(rank == 1 for rank in named["rank_in_company"]),
        sex=codes("sex"),
        born=numbers(on.year * 10_000 + on.month * 100 + on.day for on in named["born_on"]),
        education=codes("education"),
        township=codes("township"),
        household=codes("household_category"),
        is_inside=flags(key in inside for key in named["company_id"]),
        key_groups=numbers(named["key_group_bits"]),
        task_type=codes("task_type_code"),
        wages=np.array([amounts(f"{part}_amount") for part in WAGE_PARTS], dtype=np.int64),
        is_paid=flags(value is not None for value in named["worked_minutes"]),
        has_result=flags(key in with_result for key in named["company_id"]),
        schemes=schemes,
        employment_type=codes("employment_type"),
        contract_kind=codes("contract_kind"),
        occupation=codes("occupation"),
        skill_level=codes("skill_level"),
        sender=codes("sender"),
        leaving_cause=codes("leaving_cause"),
        founded=numbers(founded[key] for key in named["company_id"]),
        labour_cost=amounts("employer_cost_amount"),
        floor=amounts("floor_amount"),
        is_below_floor=is_set("is_below_floor"),
        is_topped_up=is_set("is_topped_up"),
        minutes=amounts("worked_minutes"),
        overtime_minutes=overtime,
        is_over_limit=_over_limit(overtime, period),
        arrears=amounts("owed_amount"),
    )


def _over_limit(overtime: Column, period: PayPeriod) -> Flags:
    """Tell who has more overtime (minutes) than the law allows in a month."""
    if not overtime.any():
        return np.zeros(overtime.size, dtype=np.bool_)
    found = law_book().value(_OVERTIME_LIMIT, NATIONAL, period.first_on, "overtime_limit")
    return overtime > found.integer

"""One scenario month as the engine's columns, of length one."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from workforce.core.facts import (
    NONE,
    OPEN_END,
    Adjustments,
    Amounts,
    Attendances,
    BaseDifferences,
    Contributions,
    Employments,
    Facts,
    GroupShares,
    HoursPeriods,
    Inspections,
    Leaves,
    Mask,
    Output,
    RestDates,
    Shifts,
    TaxStandings,
    TimeWages,
    YearToDate,
    day_number,
    month_number,
)
from workforce.core.money import Column
from workforce.core.scenario.model import Employee, Month, OutputRow, Scenario

_MINUTES_IN_DAY: Final = 24 * 60


def facts_of(
    scenario: Scenario, month: Month, year_to_date: YearToDate | None, *, is_month_counted: bool
) -> Facts:
    """Return the facts of one month; `year_to_date` None where nothing is known of the year.

    `is_month_counted`: the month's first half is in the year to date.
    All shifts of the file go along: weeks and nights cross months.
    """
    employee = scenario.employee
    task_types = sorted(
        {row.task_type for row in month.output}
        | {row.task_type for row in month.inspections if row.task_type is not None}
    )
    batches = sorted(
        {row.batch for row in month.output if row.batch is not None}
        | {row.batch for row in month.inspections if row.batch is not None}
    )
    codes = sorted({amount.code for amount in month.amounts if amount.code})
    reasons = sorted({row.reason for row in month.adjustments})
    return Facts(
        period=month.period,
        policies=(scenario.policy,),
        employments=_employment(employee),
        time_wages=TimeWages(
            base_pay_fen=_one(month.base_pay_fen),
            overtime_base_fen=_one(month.overtime_base_fen),
            has_average_monthly_wage=_is(employee.average_monthly_wage_fen is not None),
            average_monthly_wage_fen=_one(employee.average_monthly_wage_fen or 0),
        ),
        contributions=_contributions(employee, month),
        tax=TaxStandings(
            method=_one(employee.tax_method),
            is_month_counted=_is(is_month_counted),
            is_deduct_60000=_is(employee.is_deduct_60000),
            is_first_wage_of_year=_is(employee.is_first_wage_of_year),
            has_year_to_date=_is(year_to_date is not None),
            year_to_date=year_to_date or YearToDate.none(1),
        ),
        attendances=_attendance(month),
        hours_periods=_hours_periods(scenario),
        rest_dates=_rest_dates(employee),
        shifts=_shifts(scenario),
        leaves=_leaves(month),
        output=_output(own_output(month), task_types, batches),
        group_shares=_group_shares(shared_output(month), task_types, batches),
        inspections=_inspections(month, task_types, batches),
        amounts=_amounts(month, codes),
        adjustments=Adjustments(
            employee=_zeros(len(month.adjustments)),
            for_month=_ints([month_number(row.for_month) for row in month.adjustments]),
            reason=_ints([reasons.index(row.reason) for row in month.adjustments]),
            amount_fen=_ints([row.fen for row in month.adjustments]),
        ),
        base_differences=_base_differences(month),
        task_types=tuple(task_types),
        batches=tuple(batches),
        codes=tuple(codes),
        reasons=tuple(reasons),
        is_extra=month.is_extra,
    )


def year_before(employee: Employee) -> YearToDate | None:
    """Return the year to date that the file states, as columns."""
    given = employee.year_before
    if given is None:
        return None
    return YearToDate(
        income_fen=_one(given.income_fen),
        insurance_and_fund_fen=_one(given.insurance_and_fund_fen),
        special_fen=_one(given.special_fen),
        other_fen=_one(given.other_fen),
        personal_pension_fen=_one(given.personal_pension_fen),
        certificate_fen=_one(given.certificate_fen),
        withheld_fen=_one(given.withheld_fen),
        months=_one(given.months),
        is_separate_bonus_used=_is(given.is_separate_bonus_used),
        has_rent=_is(given.has_rent),
        has_housing_loan=_is(given.has_housing_loan),
    )


def _employment(employee: Employee) -> Employments:
    last = employee.separated_on
    return Employments(
        policy=_one(0),
        employment_type=_one(employee.employment_type),
        hours_system=_one(employee.hours_system),
        hired_on=_one(day_number(employee.hired_on)),
        separated_on=_one(OPEN_END if last is None else day_number(last)),
        rest_weekdays=_one(employee.rest_weekdays),
        has_roster=_is(employee.rest_dates is not None),
        has_other_employment=np.zeros(1, dtype=np.bool_),
    )


def _contributions(employee: Employee, month: Month) -> Contributions:
    fund = employee.fund
    total = month.employee_insurance_fen
    return Contributions(
        is_insured=_is(employee.contribution_base_fen is not None),
        contribution_base_fen=_one(employee.contribution_base_fen or 0),
        work_injury_rate_micro=_one(employee.work_injury_rate_micro),
        has_fund=_is(fund is not None),
        fund_base_fen=_one(fund.base_fen if fund else 0),
        fund_employee_rate_micro=_one(fund.employee_rate_micro if fund else 0),
        fund_employer_rate_micro=_one(fund.employer_rate_micro if fund else 0),
        has_given_total=_is(total is not None),
        given_total_fen=_one(total or 0),
    )


def _attendance(month: Month) -> Attendances:
    days, minutes = month.given_days, month.hours_worked_minutes
    return Attendances(
        mode=_one(month.mode),
        scheduled_days=_one(days.scheduled if days else 0),
        attended_days=_one(days.attended if days else 0),
        unpaid_days=_one(days.unpaid if days else 0),
        late_count=_one(month.late_count),
        has_hours_worked=_is(minutes is not None),
        hours_worked_minutes=_one(minutes or 0),
        unused_leave_days=_one(month.unused_leave_days),
    )


def _hours_periods(scenario: Scenario) -> HoursPeriods:
    """Return what every month says of comprehensive hours; nobody else's are looked at."""
    said = [
        row
        for month in scenario.months
        for row in (*month.earlier_periods, (month.period, month.hours_period))
    ]
    periods = [period for _, period in said]
    return HoursPeriods(
        employee=_zeros(len(said)),
        month=_ints([month_number(month) for month, _ in said]),
        is_end=np.array([period.ends for period in periods], dtype=np.bool_),
        minutes_before=_ints([period.minutes_before for period in periods]),
        standard_minutes=_ints([period.standard_minutes for period in periods]),
    )


def _rest_dates(employee: Employee) -> RestDates:
    days = [day_number(on) for on in employee.rest_dates or ()]
    return RestDates(employee=_zeros(len(days)), day=_ints(days))


def _shifts(scenario: Scenario) -> Shifts:
    rows = [shift for month in scenario.months for shift in (*month.earlier_shifts, *month.shifts)]
    starts = [day_number(row.on) * _MINUTES_IN_DAY for row in rows]
    return Shifts(
        employee=_zeros(len(rows)),
        start_minute=_ints(
            [day + row.start_minutes for day, row in zip(starts, rows, strict=True)]
        ),
        end_minute=_ints([day + row.end_minutes for day, row in zip(starts, rows, strict=True)]),
        break_minutes=_ints([row.break_minutes for row in rows]),
        is_in_lieu=np.array([row.is_in_lieu for row in rows], dtype=np.bool_),
    )


def _leaves(month: Month) -> Leaves:
    return Leaves(
        employee=_zeros(len(month.leaves)),
        kind=_ints([row.kind for row in month.leaves]),
        first_day=_ints([day_number(row.first_on) for row in month.leaves]),
        last_day=_ints([day_number(row.last_on) for row in month.leaves]),
        is_half=np.array([row.is_half for row in month.leaves], dtype=np.bool_),
    )


def own_output(month: Month) -> list[OutputRow]:
    """Return the rows of own output."""
    return [row for row in month.output if row.share is None]


def shared_output(month: Month) -> list[OutputRow]:
    """Return the rows of a group's output in which the person has a part."""
    return [row for row in month.output if row.share is not None and row.share.weight]


def _group_shares(
    rows: Sequence[OutputRow], task_types: Sequence[str], batches: Sequence[str]
) -> GroupShares:
    shares = [row.share for row in rows if row.share is not None]
    return GroupShares(
        employee=_zeros(len(rows)),
        work_day=_ints([day_number(row.on) for row in rows]),
        task_type=_ints([_index(task_types, row.task_type) for row in rows]),
        batch=_ints([_index(batches, row.batch) for row in rows]),
        hours=_ints([row.hours for row in rows]),
        pot_fen=_ints([share.pot_fen for share in shares]),
        share_fen=_ints([share.share_fen for share in shares]),
        weight=_ints([share.weight for share in shares]),
        pot_weight=_ints([share.pot_weight for share in shares]),
        is_by_hours=np.array([share.is_by_hours for share in shares], dtype=np.bool_),
    )


def _output(rows: Sequence[OutputRow], task_types: Sequence[str], batches: Sequence[str]) -> Output:
    return Output(
        employee=_zeros(len(rows)),
        work_day=_ints([day_number(row.on) for row in rows]),
        task_type=_ints([_index(task_types, row.task_type) for row in rows]),
        batch=_ints([_index(batches, row.batch) for row in rows]),
        hours=_ints([row.hours for row in rows]),
        qty=_ints([row.qty for row in rows]),
        price_micro=_ints([row.price_micro for row in rows]),
    )


def _inspections(month: Month, task_types: Sequence[str], batches: Sequence[str]) -> Inspections:
    rows = month.inspections
    return Inspections(
        employee=_zeros(len(rows)),
        batch=_ints([_index(batches, row.batch) for row in rows]),
        task_type=_ints([_index(task_types, row.task_type) for row in rows]),
        sampled_qty=_ints([row.sampled_qty for row in rows]),
        error_qty=_ints([row.error_qty for row in rows]),
    )


def _amounts(month: Month, codes: Sequence[str]) -> Amounts:
    rows = month.amounts
    return Amounts(
        employee=_zeros(len(rows)),
        kind=_ints([row.kind for row in rows]),
        code=_ints([_index(codes, row.code or None) for row in rows]),
        order=np.arange(len(rows), dtype=np.int64),
        amount_fen=_ints([row.fen for row in rows]),
    )


def _base_differences(month: Month) -> BaseDifferences:
    rows = month.base_differences
    return BaseDifferences(
        employee=_zeros(len(rows)),
        for_month=_ints([month_number(row.for_month) for row in rows]),
        charged_base_fen=_ints([row.charged_fen for row in rows]),
        has_owed_base=np.array([row.owed_fen is not None for row in rows], dtype=np.bool_),
        owed_base_fen=_ints([row.owed_fen or 0 for row in rows]),
    )


def _index(names: Sequence[str], name: str | None) -> int:
    return NONE if name is None else names.index(name)


def _one(value: int) -> Column:
    return np.array([value], dtype=np.int64)


def _is(value: bool) -> Mask:  # noqa: FBT001 - a one-row column of its only argument
    return np.array([value], dtype=np.bool_)


def _ints(values: Sequence[int]) -> Column:
    return np.array(values, dtype=np.int64)


def _zeros(size: int) -> Column:
    return np.zeros(size, dtype=np.int64)

"""Where in a scenario file a fault of the engine lies."""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from workforce.core.facts import NONE
from workforce.core.results import Fault
from workforce.core.scenario.columns import own_output, shared_output
from workforce.core.scenario.model import Month, Scenario

_EMPLOYEE: Final[Mapping[str, str]] = {
    "employments.separated_on": "employee.separated_on",
    "employments.employment_type": "employee.employment_type",
    "employments.hours_system": "employee.hours_system",
    "employments.rest_weekdays": "employee.rest_weekdays",
    "time_wages.average_monthly_wage_fen": "employee.average_monthly_wage",
    "contributions.contribution_base_fen": "employee.contribution_base",
    "contributions.fund_base_fen": "employee.housing_fund",
    "contributions.fund_employee_rate_micro": "employee.housing_fund.employee_rate",
    "contributions.fund_employer_rate_micro": "employee.housing_fund.employer_rate",
    "tax.method": "employee.tax.method",
    "tax.is_deduct_60000": "employee.tax.deduct_60000",
    "tax.is_first_wage_of_year": "employee.tax.first_wage_income_of_year",
    "tax.year_to_date": "employee.tax.year_to_date",
    "tax.year_to_date.months": "employee.tax.year_to_date.months",
}
"""Facts of the employment → their keys."""

_MONTH: Final[Mapping[str, str]] = {
    "period": "month",
    "time_wages.base_pay_fen": "base_pay",
    "time_wages.overtime_base_fen": "overtime_base",
    "contributions.given_total_fen": "employee_insurance",
    "attendances.scheduled_days": "attendance",
    "hours_periods": "comprehensive",
    "attendances.hours_worked_minutes": "hours_worked",
    "attendances.unused_leave_days": "unused_leave_days",
    "output": "output",
    "base_differences": "base_differences",
}
"""Facts of the month → their keys under it."""

_ROW: Final[Mapping[str, str]] = {
    "shifts.break_minutes": "break_minutes",
    "shifts.is_in_lieu": "in_lieu",
    "leaves.last_day": "to",
    "output.hours": "hours",
    "adjustments.for_month": "for_month",
    "base_differences.for_month": "for_month",
}
"""Columns of rows → the keys in a row of the file."""


class _Row(Protocol):
    @property
    def place(self) -> str: ...


def place_of(fault: Fault, scenario: Scenario, month: Month) -> str:
    """Return the path of the field that a fault is about; of the month where it is no single one."""
    if fault.row != NONE:
        place = _rows(fault.field.partition(".")[0], scenario, month)[fault.row].place
        return f"{place}.{_ROW[fault.field]}" if fault.field in _ROW else place
    if fault.field in _EMPLOYEE:
        return _EMPLOYEE[fault.field]
    return f"{month.place}.{_MONTH[fault.field]}" if fault.field in _MONTH else month.place


def _rows(table: str, scenario: Scenario, month: Month) -> Sequence[_Row]:
    """Return what the file says of a table, in the order of its rows in the facts."""
    if table == "shifts":  # all months go along
        return [row for each in scenario.months for row in (*each.earlier_shifts, *each.shifts)]
    rows: dict[str, Sequence[_Row]] = {
        "leaves": month.leaves,
        "output": [*own_output(month), *shared_output(month)],
        "inspections": month.inspections,
        "amounts": month.amounts,
        "adjustments": month.adjustments,
        "base_differences": month.base_differences,
    }
    return rows[table]

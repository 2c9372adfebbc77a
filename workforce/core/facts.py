"""The columns the engine eats: one pay period, a month or half of one, of any number of employments.

Conventions, everywhere in this module:

* A column is a one-dimensional `int64` or `bool` array. Names end with the unit: `_fen`, `_micro`
  (millionths), `_minutes`, `_days`, `_qty`; `is_`/`has_` columns are bool.
* A *day* is the number of days since 1970-01-01 (`day_number`), a *minute* the number of minutes of
  local wall-clock time since 1970-01-01 00:00. The base has one time zone without daylight saving.
* A value that an employment does not have is marked by its `has_…` or `is_…` column; the value
  beside a false mark is 0 and is never read. Nothing missing is taken for 0.
* Tables hold rows of many employees; `employee` is the position in the employee columns. Rows may
  stand in any order and may be split or merged (an output row of 5 units is two rows of 2 and 3):
  the results are the same.
* `Facts.checked` refuses columns that cannot be meant: that is a defect of the caller. What a person
  can have entered wrongly (a break longer than its shift) becomes a fault of that one employee.
"""

from dataclasses import dataclass, field, fields
from typing import Self, TypeVar

import numpy as np

from workforce.core.column_checks import Mask, check_columns, check_index
from workforce.core.company_policy import CompanyPolicy
from workforce.core.corrections import Adjustments, BaseDifferences
from workforce.core.fact_codes import (
    LARGEST_FEN,
    LARGEST_PRICE_MICRO,
    LARGEST_QTY,
    LARGEST_YEAR_FEN,
    NONE,
    OPEN_END,
    AmountKind,
    AttendanceMode,
    Choice,
    EmploymentType,
    HoursClass,
    HoursSystem,
    LeaveKind,
    QualityBasis,
    TaxMethod,
    date_of,
    day_number,
    month_number,
    month_of,
)
from workforce.core.group_shares import GroupShares
from workforce.core.money import MICRO, Column
from workforce.core.period import PayPeriod

__all__ = [
    "LARGEST_FEN",
    "LARGEST_PRICE_MICRO",
    "LARGEST_QTY",
    "LARGEST_YEAR_FEN",
    "NONE",
    "OPEN_END",
    "Adjustments",
    "AmountKind",
    "Amounts",
    "AttendanceMode",
    "Attendances",
    "BaseDifferences",
    "Choice",
    "CompanyPolicy",
    "Contributions",
    "EmploymentType",
    "Employments",
    "Facts",
    "GroupShares",
    "HoursClass",
    "HoursPeriods",
    "HoursSystem",
    "Inspections",
    "LeaveKind",
    "Leaves",
    "Mask",
    "Output",
    "QualityBasis",
    "RestDates",
    "Shifts",
    "TaxMethod",
    "TaxStandings",
    "TimeWages",
    "YearToDate",
    "date_of",
    "day_number",
    "empty",
    "month_number",
    "month_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Employments:
    """One row an employee: the employment itself.

    `policy` indexes `Facts.policies`. `hired_on` and `separated_on` (a day number, or `OPEN_END`)
    are both employed days. `rest_weekdays` has bit 0 set for Monday … bit 6 for Sunday; it is not
    read where `has_roster`: there the rest days are exactly the `RestDates` rows.
    `has_other_employment`: the person also works for another employer this month (a note says so).
    """

    policy: Column
    employment_type: Column
    hours_system: Column
    hired_on: Column
    separated_on: Column
    rest_weekdays: Column
    has_roster: Mask
    has_other_employment: Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWages:
    """One row an employee: the monthly time wage, 0 where there is none.

    `overtime_base_fen` is the monthly base of time-wage overtime: the base pay unless agreed
    otherwise, 0 for pure pieceworkers. `average_monthly_wage_fen`: of the last 12 months, without
    overtime; needed for leave pay of pieceworkers.
    """

    base_pay_fen: Column
    overtime_base_fen: Column
    has_average_monthly_wage: Mask
    average_monthly_wage_fen: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributions:
    """One row an employee: social insurance and housing fund.

    With `has_given_total`, `given_total_fen` replaces every computed line of both sides.
    """

    is_insured: Mask
    contribution_base_fen: Column
    work_injury_rate_micro: Column
    has_fund: Mask
    fund_base_fen: Column
    fund_employee_rate_micro: Column
    fund_employer_rate_micro: Column
    has_given_total: Mask
    given_total_fen: Column

    @classmethod
    def none(cls, size: int) -> Self:
        """Return the columns of people who are not insured here."""
        return _blank(cls, size)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearToDate:
    """One row an employee: what was treated here in the calendar year before this month.

    Also the shape of the state after the month. `months` counts the employed months treated.
    `insurance_and_fund_fen` are own shares; `special_fen` special additional deductions; `other_fen`
    other lawful ones, personal pension included, whose part is `personal_pension_fen`; the part of
    `special_fen` that is for professional certificates is `certificate_fen`: both have yearly limits.
    `has_rent` and `has_housing_loan`: declared in any month of the year (they exclude each other).
    `income_fen` alone may be negative: corrections of earlier months can be more than the pay.
    """

    income_fen: Column
    insurance_and_fund_fen: Column
    special_fen: Column
    other_fen: Column
    personal_pension_fen: Column
    certificate_fen: Column
    withheld_fen: Column
    months: Column
    is_separate_bonus_used: Mask
    has_rent: Mask
    has_housing_loan: Mask

    @classmethod
    def none(cls, size: int) -> Self:
        """Return the state in which a year begins."""
        return _blank(cls, size)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxStandings:
    """One row an employee: how income tax is withheld.

    `has_year_to_date` may be false only where this is the first employed month of the year; the
    engine makes a fault of it elsewhere. `is_month_counted`: an earlier half of the pay month is in
    the year to date, has counted the month and taken its deductions.
    """

    method: Column
    is_month_counted: Mask
    is_deduct_60000: Mask
    is_first_wage_of_year: Mask
    has_year_to_date: Mask
    year_to_date: YearToDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendances:
    """One row an employee: attendance of the month, whole days.

    The three numbers of days are read only in mode `GIVEN`; then attended + paid leave + unpaid days
    must be the scheduled days inside the employment. `hours_worked_minutes` serves part-time people
    without shifts. `unused_leave_days`: annual leave to be paid out this month.
    """

    mode: Column
    scheduled_days: Column
    attended_days: Column
    unpaid_days: Column
    late_count: Column
    has_hours_worked: Mask
    hours_worked_minutes: Column
    unused_leave_days: Column

    @classmethod
    def full(cls, size: int) -> Self:
        """Return the columns of people who attended every scheduled day, never late."""
        return _blank(cls, size)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursPeriods:
    """Periods of comprehensive hours, at most one row for each employee and month.

    The pay month has a row for everybody under comprehensive hours; an earlier month has one where
    output of it is paid. `month` is year × 12 + month − 1. Where `is_end`, the period ends in the
    month: `minutes_before` were worked in it before the month, statutory holidays excepted,
    `standard_minutes` is its standard, and the caller supplies all shifts of the month.
    """

    employee: Column
    month: Column
    is_end: Mask
    minutes_before: Column
    standard_minutes: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class RestDates:
    """Rest days of people with a roster, for all days from `Facts.first_day` to `Facts.last_day`."""

    employee: Column
    day: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifts:
    """Worked shifts; a shift belongs to the day on which it starts.

    The caller supplies, for each employee, all shifts that start

    * from the Monday of the ISO week in which the month's first day lies (from the day before the
      first, if the first is a Monday) to the Sunday of the week in which its last day lies: weeks
      cross months, and a night shift's output may be dated after midnight;
    * for output of an earlier month that names no hours class: in the whole ISO week of its work
      day and on the day before that day.

    Only the shifts that start in the month are paid. `in lieu`: rest-day work against time off.
    """

    employee: Column
    start_minute: Column
    end_minute: Column
    break_minutes: Column
    is_in_lieu: Mask

    @classmethod
    def none(cls) -> Self:
        """Return an empty table."""
        return _blank(cls, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaves:
    """Leave and known absences, `first_day` to `last_day` inclusive; only days of the month count.

    `is_half`: of half of each of these days.
    """

    employee: Column
    kind: Column
    first_day: Column
    last_day: Column
    is_half: Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Accepted output that is paid in this month, whole units.

    `work_day` may lie in an earlier month (accepted late), never after the month. `task_type` and
    `batch` (or `NONE`) index `Facts.task_types` and `Facts.batches`. `hours` is an `HoursClass`, or
    `NONE` where the minutes of the work day decide.
    """

    employee: Column
    work_day: Column
    task_type: Column
    batch: Column
    hours: Column
    qty: Column
    price_micro: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspections:
    """Sample checks that weigh on this month's pay, one employee a row.

    Exactly one of `batch` and `task_type` is not `NONE`: a check of a batch, or of all output of the
    task type that names no batch.
    """

    employee: Column
    batch: Column
    task_type: Column
    sampled_qty: Column
    error_qty: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Given amounts, not negative. `code` indexes `Facts.codes` (`NONE` for kinds with one item).

    `order` sorts the lines of one kind on the payslip; equal orders fall back to the code's text.
    """

    employee: Column
    kind: Column
    code: Column
    order: Column
    amount_fen: Column


_Table = TypeVar("_Table")

_RowTable = (
    HoursPeriods
    | RestDates
    | Shifts
    | Leaves
    | Output
    | GroupShares
    | Inspections
    | Amounts
    | Adjustments
    | BaseDifferences
)


def empty(table: type[_Table]) -> _Table:
    """Return a table without rows."""
    return _blank(table, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that one calculation reads, the law data excepted; see the module's conventions.

    `is_extra`: a payment of named amounts beside the month's pay: only the pay items that say so are
    run, and nothing of days, hours, output, insurance or the minimum wage is read.
    """

    period: PayPeriod
    policies: tuple[CompanyPolicy, ...]
    employments: Employments
    time_wages: TimeWages
    contributions: Contributions
    tax: TaxStandings
    attendances: Attendances
    rest_dates: RestDates
    shifts: Shifts
    leaves: Leaves
    output: Output
    inspections: Inspections
    amounts: Amounts
    adjustments: Adjustments
    base_differences: BaseDifferences = field(default_factory=lambda: empty(BaseDifferences))
    hours_periods: HoursPeriods = field(default_factory=lambda: empty(HoursPeriods))
    group_shares: GroupShares = field(default_factory=lambda: empty(GroupShares))
    task_types: tuple[str, ...] = ()
    batches: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    is_extra: bool = False

    @property
    def size(self) -> int:
        """Number of employees."""
        return len(self.employments.policy)

    @property
    def first_day(self) -> int:
        """First day whose shifts and rest dates the caller supplies in any case."""
        first = self.period.whole.first_on
        return min(day_number(first) - first.weekday(), day_number(first) - 1)

    @property
    def last_day(self) -> int:
        """Last such day: the Sunday of the week in which the month ends."""
        last = self.period.whole.last_on
        return day_number(last) + 6 - last.weekday()

    @property
    def output_days(self) -> tuple[Column, Column]:
        """Employee and work day of every row of output, own and shared."""
        own, shared = self.output, self.group_shares
        if not shared.employee.size:
            return own.employee, own.work_day
        return (
            np.concatenate((own.employee, shared.employee)),
            np.concatenate((own.work_day, shared.work_day)),
        )

    def checked(self) -> Self:
        """Return the facts if every column has its type, length and range.

        Raises:
            ValueError: names the column; a defect of the code that built it, not of a person's entry.

        """
        per_employee = (
            self.employments,
            self.time_wages,
            self.contributions,
            self.tax,
            self.tax.year_to_date,
            self.attendances,
        )
        for table in per_employee:
            check_columns(table, self.size, _limit)
        for rows in self._row_tables():
            check_columns(rows, len(rows.employee), _limit)
            check_index(rows, "employee", self.size)
        self._check_codes()
        return self

    def _row_tables(self) -> tuple[_RowTable, ...]:
        return (
            self.hours_periods,
            self.rest_dates,
            self.shifts,
            self.leaves,
            self.output,
            self.group_shares,
            self.inspections,
            self.amounts,
            self.adjustments,
            self.base_differences,
        )

    def _check_codes(self) -> None:
        check_index(self.employments, "policy", len(self.policies))
        check_index(self.employments, "employment_type", len(EmploymentType))
        check_index(self.employments, "hours_system", len(HoursSystem))
        check_index(self.employments, "rest_weekdays", 1 << 7)
        check_index(self.tax, "method", len(TaxMethod))
        check_index(self.attendances, "mode", len(AttendanceMode))
        check_index(self.leaves, "kind", len(LeaveKind))
        for output in (self.output, self.group_shares):
            check_index(output, "task_type", len(self.task_types))
            check_index(output, "batch", len(self.batches), lowest=NONE)
            check_index(output, "hours", len(HoursClass), lowest=NONE)
        self.group_shares.check()
        check_index(self.inspections, "batch", len(self.batches), lowest=NONE)
        check_index(self.inspections, "task_type", len(self.task_types), lowest=NONE)
        check_index(self.amounts, "kind", len(AmountKind))
        check_index(self.amounts, "code", len(self.codes), lowest=NONE)
        check_index(self.adjustments, "reason", len(self.reasons))
        if np.any((self.inspections.batch == NONE) == (self.inspections.task_type == NONE)):
            raise ValueError("Inspections: a row must name either a batch or a task type")
        for policy in self.policies:
            for accuracy_from, factor in policy.quality_tiers:
                if not (0 <= accuracy_from <= MICRO and 0 <= factor <= MICRO):
                    raise ValueError("CompanyPolicy.quality_tiers: outside 0 to 1")


def _blank(table: type[_Table], size: int) -> _Table:
    """Return a table whose int64 columns are 0 and whose bool columns are false."""
    columns: dict[str, Column | Mask] = {
        each.name: np.zeros(size, dtype=np.bool_ if each.type is Mask else np.int64)
        for each in fields(table)  # type: ignore[arg-type]  # the caller gives a dataclass
    }
    return table(**columns)


def _limit(table: object, name: str) -> tuple[int, int]:
    """Return the inclusive range of a column, by the unit at the end of its name."""
    if name.endswith("_fen"):
        largest = LARGEST_YEAR_FEN if isinstance(table, YearToDate) else LARGEST_FEN
        is_signed = isinstance(table, Adjustments) or name == "income_fen"
        return -largest if is_signed else 0, largest
    if name == "price_micro":
        return 0, LARGEST_PRICE_MICRO
    if name.endswith("_rate_micro"):
        return 0, MICRO
    if name.endswith("_qty") or name == "qty":
        return 0, LARGEST_QTY
    return NONE, 2**40

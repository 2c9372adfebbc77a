"""A scenario as Python values: what one file says of one employment.

`place` is the path in the file, such as ``months[0].shifts[2]``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from workforce.core.facts import (
    AmountKind,
    AttendanceMode,
    CompanyPolicy,
    EmploymentType,
    HoursSystem,
    LeaveKind,
    TaxMethod,
)
from workforce.core.period import PayPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class YearBefore:
    """What was treated earlier in the year, in fen.

    `has_earlier_employment`: it also counts months of an earlier employment here. `is_month_counted`:
    whether an earlier payment of the first month given has counted it; None where the file does not say.
    """

    income_fen: int
    insurance_and_fund_fen: int
    special_fen: int
    other_fen: int
    personal_pension_fen: int
    certificate_fen: int
    withheld_fen: int
    months: int
    is_separate_bonus_used: bool
    has_rent: bool
    has_housing_loan: bool
    has_earlier_employment: bool
    is_month_counted: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fund:
    """Housing fund."""

    base_fen: int
    employee_rate_micro: int
    employer_rate_micro: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """The employment; None marks what it does not have."""

    hired_on: date
    separated_on: date | None
    employment_type: EmploymentType
    hours_system: HoursSystem
    rest_weekdays: int
    rest_dates: tuple[date, ...] | None
    contribution_base_fen: int | None
    work_injury_rate_micro: int
    fund: Fund | None
    average_monthly_wage_fen: int | None
    tax_method: TaxMethod
    is_deduct_60000: bool
    is_first_wage_of_year: bool
    year_before: YearBefore | None


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift; minutes since midnight, the end possibly on the next day."""

    on: date
    start_minutes: int
    end_minutes: int
    break_minutes: int
    is_in_lieu: bool
    place: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave from one day to another, both included; `is_half`: of half of each day."""

    kind: LeaveKind
    first_on: date
    last_on: date
    is_half: bool
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a group's output: thousandths of a point, or minutes where `is_by_hours`."""

    pot_fen: int
    share_fen: int
    weight: int
    pot_weight: int
    is_by_hours: bool


@dataclass(frozen=True, slots=True)
class OutputRow:
    """Accepted output; with a `share`, it is the group's."""

    on: date
    task_type: str
    batch: str | None
    hours: int
    qty: int
    price_micro: int
    share: Share | None
    place: str


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """A sample check of a batch or of a task type."""

    batch: str | None
    task_type: str | None
    sampled_qty: int
    error_qty: int
    place: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A given amount; `code` is empty for kinds with one item."""

    kind: AmountKind
    code: str
    fen: int
    place: str


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """A correction of an earlier month."""

    for_month: PayPeriod
    fen: int
    reason: str
    place: str


@dataclass(frozen=True, slots=True)
class BaseDifferenceRow:
    """An earlier month charged on another base than is owed; None owes on the pay month's base."""

    for_month: PayPeriod
    charged_fen: int
    owed_fen: int | None
    place: str


@dataclass(frozen=True, slots=True)
class GivenDays:
    """Attendance in three numbers."""

    scheduled: int
    attended: int
    unpaid: int


@dataclass(frozen=True, slots=True)
class HoursPeriod:
    """A period of comprehensive hours: minutes worked before the month, and its standard."""

    minutes_before: int
    standard_minutes: int
    ends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The facts of one month.

    `earlier_shifts` are of days before it, which its weeks and late output look at; `earlier_periods`
    are earlier months in which a period of comprehensive hours ended. Neither is paid here.
    `is_extra`: a payment of named amounts beside the month's pay, which the year to date may count.
    """

    period: PayPeriod
    place: str
    is_extra: bool
    base_pay_fen: int
    overtime_base_fen: int
    mode: AttendanceMode
    given_days: GivenDays | None
    late_count: int
    hours_worked_minutes: int | None
    hours_period: HoursPeriod
    earlier_periods: tuple[tuple[PayPeriod, HoursPeriod], ...]
    unused_leave_days: int
    employee_insurance_fen: int | None
    shifts: tuple[Shift, ...]
    earlier_shifts: tuple[Shift, ...]
    leaves: tuple[Leave, ...]
    output: tuple[OutputRow, ...]
    inspections: tuple[InspectionRow, ...]
    amounts: tuple[Amount, ...]
    adjustments: tuple[AdjustmentRow, ...]
    base_differences: tuple[BaseDifferenceRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One file."""

    title: str
    policy: CompanyPolicy
    employee: Employee
    months: tuple[Month, ...]
    expect: Mapping[PayPeriod, Mapping[str, int]]

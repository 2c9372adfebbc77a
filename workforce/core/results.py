"""What a calculation gives back: lines, totals, tax state, hours, notes and faults, in columns."""

from dataclasses import dataclass, field
from enum import StrEnum

from workforce.core.errors import DomainError
from workforce.core.facts import NONE, YearToDate
from workforce.core.money import Column
from workforce.core.period import PayPeriod


class LineKind(StrEnum):
    """The sign of a line; amounts themselves are never negative.

    gross_pay = earnings − reductions, net_pay = gross_pay − deductions,
    employer_cost = gross_pay + employer lines.
    """

    EARNING = "earning"
    REDUCTION = "reduction"
    DEDUCTION = "deduction"
    EMPLOYER = "employer"


class WagePart(StrEnum):
    """The six parts of total wages (国家统计局令第1号, arts 4–10).

    A line without a part is not in total wages (art 11). Lines of labour-service people and interns
    are not either, whatever their part: the statistics leave those employment types out.
    """

    TIME = "time"
    PIECE = "piece"
    BONUS = "bonus"
    ALLOWANCE = "allowance"
    OVERTIME = "overtime"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBlock:
    """The lines of one code, of all employees that have them, sorted by employee.

    Blocks stand in the order of the payslip. An employee may have several rows (piecework per task
    type and price). Per row: `amount_fen` ≥ 0; `quantity_micro` and `rate_micro` in millionths, or
    None for the whole block where a line is no plain product; `detail`, an index into `details`
    (the task type, the reason of an adjustment), or None; `operands`, the integers of the explanation
    (names end with the unit), from which `explain` rebuilds the sentence.
    """

    code: str
    kind: LineKind
    wage_part: WagePart | None
    reference: str
    employee: Column
    amount_fen: Column
    quantity_micro: Column | None = None
    rate_micro: Column | None = None
    detail: Column | None = None
    details: tuple[str, ...] = ()
    operands: dict[str, Column] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBlock:
    """One remark about some employees; rows like those of `LineBlock`. Texts: `core.explain.note`.

    `blocks_approval`: a person must resolve it before the run may be approved (net pay below zero).
    """

    code: str
    employee: Column
    detail: Column | None = None
    details: tuple[str, ...] = ()
    params: dict[str, Column] = field(default_factory=dict)
    blocks_approval: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one employee has no lines in this calculation, and which fact it is about.

    `field` is a path in `Facts`, such as ``shifts`` or ``shifts.is_in_lieu``, empty where no single
    fact is at fault; `row` is the row of a table that holds rows of many employees, else `NONE`.
    """

    employee: int
    error: DomainError
    field: str = ""
    row: int = NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxColumns:
    """The state of withholding after the month, one row an employee.

    For cumulative methods income, deductions and tax are those of the year to date; for labour
    service they are those of this payment (`withheld_to_date_fen` excepted).
    """

    cumulative_income_fen: Column
    cumulative_basic_fen: Column
    cumulative_taxable_fen: Column
    rate_micro: Column
    quick_deduction_fen: Column
    withheld_to_date_fen: Column
    months: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeColumns:
    """Days, half days and minutes of the month, one row an employee."""

    scheduled_days: Column
    attended_half_days: Column
    paid_leave_half_days: Column
    unpaid_half_days: Column
    holiday_days: Column
    normal_minutes: Column
    weekday_overtime_minutes: Column
    rest_day_overtime_minutes: Column
    holiday_overtime_minutes: Column
    night_shift_count: Column
    late_count: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One pay period of all employees of the `Facts`, in their order.

    Totals are sums of the lines; an employee with a fault has no line, note or total, and keeps the
    year to date that came in.
    """

    period: PayPeriod
    size: int
    lines: tuple[LineBlock, ...]
    gross_pay_fen: Column
    net_pay_fen: Column
    employer_cost_fen: Column
    tax: TaxColumns
    year_to_date: YearToDate
    time: TimeColumns
    counted_wage_fen: Column
    floor_fen: Column
    piece_value_micro: Column
    overtime_piece_value_micro: Column
    notes: tuple[NoteBlock, ...]
    faults: tuple[Fault, ...]

"""What a payslip and a register say, as plain values: made once, set by page, PDF and spreadsheet.

Amounts are fen and, except for totals, never negative: the kind of a line gives its sign. Quantities,
prices and rates are millionths, times are minutes. Nothing here is computed a second time: sums are
sums of the lines shown, and a view whose totals are not refuses to exist.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from workforce.core.explain import explain
from workforce.core.lifecycle import FINAL, RunState
from workforce.core.money import MICRO
from workforce.core.period import PayPeriod
from workforce.core.results import LineKind
from workforce.core.rules.leave import HALVES
from workforce.core.text import Text

PIECEWORK: Final = "piecework_pay"
GROUP_PIECEWORK: Final = "group_piecework_pay"
TOP_UP: Final = "minimum_wage_top_up"
INCOME_TAX: Final = "income_tax"
QUALITY: Final = "quality_deduction"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One line of a payslip.

    ``position`` is its pay item's place among all items: the order of a register's columns.
    ``detail`` is the task type, or why an adjustment was made, as people read it; ``detail_code`` is
    how it is stored. ``operands`` are the integers of the explanation, as stored: JSON text.
    """

    seq: int
    position: int
    code: str
    kind: LineKind
    label: Text
    amount: int
    detail: Text | None = None
    detail_code: str | None = None
    quantity: int | None = None
    rate: int | None = None
    unit: Text | None = None
    reference: str = ""
    operands: str = "{}"

    @property
    def numbers(self) -> dict[str, int]:
        """The integers of the explanation by name; names end with the unit."""
        numbers: dict[str, int] = json.loads(self.operands)
        return numbers

    @property
    def explanation(self) -> Text:
        """One sentence that says why the line has its amount, with the article it rests on."""
        said = explain(self.code, self.kind, self.amount, self.numbers, self.detail)
        return Text(said["zh"], said["en"])

    @property
    def signed_amount(self) -> int:
        """The amount as it enters its total: reductions and deductions are negative."""
        is_minus = self.kind in {LineKind.REDUCTION, LineKind.DEDUCTION}
        return -self.amount if is_minus else self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """One inspection that weighs on the month's pay.

    ``factor_rate`` is what the agreed tiers make of the accuracy of the whole batch (several checks
    of a batch count together); ``None`` where there is no quality rule.
    """

    batch: str | None
    task_type: Text
    inspected_on: dt.date
    sampled_qty: int
    error_qty: int
    factor_rate: int | None
    result: Text
    inspector: str | None = None

    @property
    def accuracy_rate(self) -> int:
        """Accuracy of this sample as it is shown, in millionths."""
        return accuracy_rate(self.sampled_qty, self.error_qty)


def accuracy_rate(sampled_qty: int, error_qty: int) -> int:
    """Return (sampled − errors) ÷ sampled in millionths, cut to hundredths of a per cent.

    Cut and not rounded: 97.996 % must not look like the 98 % that it does not reach.
    """
    step = MICRO // 10_000
    return (sampled_qty - error_qty) * 10_000 // sampled_qty * step


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeView:
    """Days and minutes of the month; ``has_…_half``: half a day more than the days."""

    scheduled_days: int
    attended_days: int
    paid_leave_days: int
    unpaid_days: int
    holiday_days: int
    normal_minutes: int
    weekday_overtime_minutes: int
    rest_day_overtime_minutes: int
    holiday_overtime_minutes: int
    night_shift_count: int
    late_count: int
    has_attended_half: bool = False
    has_paid_leave_half: bool = False
    has_unpaid_half: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing of days to show: an extra payment pays named amounts only."""
        return not any(getattr(self, name) for name in type(self).__dataclass_fields__)

    @property
    def attended_half_days(self) -> int:
        """Half days attended."""
        return HALVES * self.attended_days + self.has_attended_half

    @property
    def paid_leave_half_days(self) -> int:
        """Half days on paid leave."""
        return HALVES * self.paid_leave_days + self.has_paid_leave_half

    @property
    def unpaid_half_days(self) -> int:
        """Half days neither attended nor on paid leave."""
        return HALVES * self.unpaid_days + self.has_unpaid_half


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxView:
    """How the month's income tax was reached, of the year to date at this employer.

    ``is_part_income``: 80 % of the income counts (interns, platform workers). ``other`` holds other
    lawful deductions, personal pension included. ``due`` is taxable × rate − quick deduction;
    ``withheld_before`` is what earlier months of the year withheld, ``this_month`` this one.
    """

    income: int
    is_part_income: bool
    basic: int
    months: int
    insurance_and_fund: int
    special: int
    other: int
    taxable: int
    rate: int
    quick_deduction: int
    due: int
    withheld_before: int
    this_month: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YearView:
    """The year to date at this employer, this month included.

    ``insurance_and_fund`` and ``income_tax`` are what was withheld from the person.
    """

    gross_pay: int
    insurance_and_fund: int
    income_tax: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """A remark under the lines; an ``is_estimate`` note names law data nobody has verified."""

    text: Text
    is_estimate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PayslipView:
    """One payslip, complete: all that any of its faces shows.

    ``fingerprint`` is a keyed digest of everything it says, in any language; whoever holds paper
    compares it with the public check page. ``masked_id_number`` never holds the birth date.
    ``pay_on``: when pay is due. ``reversal``: why it counts no more; None: it counts.
    ``title``: what its run was ordered for, None of a regular one.
    """

    payslip_id: int
    run_id: int
    employment_id: int
    public_id: str
    fingerprint: str
    state: RunState
    company_id: int
    company_code: str
    company_name: str
    person_name: str
    employee_no: str
    masked_id_number: str
    position: str | None
    team: str | None
    employment_type: Text
    period: PayPeriod
    pay_on: dt.date
    gross_pay: int
    net_pay: int
    employer_cost: int
    lines: tuple[LineView, ...]
    time: TimeView
    checks: tuple[CheckView, ...]
    tax: TaxView | None
    year: YearView
    notes: tuple[NoteView, ...]
    reversal: str | None = None
    title: str | None = None

    def __post_init__(self) -> None:
        """Refuse a slip whose totals are not the sums of its lines (lesson P26).

        Raises:
            ValueError: names the slip and the total.
        """
        gross = _total(self.earnings) - _total(self.reductions)
        net = gross - _total(self.deductions)
        cost = gross + _total(self.employer_lines)
        for name, stored, summed in (
            ("gross_pay", self.gross_pay, gross),
            ("net_pay", self.net_pay, net),
            ("employer_cost", self.employer_cost, cost),
        ):
            if stored != summed:
                message = (
                    f"payslip {self.payslip_id}: {name} {stored} but the lines add to {summed}"
                )
                raise ValueError(message)

    @property
    def is_final(self) -> bool:
        """Whether the pay is decided; before that a slip is a draft."""
        return self.state in FINAL

    def of_kind(self, kind: LineKind) -> tuple[LineView, ...]:
        """Return the lines of one kind, in their order."""
        return tuple(line for line in self.lines if line.kind is kind)

    @property
    def earnings(self) -> tuple[LineView, ...]:
        """Lines that add to gross pay."""
        return self.of_kind(LineKind.EARNING)

    @property
    def reductions(self) -> tuple[LineView, ...]:
        """Lines that lower gross pay."""
        return self.of_kind(LineKind.REDUCTION)

    @property
    def deductions(self) -> tuple[LineView, ...]:
        """Lines that lower net pay."""
        return self.of_kind(LineKind.DEDUCTION)

    @property
    def employer_lines(self) -> tuple[LineView, ...]:
        """What the employer pays on top."""
        return self.of_kind(LineKind.EMPLOYER)

    @property
    def output(self) -> tuple[LineView, ...]:
        """Piecework lines: one for each task type and price."""
        return tuple(line for line in self.lines if line.code == PIECEWORK)

    @property
    def piecework_total(self) -> int:
        """Sum of the piecework lines."""
        return _total(self.output)

    @property
    def deduction_total(self) -> int:
        """Sum of what is taken from gross pay."""
        return _total(self.deductions)

    @property
    def employer_total(self) -> int:
        """Sum of what the employer pays on top of gross pay."""
        return _total(self.employer_lines)

    def texts(self) -> Iterable[str]:
        """Return what people typed: the texts whose every character a font must have."""
        yield self.company_name
        yield self.person_name
        yield self.employee_no
        yield from (text for text in (self.position, self.team) if text)


def _total(lines: Iterable[LineView]) -> int:
    return sum(line.amount for line in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterView:
    """The payroll register (工资册) of one run: its payslips and who answered for it.

    ``prepared_by`` … ``approved_by`` are display names, ``None`` where nobody has yet. Payslips that were
    reversed since are ``reversed_payslips``: named, and in no total.
    """

    run_id: int
    company_id: int
    company_code: str
    company_name: str
    period: PayPeriod
    kind: Text
    number: int
    state: Text
    is_final: bool
    pay_on: dt.date
    result_hash: str
    prepared_by: str | None
    reviewed_by: str | None
    approved_by: str | None
    prepared_at: dt.datetime
    gross_pay: int
    net_pay: int
    employer_cost: int
    payslips: tuple[PayslipView, ...]
    reversed_payslips: tuple[PayslipView, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a register that does not add up to its run (lesson P27).

        Raises:
            ValueError: names the run and the total.
        """
        for name in ("gross_pay", "net_pay", "employer_cost"):
            stored, summed = getattr(self, name), sum(getattr(slip, name) for slip in self.payslips)
            if stored != summed:
                message = f"run {self.run_id}: {name} {stored} but its payslips add to {summed}"
                raise ValueError(message)

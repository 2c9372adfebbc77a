"""Facts for tests: people as plain values, put together into columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from workforce.core.facts import (
    NONE,
    OPEN_END,
    Adjustments,
    AmountKind,
    Amounts,
    AttendanceMode,
    Attendances,
    BaseDifferences,
    CompanyPolicy,
    Contributions,
    Employments,
    EmploymentType,
    Facts,
    HoursSystem,
    Inspections,
    LeaveKind,
    Leaves,
    Mask,
    Output,
    QualityBasis,
    RestDates,
    Shifts,
    TaxMethod,
    TaxStandings,
    TimeWages,
    YearToDate,
    date_of,
    day_number,
    month_number,
)
from workforce.core.money import Column
from workforce.core.period import PayPeriod
from workforce.core.results import LineKind, Results

MONTH = PayPeriod(2026, 10)
FIRST = day_number(MONTH.first_on)
SATURDAY_SUNDAY = 0b1100000
TIERS = ((980_000, 1_000_000), (950_000, 950_000), (0, 800_000))
TASK_TYPES = ("bbox_2d", "ner", "polygon")
BATCHES = ("b1", "b2", "b3")
CODES = ("skill_allowance", "union_fee", "rent", "housing_loan_interest", "personal_pension")
REASONS = ("recounted", "forgotten")

POLICIES = (
    CompanyPolicy(region="500236", quality_tiers=TIERS, night_allowance_fen=1500),
    CompanyPolicy(
        region="500236",
        quality_basis=QualityBasis.DEDUCTION,
        quality_tiers=TIERS,
        attendance_bonus_fen=20000,
        holiday_day_wage_fen=10115,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Person:
    """One employment of a test; days are counted from the month's first day, 0."""

    policy: int = 0
    employment_type: EmploymentType = EmploymentType.FULL_TIME
    hours_system: HoursSystem = HoursSystem.STANDARD
    hired_day: int = -400
    separated_day: int | None = None
    base_pay_fen: int = 0
    average_fen: int | None = None
    insurance_base_fen: int | None = None
    tax_method: TaxMethod = TaxMethod.CUMULATIVE
    year: tuple[int, int, int, int] | None = (0, 0, 9, 0)
    """Income, insurance, months, withheld of the year so far; None where nothing is known."""
    mode: AttendanceMode = AttendanceMode.FULL
    late_count: int = 0
    has_other_employment: bool = False
    shifts: Sequence[tuple[int, int, int, int, bool]] = ()
    """Day, start minute, length in minutes, break, in lieu."""
    leaves: Sequence[tuple[LeaveKind, int, int]] = ()
    output: Sequence[tuple[int, int, int, int, int]] = ()
    """Day, task type, batch, quantity, price in millionths."""
    inspections: Sequence[tuple[int, int, int]] = ()
    """Batch, sampled, errors."""
    amounts: Sequence[tuple[AmountKind, int, int]] = ()
    """Kind, code, fen."""
    adjustments: Sequence[tuple[int, int]] = ()
    """Reason, fen; all for the month before."""
    base_differences: Sequence[tuple[int, int, int]] = ()
    """Months back, charged base, owed base or -1 for the pay month's, in fen."""


@dataclass(frozen=True)
class _Rows:
    """Collects the rows of one table."""

    rows: list[tuple[int, ...]] = field(default_factory=list)

    def column(self, index: int, width: int) -> Column:
        """Return one column; an empty table has empty columns."""
        return np.array(self.rows, dtype=np.int64).reshape(-1, width)[:, index]


def facts(
    *people: Person,
    period: PayPeriod = MONTH,
    policies: tuple[CompanyPolicy, ...] = POLICIES,
) -> Facts:
    """Put people together into facts."""
    first = day_number(period.first_on)

    def ints(values: list[int]) -> Column:
        return np.array(values, dtype=np.int64)

    def mask(values: list[bool]) -> Mask:
        return np.array(values, dtype=np.bool_)

    def table(name: str) -> _Rows:
        return _Rows(
            [(who, *row) for who, each in enumerate(people) for row in getattr(each, name)]
        )

    size = len(people)
    shifts, leaves, output = table("shifts"), table("leaves"), table("output")
    inspections, amounts = table("inspections"), table("amounts")
    adjustments, differences = table("adjustments"), table("base_differences")
    start = (shifts.column(1, 6) + first) * 1440 + shifts.column(2, 6)
    years = [each.year or (0, 0, 0, 0) for each in people]
    blank = YearToDate.none(size)
    return Facts(
        period=period,
        policies=policies,
        employments=Employments(
            policy=ints([each.policy for each in people]),
            employment_type=ints([each.employment_type for each in people]),
            hours_system=ints([each.hours_system for each in people]),
            hired_on=ints([first + each.hired_day for each in people]),
            separated_on=ints(
                [
                    OPEN_END if each.separated_day is None else first + each.separated_day
                    for each in people
                ]
            ),
            rest_weekdays=np.full(size, SATURDAY_SUNDAY, dtype=np.int64),
            has_roster=np.zeros(size, dtype=np.bool_),
            has_other_employment=mask([each.has_other_employment for each in people]),
        ),
        time_wages=TimeWages(
            base_pay_fen=ints([each.base_pay_fen for each in people]),
            overtime_base_fen=ints([each.base_pay_fen for each in people]),
            has_average_monthly_wage=mask([each.average_fen is not None for each in people]),
            average_monthly_wage_fen=ints([each.average_fen or 0 for each in people]),
        ),
        contributions=_contributions(people),
        tax=TaxStandings(
            method=ints([each.tax_method for each in people]),
            is_month_counted=np.zeros(size, dtype=np.bool_),
            is_deduct_60000=np.zeros(size, dtype=np.bool_),
            is_first_wage_of_year=np.zeros(size, dtype=np.bool_),
            has_year_to_date=mask([each.year is not None for each in people]),
            year_to_date=YearToDate(
                income_fen=ints([year[0] for year in years]),
                insurance_and_fund_fen=ints([year[1] for year in years]),
                special_fen=blank.special_fen,
                other_fen=blank.other_fen,
                personal_pension_fen=blank.personal_pension_fen,
                certificate_fen=blank.certificate_fen,
                withheld_fen=ints([year[3] for year in years]),
                months=ints([_months_before(each, period) for each in people]),
                is_separate_bonus_used=blank.is_separate_bonus_used,
                has_rent=blank.has_rent,
                has_housing_loan=blank.has_housing_loan,
            ),
        ),
        attendances=_attendances(people),
        rest_dates=RestDates(employee=ints([]), day=ints([])),
        shifts=Shifts(
            employee=shifts.column(0, 6),
            start_minute=start,
            end_minute=start + shifts.column(3, 6),
            break_minutes=shifts.column(4, 6),
            is_in_lieu=shifts.column(5, 6).astype(np.bool_),
        ),
        leaves=Leaves(
            employee=leaves.column(0, 4),
            kind=leaves.column(1, 4),
            first_day=leaves.column(2, 4) + first,
            last_day=leaves.column(3, 4) + first,
            is_half=np.zeros(len(leaves.rows), dtype=np.bool_),
        ),
        output=Output(
            employee=output.column(0, 6),
            work_day=output.column(1, 6) + first,
            task_type=output.column(2, 6),
            batch=output.column(3, 6),
            hours=np.full(len(output.rows), NONE, dtype=np.int64),
            qty=output.column(4, 6),
            price_micro=output.column(5, 6),
        ),
        inspections=Inspections(
            employee=inspections.column(0, 4),
            batch=inspections.column(1, 4),
            task_type=np.full(len(inspections.rows), NONE, dtype=np.int64),
            sampled_qty=inspections.column(2, 4),
            error_qty=inspections.column(3, 4),
        ),
        amounts=Amounts(
            employee=amounts.column(0, 4),
            kind=amounts.column(1, 4),
            code=amounts.column(2, 4),
            order=np.zeros(len(amounts.rows), dtype=np.int64),
            amount_fen=amounts.column(3, 4),
        ),
        adjustments=Adjustments(
            employee=adjustments.column(0, 3),
            for_month=np.full(len(adjustments.rows), month_number(period) - 1, dtype=np.int64),
            reason=adjustments.column(1, 3),
            amount_fen=adjustments.column(2, 3),
        ),
        base_differences=BaseDifferences(
            employee=differences.column(0, 4),
            for_month=month_number(period) - differences.column(1, 4),
            charged_base_fen=differences.column(2, 4),
            has_owed_base=differences.column(3, 4) >= 0,
            owed_base_fen=np.maximum(differences.column(3, 4), 0),
        ),
        task_types=TASK_TYPES,
        batches=BATCHES,
        codes=CODES,
        reasons=REASONS,
    )


def _months_before(person: Person, period: PayPeriod) -> int:
    """Return the months of the year so far, no more than there were since the hire."""
    months = (person.year or (0, 0, 0, 0))[2]
    hired_on = date_of(day_number(period.first_on) + person.hired_day)
    if hired_on.year < period.year:
        return months
    return min(months, max(period.month - hired_on.month, 0))


def _contributions(people: Sequence[Person]) -> Contributions:
    blank = Contributions.none(len(people))
    bases = [each.insurance_base_fen for each in people]
    return Contributions(
        is_insured=np.array([base is not None for base in bases], dtype=np.bool_),
        contribution_base_fen=np.array([base or 0 for base in bases], dtype=np.int64),
        work_injury_rate_micro=np.array([3000 if base else 0 for base in bases], dtype=np.int64),
        has_fund=blank.has_fund,
        fund_base_fen=blank.fund_base_fen,
        fund_employee_rate_micro=blank.fund_employee_rate_micro,
        fund_employer_rate_micro=blank.fund_employer_rate_micro,
        has_given_total=blank.has_given_total,
        given_total_fen=blank.given_total_fen,
    )


def _attendances(people: Sequence[Person]) -> Attendances:
    return replace(
        Attendances.full(len(people)),
        mode=np.array([each.mode for each in people], dtype=np.int64),
        late_count=np.array([each.late_count for each in people], dtype=np.int64),
    )


def figure(results: Results, code: str, who: int = 0, kind: LineKind | None = None) -> int:
    """Return the sum of one person's lines of a code, in fen."""
    return sum(
        int(block.amount_fen[block.employee == who].sum())
        for block in results.lines
        if block.code == code and kind in {None, block.kind}
    )


def slip(results: Results, who: int) -> dict[str, object]:
    """Return all that one person's results say, in comparable form."""
    lines = [
        (
            block.code,
            block.kind,
            block.wage_part,
            None if block.detail is None else block.details[int(block.detail[row])],
            int(block.amount_fen[row]),
            None if block.quantity_micro is None else int(block.quantity_micro[row]),
            None if block.rate_micro is None else int(block.rate_micro[row]),
            {name: int(column[row]) for name, column in block.operands.items()},
        )
        for block in results.lines
        for row in np.flatnonzero(block.employee == who)
    ]
    notes = [
        (
            block.code,
            None if block.detail is None else block.details[int(block.detail[row])],
            {name: int(column[row]) for name, column in block.params.items()},
        )
        for block in results.notes
        for row in np.flatnonzero(block.employee == who)
    ]
    columns = {
        f"{name}.{each}": getattr(getattr(results, name), each)[who].item()
        for name in ("tax", "year_to_date", "time")
        for each in getattr(results, name).__dataclass_fields__
    }
    totals = {
        name: int(getattr(results, name)[who])
        for name in (
            "gross_pay_fen",
            "net_pay_fen",
            "employer_cost_fen",
            "counted_wage_fen",
            "floor_fen",
            "piece_value_micro",
            "overtime_piece_value_micro",
        )
    }
    faults = [str(fault.error) for fault in results.faults if fault.employee == who]
    return {"lines": lines, "notes": notes, "faults": faults, **columns, **totals}


def on(text: str) -> int:
    """Return a date as days from the month's first day."""
    return day_number(date.fromisoformat(text)) - FIRST

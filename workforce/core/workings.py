"""The shared columns of one calculation, each computed once, when a pay item first asks for it."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workforce.core.facts import (
    AmountKind,
    EmploymentType,
    Facts,
    HoursClass,
    Mask,
    QualityBasis,
    TaxMethod,
    YearToDate,
    day_number,
)
from workforce.core.fault_log import FaultLog, NoteLog
from workforce.core.law import LawBook
from workforce.core.law_columns import LawColumns
from workforce.core.money import MICRO_IN_FEN, Column
from workforce.core.results import LineBlock, LineKind, NoteBlock
from workforce.core.rules import (
    base_difference,
    comprehensive_hours,
    day_grid,
    deduction_cap,
    housing_fund,
    leave,
    minimum_wage,
    night_work,
    overtime,
    piecework,
    quality,
    social_insurance,
    tax_deductions,
    withholding,
)
from workforce.core.rules.minimum_wage import TOP_UP
from workforce.core.work_calendar import DayClass

_MINIMUM_WAGE_EXEMPT = (
    EmploymentType.LABOR_SERVICE,
    EmploymentType.INTERN,
    EmploymentType.TRAINEE,
)


class Workings:
    """Facts, law and everything derived from them that more than one pay item needs."""

    def __init__(self, facts: Facts, book: LawBook) -> None:
        """Begin a calculation."""
        self.facts = facts
        self.book = book
        self.size = facts.size
        self.faults = FaultLog(facts.size)
        self.notes = NoteLog()
        self.law = LawColumns(facts, book, self.faults)
        self._sums: dict[str, Column | None] = {}  # None: nobody has a line
        self._needs: Mapping[str, Sequence[str]] = {}

    # --- what earlier pay items have paid ---

    def begin(self, needs: Mapping[str, Sequence[str]]) -> None:
        """Allow the next item to read what it says it needs, items by name, and nothing else."""
        self._needs = needs

    def record(self, name: str, blocks: Sequence[LineBlock]) -> None:
        """Remember an item's sum: reductions count negative among earnings."""
        total = np.zeros(self.size, dtype=np.int64)
        filled = [block for block in blocks if block.employee.size]
        for block in filled:
            add = np.subtract if block.kind is LineKind.REDUCTION else np.add
            add.at(total, block.employee, block.amount_fen)
        self._sums[name] = total if filled else None

    def paid(self, name: str) -> Column:
        """Return the sum, in fen, of an item or a group of items that the running item needs."""
        assert name in self._needs, f"the item does not say that it needs {name}"
        total = np.zeros(self.size, dtype=np.int64)
        for member in self._needs[name]:
            paid = self._sums[member]
            if paid is not None:
                total += paid
        return total

    # --- people ---

    @cached_property
    def everybody(self) -> Mask:
        """A mask of all."""
        return np.ones(self.size, dtype=np.bool_)

    def is_type(self, *types: EmploymentType) -> Mask:
        """Tell who has one of the employment types."""
        is_one = np.zeros(len(EmploymentType), dtype=np.bool_)
        is_one[list(types)] = True
        found: Mask = is_one[self.facts.employments.employment_type]
        return found

    @cached_property
    def is_labor_service(self) -> Mask:
        """Who is paid for services, without overtime, floor, insurance or art 16."""
        return self.is_type(EmploymentType.LABOR_SERVICE)

    @cached_property
    def is_part_time(self) -> Mask:
        """Who works part-time (非全日制)."""
        return self.is_type(EmploymentType.PART_TIME)

    @cached_property
    def is_employed(self) -> Mask:
        """Who is employed on a day of the month; the others have left and are paid what is late."""
        employed: Mask = np.any(self.grid.employed[:, self.grid.month], axis=1)
        return employed

    @cached_property
    def is_last_part(self) -> Mask:
        """Whose month ends with this pay period: of halves the second, or a leaver's last."""
        period = self.facts.period
        if period.ends_month:
            return self.everybody
        ends: Mask = self.facts.employments.separated_on <= day_number(period.last_on)
        return ends

    @cached_property
    def has_floor(self) -> Mask:
        """Who must reach the minimum wage."""
        return ~self.is_type(*_MINIMUM_WAGE_EXEMPT) & self.is_employed

    @cached_property
    def is_in_total_wages(self) -> Mask:
        """Whose pay is wage: interns, trainees and service people stand outside of total wages."""
        return ~self.is_type(*_MINIMUM_WAGE_EXEMPT)

    def policy_column(self, field: str) -> Column:
        """Return an amount or flag of each employee's company policy."""
        values = np.array([getattr(policy, field) for policy in self.facts.policies], np.int64)
        return values[self.facts.employments.policy]

    def has_quality_basis(self, basis: QualityBasis) -> Mask:
        """Tell whose company lowers pay for quality in this way."""
        is_so = np.array(
            [policy.quality_basis is basis for policy in self.facts.policies], np.bool_
        )
        return is_so[self.facts.employments.policy]

    def has_tax_method(self, *methods: TaxMethod) -> Mask:
        """Tell whose tax is withheld by one of the methods."""
        return np.isin(self.facts.tax.method, methods)

    # --- days, hours and output ---

    @cached_property
    def grid(self) -> day_grid.DayGrid:
        """Day classes of everybody."""
        return day_grid.build(self.facts, self.book.calendar())

    @cached_property
    def regime(self) -> Column:
        """Who is paid which overtime."""
        return overtime.regimes(self.facts)

    @cached_property
    def shifts(self) -> overtime.ShiftColumns:
        """The shifts on the grid."""
        return overtime.lay_out(self.facts, self.grid, self.faults)

    @cached_property
    def has_shifts(self) -> Mask:
        """Who has a shift on the grid."""
        has = np.zeros(self.size, dtype=np.bool_)
        has[self.shifts.employee] = True
        return has

    @cached_property
    def worked(self) -> overtime.WorkedTime:
        """Minutes by day and class."""
        return self._closed[0]

    @cached_property
    def period_hours(self) -> comprehensive_hours.PeriodHours:
        """Hours over the standard of comprehensive periods that end this month."""
        return self._closed[1]

    @cached_property
    def _closed(self) -> tuple[overtime.WorkedTime, comprehensive_hours.PeriodHours]:
        worked = overtime.worked_time(
            self.shifts,
            self.grid,
            self.regime,
            self.daily_minutes,
            self.law.national("weekly_work_minutes", "overtime", self.has_shifts),
            self.faults,
        )
        return comprehensive_hours.close_periods(worked, self.facts, self.grid)

    @cached_property
    def minutes(self) -> NDArray[np.int64]:
        """The month's minutes by class: int64[`HoursClass`, employees]."""
        minutes = overtime.month_minutes(self.worked, self.grid)
        minutes[HoursClass.WEEKDAY_OVERTIME] += self.period_hours.unlisted_minutes
        return minutes

    @cached_property
    def output(self) -> piecework.OutputColumns:
        """The output that is paid this month."""
        return piecework.lay_out(self.facts, self.grid, self.worked, self.faults)

    @cached_property
    def value_by_class(self) -> NDArray[np.int64]:
        """Piece value by class of hours, millionths of a yuan: int64[`HoursClass`, employees]."""
        return piecework.value_by_class(
            self.output, self.facts, self.grid, self.worked, self.regime, self.faults
        )

    @cached_property
    def piece_value_micro(self) -> Column:
        """Piece value of the month at 100 %, millionths of a yuan."""
        return self.output.month_value_micro

    @cached_property
    def overtime_value_micro(self) -> Column:
        """Piece value made in overtime, at 100 %."""
        value: Column = self.value_by_class[HoursClass.WEEKDAY_OVERTIME :].sum(axis=0)
        return value

    @cached_property
    def inspected(self) -> quality.Inspected:
        """Judged batches."""
        return quality.inspect(self.facts, self.output, self.faults)

    @cached_property
    def has_work(self) -> NDArray[np.bool_]:
        """bool[employees, days of the month]: a shift or output on the day."""
        shifts = self.worked.has_shift[:, self.grid.month]
        has_work: NDArray[np.bool_] = shifts | piecework.days_with_output(self.output, self.grid)
        return has_work

    @cached_property
    def holidays_worked(self) -> NDArray[np.bool_]:
        """bool[employees, days of the month]: a statutory holiday of the employment with work on it.

        A shift, output, or a night shift of the day before that reaches into it.
        """
        reached = self.worked.reaches_next_day[:, self.grid.day_before]
        worked: NDArray[np.bool_] = self.holidays & (self.has_work | reached)
        return worked

    @cached_property
    def has_worked_payable_day(self) -> Mask:
        """Who worked on a workday or a statutory holiday, whatever attendance is stated."""
        is_payable = self.grid.classes[:, self.grid.month] != DayClass.REST_DAY
        has: Mask = ((self.has_work & is_payable) | self.holidays_worked).any(axis=1)
        return has

    @cached_property
    def holidays(self) -> NDArray[np.bool_]:
        """bool[employees, days of the month]: a statutory holiday of the employment."""
        month = self.grid.month
        holidays: NDArray[np.bool_] = self.grid.is_holiday[month] & self.grid.employed[:, month]
        return holidays

    @cached_property
    def days(self) -> leave.MonthDays:
        """Scheduled, attended, paid-leave and unpaid days."""
        return leave.month_days(self.facts, self.grid, self.has_work, self.faults)

    @cached_property
    def night_shift_count(self) -> Column:
        """Night shifts of the month."""
        return night_work.night_shift_count(self.shifts, self.size)

    @cached_property
    def paid_days_hundredths(self) -> int:
        """Paid days of a month, 21.75 by law."""
        return self.law.national("monthly_paid_days", "day_wage", ~self.is_labor_service)

    @cached_property
    def daily_minutes(self) -> int:
        """Normal working time of a day, 8 hours by law."""
        return self.law.national("daily_work_minutes", "overtime", self.has_shifts)

    # --- given amounts ---

    def given(self, kind: AmountKind) -> Column:
        """Return the sum of the given amounts of one kind."""
        rows = self.facts.amounts
        total = np.zeros(self.size, dtype=np.int64)
        mine = rows.kind == kind
        np.add.at(total, rows.employee[mine], rows.amount_fen[mine])
        return total

    # --- minimum wage, art 16, tax ---

    @cached_property
    def minimum_fen(self) -> Column:
        """The full monthly minimum wage; pay for services knows none."""
        return self.law.column("minimum_wage_month", TOP_UP, ~self.is_labor_service)

    @cached_property
    def floor(self) -> minimum_wage.Floor:
        """What the month's work must bring, and what it brings before the top-up."""
        return minimum_wage.floor(
            self.facts,
            self.days,
            self.minutes.sum(axis=0),
            self.has_floor,
            self.minimum_fen,
            self.law.column("minimum_wage_hour", TOP_UP, self.has_floor & self.is_part_time),
            self.paid("gross_before_top_up") - self.paid("uncounted_pay"),
            self.overtime_value_micro,
            self.faults,
        )

    @cached_property
    def insurance_base_fen(self) -> Column:
        """The contribution base within the limits in force; 0 where nothing is computed."""
        who, given = self.has_computed_insurance, self.facts.contributions
        return social_insurance.clamp(
            np.where(who, given.contribution_base_fen, 0),
            self.law.column("insurance_base_floor", "social_insurance", who),
            self.law.column("insurance_base_cap", "social_insurance", who),
        )

    @cached_property
    def base_differences(self) -> base_difference.Differences:
        """What earlier months owe of insurance, or have paid too much."""
        return base_difference.reckon(
            self.facts,
            self.has_computed_insurance,
            self.insurance_base_fen,
            lambda code, who, month: self.law.column(code, "insurance_difference", who, month),
            self.faults,
        )

    @cached_property
    def has_computed_insurance(self) -> Mask:
        """Who is insured here, without a given total that replaces the lines; once a month."""
        given = self.facts.contributions
        who: Mask = given.is_insured & ~given.has_given_total & self.is_employed
        return who & self.is_last_part

    @cached_property
    def fund_base_fen(self) -> Column:
        """The housing fund base within the limits in force; 0 where nothing is computed."""
        who, given = self.has_computed_fund, self.facts.contributions
        housing_fund.check_rates(
            given,
            who,
            self.law.column("housing_fund_lowest_rate", "housing_fund", who),
            self.law.column("housing_fund_highest_rate", "housing_fund", who),
            self.faults,
        )
        return social_insurance.clamp(
            np.where(who, given.fund_base_fen, 0),
            self.law.column("housing_fund_base_floor", "housing_fund", who),
            self.law.column("housing_fund_base_cap", "housing_fund", who),
        )

    @cached_property
    def has_computed_fund(self) -> Mask:
        """Who pays into the housing fund here, without a given total; once a month."""
        given = self.facts.contributions
        who: Mask = given.has_fund & ~given.has_given_total & self.is_employed
        return who & self.is_last_part

    @cached_property
    def year_to_date(self) -> YearToDate:
        """The year before this month."""
        return withholding.opening(self.facts, self.faults)

    @cached_property
    def separate_bonus_fen(self) -> Column:
        """The annual bonus that is taxed on its own; a second one in the year is merged."""
        asked = self.given(AmountKind.ANNUAL_BONUS_SEPARATE)
        merged = (asked > 0) & self.year_to_date.is_separate_bonus_used
        self.notes.add(NoteBlock(code="second_bonus_merged", employee=np.flatnonzero(merged)))
        return np.where(merged, 0, asked)

    @cached_property
    def month_tax(self) -> withholding.MonthTax:
        """The month's withholding."""
        untaxed = self.paid("untaxed_pay") + self.separate_bonus_fen
        return withholding.withhold(
            self.facts,
            self.year_to_date,
            self.paid("gross_pay") - untaxed,
            self.paid("insurance_and_fund"),
            tax_deductions.month_deductions(
                self.facts, self.year_to_date, self.law, self.faults, self.notes
            ),
            self.separate_bonus_fen > 0,
            self.is_employed,
            self.law,
        )

    @cached_property
    def damages_limit_rate_micro(self) -> int:
        """The part of the month's wage that art 16 lets quality and damages take, 20 % by law."""
        claims = self.has_quality_basis(QualityBasis.DEDUCTION) | (
            self.given(AmountKind.DAMAGES) > 0
        )
        code = "damages_deduction_limit_rate"
        return self.law.national(code, "damages_deduction", claims & ~self.is_labor_service)

    @cached_property
    def art_16_room_fen(self) -> Column:
        """What quality deductions and damages together may take."""
        gross = self.paid("gross_pay")
        bonus = self.paid("annual_bonus")
        taken = self.paid("insurance_and_fund") + self.paid("taxes") + self.paid("other_deductions")
        top_up_micro = self.paid(TOP_UP) * MICRO_IN_FEN
        room = deduction_cap.room(
            gross - self.paid("untaxed_pay") - bonus,
            self.damages_limit_rate_micro,
            self.floor.counted_micro + top_up_micro,
            self.minimum_fen,
            gross - taken,
        )
        return np.where(self.is_labor_service, 0, room)

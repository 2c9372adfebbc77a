"""A scenario's payslips, worked out in plain fractions: the second opinion on the engine.

Each rule is written from the table "How the figures are made"; the words above a step are its row.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from .attendance import Attendance, attend
from .differences import Differences
from .facts import Facts, Month, Work, read
from .figures import MICRO, round_fen
from .hours import Hours, night_minutes
from .law import Law
from .period import Period
from .piece import (
    MICRO_TO_FEN,
    line_amounts,
    quality_amount,
    shared_amounts,
    value_by_work,
)
from .refused import RefusedError
from .severance import Severance
from .slip import Payslip
from .tax import Taxes

OVERTIME = {
    Work.WEEKDAY: "weekday_overtime",
    Work.REST: "rest_day_overtime",
    Work.HOLIDAY: "holiday_overtime",
}
TIME = {
    Work.NORMAL: "normal",
    Work.WEEKDAY: "weekday_overtime",
    Work.REST: "rest_day_overtime",
    Work.HOLIDAY: "holiday_overtime",
}
OWN_LEAVE_LINES = {"annual_leave", "sick_leave", "maternity_leave"}
OUTSIDE_FLOOR = {"labor_service", "intern", "trainee"}
NIGHT_LEAST_MINUTES = 120


def payslips(scenario: Mapping[str, Any], law: Law) -> list[Payslip]:
    """Work out all months of a scenario.

    Raises:
        RefusedError: the scenario states something that must be refused.

    """
    facts = read(scenario)
    hours = Hours(facts, law)
    taxes = Taxes(facts, law)
    return [
        _Extra(facts, month, law).pay(taxes)
        if month.is_extra
        else _Month(facts, month, hours, law).pay(taxes)
        for month in facts.months
    ]


class _Payment:
    """What the month's pay and an extra payment have in common."""

    def __init__(self, facts: Facts, month: Month, law: Law) -> None:
        self.facts = facts
        self.employee = facts.employee
        self.company = facts.company
        self.month = month
        self.law = law
        self.slip = Payslip(str(month.period))

    def _law(self, code: str) -> int:
        return self.law.number(code, self.facts.region, self.month.period.last_on)

    def _agreed(self) -> None:
        """What is given as it is."""
        month = self.month
        for code, fen in [*month.earnings.items(), *month.untaxed_earnings.items()]:
            self.slip.add("earning", code, fen)
        self.slip.add("earning", "annual_bonus", month.annual_bonus)

    def _untaxed(self) -> int:
        return sum(self.month.untaxed_earnings.values())

    def _tax(self, taxes: Taxes, own: int) -> None:
        """income_tax and annual_bonus_tax; takes the person's own insurance and fund."""
        taxed = taxes.month(
            self.month,
            gross=self.slip.gross_pay,
            untaxed=self._untaxed(),
            insurance_and_fund=own,
        )
        self.slip.taxed = taxed
        self.slip.notes |= taxes.notes
        self.slip.figures.update(taxes.figures(taxed))
        self.slip.add("deduction", "income_tax", taxed.income_tax)
        self.slip.add("deduction", "annual_bonus_tax", taxed.annual_bonus_tax)

    def _union_fund(self) -> None:
        """union_fund, on total wages."""
        if self.company.union_fund and self.employee.employment_type not in OUTSIDE_FLOOR:
            wages = self.slip.gross_pay - self._untaxed() - self.month.trainee_allowance
            rate = Fraction(self._law("union_fund_rate"), MICRO)
            self.slip.add("employer", "union_fund", round_fen(max(0, wages) * rate))

    def _other_deductions(self) -> None:
        for code, fen in self.month.other_deductions.items():
            self.slip.add("deduction", code, fen)

    def _close(self) -> Payslip:
        """Add the lines up."""
        slip = self.slip
        slip.net_pay = slip.gross_pay - slip.total("deduction")
        if slip.net_pay < 0:
            slip.notes.add("net_pay_below_zero")
        slip.figures["gross_pay_amount"] = slip.gross_pay
        slip.figures["net_pay_amount"] = slip.net_pay
        slip.figures["employer_cost_amount"] = slip.employer_cost
        return slip


class _Extra(_Payment):
    """A payment of named amounts beside the month's pay: no days, no hours, no insurance, no floor."""

    def pay(self, taxes: Taxes) -> Payslip:
        """Work the payment out."""
        self._agreed()
        self._tax(taxes, 0)
        self._union_fund()
        self._other_deductions()
        return self._close()


class _Month(_Payment):
    """One month of one person, step by step."""

    def __init__(self, facts: Facts, month: Month, hours: Hours, law: Law) -> None:
        super().__init__(facts, month, law)
        self.hours = hours
        self.days: Attendance = attend(month, hours)
        self.is_service = self.employee.employment_type == "labor_service"
        self.has_left = self.employee.has_left_before(month.period)
        self.minimum = self._law("minimum_wage_month")
        self.paid_days = Fraction(self._law("monthly_paid_days"), 100)
        self.piece = value_by_work(month, hours)
        self.severance = Severance(self.employee, month, facts.region, law)

    def pay(self, taxes: Taxes) -> Payslip:
        """Work the month out; who has left is paid what is late."""
        month = self.month
        if self.has_left and not (
            month.output or month.adjustments or self._has_amounts() or month.unused_leave_days
        ):
            raise RefusedError("not employed")
        self._base()
        self._piecework()
        self._overtime()
        self._note_stated_hours()
        self._allowances()
        self._leave()
        self._agreed()
        quality = quality_amount(self.month, self.company)
        on_price = self.company.quality_basis == "price"
        if on_price:
            self.slip.add("reduction", "quality_deduction", quality)
        counted = self._counted()
        self.slip.figures["counted_wage_amount"] = round_fen(counted)
        if self.employee.employment_type not in OUTSIDE_FLOOR and not self.has_left:
            self.slip.floor, self.slip.counted = self._floor(), counted
            top_up = max(0, round_fen(self.slip.floor - counted))
            self.slip.add("earning", "minimum_wage_top_up", top_up)
            counted += top_up
        own = self._insurance()
        self._tax(taxes, own)
        self.slip.add("deduction", "severance_tax", self.severance.tax)
        self.slip.add("employer", "disabled_levy", self.month.disabled_levy)
        self._union_fund()
        self._other_deductions()
        self._take_from_room(counted, 0 if on_price else quality)
        self._figure_time()
        return self._close()

    def _figure_time(self) -> None:
        """Say the month's days and minutes."""
        days, figures = self.days, self.slip.figures
        figures["scheduled_days"] = days.scheduled
        figures["holiday_days"] = days.holidays_employed
        for name, count in (
            ("attended", days.attended),
            ("paid_leave", sum(days.leave.values(), start=Fraction(0))),
            ("unpaid", days.unpaid),
        ):
            figures[f"{name}_days"] = count // 1
            figures[f"has_{name}_half"] = int(count % 1 > 0)
        minutes = self.hours.month_minutes(self.month)
        for work, name in TIME.items():
            figures[f"{name}_minutes"] = round_fen(minutes[work])
        figures["night_shift_count"] = self._night_shifts()
        figures["late_count"] = self.month.late_count
        figures["floor_amount"] = self.slip.floor

    def _has_amounts(self) -> bool:
        """Tell whether an amount is given, whatever it is."""
        month = self.month
        given = (
            month.earnings,
            month.untaxed_earnings,
            month.trainee_allowance,
            month.damages,
            month.other_deductions,
            month.special,
            month.other_tax,
            month.annual_bonus,
            month.labor_service_income,
            month.severance_wage is not None,
            month.disabled_levy,
        )
        return any(given)

    def _base(self) -> None:
        """base_pay and absence_deduction."""
        base, days = self.month.base_pay, self.days
        line = round_fen(Fraction(base * days.payable_employed, days.payable_of_month))
        self.slip.add("earning", "base_pay", line)
        absence = min(line, round_fen(base / self.paid_days * days.unpaid))
        if days.unpaid and days.nothing_payable:
            absence = line
        self.slip.add("reduction", "absence_deduction", absence)

    def _piecework(self) -> None:
        """piecework_pay, and group_piecework_pay for shares of what a group made."""
        for (task_type, price), fen in line_amounts(self.month).items():
            self.slip.add_part("earning", "piecework_pay", f"{task_type} {price}", fen)
        for task_type, fen in shared_amounts(self.month).items():
            self.slip.add_part("earning", "group_piecework_pay", task_type, fen)
        if self.is_service:
            self.slip.add("earning", "labor_service_pay", self.month.labor_service_income)

    def _overtime(self) -> None:
        """weekday_, rest_day_ and holiday_overtime_pay: piece part and time part, rounded once."""
        if self.is_service:
            return
        base = self.month.overtime_base or self.month.base_pay
        hour_wage = max(base, self.minimum) / self.paid_days / 8 if base else Fraction(0)
        minutes = self.hours.month_minutes(self.month)
        if sum(minutes[work] for work in OVERTIME) > self._law("monthly_overtime_limit_minutes"):
            self.slip.notes.add("overtime_over_limit")
        for work, name in OVERTIME.items():
            premium = Fraction(self._law(f"{name}_premium_rate"), MICRO)
            rate = Fraction(self._law(f"{name}_rate"), MICRO)
            piece_part = self.piece[work] * MICRO_TO_FEN * premium
            time_part = hour_wage * minutes[work] / 60 * rate
            self.slip.add("earning", f"{name}_pay", round_fen(piece_part + time_part))

    def _note_stated_hours(self) -> None:
        """Hours that output states and this person is not paid for are told."""
        stated = [each.hours for each in self.month.output if each.hours is not None]
        if any(self.hours.paid_class(work) is not work for work in stated):
            self.slip.notes.add("stated_hours_unpaid")

    def _allowances(self) -> None:
        """night_allowance, attendance_bonus, holiday_pay."""
        if self.is_service:
            return
        self.slip.add(
            "earning", "night_allowance", self._night_shifts() * self.company.night_allowance
        )
        is_full = not self.month.late_count and not self.days.unpaid and not self.has_left
        if is_full and not self.month.period.half:
            self.slip.add("earning", "attendance_bonus", self.company.attendance_bonus)
        if not self.month.base_pay:
            missed = self.days.holidays_employed - self.days.holidays_worked
            self.slip.add("earning", "holiday_pay", missed * self.company.holiday_day_wage)
            if missed and not self.company.holiday_day_wage:
                self.slip.notes.add("holiday_unpaid")

    def _night_shifts(self) -> int:
        return sum(night_minutes(each) >= NIGHT_LEAST_MINUTES for each in self.month.shifts)

    def _leave(self) -> None:
        """Leave pay of people without base pay, and unused leave of all."""
        due: dict[str, Fraction] = {}
        for kind, count in self.days.leave.items():
            if kind == "sick_leave" and self.month.base_pay:
                due[kind] = self._sick_supplement(count)
            if kind == "in_lieu_off" or self.month.base_pay or self.is_service:
                continue
            day_wage = self._average() / self.paid_days
            if kind == "sick_leave":
                rate = Fraction(self._law("sick_pay_minimum_rate"), MICRO)
                day_wage = max(day_wage, self.minimum * rate / self.paid_days)
            code = kind if kind in OWN_LEAVE_LINES else "other_leave"
            due[code] = due.get(code, Fraction(0)) + day_wage * count
        for code, fen in due.items():
            self.slip.add("earning", f"{code}_pay", round_fen(fen))
        if self.month.unused_leave_days:
            extra = Fraction(self._law("unused_leave_extra_rate"), MICRO)
            wage = self._average() / self.paid_days * self.month.unused_leave_days
            self.slip.add("earning", "unused_leave_pay", round_fen(wage * extra))

    def _sick_supplement(self, days: Fraction) -> Fraction:
        """Return what is missing where base pay, which is kept, is below the least sick pay."""
        if self.employee.employment_type in OUTSIDE_FLOOR:
            return Fraction(0)
        rate = Fraction(self._law("sick_pay_minimum_rate"), MICRO)
        return max(Fraction(0), self.minimum * rate - self.month.base_pay) / self.paid_days * days

    def _average(self) -> int:
        if self.employee.average_monthly_wage is None:
            raise RefusedError("no average wage for leave pay")
        return self.employee.average_monthly_wage

    def _agreed(self) -> None:
        """What is given as it is, severance, and corrections: those of a month and reason are a line."""
        super()._agreed()
        self.slip.add("earning", "trainee_allowance", self.month.trainee_allowance)
        self.slip.add("earning", "severance_pay", self.severance.paid)
        if self.severance.is_below:
            self.slip.notes.add("severance_below_statutory")
        corrections: dict[tuple[Period, str], int] = {}
        for period, fen, reason in self.month.adjustments:
            key = (period, reason)
            corrections[key] = corrections.get(key, 0) + fen
        for (_, reason), fen in corrections.items():
            kind = "earning" if fen > 0 else "reduction"
            self.slip.add_part(kind, "adjustment", reason, abs(fen))

    def _untaxed(self) -> int:
        return super()._untaxed() + self.severance.paid

    def _counted(self) -> Fraction:
        """Return the counted wage of minimum_wage_top_up, before the top-up."""
        outside = sum(
            self.slip.line("earning", f"{code}_pay")
            for code in [*OVERTIME.values(), "unused_leave", "sick_leave", "maternity_leave"]
        )
        outside += self.slip.line("earning", "night_allowance")
        outside += self._untaxed() + self.month.annual_bonus
        outside += sum(
            fen for period, fen, _ in self.month.adjustments if period < self.month.period
        )
        overtime_value = sum(self.piece[work] for work in OVERTIME) * MICRO_TO_FEN
        return self.slip.gross_pay - outside - overtime_value

    def _floor(self) -> int:
        """Return the floor in fen, by payable days, or by hours for part-time."""
        if self.employee.employment_type == "part_time":
            hourly = self._law("minimum_wage_hour")
            return round_fen(hourly * self._hours_worked())
        days = self.days
        without = days.unpaid + days.leave.get("sick_leave", 0)
        without += days.leave.get("maternity_leave", 0)
        due = max(Fraction(0), days.payable_employed - without)
        return round_fen(self.minimum * due / days.payable_of_month)

    def _hours_worked(self) -> Fraction:
        if self.month.shifts:
            minutes = sum(
                shift.end - shift.start - shift.break_minutes for shift in self.month.shifts
            )
            return Fraction(minutes, 60)
        if self.month.hours_worked is None:
            raise RefusedError("part-time without hours")
        return self.month.hours_worked

    def _insurance(self) -> int:
        """Insurance and fund lines of both sides; returns the person's own."""
        if self.month.base_differences and (
            self.month.employee_insurance is not None
            or self.employee.contribution_base is None
            or self.has_left
            or not self._is_last_part()
        ):
            raise RefusedError("base difference without insurance")
        if self.month.employee_insurance is not None:
            self.slip.add("deduction", "employee_insurance", self.month.employee_insurance)
            return self.month.employee_insurance
        if self.is_service or self.has_left or not self._is_last_part():
            return 0
        if self.employee.contribution_base is not None:
            self._social_insurance(self.employee.contribution_base)
        fund = self.employee.fund
        if fund is not None:
            for rate in (fund.employee_rate, fund.employer_rate):
                share = rate * MICRO
                lowest, highest = (
                    self._law(f"housing_fund_{end}_rate") for end in ("lowest", "highest")
                )
                if not lowest <= share <= highest:
                    raise RefusedError("a housing fund rate outside of the law")
            base = self._clamp(fund.base, "housing_fund_base")
            self.slip.add("deduction", "housing_fund", round_fen(base * fund.employee_rate))
            self.slip.add("employer", "employer_housing_fund", round_fen(base * fund.employer_rate))
        return self.slip.total("deduction")

    def _is_last_part(self) -> bool:
        """Tell whether the month's insurance is due: with its last half, or a leaver's last."""
        left, period = self.employee.separated_on, self.month.period
        return period.half != 1 or (left is not None and left in period)

    def _social_insurance(self, given: int) -> None:
        if self.employee.work_injury_rate is None:
            raise RefusedError("work_injury_rate is missing")
        base = self._clamp(given, "insurance_base")
        aid = self._law("large_medical_aid_employee_amount")
        self.slip.add("deduction", "large_medical_aid", aid)
        for scheme in ("pension", "medical", "unemployment"):
            own = Fraction(self._law(f"{scheme}_employee_rate"), MICRO)
            employer = Fraction(self._law(f"{scheme}_employer_rate"), MICRO)
            self.slip.add("deduction", f"{scheme}_insurance", round_fen(base * own))
            self.slip.add("employer", f"employer_{scheme}_insurance", round_fen(base * employer))
        rate = Fraction(self._law("large_medical_aid_employer_rate"), MICRO)
        self.slip.add("employer", "employer_large_medical_aid", round_fen(base * rate))
        injury = round_fen(base * self.employee.work_injury_rate)
        self.slip.add("employer", "employer_work_injury_insurance", injury)
        self._base_differences(base)

    def _base_differences(self, base: int) -> None:
        """What earlier months owe is a line; what was paid too much lowers the scheme's line."""
        found = Differences(self.employee, self.facts.region, self.law).add(self.month, base)
        self.slip.add("deduction", "insurance_difference", found.more["deduction"])
        self.slip.add("employer", "employer_insurance_difference", found.more["employer"])
        for (kind, code), fen in found.less.items():
            if fen > self.slip.line(kind, code):
                raise RefusedError("more to set off than is due")
            self.slip.add(kind, code, -fen)

    def _clamp(self, base: int, limits: str) -> int:
        return min(max(base, self._law(f"{limits}_floor")), self._law(f"{limits}_cap"))

    def _take_from_room(self, counted: Fraction, quality: int) -> None:
        """Quality on basis `deduction` first, then damages, from the room of art 16."""
        if self.is_service:
            self.slip.no_room = quality + self.month.damages
            return
        share = Fraction(self._law("damages_deduction_limit_rate"), MICRO)
        wage = self.slip.gross_pay - self._untaxed() - self.month.annual_bonus
        limits: list[Fraction | int] = [
            share * wage // 1,
            counted - self.minimum,
            self.slip.gross_pay - self.slip.total("deduction"),
        ]
        room = self.slip.room = max(0, min(limits) // 1)
        taken = min(quality, room)
        self.slip.add("deduction", "quality_deduction", taken)
        damages = min(self.month.damages, room - taken)
        self.slip.add("deduction", "damages_deduction", damages)
        self.slip.no_room = quality + self.month.damages - taken - damages

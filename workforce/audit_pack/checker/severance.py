"""Severance by Labour Contract Law art 47, its tax by 财税〔2018〕164号 5(1), in plain dates and fractions."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from .facts import Employee, Month
from .figures import MICRO, round_fen
from .law import Law
from .refused import RefusedError
from .tax import tax_on

WITH_CLAIM = {"full_time", "dispatched"}


class Severance:
    """What one leaver is due, in fen."""

    def __init__(self, employee: Employee, month: Month, region: str, law: Law) -> None:
        """Refuse who has no claim or does not leave in the month."""
        self.employee, self.month, self.region, self.law = employee, month, region, law
        self.paid = self.tax = 0
        self.is_below = False
        if month.severance_wage is None:
            return
        if employee.employment_type not in WITH_CLAIM:
            raise RefusedError("no severance for the employment type")
        if employee.separated_on is None or employee.separated_on not in month.period:
            raise RefusedError("severance without leaving")
        due = self._due(month.severance_wage, employee.separated_on)
        self.paid = due if month.severance_agreed is None else month.severance_agreed
        self.is_below = self.paid < due
        average = self._law("severance_average_wage_year")
        exempt = average * self._law("severance_exempt_average_wages")
        table = law.table("income_tax_annual_brackets", region, month.period.last_on)
        self.tax = tax_on(table, Fraction(max(0, self.paid - exempt)))

    def _due(self, average: int, last: date) -> int:
        wage = Fraction(max(average, self._law("minimum_wage_month")))
        months = self._months(last)
        limit = Fraction(self._law("severance_average_wage_year"), 12)
        limit *= self._law("severance_wage_limit_average_wages")
        if wage > limit:
            months = min(months, Fraction(self._law("severance_capped_months")))
            wage = limit
        return round_fen(wage * months)

    def _months(self, last: date) -> Fraction:
        """Walk through the service month by month."""
        end, full = last + timedelta(days=1), 0
        while _after(self.employee.hired_on, full + 1) <= end:
            full += 1
        years, rest = full // 12, full % 12
        if rest >= self._law("severance_whole_year_months"):
            return Fraction(years + 1)
        if rest or _after(self.employee.hired_on, full) < end:
            return years + Fraction(self._law("severance_short_service_rate"), MICRO)
        return Fraction(years)

    def _law(self, code: str) -> int:
        return self.law.number(code, self.region, self.month.period.last_on)


def _after(on: date, months: int) -> date:
    """Return the day so many months later; a month without that day has its last one instead."""
    first = on.replace(day=1)
    for _ in range(months):
        first = (first + timedelta(days=31)).replace(day=1)
    next_month = (first + timedelta(days=31)).replace(day=1)
    return min(first + timedelta(days=on.day - 1), next_month - timedelta(days=1))

"""The `taxable income` and `income_tax` rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from .facts import Facts, Month, YearToDate
from .figures import MICRO, round_fen
from .law import Law, Table
from .period import Period
from .refused import RefusedError

LAST_HALF = 2
PER_CHILD = {"child_education", "infant_care"}
FOR_WAGES = {"cumulative", "intern"}
YEARLY = {"personal_pension", "professional_certificate"}


@dataclass
class Year:
    """What has accumulated at this employer in the calendar year, in fen."""

    number: int
    income: int = 0
    insurance_and_fund: int = 0
    special: int = 0
    other: int = 0
    withheld: int = 0
    separate_bonus_used: bool = False
    cut_by_year: dict[str, int] = field(default_factory=dict)
    housing: set[str] = field(default_factory=set)
    months: int = 0
    counted: Period | None = None

    def count(self, month: Period) -> None:
        """Count a month, once for both of its halves."""
        self.months += month != self.counted
        self.counted = month

    @classmethod
    def after(cls, number: int, before: YearToDate) -> Year:
        """Begin with what the scenario gives."""
        return cls(
            number,
            income=before.income,
            insurance_and_fund=before.insurance_and_fund,
            special=before.special,
            other=before.other,
            withheld=before.withheld,
            separate_bonus_used=before.separate_bonus_used,
            cut_by_year={
                "personal_pension": before.personal_pension,
                "professional_certificate": before.professional_certificate,
            },
            months=before.months,
            housing={
                code
                for code, is_declared in (
                    ("rent", before.has_rent),
                    ("housing_loan_interest", before.has_housing_loan),
                )
                if is_declared
            },
        )


@dataclass(frozen=True)
class Taxed:
    """One month's taxes in fen, and the figures behind them."""

    income_tax: int
    annual_bonus_tax: int
    cumulative_income: int
    cumulative_taxable: Fraction
    rate: int
    quick: int
    withheld: int
    basic: int = 0
    limits: frozenset[int] = frozenset()


def bracket(table: Table, taxable: Fraction) -> tuple[int, int]:
    """Return rate (millionths) and quick deduction (fen); a bracket includes its upper limit."""
    for row in table:
        if row.upper_fen is None or taxable <= row.upper_fen:
            return row.rate_micro, row.quick_fen
    raise AssertionError("the last bracket has no upper limit")


def tax_on(table: Table, taxable: Fraction, looked_up: Fraction | None = None) -> int:
    """Return the tax on an amount, in fen; the bracket may be that of another amount."""
    rate, quick = bracket(table, taxable if looked_up is None else looked_up)
    return round_fen(taxable * rate / MICRO - quick) if taxable > 0 else 0


class Taxes:
    """Walks through the months in order."""

    def __init__(self, facts: Facts, law: Law) -> None:
        """Begin before the first month."""
        self.facts = facts
        self.employee = facts.employee
        self.law = law
        self.year: Year | None = None
        self._check(facts.months[0].period)
        self.notes: set[str] = set()  # of the last month taxed
        if self.employee.deduct_60000 and self.employee.first_wage_income_of_year:
            raise RefusedError("both tax rules")

    def _check(self, first: Period) -> None:
        """What is stated of the year must be possible for somebody hired on that day."""
        hired_in, given = Period.of(self.employee.hired_on), self.employee.year_to_date
        begins = max(hired_in, Period(first.year, 1))
        if given is not None and not given.has_earlier_employment:
            earlier = given.months - self._is_counted(first)
            if earlier > first.month - begins.month:
                raise RefusedError("year_to_date of more months than there were")
        is_alone = self.employee.tax_method == "cumulative"
        is_alone = is_alone and not self.employee.first_wage_income_of_year
        if self.employee.deduct_60000 and is_alone and hired_in > Period(first.year - 1, 1):
            raise RefusedError("60000 without a whole year before")

    def _is_counted(self, first: Period) -> bool:
        """Tell whether the year before the first month given has counted it already."""
        given = self.employee.year_to_date
        if given is not None and given.is_month_counted is not None:
            return given.is_month_counted
        return first.half == LAST_HALF and self.employee.hired_on < first.first_on

    def month(self, month: Month, *, gross: int, untaxed: int, insurance_and_fund: int) -> Taxed:
        """Tax one month."""
        self.notes = set()
        year = self._year(month.period)
        separate = month.separate_bonus
        if separate and self.employee.tax_method != "cumulative":
            raise RefusedError("a bonus taxed on its own beside pay for services")
        if separate and year.separate_bonus_used:
            separate = 0
            self.notes.add("second_bonus_merged")
        bonus_tax = 0
        if separate:
            year.separate_bonus_used = True
            months = self._law("annual_bonus_months", month)
            table = self._table("income_tax_monthly_brackets", month)
            bonus_tax = tax_on(table, Fraction(separate), Fraction(separate, months))
        income = gross - untaxed - separate
        special, other = self._allowed(month, year)
        if self.employee.tax_method == "labor_service":
            return self._labor_service(month, year, income, bonus_tax)
        if self.employee.tax_method == "platform":
            return self._platform(month, year, income, bonus_tax)
        share = Fraction(1)
        if self.employee.tax_method == "intern":
            share = Fraction(self._law("intern_income_rate", month), MICRO)
        if not self.employee.has_left_before(month.period):
            year.count(month.period.whole)
        year.income += income
        year.insurance_and_fund += insurance_and_fund
        year.special += special
        year.other += other
        basic = self._basic(month, year)
        taxable = year.income * share - basic - year.insurance_and_fund
        if self.employee.tax_method == "cumulative":  # what else lowers the tax is for wages only
            taxable -= year.special + year.other
        return self._withhold(month, year, taxable, basic, bonus_tax)

    def figures(self, taxed: Taxed) -> dict[str, int]:
        """Return what a payslip stores of the tax after the month just taxed."""
        figures = {
            "tax_basic_amount": taxed.basic,
            "tax_taxable_amount": round_fen(max(Fraction(0), taxed.cumulative_taxable)),
            "tax_rate": taxed.rate,
            "tax_quick_amount": taxed.quick,
        }
        year = self.year
        if year is None or self.employee.tax_method not in FOR_WAGES:
            return figures
        return {
            **figures,
            "tax_income_amount": year.income,
            "tax_insurance_and_fund_amount": year.insurance_and_fund,
            "tax_special_amount": year.special,
            "tax_other_amount": year.other,
            "tax_personal_pension_amount": year.cut_by_year.get("personal_pension", 0),
            "tax_certificate_amount": year.cut_by_year.get("professional_certificate", 0),
            "tax_withheld_amount": year.withheld,
            "tax_months": year.months,
            "is_separate_bonus_used": int(year.separate_bonus_used),
            "has_rent": int("rent" in year.housing),
            "has_housing_loan": int("housing_loan_interest" in year.housing),
        }

    def _withhold(
        self, month: Month, year: Year, taxable: Fraction, basic: int, bonus_tax: int
    ) -> Taxed:
        table = self._table("income_tax_annual_brackets", month)
        tax = max(0, tax_on(table, taxable) - year.withheld)
        year.withheld += tax
        rate, quick = bracket(table, taxable)
        limits = frozenset(row.upper_fen for row in table if row.upper_fen is not None)
        return Taxed(
            tax, bonus_tax, year.income, taxable, rate, quick, year.withheld, basic, limits
        )

    def _labor_service(self, month: Month, year: Year, income: int, bonus_tax: int) -> Taxed:
        """One payment a month, its own table."""
        if income <= self._law("labor_service_fixed_limit", month):
            taxable = Fraction(income - self._law("labor_service_fixed_deduction", month))
        else:
            off = Fraction(self._law("labor_service_deduction_rate", month), MICRO)
            taxable = income * (1 - off)
        taxable = max(taxable, Fraction(0))
        table = self._table("labor_service_brackets", month)
        tax = tax_on(table, taxable)
        rate, quick = bracket(table, taxable)
        year.withheld += tax
        return Taxed(tax, bonus_tax, income, taxable, rate, quick, year.withheld)

    def _platform(self, month: Month, year: Year, income: int, bonus_tax: int) -> Taxed:
        """A chain of months with income; an empty month ends it."""
        if income == 0:
            year.income, year.withheld, year.months = 0, 0, 0
            return Taxed(0, bonus_tax, year.income, Fraction(0), 0, 0, 0)
        year.months += not self.employee.has_left_before(month.period)
        year.income += income
        share = Fraction(self._law("platform_income_rate", month), MICRO)
        basic = self._law("basic_deduction_month", month) * year.months
        return self._withhold(month, year, year.income * share - basic, basic, bonus_tax)

    def _year(self, period: Period) -> Year:
        """Return the year of a month; it begins anew in January."""
        if self.year is None:
            hired_on = self.employee.hired_on
            first_employed = period.at(max(hired_on, date(period.year, 1, 1)))
            given = self.employee.year_to_date
            needs = self.employee.tax_method != "labor_service"
            left = self.employee.has_left_before(Period(period.year, 1))
            if needs and period != first_employed and given is None and not left:
                raise RefusedError("year_to_date is required")
            self.year = Year.after(period.year, given or YearToDate())
            if self._is_counted(period):
                self.year.counted = period.whole
        if self.year.number != period.year:
            self.year = Year(period.year)
        return self.year

    def _basic(self, month: Month, year: Year) -> int:
        if not year.months:
            return 0
        if self.employee.deduct_60000:
            return self._law("basic_deduction_year", month)
        first_wage = self.employee.first_wage_income_of_year
        count = year.months
        if first_wage:
            left = self.employee.separated_on
            is_here = left is None or left >= month.period.first_on
            count = month.period.month if is_here or left is None else left.month
        return count * self._law("basic_deduction_month", month)

    def _allowed(self, month: Month, year: Year) -> tuple[int, int]:
        """Cut the declared deductions to the law's limits."""
        year.housing |= {"rent", "housing_loan_interest"} & {
            code for code, amount in month.special.items() if amount
        }
        if len(year.housing) > 1:
            raise RefusedError("rent and mortgage in one year")
        return self._cut(month, year, month.special), self._cut(month, year, month.other_tax)

    def _cut(self, month: Month, year: Year, declared: Mapping[str, int]) -> int:
        total = 0
        for code, amount in declared.items():
            used = year.cut_by_year.get(code, 0) if code in YEARLY else 0
            allowed = min(amount, max(0, self._limit(code, amount, month) - used))
            if code in YEARLY:
                year.cut_by_year[code] = used + allowed
            total += allowed
            if allowed < amount:
                self.notes.add("tax_deduction_cut")
        return total

    def _limit(self, code: str, declared: int, month: Month) -> int:
        if code in PER_CHILD:
            return declared  # the number of children is not in the file
        if code == "annuity":
            rate = self._law("deduction_limit_annuity_rate", month)
            return round_fen(Fraction(rate, MICRO) * (self.employee.contribution_base or 0))
        return self._law(f"deduction_limit_{code}", month)

    def _law(self, code: str, month: Month) -> int:
        return self.law.number(code, self.facts.region, month.period.last_on)

    def _table(self, code: str, month: Month) -> Table:
        return self.law.table(code, self.facts.region, month.period.last_on)

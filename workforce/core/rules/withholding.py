"""The month's withholding by each method, and the state it leaves for the next month."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Final

import numpy as np

from workforce.core.facts import Facts, Mask, TaxMethod, YearToDate, day_number
from workforce.core.fault_log import FaultLog
from workforce.core.law_columns import LawColumns
from workforce.core.money import MICRO, Column
from workforce.core.period import PayPeriod
from workforce.core.results import TaxColumns
from workforce.core.rules import labor_service
from workforce.core.rules.income_tax import Withholding, on_table
from workforce.core.rules.tax_deductions import TaxDeductions

ASKED_BY: Final = "income_tax"
CUMULATIVE_METHODS: Final = (TaxMethod.CUMULATIVE, TaxMethod.INTERN, TaxMethod.PLATFORM)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthTax:
    """The month's tax, how it was reached, and the year to date after it.

    `before_fen` is what was withheld earlier; `income_fen` this month's taxable pay; `basic_months` how
    many months the basic deduction is for, 0 where it is not by the month;
    `income_rate_micro` the part of cumulative income that counts, 0 for labour service.
    """

    tax_fen: Column
    income_fen: Column
    income_rate_micro: Column
    before_fen: Column
    due_fen: Column
    basic_months: Column
    insurance_and_fund_fen: Column
    special_fen: Column
    other_fen: Column
    columns: TaxColumns
    year_to_date: YearToDate


def opening(facts: Facts, faults: FaultLog) -> YearToDate:
    """Return the year to date before the month; required unless the year begins here.

    A year begins in January or, for a new employment, in the month of hiring; the second half of that
    month goes on from the first. Who left before the year has none to go on from.
    """
    given, people = facts.tax, facts.employments
    cumulative = np.isin(given.method, CUMULATIVE_METHODS)
    begins = (
        (people.hired_on >= day_number(facts.period.first_on))
        | (facts.period.month == 1 and facts.period.begins_month)
        | (people.separated_on < _new_year(facts))
    )
    missing = np.flatnonzero(cumulative & ~begins & ~given.has_year_to_date)
    faults.add("pay.year_to_date_missing", "tax.year_to_date", missing)
    earlier = given.year_to_date.months - given.is_month_counted
    # Not since the hire: who comes back within the year goes on from an earlier employment here.
    possible = facts.period.month - 1
    who = np.flatnonzero(given.has_year_to_date & (earlier > possible))
    faults.add(
        "pay.year_to_date_months",
        "tax.year_to_date.months",
        who,
        months_count=earlier[who],
        possible_count=np.full_like(who, possible),
    )
    last_year = date(facts.period.year - 1, 1, 31)
    is_alone = (given.method == TaxMethod.CUMULATIVE) & ~given.is_first_wage_of_year
    late = given.is_deduct_60000 & is_alone & (people.hired_on > day_number(last_year))
    faults.add("pay.deduct_60000_hired", "tax.is_deduct_60000", np.flatnonzero(late))
    both = np.flatnonzero(given.is_deduct_60000 & given.is_first_wage_of_year)
    faults.add("pay.two_tax_rules", "tax.is_first_wage_of_year", both)
    return _where(given.has_year_to_date, given.year_to_date)


def _new_year(facts: Facts) -> int:
    return day_number(facts.period.first_on.replace(month=1))


def _where(known: Mask, state: YearToDate) -> YearToDate:
    """Return the state where it is known, else the beginning of a year."""
    return YearToDate(
        **{
            field.name: np.where(known, getattr(state, field.name), 0).astype(
                getattr(state, field.name).dtype
            )
            for field in fields(state)
        }
    )


def withhold(
    facts: Facts,
    before: YearToDate,
    income_fen: Column,
    insurance_fen: Column,
    deductions: TaxDeductions,
    separate_bonus: Mask,
    is_employed: Mask,
    law: LawColumns,
) -> MonthTax:
    """Withhold by each employee's method.

    Args:
        facts: the facts.
        before: the year to date before the month.
        income_fen: the month's taxable pay.
        insurance_fen: own insurance and fund of the month.
        deductions: the month's special additional and other deductions.
        separate_bonus: who is paid an annual bonus taxed on its own this month.
        is_employed: for whom the month counts; who has left is paid on the months before.
        law: law data.

    """
    method = facts.tax.method
    per_payment = method == TaxMethod.LABOR_SERVICE
    # An empty month ends a platform worker's chain: income, tax and months start anew.
    chain_ends = (method == TaxMethod.PLATFORM) & (income_fen == 0)
    goes_on = ~per_payment & ~chain_ends
    after = YearToDate(
        income_fen=np.where(goes_on, before.income_fen + income_fen, 0),
        insurance_and_fund_fen=np.where(goes_on, before.insurance_and_fund_fen + insurance_fen, 0),
        special_fen=np.where(goes_on, before.special_fen + deductions.special_fen, 0),
        other_fen=np.where(goes_on, before.other_fen + deductions.other_fen, 0),
        personal_pension_fen=before.personal_pension_fen + deductions.personal_pension_fen,
        certificate_fen=before.certificate_fen + deductions.certificate_fen,
        withheld_fen=np.zeros(facts.size, dtype=np.int64),
        months=np.where(goes_on, before.months + (is_employed & ~facts.tax.is_month_counted), 0),
        is_separate_bonus_used=before.is_separate_bonus_used | separate_bonus,
        has_rent=deductions.has_rent,
        has_housing_loan=deductions.has_housing_loan,
    )
    counted = _counted(method, after)
    basic, basic_months = _basic(facts, after.months, goes_on, law)
    income_rate = _income_rate(method, goes_on, law)
    cumulative = _cumulative(counted, income_rate, basic, goes_on, law)
    payment = _payment(income_fen, per_payment, law)
    withheld = np.where(goes_on, before.withheld_fen, 0)
    due = np.where(per_payment, payment.tax_fen, cumulative.tax_fen)
    tax = np.maximum(due - withheld, 0)
    earlier = np.where(chain_ends, 0, before.withheld_fen)
    total = earlier + tax
    columns = TaxColumns(
        cumulative_income_fen=np.where(per_payment, income_fen, after.income_fen),
        cumulative_basic_fen=basic,
        cumulative_taxable_fen=np.where(per_payment, payment.taxable_fen, cumulative.taxable_fen),
        rate_micro=np.where(per_payment, payment.rate_micro, cumulative.rate_micro),
        quick_deduction_fen=np.where(per_payment, payment.quick_fen, cumulative.quick_fen),
        withheld_to_date_fen=total,
        months=after.months,
    )
    return MonthTax(
        tax_fen=tax,
        income_fen=income_fen,
        income_rate_micro=income_rate,
        before_fen=withheld,
        due_fen=due,
        basic_months=basic_months,
        insurance_and_fund_fen=counted.insurance_and_fund_fen,
        special_fen=counted.special_fen,
        other_fen=counted.other_fen,
        columns=columns,
        year_to_date=replace(after, withheld_fen=total),
    )


def _counted(method: Column, state: YearToDate) -> YearToDate:
    """Return the year's sums that the method takes off income.

    Interns have no special additional or other deductions, platform workers nothing but the basic
    one; what wages earlier in the year have left stays in the state and is settled by the person.
    """
    is_wage, is_platform = method == TaxMethod.CUMULATIVE, method == TaxMethod.PLATFORM
    return replace(
        state,
        insurance_and_fund_fen=np.where(is_platform, 0, state.insurance_and_fund_fen),
        special_fen=np.where(is_wage, state.special_fen, 0),
        other_fen=np.where(is_wage, state.other_fen, 0),
    )


def _basic(facts: Facts, months: Column, goes_on: Mask, law: LawColumns) -> tuple[Column, Column]:
    """Return 5000 × months employed here, and the months; from January or 60000 at once where declared.

    No month counts after the employment, and nothing in a year without a month employed here.
    """
    whole_year = goes_on & facts.tax.is_deduct_60000 & (months > 0)
    left = facts.employments.separated_on
    starts = [day_number(PayPeriod(facts.period.year, month).first_on) for month in range(1, 13)]
    until_left = np.searchsorted(np.array(starts), left, side="right")
    from_january = np.minimum(facts.period.month, until_left)
    counted = np.where(facts.tax.is_first_wage_of_year, from_january, months)
    counted = np.where(goes_on & ~whole_year, counted, 0)
    by_month = law.column("basic_deduction_month", ASKED_BY, counted > 0) * counted
    by_year = law.column("basic_deduction_year", ASKED_BY, whole_year)
    return np.where(whole_year, by_year, by_month), counted


def _income_rate(method: Column, goes_on: Mask, law: LawColumns) -> Column:
    """Return the part of cumulative income that is taxable before deductions, in millionths."""
    is_intern, is_platform = method == TaxMethod.INTERN, method == TaxMethod.PLATFORM
    rate = np.where(goes_on, MICRO, 0)
    rate = np.where(is_intern, law.column("intern_income_rate", ASKED_BY, is_intern), rate)
    counted = is_platform & goes_on
    return np.where(counted, law.column("platform_income_rate", ASKED_BY, counted), rate)


def _cumulative(
    counted: YearToDate, rate: Column, basic_fen: Column, goes_on: Mask, law: LawColumns
) -> Withholding:
    deducted = basic_fen + counted.insurance_and_fund_fen + counted.special_fen + counted.other_fen
    taxable = np.maximum(counted.income_fen * rate - deducted * MICRO, 0)
    table = law.table("income_tax_annual_brackets", ASKED_BY, goes_on)
    return on_table(np.where(goes_on, taxable, 0), table)


def _payment(income_fen: Column, per_payment: Mask, law: LawColumns) -> Withholding:
    taxable = labor_service.taxable(
        np.where(per_payment, income_fen, 0),
        law.column("labor_service_fixed_limit", ASKED_BY, per_payment),
        law.column("labor_service_fixed_deduction", ASKED_BY, per_payment),
        law.column("labor_service_deduction_rate", ASKED_BY, per_payment),
    )
    return on_table(taxable, law.table("labor_service_brackets", ASKED_BY, per_payment))

"""Small tables that the paper and the page both show: hours, and the way to the year's tax."""

from __future__ import annotations

from workforce.core.money import MICRO
from workforce.core.results import LineKind
from workforce.core.text import Text
from workforce.documents import labels
from workforce.documents.views import LineView, PayslipView, TaxView, TimeView
from workforce.platform.formatting import count, days, hours, micro, money, percent

Fact = tuple[Text, str]
"""A label and the figure as it is shown."""


def product(line: LineView) -> str:
    """Return quantity × rate of a line, or nothing: ``1,000 × 0.125``, ``4,553 × 8%``."""
    if line.quantity is None or line.rate is None:
        return ""
    is_share = line.kind in {LineKind.DEDUCTION, LineKind.EMPLOYER} and line.rate < MICRO
    rate = percent(line.rate) if is_share else micro(line.rate)
    return f"{micro(line.quantity)} × {rate}"


def time_facts(time: TimeView) -> list[Fact]:
    """Return days and hours; what did not happen is left out."""
    always = [
        (labels.ATTENDED, f"{days(time.attended_half_days)} / {time.scheduled_days}"),
        (labels.NORMAL_HOURS, hours(time.normal_minutes)),
    ]
    optional = (
        (labels.WEEKDAY_OVERTIME, time.weekday_overtime_minutes, hours),
        (labels.REST_DAY_OVERTIME, time.rest_day_overtime_minutes, hours),
        (labels.HOLIDAY_OVERTIME, time.holiday_overtime_minutes, hours),
        (labels.NIGHT_SHIFTS, time.night_shift_count, count),
        (labels.PAID_LEAVE, time.paid_leave_half_days, days),
        (labels.UNPAID, time.unpaid_half_days, days),
        (labels.LATE, time.late_count, count),
    )
    return [*always, *((label, write(value)) for label, value, write in optional if value)]


def year_facts(view: PayslipView) -> list[Fact]:
    """Return the year to date and, for wages, the way from it to the month's tax."""
    year = view.year
    gross = (labels.YEAR_GROSS, money(year.gross_pay))
    if view.tax is not None:
        return [gross, *_tax_steps(view.tax)]
    return [
        gross,
        (labels.INSURANCE_AND_FUND, money(year.insurance_and_fund)),
        (labels.INCOME_TAX, money(year.income_tax)),
    ]


def _tax_steps(tax: TaxView) -> list[Fact]:
    income = labels.TAX_PART_INCOME if tax.is_part_income else labels.TAX_INCOME
    optional = ((labels.TAX_SPECIAL, tax.special), (labels.TAX_OTHER, tax.other))
    months = labels.months(tax.months)
    basic = labels.joined(labels.TAX_BASIC, months) if tax.months else labels.TAX_BASIC
    before = [(labels.TAX_BEFORE, money(-tax.withheld_before))] if tax.withheld_before else []
    return [
        (income, money(tax.income)),
        (basic, money(-tax.basic)),
        (labels.INSURANCE_AND_FUND, money(-tax.insurance_and_fund)),
        *((label, money(-amount)) for label, amount in optional if amount),
        (labels.TAXABLE, money(tax.taxable)),
        (labels.TAX_RATE, f"{percent(tax.rate)} / {money(tax.quick_deduction)}"),
        (labels.TAX_TO_DATE, money(tax.due)),
        *before,
        (labels.TAX_NOW, money(tax.this_month)),
    ]

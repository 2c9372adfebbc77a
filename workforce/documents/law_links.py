"""From a payslip line to the page of the law value that decides its rate or limit."""

from __future__ import annotations

from typing import Final

LAW_OF_LINE: Final = {
    "absence_deduction": "monthly_paid_days",
    "annual_bonus_tax": "income_tax_monthly_brackets",
    "annual_leave_pay": "monthly_paid_days",
    "damages_deduction": "damages_deduction_limit_rate",
    "employer_housing_fund": "housing_fund_lowest_rate",
    "employer_large_medical_aid": "large_medical_aid_employer_rate",
    "employer_medical_insurance": "medical_employer_rate",
    "employer_pension_insurance": "pension_employer_rate",
    "employer_unemployment_insurance": "unemployment_employer_rate",
    "employer_work_injury_insurance": "work_injury_lowest_class_rate",
    "holiday_overtime_pay": "holiday_overtime_rate",
    "housing_fund": "housing_fund_lowest_rate",
    "income_tax": "income_tax_annual_brackets",
    "large_medical_aid": "large_medical_aid_employee_amount",
    "medical_insurance": "medical_employee_rate",
    "minimum_wage_top_up": "minimum_wage_month",
    "pension_insurance": "pension_employee_rate",
    "rest_day_overtime_pay": "rest_day_overtime_rate",
    "severance_tax": "income_tax_annual_brackets",
    "sick_leave_pay": "sick_pay_minimum_rate",
    "unemployment_insurance": "unemployment_employee_rate",
    "union_fund": "union_fund_rate",
    "unused_leave_pay": "unused_leave_extra_rate",
    "weekday_overtime_pay": "weekday_overtime_rate",
}
"""Code of a line → code of the law value, for lines whose rate or limit the law gives."""

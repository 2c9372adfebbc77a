"""The law as data: dated values with their instruments, and work calendars.

::

    book = LawBook.load(approved_overlays(instance / "law"))
    found = book.value("minimum_wage_month", "500236", period.first_on, "minimum_wage_top_up")
    found.integer         # 220000, in the parameter's unit; tables are in found.table
    found.source.title, found.source.article, found.is_estimate, found.valid_from, found.valid_to

No value in force on the day is a `LawMissingError`, never a default. The nearest region counts:
county, province, nation. Values change on the first of a month, save those of a calendar.

Codes and units (micro: millionths; labels in data/parameters.toml)::

    daily_work_minutes                        minutes          480
    weekly_work_minutes                       minutes          2400
    monthly_overtime_limit_minutes            minutes          2160
    minimum_working_age                       count            16 years; estimate
    adult_age                                 count            18 years
    monthly_paid_days                         days_hundredths  2175
    monthly_work_days                         days_hundredths  2067; 2083 before 2025
    annual_work_days                          days             248; 250 before 2025
    statutory_holidays                        days             13; 11 before 2025
    weekday_overtime_rate                     micro            150 % of time wage
    rest_day_overtime_rate                    micro            200 %
    holiday_overtime_rate                     micro            300 %
    weekday_overtime_premium_rate             micro            50 % on top of piecework_pay
    rest_day_overtime_premium_rate            micro            100 %
    holiday_overtime_premium_rate             micro            200 %
    minimum_wage_month                        fen
    minimum_wage_hour                         fen
    damages_deduction_limit_rate              micro            20 % of the month's wage (art 16)
    sick_pay_minimum_rate                     micro            80 % of the minimum wage; estimate
    unused_leave_extra_rate                   micro            200 % on top
    annual_leave_first_months                 months           12 months of service …
    annual_leave_first_days                   days             … 5 days
    annual_leave_second_months                months           10 years …
    annual_leave_second_days                  days             … 10 days
    annual_leave_third_months                 months           20 years …
    annual_leave_third_days                   days             … 15 days
    annual_leave_year_days                    days             365, by which part of a year counts
    bereavement_leave_days                    days             3 at most; estimate
    marriage_leave_days                       days             15; estimate, from 2021-12
    maternity_leave_days                      days             178; estimate, from 2021-12
    paternity_leave_days                      days             20; estimate, from 2021-12
    income_tax_annual_brackets                brackets
    income_tax_monthly_brackets               brackets         for the annual bonus
    labor_service_brackets                    brackets
    basic_deduction_month                     fen              5000 yuan
    basic_deduction_year                      fen              60000 yuan, from 2021
    tax_filing_day                            days             15th of the next month
    labor_service_fixed_limit                 fen              up to 4000 yuan …
    labor_service_fixed_deduction             fen              … 800 yuan off, above it …
    labor_service_deduction_rate              micro            … 20 % off
    intern_income_rate                        micro            80 % of pay is income, from 2020-07
    platform_income_rate                      micro            80 %, from 2025-10; estimate
    annual_bonus_months                       months           12; none from 2028 on: merge only
    severance_average_wage_year               fen              average of the year before; estimate
    severance_exempt_average_wages            count            3 average annual wages free of tax
    severance_wage_limit_average_wages        count            3 average wages; estimate
    severance_capped_months                   months           12, over that wage; estimate
    severance_whole_year_months               months           from 6 months a year; estimate
    severance_short_service_rate              micro            half a month below; estimate
    union_fund_rate                           micro            2 % of total wages; estimate
    deduction_limit_infant_care               fen              per child and month, from 2022
    deduction_limit_child_education           fen              per child and month
    deduction_limit_elderly_support           fen              per month, only child
    deduction_limit_elderly_support_shared    fen              per month
    deduction_limit_continuing_education      fen              per month
    deduction_limit_professional_certificate  fen              in the year of the certificate
    deduction_limit_housing_loan_interest     fen              per month
    deduction_limit_rent                      fen              per month
    deduction_limit_personal_pension          fen              per year, from 2024
    deduction_limit_commercial_health         fen              per month
    deduction_limit_annuity_rate              micro            share of the base
    insurance_base_floor                      fen              from 2021-09, as all of insurance
    insurance_base_cap                        fen
    average_wage_month                        fen              behind floor and cap
    pension_employer_rate                     micro
    pension_employee_rate                     micro
    medical_employer_rate                     micro            with maternity
    medical_employee_rate                     micro
    large_medical_aid_employer_rate           micro
    large_medical_aid_employee_amount         fen              5 yuan a month, fixed
    unemployment_employer_rate                micro            estimate from 2026 on
    unemployment_employee_rate                micro            estimate from 2026 on
    work_injury_lowest_class_rate             micro            the rate itself is the unit's own
    work_injury_highest_class_rate            micro
    housing_fund_lowest_rate                  micro            5 %
    housing_fund_highest_rate                 micro            12 %
    housing_fund_base_floor                   fen              from 2025-07; unknown before
    housing_fund_base_cap                     fen              from 2025-07; unknown before
    expansion_subsidy_limit                   fen              1500 yuan at most, hired in 2026
    expansion_subsidy_insured_months          months
    expansion_subsidy_graduate_years          count
    expansion_subsidy_youth_from_age          count
    expansion_subsidy_youth_to_age            count
    job_stability_large_rate                  micro
    job_stability_small_rate                  micro
    job_stability_insured_months              months
    job_stability_small_headcount             count
    job_stability_small_layoff_rate           micro            20 % up to 30 people
    hire_tax_credit_year                      fen              6000 yuan; estimate
    hire_tax_credit_months                    months
    hire_tax_credit_unemployed_months         months
    support_contract_months                   months           12; estimate
    disabled_quota_rate                       micro            1.5 % in Chongqing
    disabled_quota_half_from_rate             micro            from 1 % on half is due
    disabled_quota_half_rate                  micro
    disabled_quota_exempt_headcount           count
    disabled_quota_severe_weight              count
"""

from workforce.core.law.loader import LawBook, chain
from workforce.core.law.overlay import approved_overlays
from workforce.core.law.parameter import (
    NATIONAL,
    Bracket,
    Confidence,
    Parameter,
    ParameterValue,
    Source,
    Table,
    Unit,
)

__all__ = [
    "NATIONAL",
    "Bracket",
    "Confidence",
    "LawBook",
    "Parameter",
    "ParameterValue",
    "Source",
    "Table",
    "Unit",
    "approved_overlays",
    "chain",
]

"""Reads one file, key by key, into a `Scenario`."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from workforce.core.engine import line_codes
from workforce.core.facts import (
    NONE,
    AmountKind,
    AttendanceMode,
    CompanyPolicy,
    EmploymentType,
    HoursClass,
    HoursSystem,
    LeaveKind,
    QualityBasis,
    TaxMethod,
)
from workforce.core.period import PayPeriod
from workforce.core.scenario.form import Form, nearest_of
from workforce.core.scenario.hours import earlier_periods, earlier_shifts, hours_period, shifts
from workforce.core.scenario.model import (
    AdjustmentRow,
    Amount,
    BaseDifferenceRow,
    Employee,
    Fund,
    GivenDays,
    InspectionRow,
    Leave,
    Month,
    OutputRow,
    Scenario,
    YearBefore,
)
from workforce.core.scenario.shares import KEYS as SHARE_KEYS
from workforce.core.scenario.shares import read_share

FORMAT: Final = "1"
TOTALS: Final = ("gross_pay", "net_pay", "employer_cost")

_KEYS = ("format", "title", "region", "employee", "company", "months", "expect")
_EMPLOYEE_KEYS = (
    "hired_on",
    "separated_on",
    "employment_type",
    "hours_system",
    "rest_weekdays",
    "rest_dates",
    "contribution_base",
    "work_injury_rate",
    "housing_fund",
    "average_monthly_wage",
    "tax",
)
_TAX_KEYS = ("method", "deduct_60000", "first_wage_income_of_year", "year_to_date")
_YEAR_TO_DATE_KEYS = (
    "income",
    "insurance_and_fund",
    "special",
    "other",
    "months",
    "withheld",
    "personal_pension",
    "professional_certificate",
    "separate_bonus_used",
    "rent",
    "housing_loan",
    "earlier_employment",
    "month_counted",
)
_COMPANY_KEYS = (
    "quality_basis",
    "quality_tiers",
    "night_allowance",
    "attendance_bonus",
    "holiday_day_wage",
    "irregular_holiday_pay",
    "union_fund",
)
_MONTH_KEYS = (
    "month",
    "extra",
    "base_pay",
    "overtime_base",
    "earnings",
    "untaxed_earnings",
    "trainee_allowance",
    "adjustments",
    "base_differences",
    "attendance",
    "late_count",
    "hours_worked",
    "shifts",
    "earlier_shifts",
    "comprehensive",
    "earlier_comprehensive",
    "leave",
    "unused_leave_days",
    "output",
    "inspections",
    "damages",
    "other_deductions",
    "employee_insurance",
    "special_additional_deductions",
    "other_tax_deductions",
    "annual_bonus",
    "labor_service_income",
    "severance",
    "employer_costs",
)
_COURT: Final = "court_"
_WEEKDAYS: Final = tuple("1234567")
_LARGEST_DAYS: Final = 366


def read(value: object) -> Scenario:
    """Read a parsed file: mappings and lists of text.

    Raises:
        InputError: names the path of the field, what is wrong and how to put it right.

    """
    form = Form(value, "", _KEYS)
    if form.text("format") != FORMAT:
        form.fail("format", "scenario.wrong_format", text=form.text("format"))
    written = form.forms("months", _MONTH_KEYS)
    months = tuple(_month(each) for each in written)
    if not months:
        form.fail("months", "scenario.missing", key="months")
    _check_consecutive(form, months)
    if not form.has("employee"):
        form.fail("employee", "scenario.missing", key="employee")
    employee = _employee(form.form("employee", _EMPLOYEE_KEYS))
    for each in written:
        for key in ("comprehensive", "earlier_comprehensive"):
            if each.has(key) and employee.hours_system is not HoursSystem.COMPREHENSIVE:
                each.fail(key, "scenario.comprehensive")
        if each.has("hours_worked") and employee.employment_type is not EmploymentType.PART_TIME:
            each.fail("hours_worked", "scenario.hours_worked")
    return Scenario(
        title=form.text("title", ""),
        policy=_policy(form),
        employee=employee,
        months=months,
        expect=_expect(form, months),
    )


def _check_consecutive(form: Form, months: tuple[Month, ...]) -> None:
    for index, (earlier, later) in enumerate(pairwise(months), 1):
        if later.period.first_on != earlier.period.end_on:
            form.fail(
                f"months[{index}].month",
                "scenario.months_not_consecutive",
                text=later.period,
                before=earlier.period,
            )


def _policy(form: Form) -> CompanyPolicy:
    company = form.form("company", _COMPANY_KEYS)
    basis = company.one_of(
        "quality_basis", company.text("quality_basis", QualityBasis.PRICE), list(QualityBasis)
    )
    tiers = company.forms("quality_tiers", ("accuracy_from", "factor"))
    return CompanyPolicy(
        region=form.region("region"),
        quality_basis=QualityBasis(basis),
        quality_tiers=tuple((tier.micro("accuracy_from"), tier.micro("factor")) for tier in tiers),
        night_allowance_fen=company.fen("night_allowance", "0"),
        attendance_bonus_fen=company.fen("attendance_bonus", "0"),
        holiday_day_wage_fen=company.fen("holiday_day_wage", "0"),
        has_irregular_holiday_pay=company.flag("irregular_holiday_pay"),
        has_union_fund=company.flag("union_fund"),
    )


_USUAL_METHODS: Final = {
    EmploymentType.LABOR_SERVICE: TaxMethod.LABOR_SERVICE,
    EmploymentType.INTERN: TaxMethod.INTERN,
}


def _employee(form: Form) -> Employee:
    kind = form.choice("employment_type", EmploymentType, EmploymentType.FULL_TIME)
    tax = form.form("tax", _TAX_KEYS)
    usual = _USUAL_METHODS.get(kind, TaxMethod.CUMULATIVE)
    is_insured = form.has("contribution_base")
    if form.has("rest_dates") and form.has("rest_weekdays"):
        form.fail("rest_dates", "scenario.exclude", key="rest_dates", other="rest_weekdays")
    if form.has("work_injury_rate") and not is_insured:
        form.fail("work_injury_rate", "scenario.work_injury_rate")
    return Employee(
        hired_on=form.day("hired_on"),
        separated_on=form.day("separated_on") if form.has("separated_on") else None,
        employment_type=kind,
        hours_system=form.choice("hours_system", HoursSystem, HoursSystem.STANDARD),
        rest_weekdays=_rest_weekdays(form),
        rest_dates=tuple(form.days("rest_dates")) if form.has("rest_dates") else None,
        contribution_base_fen=form.fen("contribution_base") if is_insured else None,
        work_injury_rate_micro=form.micro("work_injury_rate", None if is_insured else "0"),
        fund=_fund(form) if form.has("housing_fund") else None,
        average_monthly_wage_fen=(
            form.fen("average_monthly_wage") if form.has("average_monthly_wage") else None
        ),
        tax_method=tax.choice("method", TaxMethod, usual),
        is_deduct_60000=tax.flag("deduct_60000"),
        is_first_wage_of_year=tax.flag("first_wage_income_of_year"),
        year_before=_year_before(tax) if tax.has("year_to_date") else None,
    )


def _rest_weekdays(form: Form) -> int:
    """Return the bitmask of the rest weekdays, Saturday and Sunday where none are given."""
    given = form.texts("rest_weekdays") if form.has("rest_weekdays") else ["6", "7"]
    for text in given:
        if text not in _WEEKDAYS:
            form.fail("rest_weekdays", "scenario.weekday", text=text)
    return sum(1 << (int(text) - 1) for text in set(given))


def _fund(form: Form) -> Fund:
    fund = form.form("housing_fund", ("base", "employee_rate", "employer_rate"))
    return Fund(
        base_fen=fund.fen("base"),
        employee_rate_micro=fund.micro("employee_rate"),
        employer_rate_micro=fund.micro("employer_rate"),
    )


def _year_before(tax: Form) -> YearBefore:
    year = tax.form("year_to_date", _YEAR_TO_DATE_KEYS)
    return YearBefore(
        income_fen=year.fen("income", is_signed=True),
        insurance_and_fund_fen=year.fen("insurance_and_fund"),
        special_fen=year.fen("special", "0"),
        other_fen=year.fen("other", "0"),
        personal_pension_fen=year.fen("personal_pension", "0"),
        certificate_fen=year.fen("professional_certificate", "0"),
        withheld_fen=year.fen("withheld"),
        months=year.whole("months", largest=12),
        is_separate_bonus_used=year.flag("separate_bonus_used"),
        has_rent=year.flag("rent"),
        has_housing_loan=year.flag("housing_loan"),
        has_earlier_employment=year.flag("earlier_employment"),
        is_month_counted=year.flag("month_counted") if year.has("month_counted") else None,
    )


def _month(form: Form) -> Month:
    period = form.period("month")
    given_days = None
    mode = AttendanceMode.FULL
    if form.has("attendance"):
        mode, given_days = _attendance(form)
    base_pay = form.fen("base_pay", "0")
    return Month(
        period=period,
        place=form.place,
        is_extra=form.flag("extra"),
        base_pay_fen=base_pay,
        overtime_base_fen=form.fen("overtime_base") if form.has("overtime_base") else base_pay,
        mode=mode,
        given_days=given_days,
        late_count=form.whole("late_count", "0"),
        hours_worked_minutes=form.hours("hours_worked") if form.has("hours_worked") else None,
        hours_period=hours_period(form),
        earlier_periods=earlier_periods(form, period),
        unused_leave_days=form.whole("unused_leave_days", "0", largest=_LARGEST_DAYS),
        employee_insurance_fen=(
            form.fen("employee_insurance") if form.has("employee_insurance") else None
        ),
        shifts=shifts(form, period),
        earlier_shifts=earlier_shifts(form, period),
        leaves=_leaves(form, period.whole),
        output=_output(form, period),
        inspections=_inspections(form),
        amounts=tuple(_amounts(form)),
        adjustments=_adjustments(form, period),
        base_differences=_base_differences(form, period),
    )


def _attendance(form: Form) -> tuple[AttendanceMode, GivenDays | None]:
    if form.is_text("attendance"):
        modes = [AttendanceMode.FULL.code, AttendanceMode.FROM_SHIFTS.code]
        text = form.one_of("attendance", form.text("attendance"), modes)
        return AttendanceMode.of(text), None
    days = form.form("attendance", ("scheduled_days", "attended_days", "unpaid_days"))
    given = GivenDays(
        scheduled=days.whole("scheduled_days"),
        attended=days.whole("attended_days"),
        unpaid=days.whole("unpaid_days"),
    )
    return AttendanceMode.GIVEN, given


def _leaves(form: Form, month: PayPeriod) -> tuple[Leave, ...]:
    leaves = []
    for row in form.forms("leave", ("kind", "from", "to", "half")):
        first, last = row.day("from"), row.day("to")
        if first > month.last_on or last < month.first_on:
            row.fail("from", "scenario.day_outside", text=first, period=month)
        kind, is_half = row.choice("kind", LeaveKind), row.flag("half")
        leaves.append(Leave(kind, first, last, is_half, row.place))
    return tuple(leaves)


def _output(form: Form, period: PayPeriod) -> tuple[OutputRow, ...]:
    rows = []
    keys = ("date", "task_type", "accepted_qty", "piece_price", "batch", "hours", *SHARE_KEYS)
    for row in form.forms("output", keys):
        on = row.day("date")
        if on > period.last_on:
            row.fail("date", "scenario.day_outside", text=on, period=period)
        qty, price_micro = row.whole("accepted_qty"), row.price("piece_price")
        rows.append(
            OutputRow(
                on=on,
                task_type=row.text("task_type"),
                batch=row.text("batch") if row.has("batch") else None,
                hours=int(row.choice("hours", HoursClass)) if row.has("hours") else NONE,
                qty=qty,
                price_micro=price_micro,
                share=read_share(row, qty, price_micro),
                place=row.place,
            )
        )
    return tuple(rows)


def _inspections(form: Form) -> tuple[InspectionRow, ...]:
    rows = []
    for row in form.forms("inspections", ("batch", "task_type", "sampled_qty", "error_qty")):
        if row.has("batch") == row.has("task_type"):
            row.fail("batch", "scenario.subject")
        rows.append(
            InspectionRow(
                batch=row.text("batch") if row.has("batch") else None,
                task_type=row.text("task_type") if row.has("task_type") else None,
                sampled_qty=row.whole("sampled_qty"),
                error_qty=row.whole("error_qty"),
                place=row.place,
            )
        )
    return tuple(rows)


_AGREED: Final = {
    "earnings": AmountKind.EARNING,
    "untaxed_earnings": AmountKind.UNTAXED_EARNING,
    "other_deductions": AmountKind.OTHER_DEDUCTION,
}
_TAX_DEDUCTIONS: Final = {
    "special_additional_deductions": AmountKind.SPECIAL_ADDITIONAL_DEDUCTION,
    "other_tax_deductions": AmountKind.OTHER_TAX_DEDUCTION,
}
_SINGLE: Final = {
    "trainee_allowance": AmountKind.TRAINEE_ALLOWANCE,
    "damages": AmountKind.DAMAGES,
    "labor_service_income": AmountKind.LABOR_SERVICE_INCOME,
}
_NESTED: Final = {
    "severance": {
        "average_wage": AmountKind.SEVERANCE_WAGE,
        "agreed_amount": AmountKind.SEVERANCE_AGREED,
    },
    "employer_costs": {"disabled_levy": AmountKind.DISABLED_LEVY},
}


def _amounts(form: Form) -> list[Amount]:
    amounts = []
    for key, kind in _AGREED.items():
        for code, fen in form.amounts(key).items():
            if code in line_codes() or code in TOTALS:
                form.fail(f"{key}.{code}", "scenario.code_reserved", text=code)
            is_order = kind is AmountKind.OTHER_DEDUCTION and code.startswith(_COURT)
            place = form.path(f"{key}.{code}")
            amounts.append(Amount(AmountKind.COURT_ORDER if is_order else kind, code, fen, place))
    for key, kind in _TAX_DEDUCTIONS.items():
        for code, fen in form.amounts(key).items():
            amounts.append(Amount(kind, code, fen, form.path(f"{key}.{code}")))
    for key, kind in _SINGLE.items():
        if form.has(key):
            amounts.append(Amount(kind, "", form.fen(key), form.path(key)))
    for bonus in _bonuses(form):
        taxation = bonus.one_of("taxation", bonus.text("taxation"), ("separate", "merged"))
        kind = AmountKind.of(f"annual_bonus_{taxation}")
        amounts.append(Amount(kind, "", bonus.fen("amount"), bonus.place))
    for key, kinds in _NESTED.items():
        if form.has(key):
            amounts += _nested_amounts(form.form(key, kinds), kinds)
    return amounts


def _bonuses(form: Form) -> list[Form]:
    """Return the annual bonus: one, or a list of one taxed separately and one merged."""
    keys = ("amount", "taxation")
    if not form.has("annual_bonus"):
        return []
    if form.is_list("annual_bonus"):
        return form.forms("annual_bonus", keys)
    return [form.form("annual_bonus", keys)]


def _nested_amounts(form: Form, kinds: Mapping[str, AmountKind]) -> list[Amount]:
    """Read a table of single amounts; severance cannot be without the wage it goes by."""
    return [
        Amount(kind, "", form.fen(name), form.path(name))
        for name, kind in kinds.items()
        if form.has(name) or kind is AmountKind.SEVERANCE_WAGE
    ]


def _adjustments(form: Form, period: PayPeriod) -> tuple[AdjustmentRow, ...]:
    rows = []
    for row in form.forms("adjustments", ("for_month", "amount", "reason")):
        for_month = row.month("for_month")
        if for_month >= period:
            row.fail("for_month", "pay.adjustment_not_earlier", for_month=for_month)
        amount = row.fen("amount", is_signed=True)
        rows.append(AdjustmentRow(for_month, amount, row.text("reason"), row.place))
    return tuple(rows)


def _base_differences(form: Form, period: PayPeriod) -> tuple[BaseDifferenceRow, ...]:
    rows = []
    for row in form.forms("base_differences", ("for_month", "charged_base", "owed_base")):
        for_month = row.month("for_month")
        if for_month >= period.whole:
            row.fail("for_month", "pay.adjustment_not_earlier", for_month=for_month)
        owed = row.fen("owed_base") if row.has("owed_base") else None
        rows.append(BaseDifferenceRow(for_month, row.fen("charged_base"), owed, row.place))
    return tuple(rows)


def _expect(form: Form, months: tuple[Month, ...]) -> Mapping[PayPeriod, Mapping[str, int]]:
    """Return the expected figures; a code that no pay item has is an error, not 0."""
    known = {str(month.period): month.period for month in months}
    agreed = {
        amount.code
        for month in months
        for amount in month.amounts
        if amount.kind in _AGREED.values() or amount.kind is AmountKind.COURT_ORDER
    }
    codes = sorted(line_codes() | set(TOTALS) | agreed)
    expected: dict[PayPeriod, Mapping[str, int]] = {}
    for text, figures in form.tables("expect").items():
        if text not in known:
            form.fail(f"expect.{text}", "scenario.month_not_given", text=text)
        for code in figures.names():
            if code not in codes:
                figures.fail(
                    code, "scenario.code_unknown", text=code, nearest=nearest_of(code, codes)
                )
        expected[known[text]] = {
            code: figures.fen(code, is_signed=True) for code in figures.names()
        }
    return expected

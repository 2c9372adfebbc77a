"""Sums over the payslips that count, of a month and of a year so far: part of ``queries``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import BigInteger, Select, case, cast, func, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from workforce.core.orders import Purpose
from workforce.core.period import PayPeriod
from workforce.core.results import LineKind, WagePart
from workforce.core.rules.minimum_wage import TOP_UP
from workforce.payroll.models import PayrollRun, Payslip, PayslipLine
from workforce.payroll.order_models import RunOrder
from workforce.payroll.selects.amounts import texts_of_month
from workforce.payroll.selects.reach import FINAL_STATES, counts, slip_in_scope
from workforce.platform.scope import Scope

_SCHEME_CODES: Final = {
    "pension": ("pension_insurance",),
    "medical": ("medical_insurance",),
    "unemployment": ("unemployment_insurance",),
    # Only the employer pays it.
    "work_injury": ("employer_work_injury_insurance",),
    "fund": ("housing_fund",),
}
"""Codes of the lines that tell that somebody is insured in a scheme."""
PIECE_CODES: Final = ("piecework_pay", "group_piecework_pay")
"""Codes of the lines that pay output by the piece."""


def year_to_date(scope: Scope, through: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Sums of a calendar year's payslips, up to and including one month, by employment.

    Columns: employment_id, gross_pay_amount, net_pay_amount, insurance_and_fund_amount (own share),
    income_tax_amount (with the tax on a separately taxed bonus). Payslips of months that were paid
    elsewhere or before are not in it. A company scope sums runs of every state.
    """
    return _summed((Payslip.employment_id,), _months_of_year(through), slip_in_scope(scope))


def decided_by_period(
    scope: Scope, employment_id: int, first: PayPeriod, last: PayPeriod
) -> Select[*tuple[Any, ...]]:
    """Sums of one employment's decided payslips by pay period, from one month through another.

    Columns: period, and the four sums of ``year_to_date``. Off-cycle payslips are in their period; the
    halves of a month are rows of their own. A period without a payslip has no row.
    """
    return _summed(
        (Payslip.period,),
        PayrollRun.period.between(str(first), str(last.halves[1])),
        PayrollRun.state.in_(FINAL_STATES),
        Payslip.employment_id == employment_id,
        slip_in_scope(scope),
    )


def whole_periods(
    scope: Scope, employment_id: int, first: PayPeriod, last: PayPeriod
) -> Select[str]:
    """Periods of which an employment's pay as a whole is decided, and not a bonus beside it alone."""
    wholes = [purpose.value for purpose in Purpose if purpose.is_whole_month]
    return (
        select(PayrollRun.period)
        .distinct()
        .join(Payslip, Payslip.run_id == PayrollRun.id)
        .outerjoin(RunOrder, RunOrder.id == PayrollRun.order_id)
        .where(
            PayrollRun.period.between(str(first), str(last.halves[1])),
            PayrollRun.state.in_(FINAL_STATES),
            Payslip.employment_id == employment_id,
            slip_in_scope(scope),
            or_(PayrollRun.kind == "regular", RunOrder.purpose.in_(wholes)),
            counts(),
        )
    )


def _summed(
    by: tuple[InstrumentedAttribute[Any], ...], *wanted: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    """Sum the payslips that count: gross and net pay, own insurance and fund, income tax."""
    own = PayslipLine.code.in_(OWN_CONTRIBUTIONS) & (PayslipLine.kind == LineKind.DEDUCTION)
    tax = PayslipLine.code.in_(INCOME_TAXES)
    by_slip = (
        select(
            PayslipLine.payslip_id,
            _total(case((own, PayslipLine.amount), else_=0)).label("insurance_and_fund_amount"),
            _total(case((tax, PayslipLine.amount), else_=0)).label("income_tax_amount"),
        )
        .where(PayslipLine.payslip_id.in_(_ids(*wanted)))
        .group_by(PayslipLine.payslip_id)
        .subquery()
    )
    return (
        select(
            *by,
            _total(Payslip.gross_pay_amount).label("gross_pay_amount"),
            _total(Payslip.net_pay_amount).label("net_pay_amount"),
            _total(func.coalesce(by_slip.c.insurance_and_fund_amount, 0)).label(
                "insurance_and_fund_amount"
            ),
            _total(func.coalesce(by_slip.c.income_tax_amount, 0)).label("income_tax_amount"),
        )
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .outerjoin(by_slip, by_slip.c.payslip_id == Payslip.id)
        .where(*wanted, counts())
        .group_by(*by)
    )


OWN_CONTRIBUTIONS: Final = (
    "pension_insurance",
    "medical_insurance",
    "large_medical_aid",
    "unemployment_insurance",
    "housing_fund",
    "insurance_difference",
    "employee_insurance",
)
"""Codes of the lines that are a person's own share of insurance and fund."""

INCOME_TAXES: Final = ("income_tax", "annual_bonus_tax", "severance_tax")
"""Codes of the lines that withhold income tax."""


def _months_of_year(through: PayPeriod) -> ColumnElement[bool]:
    """Limit payslips, joined to their run; there are few runs, and their payslips have an index."""
    return PayrollRun.period.between(str(PayPeriod(through.year, 1)), str(through))


def _is_known() -> ColumnElement[bool]:
    """Limit runs to the regular ones, in whatever state, and the others once they are decided."""
    return or_(PayrollRun.kind == "regular", PayrollRun.state.in_(FINAL_STATES))


def _ids(*wanted: ColumnElement[bool]) -> Select[int]:
    """Ids of the payslips whose lines are summed: without them a sum would go over every line ever."""
    return select(Payslip.id).join(PayrollRun, PayrollRun.id == Payslip.run_id).where(*wanted)


def _total(amount: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[int]:
    """Sum as an integer on both engines: PostgreSQL sums a bigint to a numeric."""
    return cast(func.sum(amount), BigInteger)


def _month_of(period: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """Return the month of a period as it is stored, also of a half: 2026-10.

    Its numbers stand in the statement: grouped by parameters, PostgreSQL takes each for another one.
    """
    month: ColumnElement[str] = func.substr(period, literal_column("1"), literal_column("7"))
    return month


def _in_months(months: Iterable[PayPeriod]) -> ColumnElement[bool]:
    """Limit runs to those of whole months and of their halves."""
    return PayrollRun.period.in_([text for month in months for text in texts_of_month(month)])


def payslip_facts(
    scope: Scope, *months: PayPeriod, is_final_only: bool = False
) -> Select[*tuple[Any, ...]]:
    """What statistics need of the payslips of months: one row an employment and month.

    Payslips of both halves, and of what was decided beside the regular run, are one row. ``is_final_only``
    leaves out runs that nobody has approved.

    Columns: employment_id, company_id, period (of the whole month), gross_pay_amount, net_pay_amount, employer_cost_amount, the six
    parts of total wages time_amount, piece_amount, bonus_amount, allowance_amount, overtime_amount,
    special_amount (reductions are already taken off their part); is_insured, in_pension, in_medical,
    in_unemployment, in_work_injury, in_fund (1 if a payslip pays into the scheme, else 0; is_insured is
    in_pension); floor_amount (0: no floor), is_below_floor and is_topped_up (1 if any payslip is);
    worked_minutes and, of these, overtime_minutes.
    """
    signed = case(
        (PayslipLine.kind == LineKind.EARNING, PayslipLine.amount),
        (PayslipLine.kind == LineKind.REDUCTION, -PayslipLine.amount),
        else_=0,
    )
    month, in_month = _month_of(PayrollRun.period), _in_months(months)
    parts = (
        select(
            PayslipLine.payslip_id,
            *(
                _total(case((PayslipLine.wage_part == part, signed), else_=0)).label(
                    f"{part}_amount"
                )
                for part in WagePart
            ),
            *(
                func.max(case((PayslipLine.code.in_(codes), 1), else_=0)).label(f"in_{scheme}")
                for scheme, codes in _SCHEME_CODES.items()
            ),
            _total(case((PayslipLine.code == TOP_UP, PayslipLine.amount), else_=0)).label(
                "top_up_amount"
            ),
        )
        .where(PayslipLine.payslip_id.in_(_ids(in_month, slip_in_scope(scope))))
        .group_by(PayslipLine.payslip_id)
        .subquery()
    )
    top_up = func.coalesce(parts.c.top_up_amount, 0)
    overtime = (
        Payslip.weekday_overtime_minutes
        + Payslip.rest_day_overtime_minutes
        + Payslip.holiday_overtime_minutes
    )
    chosen = (
        select(
            Payslip.employment_id,
            PayrollRun.company_id,
            month.label("period"),
            _total(Payslip.gross_pay_amount).label("gross_pay_amount"),
            _total(Payslip.net_pay_amount).label("net_pay_amount"),
            _total(Payslip.employer_cost_amount).label("employer_cost_amount"),
            func.max(func.coalesce(parts.c.in_pension, 0)).label("is_insured"),
            *(
                func.max(func.coalesce(parts.c[f"in_{scheme}"], 0)).label(f"in_{scheme}")
                for scheme in _SCHEME_CODES
            ),
            _total(Payslip.floor_amount).label("floor_amount"),
            func.max(case((is_below_floor(top_up), 1), else_=0)).label("is_below_floor"),
            func.max(case((top_up > 0, 1), else_=0)).label("is_topped_up"),
            _total(Payslip.normal_minutes + overtime).label("worked_minutes"),
            _total(overtime).label("overtime_minutes"),
            *(
                _total(func.coalesce(parts.c[f"{part}_amount"], 0)).label(f"{part}_amount")
                for part in WagePart
            ),
        )
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .outerjoin(parts, parts.c.payslip_id == Payslip.id)
        .where(
            Payslip.id.in_(_ids(in_month, slip_in_scope(scope))),
            _is_known(),
            counts(),
        )
        .group_by(Payslip.employment_id, PayrollRun.company_id, month)
        .order_by(Payslip.employment_id, month)
    )
    return chosen.where(PayrollRun.state.in_(FINAL_STATES)) if is_final_only else chosen


def is_below_floor(top_up_amount: ColumnElement[int]) -> ColumnElement[bool]:
    """Tell whether what counts towards a payslip's legal floor, its top-up included, is less."""
    return Payslip.counted_wage_amount + top_up_amount < Payslip.floor_amount


def at_floor(scope: Scope, period: PayPeriod) -> Select[*tuple[Any, ...]]:
    """A month's payslips that do not reach the legal floor, or reach it by a top-up only.

    Of the same payslips as `payslip_facts`; those below come first. Columns: payslip_id,
    employment_id, period, floor_amount, counted_amount (before the top-up), top_up_amount (fen),
    is_below.
    """
    top_up = func.coalesce(
        select(_total(PayslipLine.amount))
        .where(PayslipLine.payslip_id == Payslip.id, PayslipLine.code == TOP_UP)
        .scalar_subquery(),
        0,
    )
    is_below = is_below_floor(top_up)
    return (
        select(
            Payslip.id.label("payslip_id"),
            Payslip.employment_id,
            Payslip.period,
            Payslip.floor_amount,
            Payslip.counted_wage_amount.label("counted_amount"),
            top_up.label("top_up_amount"),
            is_below.label("is_below"),
        )
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(
            PayrollRun.period.in_(texts_of_month(period)),
            slip_in_scope(scope),
            _is_known(),
            counts(),
            Payslip.floor_amount > 0,
            or_(is_below, top_up > 0),
        )
        .order_by(is_below.desc(), Payslip.employment_id, Payslip.id)
    )


def main_task_types(
    scope: Scope, *months: PayPeriod, is_final_only: bool = False
) -> Select[*tuple[Any, ...]]:
    """The task type that earned most of each employment's piece wages of each month, groups' included.

    Columns: employment_id, period, task_type_code. Who has no piece wages has no row.
    """
    # The slips are found first, by their runs: SQLite would else walk through those of all months.
    slips = (
        select(Payslip.id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(_in_months(months), _is_known(), slip_in_scope(scope), counts())
    )
    if is_final_only:
        slips = slips.where(PayrollRun.state.in_(FINAL_STATES))
    earned, month = func.sum(PayslipLine.amount), _month_of(Payslip.period)
    ranked = (
        select(
            Payslip.employment_id,
            month.label("period"),
            PayslipLine.detail.label("task_type_code"),
            func.row_number()
            .over(
                partition_by=(Payslip.employment_id, month),
                order_by=(earned.desc(), PayslipLine.detail),
            )
            .label("rank"),
        )
        .join(Payslip, Payslip.id == PayslipLine.payslip_id)
        .where(
            PayslipLine.payslip_id.in_(slips),
            PayslipLine.code.in_(PIECE_CODES),
            PayslipLine.detail.is_not(None),
        )
        .group_by(Payslip.employment_id, month, PayslipLine.detail)
    )
    best = ranked.subquery()
    # Grouped, not filtered: SQLite takes a filtered rank for few rows and joins it without an index.
    first = func.max(case((best.c.rank == 1, best.c.task_type_code)))
    return select(best.c.employment_id, best.c.period, first.label("task_type_code")).group_by(
        best.c.employment_id, best.c.period
    )

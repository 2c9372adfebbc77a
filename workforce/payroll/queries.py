"""Reading runs, payslips and their lines: set-based Selects that other slices join.

Who sees what: the base and a company see their runs in every state; a person sees the own payslips
once they are approved; a team scope sees no pay at all (line of command gives rights over
attendance, never over pay). Amounts are fen; quantities, prices and rates millionths.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

from sqlalchemy import (
    BigInteger,
    Select,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.elements import ColumnElement

from workforce.companies import queries as companies
from workforce.core.errors import NotFoundError
from workforce.core.lifecycle import FINAL
from workforce.core.period import PayPeriod
from workforce.core.results import LineKind, WagePart
from workforce.payroll.amount_queries import (
    adjustments,
    base_differences,
    employments_with_amounts,
    newest_output_when_locked,
    pay_entries,
    texts_of_month,
)
from workforce.payroll.models import (
    PayrollFault,
    PayrollRun,
    Payslip,
    PayslipLine,
    Variance,
)
from workforce.people import queries as people
from workforce.platform.scope import Scope, ScopeKind

__all__ = [
    "adjustments",
    "base_differences",
    "employments_with_amounts",
    "newest_output_when_locked",
    "pay_entries",
]

_FINAL: Final = [state.value for state in FINAL]
_PENSION: Final = "pension_insurance"
PIECE_CODES: Final = ("piecework_pay", "group_piecework_pay")
"""Codes of the lines that pay output by the piece."""

Row = TypeVar("Row")


def _run_in_scope(scope: Scope) -> ColumnElement[bool]:
    if scope.kind is ScopeKind.BASE:
        return true()
    if scope.kind is ScopeKind.COMPANY:
        return PayrollRun.company_id == scope.company_id
    return false()


def _in_books(scope: Scope) -> ColumnElement[bool]:
    """Limit payslips, joined to their run, to those that later months go on from: drafts, too."""
    if scope.kind is ScopeKind.EMPLOYEE:
        return (PayrollRun.company_id == scope.company_id) & Payslip.employment_id.in_(
            people.employment_ids(scope)
        )
    return _run_in_scope(scope)


def _slip_in_scope(scope: Scope) -> ColumnElement[bool]:
    """Limit payslips, joined to their run, to those in reach."""
    if scope.kind is ScopeKind.SELF:
        return Payslip.employment_id.in_(people.employment_ids(scope)) & PayrollRun.state.in_(
            _FINAL
        )
    return _run_in_scope(scope)


def runs(scope: Scope, period: PayPeriod | None = None) -> Select[PayrollRun]:
    """Runs, of one month or of all; the newest month first, then by company and number."""
    company = companies.company_facts(Scope.base()).subquery()
    chosen = (
        select(PayrollRun)
        .join(company, company.c.company_id == PayrollRun.company_id)
        .where(_run_in_scope(scope))
    )
    if period is not None:
        chosen = chosen.where(PayrollRun.period == str(period))
    return chosen.order_by(
        PayrollRun.period.desc(), company.c.company_code, PayrollRun.kind.desc(), PayrollRun.number
    )


def run(scope: Scope, run_id: int) -> Select[PayrollRun]:
    """The run with this key: one row or none."""
    return select(PayrollRun).where(PayrollRun.id == run_id, _run_in_scope(scope))


def runs_of_month(scope: Scope, month: PayPeriod) -> Select[PayrollRun]:
    """The runs of a month and of its halves, by company."""
    return runs(scope).where(PayrollRun.period.in_(texts_of_month(month)))


def regular_run(scope: Scope, company_id: int, period: PayPeriod) -> Select[PayrollRun]:
    """A company's regular run of a month: one row or none."""
    return select(PayrollRun).where(
        PayrollRun.company_id == company_id,
        PayrollRun.period == str(period),
        PayrollRun.kind == "regular",
        _run_in_scope(scope),
    )


def later_runs(scope: Scope, company_id: int, period: PayPeriod) -> Select[PayrollRun]:
    """A company's runs that go on from a period's: later ones of its cycle, or of its people.

    Months and half months are paid side by side; a run of the other cycle goes on from this period
    only for somebody who has changed over since.
    """
    changed_over = exists().where(
        Payslip.run_id == PayrollRun.id,
        Payslip.employment_id.in_(people.paid_by(scope, period)),
    )
    is_same_cycle = func.length(PayrollRun.period) == len(str(period))
    last = period if period.half else period.halves[1]
    return runs(scope).where(
        PayrollRun.company_id == company_id,
        PayrollRun.period > str(last),
        or_(is_same_cycle, changed_over),
    )


def decided_later(scope: Scope, company_id: int, period: PayPeriod) -> Select[str]:
    """The first period whose run is approved and goes on from this one: one row or none."""
    return (
        later_runs(scope, company_id, period)
        .with_only_columns(PayrollRun.period)
        .where(PayrollRun.state.in_(_FINAL))
        .order_by(None)
        .order_by(PayrollRun.period)
        .limit(1)
    )


def found(session: Session, chosen: Select[Row]) -> Row:
    """Return the one row of a Select by key.

    Raises:
        NotFoundError: it does not exist or is out of reach; the two are not told apart.
    """
    row = session.scalars(chosen).one_or_none()
    if row is None:
        raise NotFoundError("web.not_found")
    return row


def payslips_for(scope: Scope, period: PayPeriod | None = None) -> Select[*tuple[Any, ...]]:
    """Payslips in reach, of one month or of all, the newest month first.

    Columns: payslip_id, run_id, employment_id, company_id, period, kind, number, state, pay_on,
    public_id, gross_pay_amount, net_pay_amount, employer_cost_amount.
    """
    chosen = (
        select(
            Payslip.id.label("payslip_id"),
            Payslip.run_id,
            Payslip.employment_id,
            PayrollRun.company_id,
            Payslip.period,
            PayrollRun.kind,
            PayrollRun.number,
            PayrollRun.state,
            PayrollRun.pay_on,
            Payslip.public_id,
            Payslip.gross_pay_amount,
            Payslip.net_pay_amount,
            Payslip.employer_cost_amount,
        )
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(_slip_in_scope(scope))
    )
    if period is not None:
        chosen = chosen.where(Payslip.period == str(period))
    return chosen.order_by(Payslip.period.desc(), PayrollRun.company_id, Payslip.employment_id)


def payslips_of_run(scope: Scope, run_id: int) -> Select[Payslip]:
    """The payslips of one run, in order of employment."""
    return (
        select(Payslip)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(Payslip.run_id == run_id, _run_in_scope(scope))
        .order_by(Payslip.employment_id)
    )


def payslip(scope: Scope, payslip_id: int) -> Select[Payslip]:
    """The payslip with this key: one row or none."""
    return (
        select(Payslip)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(Payslip.id == payslip_id, _slip_in_scope(scope))
    )


def run_of_payslip(scope: Scope, payslip_id: int) -> Select[PayrollRun]:
    """The run that a payslip belongs to, for whoever may see the payslip."""
    return (
        select(PayrollRun)
        .join(Payslip, Payslip.run_id == PayrollRun.id)
        .where(Payslip.id == payslip_id, _slip_in_scope(scope))
    )


def payslip_by_public_id(public_id: str) -> Select[Payslip, PayrollRun]:
    """The payslip of an approved run with this opaque id, and its run: what the QR code asks for.

    It takes no scope: whoever holds the paper knows the id, and the id is not guessable.
    """
    return (
        select(Payslip, PayrollRun)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(Payslip.public_id == public_id, PayrollRun.state.in_(_FINAL))
    )


def lines(scope: Scope, payslip_id: int) -> Select[PayslipLine]:
    """The lines of one payslip in their order."""
    return (
        select(PayslipLine)
        .join(Payslip, Payslip.id == PayslipLine.payslip_id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(PayslipLine.payslip_id == payslip_id, _slip_in_scope(scope))
        .order_by(PayslipLine.seq)
    )


def lines_of_run(scope: Scope, run_id: int) -> Select[PayslipLine]:
    """All lines of one run, payslip by payslip in their order."""
    return (
        select(PayslipLine)
        .join(Payslip, Payslip.id == PayslipLine.payslip_id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(Payslip.run_id == run_id, _run_in_scope(scope))
        .order_by(PayslipLine.payslip_id, PayslipLine.seq)
    )


def faults(scope: Scope, run_id: int) -> Select[PayrollFault]:
    """Why people have no payslip in a run, employment by employment."""
    return (
        select(PayrollFault)
        .join(PayrollRun, PayrollRun.id == PayrollFault.run_id)
        .where(PayrollFault.run_id == run_id, _run_in_scope(scope))
        .order_by(PayrollFault.employment_id, PayrollFault.seq)
    )


def variance(scope: Scope, variance_id: int) -> Select[Variance]:
    """The variance with this key: one row or none."""
    return (
        select(Variance)
        .join(PayrollRun, PayrollRun.id == Variance.run_id)
        .where(Variance.id == variance_id, _run_in_scope(scope))
    )


def year_to_date(scope: Scope, through: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Sums of a calendar year's payslips, up to and including one month, by employment.

    Columns: employment_id, gross_pay_amount, net_pay_amount, insurance_and_fund_amount (own share),
    income_tax_amount (with the tax on a separately taxed bonus). Payslips of months that were paid
    elsewhere or before are not in it. A company scope sums runs of every state.
    """
    own = PayslipLine.code.in_(OWN_CONTRIBUTIONS) & (PayslipLine.kind == LineKind.DEDUCTION)
    tax = PayslipLine.code.in_(INCOME_TAXES)
    by_slip = (
        select(
            PayslipLine.payslip_id,
            _total(case((own, PayslipLine.amount), else_=0)).label("insurance_and_fund_amount"),
            _total(case((tax, PayslipLine.amount), else_=0)).label("income_tax_amount"),
        )
        .where(PayslipLine.payslip_id.in_(_ids(_months_of_year(through), _slip_in_scope(scope))))
        .group_by(PayslipLine.payslip_id)
        .subquery()
    )
    return (
        select(
            Payslip.employment_id,
            _total(Payslip.gross_pay_amount).label("gross_pay_amount"),
            _total(Payslip.net_pay_amount).label("net_pay_amount"),
            _total(func.coalesce(by_slip.c.insurance_and_fund_amount, 0)).label(
                "insurance_and_fund_amount"
            ),
            _total(func.coalesce(by_slip.c.income_tax_amount, 0)).label("income_tax_amount"),
        )
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .outerjoin(by_slip, by_slip.c.payslip_id == Payslip.id)
        .where(_months_of_year(through), _slip_in_scope(scope))
        .group_by(Payslip.employment_id)
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


def _ids(*wanted: ColumnElement[bool]) -> Select[int]:
    """Ids of the payslips whose lines are summed: without them a sum would go over every line ever."""
    return select(Payslip.id).join(PayrollRun, PayrollRun.id == Payslip.run_id).where(*wanted)


def _total(amount: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[int]:
    """Sum as an integer on both engines: PostgreSQL sums a bigint to a numeric."""
    return cast(func.sum(amount), BigInteger)


def payslip_facts(
    scope: Scope, period: PayPeriod, *, is_final_only: bool = False
) -> Select[*tuple[Any, ...]]:
    """What statistics need of a month's payslips: one row an employment, regular runs only.

    Payslips of both halves are one row. ``is_final_only`` leaves out runs that nobody has approved.
    Columns: employment_id, company_id, gross_pay_amount, net_pay_amount, employer_cost_amount, is_insured (has a line of basic pension insurance), and the six parts of
    total wages time_amount, piece_amount, bonus_amount, allowance_amount, overtime_amount,
    special_amount (reductions are already taken off their part).
    """
    signed = case(
        (PayslipLine.kind == LineKind.EARNING, PayslipLine.amount),
        (PayslipLine.kind == LineKind.REDUCTION, -PayslipLine.amount),
        else_=0,
    )
    in_month = PayrollRun.period.in_(texts_of_month(period))
    parts = (
        select(
            PayslipLine.payslip_id,
            *(
                _total(case((PayslipLine.wage_part == part, signed), else_=0)).label(
                    f"{part}_amount"
                )
                for part in WagePart
            ),
        )
        .where(PayslipLine.payslip_id.in_(_ids(in_month, _slip_in_scope(scope))))
        .group_by(PayslipLine.payslip_id)
        .subquery()
    )
    is_insured = exists().where(PayslipLine.payslip_id == Payslip.id, PayslipLine.code == _PENSION)
    chosen = (
        select(
            Payslip.employment_id,
            PayrollRun.company_id,
            _total(Payslip.gross_pay_amount).label("gross_pay_amount"),
            _total(Payslip.net_pay_amount).label("net_pay_amount"),
            _total(Payslip.employer_cost_amount).label("employer_cost_amount"),
            func.max(case((is_insured, 1), else_=0)).label("is_insured"),
            *(
                _total(func.coalesce(parts.c[f"{part}_amount"], 0)).label(f"{part}_amount")
                for part in WagePart
            ),
        )
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .outerjoin(parts, parts.c.payslip_id == Payslip.id)
        .where(
            Payslip.id.in_(_ids(in_month, _slip_in_scope(scope))),
            PayrollRun.kind == "regular",
        )
        .group_by(Payslip.employment_id, PayrollRun.company_id)
        .order_by(Payslip.employment_id)
    )
    return chosen.where(PayrollRun.state.in_(_FINAL)) if is_final_only else chosen


def main_task_types(
    scope: Scope, period: PayPeriod, *, is_final_only: bool = False
) -> Select[*tuple[Any, ...]]:
    """The task type that earned most of each employment's piece wages of a month, groups' included.

    Columns: employment_id, task_type_code. Who has no piece wages has no row.
    """
    # The slips are found first, by their runs: SQLite would else walk through those of all months.
    slips = (
        select(Payslip.id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(
            PayrollRun.period.in_(texts_of_month(period)),
            PayrollRun.kind == "regular",
            _slip_in_scope(scope),
        )
    )
    if is_final_only:
        slips = slips.where(PayrollRun.state.in_(_FINAL))
    earned = func.sum(PayslipLine.amount)
    ranked = (
        select(
            Payslip.employment_id,
            PayslipLine.detail.label("task_type_code"),
            func.row_number()
            .over(partition_by=Payslip.employment_id, order_by=(earned.desc(), PayslipLine.detail))
            .label("rank"),
        )
        .join(Payslip, Payslip.id == PayslipLine.payslip_id)
        .where(
            PayslipLine.payslip_id.in_(slips),
            PayslipLine.code.in_(PIECE_CODES),
            PayslipLine.detail.is_not(None),
        )
        .group_by(Payslip.employment_id, PayslipLine.detail)
    )
    best = ranked.subquery()
    # Grouped, not filtered: SQLite takes a filtered rank for few rows and joins it without an index.
    first = func.max(case((best.c.rank == 1, best.c.task_type_code)))
    return select(best.c.employment_id, first.label("task_type_code")).group_by(
        best.c.employment_id
    )


def _is_before(period: PayPeriod) -> ColumnElement[bool]:
    """Limit payslips to those before a period; beside a month to its halves, too: nobody has both."""
    if period.half:
        return Payslip.period < str(period)
    return and_(Payslip.period < str(period.next()), Payslip.period != str(period))


def latest_states(scope: Scope, before: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Each employment's last payslip of the calendar year before a month, from regular runs.

    Columns: employment_id, period, and the state of withholding after it: tax_income_amount,
    tax_insurance_and_fund_amount, tax_special_amount, tax_other_amount,
    tax_personal_pension_amount, tax_certificate_amount, tax_withheld_amount, tax_months,
    is_separate_bonus_used, has_rent, has_housing_loan.
    """
    last = (
        select(Payslip.employment_id, func.max(Payslip.period).label("period"))
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(
            Payslip.period >= str(PayPeriod(before.year, 1)),
            _is_before(before),
            PayrollRun.kind == "regular",
            _in_books(scope),
        )
        .group_by(Payslip.employment_id)
        .subquery()
    )
    return (
        select(
            Payslip.employment_id,
            Payslip.period,
            Payslip.tax_income_amount,
            Payslip.tax_insurance_and_fund_amount,
            Payslip.tax_special_amount,
            Payslip.tax_other_amount,
            Payslip.tax_personal_pension_amount,
            Payslip.tax_certificate_amount,
            Payslip.tax_withheld_amount,
            Payslip.tax_months,
            Payslip.is_separate_bonus_used,
            Payslip.has_rent,
            Payslip.has_housing_loan,
        )
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .join(
            last,
            (last.c.employment_id == Payslip.employment_id) & (last.c.period == Payslip.period),
        )
        .where(PayrollRun.kind == "regular")
        .order_by(Payslip.employment_id)
    )

"""Reading runs, payslips and their lines: set-based Selects that other slices join.

Who sees what: the base and a company see their runs in every state; a person sees the own payslips
once they are approved; a team scope sees no pay at all (line of command gives rights over
attendance, never over pay). Amounts are fen; quantities, prices and rates millionths.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

from sqlalchemy import (
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from workforce.companies import queries as companies
from workforce.core.errors import NotFoundError
from workforce.core.orders import Purpose
from workforce.core.period import PayPeriod
from workforce.payroll.models import (
    UNTAXED,
    PayrollFault,
    PayrollRun,
    Payslip,
    PayslipLine,
    Variance,
)
from workforce.payroll.order_models import RunOrder
from workforce.payroll.selects.amounts import (
    adjustments,
    base_differences,
    employments_with_amounts,
    newest_output_when_locked,
    pay_entries,
    texts_of_month,
)
from workforce.payroll.selects.decided import (
    decided_line_totals,
    decided_runs,
    decided_slips,
    withdrawn_totals,
)
from workforce.payroll.selects.reach import (
    FINAL_STATES,
    counts,
    in_books,
    run_in_scope,
    slip_in_scope,
)
from workforce.payroll.selects.sums import (
    INCOME_TAXES,
    OWN_CONTRIBUTIONS,
    PIECE_CODES,
    at_floor,
    decided_by_period,
    main_task_types,
    payslip_facts,
    whole_periods,
    year_to_date,
)
from workforce.people import queries as people
from workforce.people import tax_methods
from workforce.platform.scope import Scope

__all__ = [
    "INCOME_TAXES",
    "OWN_CONTRIBUTIONS",
    "PIECE_CODES",
    "UNTAXED",
    "adjustments",
    "at_floor",
    "base_differences",
    "counts",
    "decided_by_period",
    "decided_line_totals",
    "decided_runs",
    "decided_slips",
    "employments_with_amounts",
    "main_task_types",
    "newest_output_when_locked",
    "pay_entries",
    "payslip_facts",
    "whole_periods",
    "withdrawn_totals",
    "year_to_date",
]

Row = TypeVar("Row")

_WHOLE_MONTH: Final = [purpose.value for purpose in Purpose if purpose.is_whole_month]


def runs(scope: Scope, period: PayPeriod | None = None) -> Select[PayrollRun]:
    """Runs, of one month or of all; the newest month first, then by company and number."""
    company = companies.company_facts(Scope.base()).subquery()
    chosen = (
        select(PayrollRun)
        .join(company, company.c.company_id == PayrollRun.company_id)
        .where(run_in_scope(scope))
    )
    if period is not None:
        chosen = chosen.where(PayrollRun.period == str(period))
    return chosen.order_by(
        PayrollRun.period.desc(), company.c.company_code, PayrollRun.kind.desc(), PayrollRun.number
    )


def run(scope: Scope, run_id: int) -> Select[PayrollRun]:
    """The run with this key: one row or none."""
    return select(PayrollRun).where(PayrollRun.id == run_id, run_in_scope(scope))


def runs_of_month(scope: Scope, month: PayPeriod) -> Select[PayrollRun]:
    """The runs of a month and of its halves, by company."""
    return runs(scope).where(PayrollRun.period.in_(texts_of_month(month)))


def regular_run(scope: Scope, company_id: int, period: PayPeriod) -> Select[PayrollRun]:
    """A company's regular run of a month: one row or none."""
    return select(PayrollRun).where(
        PayrollRun.company_id == company_id,
        PayrollRun.period == str(period),
        PayrollRun.kind == "regular",
        run_in_scope(scope),
    )


def run_before(run: PayrollRun) -> Select[PayrollRun]:
    """The run that a run's payslips are held against: the regular one of the period before.

    An extra payment of named amounts is held against none.
    """
    chosen = regular_run(
        Scope.company(run.company_id), run.company_id, PayPeriod.parse(run.period).previous()
    )
    if run.order_id is None:
        return chosen
    return chosen.where(
        exists().where(RunOrder.id == run.order_id, RunOrder.purpose.in_(_WHOLE_MONTH))
    )


def order_title(order_id: int | None) -> Select[str]:
    """The title of what a run was ordered for: one row, or none for a regular run."""
    return select(RunOrder.title).where(RunOrder.id == order_id)


def is_extra(scope: Scope, payslip_id: int) -> Select[int]:
    """A row if a payslip in reach pays named amounts beside the month's pay, else none."""
    return (
        select(Payslip.id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .join(RunOrder, RunOrder.id == PayrollRun.order_id)
        .where(
            Payslip.id == payslip_id,
            RunOrder.purpose.not_in(_WHOLE_MONTH),
            slip_in_scope(scope),
        )
    )


def later_runs(scope: Scope, company_id: int, period: PayPeriod) -> Select[PayrollRun]:
    """A company's runs that go on from a period's regular one: of its cycle, or of its people.

    Months and half months are paid side by side; a run of the other cycle goes on from this period
    only for somebody who has changed over since.
    """
    of_run = Payslip.run_id == PayrollRun.id
    changed_over = exists().where(of_run, Payslip.employment_id.in_(people.paid_by(scope, period)))
    paid_here = select(Payslip.employment_id).where(Payslip.period == str(period))
    same_people = exists().where(of_run, Payslip.employment_id.in_(paid_here))
    is_same_cycle = func.length(PayrollRun.period) == len(str(period))
    last = period if period.half else period.halves[1]
    return runs(scope).where(
        PayrollRun.company_id == company_id,
        PayrollRun.period > str(last),
        or_(
            and_(PayrollRun.kind == "regular", or_(is_same_cycle, changed_over)),
            and_(PayrollRun.kind == "off_cycle", same_people),
        ),
    )


def decided_later(scope: Scope, company_id: int, period: PayPeriod) -> Select[str]:
    """The first period whose run is approved and goes on from this one: one row or none."""
    return (
        later_runs(scope, company_id, period)
        .with_only_columns(PayrollRun.period)
        .where(PayrollRun.state.in_(FINAL_STATES))
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
    public_id, gross_pay_amount, net_pay_amount, employer_cost_amount, origin_id, is_reversed. A
    reversed payslip is shown and marked; whoever sums leaves it out.
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
            Payslip.origin_id,
            (~counts()).label("is_reversed"),
        )
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(slip_in_scope(scope))
    )
    if period is not None:
        chosen = chosen.where(Payslip.period == str(period))
    return chosen.order_by(Payslip.period.desc(), PayrollRun.company_id, Payslip.employment_id)


def payslips_of_run(scope: Scope, run_id: int) -> Select[Payslip]:
    """The payslips of one run, in order of employment."""
    return (
        select(Payslip)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(Payslip.run_id == run_id, run_in_scope(scope))
        .order_by(Payslip.employment_id)
    )


def payslip(scope: Scope, payslip_id: int) -> Select[Payslip]:
    """The payslip with this key: one row or none."""
    return (
        select(Payslip)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(Payslip.id == payslip_id, slip_in_scope(scope))
    )


def run_of_payslip(scope: Scope, payslip_id: int) -> Select[PayrollRun]:
    """The run that a payslip belongs to, for whoever may see the payslip."""
    return (
        select(PayrollRun)
        .join(Payslip, Payslip.run_id == PayrollRun.id)
        .where(Payslip.id == payslip_id, slip_in_scope(scope))
    )


def payslip_by_public_id(public_id: str) -> Select[Payslip, PayrollRun]:
    """The payslip of an approved run with this opaque id, and its run: what the QR code asks for.

    It takes no scope: whoever holds the paper knows the id, and the id is not guessable.
    """
    return (
        select(Payslip, PayrollRun)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(Payslip.public_id == public_id, PayrollRun.state.in_(FINAL_STATES))
    )


def lines(scope: Scope, payslip_id: int) -> Select[PayslipLine]:
    """The lines of one payslip in their order."""
    return (
        select(PayslipLine)
        .join(Payslip, Payslip.id == PayslipLine.payslip_id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(PayslipLine.payslip_id == payslip_id, slip_in_scope(scope))
        .order_by(PayslipLine.seq)
    )


def lines_of_run(scope: Scope, run_id: int) -> Select[PayslipLine]:
    """All lines of one run, payslip by payslip in their order."""
    return (
        select(PayslipLine)
        .join(Payslip, Payslip.id == PayslipLine.payslip_id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(Payslip.run_id == run_id, run_in_scope(scope))
        .order_by(PayslipLine.payslip_id, PayslipLine.seq)
    )


def faults(scope: Scope, run_id: int) -> Select[PayrollFault]:
    """Why people have no payslip in a run, employment by employment."""
    return (
        select(PayrollFault)
        .join(PayrollRun, PayrollRun.id == PayrollFault.run_id)
        .where(PayrollFault.run_id == run_id, run_in_scope(scope))
        .order_by(PayrollFault.employment_id, PayrollFault.seq)
    )


def variance(scope: Scope, variance_id: int) -> Select[Variance]:
    """The variance with this key: one row or none."""
    return (
        select(Variance)
        .join(PayrollRun, PayrollRun.id == Variance.run_id)
        .where(Variance.id == variance_id, run_in_scope(scope))
    )


def _is_before(period: PayPeriod) -> ColumnElement[bool]:
    """Limit payslips to those before a period; beside a month to its halves, too: nobody has both."""
    if period.half:
        return Payslip.period < str(period)
    return and_(Payslip.period < str(period.next()), Payslip.period != str(period))


def latest_states(
    scope: Scope,
    before: PayPeriod,
    decided_number: int | None = None,
    *,
    is_decided_only: bool = False,
) -> Select[*tuple[Any, ...]]:
    """Each employment's payslips of its last treated period of the calendar year, before a run.

    Where the method of withholding has changed, of the last period by each method: wages and pay for
    services are taxed apart.

    Of earlier periods those of regular runs, drafts too unless ``is_decided_only``, and of other
    decided ones; of the run's own period those decided before it: all decided ones, or with smaller numbers than ``decided_number``.
    The last of several is that with the greatest decided_number, NULL (not decided) after all.

    Columns: employment_id, tax_method, period, decided_number, reached_period (the last whose whole month is
    paid, not named amounts only; or NULL), and the state of withholding after it: tax_income_amount,
    tax_insurance_and_fund_amount, tax_special_amount, tax_other_amount,
    tax_personal_pension_amount, tax_certificate_amount, tax_withheld_amount, tax_months,
    is_separate_bonus_used, has_rent, has_housing_loan.
    """
    is_decided = PayrollRun.state.in_(FINAL_STATES)
    is_known = or_(PayrollRun.kind == "regular", is_decided)
    beside = and_(Payslip.period == str(before), is_decided)
    if decided_number is not None:
        beside = and_(beside, PayrollRun.decided_number < decided_number)
    goes_before = or_(and_(_is_before(before), is_decided if is_decided_only else is_known), beside)
    pays_month = or_(PayrollRun.kind == "regular", RunOrder.purpose.in_(_WHOLE_MONTH))
    other = tax_methods.other_than_wages(scope).subquery()
    month = func.substr(Payslip.period, 1, len(str(before.whole)))
    method = func.coalesce(other.c.tax_method, tax_methods.WAGES)
    taxed_by = and_(
        other.c.employment_id == Payslip.employment_id,
        other.c.from_month <= month,
        or_(other.c.to_month.is_(None), other.c.to_month > month),
    )
    last = (
        select(
            Payslip.employment_id,
            method.label("tax_method"),
            func.max(Payslip.period).label("period"),
            func.max(case((pays_month, Payslip.period))).label("reached_period"),
        )
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .outerjoin(RunOrder, RunOrder.id == PayrollRun.order_id)
        .outerjoin(other, taxed_by)
        .where(
            Payslip.period >= str(PayPeriod(before.year, 1)), goes_before, in_books(scope), counts()
        )
        .group_by(Payslip.employment_id, method)
        .subquery()
    )
    return (
        select(
            Payslip.employment_id,
            last.c.tax_method,
            Payslip.period,
            PayrollRun.decided_number,
            last.c.reached_period,
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
        .where(goes_before, counts())
        .order_by(Payslip.employment_id)
    )

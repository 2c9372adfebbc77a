"""The decided payslips of a month that count, for files that leave the house: part of ``queries``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, select
from sqlalchemy.sql.elements import ColumnElement

from workforce.core.period import PayPeriod
from workforce.payroll.models import UNTAXED, PayrollRun, Payslip, PayslipLine
from workforce.payroll.selects.amounts import texts_of_month
from workforce.payroll.selects.reach import FINAL_STATES, counts, run_in_scope
from workforce.platform.scope import Scope


def _is_decided(scope: Scope, month: PayPeriod) -> ColumnElement[bool]:
    """Limit runs to the approved ones of a month and of its halves, off-cycle ones included."""
    return (
        PayrollRun.period.in_(texts_of_month(month))
        & PayrollRun.state.in_(FINAL_STATES)
        & run_in_scope(scope)
    )


def decided_runs(scope: Scope, month: PayPeriod) -> Select[PayrollRun]:
    """The approved runs of a month and of its halves, the regular one first."""
    return (
        select(PayrollRun)
        .where(_is_decided(scope, month))
        .order_by(PayrollRun.kind.desc(), PayrollRun.period, PayrollRun.number)
    )


def decided_slips(scope: Scope, month: PayPeriod) -> Select[*tuple[Any, ...]]:
    """The payslips of a month's approved runs that count: all columns of a payslip, and of its run.

    Further columns: kind (of the run), run_pay_on, paid_on.
    """
    return (
        select(
            *Payslip.__table__.columns,
            PayrollRun.kind,
            PayrollRun.pay_on.label("run_pay_on"),
            PayrollRun.paid_on,
        )
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(_is_decided(scope, month), counts())
        .order_by(Payslip.employment_id, PayrollRun.kind.desc(), PayrollRun.number)
    )


def withdrawn_totals(scope: Scope, month: PayPeriod) -> Select[*tuple[Any, ...]]:
    """What the reversed payslips of a month's approved runs came to: one row.

    Columns: gross_pay_amount, net_pay_amount, employer_cost_amount (fen, 0 where there is none),
    payslip_count.
    """

    def summed(amount: Any) -> ColumnElement[int]:
        return cast(func.coalesce(func.sum(amount), 0), BigInteger).label(amount.key)

    return (
        select(
            summed(Payslip.gross_pay_amount),
            summed(Payslip.net_pay_amount),
            summed(Payslip.employer_cost_amount),
            func.count(Payslip.id).label("payslip_count"),
        )
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(_is_decided(scope, month), ~counts())
    )


def decided_line_totals(scope: Scope, month: PayPeriod) -> Select[*tuple[Any, ...]]:
    """The lines of ``decided_slips``, those of one code added up.

    Columns: payslip_id, kind, code, wage_part, is_untaxed (agreed, and no wage for the tax), amount.
    """
    slips = (
        select(Payslip.id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(_is_decided(scope, month), counts())
    )
    is_untaxed = PayslipLine.operands.contains(UNTAXED).label("is_untaxed")
    columns = (
        PayslipLine.payslip_id,
        PayslipLine.kind,
        PayslipLine.code,
        PayslipLine.wage_part,
        is_untaxed,
    )
    return (
        select(*columns, cast(func.sum(PayslipLine.amount), BigInteger).label("amount"))
        .where(PayslipLine.payslip_id.in_(slips))
        .group_by(*columns)
    )

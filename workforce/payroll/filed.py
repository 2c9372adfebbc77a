"""What tax and insurance files need of a month's decided payslips, beside ``decided``: set-based Selects.

Operands tell what no total does: which part of a bonus is taxed on its own, on which base a scheme was
charged, what a difference of an earlier month is for.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Select, Text, case, cast, func, or_, select

from workforce.core.lifecycle import FINAL
from workforce.core.period import PayPeriod
from workforce.payroll.models import UNTAXED, PayEntry, PayrollRun, Payslip, PayslipLine
from workforce.payroll.queries import counts
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement

_MONTH_LENGTH = 7
_FINAL = [state.value for state in FINAL]


def _decided(scope: Scope, first: PayPeriod, last: PayPeriod) -> Select[int]:
    """Ids of the counting payslips of a company's approved runs from a month to another."""
    return (
        select(Payslip.id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(
            PayrollRun.company_id == scope.company_id,
            PayrollRun.period.between(str(first), str(last.halves[1])),
            PayrollRun.state.in_(_FINAL),
            counts(),
        )
    )


def filed_lines(scope: Scope, month: PayPeriod, codes: Collection[str]) -> Select[*tuple[Any, ...]]:
    """Lines with these codes, and all that are no wage for the tax, of a month's decided payslips.

    Columns: payslip_id, code, kind, amount, operands (JSON text).
    """
    return select(
        PayslipLine.payslip_id,
        PayslipLine.code,
        PayslipLine.kind,
        PayslipLine.amount,
        PayslipLine.operands,
    ).where(
        PayslipLine.payslip_id.in_(_decided(scope, month, month)),
        or_(PayslipLine.code.in_(codes), PayslipLine.operands.contains(UNTAXED)),
    )


def deciding_order(scope: Scope, month: PayPeriod) -> Select[int, int | None, str, int]:
    """In which order a month's payslips were decided: run_id, decided_number, period, number."""
    return select(
        PayrollRun.id.label("run_id"),
        PayrollRun.decided_number,
        PayrollRun.period,
        PayrollRun.number,
    ).where(
        PayrollRun.company_id == scope.company_id,
        PayrollRun.period.between(str(month), str(month.halves[1])),
        PayrollRun.state.in_(_FINAL),
    )


def claimed_deductions(scope: Scope, month: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Deductions claimed this year in months with a decided payslip, before the limits cut them.

    Columns: employment_id, kind (special_additional_deduction | other_tax_deduction), code,
    year_amount (January to the month), month_amount (the month alone), in fen.
    """
    paid = (
        select(
            Payslip.employment_id,
            func.substr(Payslip.period, 1, _MONTH_LENGTH).label("month"),
        )
        .where(Payslip.id.in_(_decided(scope, PayPeriod(month.year, 1), month)))
        .distinct()
        .subquery()
    )
    this = case((paid.c.month == str(month), PayEntry.amount), else_=0)
    return (
        select(
            PayEntry.employment_id,
            PayEntry.kind,
            PayEntry.code,
            _total(PayEntry.amount).label("year_amount"),
            _total(this).label("month_amount"),
        )
        .join(paid, paid.c.employment_id == PayEntry.employment_id)
        .where(
            PayEntry.kind.in_(("special_additional_deduction", "other_tax_deduction")),
            PayEntry.period_from <= paid.c.month,
            or_(PayEntry.period_to.is_(None), PayEntry.period_to > paid.c.month),
        )
        .group_by(PayEntry.employment_id, PayEntry.kind, PayEntry.code)
    )


def cut_deductions(scope: Scope, month: PayPeriod) -> Select[int, str, Any]:
    """Payslips of the year in which a limit cut a deduction: employment_id, period, notes."""
    return select(Payslip.employment_id, Payslip.period, Payslip.notes).where(
        Payslip.id.in_(_decided(scope, PayPeriod(month.year, 1), month)),
        cast(Payslip.notes, Text).contains("tax_deduction_cut"),
    )


def mark(session: Session, scope: Scope, month: PayPeriod) -> str:
    """Return a short text that differs as soon as another payslip of the month counts.

    Decided payslips never change, so which they are says what they come to.
    """
    found = session.execute(
        select(
            func.count(Payslip.id),
            func.coalesce(func.max(Payslip.id), 0),
            _total(func.coalesce(Payslip.id, 0)),
            _total(Payslip.gross_pay_amount),
        ).where(Payslip.id.in_(_decided(scope, month, month)))
    ).one()
    return ":".join(str(value or 0) for value in found)


def _total(amount: Any) -> ColumnElement[int]:
    """Sum as an integer on both engines."""
    return cast(func.sum(amount), BigInteger)

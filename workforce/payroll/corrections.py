"""What was corrected of payslips, and by which: reversals, and the old lines of adjustments."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, or_, select

from workforce.core.period import PayPeriod
from workforce.payroll.correction_models import AdjustmentLine
from workforce.payroll.models import Adjustment, PayrollRun, Payslip, SlipReversal
from workforce.payroll.selects.amounts import texts_of_month
from workforce.payroll.selects.reach import slip_in_scope
from workforce.platform.scope import Scope


def reversals_of_run(run_id: int) -> Select[int, str]:
    """The reversed payslips of a run, for whoever sees the run: payslip_id, reason."""
    return (
        select(SlipReversal.payslip_id, SlipReversal.reason)
        .join(Payslip, Payslip.id == SlipReversal.payslip_id)
        .where(Payslip.run_id == run_id, SlipReversal.approved_by_id.is_not(None))
    )


def chain_of(scope: Scope, payslip_id: int) -> Select[*tuple[Any, ...]]:
    """The payslips in reach that were issued in place of one another, this one among them.

    Columns: payslip_id, period, reason (why it is reversed; NULL: it is not), oldest first.
    """
    own = (
        select(func.coalesce(Payslip.origin_id, Payslip.id))
        .where(Payslip.id == payslip_id)
        .scalar_subquery()
    )
    return (
        select(Payslip.id.label("payslip_id"), Payslip.period, SlipReversal.reason)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .outerjoin(
            SlipReversal,
            (SlipReversal.payslip_id == Payslip.id) & SlipReversal.approved_by_id.is_not(None),
        )
        .where(or_(Payslip.id == own, Payslip.origin_id == own), slip_in_scope(scope))
        .order_by(Payslip.id)
    )


def corrected_lines(
    payslip_id: int, employment_id: int, period: PayPeriod
) -> Select[*tuple[Any, ...]]:
    """Old lines that adjustments correct: those of a payslip, and those that its month pays for.

    Whoever may see the payslip may see them. Columns: adjustment_kind, reason, for_period, pay_period,
    payslip_id (NULL: there was none), code, kind, detail, before_amount, after_amount (fen).
    """
    return (
        select(
            Adjustment.kind.label("adjustment_kind"),
            Adjustment.reason,
            Adjustment.for_period,
            Adjustment.pay_period,
            AdjustmentLine.payslip_id,
            AdjustmentLine.code,
            AdjustmentLine.kind,
            AdjustmentLine.detail,
            AdjustmentLine.before_amount,
            AdjustmentLine.after_amount,
        )
        .join(Adjustment, Adjustment.id == AdjustmentLine.adjustment_id)
        .where(
            Adjustment.employment_id == employment_id,
            or_(
                AdjustmentLine.payslip_id == payslip_id,
                Adjustment.pay_period.in_(texts_of_month(period)),
            ),
        )
        .order_by(AdjustmentLine.id)
    )

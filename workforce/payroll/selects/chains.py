"""Payslips that are issued anew: of whom, and which first payslip each goes back to."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from sqlalchemy import exists, func, select, update

from workforce.core.errors import InputError, StateError
from workforce.core.orders import Purpose
from workforce.payroll.correction_models import AdjustmentLine, LateFact
from workforce.payroll.models import PayrollRun, Payslip, SlipReversal
from workforce.payroll.order_models import RunOrder
from workforce.payroll.selects.reach import FINAL_STATES, counts
from workforce.people import queries as people

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod

_WHOLE_MONTH: Final = [purpose.value for purpose in Purpose if purpose.is_whole_month]


def refuse_counted(
    session: Session, company_id: int, period: PayPeriod, employment_ids: Collection[int]
) -> None:
    """Refuse to issue a payslip anew for somebody whose own still counts, or who had none.

    Raises:
        InputError: there is somebody; the message has the employee number.
    """
    decided = (
        select(Payslip.employment_id, counts().label("does_count"))
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .outerjoin(RunOrder, RunOrder.id == PayrollRun.order_id)
        .where(
            PayrollRun.company_id == company_id,
            PayrollRun.period == str(period),
            PayrollRun.state.in_(FINAL_STATES),
            (PayrollRun.kind == "regular") | RunOrder.purpose.in_(_WHOLE_MONTH),
            Payslip.employment_id.in_(sorted(employment_ids)),
        )
    )
    standing: set[int] = set()
    gone: set[int] = set()
    for employment_id, does_count in session.execute(decided):
        (standing if does_count else gone).add(employment_id)
    wrong = standing | (set(employment_ids) - gone)
    if wrong:
        number = session.scalar(people.employee_no(min(wrong)))
        raise InputError("reversal.not_reversed", place="lines", number=number, period=period)


def tie_to_origins(session: Session, run: PayrollRun) -> None:
    """Let each payslip of a run that issues anew name the first one of its chain.

    In the caller's unit of work, as long as the run is not decided.
    """
    first = (
        select(func.min(func.coalesce(Payslip.origin_id, Payslip.id)))
        .join(SlipReversal, SlipReversal.payslip_id == Payslip.id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .outerjoin(RunOrder, RunOrder.id == PayrollRun.order_id)
        .where(
            PayrollRun.company_id == run.company_id,
            PayrollRun.period == run.period,
            SlipReversal.approved_by_id.is_not(None),
            (PayrollRun.kind == "regular") | RunOrder.purpose.in_(_WHOLE_MONTH),
        )
        .group_by(Payslip.employment_id)
        .add_columns(Payslip.employment_id)
    )
    origins = {employment_id: origin for origin, employment_id in session.execute(first)}
    slips = session.execute(
        select(Payslip.id, Payslip.employment_id).where(Payslip.run_id == run.id)
    )
    tied = [{"id": one, "origin_id": origins.get(employment_id)} for one, employment_id in slips]
    if tied:
        session.execute(update(Payslip), tied)


def refuse_corrected(session: Session, run: PayrollRun) -> None:
    """Refuse to take back a run that something has been corrected of since.

    Raises:
        StateError: a payslip of it is reversed, or late facts of its period are approved.
    """
    slips = select(Payslip.id).where(Payslip.run_id == run.id)
    is_reversed = exists().where(SlipReversal.payslip_id.in_(slips))
    is_adjusted = exists().where(AdjustmentLine.payslip_id.in_(slips))
    is_late = exists().where(
        LateFact.company_id == run.company_id,
        LateFact.for_period == run.period,
        LateFact.is_approved.is_(True),
    )
    found = is_reversed | is_adjusted
    if run.order_id is None:
        found |= is_late
    if session.scalar(select(found)):
        raise StateError("late.run_stands", period=run.period)

"""Taking away the payslips of a run that nobody has decided: before it is stored anew, or withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from workforce.payroll.models import (
    Adjustment,
    FormerSlip,
    PayrollFault,
    PayrollRun,
    Payslip,
    PayslipLine,
    RunCalculation,
    RunReopening,
    Variance,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def clear_run(session: Session, run_id: int) -> None:
    """Remove the payslips of a run that is calculated again."""
    slips = select(Payslip.id).where(Payslip.run_id == run_id)
    for statement in (
        # A correction of the month outlives the payslip: approval ties it to the new one.
        update(Adjustment)
        .where(Adjustment.corrected_payslip_id.in_(slips))
        .values(corrected_payslip_id=None),
        delete(PayslipLine).where(PayslipLine.payslip_id.in_(slips)),
        delete(PayrollFault).where(PayrollFault.run_id == run_id),
        delete(Payslip).where(Payslip.run_id == run_id),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})


def remove_run(session: Session, run: PayrollRun) -> None:
    """Remove a whole undecided run whose order is withdrawn; that it was once opened again the audit keeps."""
    clear_run(session, run.id)
    for model in (Variance, FormerSlip, RunCalculation, RunReopening):
        session.execute(
            delete(model).where(model.run_id == run.id),
            execution_options={"synchronize_session": False},
        )
    session.execute(
        delete(PayrollRun).where(PayrollRun.id == run.id),
        execution_options={"synchronize_session": False},
    )
    session.expunge(run)

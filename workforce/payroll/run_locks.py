"""What deciding a run takes with it: its number, the locks of its facts, and what it may not overtake.

Runs of one period stand beside one another. Which was decided before which has one meaning, the
number given at approval; a run goes on from those with smaller ones. So nothing is decided, or taken
back, from which a decided run has gone on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select

from workforce.core.errors import ClosedError, ForbiddenError, StateError
from workforce.core.orders import Purpose
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.payroll import queries
from workforce.payroll.facts.basis import Basis, basis_of
from workforce.payroll.models import PayrollRun, Payslip
from workforce.payroll.selects import chains
from workforce.payroll.selects.reach import FINAL_STATES, counts
from workforce.platform import locks
from workforce.production import queries as production

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope


def refuse_overtaken(
    session: Session, scope: Scope, company_id: int, period: PayPeriod, basis: Basis
) -> None:
    """Refuse a run whose facts are locked, or from whose period a decided run has gone on.

    Raises:
        ClosedError: the period is closed, for all or for somebody of a final pay.
        StateError: a later run of its people is decided.
    """
    locks_facts = basis.order is None or basis.is_final_pay
    if locks_facts and locks.is_locked(session, company_id, period):
        raise ClosedError("month.closed", period=period)
    if basis.is_final_pay:
        people = session.scalars(basis.people()).all()
        if locks.locked_people(session, people, period):
            raise ClosedError("order.paid_already", period=period)
    if basis.order is None:
        later = session.scalar(queries.decided_later(scope, company_id, period))
    else:
        later = session.scalar(_later_periods(company_id, period, basis.people()))
    if later is not None:
        raise StateError("payroll.later_month_decided", period=period, later=later)


def decide(session: Session, scope: Scope, run: PayrollRun, account_id: int | None) -> None:
    """Number a run that is approved in the caller's unit of work, and lock the facts that it pays.

    The regular run locks the period, a final pay that of its people; an extra payment reads no facts
    of days, and locks none.

    Raises:
        ForbiddenError: whoever made the order would approve its run.
        ClosedError: the facts of an order's run are locked by another run meanwhile.
        StateError: a later run of an order's people is decided.
    """
    period, basis = PayPeriod.parse(run.period), basis_of(session, run)
    if basis.order is not None:
        if account_id is not None and account_id == basis.order.created_by_id:
            raise ForbiddenError("payroll.two_people", action=term("run_action.approve"))
        refuse_overtaken(session, scope, run.company_id, period, basis)
        if basis.order.purpose is Purpose.REISSUE:
            people = session.scalars(basis.people()).all()
            chains.refuse_counted(session, run.company_id, period, people)
    last = session.scalar(
        select(func.max(PayrollRun.decided_number)).where(PayrollRun.company_id == run.company_id)
    )
    run.decided_number = (last or 0) + 1
    reason = f"payroll_run {run.id}"
    if basis.is_extra:
        return
    run.locked_at_output_id = session.scalar(production.newest_output()) or 0
    if basis.order is None:
        locks.lock(session, run.company_id, period, reason=reason, account_id=account_id)
    elif basis.is_final_pay:
        people = session.scalars(basis.people()).all()
        locks.lock_people(session, people, period, reason=reason, account_id=account_id)


def undo(session: Session, scope: Scope, run: PayrollRun) -> None:
    """Take back the number and the locks of an approved run that is returned.

    Raises:
        StateError: another decided run goes on from it.
    """
    chains.refuse_corrected(session, run)
    period, basis = PayPeriod.parse(run.period), basis_of(session, run)
    slips = select(Payslip.employment_id).where(Payslip.run_id == run.id)
    if basis.order is None:
        later = session.scalar(queries.decided_later(scope, run.company_id, period))
    else:
        later = session.scalar(_later_periods(run.company_id, period, slips))
    if later is not None:
        raise StateError("payroll.later_month_stands", period=period, later=later)
    beside = session.scalar(_beside(run, slips))
    is_locked = locks.is_locked(session, run.company_id, period)
    if beside is not None or (basis.is_final_pay and is_locked):
        raise StateError("order.later_run_stands", period=period)
    if basis.order is None:
        locks.unlock(session, run.company_id, period)
    elif basis.is_final_pay:
        locks.unlock_people(session, session.scalars(basis.people()).all(), period)
    run.locked_at_output_id = run.decided_number = None


def _later_periods(company_id: int, period: PayPeriod, people: Select[int]) -> Select[str]:
    """The first later period in which a decided run pays one of some people: one row or none."""
    last = period if period.half else period.halves[1]
    return (
        _decided(company_id, people)
        .where(Payslip.period > str(last))
        .order_by(Payslip.period)
        .limit(1)
    )


def _beside(run: PayrollRun, people: Select[int]) -> Select[str]:
    """The period of a run if somebody's pay in it goes on from that run: one row or none."""
    return (
        _decided(run.company_id, people)
        .where(
            Payslip.period == run.period,
            and_(
                PayrollRun.id != run.id,
                or_(
                    PayrollRun.decided_number.is_(None),
                    PayrollRun.decided_number > run.decided_number,
                ),
            ),
        )
        .limit(1)
    )


def _decided(company_id: int, people: Select[int]) -> Select[str]:
    return (
        select(Payslip.period)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(
            PayrollRun.company_id == company_id,
            PayrollRun.state.in_(FINAL_STATES),
            Payslip.employment_id.in_(people),
            counts(),
        )
    )

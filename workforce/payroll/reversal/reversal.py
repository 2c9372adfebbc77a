"""Reversing one person's payslip, and issuing it anew; the run that it is of stays as it is.

A reversal is proposed by one person and put in force by another, while nothing of the person that was
decided later goes on from the payslip. The reversed one stays stored and visible, marked; it counts no
more. The new one is that of an off-cycle run of the same period, made from what is known by now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, delete, func, or_, select

from workforce.core.errors import ForbiddenError, InputError, NotFoundError, StateError
from workforce.core.orders import Purpose
from workforce.core.period import PayPeriod
from workforce.payroll import queries
from workforce.payroll.compute import company_in
from workforce.payroll.correction_models import AdjustmentLine
from workforce.payroll.models import Adjustment, PayrollRun, Payslip, SlipReversal
from workforce.payroll.order_models import RunOrder, RunOrderPerson
from workforce.payroll.orders import orders
from workforce.payroll.selects.reach import FINAL_STATES, counts
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform import audit, clock, locks
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

SUBJECT: Final = "slip_reversal"
_REASON_LENGTH: Final = 400


def reversals(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Reversals in reach and proposals of them, the newest first.

    Columns: reversal_id, payslip_id, run_id, company_id, employment_id, period, net_pay_amount (fen), reason,
    proposed_by_id, proposed_at, approved_by_id, approved_at (NULL: it waits), is_reissued (decided),
    is_ordered (a run that issues it anew is not decided yet).
    """
    anew = (
        select(Payslip.id)
        .join(_other_run, _other_run.c.id == Payslip.run_id)
        .where(
            Payslip.origin_id == func.coalesce(_slip.c.origin_id, _slip.c.id),
            _other_run.c.state.in_(FINAL_STATES),
            counts(),
        )
    )
    ordered = _undecided_orders().where(
        RunOrder.company_id == PayrollRun.company_id,
        RunOrder.period == _slip.c.period,
        RunOrderPerson.employment_id == _slip.c.employment_id,
    )
    return (
        select(
            SlipReversal.id.label("reversal_id"),
            SlipReversal.payslip_id,
            _slip.c.run_id,
            PayrollRun.company_id,
            _slip.c.employment_id,
            _slip.c.period,
            _slip.c.net_pay_amount,
            SlipReversal.reason,
            SlipReversal.proposed_by_id,
            SlipReversal.proposed_at,
            SlipReversal.approved_by_id,
            SlipReversal.approved_at,
            anew.exists().label("is_reissued"),
            ordered.correlate(PayrollRun, _slip).exists().label("is_ordered"),
        )
        .join(_slip, _slip.c.id == SlipReversal.payslip_id)
        .join(PayrollRun, PayrollRun.id == _slip.c.run_id)
        .where(_in_company(scope))
        .order_by(SlipReversal.id.desc())
    )


_slip: Any = Payslip.__table__.alias("reversed_slip")
_other_run: Any = PayrollRun.__table__.alias("other_run")


def _undecided_orders() -> Select[int]:
    """People of orders to issue anew whose run is not decided yet."""
    return (
        select(RunOrderPerson.employment_id)
        .join(RunOrder, RunOrder.id == RunOrderPerson.order_id)
        .outerjoin(_other_run, _other_run.c.order_id == RunOrder.id)
        .where(
            RunOrder.purpose == Purpose.REISSUE.value,
            or_(_other_run.c.id.is_(None), _other_run.c.state.not_in(FINAL_STATES)),
        )
    )


def _in_company(scope: Scope) -> Any:
    return PayrollRun.company_id == (scope.company_id or 0)


def propose(scope: Scope, payslip_id: int, reason: str, actor: Actor) -> int:
    """Propose to reverse a payslip of a decided run; return the reversal's key.

    Raises:
        ForbiddenError: nobody is named.
        InputError: no reason is given.
        NotFoundError: the payslip is out of reach.
        StateError: its run is not approved, a later payslip of the person is, or it has a reversal.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= _REASON_LENGTH:
        raise InputError("reversal.reason", place="reason", longest=_REASON_LENGTH)
    if actor.account_id is None:
        raise ForbiddenError("late.nameless")
    with unit_of_work() as session:
        slip = queries.found(session, queries.payslip(scope, payslip_id))
        run = session.get_one(PayrollRun, slip.run_id)
        locks.hold(session, run.company_id)
        session.refresh(run)
        if run.state not in FINAL_STATES:
            raise StateError("reversal.not_decided")
        taken = select(SlipReversal.id).where(SlipReversal.payslip_id == payslip_id)
        if session.scalar(taken) is not None:
            raise StateError("reversal.twice")
        refuse_later(session, slip, run)
        row = SlipReversal(
            payslip_id=payslip_id,
            reason=reason,
            proposed_by_id=actor.account_id,
            proposed_at=clock.now(),
        )
        session.add(row)
        session.flush()
        _record(session, actor, "slip_reversal.propose", row, slip, run)
        return row.id


def whole_slip(session: Session, company_id: int, period: PayPeriod, employment_id: int) -> int:
    """Return a person's decided payslip of a period that counts: the last, if there are several.

    Raises:
        InputError: there is none.
    """
    found = session.scalar(
        select(Payslip.id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(
            PayrollRun.company_id == company_id,
            PayrollRun.period == str(period),
            PayrollRun.state.in_(FINAL_STATES),
            Payslip.employment_id == employment_id,
            counts(),
        )
        .order_by(PayrollRun.decided_number.desc())
        .limit(1)
    )
    if found is None:
        raise InputError("reversal.no_slip", period=period)
    return found


def refuse_later(session: Session, slip: Payslip, run: PayrollRun) -> None:
    """Refuse to take back what a later decided payslip of the person goes on from.

    Raises:
        StateError: there is one.
    """
    everybody = people.all_employments(Scope.company(run.company_id)).subquery()
    person = select(everybody.c.person_id).where(everybody.c.employment_id == slip.employment_id)
    own = select(everybody.c.employment_id).where(everybody.c.person_id == person.scalar_subquery())
    later = session.scalar(
        select(Payslip.period)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(
            PayrollRun.company_id == run.company_id,
            PayrollRun.state.in_(FINAL_STATES),
            Payslip.employment_id.in_(own),
            Payslip.id != slip.id,
            counts(),
            or_(
                Payslip.period > slip.period,
                (Payslip.period == slip.period)
                & (PayrollRun.decided_number > (run.decided_number or 0)),
            ),
        )
        .order_by(Payslip.period)
        .limit(1)
    )
    if later is None:
        # A decided run had its late facts, though that payslip is reversed by now: its facts stand.
        cycles = PayCycles.read(session, run.company_id)
        paid_in = session.scalars(
            select(Adjustment.pay_period)
            .join(AdjustmentLine, AdjustmentLine.adjustment_id == Adjustment.id)
            .where(AdjustmentLine.payslip_id == slip.id)
            .distinct()
        )
        who = slip.employment_id
        decided = (one for one in sorted(paid_in) if cycles.is_closed(who, PayPeriod.parse(one)))
        later = next(decided, None)
    if later is not None:
        raise StateError("reversal.later", period=later)


def approve(scope: Scope, reversal_id: int, actor: Actor) -> None:
    """Put a reversal in force: from now on the payslip counts no more.

    What its late facts were to be paid as in an open month is taken back: the new payslip has them.

    Raises:
        ForbiddenError: the actor proposed it, or nobody is named.
        NotFoundError: it is out of reach.
        StateError: it is in force already, or a later payslip of the person was decided meanwhile.
    """
    with unit_of_work() as session:
        row, slip, run = _waiting(session, scope, reversal_id)
        if actor.account_id is None or actor.account_id == row.proposed_by_id:
            raise ForbiddenError("reversal.two_people")
        refuse_later(session, slip, run)
        row.approved_by_id, row.approved_at = actor.account_id, clock.now()
        session.flush()
        taken_back = _take_back_adjustments(session, slip)
        _record(session, actor, "slip_reversal.approve", row, slip, run, adjustments=taken_back)


def withdraw(scope: Scope, reversal_id: int, actor: Actor) -> None:
    """Take a proposal back; the audit keeps it.

    Raises:
        NotFoundError: it is out of reach.
        StateError: it is in force.
    """
    with unit_of_work() as session:
        row, slip, run = _waiting(session, scope, reversal_id)
        _record(session, actor, "slip_reversal.withdraw", row, slip, run)
        session.delete(row)


def _waiting(
    session: Session, scope: Scope, reversal_id: int
) -> tuple[SlipReversal, Payslip, PayrollRun]:
    chosen = (
        select(SlipReversal, Payslip, PayrollRun)
        .join(Payslip, Payslip.id == SlipReversal.payslip_id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(SlipReversal.id == reversal_id, _in_company(scope))
        .execution_options(populate_existing=True)
    )
    found = session.execute(chosen).one_or_none()
    if found is not None:
        locks.hold(session, found[2].company_id)
        # Another one may have approved it or taken it back while this one waited.
        found = session.execute(chosen).one_or_none()
    if found is None:
        raise NotFoundError("web.not_found")
    if found[0].approved_by_id is not None:
        raise StateError("reversal.stands")
    return found[0], found[1], found[2]


def _take_back_adjustments(session: Session, slip: Payslip) -> int:
    """Delete what a payslip's late facts made due: nothing of it is paid, for nothing later is decided."""
    tied = select(AdjustmentLine.adjustment_id).where(AdjustmentLine.payslip_id == slip.id)
    ids = session.scalars(tied.distinct()).all()
    session.execute(delete(AdjustmentLine).where(AdjustmentLine.adjustment_id.in_(ids)))
    session.execute(delete(Adjustment).where(Adjustment.id.in_(ids)))
    return len(ids)


def order_reissue(
    scope: Scope,
    company_id: int,
    period: PayPeriod,
    employment_ids: Collection[int],
    pay_on: dt.date,
    reason: str,
    actor: Actor,
) -> int:
    """Order a run that issues reversed payslips anew; return the order's key.

    Raises:
        InputError: somebody's payslip is not reversed, or no reason is given.
        NotFoundError: the company or somebody is out of reach.
        StateError: there is such an order already.
    """
    with unit_of_work() as session:
        company = company_in(session, scope, company_id)
        locks.hold(session, company_id)
        ordered = _undecided_orders().where(
            RunOrder.company_id == company_id,
            RunOrder.period == str(period),
            RunOrderPerson.employment_id.in_(sorted(employment_ids)),
        )
        if session.scalar(ordered.limit(1)) is not None:
            raise StateError("reversal.ordered", period=period)
        # Not counted: an order that was withdrawn must not make the next one's title a taken one.
        last = session.scalar(
            select(func.max(RunOrder.number)).where(
                RunOrder.company_id == company_id, RunOrder.period == str(period)
            )
        )
        facts = orders.OrderFacts(
            period=period,
            purpose=Purpose.REISSUE,
            title=f"重发工资条 {(last or 0) + 1}",
            pay_on=pay_on,
            reason=reason,
            people=frozenset(employment_ids),
        )
        return orders.add_order(session, company.company_id, facts, actor).id


def _record(
    session: Session,
    actor: Actor,
    action: str,
    row: SlipReversal,
    slip: Payslip,
    run: PayrollRun,
    **said: object,
) -> None:
    audit.record(
        session,
        actor,
        action,
        SUBJECT,
        row.id,
        company_id=run.company_id,
        after={
            "payslip_id": slip.id,
            "run_id": run.id,
            "employment_id": slip.employment_id,
            "period": slip.period,
            "net_pay_amount": slip.net_pay_amount,
            **said,
        },
        reason=row.reason,
    )

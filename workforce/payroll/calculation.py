"""Computing a company's month and storing it as its run; what it was before is compared and kept.

Computing happens before the write lock is taken. A calculation replaces an unapproved run, and says
afterwards whose pay it changed and what is out of the ordinary.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from workforce.core.errors import StateError
from workforce.core.lifecycle import REPLACEABLE, RunState
from workforce.core.orders import Purpose
from workforce.core.terms import term
from workforce.core.work_calendar import DayClass
from workforce.payroll import queries
from workforce.payroll.clearing import clear_run
from workforce.payroll.compute import CompanyKey, Computed, company_in, compute
from workforce.payroll.facts.basis import REGULAR, Basis, ordered
from workforce.payroll.models import (
    PayrollRun,
    RunCalculation,
)
from workforce.payroll.record import write_faults, write_sheet
from workforce.payroll.review import comparison, variances
from workforce.payroll.run_locks import refuse_overtaken
from workforce.payroll.selects import chains
from workforce.platform import audit, clock, locks
from workforce.platform.db import db, unit_of_work
from workforce.platform.stopwatch import lap

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.core.period import PayPeriod
    from workforce.core.work_calendar import WorkCalendar
    from workforce.platform.audit import Actor
    from workforce.platform.jobs import Progress
    from workforce.platform.scope import Scope

_SUBJECT: Final = "payroll_run"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutcome:
    """What a calculation gave; ``run_id`` is None for a preview, which wrote nothing."""

    run_id: int | None
    state: RunState
    computed: Computed

    @property
    def payslip_count(self) -> int:
        """Number of payslips."""
        return self.computed.sheet.size


def run_payroll(
    scope: Scope,
    company_id: int,
    period: PayPeriod,
    actor: Actor,
    book: LawBook,
    *,
    order_id: int | None = None,
    preview: bool = False,
    progress: Progress | None = None,
) -> RunOutcome:
    """Compute a company's month and store it as its regular run, replacing an unapproved one.

    ``order_id``: compute what an order asks for instead, and store it as the order's run.

    A run in which somebody has a fault, or would be paid less than nothing, stays a draft. Where a
    job asks for it, ``progress`` is told the steps and the job ends with the transaction that stores
    the run: a job that is taken over cannot store it twice.

    Raises:
        ClosedError: the month is closed, or that of somebody whom an order pays finally.
        StateError: its run is approved, or a later month's is.
        InputError: the company has no pay policy for the month.
        LawMissingError: the law data lack what everybody needs.
        NotFoundError: the company is out of reach, or the order is not of it.
    """
    session = db.session()
    company = company_in(session, scope, company_id)
    basis = _basis(session, company, period, order_id)
    _check_replaceable(session, scope, company, period, basis)
    tell = () if progress is None else (progress.step,)
    computed = compute(session, company, period, book, *tell, basis=basis)
    state = RunState.DRAFT if computed.faults or computed.blocking else RunState.CALCULATED
    if preview:
        return RunOutcome(run_id=None, state=state, computed=computed)
    if progress is not None:
        progress.step("pay_write", computed.sheet.size)
    with lap("write"), unit_of_work() as writing:
        locks.hold(writing, company.company_id)
        old = _check_replaceable(writing, scope, company, period, basis)
        former = comparison.former_contents(writing, old, computed)
        pay_on = _pay_on(computed, basis, book)
        run = _store(writing, old, computed, state, actor, pay_on, basis)
        comparison.keep_former(writing, run.id, former)
        variances.refresh(writing, run)
        audit.record(
            writing,
            actor,
            "payroll_run.calculate",
            _SUBJECT,
            run.id,
            company_id=company.company_id,
            after={
                "period": str(period),
                "state": state.value,
                **({} if basis.order is None else {"order": basis.order.number}),
                **_totals(run),
            },
        )
        outcome = RunOutcome(run_id=run.id, state=state, computed=computed)
        if progress is not None:
            progress.complete(writing, said_of(outcome))
        return outcome


def said_of(outcome: RunOutcome) -> dict[str, Any]:
    """Return what a calculation came to as plain values: for a job's row."""
    sheet = outcome.computed.sheet
    return {
        "run_id": outcome.run_id,
        "company_id": outcome.computed.company.company_id,
        "period": str(outcome.computed.assembled.period),
        "state": outcome.state.value,
        "payslip_count": sheet.size,
        "fault_count": len({fault.employment_id for fault in outcome.computed.faults}),
        **{
            name: sheet.total(name)
            for name in ("gross_pay_amount", "net_pay_amount", "employer_cost_amount")
        },
    }


def check_replaceable(
    scope: Scope, company_id: int, period: PayPeriod, order_id: int | None = None
) -> None:
    """Refuse a calculation that could not be stored: before anybody waits for it.

    Raises:
        ClosedError: the month is closed.
        StateError: its run is approved, or a later month's is.
        NotFoundError: the company is out of reach, or the order is not of it.
    """
    session = db.session()
    company = company_in(session, scope, company_id)
    basis = _basis(session, company, period, order_id)
    _check_replaceable(session, scope, company, period, basis)


def _basis(session: Session, company: CompanyKey, period: PayPeriod, order_id: int | None) -> Basis:
    """Return what an undecided run is made from.

    Raises:
        NotFoundError: the order is not one of the company's for this period.
    """
    if order_id is None:
        return REGULAR
    return Basis(order=ordered(session, company.company_id, order_id, period))


def _check_replaceable(
    session: Session, scope: Scope, company: CompanyKey, period: PayPeriod, basis: Basis
) -> PayrollRun | None:
    """Return the run that a calculation would replace, if there is one and it may."""
    run = session.scalar(
        queries.regular_run(scope, company.company_id, period)
        if basis.order is None
        else select(PayrollRun).where(PayrollRun.order_id == basis.order.order_id)
    )
    if run is not None and run.state not in REPLACEABLE:
        raise StateError("payroll.run_decided", period=period, state=term(f"run_state.{run.state}"))
    refuse_overtaken(session, scope, company.company_id, period, basis)
    return run


def _pay_on(computed: Computed, basis: Basis, book: LawBook) -> dt.date:
    if basis.order is not None:
        return basis.order.pay_on
    assembled = computed.assembled
    return pay_day(assembled.period, assembled.policy.pay_day, book.calendar())


def _store(
    session: Session,
    old: PayrollRun | None,
    computed: Computed,
    state: RunState,
    actor: Actor,
    pay_on: dt.date,
    basis: Basis,
) -> PayrollRun:
    period, sheet = computed.assembled.period, computed.sheet
    values: dict[str, Any] = {
        "state": state.value,
        "pay_on": pay_on,
        "payslip_count": sheet.size,
        "fault_count": len({fault.employment_id for fault in computed.faults}),
        "gross_pay_amount": sheet.total("gross_pay_amount"),
        "net_pay_amount": sheet.total("net_pay_amount"),
        "employer_cost_amount": sheet.total("employer_cost_amount"),
        "input_hash": computed.hashes.inputs,
        "law_hash": computed.hashes.law,
        "result_hash": computed.hashes.results,
        "code_version": computed.hashes.code_version,
        "prepared_by_id": actor.account_id,
        "prepared_at": clock.now(),
        "reviewed_by_id": None,
        "reviewed_at": None,
    }
    if old is None:
        order = basis.order
        if order is not None:
            values |= {"kind": "off_cycle", "number": order.number, "order_id": order.order_id}
        run = PayrollRun(company_id=computed.company.company_id, period=str(period), **values)
        session.add(run)
    else:
        run = old
        clear_run(session, run.id)
        for name, value in values.items():
            setattr(run, name, value)
    session.flush()
    write_sheet(session, run.id, period, sheet)
    if basis.order is not None and basis.order.purpose is Purpose.REISSUE:
        chains.tie_to_origins(session, run)
    write_faults(session, run.id, computed.faults)
    session.add(
        RunCalculation(
            run_id=run.id,
            calculated_by_id=run.prepared_by_id,
            calculated_at=run.prepared_at,
            **_totals(run),
        )
    )
    return run


def _totals(run: PayrollRun) -> dict[str, Any]:
    names = (
        "payslip_count",
        "fault_count",
        "gross_pay_amount",
        "net_pay_amount",
        "employer_cost_amount",
        "input_hash",
        "law_hash",
        "result_hash",
        "code_version",
    )
    return {name: getattr(run, name) for name in names}


def pay_day(period: PayPeriod, day: int, calendar: WorkCalendar) -> dt.date:
    """Return the day of the next month on which pay is due.

    A half month is due as many days after its end, at most a half month later: two payments are never
    further apart (劳动合同法 art 72). Where the day is a rest day or holiday it is paid on the nearest
    workday before (工资支付暂行规定 art 7). A year without calendar yet leaves the agreed day.
    """
    if period.half:
        longest = period.halves[0].days
        on = period.last_on + dt.timedelta(days=min(day, longest))
    else:
        on = period.next().first_on.replace(day=day)
    if not calendar.has_year(on.year):
        return on
    while calendar.day_class(on) is not DayClass.WORKDAY:
        on -= dt.timedelta(days=1)
    return on

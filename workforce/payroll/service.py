"""Making a run and taking it through its states. Every act is one transaction with its audit entry.

Computing happens before the write lock is taken. Approving and closing compute again and compare
with what is stored: a run whose inputs, law or rows have changed since is refused, never
recomputed behind the approver's back (lesson P4).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import delete, select

from workforce.core.errors import ClosedError, ForbiddenError, InputError, StateError
from workforce.core.lifecycle import REPLACEABLE, RunAction, RunState, after
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission, is_segregated
from workforce.core.terms import term
from workforce.core.work_calendar import DayClass
from workforce.payroll import queries
from workforce.payroll.compute import CompanyKey, Computed, company_in, compute, facts_hash
from workforce.payroll.models import PayrollFault, PayrollRun, Payslip, PayslipLine
from workforce.payroll.record import write_faults, write_sheet
from workforce.payroll.verify import Verification, verify_stored
from workforce.platform import audit, clock, locks
from workforce.platform.db import db, unit_of_work
from workforce.platform.stopwatch import lap
from workforce.production import queries as production

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.core.work_calendar import WorkCalendar
    from workforce.platform.audit import Actor
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
    preview: bool = False,
) -> RunOutcome:
    """Compute a company's month and store it as its regular run, replacing an unapproved one.

    A run in which somebody has a fault, or would be paid less than nothing, stays a draft.

    Raises:
        ClosedError: the month is closed.
        StateError: its run is approved, or a later month's is.
        InputError: the company has no pay policy for the month.
        LawMissingError: the law data lack what everybody needs.
        NotFoundError: the company is out of reach.
    """
    session = db.session()
    company = company_in(session, scope, company_id)
    _check_replaceable(session, scope, company, period)
    computed = compute(session, company, period, book)
    state = RunState.DRAFT if computed.faults or computed.blocking else RunState.CALCULATED
    if preview:
        return RunOutcome(run_id=None, state=state, computed=computed)
    with lap("write"), unit_of_work() as writing:
        locks.hold(writing, company.company_id)
        old = _check_replaceable(writing, scope, company, period)
        run = _store(writing, old, computed, state, actor, book.calendar())
        audit.record(
            writing,
            actor,
            "payroll_run.calculate",
            _SUBJECT,
            run.id,
            company_id=company.company_id,
            after={"period": str(period), "state": state.value, **_totals(run)},
        )
        return RunOutcome(run_id=run.id, state=state, computed=computed)


def _check_replaceable(
    session: Session, scope: Scope, company: CompanyKey, period: PayPeriod
) -> PayrollRun | None:
    """Return the run that a calculation would replace, if there is one and it may."""
    if locks.is_locked(session, company.company_id, period):
        raise ClosedError("month.closed", period=period)
    later = session.scalar(
        queries.later_runs(scope, company.company_id, period)
        .with_only_columns(PayrollRun.period)
        .where(PayrollRun.state.not_in([state.value for state in REPLACEABLE]))
        .limit(1)
    )
    if later is not None:
        raise StateError("payroll.later_month_decided", period=period, later=later)
    run = session.scalar(queries.regular_run(scope, company.company_id, period))
    if run is not None and run.state not in REPLACEABLE:
        raise StateError("payroll.run_decided", period=period, state=term(f"run_state.{run.state}"))
    return run


def _store(
    session: Session,
    old: PayrollRun | None,
    computed: Computed,
    state: RunState,
    actor: Actor,
    calendar: WorkCalendar,
) -> PayrollRun:
    period, sheet = computed.assembled.period, computed.sheet
    values: dict[str, Any] = {
        "state": state.value,
        "pay_on": pay_day(period, computed.assembled.policy.pay_day, calendar),
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
        run = PayrollRun(company_id=computed.company.company_id, period=str(period), **values)
        session.add(run)
    else:
        run = old
        _clear(session, run.id)
        for name, value in values.items():
            setattr(run, name, value)
    session.flush()
    write_sheet(session, run.id, period, sheet)
    write_faults(session, run.id, computed.faults)
    return run


def _clear(session: Session, run_id: int) -> None:
    """Remove the payslips of a run that is calculated again."""
    slips = select(Payslip.id).where(Payslip.run_id == run_id)
    for statement in (
        delete(PayslipLine).where(PayslipLine.payslip_id.in_(slips)),
        delete(PayrollFault).where(PayrollFault.run_id == run_id),
        delete(Payslip).where(Payslip.run_id == run_id),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})


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


def review_run(scope: Scope, run_id: int, actor: Actor) -> None:
    """Mark a calculated run as reviewed, by somebody else than its maker.

    Raises:
        ForbiddenError: the actor made the run, or nobody is named.
        StateError: it is not calculated, or still a draft.
    """
    with unit_of_work() as session:
        run = _ready(session, scope, run_id, RunAction.REVIEW, actor)
        run.reviewed_by_id, run.reviewed_at = actor.account_id, clock.now()
        _move(session, run, RunAction.REVIEW, actor)


def approve_run(scope: Scope, run_id: int, actor: Actor, book: LawBook) -> None:
    """Approve a reviewed run if it still is what its inputs give.

    Raises:
        ForbiddenError: the actor made the run (or, if nobody is named as maker, reviewed it).
        StateError: it is not reviewed, or its inputs, the law or its rows have changed.
    """
    seen = _verified(scope, run_id, RunAction.APPROVE, actor, book)
    with unit_of_work() as session:
        run = _held(session, scope, run_id, RunAction.APPROVE, actor, seen, book)
        run.approved_by_id, run.approved_at = actor.account_id, clock.now()
        _move(session, run, RunAction.APPROVE, actor)


def close_run(scope: Scope, run_id: int, actor: Actor, book: LawBook) -> None:
    """Close the month of an approved run: from now on a late fact goes to the next open month.

    Raises:
        StateError: it is not approved, or its inputs have changed since.
    """
    seen = _verified(scope, run_id, RunAction.CLOSE, actor, book)
    with unit_of_work() as session:
        run = _held(session, scope, run_id, RunAction.CLOSE, actor, seen, book)
        run.closed_at = clock.now()
        run.closed_at_output_id = session.scalar(production.newest_output()) or 0
        _move(session, run, RunAction.CLOSE, actor)
        locks.lock(
            session,
            run.company_id,
            PayPeriod.parse(run.period),
            reason=f"payroll_run {run.id}",
            account_id=actor.account_id,
        )


def return_run(scope: Scope, run_id: int, actor: Actor, reason: str) -> None:
    """Give a reviewed or approved run back to its maker, who can calculate it again.

    Raises:
        InputError: no reason is given.
        StateError: there is nothing to return.
    """
    if not reason.strip():
        raise InputError("payroll.reason_needed")
    with unit_of_work() as session:
        run = _ready(session, scope, run_id, RunAction.RETURN, actor)
        run.reviewed_by_id = run.reviewed_at = None
        run.approved_by_id = run.approved_at = None
        _move(session, run, RunAction.RETURN, actor, reason=reason.strip())


_PERMISSIONS: Final = {
    RunAction.REVIEW: Permission.PAYROLL_RUN_REVIEW,
    RunAction.APPROVE: Permission.PAYROLL_RUN_APPROVE,
    RunAction.RETURN: Permission.PAYROLL_RUN_APPROVE,
    RunAction.CLOSE: Permission.PAYROLL_RUN_CLOSE,
}
"""The right that each action needs; pages and commands ask for it."""


def permission_for(action: RunAction) -> Permission:
    """Return the right that an action needs."""
    return _PERMISSIONS[action]


def may_act(
    action: RunAction,
    account_id: int | None,
    *,
    prepared_by_id: int | None,
    reviewed_by_id: int | None,
) -> bool:
    """Tell whether an account may answer for a run in addition to those who already do.

    The maker neither reviews nor approves. A run whose maker has no name (made on the command line)
    still needs two people: then whoever reviewed it does not approve it.
    """
    if account_id is None:
        return False
    if action is RunAction.RETURN:
        # It decides nothing: the maker may do it too.
        return True
    if account_id == prepared_by_id:
        return not is_segregated(Permission.PAYROLL_RUN_PREPARE, _PERMISSIONS[action])
    is_second_name = prepared_by_id is None and account_id == reviewed_by_id
    return not (is_second_name and action is RunAction.APPROVE)


def _ready(
    session: Session, scope: Scope, run_id: int, action: RunAction, actor: Actor
) -> PayrollRun:
    """Return a run on which the actor may do this now; nothing is changed yet."""
    run = queries.found(session, queries.run(scope, run_id))
    if run.state == RunState.DRAFT:
        negative = queries.payslips_of_run(scope, run_id).where(Payslip.net_pay_amount < 0)
        raise StateError(
            "payroll.unresolved",
            faults=run.fault_count,
            negative=len(session.scalars(negative).all()),
        )
    after(RunState(run.state), action)
    if not may_act(
        action,
        actor.account_id,
        prepared_by_id=run.prepared_by_id,
        reviewed_by_id=run.reviewed_by_id,
    ):
        raise ForbiddenError("payroll.two_people", action=term(f"run_action.{action}"))
    return run


def _move(
    session: Session,
    run: PayrollRun,
    action: RunAction,
    actor: Actor,
    reason: str | None = None,
) -> None:
    """Take a run, whose other columns are set already, to its next state and record it."""
    before = RunState(run.state)
    run.state = after(before, action).value
    audit.record(
        session,
        actor,
        f"payroll_run.{action}",
        _SUBJECT,
        run.id,
        company_id=run.company_id,
        before={"state": before.value},
        after={"state": run.state, "result_hash": run.result_hash},
        reason=reason,
    )


class _Seen(NamedTuple):
    """What was found unchanged before the write lock was taken."""

    input_hash: str
    result_hash: str


def _verified(scope: Scope, run_id: int, action: RunAction, actor: Actor, book: LawBook) -> _Seen:
    """Verify a run that the actor may take on, while others may go on writing."""
    session = db.session()
    run = _ready(session, scope, run_id, action, actor)
    return _Seen(_check_unchanged(session, scope, run, book), run.result_hash)


def _held(
    session: Session,
    scope: Scope,
    run_id: int,
    action: RunAction,
    actor: Actor,
    seen: _Seen,
    book: LawBook,
) -> PayrollRun:
    """Return the run, with its company's facts held; what came in meanwhile is looked at.

    The facts are read again for their hash, and nothing is computed unless it differs. Any cheaper
    mark (the newest act of the audit, a counter of versions) would miss what was changed past the
    services, and that is what approval must find.
    """
    company_id = queries.found(session, queries.run(scope, run_id)).company_id
    locks.hold(session, company_id)
    run = _ready(session, scope, run_id, action, actor)
    session.refresh(run)
    company = company_in(session, scope, company_id)
    now = facts_hash(session, company, PayPeriod.parse(run.period), book)
    if (now, run.result_hash) != seen:
        _check_unchanged(session, scope, run, book)
    return run


def _check_unchanged(session: Session, scope: Scope, run: PayrollRun, book: LawBook) -> str:
    """Return the hash of the facts if the run still is what they give.

    Raises:
        StateError: it is not.
    """
    found = verify_stored(session, scope, run, book)
    if found.has_new_facts:
        raise StateError("payroll.facts_changed", causes=found.causes())
    if found.differences:
        first = found.differences[0].text()
        raise StateError("payroll.changed_since", count=len(found.differences), first=first)
    return found.input_hash


def verify_run(scope: Scope, run_id: int, book: LawBook) -> Verification:
    """Compute a stored run again and compare it bit by bit; nothing is written.

    Raises:
        NotFoundError: the run does not exist or is out of reach.
    """
    session = db.session()
    run = queries.found(session, queries.run(scope, run_id))
    return verify_stored(session, scope, run, book)


def take(
    scope: Scope, run_id: int, action: RunAction, actor: Actor, book: LawBook, reason: str = ""
) -> None:
    """Take a run one step on: the one door of pages and commands to the four actions.

    Raises:
        ForbiddenError: the actor answers for the run already.
        InputError: a return without a reason.
        StateError: the step is not possible, or the run is not what its inputs give any more.
    """
    match action:
        case RunAction.REVIEW:
            review_run(scope, run_id, actor)
        case RunAction.APPROVE:
            approve_run(scope, run_id, actor, book)
        case RunAction.RETURN:
            return_run(scope, run_id, actor, reason)
        case RunAction.CLOSE:
            close_run(scope, run_id, actor, book)

"""What finance sees of runs: plain values, read in a few statements."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from workforce.accounts import queries as accounts
from workforce.companies import queries as companies
from workforce.core.errors import DomainError
from workforce.core.lifecycle import RunState
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.payroll import adjustments, queries
from workforce.payroll.models import PayrollFault, PayrollRun, Payslip
from workforce.payroll.order_models import RunOrder
from workforce.payroll.review.remark_groups import Person, RemarkGroup, count_notes, remark_groups
from workforce.people import queries as people
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run in a list; amounts in fen. ``order_id``, ``title``: of a run that was ordered, else None."""

    run_id: int
    company_id: int
    company_code: str
    company_name: str
    period: PayPeriod
    number: int
    state: RunState
    pay_on: dt.date
    payslip_count: int
    fault_count: int
    gross_pay: int
    net_pay: int
    employer_cost: int
    order_id: int | None
    title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipRow:
    """One payslip in a run's list.

    ``change``: gross pay less that of the month before, or None. ``note_count`` leaves out the notes
    on unverified law data and calendars, which are everybody's.
    """

    payslip_id: int
    person: Person
    gross_pay: int
    deductions: int
    net_pay: int
    employer_cost: int
    change: int | None
    note_count: int

    @property
    def is_blocking(self) -> bool:
        """Whether somebody must act before the run can be reviewed."""
        return self.net_pay < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRow:
    """Why somebody has no payslip."""

    person: Person
    error: DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentRow:
    """A correction of an earlier month that is paid in the run's; ``amount`` in fen, of either sign.

    ``payslip_id``: the payslip that it corrects, if that stands.
    """

    person: Person
    for_period: PayPeriod
    amount: int
    reason: str
    payslip_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One run, complete. ``previous`` is the run that it is held against: the month before's, or None.

    ``remarks``: what payslips remark, by kind; to be read before the run is approved.
    """

    run: RunRow
    slips: tuple[SlipRow, ...]
    faults: tuple[FaultRow, ...]
    remarks: tuple[RemarkGroup, ...]
    adjustments: tuple[AdjustmentRow, ...]
    previous: RunRow | None
    hashes: Mapping[str, str]
    code_version: str
    prepared_by_id: int | None
    reviewed_by_id: int | None
    prepared_by: str | None
    prepared_at: dt.datetime
    reviewed_by: str | None
    reviewed_at: dt.datetime | None
    approved_by: str | None
    approved_at: dt.datetime | None
    paid_by: str | None
    paid_at: dt.datetime | None
    paid_on: dt.date | None
    paid_reference: str | None
    closed_at: dt.datetime | None

    @property
    def blocking(self) -> tuple[SlipRow, ...]:
        """Payslips that keep the run a draft."""
        return tuple(slip for slip in self.slips if slip.is_blocking)


def run_rows(
    session: Session,
    scope: Scope,
    period: PayPeriod | None = None,
    *,
    rows: slice = slice(None),
) -> list[RunRow]:
    """Return the runs in reach, or some ``rows`` of them, the newest month first."""
    names = _company_names(session, scope)
    chosen = queries.runs(scope, period)
    if rows.stop is not None:
        chosen = chosen.slice(rows.start or 0, rows.stop)
    found = session.scalars(chosen).all()
    titles = _titles(session, found)
    return [_run_row(run, names, titles) for run in found]


def rows_of_month(session: Session, scope: Scope, month: PayPeriod) -> list[RunRow]:
    """Return all runs of a month and of its halves: the regular ones and those beside them."""
    found = session.scalars(queries.runs_of_month(scope, month)).all()
    names, titles = _company_names(session, scope), _titles(session, found)
    return [_run_row(run, names, titles) for run in found]


def run_row_of(session: Session, scope: Scope, company_id: int, period: PayPeriod) -> RunRow | None:
    """Return a company's regular run of a period, or None."""
    run = session.scalar(queries.regular_run(scope, company_id, period))
    return None if run is None else _run_row(run, _company_names(session, scope), {})


def run_states(session: Session, scope: Scope) -> list[tuple[PayPeriod, RunState]]:
    """Return period and state of all runs in reach, the newest first."""
    chosen = queries.runs(scope).with_only_columns(PayrollRun.period, PayrollRun.state)
    return [(PayPeriod.parse(text), RunState(state)) for text, state in session.execute(chosen)]


def run_view(session: Session, scope: Scope, run_id: int) -> RunView:
    """Return one run with its people.

    Raises:
        NotFoundError: it does not exist or is out of reach.
    """
    run = queries.found(session, queries.run(scope, run_id))
    names = _company_names(session, scope)
    directory = _directory(session, run.company_id)
    period = PayPeriod.parse(run.period)
    before = session.scalar(queries.run_before(run))
    gross_before = _gross_by_employment(session, before.id) if before else {}
    slips = session.execute(
        queries.payslips_of_run(scope, run_id).with_only_columns(
            Payslip.id,
            Payslip.employment_id,
            Payslip.gross_pay_amount,
            Payslip.net_pay_amount,
            Payslip.employer_cost_amount,
            Payslip.notes,
        )
    ).all()
    signed = _display_names(
        session, (run.prepared_by_id, run.reviewed_by_id, run.approved_by_id, run.paid_by_id)
    )
    return RunView(
        run=_run_row(run, names, _titles(session, [run])),
        slips=tuple(
            sorted(
                (_slip_row(slip, directory, gross_before) for slip in slips),
                key=lambda row: row.person.employee_no,
            )
        ),
        faults=tuple(
            FaultRow(person=directory[fault.employment_id], error=error_of(fault))
            for fault in session.scalars(queries.faults(scope, run_id))
        ),
        remarks=remark_groups(
            (directory[slip.employment_id], slip.id, slip.notes) for slip in slips
        ),
        adjustments=tuple(_adjustments(session, run.company_id, period, directory)),
        previous=_run_row(before, names, {}) if before else None,
        hashes={"input": run.input_hash, "law": run.law_hash, "result": run.result_hash},
        code_version=run.code_version,
        prepared_by_id=run.prepared_by_id,
        reviewed_by_id=run.reviewed_by_id,
        prepared_by=signed.get(run.prepared_by_id),
        prepared_at=run.prepared_at,
        reviewed_by=signed.get(run.reviewed_by_id),
        reviewed_at=run.reviewed_at,
        approved_by=signed.get(run.approved_by_id),
        approved_at=run.approved_at,
        paid_by=signed.get(run.paid_by_id),
        paid_at=run.paid_at,
        paid_on=run.paid_on,
        paid_reference=run.paid_reference,
        closed_at=run.closed_at,
    )


def _adjustments(
    session: Session, company_id: int, period: PayPeriod, directory: Mapping[int, Person]
) -> Iterator[AdjustmentRow]:
    stored = adjustments.stored_adjustments(Scope.company(company_id), period)
    for row in session.execute(stored):
        yield AdjustmentRow(
            person=directory[row.employment_id],
            for_period=PayPeriod.parse(row.for_period),
            amount=-row.amount if row.kind == "claim" else row.amount,
            reason=row.reason,
            payslip_id=row.corrected_payslip_id,
        )


def error_of(fault: PayrollFault) -> DomainError:
    """Return the stored reason as the error that it was."""
    params: dict[str, Any] = {
        name: Text(*value) if isinstance(value, list) else value
        for name, value in fault.params.items()
    }
    return DomainError(fault.code, **params)


def _company_names(session: Session, scope: Scope) -> dict[int, tuple[str, str]]:
    rows = session.execute(companies.company_facts(scope))
    return {row.company_id: (row.company_code, row.company_name) for row in rows}


def _directory(session: Session, company_id: int) -> dict[int, Person]:
    rows = session.execute(people.directory(Scope.company(company_id)))
    return {row.employment_id: Person(row.employee_no, row.name) for row in rows}


def _display_names(session: Session, ids: Sequence[int | None]) -> dict[int | None, str]:
    rows = accounts.display_names().subquery()
    found = session.execute(select(rows).where(rows.c.account_id.in_([one for one in ids if one])))
    return {row.account_id: row.display_name for row in found}


def _gross_by_employment(session: Session, run_id: int) -> dict[int, int]:
    rows = session.execute(
        select(Payslip.employment_id, Payslip.gross_pay_amount).where(Payslip.run_id == run_id)
    )
    return {row.employment_id: row.gross_pay_amount for row in rows}


def _titles(session: Session, runs: Sequence[PayrollRun]) -> dict[int, str]:
    """Return the titles of the orders that some runs carry out."""
    wanted = [run.order_id for run in runs if run.order_id is not None]
    if not wanted:
        return {}
    found = session.execute(select(RunOrder.id, RunOrder.title).where(RunOrder.id.in_(wanted)))
    return {row.id: row.title for row in found}


def _run_row(
    run: PayrollRun, names: Mapping[int, tuple[str, str]], titles: Mapping[int, str]
) -> RunRow:
    code, name = names[run.company_id]
    return RunRow(
        run_id=run.id,
        company_id=run.company_id,
        company_code=code,
        company_name=name,
        period=PayPeriod.parse(run.period),
        number=run.number,
        state=RunState(run.state),
        pay_on=run.pay_on,
        payslip_count=run.payslip_count,
        fault_count=run.fault_count,
        gross_pay=run.gross_pay_amount,
        net_pay=run.net_pay_amount,
        employer_cost=run.employer_cost_amount,
        order_id=run.order_id,
        title=None if run.order_id is None else titles[run.order_id],
    )


def _slip_row(
    slip: Any, directory: Mapping[int, Person], gross_before: Mapping[int, int]
) -> SlipRow:
    before = gross_before.get(slip.employment_id)
    return SlipRow(
        payslip_id=slip.id,
        person=directory[slip.employment_id],
        gross_pay=slip.gross_pay_amount,
        deductions=slip.gross_pay_amount - slip.net_pay_amount,
        net_pay=slip.net_pay_amount,
        employer_cost=slip.employer_cost_amount,
        change=None if before is None else slip.gross_pay_amount - before,
        note_count=count_notes(slip.notes),
    )

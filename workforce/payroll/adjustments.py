"""Corrections of earlier months: planned first, then stored; each is paid in a later open month.

A closed payslip never changes. What it should have been is the difference, paid and taxed in the
month that the correction names, and tied to the payslip that it corrects.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from sqlalchemy import Select, Table, exists, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from workforce.core.errors import ClosedError, DomainError, InputError
from workforce.core.lifecycle import FINAL
from workforce.core.period import PayPeriod
from workforce.payroll.correction_models import AdjustmentLine
from workforce.payroll.models import Adjustment, PayrollRun, Payslip
from workforce.payroll.selects.reach import counts
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform import clock
from workforce.platform.changes import Plan, plan_rows, write_plan
from workforce.platform.scope import Scope

AdjustmentKey = tuple[int, PayPeriod, PayPeriod, str]
"""Employment id, pay month, corrected month, reason."""

_KEY: Final = ("employment_id", "pay_period", "for_period", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentFact:
    """An amount in fen, of either sign; 0 takes back what was entered before."""

    employment_id: int
    for_period: PayPeriod
    pay_period: PayPeriod
    amount: int
    reason: str

    @property
    def key(self) -> AdjustmentKey:
        """What a second correction with the same reason would replace."""
        return self.employment_id, self.pay_period, self.for_period, self.reason


@dataclass(slots=True)
class AdjustmentPlan:
    """What storing would change, and the corrections that cannot be stored."""

    rows: Plan = field(default_factory=Plan)
    faults: dict[AdjustmentKey, DomainError] = field(default_factory=dict)


def plan_adjustments(
    session: Session, company_id: int, facts: Sequence[AdjustmentFact]
) -> AdjustmentPlan:
    """Compare corrections with the stored ones. Writes nothing.

    A correction is at fault if it is not paid later than the month that it is for, or if it would
    change a pay month that is closed.
    """
    stored = _stored(session, company_id)
    slips = _final_payslips(session, company_id, {str(fact.for_period) for fact in facts})
    cycles = PayCycles.read(session, company_id)
    plan = AdjustmentPlan()
    for fact in facts:
        key = (fact.employment_id, str(fact.pay_period), str(fact.for_period), fact.reason)
        old = stored.get(key, [])
        wanted = [] if not fact.amount else [_row(fact, slips)]
        found = plan_rows(old, wanted, key=_KEY, compare=("amount",), remove=True)
        changed = None if found.is_empty else fact.employment_id
        fault = refusal(cycles, changed, fact.for_period, fact.pay_period)
        if fault is not None:
            plan.faults[fact.key] = fault
        else:
            plan.rows.extend(found)
    return plan


def refusal(
    cycles: PayCycles, changed: int | None, for_period: PayPeriod, pay_period: PayPeriod
) -> DomainError | None:
    """Say why something of an earlier period cannot be paid in a later one, if so.

    ``changed``: the employment for which the later period would change, or None.
    """
    if for_period.first_on >= pay_period.first_on:
        return InputError("adjustment.not_later", for_period=for_period, pay_period=pay_period)
    if changed is not None and cycles.has_paid(changed, pay_period):
        later = cycles.next_open(changed, pay_period.last_on)
        return ClosedError("adjustment.closed", pay_period=pay_period, later=later)
    return None


def store_adjustments(session: Session, plan: AdjustmentPlan, account_id: int | None) -> None:
    """Carry out a plan in the caller's unit of work."""
    made = {"created_by_id": account_id, "created_at": clock.now()}
    write_plan(session, Adjustment, plan.rows, **made)


def tie_to_payslips(session: Session, run: PayrollRun) -> None:
    """Tie the corrections of a run's month to its payslips, in the caller's unit of work.

    One that was entered before the month was approved, or lost its payslip when a returned run was
    calculated again, has its payslip from the approval on.
    """
    slip = (
        select(Payslip.id)
        .where(Payslip.run_id == run.id, Payslip.employment_id == Adjustment.employment_id)
        .scalar_subquery()
    )
    session.execute(
        update(Adjustment)
        .where(
            Adjustment.for_period == run.period,
            Adjustment.employment_id.in_(
                select(Payslip.employment_id).where(Payslip.run_id == run.id)
            ),
        )
        .values(corrected_payslip_id=slip),
        execution_options={"synchronize_session": False},
    )


def stored_adjustments(
    scope: Scope, period: PayPeriod | None = None, employment_id: int | None = None
) -> Select[*tuple[Any, ...]]:
    """Corrections, of everybody or one, those paid in a month if one is given, person by person.

    Columns: employment_id, for_period, pay_period, amount (fen, either sign), reason,
    corrected_payslip_id, kind (pay | return | claim), is_late (written from late facts: it cannot be
    changed here).
    """
    chosen = select(
        Adjustment.employment_id,
        Adjustment.for_period,
        Adjustment.pay_period,
        Adjustment.amount,
        Adjustment.reason,
        Adjustment.corrected_payslip_id,
        Adjustment.kind,
        _is_late().label("is_late"),
    ).where(Adjustment.employment_id.in_(people.employment_ids(scope)))
    if period is not None:
        chosen = chosen.where(Adjustment.pay_period == str(period))
    if employment_id is not None:
        chosen = chosen.where(Adjustment.employment_id == employment_id)
    return chosen.order_by(Adjustment.employment_id, Adjustment.pay_period, Adjustment.id)


def _is_late() -> ColumnElement[bool]:
    """Tell which corrections are those of late facts: they name the old lines."""
    return exists().where(AdjustmentLine.adjustment_id == Adjustment.id)


def _stored(
    session: Session, company_id: int
) -> dict[tuple[int, str, str, str], list[dict[str, Any]]]:
    table = cast("Table", Adjustment.__table__)
    employments = people.employment_ids(Scope.company(company_id))
    chosen = select(table).where(table.c.employment_id.in_(employments), ~_is_late())
    found: dict[tuple[int, str, str, str], list[dict[str, Any]]] = {}
    for row in session.execute(chosen).mappings():
        key = (row["employment_id"], row["pay_period"], row["for_period"], row["reason"])
        found.setdefault(key, []).append(dict(row))
    return found


def _final_payslips(
    session: Session, company_id: int, periods: Collection[str]
) -> dict[tuple[int, str], int]:
    """Return the payslips of some months that stand, by employment and month."""
    rows = session.execute(
        select(Payslip.employment_id, Payslip.period, Payslip.id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(
            PayrollRun.company_id == company_id,
            PayrollRun.period.in_(periods),
            PayrollRun.kind == "regular",
            PayrollRun.state.in_([state.value for state in FINAL]),
            counts(),
        )
    )
    return {(row.employment_id, row.period): row.id for row in rows}


def _row(fact: AdjustmentFact, slips: Mapping[tuple[int, str], int]) -> dict[str, Any]:
    return {
        "employment_id": fact.employment_id,
        "pay_period": str(fact.pay_period),
        "for_period": str(fact.for_period),
        "amount": fact.amount,
        "reason": fact.reason,
        "corrected_payslip_id": slips.get((fact.employment_id, str(fact.for_period))),
    }

"""Contribution bases of earlier months that a later notice changed: planned first, then stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from workforce.core.errors import DomainError
from workforce.core.period import PayPeriod
from workforce.payroll.adjustments import refusal
from workforce.payroll.models import BaseDifference
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform.changes import Plan, plan_rows, write_plan
from workforce.platform.scope import Scope

_KEY: Final = ("employment_id", "pay_period", "for_period")


class BaseDifferenceFact(NamedTuple):
    """A month charged on one base (fen) and owed on another, or (None) on the pay month's.

    ``charged_base`` None takes back what was entered before.
    """

    employment_id: int
    pay_period: PayPeriod
    for_period: PayPeriod
    charged_base: int | None
    owed_base: int | None

    @property
    def key(self) -> tuple[int, PayPeriod, PayPeriod]:
        """A month is settled once in a pay month."""
        return self.employment_id, self.pay_period, self.for_period


@dataclass(slots=True)
class BaseDifferencePlan:
    """What storing would change, and what cannot be stored."""

    rows: Plan = field(default_factory=Plan)
    faults: dict[Any, DomainError] = field(default_factory=dict)


def plan_base_differences(
    session: Session, company_id: int, facts: Sequence[BaseDifferenceFact]
) -> BaseDifferencePlan:
    """Compare settled bases with the stored ones. Writes nothing.

    One is at fault if it is not settled later than the month that it is for, or if it would change a
    pay month that is closed.
    """
    table = cast("Table", BaseDifference.__table__)
    employments = people.employment_ids(Scope.company(company_id))
    chosen = select(table).where(table.c.employment_id.in_(employments))
    stored = {
        tuple(str(row[name]) for name in _KEY): dict(row)
        for row in session.execute(chosen).mappings()
    }
    cycles = PayCycles.read(session, company_id)
    plan = BaseDifferencePlan()
    for fact in facts:
        old = stored.get(tuple(map(str, fact.key)))
        found = plan_rows(
            [] if old is None else [old],
            [] if fact.charged_base is None else [_row(fact)],
            key=_KEY,
            compare=("charged_base_amount", "owed_base_amount"),
            remove=True,
        )
        changed = None if found.is_empty else fact.employment_id
        fault = refusal(cycles, changed, fact.for_period, fact.pay_period)
        if fault is not None:
            plan.faults[fact.key] = fault
        else:
            plan.rows.extend(found)
    return plan


def store_base_differences(session: Session, plan: BaseDifferencePlan) -> None:
    """Carry out a plan in the caller's unit of work."""
    write_plan(session, BaseDifference, plan.rows)


def _row(fact: BaseDifferenceFact) -> dict[str, Any]:
    return {
        "employment_id": fact.employment_id,
        "pay_period": str(fact.pay_period),
        "for_period": str(fact.for_period),
        "charged_base_amount": fact.charged_base,
        "owed_base_amount": fact.owed_base,
    }

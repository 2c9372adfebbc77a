"""Storing many tax openings at once: what was paid and withheld before this system kept the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from workforce.core.errors import DomainError, InputError
from workforce.core.period import PayPeriod
from workforce.people.cycles import PayCycles
from workforce.people.models import Employment, TaxOpening
from workforce.platform.changes import Plan, plan_rows, write_plan

_AMOUNTS: Final = (
    "income_amount",
    "insurance_and_fund_amount",
    "special_amount",
    "other_amount",
    "personal_pension_amount",
    "certificate_amount",
    "withheld_amount",
)
_COMPARED: Final = ("through_period", *_AMOUNTS, "months", "is_separate_bonus_used")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningFact:
    """One employment's year up to a month. Amounts fen; ``months`` employed months treated."""

    employment_id: int
    through_period: PayPeriod
    amounts: Mapping[str, int]
    """By the names of the columns; what is not given is 0 by the file's own blank."""
    months: int
    is_separate_bonus_used: bool

    @property
    def key(self) -> tuple[int, int]:
        """An employment has one opening a year."""
        return self.employment_id, self.through_period.year


@dataclass(slots=True)
class OpeningPlan:
    """What storing would change, and the openings that cannot be."""

    rows: Plan = field(default_factory=Plan)
    faults: dict[tuple[int, int], DomainError] = field(default_factory=dict)


def plan_openings(session: Session, company_id: int, facts: Sequence[OpeningFact]) -> OpeningPlan:
    """Compare openings with the stored ones. Writes nothing.

    The months must be employed ones of the year, and the books of the next month not yet closed.
    """
    hired = dict(
        session.execute(
            select(Employment.id, Employment.hired_on).where(Employment.company_id == company_id)
        ).all()
    )
    cycles = PayCycles.read(session, company_id)
    stored = _stored(session, company_id)
    plan = OpeningPlan()
    for fact in facts:
        first = max(PayPeriod.of(hired[fact.employment_id]), PayPeriod(fact.through_period.year, 1))
        most = fact.through_period.month - first.month + 1
        old = [stored[fact.key]] if fact.key in stored else []
        found = plan_rows(old, [_row(fact)], key=("employment_id", "year"), compare=_COMPARED)
        if not 1 <= fact.months <= most:
            plan.faults[fact.key] = InputError(
                "opening.months", months=fact.months, most=max(most, 0), first=first
            )
        elif fact.amounts["certificate_amount"] > fact.amounts["special_amount"]:
            plan.faults[fact.key] = InputError("opening.certificate")
        elif not found.is_empty and any(
            period.first_on >= fact.through_period.end_on and period.year == first.year
            for period in cycles.binding(fact.employment_id)
        ):
            plan.faults[fact.key] = InputError("month.closed", period=fact.through_period.next())
        else:
            plan.rows.extend(found)
    return plan


def _stored(session: Session, company_id: int) -> dict[tuple[int, int], dict[str, Any]]:
    rows = session.scalars(
        select(TaxOpening).where(
            TaxOpening.employment_id.in_(
                select(Employment.id).where(Employment.company_id == company_id)
            )
        )
    )
    columns = ("id", "employment_id", "year", *_COMPARED)
    return {
        (row.employment_id, row.year): {name: getattr(row, name) for name in columns}
        for row in rows
    }


def store_openings(session: Session, plan: OpeningPlan) -> None:
    """Carry out a plan in the caller's unit of work."""
    write_plan(session, TaxOpening, plan.rows)


def _row(fact: OpeningFact) -> dict[str, Any]:
    return {
        "employment_id": fact.employment_id,
        "year": fact.through_period.year,
        "through_period": str(fact.through_period),
        **{name: fact.amounts[name] for name in _AMOUNTS},
        "months": fact.months,
        "is_separate_bonus_used": fact.is_separate_bonus_used,
    }

"""Writing rosters, lieu days and cycles of comprehensive hours: planned first, then stored in bulk."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from workforce.attendance.models import HoursCycle, LieuDay, MonthFigures, Roster
from workforce.core.errors import ClosedError, DomainError
from workforce.core.period import PayPeriod
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform.changes import Plan, plan_rows, put_range, write_plan
from workforce.platform.db import Base
from workforce.platform.scope import Scope

MONTHS_OF_CYCLE: Final[Mapping[str, int]] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""How many months a period of comprehensive hours lasts, by kind."""


class RosterFact(NamedTuple):
    """One employment's rest days of a month, as days of the month from 1."""

    employment_id: int
    period: PayPeriod
    rest_days: frozenset[int]

    @property
    def key(self) -> tuple[int, PayPeriod]:
        """An employment has one roster a month."""
        return self.employment_id, self.period


class LieuDayFact(NamedTuple):
    """A rest day whose work is balanced by time off, or (``is_agreed`` false) no longer is."""

    employment_id: int
    work_on: dt.date
    is_agreed: bool

    @property
    def key(self) -> tuple[int, dt.date]:
        """A day is agreed once."""
        return self.employment_id, self.work_on


class FiguresFact(NamedTuple):
    """Minutes worked and leave days paid out in a pay period; both None take it back."""

    employment_id: int
    period: PayPeriod
    worked_minutes: int | None
    unused_leave_days: int | None

    @property
    def key(self) -> tuple[int, PayPeriod]:
        """A pay period has its figures once."""
        return self.employment_id, self.period


class CycleFact(NamedTuple):
    """Comprehensive hours counted over periods of a kind, of one employment or (None) of all."""

    employment_id: int | None
    kind: str
    valid_from: dt.date
    valid_to: dt.date | None

    @property
    def key(self) -> tuple[int | None, dt.date]:
        """Another cycle from the same day would replace it."""
        return self.employment_id, self.valid_from


@dataclass(slots=True)
class AgreementPlan:
    """What storing facts of one kind would change, and those that cannot be stored, by key."""

    model: type[Base]
    rows: Plan = field(default_factory=Plan)
    faults: dict[Any, DomainError] = field(default_factory=dict)


def plan_rosters(session: Session, company_id: int, facts: Sequence[RosterFact]) -> AgreementPlan:
    """Compare rosters with the stored ones; one that would change a closed month is at fault."""
    return _plan_months(
        session,
        company_id,
        AgreementPlan(Roster),
        facts,
        lambda fact: {
            "employment_id": fact.employment_id,
            "period": str(fact.period),
            "rest_day_bits": sum(1 << (day - 1) for day in fact.rest_days),
        },
        key=("employment_id", "period"),
        period_of=lambda fact: fact.period,
    )


def plan_lieu_days(
    session: Session, company_id: int, facts: Sequence[LieuDayFact]
) -> AgreementPlan:
    """Compare lieu days with the stored ones; one that would change a closed month is at fault."""
    return _plan_months(
        session,
        company_id,
        AgreementPlan(LieuDay),
        facts,
        lambda fact: (
            {"employment_id": fact.employment_id, "work_on": fact.work_on}
            if fact.is_agreed
            else None
        ),
        key=("employment_id", "work_on"),
        period_of=lambda fact: PayPeriod.of(fact.work_on),
    )


def plan_figures(session: Session, company_id: int, facts: Sequence[FiguresFact]) -> AgreementPlan:
    """Compare figures with the stored ones; those that would change a closed month are at fault."""

    def row_of(fact: FiguresFact) -> dict[str, Any] | None:
        if fact.worked_minutes is None and fact.unused_leave_days is None:
            return None
        return fact._asdict() | {"period": str(fact.period)}

    return _plan_months(
        session,
        company_id,
        AgreementPlan(MonthFigures),
        facts,
        row_of,
        key=("employment_id", "period"),
        period_of=lambda fact: fact.period,
    )


def _plan_months(
    session: Session,
    company_id: int,
    plan: AgreementPlan,
    facts: Sequence[Any],
    row_of: Callable[[Any], dict[str, Any] | None],
    *,
    key: tuple[str, str],
    period_of: Callable[[Any], PayPeriod],
) -> AgreementPlan:
    """Plan facts of single months; a fact without a row takes the stored one away."""
    stored = _stored(session, company_id, plan.model)
    by_key = {tuple(str(row[name]) for name in key): row for row in stored}
    cycles = PayCycles.read(session, company_id)
    for fact in facts:
        old = by_key.get(tuple(map(str, fact.key)))
        wanted = row_of(fact)
        found = plan_rows(
            [] if old is None else [old],
            [] if wanted is None else [wanted],
            key=key,
            compare=[name for name in wanted or () if name not in key],
            remove=True,
        )
        closed = cycles.closed_in(fact.employment_id, period_of(fact))
        if not found.is_empty and closed is not None:
            plan.faults[fact.key] = ClosedError("month.closed", period=closed)
        else:
            plan.rows.extend(found)
    return plan


def plan_cycles(session: Session, company_id: int, facts: Sequence[CycleFact]) -> AgreementPlan:
    """Say what cycles would change, taken in the order of their first days. Writes nothing.

    A cycle takes over from the one that holds on its first day.
    """
    table = cast("Table", HoursCycle.__table__)
    chosen = select(table).where(table.c.company_id == company_id)
    stored = [dict(row) for row in session.execute(chosen).mappings()]
    after: defaultdict[int | None, list[dict[str, Any]]] = defaultdict(list)
    for row in stored:
        after[row["employment_id"]].append(dict(row))
    cycles = PayCycles.read(session, company_id)
    plan, touched = AgreementPlan(HoursCycle), set[int | None]()
    for fact in sorted(facts, key=lambda fact: fact.valid_from):
        values = {
            "company_id": company_id,
            "employment_id": fact.employment_id,
            "kind": fact.kind,
        }
        touched.add(fact.employment_id)
        rows = after[fact.employment_id]
        try:
            locked = cycles.locked_for(fact.employment_id)
            put_range(rows, values, fact.valid_from, fact.valid_to, locked=locked)
        except DomainError as error:
            plan.faults[fact.key] = error
    plan.rows = plan_rows(
        [row for row in stored if row["employment_id"] in touched],
        [row for rows in after.values() for row in rows if row["employment_id"] in touched],
        key=("employment_id", "valid_from"),
        compare=("valid_to", "kind"),
    )
    return plan


def store_agreements(session: Session, plan: AgreementPlan) -> None:
    """Carry out a plan in the caller's unit of work."""
    write_plan(session, plan.model, plan.rows)


def _stored(session: Session, company_id: int, model: type[Base]) -> list[dict[str, Any]]:
    table = cast("Table", model.__table__)
    employments = people.employment_ids(Scope.company(company_id))
    chosen = select(table).where(table.c.employment_id.in_(employments))
    return [dict(row) for row in session.execute(chosen).mappings()]

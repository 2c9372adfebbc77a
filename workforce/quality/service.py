"""Writing inspections, and what they decide about output. The caller's unit of work commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast

from sqlalchemy import Select, Table, select
from sqlalchemy.orm import Session

from workforce.companies import queries as companies
from workforce.core.errors import DomainError, InputError, NotFoundError, StateError
from workforce.core.period import PayPeriod
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform import audit, locks
from workforce.platform.audit import Actor
from workforce.platform.changes import Plan, joined_key, plan_rows, write_plan
from workforce.platform.scope import Scope, ScopeKind
from workforce.production import listing as production_queries
from workforce.production import service as production
from workforce.production.service import Verdict
from workforce.quality.models import Inspection

RESULTS: Final = ("pass", "rework", "reject")
TABLE: Final = "inspections"
"""The source of what people keep in the table of inspections, typed or imported."""
SEVERITIES: Final = ("minor", "major", "critical")

_COMPARED: Final = (
    "employment_id",
    "batch_id",
    "task_type_id",
    "inspected_on",
    "pay_period",
    "half_pay_period",
    "sampled_qty",
    "error_qty",
    "severity",
    "result",
    "inspector",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionFact:
    """One sample check, as a source tells it. ``pay_period`` None: the month of the inspection."""

    task_type_id: int
    batch_id: int | None
    employment_id: int | None
    inspected_on: dt.date
    pay_period: PayPeriod | None
    sampled_qty: int
    error_qty: int
    severity: str | None
    result: str
    inspector: str | None
    source_key: str


@dataclass(frozen=True, slots=True)
class InspectionPlan:
    """What storing inspections would change, the output they accept or reject included."""

    inspections: Plan
    output: Plan
    faults: Mapping[str, DomainError] = field(default_factory=dict)
    """Why an inspection cannot be stored, by source key."""
    uncertified: Mapping[int, DomainError] = field(default_factory=dict)
    """Why output waits that it would accept, by record: the work asks for a certificate that nobody has."""


def plan_inspections(
    session: Session, company_id: int, source: str, facts: Sequence[InspectionFact]
) -> InspectionPlan:
    """Compare inspections with what is stored. Writes nothing.

    At fault is one with more errors than sampled, one whose pay month is closed or far from the month
    of the inspection, and one that would change though its pay month is closed.
    """
    locks.hold_output(session, company_id)
    cycles = PayCycles.read(session, company_id)
    table = cast("Table", Inspection.__table__)
    chosen = select(table).where(table.c.company_id == company_id, table.c.source == source)
    stored = {row["source_key"]: dict(row) for row in session.execute(chosen).mappings()}
    wanted: list[dict[str, Any]] = []
    faults: dict[str, DomainError] = {}
    for fact in facts:
        try:
            wanted.append(
                _row(fact, stored.get(fact.source_key), cycles)
                | {"company_id": company_id, "source": source},
            )
        except DomainError as error:
            faults[fact.source_key] = error
    plan = plan_rows(stored.values(), wanted, key=("source_key",), compare=_COMPARED)
    news = [*plan.added, *(change.row for change in plan.changed)]
    verdicts = _verdicts(session, company_id, news)
    output, waiting = production.plan_verdicts(session, company_id, verdicts)
    return InspectionPlan(plan, output, faults, waiting)


def store_inspections(session: Session, plan: InspectionPlan, batch_id: int | None) -> None:
    """Carry out a plan in the caller's unit of work."""
    write_plan(session, Inspection, plan.inspections, import_batch_id=batch_id)
    production.store_verdicts(session, plan.output)


@dataclass(frozen=True, slots=True)
class Entered:
    """What recording one inspection by hand did: its key, and how many output records it decided.

    ``own``: so many it would decide, too, but they pay whoever recorded it. ``uncertified``: see the plan.
    """

    inspection_id: int
    decided: int
    own: int
    uncertified: Mapping[int, DomainError]


def inspection_key(
    batch_code: str | None, task_type_code: str, employee_no: str | None, on: dt.date
) -> str:
    """Return the key of a row of the table of inspections that has no number of its own."""
    return joined_key((batch_code, None if batch_code else task_type_code, employee_no, on))


def enter_inspection(
    session: Session,
    actor: Actor,
    scope: Scope,
    fact: InspectionFact,
    *,
    person_id: int | None,
    reason: str,
) -> Entered:
    """Record an inspection by hand, in the caller's unit of work: a row of the table, typed.

    One of the same key is replaced, with a reason.

    Raises:
        InputError: see ``plan_inspections``; or a replaced one lacks its reason.
        NotFoundError: the scope is of no company.
        StateError: it is the own output, or in part of people out of reach.
    """
    company_id = scope.company_id
    if company_id is None:
        raise NotFoundError("web.not_found")
    _check_reach(session, scope, fact, person_id)
    stored = session.execute(_entered(company_id, fact.source_key)).one_or_none()
    if stored is not None:
        _check_replaced(session, scope, stored, person_id)
    if (fact.severity is None) != (fact.error_qty == 0):
        raise InputError("inspection.severity")
    plan = plan_inspections(session, company_id, TABLE, [fact])
    for error in plan.faults.values():
        raise error
    changed = plan.inspections.changed
    if changed and not reason.strip():
        raise InputError("output.reason")
    decided = [change.row for change in plan.output.changed]
    own = production.own_records(session, person_id, decided)
    plan.output.changed[:] = [row for row in plan.output.changed if row.row["id"] not in own]
    store_inspections(session, plan, None)
    inspection_id = session.execute(_entered(company_id, fact.source_key)).one().inspection_id
    if not plan.inspections.is_empty:
        after = changed[0].after if changed else plan.inspections.added[0]
        audit.record(
            session,
            actor,
            "inspection.enter",
            "inspection",
            inspection_id,
            company_id=company_id,
            before=changed[0].before if changed else None,
            after={**after, "output_records_decided": len(plan.output.changed)},
            reason=reason.strip() or None,
        )
    return Entered(inspection_id, len(plan.output.changed), len(own), plan.uncertified)


def _entered(company_id: int, source_key: str) -> Select[*tuple[Any, ...]]:
    """The stored row of the table with a key: inspection_id, employment_id, batch_id, inspected_on."""
    return select(
        Inspection.id.label("inspection_id"),
        Inspection.employment_id,
        Inspection.batch_id,
        Inspection.inspected_on,
    ).where(
        Inspection.company_id == company_id,
        Inspection.source == TABLE,
        Inspection.source_key == source_key,
    )


def _check_reach(session: Session, scope: Scope, fact: Any, person_id: int | None) -> None:
    if fact.employment_id is not None:
        reached = people.employment_ids(scope, fact.inspected_on, fact.inspected_on)
        if fact.employment_id not in set(session.scalars(reached)):
            raise NotFoundError("web.not_found")
        if person_id is not None:
            own = people.employment_ids(Scope.own(person_id))
            if fact.employment_id in set(session.scalars(own)):
                raise StateError("inspection.own")
    elif scope.kind is ScopeKind.TEAM and (
        fact.batch_id is None or session.scalar(production_queries.has_others(scope, fact.batch_id))
    ):
        raise StateError("inspection.others")


def _check_replaced(session: Session, scope: Scope, stored: Any, person_id: int | None) -> None:
    """Refuse to replace what was recorded about others: a key is typed, and may be another team's."""
    try:
        _check_reach(session, scope, stored, person_id)
    except NotFoundError:
        raise StateError("inspection.taken") from None


def _row(fact: InspectionFact, old: Mapping[str, Any] | None, cycles: PayCycles) -> dict[str, Any]:
    if fact.error_qty > fact.sampled_qty:
        raise InputError("inspection.errors", errors=fact.error_qty, sampled=fact.sampled_qty)
    locked = cycles.locked_for(fact.employment_id)
    month = _pay_period(fact, old, locked)
    row = {
        "employment_id": fact.employment_id,
        "batch_id": fact.batch_id,
        "task_type_id": fact.task_type_id,
        "inspected_on": fact.inspected_on,
        "pay_period": str(month),
        "half_pay_period": str(_half_pay_period(fact, old, month, locked)),
        "sampled_qty": fact.sampled_qty,
        "error_qty": fact.error_qty,
        "severity": fact.severity,
        "result": fact.result,
        "inspector": fact.inspector,
        "source_key": fact.source_key,
    }
    if old is not None and any(old[name] != row[name] for name in _COMPARED):
        for paid in _paid_in(old, cycles):
            if paid in cycles.locked_for(old["employment_id"]):
                raise InputError("month.closed", period=paid)
    return row


def _paid_in(row: Mapping[str, Any], cycles: PayCycles) -> list[PayPeriod]:
    """Return the periods on whose pay a stored inspection weighs: of one person, or of a batch."""
    month = PayPeriod.parse(row["pay_period"])
    half = PayPeriod.parse(row["half_pay_period"]) if row["half_pay_period"] else month
    if row["employment_id"] is not None:
        return [half if cycles.is_half(row["employment_id"], half.first_on) else month]
    return [month, half] if cycles.has_halves(half.whole) else [month]


def _half_pay_period(
    fact: InspectionFact,
    old: Mapping[str, Any] | None,
    month: PayPeriod,
    locked: frozenset[PayPeriod],
) -> PayPeriod:
    """Return the half month on whose pay it weighs: of its month, as before or the next open one."""
    if old is not None and old["half_pay_period"] is not None:
        before = PayPeriod.parse(old["half_pay_period"])
        if (old["inspected_on"], old["pay_period"]) == (fact.inspected_on, str(month)):
            return before
    nearest = min(max(fact.inspected_on, month.first_on), month.last_on)
    return locks.next_open(PayPeriod.half_of(nearest), locked)


def _pay_period(
    fact: InspectionFact, old: Mapping[str, Any] | None, locked: frozenset[PayPeriod]
) -> PayPeriod:
    """Return the month on whose pay it weighs: as stated, else as before, else the next open one."""
    month = PayPeriod.of(fact.inspected_on)
    before = PayPeriod.parse(old["pay_period"]) if old is not None else None
    if fact.pay_period is None:
        is_same_day = old is not None and old["inspected_on"] == fact.inspected_on
        return before if before and is_same_day else locks.next_open(month, locked)
    is_closed = fact.pay_period in locked and fact.pay_period != before
    # An earlier month would hardly be run again: a typing error would lose people's money.
    if is_closed or not month.previous() <= fact.pay_period <= locks.next_open(month, locked):
        raise InputError("inspection.pay_period", period=fact.pay_period)
    return fact.pay_period


def _verdicts(
    session: Session, company_id: int, inspections: Sequence[Mapping[str, Any]]
) -> list[Verdict]:
    """Turn inspections into verdicts, in the months whose policy lets inspection decide.

    Work sent back for rework is rejected until it comes again.
    """
    results: dict[str, Literal["accept", "reject", "rework"]] = {
        "pass": "accept",
        "rework": "rework",
        "reject": "reject",
    }
    deciding: dict[PayPeriod, bool] = {}
    verdicts = []
    for row in inspections:
        month = PayPeriod.of(row["inspected_on"])
        if month not in deciding:
            policy = session.scalar(companies.pay_policy(Scope.company(company_id), month))
            deciding[month] = policy is not None and policy.acceptance == "by_inspection"
        if deciding[month]:
            verdicts.append(
                Verdict(
                    result=results[row["result"]],
                    task_type_id=row["task_type_id"],
                    batch_id=row["batch_id"],
                    employment_id=row["employment_id"],
                    on=row["inspected_on"],
                    pay_period=PayPeriod.parse(row["pay_period"]),
                ),
            )
    return verdicts

"""A table of companies of the chain: what taking it in would change, and taking it in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from workforce.chain import queries, service
from workforce.chain.service import CompanyFacts
from workforce.core.errors import DomainError, InputError
from workforce.platform.changes import Changed, Plan

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.chain.models import ChainCompany
    from workforce.platform.audit import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A row of the table: ``told`` holds the facts that it tells of, by their names in `CompanyFacts`."""

    name: str
    told: Mapping[str, Any]
    stage: str
    since: dt.date


@dataclass(slots=True)
class TablePlan:
    """What taking a table in would change; ``faults``: name → why its row is refused."""

    companies: Plan = field(default_factory=Plan)
    stages: Plan = field(default_factory=Plan)
    faults: dict[str, DomainError] = field(default_factory=dict)
    wanted: list[tuple[int | None, CompanyFacts, Wish | None]] = field(default_factory=list)
    """The company (None: a new one), its facts, and its row where it has another stage."""


def plan_companies(session: Session, wishes: Sequence[Wish]) -> TablePlan:
    """Compare rows with what is recorded, by name; writes nothing."""
    known = {one.name: (one, stage, since) for one, stage, since in queries.recorded(session)}
    plan = TablePlan()
    codes: dict[str, str] = {}
    for wish in wishes:
        one, stage, since = known.get(wish.name, (None, None, None))
        try:
            facts = service.checked(session, _facts(one, wish), one)
            if facts.credit_code and codes.setdefault(facts.credit_code, wish.name) != wish.name:
                raise InputError("chain.taken", name=codes[facts.credit_code])
            is_moved = (wish.stage, wish.since) != (stage, since)
            if is_moved:
                service.check_stage(wish.stage, wish.since, stage, since)
        except DomainError as error:
            plan.faults[wish.name] = error
            continue
        is_same = _compare(plan.companies, one, facts)
        if is_moved:
            plan.stages.added.append({"name": wish.name, "stage": wish.stage, "since": wish.since})
        else:
            plan.stages.unchanged += 1
        if is_moved or not is_same:
            plan.wanted.append((None if one is None else one.id, facts, wish if is_moved else None))
    return plan


def _facts(one: ChainCompany | None, wish: Wish) -> CompanyFacts:
    known = (
        CompanyFacts(name=wish.name)
        if one is None
        else CompanyFacts(**{each.name: getattr(one, each.name) for each in fields(CompanyFacts)})
    )
    return replace(known, **wish.told)


def _compare(plan: Plan, one: ChainCompany | None, facts: CompanyFacts) -> bool:
    """Say in a plan what becomes of a company; tell whether it stays as it is."""
    row = asdict(facts)
    if one is None:
        plan.added.append(row)
        return False
    before = {
        name: getattr(one, name) for name, value in row.items() if getattr(one, name) != value
    }
    if not before:
        plan.unchanged += 1
        return True
    plan.changed.append(
        Changed({**row, "id": one.id}, before, {name: row[name] for name in before})
    )
    return False


def store_companies(session: Session, actor: Actor, plan: TablePlan) -> None:
    """Carry a plan out, each company with its audit entries."""
    known = {one.id: one for one, _stage, _since in queries.recorded(session)}
    for key, facts, wish in plan.wanted:
        if key is None:
            if wish is not None:
                service.add_company(session, actor, facts, stage=wish.stage, since=wish.since)
            continue
        service.change_company(session, actor, known[key], facts)
        if wish is not None:
            service.add_stage(session, actor, known[key], stage=wish.stage, since=wish.since)

"""Agreed monthly amounts of employments (``pay_entry``): planned first, then stored in bulk."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from sqlalchemy import Select, Table, or_, select
from sqlalchemy.orm import Session

from workforce.core.errors import DomainError
from workforce.core.fact_codes import AmountKind
from workforce.core.period import PayPeriod
from workforce.core.terms import terms_of
from workforce.core.text import Text
from workforce.payroll.models import PayEntry
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform.changes import Plan, plan_rows, put_range, write_plan
from workforce.platform.scope import Scope

EMPLOYEE_INSURANCE: Final = "employee_insurance"
"""A given total of own insurance and fund, in place of the computed lines."""

KINDS: Final = (*(kind.code for kind in AmountKind), EMPLOYEE_INSURANCE)

ITEMS: Final = (
    ("earning", "skill_allowance"),
    ("earning", "position_allowance"),
    ("earning", "performance_bonus"),
    ("earning", "commission"),
    ("earning", "meal_allowance"),
    ("earning", "transport_allowance"),
    ("earning", "housing_allowance"),
    ("earning", "heat_allowance"),
    ("untaxed_earning", "missed_meal_subsidy"),
    ("untaxed_earning", "travel_allowance"),
    ("untaxed_earning", "only_child_subsidy"),
    ("other_deduction", "union_fee"),
    ("other_deduction", "dormitory_fee"),
    ("court_order", "court_order"),
    ("damages", "damages"),
    ("annual_bonus_separate", "annual_bonus_separate"),
    ("annual_bonus_merged", "annual_bonus_merged"),
)
"""What can be entered on pages, as kind and code; declared tax deductions have their own pages."""

_FIRST_PART_KINDS: Final = (
    AmountKind.SPECIAL_ADDITIONAL_DEDUCTION.code,
    AmountKind.OTHER_TAX_DEDUCTION.code,
)

EntryKey = tuple[int, str, str, PayPeriod]
"""Employment id, kind, code, first month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFact:
    """An amount in fen for the months from ``period_from`` up to, not including, ``period_to``."""

    employment_id: int
    kind: str
    code: str
    period_from: PayPeriod
    period_to: PayPeriod | None
    amount: int
    sequence: int = 0

    @property
    def key(self) -> EntryKey:
        """What a second entry of the same kind would replace."""
        return self.employment_id, self.kind, self.code, self.period_from


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """What storing entries would change, and which cannot be stored."""

    rows: Plan
    faults: Mapping[EntryKey, DomainError] = field(default_factory=dict)


def item_label(kind: str, code: str) -> Text:
    """Return an agreed item as people call it: the kind, and the item where it has one."""
    of_kind = terms_of("entry_kind")[kind]
    if kind == code:
        return of_kind
    named = terms_of("pay_code").get(code, Text(code, code))
    return Text(f"{of_kind.zh} · {named.zh}", f"{of_kind.en} · {named.en}")


def plan_entries(session: Session, company_id: int, facts: Sequence[EntryFact]) -> EntryPlan:
    """Say what entries would change, taken in the order of their months. Writes nothing.

    An entry takes over from the one of its kind and code that holds in its first month.
    """
    table = cast("Table", PayEntry.__table__)
    employments = people.employment_ids(Scope.company(company_id))
    chosen = select(table).where(table.c.employment_id.in_(employments))
    stored = [_dated(row) for row in session.execute(chosen).mappings()]
    after: defaultdict[tuple[int, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in stored:
        after[_thing(row)].append(dict(row))
    cycles = PayCycles.read(session, company_id)
    faults: dict[EntryKey, DomainError] = {}
    touched: set[tuple[int, str, str]] = set()
    for fact in sorted(facts, key=lambda fact: fact.period_from):
        values = {
            "employment_id": fact.employment_id,
            "kind": fact.kind,
            "code": fact.code,
            "amount": fact.amount,
            "sequence": fact.sequence,
        }
        end = fact.period_to.first_on if fact.period_to else None
        touched.add(_thing(values))
        try:
            # Of two halves the first takes what lowers the tax, the last all else.
            is_first = fact.kind in _FIRST_PART_KINDS
            closed = cycles.binding if is_first else cycles.last_parts
            locked = closed(fact.employment_id)
            put_range(after[_thing(values)], values, fact.period_from.first_on, end, locked=locked)
        except DomainError as error:
            faults[fact.key] = error
    plan = plan_rows(
        [_monthly(row) for row in stored if _thing(row) in touched],
        [_monthly(row) for thing in sorted(touched) for row in after[thing]],
        key=("employment_id", "kind", "code", "period_from"),
        compare=("period_to", "amount", "sequence"),
    )
    return EntryPlan(plan, faults)


def stored_entries(
    scope: Scope, period: PayPeriod | None = None, employment_id: int | None = None
) -> Select[*tuple[Any, ...]]:
    """Agreed amounts, of everybody or one, those that hold in a month if one is given, person by person.

    Columns: employment_id, kind, code, period_from, period_to (exclusive, NULL = open), amount (fen).
    """
    chosen = select(
        PayEntry.employment_id,
        PayEntry.kind,
        PayEntry.code,
        PayEntry.period_from,
        PayEntry.period_to,
        PayEntry.amount,
    ).where(PayEntry.employment_id.in_(people.employment_ids(scope)))
    if period is not None:
        month = str(period)
        chosen = chosen.where(
            PayEntry.period_from <= month,
            or_(PayEntry.period_to.is_(None), PayEntry.period_to > month),
        )
    if employment_id is not None:
        chosen = chosen.where(PayEntry.employment_id == employment_id)
    return chosen.order_by(
        PayEntry.employment_id, PayEntry.kind, PayEntry.code, PayEntry.period_from
    )


def store_entries(session: Session, plan: EntryPlan) -> None:
    """Carry out a plan in the caller's unit of work."""
    write_plan(session, PayEntry, plan.rows)


def _thing(row: Mapping[str, Any]) -> tuple[int, str, str]:
    return row["employment_id"], row["kind"], row["code"]


def _dated(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Turn months into their first days, which is how ranges are compared."""
    end: str | None = row["period_to"]
    return dict(row) | {
        "valid_from": PayPeriod.parse(row["period_from"]).first_on,
        "valid_to": PayPeriod.parse(end).first_on if end else None,
    }


def _monthly(row: Mapping[str, Any]) -> dict[str, Any]:
    """Turn first days back into months."""
    end: dt.date | None = row["valid_to"]
    months = {
        "period_from": str(PayPeriod.of(row["valid_from"])),
        "period_to": str(PayPeriod.of(end)) if end else None,
    }
    return {name: value for name, value in row.items() if not name.startswith("valid_")} | months

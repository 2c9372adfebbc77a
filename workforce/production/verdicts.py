"""Verdicts of inspections on output. The slice's face is ``service``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from sqlalchemy import Table, and_, or_, select
from sqlalchemy.orm import Session

from workforce.core.errors import DomainError
from workforce.core.period import PayPeriod
from workforce.people.service import PayCycles
from workforce.platform import locks
from workforce.platform.changes import Changed, Plan, write_plan
from workforce.production.certified import take_uncertified
from workforce.production.groups import closed_alone
from workforce.production.models import OutputRecord
from workforce.production.output import DECISION, acceptance


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A decision on work done up to a day: of a batch, or of a task type's output without batch.

    ``employment_id`` None: everybody's. ``pay_period`` is the month in which accepted work is paid,
    to those paid by halves in its half around ``on``; it must be open. A rejected record may come back in a new version and be decided again; ``rework``
    says that it is awaited.
    """

    result: Literal["accept", "reject", "rework"]
    task_type_id: int
    batch_id: int | None
    employment_id: int | None
    on: dt.date
    pay_period: PayPeriod


def plan_verdicts(
    session: Session, company_id: int, verdicts: Iterable[Verdict]
) -> tuple[Plan, Mapping[int, DomainError]]:
    """Say which records verdicts would accept or reject, the later deciding. Writes nothing.

    Accepting reaches submitted records; rejecting also accepted ones whose pay month is open. Returned
    besides is why some stay as they are, by record: their work asks for a certificate that nobody has.
    """
    ordered = sorted(verdicts, key=lambda verdict: verdict.on)
    if not ordered:
        return Plan(), {}
    locks.hold_output(session, company_id)
    cycles = PayCycles.read(session, company_id)
    table = cast("Table", OutputRecord.__table__)
    batch_ids = {v.batch_id for v in ordered if v.batch_id is not None}
    loose_types = {v.task_type_id for v in ordered if v.batch_id is None}
    chosen = select(table).where(
        table.c.company_id == company_id,
        table.c.state.in_(("submitted", "accepted")),
        or_(
            table.c.batch_id.in_(batch_ids),
            and_(table.c.batch_id.is_(None), table.c.task_type_id.in_(loose_types)),
        ),
    )
    alone = closed_alone(session, cycles)
    plan = Plan()
    for old in session.execute(chosen.order_by(table.c.id)).mappings():
        row = dict(old)
        for verdict in ordered:
            if _concerns(verdict, row):
                row |= _decided(verdict, row, cycles, alone.get(row["id"], frozenset()))
        after = {name: row[name] for name in DECISION if row[name] != old[name]}
        if after:
            plan.changed.append(Changed(row, {name: old[name] for name in after}, after))
    return plan, take_uncertified(session, company_id, plan)


def _concerns(verdict: Verdict, row: Mapping[str, Any]) -> bool:
    return (
        row["batch_id"] == verdict.batch_id
        and row["task_type_id"] == verdict.task_type_id
        and row["work_on"] <= verdict.on
        and verdict.employment_id in {None, row["employment_id"]}
    )


def _decided(
    verdict: Verdict, row: Mapping[str, Any], cycles: PayCycles, alone: frozenset[PayPeriod]
) -> dict[str, Any]:
    employment_id = row["employment_id"]
    if verdict.result == "accept":
        if row["state"] != "submitted":
            return {}
        period = cycles.within(employment_id, verdict.pay_period, verdict.on, alone)
        return acceptance(row, verdict.on, cycles, alone) | {"pay_period": str(period)}
    if row["state"] == "accepted" and cycles.is_closed(
        employment_id, PayPeriod.parse(row["pay_period"]), alone
    ):
        return {}
    return {
        "state": "rejected",
        "accepted_on": None,
        "pay_period": None,
        "reviewed_qty": row["submitted_qty"],
        "accepted_qty": 0,
        "rejected_qty": row["submitted_qty"],
        "is_sent_back": verdict.result == "rework",
        "decided_reason": None,
    }


def store_verdicts(session: Session, plan: Plan) -> None:
    """Carry out a plan in the caller's unit of work."""
    write_plan(session, OutputRecord, plan)

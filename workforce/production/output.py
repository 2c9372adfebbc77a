"""Output records: stored by key, decided once, paid once. The slice's face is ``service``.

A record's key is (company, source, source key): the same work imported twice is one record. Its
*version* tells whether the work itself has changed: while it has not, every decision stays.

A record is *submitted* until it is accepted or rejected. Acceptance gives it its pay month, the
month of acceptance or the next open one, and from then on it is paid in that month and no other; it
keeps the day, and so the price and the overtime class, of the work. Rejected work that comes back in
a new version is submitted again: reworked and then accepted, it is paid once.

A source of weaker evidence (see the model) never changes what a complete one told, and adds nothing
where complete ones are used: what they left out they left out for a reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from workforce.core.errors import DomainError, InputError
from workforce.core.period import PayPeriod
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform import locks
from workforce.platform.changes import Plan, plan_rows, write_plan
from workforce.production.certified import uncertified
from workforce.production.groups import (
    Group,
    add_stored_shares,
    columns_of,
    store_shares,
    take_shares,
)
from workforce.production.models import Batch, OutputRecord, TaskType

HOURS_CLASSES: Final = ("normal", "weekday_overtime", "rest_day", "holiday")

_PAY_FACTS: Final = (
    "task_type_id",
    "batch_id",
    "work_on",
    "hours_class",
    "accepted_qty",
    "split_by",
    "shares",
)
"""What a closed month has paid for: in a record it paid, these no longer change."""

DECISION: Final = (
    "state",
    "accepted_on",
    "pay_period",
    "reviewed_qty",
    "accepted_qty",
    "rejected_qty",
    "reworked_qty",
    "is_sent_back",
    "decided_reason",
)

_COMPARED: Final = (
    "task_type_id",
    "batch_id",
    "work_on",
    "hours_class",
    "submitted_qty",
    "group_name",
    "split_by",
    "shares",
    *DECISION,
    "source_version",
    "evidence",
)

_PORTION: Final = 5_000
"""Keys in one statement: SQLite allows 32 766 parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFact:
    """Output of one employment, or of a group, on one day, as a source tells it; whole units.

    ``employment_id`` None: the ``group``'s.
    ``accepted_qty`` None: the source does not say; on acceptance all that was submitted and not
    rejected counts. ``accepted_on`` None: not accepted by the source. ``is_void``: the source says
    that this work does not count (skipped, emptied, marked as reference).
    """

    employment_id: int | None
    group: Group | None = None
    task_type_id: int
    batch_code: str | None
    work_on: dt.date
    hours_class: str | None = None
    submitted_qty: int
    accepted_qty: int | None = None
    rejected_qty: int = 0
    reworked_qty: int = 0
    accepted_on: dt.date | None = None
    source_key: str
    source_version: str
    is_void: bool = False
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class OutputPlan:
    """What storing output would change; ``new_batches`` maps their codes to task type ids."""

    source: str
    records: Plan
    new_batches: Mapping[str, int]
    faults: Mapping[str, DomainError] = field(default_factory=dict)
    """Why a record cannot be stored, by source key."""


def plan_output(
    session: Session,
    company_id: int,
    source: str,
    facts: Sequence[OutputFact],
    *,
    has_ordered_versions: bool = False,
) -> OutputPlan:
    """Compare output with what is stored. Writes nothing.

    At fault is a record that decides on more than was submitted, whose payee changed, whose quantity
    was paid in a closed month and now differs, whose batch has another task type, whose person has no
    certificate where the company's rule asks for one or, with
    ``has_ordered_versions``, whose version is older than the stored one, or whose evidence is weaker
    than what is known.
    """
    locks.hold_output(session, company_id)
    planner = _Planner(session, company_id)
    stored = _stored(session, company_id, source, [fact.source_key for fact in facts])
    faults: dict[str, DomainError] = {}
    wanted: list[dict[str, Any]] = []
    for fact in facts:
        old = stored.get(fact.source_key)
        if old is None and fact.is_void:
            continue
        try:
            if old is not None and has_ordered_versions:
                _refuse_older(fact, old)
            if fact.evidence is not None and planner.is_told_better(source, fact, old):
                wanted.append({**(old or {}), "batch_code": None})
                continue
            row = planner.row(fact, old)
        except DomainError as error:
            faults[fact.source_key] = error
            continue
        wanted.append(row | {"company_id": company_id, "source": source})
    refused = uncertified(
        session,
        company_id,
        {row["source_key"]: (stored.get(row["source_key"]), row) for row in wanted},
    )
    if refused:
        faults |= refused
        wanted = [row for row in wanted if row["source_key"] not in refused]
    plan = plan_rows(stored.values(), wanted, key=("source_key",), compare=_COMPARED)
    used = {row["batch_code"] for row in wanted if (row["batch_id"] or 0) < 0}
    return OutputPlan(
        source, plan, {code: planner.new_batches[code] for code in sorted(used)}, faults
    )


def store_output(session: Session, company_id: int, plan: OutputPlan, batch_id: int | None) -> None:
    """Carry out a plan in the caller's unit of work: new batches first, then the records."""
    if plan.new_batches:
        rows = [
            {"company_id": company_id, "code": code, "task_type_id": task_type_id}
            for code, task_type_id in plan.new_batches.items()
        ]
        session.execute(insert(Batch), rows)
    chosen = select(Batch.code, Batch.id).where(
        Batch.company_id == company_id, Batch.code.in_(plan.new_batches)
    )
    ids = dict(session.execute(chosen).all())
    # What changes is still told afterwards: its own values stay as they are.
    changed = [change._replace(after=dict(change.after)) for change in plan.records.changed]
    records = replace(plan.records, changed=changed)
    for row in records.added:
        code = row.pop("batch_code")
        row["batch_id"] = ids.get(code, row["batch_id"])
    for change in records.changed:
        if change.row["batch_code"] in ids:
            change.after["batch_id"] = ids[change.row["batch_code"]]
    shares = take_shares(records)
    write_plan(session, OutputRecord, records, import_batch_id=batch_id)
    store_shares(session, company_id, plan.source, shares)


class _Planner:
    """Makes each record as it will be, from what the source says and what is stored."""

    def __init__(self, session: Session, company_id: int) -> None:
        self._session = session
        self._company_id = company_id
        self._complete: dict[str, bool] = {}
        self._cycles = PayCycles.read(session, company_id)
        batches = session.scalars(select(Batch).where(Batch.company_id == company_id))
        self._batches = {batch.code: batch for batch in batches}
        self.new_batches: dict[str, int] = {}
        self._places: dict[str, int] = {}

    def is_told_better(self, source: str, fact: OutputFact, old: Mapping[str, Any] | None) -> bool:
        """Tell whether a complete source told this very version already.

        Raises:
            InputError: it told another version, or tells of the source's other work.

        """
        if source not in self._complete:
            table = cast("Table", OutputRecord.__table__)
            known = select(table.c.id).where(
                table.c.company_id == self._company_id,
                table.c.source == source,
                table.c.evidence.is_(None),
            )
            self._complete[source] = self._session.scalar(known.limit(1)) is not None
        if old is None and not self._complete[source]:
            return False
        if old is not None and old["evidence"] is not None:
            return False
        if old is not None and old["source_version"] == fact.source_version:
            return True
        raise InputError("output.weaker_evidence", source_key=fact.source_key)

    def row(self, fact: OutputFact, old: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the columns of the record.

        Raises:
            InputError: the fact contradicts itself or what is stored.

        """
        decided = (fact.accepted_qty or 0) + fact.rejected_qty
        if decided > fact.submitted_qty:
            raise InputError(
                "output.more_than_submitted", decided=decided, submitted=fact.submitted_qty
            )
        row = {
            "employment_id": fact.employment_id,
            **columns_of(fact.group),
            "task_type_id": fact.task_type_id,
            "batch_id": self._batch_id(fact),
            "batch_code": fact.batch_code,
            "work_on": fact.work_on,
            "hours_class": fact.hours_class,
            "submitted_qty": fact.submitted_qty,
            "source_key": fact.source_key,
            "source_version": fact.source_version,
            "evidence": fact.evidence,
        }
        if old is not None and old["employment_id"] != fact.employment_id:
            raise self._payee_changed(fact, old)
        row |= self._decision(fact, old)
        if old is not None:
            self._refuse_paid(old, row)
        return row

    def _decision(self, fact: OutputFact, old: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the decision on the record: the stored one as long as the work is the same."""
        if old is None:
            return self._told(fact, fact.accepted_on)
        is_same_work = old["source_version"] == fact.source_version and (
            # A complete source may say of the same version that it does not count, or how many.
            old["evidence"] == fact.evidence
            or (not fact.is_void and old["submitted_qty"] == fact.submitted_qty)
        )
        is_newly_accepted = old["state"] == "submitted" and fact.accepted_on is not None
        if is_same_work and not is_newly_accepted:
            return {name: old[name] for name in DECISION}
        # Paid work stays accepted: if its quantity differs now, it is refused and not unpaid.
        told = self._told(fact, old["accepted_on"] if self._is_closed(old) else fact.accepted_on)
        if old["state"] == told["state"] == "accepted":
            told |= {name: old[name] for name in ("accepted_on", "pay_period")}
        if fact.accepted_qty is None:
            # The source does not count rework: rejected work in a new version has been redone.
            is_redone = old["state"] == "rejected" and old["source_version"] != fact.source_version
            told["reworked_qty"] = old["reworked_qty"] + is_redone * fact.submitted_qty
        return told

    def _told(self, fact: OutputFact, accepted_on: dt.date | None) -> dict[str, Any]:
        """Return the decision that the source itself tells."""
        accepted = fact.accepted_qty or 0
        told = {
            "state": "submitted",
            "accepted_on": None,
            "pay_period": None,
            # Who counts what is accepted, 0 included, has looked at all of it.
            "reviewed_qty": 0 if fact.accepted_qty is None else fact.submitted_qty,
            "accepted_qty": accepted,
            "rejected_qty": fact.rejected_qty,
            "reworked_qty": fact.reworked_qty,
            "is_sent_back": False,
            "decided_reason": None,
        }
        if fact.is_void:
            return told | {"state": "rejected", "accepted_qty": 0}
        if accepted_on is None:
            return told
        return told | acceptance(
            {**told, "submitted_qty": fact.submitted_qty, "employment_id": fact.employment_id},
            accepted_on,
            self._cycles,
            self._cycles.closed_alone(one for one, _ in fact.group.shares)
            if fact.group
            else frozenset(),
        )

    def _is_closed(self, old: Mapping[str, Any]) -> bool:
        return old["pay_period"] is not None and self._cycles.is_closed(
            old["employment_id"],
            PayPeriod.parse(old["pay_period"]),
            self._cycles.closed_alone(one for one, _ in old["shares"]),
        )

    def _refuse_paid(self, old: Mapping[str, Any], row: Mapping[str, Any]) -> None:
        if self._is_closed(old) and any(old[name] != row[name] for name in _PAY_FACTS):
            if old["shares"] != row["shares"] and old["accepted_qty"] == row["accepted_qty"]:
                raise InputError("group.shares_paid", period=old["pay_period"])
            raise InputError(
                "output.paid",
                period=old["pay_period"],
                before=old["accepted_qty"],
                after=row["accepted_qty"],
            )

    def _batch_id(self, fact: OutputFact) -> int | None:
        """Return the id of the record's batch; None for no batch, below 0 for one that is to be made.

        So a record that gets a new batch differs from one without any.
        """
        if fact.batch_code is None:
            return None
        batch = self._batches.get(fact.batch_code)
        if batch is None:
            task_type_id = self.new_batches.setdefault(fact.batch_code, fact.task_type_id)
            batch_id = self._places.setdefault(fact.batch_code, -len(self.new_batches))
        else:
            batch_id, task_type_id = batch.id, batch.task_type_id
        if task_type_id != fact.task_type_id:
            code = self._session.scalar(select(TaskType.code).where(TaskType.id == task_type_id))
            raise InputError("batch.other_task_type", batch=fact.batch_code, task_type=code)
        return batch_id

    def _payee_changed(self, fact: OutputFact, old: Mapping[str, Any]) -> InputError:
        return InputError(
            "output.payee_changed",
            source_key=fact.source_key,
            before=self._payee(old["employment_id"], old["group_name"]),
            after=self._payee(fact.employment_id, fact.group.name if fact.group else None),
        )

    def _payee(self, employment_id: int | None, group_name: str | None) -> str | None:
        if employment_id is None:
            return group_name
        return self._session.scalar(people.employee_no(employment_id))


def _refuse_older(fact: OutputFact, old: Mapping[str, Any]) -> None:
    if fact.source_version < (old["source_version"] or ""):
        raise InputError(
            "output.older_version",
            source_key=fact.source_key,
            version=fact.source_version,
            applied=old["source_version"],
        )


def acceptance(
    row: Mapping[str, Any],
    accepted_on: dt.date,
    cycles: PayCycles,
    alone: frozenset[PayPeriod] = frozenset(),
) -> dict[str, Any]:
    """Accept a record: what the reviewer counted, else all that was not rejected.

    ``alone``: periods that are closed for one of a group's members; what is late for one of them is
    paid to all a period later.
    """
    decision = {
        "state": "accepted",
        "accepted_on": accepted_on,
        "pay_period": str(cycles.next_open(row["employment_id"], accepted_on, alone)),
    }
    if row["reviewed_qty"] > 0:
        return decision
    return decision | {
        "reviewed_qty": row["submitted_qty"],
        "accepted_qty": row["submitted_qty"] - row["rejected_qty"],
    }


def _stored(
    session: Session, company_id: int, source: str, keys: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return stored records by key; keys are asked for in portions that fit a statement."""
    table = cast("Table", OutputRecord.__table__)
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(keys), _PORTION):
        chosen = select(table).where(
            table.c.company_id == company_id,
            table.c.source == source,
            table.c.source_key.in_(keys[start : start + _PORTION]),
        )
        rows = session.execute(chosen).mappings()
        found.update((row["source_key"], dict(row)) for row in rows)
    add_stored_shares(session, found.values())
    return found

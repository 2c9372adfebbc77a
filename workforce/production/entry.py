"""Output recorded by hand: rows of the output table, written on a page.

A row has the same key and version as in the imported table (``imports/sources/output.py``), so that
the same work typed and imported is one record, and what was typed is exported with the table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from workforce.core.errors import DomainError
from workforce.people.service import PayCycles
from workforce.platform import audit
from workforce.platform.changes import joined_key
from workforce.production.decisions import Decider, acceptance_of, checked_reason
from workforce.production.models import OutputRecord
from workforce.production.output import OutputFact, plan_output, store_output

TABLE: Final = "output"
"""The source of what people keep in the output table, typed or imported."""


def table_key(
    employee_no: str,
    work_on: dt.date,
    task_type_code: str,
    batch_code: str | None,
    hours_class: str | None = None,
) -> str:
    """Return the key of a row of the output table that has no record number."""
    return joined_key((employee_no, work_on, task_type_code, batch_code, hours_class))


def told_counts(counts: Sequence[int | None]) -> str:
    """Return what a record keeps as its version: the counts as they were told, blanks included."""
    return "/".join("" if count is None else str(count) for count in counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one person did of one task type on one day. ``accepted`` None: not decided yet."""

    employment_id: int
    employee_no: str
    submitted: int
    accepted: int | None = None
    rejected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the rows of one page share."""

    on: dt.date
    task_type_id: int
    task_type_code: str
    batch_code: str | None


def stored_rows(session: Session, company_id: int, keys: Sequence[str]) -> Mapping[str, Any]:
    """Return the stored records of the output table with these keys, by key."""
    chosen = select(OutputRecord).where(
        OutputRecord.company_id == company_id,
        OutputRecord.source == TABLE,
        OutputRecord.source_key.in_(keys),
    )
    return {row.source_key: row for row in session.scalars(chosen)}


def enter_output(
    session: Session, decider: Decider, sheet: Sheet, entries: Sequence[Entry], *, reason: str
) -> tuple[int, Mapping[int, DomainError]]:
    """Record rows in the caller's unit of work; return how many changed, and faults by employment.

    With a fault nothing is written. What is counted as accepted is accepted on the day of the work,
    like a row of the imported table; the rest waits for the company's way of acceptance.

    Raises:
        InputError: rows that are stored would change without a reason.
    """
    company_id = decider.company_id
    at_once = acceptance_of(session, company_id, sheet.on) == "at_once"
    keys = {
        table_key(entry.employee_no, sheet.on, sheet.task_type_code, sheet.batch_code): entry
        for entry in entries
    }
    facts = [_fact(key, entry, sheet, at_once=at_once) for key, entry in keys.items()]
    plan = plan_output(session, company_id, TABLE, facts)
    if plan.faults:
        return 0, {keys[key].employment_id: error for key, error in plan.faults.items()}
    reason = checked_reason(reason, is_needed=bool(plan.records.changed))
    rows = [(row["source_key"], None, _counts(row)) for row in plan.records.added] + [
        (change.row["source_key"], dict(change.before), dict(change.after))
        for change in plan.records.changed
    ]
    store_output(session, company_id, plan, None)
    stored = stored_rows(session, company_id, [key for key, _, _ in rows])
    for key, before, after in rows:
        audit.record(
            session,
            decider.actor,
            "output.enter",
            "output_record",
            stored[key].id,
            company_id=company_id,
            before=before,
            after={**after, "source_key": key},
            reason=reason or None,
        )
    return len(rows), {}


def pay_period_of(session: Session, company_id: int, employment_id: int | None, on: dt.date) -> str:
    """Return the pay period of output accepted on a day: that of the day, or the next open one."""
    return str(PayCycles.read(session, company_id).next_open(employment_id, on))


def _fact(key: str, entry: Entry, sheet: Sheet, *, at_once: bool) -> OutputFact:
    counts = (entry.submitted, entry.accepted, entry.rejected, 0)
    return OutputFact(
        employment_id=entry.employment_id,
        task_type_id=sheet.task_type_id,
        batch_code=sheet.batch_code,
        work_on=sheet.on,
        submitted_qty=entry.submitted,
        accepted_qty=entry.accepted,
        rejected_qty=entry.rejected,
        accepted_on=sheet.on if at_once else None,
        source_key=key,
        source_version=told_counts(counts),
    )


def _counts(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("submitted_qty", "accepted_qty", "rejected_qty", "state", "pay_period")
    return {name: row[name] for name in names}

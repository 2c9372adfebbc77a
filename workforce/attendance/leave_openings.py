"""What was left of leave before these books begin: compared with the ledgers, then entered into them.

An entry of a ledger is never changed. So an opening that is known already with another figure is at
fault: what was wrong about it is entered beside it as a correction, with its reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select

from workforce.attendance.agreements import AgreementPlan
from workforce.attendance.lieu import KIND as LIEU
from workforce.attendance.models import LeaveEntry
from workforce.core.errors import DomainError, InputError
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform import audit, locks
from workforce.platform.changes import write_plan
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

_ACT: Final = "opening"


class LeaveOpening(NamedTuple):
    """What was left of a kind of leave: half days of annual leave of ``year``, or minutes in lieu.

    It counts from the day ``entered_on``. Time in lieu is of no year; there it says only when it was left.
    """

    employment_id: int
    kind: str
    year: int
    entered_on: dt.date
    quantity: int
    reason: str

    @property
    def key(self) -> tuple[int, str, int | None]:
        """Each year's annual leave and the time in lieu have one opening."""
        return _key(self.employment_id, self.kind, self.year)


def _key(employment_id: int, kind: str, year: int) -> tuple[int, str, int | None]:
    return employment_id, kind, None if kind == LIEU else year


def openings(session: Session, scope: Scope) -> list[LeaveOpening]:
    """Return the openings in the ledgers of a scope; entries of one kind and year are one."""
    stored = select(LeaveEntry).where(
        LeaveEntry.act == _ACT, LeaveEntry.employment_id.in_(people.employment_ids(scope))
    )
    found: dict[tuple[int, str, int | None], LeaveOpening] = {}
    for entry in session.scalars(stored.order_by(LeaveEntry.entered_on, LeaveEntry.id)):
        key = _key(entry.employment_id, entry.kind, entry.year)
        before = found.get(key)
        if before is None:
            found[key] = LeaveOpening(
                entry.employment_id,
                entry.kind,
                entry.year,
                entry.entered_on,
                entry.quantity,
                entry.reason,
            )
        else:
            found[key] = before._replace(quantity=before.quantity + entry.quantity)
    return [found[key] for key in sorted(found, key=lambda key: (*key[:2], key[2] or 0))]


def plan_openings(
    session: Session, company_id: int, facts: Sequence[LeaveOpening]
) -> AgreementPlan:
    """Compare openings with those in the ledgers. Writes nothing.

    Time in lieu of months whose payslips have said what is left is at fault.
    """
    known = {one.key: one.quantity for one in openings(session, Scope.company(company_id))}
    cycles = PayCycles.read(session, company_id)
    plan = AgreementPlan(LeaveEntry)
    for fact in facts:
        stored = known.get(fact.key)
        if stored == fact.quantity:
            plan.rows.unchanged += 1
            continue
        try:
            if stored is not None:
                raise InputError("balance.opening_known")
            if fact.kind == LIEU:
                locks.refuse_locked(cycles.binding(fact.employment_id), fact.entered_on, None)
        except DomainError as error:
            plan.faults[fact.key] = error
        else:
            plan.rows.added.append({**fact._asdict(), "act": _ACT})
    return plan


def store_openings(session: Session, actor: Actor, company_id: int, plan: AgreementPlan) -> None:
    """Enter planned openings into the ledgers, in the caller's unit of work."""
    write_plan(session, LeaveEntry, plan.rows, entered_by_id=actor.account_id)
    said = ("kind", "act", "year", "quantity", "reason")
    audit.record_many(
        session,
        actor,
        "leave.enter",
        "employment",
        [
            audit.Change(str(row["employment_id"]), {}, {name: row[name] for name in said})
            for row in plan.rows.added
        ],
        company_id=company_id,
    )

"""What a person decides about output: accept, reject, send back, take in again, count anew.

The same rules as for a verdict (``verdicts``): what a closed month has paid no longer moves, and an
accepted record gets its pay month once. Work that was sent back and comes again is submitted anew
with its rework counted, and accepted like any other: it is paid once, because it is one record.
Nobody decides on the own output. What would be paid is asked for its certificate as when it is recorded
(``certified``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from workforce.companies import queries as companies
from workforce.core.errors import DomainError, InputError, NotFoundError, StateError
from workforce.core.period import PayPeriod
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform import audit, locks
from workforce.platform.audit import Actor
from workforce.platform.changes import Changed, Plan, write_plan
from workforce.platform.scope import Scope
from workforce.production.certified import take_uncertified
from workforce.production.groups import closed_alone
from workforce.production.listing import in_reach
from workforce.production.models import GroupShare, OutputRecord
from workforce.production.output import acceptance

ACTIONS: Final = ("accept", "reject", "rework", "resubmit")
"""``rework`` sends back; ``resubmit`` takes work that was sent back in again."""
NEEDS_REASON: Final = frozenset({"reject", "rework"})
REASON_LIMIT: Final = 400

_PORTION: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """Who decides, how far he reaches, and which person he is, if any."""

    actor: Actor
    scope: Scope
    person_id: int | None

    @property
    def company_id(self) -> int:
        """The company whose output is decided on.

        Raises:
            NotFoundError: the scope is of no company.
        """
        if self.scope.company_id is None:
            raise NotFoundError("web.not_found")
        return self.scope.company_id


@dataclass(frozen=True, slots=True)
class Decided:
    """How many records changed; and how many did not: paid in a closed month, own, or undecidable.

    ``uncertified``: why others did not, by record: nobody has the certificate that their work asks for.
    """

    changed: int = 0
    closed: int = 0
    own: int = 0
    unfit: int = 0
    uncertified: Mapping[int, DomainError] = field(default_factory=dict)


def decide_records(
    session: Session,
    decider: Decider,
    action: str,
    *,
    on: dt.date,
    reason: str = "",
    record_ids: Sequence[int] | None = None,
    batch_id: int | None = None,
    seen: int | None = None,
) -> Decided:
    """Decide on some records, or on all of a batch in reach, in the caller's unit of work.

    ``on``: the day of acceptance, which says with which month it is paid. ``seen``: how many records
    of the batch whoever decides was shown.

    Raises:
        InputError: the action needs a reason, nothing was chosen, or a record's work is after ``on``.
        NotFoundError: a record is out of reach.
        StateError: the company accepts by inspection, or the batch has other records now.
    """
    if action not in ACTIONS:
        raise InputError("output.action_unknown")
    reason = checked_reason(reason, is_needed=action in NEEDS_REASON)
    if record_ids is not None and not record_ids:
        raise InputError("output.none_chosen")
    if action == "accept":
        refuse_by_hand(session, decider, on)
    locks.hold_output(session, decider.company_id)
    cycles = PayCycles.read(session, decider.company_id)
    rows = _chosen(session, decider.scope, record_ids, batch_id)
    if seen is not None and seen != len(rows):
        raise StateError("output.batch_changed", seen=seen, now=len(rows))
    own = own_records(session, decider.person_id, rows)
    alone = closed_alone(session, cycles)
    plan, closed, mine, unfit = Plan(), 0, 0, 0
    for old in rows:
        if old["id"] in own:
            mine += 1
            continue
        late = alone.get(old["id"], frozenset())
        if action != "accept" and _is_closed(old, cycles, late):
            closed += 1
            continue
        new = _after(action, old, on, reason, cycles, late)
        after = {name: new[name] for name in new if new[name] != old[name]}
        if not new or not after:
            unfit += 1
            continue
        plan.changed.append(Changed({**old, **new}, {name: old[name] for name in after}, after))
    refused = take_uncertified(session, decider.company_id, plan)
    write_plan(session, OutputRecord, plan)
    if plan.changed:
        _audit(session, decider, action, plan, reason, batch_id)
    return Decided(len(plan.changed), closed, mine, unfit, refused)


def count_record(
    session: Session,
    decider: Decider,
    record_id: int,
    *,
    accepted: int,
    rejected: int,
    reworked: int,
    on: dt.date,
    reason: str,
) -> None:
    """Say how many units of a record are accepted, rejected, and of the accepted ones reworked.

    Raises:
        InputError: the counts do not make up what was submitted, the month is paid, or the work asks
            for a certificate that nobody has.
        NotFoundError: the record is out of reach.
        StateError: the company accepts by inspection, or it is the decider's own output.
    """
    reason = checked_reason(reason, is_needed=True)
    locks.hold_output(session, decider.company_id)
    (old,) = _chosen(session, decider.scope, [record_id], None)
    if record_id in own_records(session, decider.person_id, [old]):
        raise StateError("output.own")
    if old["state"] != "accepted":
        refuse_by_hand(session, decider, on)
    if accepted + rejected != old["submitted_qty"] or reworked > accepted:
        raise InputError("output.not_all_decided", submitted=old["submitted_qty"])
    cycles = PayCycles.read(session, decider.company_id)
    alone = closed_alone(session, cycles).get(record_id, frozenset())
    if _is_closed(old, cycles, alone):
        raise InputError(
            "output.paid",
            period=old["pay_period"],
            before=old["accepted_qty"],
            after=accepted,
        )
    new: dict[str, Any] = {
        "reviewed_qty": old["submitted_qty"],
        "accepted_qty": accepted,
        "rejected_qty": rejected,
        "reworked_qty": reworked,
        "is_sent_back": False,
        "decided_reason": reason,
    }
    if not accepted:
        new |= {"state": "rejected", "accepted_on": None, "pay_period": None}
    elif old["state"] != "accepted":
        new = {**acceptance({**old, **new}, on, cycles, alone), **new, "state": "accepted"}
    after = {name: value for name, value in new.items() if old[name] != value}
    if not after:
        return
    changed = Changed({**old, **new}, {name: old[name] for name in after}, after)
    plan = Plan(changed=[changed])
    for error in take_uncertified(session, decider.company_id, plan).values():
        raise error
    write_plan(session, OutputRecord, plan)
    audit.record(
        session,
        decider.actor,
        "output.count",
        "output_record",
        record_id,
        company_id=decider.company_id,
        before=changed.before,
        after=after,
        reason=reason,
    )


def checked_reason(reason: str, *, is_needed: bool) -> str:
    """Return a reason without blanks around it.

    Raises:
        InputError: it is needed and missing, or too long.
    """
    reason = reason.strip()
    if is_needed and not reason:
        raise InputError("output.reason")
    if len(reason) > REASON_LIMIT:
        raise InputError("output.reason_long", limit=REASON_LIMIT)
    return reason


def acceptance_of(session: Session, company_id: int, on: dt.date) -> str | None:
    """Return how output becomes payable by a company's policy of a month; None: no policy says."""
    chosen = companies.pay_policy(Scope.company(company_id), PayPeriod.of(on))
    policy = session.scalar(chosen)
    return policy.acceptance if policy else None


def refuse_by_hand(session: Session, decider: Decider, on: dt.date) -> None:
    """Refuse to accept by hand where inspection decides.

    Raises:
        StateError: so it does.
    """
    if acceptance_of(session, decider.company_id, on) == "by_inspection":
        raise StateError("output.by_inspection")


def _chosen(
    session: Session, scope: Scope, record_ids: Sequence[int] | None, batch_id: int | None
) -> list[dict[str, Any]]:
    table = cast("Table", OutputRecord.__table__)
    chosen = select(table).where(in_reach(scope)).order_by(table.c.id)
    if record_ids is None:
        rows = session.execute(chosen.where(table.c.batch_id == batch_id)).mappings().all()
        if not rows:
            raise NotFoundError("web.not_found")
        return [dict(row) for row in rows]
    found: list[dict[str, Any]] = []
    wanted = sorted(set(record_ids))
    for start in range(0, len(wanted), _PORTION):
        portion = chosen.where(table.c.id.in_(wanted[start : start + _PORTION]))
        found += [dict(row) for row in session.execute(portion).mappings()]
    if len(found) != len(wanted):
        raise NotFoundError("web.not_found")
    return found


def own_records(
    session: Session, person_id: int | None, rows: Iterable[Mapping[str, Any]]
) -> frozenset[int]:
    """Return the ids of the records that pay whoever decides, himself."""
    if person_id is None:
        return frozenset()
    own = set(session.scalars(people.employment_ids(Scope.own(person_id))))
    shared = select(GroupShare.output_record_id).where(GroupShare.employment_id.in_(own))
    groups = set(session.scalars(shared)) if own else set()
    return frozenset(
        row["id"] for row in rows if row["employment_id"] in own or row["id"] in groups
    )


def _is_closed(old: Mapping[str, Any], cycles: PayCycles, alone: frozenset[PayPeriod]) -> bool:
    return old["pay_period"] is not None and cycles.is_closed(
        old["employment_id"], PayPeriod.parse(old["pay_period"]), alone
    )


def _after(
    action: str,
    old: Mapping[str, Any],
    on: dt.date,
    reason: str,
    cycles: PayCycles,
    alone: frozenset[PayPeriod],
) -> dict[str, Any]:
    """Return what an action makes of a record; empty where there is nothing to decide."""
    if action == "accept":
        if old["state"] != "submitted":
            return {}
        if on < old["work_on"]:
            raise InputError("output.accepted_before", on=old["work_on"])
        return acceptance(old, on, cycles, alone) | {"decided_reason": reason or None}
    if action == "resubmit":
        if old["state"] != "rejected":
            return {}
        return {
            "state": "submitted",
            "reviewed_qty": 0,
            "accepted_qty": 0,
            "rejected_qty": 0,
            "reworked_qty": old["reworked_qty"] + old["rejected_qty"],
            "is_sent_back": False,
            "decided_reason": reason or None,
        }
    if old["state"] == "rejected" and action == "reject" and not old["is_sent_back"]:
        return {}
    if old["state"] == "rejected" and action == "rework" and old["is_sent_back"]:
        return {}
    return {
        "state": "rejected",
        "accepted_on": None,
        "pay_period": None,
        "reviewed_qty": old["submitted_qty"],
        "accepted_qty": 0,
        "rejected_qty": old["submitted_qty"],
        "is_sent_back": action == "rework",
        "decided_reason": reason,
    }


def _audit(
    session: Session,
    decider: Decider,
    action: str,
    plan: Plan,
    reason: str,
    batch_id: int | None,
) -> None:
    """Write an entry for each record: the history of one is found by its key."""
    for change in plan.changed:
        audit.record(
            session,
            decider.actor,
            f"output.{action}",
            "output_record",
            change.row["id"],
            company_id=decider.company_id,
            before=change.before,
            after=change.after if batch_id is None else {**change.after, "batch_id": batch_id},
            reason=reason or None,
        )

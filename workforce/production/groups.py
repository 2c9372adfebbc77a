"""Output that a group made together: who shares it, and by what. The slice's face is ``service``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from workforce.core.errors import InputError
from workforce.core.group_shares import LARGEST_GROUP
from workforce.core.period import PayPeriod
from workforce.people.service import PayCycles
from workforce.platform.changes import Plan
from workforce.production.models import GroupShare, OutputRecord

SPLITS: Final = ("points", "hours")

Shares = tuple[tuple[int, int | None], ...]
"""Employment id and weight, in order of the ids; see ``GroupShare`` for the weight."""

_PORTION: Final = 5_000
"""Keys in one statement: SQLite allows 32 766 parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Who made a record of output together; ``split_by``: points or hours."""

    name: str
    split_by: str
    shares: Shares


def columns_of(group: Group | None) -> dict[str, Any]:
    """Return what a record keeps of its group; ``shares`` are rows of their own.

    Raises:
        InputError: nobody has a weight, or the group is larger than can be split.

    """
    if group is None:
        return {"group_name": None, "split_by": None, "shares": ()}
    if not any(weight is None or weight > 0 for _, weight in group.shares):
        raise InputError("group.without_weight", group=group.name)
    if len(group.shares) > LARGEST_GROUP:
        raise InputError("group.too_large", group=group.name, limit=LARGEST_GROUP)
    return {
        "group_name": group.name,
        "split_by": group.split_by,
        "shares": tuple(sorted(group.shares, key=lambda share: share[0])),
    }


def add_stored_shares(session: Session, records: Iterable[dict[str, Any]]) -> None:
    """Give stored records their ``shares``; own output has none."""
    shares: defaultdict[int, list[tuple[int, int | None]]] = defaultdict(list)
    records = list(records)
    ids = [record["id"] for record in records if record["group_name"] is not None]
    for start in range(0, len(ids), _PORTION):
        chosen = (
            select(GroupShare.output_record_id, GroupShare.employment_id, GroupShare.share_weight)
            .where(GroupShare.output_record_id.in_(ids[start : start + _PORTION]))
            .order_by(GroupShare.employment_id)
        )
        for record_id, employment_id, weight in session.execute(chosen):
            shares[record_id].append((employment_id, weight))
    for record in records:
        record["shares"] = tuple(shares[record["id"]])


@dataclass(frozen=True, slots=True)
class TakenShares:
    """The shares of a plan's records, taken out of it: by key of a new one, by id of a changed one."""

    added: Mapping[str, Shares]
    changed: Mapping[int, Shares]


def take_shares(plan: Plan) -> TakenShares:
    """Take the shares out of a plan of output records, whose table has no such column."""
    added = {row["source_key"]: row.pop("shares") for row in plan.added}
    changed = {
        change.row["id"]: change.after.pop("shares")
        for change in plan.changed
        if "shares" in change.after
    }
    return TakenShares({key: shares for key, shares in added.items() if shares}, changed)


def store_shares(session: Session, company_id: int, source: str, taken: TakenShares) -> None:
    """Write the shares of records that are stored by now, instead of those that they had."""
    by_record = dict(taken.changed)
    keys = list(taken.added)
    for start in range(0, len(keys), _PORTION):
        chosen = select(OutputRecord.id, OutputRecord.source_key).where(
            OutputRecord.company_id == company_id,
            OutputRecord.source == source,
            OutputRecord.source_key.in_(keys[start : start + _PORTION]),
        )
        by_record |= {id_: taken.added[key] for id_, key in session.execute(chosen)}
    if not by_record:
        return
    _delete(session, list(taken.changed))
    rows = [
        {"output_record_id": record_id, "employment_id": employment_id, "share_weight": weight}
        for record_id, shares in sorted(by_record.items())
        for employment_id, weight in shares
    ]
    if rows:
        session.execute(insert(GroupShare), rows)


def _delete(session: Session, record_ids: Sequence[int]) -> None:
    table = cast("Table", GroupShare.__table__)
    for start in range(0, len(record_ids), _PORTION):
        chunk = record_ids[start : start + _PORTION]
        session.execute(delete(table).where(table.c.output_record_id.in_(chunk)))


def closed_alone(session: Session, cycles: PayCycles) -> dict[int, frozenset[PayPeriod]]:
    """Return, by record of a group, the periods that are closed for one of its members alone."""
    if not cycles.settled:
        return {}
    members: defaultdict[int, set[int]] = defaultdict(set)
    for record_id, employment_id in session.execute(
        select(GroupShare.output_record_id, GroupShare.employment_id).where(
            GroupShare.employment_id.in_(list(cycles.settled))
        )
    ):
        members[record_id].add(employment_id)
    return {record_id: cycles.closed_alone(those) for record_id, those in members.items()}

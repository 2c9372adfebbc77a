"""Storing many rows at once by key, and saying beforehand what that would change.

``plan_rows`` compares what is wanted with what is stored and writes nothing; ``write_plan`` carries a
plan out through the driver's bulk path. A preview and the real thing share the plan, so what was
shown is what happens. ``place_range`` keeps dated rows (prices, policies, memberships) free of
overlap.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Table, bindparam, delete, insert, update
from sqlalchemy.orm import Session

from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.platform import locks
from workforce.platform.db import Base

Row = Mapping[str, Any]
Key = tuple[Any, ...]

# SQLite allows 32 766 parameters in a statement.
_CHUNK: Final = 10_000


class Changed(NamedTuple):
    """A stored row that gets new values: ``before`` and ``after`` hold only the differing columns."""

    row: dict[str, Any]
    """The whole row as it will be, with its ``id``."""
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(slots=True)
class Plan:
    """What storing would do to one table. Rows map column names; stored ones have their ``id``."""

    added: list[dict[str, Any]] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    removed: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0

    @property
    def is_empty(self) -> bool:
        """Tell whether carrying it out would change nothing."""
        return not (self.added or self.changed or self.removed)

    def extend(self, other: Plan) -> None:
        """Take another plan for the same table into this one."""
        self.added.extend(other.added)
        self.changed.extend(other.changed)
        self.removed.extend(other.removed)
        self.unchanged += other.unchanged


def plan_rows(
    stored: Iterable[Row],
    wanted: Iterable[Row],
    *,
    key: Sequence[str],
    compare: Sequence[str],
    remove: bool = False,
) -> Plan:
    """Compare wanted rows with stored ones (which also have ``id``) by ``key``.

    ``compare`` names the columns whose difference makes a change. With ``remove``, stored rows that
    nobody wants are removed: pass only those that the caller answers for.
    """
    left = {tuple(row[name] for name in key): row for row in stored}
    plan = Plan()
    for row in wanted:
        old = left.pop(tuple(row[name] for name in key), None)
        if old is None:
            plan.added.append(dict(row))
            continue
        differing = [name for name in compare if old[name] != row[name]]
        if differing:
            plan.changed.append(
                Changed(
                    row={**old, **row},
                    before={name: old[name] for name in differing},
                    after={name: row[name] for name in differing},
                ),
            )
        else:
            plan.unchanged += 1
    if remove:
        plan.removed.extend(map(dict, left.values()))
    return plan


def write_plan(session: Session, model: type[Base], plan: Plan, **also: Any) -> None:
    """Carry out a plan in the caller's unit of work.

    ``also`` gives columns that every added and changed row gets besides (the import batch).
    Removals go first: an added row may take the key of a removed one.
    """
    table = cast("Table", model.__table__)
    _delete(session, table, [row["id"] for row in plan.removed])
    for names, rows in _by_columns(
        {**change.after, **also, "id_": change.row["id"]} for change in plan.changed
    ):
        statement = update(table).where(table.c.id == bindparam("id_"))
        session.connection().execute(
            statement.values({name: bindparam(name) for name in names if name != "id_"}), rows
        )
    for _names, rows in _by_columns(plan.added):
        # Whole rows are large: those of a long file are not all copied at once.
        for start in range(0, len(rows), _CHUNK):
            chunk = [{**row, **also} for row in rows[start : start + _CHUNK]]
            session.connection().execute(insert(table), chunk)
    session.expire_all()


def _delete(session: Session, table: Table, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        session.connection().execute(delete(table).where(table.c.id.in_(chunk)))


def _by_columns(
    rows: Iterable[dict[str, Any]],
) -> list[tuple[frozenset[str], list[dict[str, Any]]]]:
    """Group rows that set the same columns: one bulk statement each."""
    groups: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(frozenset(row), []).append(row)
    return sorted(groups.items(), key=lambda group: sorted(group[0]))


@dataclass(slots=True)
class Range:
    """One stored dated row: valid from a day up to, not including, another; None = still valid."""

    id: int
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True, slots=True)
class Placement:
    """How a new range fits among stored ones."""

    valid_to: dt.date | None
    """The end of the new range; a later stored range ends an open one."""
    replaces: Range | None
    """The stored range with the same first day."""
    ends: Range | None
    """The stored open range that the new one ends on its first day."""


def place_range(
    stored: Iterable[Range], valid_from: dt.date, valid_to: dt.date | None = None
) -> Placement:
    """Fit a range among stored ones: it replaces one that begins on its day, and ends one it falls in.

    Without ``valid_to`` it holds until the next stored range begins, or as long as the range did
    that it ends.

    Raises:
        InputError: the range is empty, or a stored one would go on or begin within it.

    """
    if valid_to is not None and valid_to <= valid_from:
        raise InputError("dated.empty", valid_from=valid_from, valid_to=valid_to)
    replaces = ends = None
    end = valid_to
    for old in sorted(stored, key=lambda row: row.valid_from):
        if old.valid_from == valid_from:
            replaces = old
        elif old.valid_from < valid_from:
            if old.valid_to is not None and old.valid_to <= valid_from:
                continue
            if valid_to is not None and (old.valid_to is None or old.valid_to > valid_to):
                raise _overlap(old)
            ends, end = old, end or old.valid_to
        elif valid_to is not None and old.valid_from < valid_to:
            raise _overlap(old)
        elif end is None or old.valid_from < end:
            end = old.valid_from
    return Placement(valid_to=end, replaces=replaces, ends=ends)


def _overlap(old: Range) -> InputError:
    return InputError("dated.overlap", valid_from=old.valid_from, valid_to=old.valid_to or "…")


def put_range(
    rows: list[dict[str, Any]],
    values: Row,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
    *,
    locked: frozenset[PayPeriod] = frozenset(),
) -> None:
    """Let values hold from a day on, among the dated rows of one thing; ``rows`` is changed in place.

    The rows are dicts as stored. What ``plan_rows`` then finds by comparing them with the stored
    ones is what has to be written.

    Raises:
        InputError: as ``place_range``.
        ClosedError: what holds on a day of a closed month would change.

    """
    ranges = [Range(n, row["valid_from"], row["valid_to"]) for n, row in enumerate(rows)]
    place = place_range(ranges, valid_from, valid_to)
    old = rows[place.replaces.id] if place.replaces else None
    changes_from = valid_from
    if old is not None and all(old[name] == value for name, value in values.items()):
        if old["valid_to"] == place.valid_to:
            return
        changes_from = min(old["valid_to"] or dt.date.max, place.valid_to or dt.date.max)
    locks.refuse_locked(locked, changes_from, place.valid_to)
    if place.ends is not None:
        rows[place.ends.id]["valid_to"] = valid_from
    if old is None:
        rows.append({**values, "valid_from": valid_from, "valid_to": place.valid_to})
    else:
        old.update(values, valid_to=place.valid_to)


def joined_key(parts: Sequence[object], limit: int = 120) -> str:
    """Join what identifies a row to a readable key; a very long one is shortened by its hash."""
    key = "|".join("" if part is None else str(part) for part in parts)
    if len(key) <= limit:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"{key[: limit - len(digest) - 1]}#{digest}"

"""Who made how many objects in CVAT, from its server's events: what was created, less what is gone.

An object counts for whoever created it, on the day of its creation, until anybody deletes it. CVAT gives
a changed object a new id without an event of creation, so a changed one is then known by where it is:
its frame, label and shape. Saving a whole job anew deletes and creates all of it in one request; what
comes back in such a request is still its maker's. What a request imports or a model draws is nobody's.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, NamedTuple

CREATE: Final = "create"
UPDATE: Final = "update"
DELETE: Final = "delete"


class Spot(NamedTuple):
    """Where an object is: what it is known by when its id has changed."""

    kind: str
    """shapes, tracks or tags."""
    shape_type: str
    frame: int
    label: int


@dataclass(frozen=True, slots=True)
class Event:
    """One act of the server on objects of one job; ``row`` is its line in the file.

    Two events are the same, whichever lines tell of them.
    """

    at: dt.datetime
    on: dt.date
    """Its day at the base."""
    row: int = field(compare=False)
    verb: str
    job: int
    user: int
    request: str | None
    objects: tuple[tuple[int, Spot], ...]


class Maker(NamedTuple):
    """Whose an object is, and of which day."""

    job: int
    user: int
    on: dt.date


@dataclass(slots=True)
class Tally:
    """What one user made in one job on one day; ``row`` is the line of the first creation."""

    row: int
    last_at: dt.datetime
    created: int = 0
    deleted: int = 0


@dataclass(slots=True)
class Ledger:
    """The outcome, and what could not be told.

    ``older``: deletions of objects whose creation the file does not hold. ``unclear``: deletions
    that may concern one of several people's objects. ``not_made``: objects that came by an import,
    a model, or a whole job saved anew.
    """

    tallies: dict[Maker, Tally] = field(default_factory=dict)
    older: int = 0
    unclear: int = 0
    not_made: int = 0


def balance(events: Iterable[Event], foreign_requests: frozenset[str]) -> Ledger:
    """Follow every object through the events, in the order of time.

    What exports that overlap tell again counts once. ``foreign_requests``: those that import
    annotations or call a model.
    """
    in_order = sorted(events, key=lambda event: (event.at, event.row))
    once = (
        event
        for _, at_once in groupby(in_order, key=lambda event: event.at)
        for event in dict.fromkeys(at_once)
    )
    return _Book(foreign_requests).follow(once)


class _Book:
    def __init__(self, foreign_requests: frozenset[str]) -> None:
        self._foreign = foreign_requests
        self._ledger = Ledger()
        self._living: dict[tuple[int, str, int], Maker | None] = {}
        """By job, kind and id; None: nobody's."""
        self._changed: defaultdict[tuple[int, Spot], dict[int, Maker | None]] = defaultdict(dict)
        """Changed objects by where they are, then by the id that they had."""
        self._replaced: defaultdict[tuple[str, int, Spot], list[Maker | None]] = defaultdict(list)
        """What a request has deleted, as long as it may create it again."""

    def follow(self, events: Iterable[Event]) -> Ledger:
        for event in events:
            act = {CREATE: self._create, UPDATE: self._update, DELETE: self._delete}[event.verb]
            for number, spot in event.objects:
                act(event, number, spot)
        return self._ledger

    def _create(self, event: Event, number: int, spot: Spot) -> None:
        again = self._replaced.get((event.request or "", event.job, spot))
        if again:
            maker = again.pop()
            if maker is not None:
                self._count(maker, event, back=1)
        elif event.request in self._foreign:
            maker = None
        else:
            maker = Maker(event.job, event.user, event.on)
            self._count(maker, event, made=1)
        self._ledger.not_made += maker is None
        self._living[event.job, spot.kind, number] = maker

    def _update(self, event: Event, number: int, spot: Spot) -> None:
        key = (event.job, spot.kind, number)
        if key in self._living:
            self._changed[event.job, spot][number] = self._living.pop(key)

    def _delete(self, event: Event, number: int, spot: Spot) -> None:
        key = (event.job, spot.kind, number)
        changed = self._changed.get((event.job, spot), {})
        maker = None
        if key in self._living:
            maker = self._living.pop(key)
        elif number in changed:
            maker = changed.pop(number)
        elif len({each.user if each else None for each in changed.values()}) > 1:
            self._ledger.unclear += 1
        elif changed:
            maker = changed.pop(next(reversed(changed)))
        else:
            self._ledger.older += 1
        if maker is not None:
            self._count(maker, event, gone=1)
        if event.request is not None:
            self._replaced[event.request, event.job, spot].append(maker)

    def _count(
        self, maker: Maker, event: Event, *, made: int = 0, gone: int = 0, back: int = 0
    ) -> None:
        tally = self._ledger.tallies.setdefault(maker, Tally(event.row, event.at))
        tally.created += made
        tally.deleted += gone - back
        tally.last_at = event.at


def minutes_by_user(times: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Sum what the tool says of working time: user, milliseconds → whole minutes."""
    total: Counter[str] = Counter()
    for user, milliseconds in times:
        total[user] += milliseconds
    return {user: milliseconds // 60_000 for user, milliseconds in sorted(total.items())}

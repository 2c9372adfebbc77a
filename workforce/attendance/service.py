"""Writing shifts, leave and absences: planned first, then stored in bulk by the caller's unit of work.

A source answers for whole *days of an employment*: importing it again replaces what the same source
said about these days, and touches nothing else. What another source said of them stays: the same
fact is not stored twice, and a different one is a fault. Only a source that has the *last word* (a table
that a person filled in) also replaces what others said. A day that a person settled *by hand* keeps that
word: a machine's file that says otherwise is at fault, and only another person's word replaces it.

Whatever changes a day of a team takes the confirmation of that day back.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from workforce.attendance.agreements import (
    MONTHS_OF_CYCLE,
    CycleFact,
    FiguresFact,
    LieuDayFact,
    RosterFact,
    plan_cycles,
    plan_figures,
    plan_lieu_days,
    plan_rosters,
    store_agreements,
)
from workforce.attendance.leave_days import (
    HALVES_OF_DAY,
    Day,
    Granted,
    granted_days,
    leave_ranges,
    plan_leaves,
)
from workforce.attendance.models import Absence, Leave, Shift
from workforce.attendance.overlaps import NewShift, overlap_faults
from workforce.attendance.settled import (
    TeamDay,
    confirmations_of,
    confirmed_dates,
    reached,
    release,
    settle,
    settled_days,
    withdraw,
)
from workforce.core.errors import DomainError, InputError
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform.audit import Actor
from workforce.platform.changes import Plan, plan_rows, write_plan
from workforce.platform.scope import Scope

__all__ = [
    "HALVES_OF_DAY",
    "MONTHS_OF_CYCLE",
    "AttendancePlan",
    "CycleFact",
    "Day",
    "DayFacts",
    "FiguresFact",
    "Granted",
    "LeaveFact",
    "LieuDayFact",
    "RosterFact",
    "ShiftFact",
    "check_shift",
    "granted_days",
    "leave_ranges",
    "plan_cycles",
    "plan_days",
    "plan_figures",
    "plan_lieu_days",
    "plan_rosters",
    "store_agreements",
    "store_days",
]

_LONGEST: Final = dt.timedelta(days=1)
_SHIFT_COLUMNS: Final = (
    "ends_at",
    "break_minutes",
    "is_in_lieu",
    "shift_type",
    "late_minutes",
    "early_minutes",
)
_ABSENT: Final = "absence"
AUTO: Final = "auto"
"""The source of absences that nobody stated (``absences.py``): any fact of the day replaces them."""


class ShiftFact(NamedTuple):
    """A worked shift; local wall-clock times, minutes whole. It belongs to the day ``work_on``."""

    employment_id: int
    work_on: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime
    break_minutes: int = 0
    is_in_lieu: bool = False
    shift_type: str | None = None
    late_minutes: int = 0
    early_minutes: int = 0

    @property
    def day(self) -> Day:
        """The day that the shift belongs to."""
        return self.employment_id, self.work_on


class LeaveFact(NamedTuple):
    """One day of leave, or half of one; ``approval_no`` and ``half`` as ``Leave`` has them."""

    employment_id: int
    on: dt.date
    kind: str
    approval_no: str | None = None
    half: str | None = None

    @property
    def granted(self) -> Granted:
        """What the day is."""
        return Granted(self.kind, self.approval_no, self.half)

    @property
    def day(self) -> Day:
        """The day on leave."""
        return self.employment_id, self.on


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """What one source says about the days it covers, and of what it speaks at all.

    ``is_last_word``: what other sources said of these days gives way too. ``is_by_hand``: a person
    settles these days, with the last word, and no machine changes them any more.
    """

    covered: frozenset[Day]
    shifts: Sequence[ShiftFact] = ()
    leaves: Sequence[LeaveFact] = ()
    absences: frozenset[Day] = frozenset()
    tells_shifts: bool = True
    tells_leave: bool = True
    is_last_word: bool = False
    is_by_hand: bool = False

    def __post_init__(self) -> None:
        """Hold a hand's word to be the last one."""
        if self.is_by_hand and not self.is_last_word:
            raise ValueError("what is settled by hand has the last word")


@dataclass(frozen=True, slots=True)
class AttendancePlan:
    """What storing day facts would change, and the days that cannot be stored.

    ``agreed``: how many facts another source has told already. ``taken_over``: on how many days
    facts of each other source change. ``settled`` and ``released``: days whose mark of having been
    settled by hand is set or taken away. ``withdrawn``: confirmed team days that change.
    """

    shifts: Plan
    leaves: Plan
    absences: Plan
    faults: Mapping[Day, DomainError] = field(default_factory=dict)
    agreed: int = 0
    taken_over: Mapping[str, int] = field(default_factory=dict)
    company_id: int = 0
    settled: frozenset[Day] = frozenset()
    released: frozenset[Day] = frozenset()
    withdrawn: frozenset[TeamDay] = frozenset()


def check_shift(starts_at: dt.datetime, ends_at: dt.datetime, break_minutes: int) -> None:
    """Refuse a shift that does not end after it starts, lasts over a day, or is all break.

    Raises:
        InputError: so it is.

    """
    span = ends_at - starts_at
    if not dt.timedelta(0) < span <= _LONGEST:
        raise InputError("shift.times", starts=f"{starts_at:%H:%M}", ends=f"{ends_at:%m-%d %H:%M}")
    if not 0 <= break_minutes * 60 < span.total_seconds():
        raise InputError("shift.break", minutes=break_minutes)


def plan_days(session: Session, company_id: int, source: str, facts: DayFacts) -> AttendancePlan:
    """Compare a source's days with what is stored. Writes nothing.

    A day is at fault if a shift overlaps another of the same person, in whatever company, if it has
    two kinds of leave, if another source told it differently, or if it would change and its month is
    closed. So is a day settled by hand of which a machine says otherwise. Days at fault are left out
    of the plan.
    """
    everything = _read(session, company_id, facts)
    marked = settled_days(session, company_id, facts.covered)
    held = set[Day]() if facts.is_last_word else marked
    contradicted, facts = _hold_by_hand(facts, everything, held)
    gives_way = {source, AUTO}
    stored = everything.where(lambda row: facts.is_last_word or row["source"] in gives_way)
    others = everything.where(lambda row: not facts.is_last_word and row["source"] not in gives_way)
    faults = _leave_faults(facts.leaves) | contradicted
    settled = _without_agreed(facts, others, faults)
    faults |= overlap_faults(
        session,
        company_id,
        (NewShift(shift.day, shift.starts_at, shift.ends_at) for shift in settled.shifts),
        replaced=settled.covered,
        source=None if facts.is_last_word else source,
    )
    cycles = PayCycles.read(session, company_id)
    watched = {
        day: period
        for day in (() if cycles.is_all_open else settled.covered)
        for period in [cycles.period_of(*day)]
        if period in cycles.locked_for(day[0])
    }
    told = _told_by_others(stored, source) if facts.is_last_word else {}
    confirmed = confirmed_dates(session, company_id, settled.covered)
    wanted = watched.keys() | told.keys() | marked
    if facts.is_by_hand:
        wanted |= settled.covered
    elif confirmed:
        wanted |= {day for day in settled.covered if day[1] in confirmed}
    before, after = (_by_day(said, wanted) for said in (stored, settled))
    changed = {day for day in before.keys() | after.keys() if before.get(day) != after.get(day)}
    for day in changed & watched.keys():
        faults[day] = InputError("month.closed", period=watched[day])
    good = _without(settled, faults) if faults else settled
    done = frozenset(changed & good.covered)
    return AttendancePlan(
        shifts=_plan_shifts(stored, good),
        leaves=plan_leaves(
            stored.leaves,
            {leave.day: leave.granted for leave in good.leaves},
            good.covered,
        ),
        absences=_plan_absences(stored, good),
        faults=dict(sorted(faults.items())),
        agreed=_count(_without(facts, faults) if faults else facts) - _count(good),
        taken_over=Counter(told[day] for day in sorted(done & told.keys())),
        company_id=company_id,
        settled=done if facts.is_by_hand and facts.tells_shifts else frozenset(),
        released=frozenset() if facts.is_by_hand else done & marked,
        withdrawn=confirmations_of(
            session, company_id, {day for day in done if day[1] in confirmed}
        ),
    )


def store_days(
    session: Session,
    plan: AttendancePlan,
    source: str,
    batch_id: int | None,
    *,
    actor: Actor | None = None,
) -> None:
    """Carry out a plan in the caller's unit of work; ``actor`` None: the source acts itself."""
    for model, part in ((Shift, plan.shifts), (Leave, plan.leaves), (Absence, plan.absences)):
        write_plan(session, model, part, source=source, import_batch_id=batch_id)
    settle(session, plan.settled, source)
    release(session, plan.released)
    withdraw(
        session,
        actor or Actor(account_id=None, name=source),
        plan.withdrawn,
        company_id=plan.company_id,
        source=source,
    )


def _hold_by_hand(
    facts: DayFacts, stored: _Stored, held: Collection[Day]
) -> tuple[dict[Day, DomainError], DayFacts]:
    """Find what contradicts days settled by hand, and return the facts without these days."""
    if not held:
        return {}, facts
    known, told = _by_day(stored, held), _by_day(facts, held)
    faults: dict[Day, DomainError] = {
        day: InputError("grid.settled_by_hand", on=day[1])
        for day in held
        if known.get(day) != told.get(day)
    }
    return faults, _without(facts, held)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is stored of days of the facts' range; every row has its ``source``."""

    shifts: Sequence[Mapping[str, Any]] = ()
    leaves: Sequence[Mapping[str, Any]] = ()
    absences: Sequence[Mapping[str, Any]] = ()

    def where(self, holds: Callable[[Mapping[str, Any]], bool]) -> _Stored:
        """Keep the rows of which something holds."""
        return _Stored(
            shifts=[row for row in self.shifts if holds(row)],
            leaves=[row for row in self.leaves if holds(row)],
            absences=[row for row in self.absences if holds(row)],
        )


def _read(session: Session, company_id: int, facts: DayFacts) -> _Stored:
    if not facts.covered:
        return _Stored()
    first_on = min(on for _, on in facts.covered)
    last_on = max(on for _, on in facts.covered)
    employments = people.employment_ids(Scope.company(company_id))
    narrowed = reached(company_id, facts.covered)

    def rows(
        model: type[Shift | Leave | Absence], first: str, last: str
    ) -> Sequence[Mapping[str, Any]]:
        table = cast("Table", model.__table__)
        chosen = select(table).where(
            table.c.employment_id.in_(employments),
            table.c.employment_id.in_(narrowed),
            table.c[first] <= last_on,
            table.c[last] >= first_on,
        )
        # As they come: dictionaries of a year's shifts would take three times the room.
        return cast("Sequence[Mapping[str, Any]]", session.execute(chosen).mappings().all())

    tells_leave = facts.tells_leave
    return _Stored(
        shifts=rows(Shift, "work_on", "work_on") if facts.tells_shifts else (),
        leaves=rows(Leave, "first_on", "last_on") if tells_leave else (),
        absences=rows(Absence, "absent_on", "absent_on") if tells_leave else (),
    )


def _shift_days(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Day, tuple[Any, ...]]]:
    for row in rows:
        what = (row["starts_at"], *(row[name] for name in _SHIFT_COLUMNS))
        yield (row["employment_id"], row["work_on"]), what


def _absent_days(rows: Iterable[Mapping[str, Any]]) -> set[Day]:
    return {(row["employment_id"], row["absent_on"]) for row in rows}


def _what(shift: ShiftFact) -> tuple[Any, ...]:
    """Return what a shift says, without whose and which day's it is."""
    return tuple(shift[2:])


def _by_day(facts: _Stored | DayFacts, wanted: Collection[Day]) -> dict[Day, set[tuple[Any, ...]]]:
    """Say what is true of each wanted day, in a form that can be compared."""
    if not wanted:
        return {}
    days: defaultdict[Day, set[tuple[Any, ...]]] = defaultdict(set)
    said: Iterable[tuple[Day, tuple[Any, ...]]]
    if isinstance(facts, _Stored):
        said = chain(_shift_days(facts.shifts), granted_days(facts.leaves).items())
        absent: Collection[Day] = _absent_days(facts.absences)
    else:
        said = chain(
            ((shift.day, _what(shift)) for shift in facts.shifts),
            ((leave.day, leave.granted) for leave in facts.leaves),
        )
        absent = facts.absences
    for day, what in chain(said, ((day, (_ABSENT,)) for day in absent)):
        if day in wanted:
            days[day].add(what)
    return dict(days)


def _count(facts: DayFacts) -> int:
    return len(facts.shifts) + len(facts.leaves) + len(facts.absences)


def _without(facts: DayFacts, faults: Collection[Day]) -> DayFacts:
    return replace(
        facts,
        covered=facts.covered - set(faults),
        shifts=[shift for shift in facts.shifts if shift.day not in faults],
        leaves=[leave for leave in facts.leaves if leave.day not in faults],
        absences=facts.absences - set(faults),
    )


def _without_agreed(facts: DayFacts, others: _Stored, faults: dict[Day, DomainError]) -> DayFacts:
    """Leave out what another source has told already; another word about leave is a fault.

    (Shifts that differ overlap, or are further shifts of the day.)
    """
    shifts = set(_shift_days(others.shifts))
    leaves = granted_days(others.leaves)
    absent = _absent_days(others.absences)
    for leave in facts.leaves:
        known = leaves.get(leave.day)
        if leave.day in absent or (known is not None and known.kind != leave.kind):
            faults[leave.day] = InputError("leave.other_source", on=leave.on)
    for day in facts.absences & leaves.keys():
        faults[day] = InputError("leave.other_source", on=day[1])
    return replace(
        facts,
        shifts=[s for s in facts.shifts if (s.day, _what(s)) not in shifts],
        leaves=[leave for leave in facts.leaves if leave.day not in leaves],
        absences=facts.absences - absent,
    )


def _told_by_others(stored: _Stored, source: str) -> dict[Day, str]:
    """Return the days of which stored rows are of another source, and which one."""
    told = {(row["employment_id"], row["work_on"]): row["source"] for row in stored.shifts}
    told |= {(row["employment_id"], row["absent_on"]): row["source"] for row in stored.absences}
    told |= {day: row["source"] for row in stored.leaves for day in granted_days([row])}
    return {day: of for day, of in told.items() if of != source}


def _plan_shifts(stored: _Stored, facts: DayFacts) -> Plan:
    """Compare shift by shift; each has its ``place`` in the day, so that a corrected punch changes a row.

    Where a day has several shifts, the start itself is the place: a row then never takes over
    another's start while that still has it. Rows are made one by one: a file may hold very many.
    """
    old = [row for row in stored.shifts if (row["employment_id"], row["work_on"]) in facts.covered]
    several = _repeated((row["employment_id"], row["work_on"]) for row in old)
    several |= _repeated(shift.day for shift in facts.shifts)

    def placed(row: Mapping[str, Any]) -> dict[str, Any]:
        is_alone = (row["employment_id"], row["work_on"]) not in several
        return {**row, "place": None if is_alone else row["starts_at"]}

    plan = plan_rows(
        map(placed, old),
        (placed(shift._asdict()) for shift in facts.shifts),
        key=("employment_id", "work_on", "place"),
        compare=("starts_at", *_SHIFT_COLUMNS),
        remove=True,
    )
    for row in plan.added:
        del row["place"]
    return plan


def _repeated(days: Iterable[Day]) -> set[Day]:
    """Return the days that come more than once."""
    seen: set[Day] = set()
    again: set[Day] = set()
    for day in days:
        (again if day in seen else seen).add(day)
    return again


def _plan_absences(stored: _Stored, facts: DayFacts) -> Plan:
    return plan_rows(
        [r for r in stored.absences if (r["employment_id"], r["absent_on"]) in facts.covered],
        [{"employment_id": who, "absent_on": on} for who, on in sorted(facts.absences)],
        key=("employment_id", "absent_on"),
        compare=(),
        remove=True,
    )


def _leave_faults(leaves: Iterable[LeaveFact]) -> dict[Day, DomainError]:
    seen: dict[Day, str] = {}
    faults: dict[Day, DomainError] = {}
    for leave in leaves:
        if seen.setdefault(leave.day, leave.kind) != leave.kind:
            faults[leave.day] = InputError("leave.overlap", on=leave.on)
    return faults

"""Writing shifts, leave and absences: planned first, then stored in bulk by the caller's unit of work.

A source answers for whole *days of an employment*: importing it again replaces what the same source
said about these days, and touches nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from workforce.attendance.models import Absence, Leave, Shift
from workforce.core.errors import DomainError, InputError
from workforce.core.period import PayPeriod
from workforce.people import queries as people
from workforce.platform import locks
from workforce.platform.changes import Plan, plan_rows, write_plan
from workforce.platform.scope import Scope

Day = tuple[int, dt.date]
"""One day of one employment."""

_DAY: Final = dt.timedelta(days=1)
_SHIFT_COLUMNS: Final = (
    "ends_at",
    "break_minutes",
    "is_in_lieu",
    "shift_type",
    "late_minutes",
    "early_minutes",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftFact:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveFact:
    """One whole day of leave."""

    employment_id: int
    on: dt.date
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """What one source says about the days it covers."""

    covered: frozenset[Day]
    shifts: Sequence[ShiftFact] = ()
    leaves: Sequence[LeaveFact] = ()
    absences: frozenset[Day] = frozenset()


@dataclass(frozen=True, slots=True)
class AttendancePlan:
    """What storing day facts would change, and the days that cannot be stored."""

    shifts: Plan
    leaves: Plan
    absences: Plan
    faults: Mapping[Day, DomainError] = field(default_factory=dict)


def check_shift(starts_at: dt.datetime, ends_at: dt.datetime, break_minutes: int) -> None:
    """Refuse a shift that does not end after it starts, lasts over a day, or is all break.

    Raises:
        InputError: so it is.

    """
    span = ends_at - starts_at
    if not dt.timedelta(0) < span <= _DAY:
        raise InputError("shift.times", starts=f"{starts_at:%H:%M}", ends=f"{ends_at:%m-%d %H:%M}")
    if not 0 <= break_minutes * 60 < span.total_seconds():
        raise InputError("shift.break", minutes=break_minutes)


def plan_days(session: Session, company_id: int, source: str, facts: DayFacts) -> AttendancePlan:
    """Compare a source's days with what is stored. Writes nothing.

    A day is at fault if a shift overlaps another of the same person, in whatever company, if it has
    two kinds of leave, or if it would change and its month is closed. Days at fault are left out of
    the plan.
    """
    stored = _read(session, company_id, source, facts)
    faults = _leave_faults(facts.leaves)
    faults |= _overlap_faults(session, company_id, source, facts)
    before, after = _by_day(stored), _by_day(facts)
    locked = locks.locked_periods(session, company_id)
    for day in sorted(facts.covered):
        period = PayPeriod.of(day[1])
        if period in locked and before[day] != after[day]:
            faults[day] = InputError("month.closed", period=period)
    return _plan(stored, _without(facts, faults), faults)


def store_days(session: Session, plan: AttendancePlan, source: str, batch_id: int | None) -> None:
    """Carry out a plan in the caller's unit of work."""
    for model, part in ((Shift, plan.shifts), (Leave, plan.leaves), (Absence, plan.absences)):
        write_plan(session, model, part, source=source, import_batch_id=batch_id)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the source said before, on days of the same range."""

    shifts: Sequence[Mapping[str, Any]]
    leaves: Sequence[Mapping[str, Any]]
    absences: Sequence[Mapping[str, Any]]


def _read(session: Session, company_id: int, source: str, facts: DayFacts) -> _Stored:
    if not facts.covered:
        return _Stored((), (), ())
    first_on = min(on for _, on in facts.covered)
    last_on = max(on for _, on in facts.covered)
    employments = people.employment_ids(Scope.company(company_id))

    def rows(model: type[Shift | Leave | Absence], first: str, last: str) -> list[dict[str, Any]]:
        table = cast("Table", model.__table__)
        chosen = select(table).where(
            table.c.source == source,
            table.c.employment_id.in_(employments),
            table.c[first] <= last_on,
            table.c[last] >= first_on,
        )
        return [dict(row) for row in session.execute(chosen).mappings()]

    return _Stored(
        shifts=rows(Shift, "work_on", "work_on"),
        leaves=rows(Leave, "first_on", "last_on"),
        absences=rows(Absence, "absent_on", "absent_on"),
    )


def _by_day(facts: _Stored | DayFacts) -> defaultdict[Day, set[tuple[Any, ...]]]:
    """Say what is true of each day, in a form that can be compared."""
    days: defaultdict[Day, set[tuple[Any, ...]]] = defaultdict(set)
    shifts = facts.shifts if isinstance(facts, _Stored) else [asdict(s) for s in facts.shifts]
    for row in shifts:
        day = (row["employment_id"], row["work_on"])
        days[day].add((row["starts_at"], *(row[name] for name in _SHIFT_COLUMNS)))
    if isinstance(facts, _Stored):
        for row in facts.leaves:
            for on in _days(row):
                days[row["employment_id"], on].add(("leave", row["kind"]))
        for row in facts.absences:
            days[row["employment_id"], row["absent_on"]].add(("absence",))
    else:
        for leave in facts.leaves:
            days[leave.employment_id, leave.on].add(("leave", leave.kind))
        for day in facts.absences:
            days[day].add(("absence",))
    return days


def _without(facts: DayFacts, faults: Collection[Day]) -> DayFacts:
    return DayFacts(
        covered=facts.covered - set(faults),
        shifts=[s for s in facts.shifts if (s.employment_id, s.work_on) not in faults],
        leaves=[leave for leave in facts.leaves if (leave.employment_id, leave.on) not in faults],
        absences=facts.absences - set(faults),
    )


def _plan(stored: _Stored, facts: DayFacts, faults: Mapping[Day, DomainError]) -> AttendancePlan:
    covered = facts.covered
    old_shifts = [dict(r) for r in stored.shifts if (r["employment_id"], r["work_on"]) in covered]
    new_shifts = [asdict(shift) for shift in facts.shifts]
    _number(old_shifts, new_shifts)
    shifts = plan_rows(
        old_shifts,
        new_shifts,
        key=("employment_id", "work_on", "place"),
        compare=("starts_at", *_SHIFT_COLUMNS),
        remove=True,
    )
    for row in shifts.added:
        del row["place"]
    absences = plan_rows(
        [r for r in stored.absences if (r["employment_id"], r["absent_on"]) in covered],
        [{"employment_id": who, "absent_on": on} for who, on in sorted(facts.absences)],
        key=("employment_id", "absent_on"),
        compare=(),
        remove=True,
    )
    return AttendancePlan(shifts, _plan_leaves(stored, facts), absences, faults)


def _number(*sides: Iterable[dict[str, Any]]) -> None:
    """Give each shift its ``place`` in the day, so that a corrected punch changes a row.

    Where a day has several shifts, the start itself is the place: a row then never takes over
    another's start while that still has it.
    """
    several: set[Day] = set()
    for side in sides:
        seen: set[Day] = set()
        for row in side:
            day = (row["employment_id"], row["work_on"])
            if day in seen:
                several.add(day)
            seen.add(day)
    for side in sides:
        for row in side:
            is_alone = (row["employment_id"], row["work_on"]) not in several
            row["place"] = None if is_alone else row["starts_at"]


def _plan_leaves(stored: _Stored, facts: DayFacts) -> Plan:
    """Replace covered days within stored ranges: ranges to days, days exchanged, days to ranges."""
    old = [
        row
        for row in stored.leaves
        if any((row["employment_id"], on) in facts.covered for on in _days(row))
    ]
    kinds = {
        (row["employment_id"], on): row["kind"]
        for row in old
        for on in _days(row)
        if (row["employment_id"], on) not in facts.covered
    }
    kinds |= {(leave.employment_id, leave.on): leave.kind for leave in facts.leaves}
    return plan_rows(
        old,
        leave_ranges(kinds),
        key=("employment_id", "kind", "first_on"),
        compare=("last_on",),
        remove=True,
    )


def _days(row: Mapping[str, Any]) -> Iterable[dt.date]:
    count = (row["last_on"] - row["first_on"]).days + 1
    return (row["first_on"] + offset * _DAY for offset in range(count))


def leave_ranges(kinds: Mapping[Day, str]) -> list[dict[str, Any]]:
    """Join days on leave to ranges of one kind; a range ends with its month, whose lock it shares."""
    ranges: list[dict[str, Any]] = []
    for (employment_id, on), kind in sorted(kinds.items()):
        last = ranges[-1] if ranges else None
        if (
            last is not None
            and (last["employment_id"], last["kind"]) == (employment_id, kind)
            and last["last_on"] + _DAY == on
            and on.day != 1
        ):
            last["last_on"] = on
        else:
            ranges.append(
                {"employment_id": employment_id, "kind": kind, "first_on": on, "last_on": on},
            )
    return ranges


def _leave_faults(leaves: Iterable[LeaveFact]) -> dict[Day, DomainError]:
    seen: dict[Day, str] = {}
    faults: dict[Day, DomainError] = {}
    for leave in leaves:
        day = (leave.employment_id, leave.on)
        if seen.setdefault(day, leave.kind) != leave.kind:
            faults[day] = InputError("leave.overlap", on=leave.on)
    return faults


def _overlap_faults(
    session: Session, company_id: int, source: str, facts: DayFacts
) -> dict[Day, DomainError]:
    """Find new shifts that overlap another of the same person, new or stored, in any company.

    A night shift of the day before and one of the day after can overlap too, hence the margins.
    """
    if not facts.shifts:
        return {}
    person_of = dict(session.execute(people.persons_of_company(company_id)).all())
    first_on = min(shift.work_on for shift in facts.shifts) - _DAY
    last_on = max(shift.work_on for shift in facts.shifts) + _DAY
    others = select(
        Shift.employment_id, Shift.work_on, Shift.starts_at, Shift.ends_at, Shift.source
    ).where(
        Shift.employment_id.in_(people.employment_ids_of_persons_in(company_id)),
        Shift.work_on >= first_on,
        Shift.work_on <= last_on,
    )
    by_person: defaultdict[int, list[_Span]] = defaultdict(list)
    for employment_id, work_on, starts_at, ends_at, of in session.execute(others):
        day = (employment_id, work_on)
        if of != source or day not in facts.covered:
            by_person[person_of[employment_id]].append(_Span(starts_at, ends_at, day, is_new=False))
    for fact in facts.shifts:
        day = (fact.employment_id, fact.work_on)
        span = _Span(fact.starts_at, fact.ends_at, day, is_new=True)
        by_person[person_of[fact.employment_id]].append(span)
    own = set(session.scalars(people.employment_ids(Scope.company(company_id))))
    faults: dict[Day, DomainError] = {}
    for spans in by_person.values():
        spans.sort()
        latest = spans[0]
        for span in spans[1:]:
            if span.starts_at < latest.ends_at:
                for one, other in ((latest, span), (span, latest)):
                    if one.is_new:
                        faults.setdefault(one.day, _overlap(other, own))
            latest = max(latest, span, key=lambda each: each.ends_at)
    return faults


class _Span(NamedTuple):
    """A shift as the overlap check sees it."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    day: Day
    is_new: bool


def _overlap(other: _Span, own: Collection[int]) -> InputError:
    """Say which shift is in the way; of another company's only that there is one."""
    employment_id, work_on = other.day
    if employment_id not in own:
        return InputError("shift.overlap_elsewhere")
    return InputError(
        "shift.overlap",
        on=work_on,
        starts=f"{other.starts_at:%H:%M}",
        ends=f"{other.ends_at:%H:%M}",
    )

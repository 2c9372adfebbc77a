"""Saving cells of a team's month: many at once, each with its own result.

Each entry names what its editor saw; where somebody else has changed the day since, nothing is
overwritten. All that can be saved is saved by `service.plan_days`, the one way to write days, with the
hand's last word; every changed day is an entry of the audit with the day before and after. The number
of statements does not depend on the number of cells.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from workforce.attendance.cell_text import Entry, EntryKind, parse_cell
from workforce.attendance.day_record import (
    GRID,
    LONGEST_REASON,
    DayRecord,
    listed,
    parse_record,
)
from workforce.attendance.leave_days import Granted
from workforce.attendance.service import (
    Day,
    DayFacts,
    ShiftFact,
    check_shift,
    plan_days,
    store_days,
)
from workforce.attendance.shift_types import Planned, refuse_worked_half
from workforce.attendance.team_days import SOURCES_OF_PEOPLE, Lock, Team, TeamDays
from workforce.attendance.team_month import Cell, cell_of
from workforce.core.errors import ClosedError, DomainError, InputError
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.core.work_calendar import DayClass, WorkCalendar
from workforce.platform import audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

MOST_CELLS: Final = 10_000
"""A team of 300 over a month."""
SUBJECT: Final = "attendance_day"
"""What the audit calls a person's day; its id is ``employment_id:2026-10-08``."""


class Outcome(StrEnum):
    """What became of one entry."""

    SAVED = "saved"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class CellEdit:
    """One entry: a typed ``text``, or a whole ``record`` as ``DayRecord.text`` writes it.

    ``seen``: the record's text that the editor saw; None takes what is there, whatever it is (a form
    that fills only days without a record says so with the empty text).
    """

    day: Day
    text: str | None = None
    record: str | None = None
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class CellResult:
    """What became of an entry, and the cell as it is now.

    ``error`` says why it was refused; ``before`` is the record's text before a change.
    """

    day: Day
    outcome: Outcome
    cell: Cell
    error: DomainError | None = None
    before: str = ""


@dataclass(frozen=True, slots=True)
class SaveReport:
    """The results in the order of the entries; ``withdrawn``: days no longer confirmed."""

    results: Sequence[CellResult]
    withdrawn: Sequence[dt.date] = ()

    def count(self, outcome: Outcome) -> int:
        """Return how many entries came to this."""
        return sum(result.outcome is outcome for result in self.results)


@dataclass(slots=True)
class _Sorted:
    """Entries that can be tried, and what became of the others."""

    wanted: dict[Day, DayRecord] = field(default_factory=dict)
    faults: dict[Day, DomainError] = field(default_factory=dict)
    conflicts: set[Day] = field(default_factory=set)


def save_cells(
    session: Session,
    actor: Actor,
    team: Team,
    period: PayPeriod,
    calendar: WorkCalendar,
    edits: Sequence[CellEdit],
    *,
    today: dt.date,
    reason: str = "",
    is_preview: bool = False,
    is_correction: bool = False,
) -> SaveReport:
    """Save entries of one team's month, in the caller's unit of work; with ``is_preview`` only try.

    With ``is_correction`` and a ``reason`` days of a clock or of approved leave are corrected, too.

    Raises:
        InputError: there are too many, or the reason is too long.
    """
    if len(edits) > MOST_CELLS:
        raise InputError("grid.too_many", most=MOST_CELLS, count=len(edits))
    reason = reason.strip()
    if len(reason) > LONGEST_REASON:
        raise InputError("grid.reason_length", most=LONGEST_REASON)
    if not edits:
        return SaveReport(())
    latest = {edit.day: edit for edit in edits}
    dates = [on for _, on in latest]
    days = TeamDays(
        session,
        team,
        period,
        calendar,
        today=today,
        first_on=max(min(dates), period.first_on),
        last_on=min(max(dates), period.last_on),
        only={employment_id for employment_id, _ in latest},
    )
    found = _sort(days, latest.values(), is_correction=is_correction and bool(reason))
    changed = {
        day: record for day, record in found.wanted.items() if record.text != days.record(day).text
    }
    plan = plan_days(session, team.company_id, GRID, _facts(changed))
    found.faults |= plan.faults
    saved = {day: record for day, record in changed.items() if day not in plan.faults}
    if saved and not is_preview:
        store_days(session, plan, GRID, None, actor=actor)
        _audit(session, actor, days, saved, reason)
    return SaveReport(
        [_result(days, edit.day, found, saved) for edit in latest.values()],
        sorted({on for _, on in plan.withdrawn}),
    )


def fill_text(days: TeamDays, day: Day) -> str | None:
    """Return what "everyone full" types into a day, or None where it leaves it alone."""
    employment_id, on = day
    is_open = days.lock(day) is None and days.record(day).lacks_work and on <= days.today
    is_workday = days.day_class(employment_id, on) is DayClass.WORKDAY
    return "F" if is_open and is_workday else None


def history(session: Session, day: Day) -> list[audit.AuditEntry]:
    """Return who changed a day by hand, when, from what to what and why, the latest first."""
    return audit.entries_about(session, SUBJECT, subject_of(day))


def subject_of(day: Day) -> str:
    """Return the audit's id of a day."""
    return f"{day[0]}:{day[1]}"


def source_words(sources: Sequence[str]) -> Text:
    """Say the sources of a day that are no person's table."""
    return listed([source_name(source) for source in sources if source not in SOURCES_OF_PEOPLE])


def source_name(source: str) -> Text:
    """Return what people call a source; one without a name keeps its code."""
    try:
        return term(f"day_source.{source}")
    except LookupError:
        return Text(source, source)


def _sort(days: TeamDays, edits: Iterable[CellEdit], *, is_correction: bool) -> _Sorted:
    found = _Sorted()
    for edit in edits:
        try:
            record = _wanted(days, edit, is_correction=is_correction)
        except DomainError as error:
            found.faults[edit.day] = error
            continue
        current = days.record(edit.day).text
        if edit.seen is not None and current not in {edit.seen, record.text}:
            found.conflicts.add(edit.day)
            continue
        found.wanted[edit.day] = record
    return found


def _wanted(days: TeamDays, edit: CellEdit, *, is_correction: bool) -> DayRecord:
    """Return what an entry makes of a day.

    Raises:
        DomainError: that cannot be.
    """
    employment_id, on = edit.day
    _refuse_locked(days, edit.day, is_correction=is_correction)
    current = days.record(edit.day)
    if edit.record is not None:
        record = parse_record(edit.record, edit.day)
        if on > days.today and (record.shifts or record.is_absent):
            raise InputError("grid.ahead", on=on)
        return _kept_half(days, edit.day, record, is_correction=is_correction)
    entry = parse_cell(edit.text or "")
    if len(current.shifts) > 1 and entry.kind in {EntryKind.HOURS, EntryKind.FULL}:
        raise InputError("grid.several_shifts", on=on, count=len(current.shifts))
    is_rest_day = days.day_class(employment_id, on) is not DayClass.WORKDAY
    if entry.kind in {EntryKind.CLEAR, EntryKind.REST} and days.is_half_approved(edit.day):
        return DayRecord(leave=current.leave)
    record = _entered(days, edit.day, entry, is_rest_day=is_rest_day)
    return _kept_half(days, edit.day, record, is_correction=is_correction)


def _kept_half(days: TeamDays, day: Day, record: DayRecord, *, is_correction: bool) -> DayRecord:
    """Let approved leave of half a day be; the other half is simply typed.

    Raises:
        InputError: the record would change it, and nobody has said why.
    """
    is_changed = record.leave != days.record(day).leave
    if days.is_half_approved(day) and is_changed and not is_correction:
        raise InputError("grid.approved_leave", on=day[1])
    return record


def _refuse_locked(days: TeamDays, day: Day, *, is_correction: bool) -> None:
    employment_id, on = day
    lock = days.lock(day)
    if lock is Lock.OUT:
        raise InputError("grid.not_in_team", on=on)
    if lock is Lock.CLOSED:
        raise ClosedError("month.closed", period=days.closed_period(employment_id, on))
    if lock is not None and not is_correction:
        if lock is Lock.LEAVE:
            raise InputError("grid.approved_leave", on=on)
        raise InputError("grid.other_source", on=on, source=source_words(days.record(day).sources))


def _entered(days: TeamDays, day: Day, entry: Entry, *, is_rest_day: bool) -> DayRecord:
    employment_id, on = day
    if entry.kind is EntryKind.CLEAR:
        return DayRecord()
    if entry.kind is EntryKind.REST:
        if not is_rest_day:
            raise InputError("grid.not_a_rest_day", on=on)
        return DayRecord()
    if entry.kind is not EntryKind.LEAVE and on > days.today:
        raise InputError("grid.ahead", on=on)
    if entry.kind in {EntryKind.LEAVE, EntryKind.ABSENT}:
        if is_rest_day:
            raise InputError("grid.rest_day", on=on)
        if entry.half is not None:
            return _half_off(days, day, entry.leave_kind, entry.half)
        is_absent = entry.kind is EntryKind.ABSENT
        leave = None if is_absent else Granted(entry.leave_kind)
        return DayRecord(leave=leave, is_absent=is_absent, sources=(GRID,))
    current = days.record(day)
    if current.shifts and current.minutes == entry.minutes:
        # To type 8 over eight hours must not move a late shift into the morning.
        return current
    planned = days.shift_plan.planned(days.team.company_id, days.team.id, employment_id, on)
    leave = current.half_leave
    minutes = entry.minutes or planned.work_minutes // (2 if leave else 1)
    # Other hours on a day in lieu are no reason to pay them as overtime.
    is_in_lieu = any(shift.is_in_lieu for shift in current.shifts)
    half_off = leave.half if leave else None
    shift = _shift(day, planned, minutes, half_off, is_in_lieu=is_in_lieu)
    if half_off:
        refuse_worked_half(planned, (shift,), half_off, on)
    return DayRecord((shift,), leave, sources=(GRID,))


def _half_off(days: TeamDays, day: Day, kind: str, half: str) -> DayRecord:
    """Give half of a day off beside what is recorded of its other half."""
    employment_id, on = day
    shifts = days.record(day).shifts
    if shifts:
        planned = days.shift_plan.planned(days.team.company_id, days.team.id, employment_id, on)
        refuse_worked_half(planned, shifts, half, on)
    return DayRecord(shifts, Granted(kind, half=half), sources=(GRID,))


def _shift(
    day: Day, planned: Planned, minutes: int, half_off: str | None, *, is_in_lieu: bool
) -> ShiftFact:
    starts_at, ends_at, pause = planned.worked(day[1], minutes, half_off)
    if starts_at.date() != day[1]:
        # A shift belongs to the day on which it starts, also the second half of a night.
        raise InputError("grid.half_night", on=day[1])
    check_shift(starts_at, ends_at, pause)
    return ShiftFact(*day, starts_at, ends_at, pause, is_in_lieu, planned.name)


def _facts(records: Mapping[Day, DayRecord]) -> DayFacts:
    return DayFacts(
        covered=frozenset(records),
        shifts=[shift for record in records.values() for shift in record.shifts],
        leaves=[fact for day, record in records.items() for fact in record.leave_facts(day)],
        absences=frozenset(day for day, record in records.items() if record.is_absent),
        is_last_word=True,
        is_by_hand=True,
    )


def _audit(
    session: Session,
    actor: Actor,
    days: TeamDays,
    saved: Mapping[Day, DayRecord],
    reason: str,
) -> None:
    audit.record_many(
        session,
        actor,
        "attendance_day.record",
        SUBJECT,
        (
            audit.Change(
                subject_of(day),
                {"day": before.text, "sources": list(before.sources)},
                {"day": record.text},
            )
            for day, record in saved.items()
            for before in [days.record(day)]
        ),
        company_id=days.team.company_id,
        reason=reason or None,
    )


def _result(days: TeamDays, day: Day, found: _Sorted, saved: Mapping[Day, DayRecord]) -> CellResult:
    before = days.record(day).text
    if day in saved:
        return CellResult(day, Outcome.SAVED, cell_of(days, day, saved[day]), before=before)
    cell = cell_of(days, day)
    error = found.faults.get(day)
    if error is not None:
        return CellResult(day, Outcome.REFUSED, cell, error)
    if day in found.conflicts:
        clash = InputError("grid.changed_meanwhile", on=day[1])
        return CellResult(day, Outcome.CONFLICT, cell, clash)
    return CellResult(day, Outcome.UNCHANGED, cell)

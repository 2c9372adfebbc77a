"""Who is there today, team by team: from shifts, leave, absences and stated workdays, by the clock.

A night shift that goes on over midnight counts on the new day as long as it runs: at two o'clock its
people are present. Who has a day off and no record is not expected. Nothing is guessed: a workday
without a record is *not due yet* before the stated start of the shift, and afterwards has no record.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from workforce.attendance import queries
from workforce.attendance.day_record import listed, shift_words
from workforce.attendance.leave_days import leave_words
from workforce.attendance.shift_types import ShiftPlan
from workforce.attendance.workdays import Workdays
from workforce.companies import queries as companies
from workforce.core.errors import InputError
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.people import queries as people

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from workforce.core.work_calendar import WorkCalendar
    from workforce.platform.scope import Scope

_DAY: Final = dt.timedelta(days=1)
NO_TEAM: Final = 0
"""The key of those who are in no team."""


class Presence(StrEnum):
    """What a person is at this moment; the labels are the terms ``presence.…``."""

    PRESENT = "present"
    LATE = "late"
    ON_LEAVE = "on_leave"
    ABSENT = "absent"
    NOT_DUE = "not_due"
    UNKNOWN = "unknown"
    RESTING = "resting"


@dataclass(frozen=True, slots=True)
class MemberToday:
    """One person today; ``note`` says what is known in words."""

    employment_id: int
    employee_no: str
    name: str
    presence: Presence
    note: Text


@dataclass(frozen=True, slots=True)
class TeamToday:
    """A team today; ``team_id`` ``NO_TEAM``: people without one."""

    team_id: int
    team_name: str
    members: Sequence[MemberToday]

    @property
    def counts(self) -> Mapping[Presence, int]:
        """How many there are of each kind."""
        return Counter(member.presence for member in self.members)

    @property
    def expected(self) -> int:
        """Everybody who has a shift today, on leave or not."""
        return len(self.members) - self.counts[Presence.RESTING]

    @property
    def present(self) -> int:
        """Everybody who came, late or not."""
        return self.counts[Presence.PRESENT] + self.counts[Presence.LATE]


def read_today(
    session: Session, scope: Scope, now: dt.datetime, calendar: WorkCalendar
) -> list[TeamToday]:
    """Return the teams in reach with their people at a moment of local wall-clock time (naive).

    The number of queries does not depend on teams or people.
    """
    on = now.date()
    day = _Day(session, scope, now, calendar)
    team_of = {
        member.employment_id: member.team_id
        for member in session.execute(people.team_members(scope, on, on))
    }
    members: defaultdict[int, list[MemberToday]] = defaultdict(list)
    for row in session.execute(people.work_patterns(scope)):
        if row.hired_on > on or (row.separated_on is not None and row.separated_on < on):
            continue
        team_id = team_of.get(row.employment_id, NO_TEAM)
        if team_id != NO_TEAM or not scope.team_ids:
            members[team_id].append(day.member(row, team_id))
    teams = [
        TeamToday(team.id, team.name, members.pop(team.id, []))
        for team in session.scalars(companies.teams(scope))
    ]
    if members[NO_TEAM]:
        teams.append(TeamToday(NO_TEAM, "", members[NO_TEAM]))
    return teams


class _Day:
    """What is recorded of today, and of the night that began yesterday."""

    def __init__(
        self, session: Session, scope: Scope, now: dt.datetime, calendar: WorkCalendar
    ) -> None:
        on = now.date()
        self.now, self.on = now, on
        self.shifts: defaultdict[int, list[Row[Any]]] = defaultdict(list)
        self.nights: dict[int, Row[Any]] = {}
        for shift in session.execute(queries.shifts(scope, on - _DAY, on)):
            if shift.work_on == on:
                self.shifts[shift.employment_id].append(shift)
            elif shift.ends_at > now:
                self.nights[shift.employment_id] = shift
        self.leaves = {
            row.employment_id: row for row in session.execute(queries.leaves(scope, on, on))
        }
        self.absences = {
            row.employment_id for row in session.execute(queries.absences(scope, on, on))
        }
        self.workdays = Workdays.read(session, scope, on, on, calendar)
        self.plan = (
            None if scope.company_id is None else ShiftPlan.read(session, scope.company_id, on, on)
        )

    def member(self, row: Row[Any], team_id: int) -> MemberToday:
        """Say what somebody is now."""
        presence, note = self._state(row, team_id)
        return MemberToday(row.employment_id, row.employee_no, row.name, presence, note)

    def _state(self, row: Row[Any], team_id: int) -> tuple[Presence, Text]:
        key = row.employment_id
        shifts = self.shifts.get(key, [])
        if any(shift.starts_at <= self.now for shift in shifts):
            is_late = any(shift.late_minutes for shift in shifts)
            note = listed([shift_words(shift) for shift in shifts])
            return (Presence.LATE if is_late else Presence.PRESENT), note
        if night := self.nights.get(key):
            words_of = shift_words(night)
            return Presence.PRESENT, Text(
                f"昨天开始的夜班 {words_of.zh}", f"Night shift since yesterday, {words_of.en}"
            )
        if shifts:
            # Recorded in the morning for the evening: nobody has come yet.
            return _due(shifts[0].starts_at)
        if key in self.absences:
            return Presence.ABSENT, term("attendance.absence")
        if not self.workdays.is_workday(key, row.rest_weekdays, self.on):
            return Presence.RESTING, term("presence.resting")
        if key in self.leaves:
            leave = self.leaves[key]
            return Presence.ON_LEAVE, leave_words(leave.kind, leave.half)
        return self._without_record(row, team_id)

    def _without_record(self, row: Row[Any], team_id: int) -> tuple[Presence, Text]:
        if self.plan is not None:
            try:
                kind = self.plan.planned(row.company_id, team_id, row.employment_id, self.on)
            except InputError:
                pass  # nothing says when the shift begins
            else:
                starts_at, _ = kind.times(self.on)
                if self.now < starts_at:
                    return _due(starts_at)
        return Presence.UNKNOWN, term("presence.unknown")


def _due(starts_at: dt.datetime) -> tuple[Presence, Text]:
    return Presence.NOT_DUE, Text(f"{starts_at:%H:%M} 上班", f"Due at {starts_at:%H:%M}")

"""The people of a team over some days, with all that is recorded of them: what the grid stands on.

Everything is read with a fixed number of statements, for one person's day as for a team's month. A day
belongs to the team only while the person is employed and in it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from workforce.attendance import queries
from workforce.attendance.day_record import GRID, DayRecord, record_of
from workforce.attendance.leave_days import days_of
from workforce.attendance.models import Absence, Leave, Shift
from workforce.attendance.service import AUTO, Day
from workforce.attendance.shift_types import ShiftPlan
from workforce.attendance.workdays import has_stated_workdays
from workforce.companies import queries as companies
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.work_calendar import SATURDAY_AND_SUNDAY, DayClass, WorkCalendar
from workforce.people import queries as people
from workforce.people.service import PayCycles
from workforce.platform import locks
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

SOURCES_OF_PEOPLE: Final = frozenset({GRID, "leave", "manual", "shifts"})
"""Sources that are a person's own table: what they say is typed over without ado, and audited."""
_TYPED_OVER: Final = SOURCES_OF_PEOPLE | {AUTO}
"""These, and the marks of missing days: nobody has said them."""

_EMPTY: Final = DayRecord()


class Lock(StrEnum):
    """Why a day is not simply typed over."""

    OUT = "out"
    """Not employed, or not in this team: nothing helps."""
    CLOSED = "closed"
    """The pay period is closed: only a late correction helps."""
    SOURCE = "source"
    """A clock or an app has told it: corrected in the day's details, with a reason."""
    LEAVE = "leave"
    """The leave was approved: corrected in the day's details, with a reason."""


@dataclass(frozen=True, slots=True)
class Team:
    """A team in reach."""

    id: int
    company_id: int
    code: str
    name: str

    @property
    def scope(self) -> Scope:
        """Reach of this team alone."""
        return Scope.teams(self.company_id, frozenset({self.id}))


def teams_in(session: Session, scope: Scope) -> list[Team]:
    """Return the teams that a scope reaches, in order of company and code."""
    return [
        Team(team.id, team.company_id, team.code, team.name)
        for team in session.scalars(companies.teams(scope))
    ]


def team_in(session: Session, scope: Scope, team_id: int) -> Team:
    """Return one team.

    Raises:
        NotFoundError: it is not in reach, or does not exist.
    """
    for team in teams_in(session, scope):
        if team.id == team_id:
            return team
    raise NotFoundError("web.not_found")


def team_on(session: Session, scope: Scope, employment_id: int, on: dt.date) -> Team:
    """Return the team in reach to which somebody belongs on a day.

    Raises:
        NotFoundError: there is none in reach.
    """
    members = people.team_members(scope, on, on).order_by(None).subquery()
    found = session.execute(select(members).where(members.c.employment_id == employment_id)).first()
    if found is None:
        raise NotFoundError("web.not_found")
    return team_in(session, scope, found.team_id)


class TeamDays:
    """Everything about some days of a team within one month, by employment and day."""

    def __init__(
        self,
        session: Session,
        team: Team,
        period: PayPeriod,
        calendar: WorkCalendar,
        *,
        today: dt.date,
        first_on: dt.date | None = None,
        last_on: dt.date | None = None,
        only: Collection[int] | None = None,
    ) -> None:
        """Read a month's days, or those from ``first_on`` to ``last_on``; ``only``: of these people.

        In a writing transaction whoever saves days now is waited for, and what he saved is read.
        """
        # Before the closed months are asked for below: everybody takes these locks in one order.
        locks.hold_shifts(session)
        self._session = session
        self.team = team
        self.period = period
        self.today = today
        self.first_on, self.last_on = first_on or period.first_on, last_on or period.last_on
        self.has_calendar = calendar.has_year(period.year)
        self.calendar = calendar if self.has_calendar else None
        self._only = None if only is None else sorted(only)
        self.employments: dict[int, Row[Any]] = {
            row.employment_id: row
            for row in session.execute(self._narrowed(people.employments(team.scope, period)))
        }
        self._memberships = _by_employment(
            session.execute(
                self._narrowed(people.team_members(team.scope, self.first_on, self.last_on))
            ).all()
        )
        self._rosters: dict[int, int] = {
            row.employment_id: row.rest_day_bits
            for row in session.execute(
                self._narrowed(queries.rosters(team.scope, period.whole, period.whole))
            )
        }
        self._inside = {key: self._days_inside(row) for key, row in self.employments.items()}
        self._rest_weekdays = {
            key: frozenset(int(digit) for digit in row.rest_weekdays)
            for key, row in self.employments.items()
        }
        self._classes: dict[tuple[frozenset[int], dt.date], DayClass] = {}
        self._approved_halves: set[Day] = set()
        self._records = self._read_records()
        self._cycles = PayCycles.read(session, team.company_id)

    @cached_property
    def shift_plan(self) -> ShiftPlan:
        """Who has which kind of shift on these days."""
        return ShiftPlan.read(self._session, self.team.company_id, self.first_on, self.last_on)

    @cached_property
    def dates(self) -> list[dt.date]:
        """The days, in order."""
        count = (self.last_on - self.first_on).days + 1
        return [self.first_on + dt.timedelta(days=offset) for offset in range(count)]

    def record(self, day: Day) -> DayRecord:
        """Return what is recorded of somebody's day."""
        return self._records.get(day, _EMPTY)

    def day_class(self, employment_id: int, on: dt.date) -> DayClass:
        """Tell whether somebody works, rests or has a statutory holiday on a day."""
        weekdays = self._rest_weekdays.get(employment_id, SATURDAY_AND_SUNDAY)
        general = self.general_class(on, weekdays)
        bits = self._rosters.get(employment_id)
        if bits is None or general is DayClass.HOLIDAY:
            return general
        return DayClass.REST_DAY if bits >> (on.day - 1) & 1 else DayClass.WORKDAY

    def general_class(
        self, on: dt.date, rest_weekdays: frozenset[int] = SATURDAY_AND_SUNDAY
    ) -> DayClass:
        """Tell the same of people with these rest weekdays; without a calendar by the week alone."""
        known = self._classes.get((rest_weekdays, on))
        if known is None:
            if self.calendar is not None:
                known = self.calendar.day_class(on, rest_weekdays)
            else:
                is_rest = on.isoweekday() in rest_weekdays
                known = DayClass.REST_DAY if is_rest else DayClass.WORKDAY
            self._classes[rest_weekdays, on] = known
        return known

    def is_due(self, employment_id: int, on: dt.date) -> bool:
        """Tell whether a record of a day is missed: a workday of somebody who has stated workdays."""
        row = self.employments[employment_id]
        return (
            has_stated_workdays(row.employment_type, row.hours_system)
            and self.day_class(employment_id, on) is DayClass.WORKDAY
        )

    def is_in_team(self, employment_id: int, on: dt.date) -> bool:
        """Tell whether somebody is employed and in the team on a day."""
        return on in self._inside.get(employment_id, ())

    def closed_period(self, employment_id: int, on: dt.date) -> PayPeriod | None:
        """Return the closed pay period that a day of somebody is in, if it is."""
        if self._cycles.is_all_open:
            return None
        period = self._cycles.period_of(employment_id, on)
        return period if period in self._cycles.locked_for(employment_id) else None

    def lock(self, day: Day) -> Lock | None:
        """Say why a day is not simply typed over, or None."""
        employment_id, on = day
        if not self.is_in_team(employment_id, on):
            return Lock.OUT
        if self.closed_period(employment_id, on) is not None:
            return Lock.CLOSED
        record = self.record(day)
        if record.leave is not None and record.leave.approval_no and not record.leave.half:
            return Lock.LEAVE
        if any(source not in _TYPED_OVER for source in record.sources):
            return Lock.SOURCE
        return None

    def is_half_approved(self, day: Day) -> bool:
        """Tell whether half of somebody's day is approved leave: only its other half is simply typed."""
        return day in self._approved_halves

    def _days_inside(self, row: Row[Any]) -> frozenset[dt.date]:
        """Return the days on which an employment is employed and in the team."""
        return frozenset(
            on
            for membership in self._memberships.get(row.employment_id, ())
            for on in self.dates
            if row.hired_on <= on
            and (row.separated_on is None or on <= row.separated_on)
            and membership.valid_from <= on
            and (membership.valid_to is None or on < membership.valid_to)
        )

    def _narrowed(self, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        if self._only is None:
            return statement
        rows = statement.order_by(None).subquery()
        return select(rows).where(rows.c.employment_id.in_(self._only))

    def _read_records(self) -> dict[Day, DayRecord]:
        scope, first, last = self.team.scope, self.first_on, self.last_on
        shifts: dict[Day, list[Any]] = defaultdict(list)
        leaves: dict[Day, Any] = {}
        sources: dict[Day, list[str]] = defaultdict(list)
        absent: set[Day] = set()

        def read(model: Any, statement: Select[*tuple[Any, ...]]) -> Iterable[Any]:
            chosen = statement.add_columns(model.source)
            if self._only is not None:
                chosen = chosen.where(model.employment_id.in_(self._only))
            return self._session.execute(chosen).all()

        for row in read(Shift, queries.shifts(scope, first, last)):
            day = (row.employment_id, row.work_on)
            shifts[day].append(row)
            sources[day].append(row.source)
        for row in read(Leave, queries.leaves(scope, first, last)):
            for on in days_of(row._mapping):  # noqa: SLF001 - SQLAlchemy's documented way
                day = (row.employment_id, on)
                leaves[day] = row
                told_of = sources[day]
                if row.half and (row.approval_no or row.source not in SOURCES_OF_PEOPLE):
                    # It locks nothing but itself.
                    self._approved_halves.add(day)
                else:
                    told_of.append(row.source)
        for row in read(Absence, queries.absences(scope, first, last)):
            absent.add((row.employment_id, row.absent_on))
            sources[row.employment_id, row.absent_on].append(row.source)
        return {
            day: record_of(
                shifts.get(day, ()), leaves.get(day), is_absent=day in absent, sources=told
            )
            for day, told in sources.items()
        }


def _by_employment(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.employment_id].append(row)
    return found

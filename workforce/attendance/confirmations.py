"""A team's day confirmed by its leader: what is still open on it, and the confirmation itself."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from sqlalchemy import Table, delete, insert, tuple_

from workforce.attendance import queries
from workforce.attendance.models import TeamDayConfirmation
from workforce.attendance.service import Day
from workforce.attendance.team_days import TeamDays
from workforce.core.errors import InputError
from workforce.core.text import Text
from workforce.core.work_calendar import DayClass
from workforce.platform import audit, clock

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor


class OpenKind(StrEnum):
    """What is open on somebody's day."""

    MISSING = "missing"
    """A workday without a record, of somebody who has stated workdays."""
    OVERLAP = "overlap"
    """Two shifts at one time."""
    ABSENT = "absent"
    """Missed without leave: no fault of the record, but somebody should know why."""


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One thing to look at before a day is confirmed."""

    day: Day
    employee_no: str
    name: str
    kind: OpenKind

    @property
    def is_blocking(self) -> bool:
        """Tell whether the day cannot be confirmed while it is so."""
        return self.kind is not OpenKind.ABSENT


def open_points(days: TeamDays, dates: Sequence[dt.date]) -> list[OpenPoint]:
    """Return what is open on some days of a team, day by day in order of employee numbers."""
    return [
        OpenPoint((employment_id, on), row.employee_no, row.name, kind)
        for on in dates
        for employment_id, row in days.employments.items()
        if days.is_in_team(employment_id, on)
        for kind in [_open(days, (employment_id, on))]
        if kind is not None
    ]


def _open(days: TeamDays, day: Day) -> OpenKind | None:
    record = days.record(day)
    if record.lacks_work:
        return OpenKind.MISSING if days.is_due(*day) else None
    if any(later.starts_at < earlier.ends_at for earlier, later in pairwise(record.shifts)):
        return OpenKind.OVERLAP
    return OpenKind.ABSENT if record.is_absent else None


def asks_for_confirmation(days: TeamDays, on: dt.date) -> bool:
    """Tell whether anybody of the team works, or has a record, on a day."""
    return any(
        days.day_class(employment_id, on) is DayClass.WORKDAY
        or not days.record((employment_id, on)).is_empty
        for employment_id in days.employments
        if days.is_in_team(employment_id, on)
    )


def state_of(days: TeamDays, on: dt.date) -> str:
    """Return what tells two states of a team's day apart: whoever confirms has seen this one."""
    told = [
        f"{employment_id}:{days.record((employment_id, on)).text}"
        for employment_id in days.employments
        if days.is_in_team(employment_id, on)
    ]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def complete_days(days: TeamDays) -> list[dt.date]:
    """Return the days up to today that can be confirmed: somebody is concerned, nothing is open."""
    dates = [on for on in days.dates if on <= days.today and asks_for_confirmation(days, on)]
    blocked = {point.day[1] for point in open_points(days, dates) if point.is_blocking}
    return [on for on in dates if on not in blocked]


def confirm(
    session: Session, actor: Actor, days: TeamDays, dates: Sequence[dt.date]
) -> list[dt.date]:
    """Confirm days of a team in the caller's unit of work; return those that were not confirmed yet.

    Raises:
        InputError: one has not come yet, or something is open on it.
    """
    for on in dates:
        if on > days.today:
            raise InputError("grid.day_ahead", on=on)
    blocking = [point for point in open_points(days, dates) if point.is_blocking]
    if blocking:
        on = blocking[0].day[1]
        raise InputError(
            "grid.day_incomplete", on=on, count=sum(point.day[1] == on for point in blocking)
        )
    team = days.team
    known = {
        row.work_on: row.withdrawn_at is None
        for row in session.execute(
            queries.day_confirmations(team.scope, days.first_on, days.last_on)
        )
    }
    fresh = sorted(on for on in set(dates) if not known.get(on, False))
    if not fresh:
        return []
    table = cast("Table", TeamDayConfirmation.__table__)
    session.connection().execute(
        delete(table).where(
            tuple_(table.c.team_id, table.c.work_on).in_([(team.id, on) for on in fresh])
        )
    )
    session.connection().execute(
        insert(table),
        [
            {
                "team_id": team.id,
                "work_on": on,
                "confirmed_by_id": actor.account_id,
                "confirmed_at": clock.now(),
                "withdrawn_at": None,
                "withdrawn_source": None,
            }
            for on in fresh
        ],
    )
    for on in fresh:
        audit.record(
            session,
            actor,
            "team_day.confirm",
            "team_day",
            f"{team.id}:{on}",
            company_id=team.company_id,
            before={"confirmed": False},
            after={"confirmed": True},
        )
    return fresh


OPEN_WORDS = {
    OpenKind.MISSING: Text("没有记录", "no record"),
    OpenKind.OVERLAP: Text("两个班时间重叠", "two shifts overlap"),
    OpenKind.ABSENT: Text("旷工，请核实", "absent: please check"),
}
"""What each open point is called on a page."""

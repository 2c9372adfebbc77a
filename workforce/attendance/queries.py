"""Reading shifts, leave and absences: set-based Selects that other slices join.

Ranges of days here include both ends. Times of day are the base's wall clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    Select,
    and_,
    case,
    cast,
    exists,
    extract,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.sql.elements import ColumnElement

from workforce.attendance.models import (
    Absence,
    AttendanceRequest,
    HoursCycle,
    Leave,
    LieuDay,
    MonthFigures,
    Roster,
    Shift,
    ShiftAssignment,
    ShiftType,
    TeamDayConfirmation,
)
from workforce.companies import queries as companies
from workforce.core.period import PayPeriod
from workforce.people import queries as people
from workforce.platform.scope import Scope


def shifts(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[*tuple[Any, ...]]:
    """Shifts that belong to days of a range, in order of employment and start.

    Columns: shift_id, employment_id, work_on, starts_at, ends_at, break_minutes, is_in_lieu,
    shift_type, late_minutes, early_minutes. A night shift belongs to the day it starts. Who has the
    morning off is not late, who has the afternoon off does not leave early, whatever a clock says.
    """
    return (
        select(
            Shift.id.label("shift_id"),
            Shift.employment_id,
            Shift.work_on,
            Shift.starts_at,
            Shift.ends_at,
            Shift.break_minutes,
            Shift.is_in_lieu,
            Shift.shift_type,
            _unless_off(Shift.late_minutes, "morning"),
            _unless_off(Shift.early_minutes, "afternoon"),
        )
        .where(
            Shift.employment_id.in_(people.employment_ids(scope, first_on, last_on)),
            Shift.work_on >= first_on,
            Shift.work_on <= last_on,
        )
        .order_by(Shift.employment_id, Shift.starts_at)
    )


def _unless_off(minutes: Any, half: str) -> Any:
    off = exists().where(
        Leave.employment_id == Shift.employment_id,
        Leave.first_on == Shift.work_on,
        Leave.half == half,
    )
    # Nearly all minutes are 0, and then nothing is looked for.
    return case((and_(minutes > 0, off), 0), else_=minutes).label(minutes.key)


def has_shift(
    employment_id: ColumnElement[int], work_on: ColumnElement[dt.date]
) -> ColumnElement[bool]:
    """Tell of rows that are in scope already whether a shift of the employment belongs to the day.

    Nothing but these two are compared, so that the index answers at once.
    """
    return exists().where(Shift.employment_id == employment_id, Shift.work_on == work_on)


def leaves(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[*tuple[Any, ...]]:
    """Leaves that overlap a range of days, in order of employment and first day.

    Columns: employment_id, kind, first_on, last_on (both ends on leave; may reach outside),
    approval_no, half (morning | afternoon of one day; NULL: whole days).
    """
    return (
        select(
            Leave.employment_id,
            Leave.kind,
            Leave.first_on,
            Leave.last_on,
            Leave.approval_no,
            Leave.half,
        )
        .where(
            Leave.employment_id.in_(people.employment_ids(scope, first_on, last_on)),
            Leave.first_on <= last_on,
            Leave.last_on >= first_on,
        )
        .order_by(Leave.employment_id, Leave.first_on, Leave.kind)
    )


def absences(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[int, dt.date]:
    """Days known not to have been worked without leave: employment_id, absent_on."""
    return (
        select(Absence.employment_id, Absence.absent_on)
        .where(
            Absence.employment_id.in_(people.employment_ids(scope, first_on, last_on)),
            Absence.absent_on >= first_on,
            Absence.absent_on <= last_on,
        )
        .order_by(Absence.employment_id, Absence.absent_on)
    )


def latest_work_day(scope: Scope) -> Select[dt.date | None]:
    """The last day on which a shift is recorded: one row, NULL without any."""
    return select(func.max(Shift.work_on)).where(
        Shift.employment_id.in_(people.employment_ids(scope))
    )


def rosters(scope: Scope, first: PayPeriod, last: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Rosters of some months: employment_id, period, rest_day_bits (bit 0 is the 1st)."""
    return (
        select(Roster.employment_id, Roster.period, Roster.rest_day_bits)
        .where(
            Roster.employment_id.in_(people.employment_ids(scope)),
            Roster.period >= str(first),
            Roster.period <= str(last),
        )
        .order_by(Roster.employment_id, Roster.period)
    )


def month_figures(scope: Scope, period: PayPeriod | None = None) -> Select[*tuple[Any, ...]]:
    """What is known of pay periods without records of days, of one period or of all.

    Columns: employment_id, period, worked_minutes, unused_leave_days (each NULL where not said).
    """
    chosen = select(
        MonthFigures.employment_id,
        MonthFigures.period,
        MonthFigures.worked_minutes,
        MonthFigures.unused_leave_days,
    ).where(MonthFigures.employment_id.in_(people.employment_ids(scope)))
    if period is not None:
        chosen = chosen.where(MonthFigures.period == str(period))
    return chosen.order_by(MonthFigures.employment_id, MonthFigures.period)


def lieu_days(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[int, dt.date]:
    """Rest days whose work is balanced by time off: employment_id, work_on."""
    return (
        select(LieuDay.employment_id, LieuDay.work_on)
        .where(
            LieuDay.employment_id.in_(people.employment_ids(scope)),
            LieuDay.work_on >= first_on,
            LieuDay.work_on <= last_on,
        )
        .order_by(LieuDay.employment_id, LieuDay.work_on)
    )


def hours_cycles(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Cycles of comprehensive hours of a company.

    Columns: employment_id (NULL: of everybody without one of their own), kind, valid_from, valid_to.
    """
    return (
        select(
            HoursCycle.employment_id, HoursCycle.kind, HoursCycle.valid_from, HoursCycle.valid_to
        )
        .where(HoursCycle.company_id == scope.company_id)
        .order_by(HoursCycle.employment_id, HoursCycle.valid_from)
    )


def worked_minutes(
    scope: Scope,
    hours_system: str,
    first_on: dt.date,
    before_on: dt.date,
    leaving_out: Collection[dt.date],
) -> Select[*tuple[Any, ...]]:
    """Minutes worked in the months of a range by people of one hours system, breaks taken off.

    Columns: employment_id, year, month, minutes. Shifts that start on a day in ``leaving_out`` are not
    among them.
    """
    year, month = extract("year", Shift.work_on), extract("month", Shift.work_on)
    seconds = extract("epoch", Shift.ends_at) - extract("epoch", Shift.starts_at)
    minutes = cast(seconds, BigInteger) / 60 - Shift.break_minutes
    return (
        select(
            Shift.employment_id,
            cast(year, BigInteger).label("year"),
            cast(month, BigInteger).label("month"),
            cast(func.sum(cast(minutes, BigInteger)), BigInteger).label("minutes"),
        )
        .where(
            Shift.employment_id.in_(people.employment_ids_by_hours(scope, hours_system)),
            Shift.work_on >= first_on,
            Shift.work_on < before_on,
            Shift.work_on.not_in(sorted(leaving_out)),
        )
        .group_by(Shift.employment_id, year, month)
    )


def shifts_starting_on(
    scope: Scope, hours_system: str, days: Collection[dt.date]
) -> Select[*tuple[Any, ...]]:
    """Shifts of people of one hours system that start on some days, as `shifts` has them."""
    return (
        select(
            Shift.employment_id,
            Shift.work_on,
            Shift.starts_at,
            Shift.ends_at,
            Shift.break_minutes,
            Shift.is_in_lieu,
        )
        .where(
            Shift.employment_id.in_(people.employment_ids_by_hours(scope, hours_system)),
            Shift.work_on.in_(sorted(days)),
        )
        .order_by(Shift.employment_id, Shift.starts_at)
    )


def lieu_work(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[*tuple[Any, ...]]:
    """All work in lieu up to a day, of people who have time in lieu in a range of days.

    Columns: employment_id, work_on, starts_at, ends_at, break_minutes.
    """
    who = _with_lieu_time(scope, first_on, last_on)
    return (
        select(
            Shift.employment_id, Shift.work_on, Shift.starts_at, Shift.ends_at, Shift.break_minutes
        )
        .outerjoin(
            LieuDay,
            (LieuDay.employment_id == Shift.employment_id) & (LieuDay.work_on == Shift.work_on),
        )
        .where(
            Shift.employment_id.in_(who),
            Shift.work_on <= last_on,
            or_(Shift.is_in_lieu, LieuDay.id.is_not(None)),
        )
        .order_by(Shift.employment_id, Shift.starts_at)
    )


def lieu_leave(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[*tuple[Any, ...]]:
    """All time off in lieu up to a day, of people who have time in lieu in a range of days.

    Columns: employment_id, first_on, last_on, half.
    """
    return (
        select(Leave.employment_id, Leave.first_on, Leave.last_on, Leave.half)
        .where(
            Leave.employment_id.in_(_with_lieu_time(scope, first_on, last_on)),
            Leave.kind == "in_lieu_off",
            Leave.first_on <= last_on,
        )
        .order_by(Leave.employment_id, Leave.first_on)
    )


def _with_lieu_time(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[int]:
    employed = people.employment_ids(scope)
    off = select(Leave.employment_id).where(
        Leave.employment_id.in_(employed),
        Leave.kind == "in_lieu_off",
        Leave.first_on <= last_on,
        Leave.last_on >= first_on,
    )
    agreed = select(LieuDay.employment_id).where(
        LieuDay.employment_id.in_(employed), LieuDay.work_on.between(first_on, last_on)
    )
    marked = select(Shift.employment_id).where(
        Shift.employment_id.in_(employed),
        Shift.work_on.between(first_on, last_on),
        Shift.is_in_lieu,
    )
    return select(union(off, agreed, marked).subquery().c.employment_id)


def shift_types(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[ShiftType]:
    """Kinds of shift of the companies in scope that hold on some day of a range, by code and date."""
    company = companies.company_facts(scope).subquery()
    return (
        select(ShiftType)
        .join(company, company.c.company_id == ShiftType.company_id)
        .where(
            ShiftType.valid_from <= last_on,
            or_(ShiftType.valid_to.is_(None), ShiftType.valid_to > first_on),
        )
        .order_by(ShiftType.company_id, ShiftType.code, ShiftType.valid_from)
    )


def shift_assignments(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[ShiftAssignment]:
    """Who has which kind of shift on some day of a range, the oldest assignment first."""
    company = companies.company_facts(scope).subquery()
    return (
        select(ShiftAssignment)
        .join(company, company.c.company_id == ShiftAssignment.company_id)
        .where(
            ShiftAssignment.valid_from <= last_on,
            or_(ShiftAssignment.valid_to.is_(None), ShiftAssignment.valid_to > first_on),
        )
        .order_by(ShiftAssignment.company_id, ShiftAssignment.valid_from, ShiftAssignment.id)
    )


def open_requests(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[int, int, dt.date]:
    """Requests about days of a range that nobody has decided: request_id, employment_id, first_on."""
    return select(
        AttendanceRequest.id.label("request_id"),
        AttendanceRequest.employment_id,
        AttendanceRequest.first_on,
    ).where(
        AttendanceRequest.employment_id.in_(people.employment_ids(scope)),
        AttendanceRequest.state == "submitted",
        AttendanceRequest.first_on <= last_on,
        AttendanceRequest.last_on >= first_on,
    )


def day_confirmations(
    scope: Scope, first_on: dt.date, last_on: dt.date
) -> Select[*tuple[Any, ...]]:
    """Confirmed days of the teams in scope, also those withdrawn by a later change.

    Columns: team_id, work_on, confirmed_by_id, confirmed_at, withdrawn_at (NULL: it holds),
    withdrawn_source (what changed the day).
    """
    team = companies.teams(scope).order_by(None).subquery()
    return (
        select(
            TeamDayConfirmation.team_id,
            TeamDayConfirmation.work_on,
            TeamDayConfirmation.confirmed_by_id,
            TeamDayConfirmation.confirmed_at,
            TeamDayConfirmation.withdrawn_at,
            TeamDayConfirmation.withdrawn_source,
        )
        .join(team, team.c.id == TeamDayConfirmation.team_id)
        .where(TeamDayConfirmation.work_on.between(first_on, last_on))
        .order_by(TeamDayConfirmation.team_id, TeamDayConfirmation.work_on)
    )


def unconfirmed_team_days(
    scope: Scope, first_on: dt.date, last_on: dt.date, workdays: Collection[dt.date]
) -> Select[*tuple[Any, ...]]:
    """Days of teams that nobody has confirmed, or whose confirmation a later change withdrew.

    A team's day asks for it if it is one of ``workdays`` (of the work calendar) on which the team has
    somebody, or if anybody of the team has a shift on it.

    Columns: team_id, team_code, team_name, work_on, withdrawn_at (NULL: never confirmed).
    """
    team = companies.teams(scope).order_by(None).subquery()
    member = people.team_members(scope, first_on, last_on).order_by(None).subquery()
    employed = people.all_employments(scope).subquery()
    in_range = sorted(day for day in workdays if first_on <= day <= last_on)
    parts = [
        select(member.c.team_id, literal(day, Date).label("work_on"))
        .join(employed, employed.c.employment_id == member.c.employment_id)
        .where(_is_member(member.c, literal(day, Date)), _is_employed(employed.c, day))
        for day in in_range
    ]
    worked = (
        select(member.c.team_id, Shift.work_on)
        .join(Shift, Shift.employment_id == member.c.employment_id)
        .where(
            Shift.work_on.between(first_on, last_on),
            Shift.work_on.not_in(in_range),
            _is_member(member.c, Shift.work_on),
        )
    )
    asked = union(*parts, worked).subquery()
    holds = and_(
        TeamDayConfirmation.team_id == asked.c.team_id,
        TeamDayConfirmation.work_on == asked.c.work_on,
    )
    return (
        select(
            asked.c.team_id,
            team.c.code.label("team_code"),
            team.c.name.label("team_name"),
            asked.c.work_on,
            TeamDayConfirmation.withdrawn_at,
        )
        .join(team, team.c.id == asked.c.team_id)
        .outerjoin(TeamDayConfirmation, holds)
        .where(or_(TeamDayConfirmation.id.is_(None), TeamDayConfirmation.withdrawn_at.is_not(None)))
        .order_by(team.c.code, asked.c.work_on)
    )


def _is_member(member: Any, on: Any) -> ColumnElement[bool]:
    return and_(member.valid_from <= on, or_(member.valid_to.is_(None), member.valid_to > on))


def _is_employed(employed: Any, on: dt.date) -> ColumnElement[bool]:
    return and_(
        employed.hired_on <= on, or_(employed.separated_on.is_(None), employed.separated_on >= on)
    )

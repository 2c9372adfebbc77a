"""Reading requests: one, a list, and the days that they are about. The scope decides what there is.

A team's leader reaches the requests about days on which the person was in the team.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from workforce.accounts import queries as accounts
from workforce.attendance import queries
from workforce.attendance.day_record import DayRecord, record_of
from workforce.attendance.models import AttendanceRequest
from workforce.core.errors import NotFoundError
from workforce.people import queries as people
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.sql.elements import ColumnElement

OPEN: Final = "submitted"
STATES: Final = (OPEN, "approved", "rejected", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose days: an employment, its person, company and dates, and the team of the first day."""

    employment_id: int
    person_id: int
    company_id: int
    employee_no: str
    hired_on: dt.date
    separated_on: dt.date | None
    team_id: int | None

    def is_employed(self, on: dt.date) -> bool:
        """Tell whether the person is employed on a day."""
        return self.hired_on <= on and (self.separated_on is None or on <= self.separated_on)


@dataclass(frozen=True, slots=True)
class DaysAsTheyAre:
    """What is recorded of some days of one employment."""

    shifts: Sequence[Row[Any]]
    leaves: Sequence[Row[Any]]
    absences: Sequence[dt.date]

    def record(self, on: dt.date) -> DayRecord:
        """Return one of the days as the grid knows it."""
        leave = (row for row in self.leaves if row.first_on <= on <= row.last_on)
        return record_of(
            [shift for shift in self.shifts if shift.work_on == on],
            next(leave, None),
            is_absent=on in self.absences,
            sources=(),
        )

    def as_text(self) -> list[str]:
        """Say it in lines, for the audit."""
        return [
            *(
                f"shift {shift.work_on} {shift.starts_at:%H:%M}-{shift.ends_at:%H:%M}"
                f" break {shift.break_minutes}"
                for shift in self.shifts
            ),
            *(
                f"{leave.kind} {leave.half or ''}".rstrip() + f" {leave.first_on}..{leave.last_on}"
                for leave in self.leaves
            ),
            *(f"absence {on}" for on in self.absences),
        ]


def subject_of(
    session: Session, scope: Scope, employment_id: int, first_on: dt.date, last_on: dt.date
) -> Subject:
    """Return an employment that the scope reaches on some days.

    Raises:
        NotFoundError: it does not, or there is none.
    """
    known = people.all_employments(scope).subquery()
    row = session.execute(
        select(known).where(
            known.c.employment_id == employment_id,
            known.c.employment_id.in_(people.employment_ids(scope, first_on, last_on)),
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError("web.not_found")
    members = people.team_members(Scope.company(row.company_id), first_on, first_on).subquery()
    team_id = session.scalar(
        select(members.c.team_id).where(members.c.employment_id == employment_id)
    )
    return Subject(
        employment_id=employment_id,
        person_id=row.person_id,
        company_id=row.company_id,
        employee_no=row.employee_no,
        hired_on=row.hired_on,
        separated_on=row.separated_on,
        team_id=team_id,
    )


def employment_numbered(session: Session, scope: Scope, employee_no: str) -> int | None:
    """Return the employment in reach that has a number today."""
    known = people.directory(scope).subquery()
    return session.scalar(
        select(known.c.employment_id).where(known.c.employee_no == employee_no).limit(1)
    )


def read_days(
    session: Session, subject: Subject, first_on: dt.date, last_on: dt.date
) -> DaysAsTheyAre:
    """Read what is recorded of some days, both included."""
    scope = Scope.employee(subject.company_id, subject.person_id)

    def own(rows: Select[*tuple[Any, ...]]) -> Sequence[Row[Any]]:
        column = rows.selected_columns["employment_id"]
        return session.execute(rows.where(column == subject.employment_id)).all()

    return DaysAsTheyAre(
        shifts=own(queries.shifts(scope, first_on, last_on)),
        leaves=own(queries.leaves(scope, first_on, last_on)),
        absences=[row.absent_on for row in own(queries.absences(scope, first_on, last_on))],
    )


def _reached(scope: Scope) -> ColumnElement[bool]:
    return people.is_reached_on(
        scope,
        AttendanceRequest.employment_id,
        AttendanceRequest.first_on,
        AttendanceRequest.last_on,
    )


def request_in_scope(scope: Scope, request_id: int) -> Select[AttendanceRequest]:
    """One request: a row, or none."""
    return select(AttendanceRequest).where(AttendanceRequest.id == request_id, _reached(scope))


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFilter:
    """What a list shows; None or empty: all. ``is_late``: only those that wait for a pay month."""

    state: str | None = None
    kind: str | None = None
    text: str = ""
    is_late: bool = False


def requests_for(
    scope: Scope,
    wanted: RequestFilter = RequestFilter(),
) -> Select[*tuple[Any, ...]]:
    """Requests with names, open ones first by their deadline, then the newest.

    Columns: those of ``AttendanceRequest`` that a list shows, employee_no, name, company_id, asked_by,
    decided_by (names of accounts), has_file.
    """
    request = AttendanceRequest
    who = people.directory(Scope.base()).order_by(None).subquery()
    where = people.companies_of_employments(Scope.base()).subquery()
    asked = accounts.display_names().subquery()
    decided = accounts.display_names().subquery()
    chosen = (
        select(
            request.id.label("request_id"),
            request.employment_id,
            request.person_id,
            request.kind,
            request.first_on,
            request.last_on,
            request.leave_kind,
            request.corrects_starts_at,
            request.starts_at,
            request.ends_at,
            request.break_minutes,
            request.reason,
            request.upload_id,
            request.state,
            request.asked_by_id,
            request.asked_at,
            request.due_on,
            request.decided_at,
            request.answer,
            request.pay_period,
            request.queued_first_on,
            request.queued_last_on,
            request.half,
            who.c.employee_no,
            who.c.name,
            where.c.company_id,
            asked.c.display_name.label("asked_by"),
            decided.c.display_name.label("decided_by"),
        )
        .join(who, who.c.employment_id == request.employment_id)
        .join(where, where.c.employment_id == request.employment_id)
        .join(asked, asked.c.account_id == request.asked_by_id)
        .outerjoin(decided, decided.c.account_id == request.decided_by_id)
        .where(_reached(scope))
    )
    if wanted.state:
        chosen = chosen.where(request.state == wanted.state)
    if wanted.kind:
        chosen = chosen.where(request.kind == wanted.kind)
    if wanted.is_late:
        chosen = chosen.where(request.pay_period.is_not(None))
    if wanted.text:
        like = f"%{wanted.text.replace('%', '').replace('_', '')}%"
        chosen = chosen.where(who.c.name.like(like) | who.c.employee_no.like(like))
    is_open = request.state == OPEN
    return chosen.order_by(
        case((is_open, 0), else_=1),
        case((is_open, request.due_on), else_=None),
        request.asked_at.desc(),
        request.id.desc(),
    )


def open_count(session: Session, scope: Scope) -> int:
    """Count the requests that wait for an answer: what a first page shows."""
    waiting = select(func.count(AttendanceRequest.id)).where(
        AttendanceRequest.state == OPEN, _reached(scope)
    )
    return session.scalar(waiting) or 0


def late_corrections(scope: Scope, pay_period: str | None = None) -> Select[*tuple[Any, ...]]:
    """Approved requests about closed months, for whoever turns them into adjustments of pay.

    Columns: request_id, employment_id, kind, leave_kind, queued_first_on, queued_last_on, starts_at, ends_at,
    break_minutes, corrects_starts_at, pay_period, reason, decided_by_id, decided_at, half.
    """
    request = AttendanceRequest
    chosen = select(
        request.id.label("request_id"),
        request.employment_id,
        request.kind,
        request.leave_kind,
        request.queued_first_on,
        request.queued_last_on,
        request.starts_at,
        request.ends_at,
        request.break_minutes,
        request.corrects_starts_at,
        request.pay_period,
        request.reason,
        request.decided_by_id,
        request.decided_at,
        request.half,
    ).where(
        request.state == "approved",
        request.pay_period.is_not(None),
        request.employment_id.in_(people.employment_ids(scope)),
    )
    if pay_period is not None:
        chosen = chosen.where(request.pay_period == pay_period)
    return chosen.order_by(request.pay_period, request.id)

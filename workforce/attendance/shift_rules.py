"""Setting a company's kinds of shift, who has which, and its policy of attendance.

Everything is dated and changes nothing that is recorded: a shift keeps the minutes late that it was
written with. The caller's unit of work commits.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from workforce.attendance.models import AttendancePolicy, ShiftAssignment, ShiftType
from workforce.attendance.shift_types import Planned
from workforce.companies import queries as companies
from workforce.core.errors import InputError, NotFoundError
from workforce.platform import audit, clock, locks
from workforce.platform.changes import Range, place_range
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from workforce.platform.audit import Actor

MOST_ANSWER_DAYS: Final = 30
MOST_ABSENCE_DAYS: Final = 60

_CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,39}")
_COLUMNS: Final = (
    "name",
    "starts",
    "ends",
    "break_minutes",
    "late_grace_minutes",
    "early_grace_minutes",
)


def set_shift_type(
    session: Session,
    actor: Actor,
    company_id: int,
    *,
    code: str,
    valid_from: dt.date,
    **values: Any,
) -> ShiftType:
    """Let a kind of shift hold from a day on: a new one, or a new version; ``values``: ``_COLUMNS``.

    Raises:
        InputError: the code or the break cannot be, or another kind has the name then.
        ClosedError: it would hold on a day of a closed month.
    """
    if _CODE.fullmatch(code) is None:
        raise InputError("shift_type.code", place="code")
    planned = Planned(code=code, **{name: values[name] for name in _COLUMNS})
    if planned.work_minutes <= 0:
        raise InputError("shift_type.break", place="break_minutes")
    stored = session.scalars(
        select(ShiftType).where(ShiftType.company_id == company_id, ShiftType.code == code)
    ).all()
    by_id = {row.id: row for row in stored}
    place = place_range([Range(r.id, r.valid_from, r.valid_to) for r in stored], valid_from)
    _refuse_closed(session, company_id, valid_from, place.valid_to)
    _refuse_taken_name(session, company_id, planned, valid_from, place.valid_to)
    old = place.replaces or place.ends
    before = None if old is None else {name: getattr(by_id[old.id], name) for name in _COLUMNS}
    if place.ends is not None:
        by_id[place.ends.id].valid_to = valid_from
    kind = by_id[place.replaces.id] if place.replaces else None
    if kind is None:
        kind = ShiftType(company_id=company_id, code=code, valid_from=valid_from)
        session.add(kind)
    for name in _COLUMNS:
        setattr(kind, name, values[name])
    kind.valid_to = place.valid_to
    session.flush()
    audit.record(
        session,
        actor,
        "shift_type.set",
        "shift_type",
        kind.id,
        company_id=company_id,
        before=before,
        after={"code": code, "valid_from": valid_from, **{n: values[n] for n in _COLUMNS}},
    )
    return kind


def _refuse_taken_name(
    session: Session,
    company_id: int,
    kind: Planned,
    valid_from: dt.date,
    valid_to: dt.date | None,
) -> None:
    """Refuse a name that another kind has on the same days: recorded shifts carry nothing else."""
    other = select(ShiftType.code).where(
        ShiftType.company_id == company_id,
        ShiftType.code != kind.code,
        ShiftType.name == kind.name,
        ShiftType.valid_to.is_(None) | (ShiftType.valid_to > valid_from),
    )
    if valid_to is not None:
        other = other.where(ShiftType.valid_from < valid_to)
    code = session.scalar(other.limit(1))
    if code is not None:
        raise InputError("shift_type.name_taken", place="name", name=kind.name, code=code)


def end_shift_type(
    session: Session, actor: Actor, company_id: int, type_id: int, valid_to: dt.date
) -> None:
    """Let a kind of shift end: ``valid_to`` is the first day without it.

    Raises:
        NotFoundError: the company has none of this key.
        InputError: somebody still has it then, it begins later, or it has ended before.
        ClosedError: it would end in a closed month.
    """
    kind = session.get(ShiftType, type_id)
    if kind is None or kind.company_id != company_id:
        raise NotFoundError("web.not_found")
    if valid_to <= kind.valid_from:
        raise InputError(
            "dated.empty", place="valid_to", valid_from=kind.valid_from, valid_to=valid_to
        )
    if kind.valid_to is not None and valid_to > kind.valid_to:
        # Its days after that may be a newer version's.
        raise InputError("shift_type.ended", place="valid_to", on=kind.valid_to)
    _refuse_closed(session, company_id, valid_to, kind.valid_to)
    used = select(ShiftAssignment.id).where(
        ShiftAssignment.company_id == company_id,
        ShiftAssignment.shift_type_code == kind.code,
        ShiftAssignment.valid_to.is_(None) | (ShiftAssignment.valid_to > valid_to),
    )
    if session.scalar(used.limit(1)) is not None:
        raise InputError("shift_type.in_use", place="valid_to", code=kind.code)
    before = {"valid_to": kind.valid_to}
    kind.valid_to = valid_to
    audit.record(
        session,
        actor,
        "shift_type.end",
        "shift_type",
        kind.id,
        company_id=company_id,
        before=before,
        after={"valid_to": valid_to},
    )


def assign_shift_type(
    session: Session,
    actor: Actor,
    company_id: int,
    *,
    code: str,
    valid_from: dt.date,
    team_id: int | None = None,
) -> ShiftAssignment:
    """Give a kind of shift to a team, or to all who have none of their own, from a day on.

    Raises:
        NotFoundError: the team is not of this company.
        InputError: there is no such kind of shift on that day.
        ClosedError: it would hold on a day of a closed month.
    """
    if team_id is not None:
        teams = companies.teams(Scope.company(company_id)).subquery()
        if session.scalar(select(teams.c.id).where(teams.c.id == team_id)) is None:
            raise NotFoundError("web.not_found")
    known = select(ShiftType.id).where(
        ShiftType.company_id == company_id,
        ShiftType.code == code,
        ShiftType.valid_from <= valid_from,
        ShiftType.valid_to.is_(None) | (ShiftType.valid_to > valid_from),
    )
    if session.scalar(known) is None:
        raise InputError("grid.unknown_shift_type", place="code", code=code, on=valid_from)
    whose = (
        ShiftAssignment.team_id.is_(None)
        if team_id is None
        else (ShiftAssignment.team_id == team_id)
    )
    stored = session.scalars(
        select(ShiftAssignment).where(
            ShiftAssignment.company_id == company_id,
            ShiftAssignment.employment_id.is_(None),
            whose,
        )
    ).all()
    by_id = {row.id: row for row in stored}
    place = place_range([Range(r.id, r.valid_from, r.valid_to) for r in stored], valid_from)
    _refuse_closed(session, company_id, valid_from, place.valid_to)
    old = place.replaces or place.ends
    before = None if old is None else {"shift_type_code": by_id[old.id].shift_type_code}
    if place.ends is not None:
        by_id[place.ends.id].valid_to = valid_from
    row = by_id[place.replaces.id] if place.replaces else None
    if row is None:
        row = ShiftAssignment(
            company_id=company_id, team_id=team_id, employment_id=None, valid_from=valid_from
        )
        session.add(row)
    row.shift_type_code = code
    row.valid_to = place.valid_to
    session.flush()
    audit.record(
        session,
        actor,
        "shift_type.assign",
        "team" if team_id else "company",
        team_id or company_id,
        company_id=company_id,
        before=before,
        after={"shift_type_code": code, "valid_from": valid_from},
    )
    return row


def set_attendance_policy(
    session: Session,
    actor: Actor,
    company_id: int,
    *,
    answer_days: int,
    absence_after_days: int | None,
) -> None:
    """Say within how many days requests are answered, and when a missing day is marked (None: never).

    Marks that are switched on begin with today.

    Raises:
        InputError: a number is out of its range.
    """
    if not 1 <= answer_days <= MOST_ANSWER_DAYS:
        raise InputError(
            "attendance_policy.days", place="answer_days", least=1, most=MOST_ANSWER_DAYS
        )
    if absence_after_days is not None and not 1 <= absence_after_days <= MOST_ABSENCE_DAYS:
        raise InputError(
            "attendance_policy.days", place="absence_after_days", least=1, most=MOST_ABSENCE_DAYS
        )
    policy = session.scalar(
        select(AttendancePolicy).where(AttendancePolicy.company_id == company_id)
    )
    before = None
    if policy is None:
        policy = AttendancePolicy(company_id=company_id)
        session.add(policy)
    else:
        before = {
            "answer_days": policy.answer_days,
            "absence_after_days": policy.absence_after_days,
        }
    policy.answer_days = answer_days
    if absence_after_days is None:
        policy.absence_from = None
    elif policy.absence_from is None:
        policy.absence_from = clock.today()
    policy.absence_after_days = absence_after_days
    session.flush()
    audit.record(
        session,
        actor,
        "company.set_attendance_policy",
        "company",
        company_id,
        company_id=company_id,
        before=before,
        after={"answer_days": answer_days, "absence_after_days": absence_after_days},
    )


def _refuse_closed(session: Session, company_id: int, start: dt.date, end: dt.date | None) -> None:
    locks.refuse_locked(locks.locked_periods(session, company_id), start, end)

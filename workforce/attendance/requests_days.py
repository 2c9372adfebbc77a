"""What approving a request makes of its days: the facts that are written, and what stands in their way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from workforce.attendance.lateness import late_and_early
from workforce.attendance.models import AttendanceRequest
from workforce.attendance.requests_reading import DaysAsTheyAre, Subject, read_days
from workforce.attendance.service import (
    AttendancePlan,
    DayFacts,
    LeaveFact,
    ShiftFact,
    plan_days,
)
from workforce.attendance.shift_types import (
    Planned,
    ShiftPlan,
    is_half_worked,
    refuse_worked_half,
)
from workforce.core.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SOURCE: Final = "request"


def plan_request(
    session: Session, subject: Subject, request: AttendanceRequest, days: Sequence[dt.date]
) -> AttendancePlan:
    """Plan the open days of a request; whatever stands in the way is raised."""
    stored = read_days(session, subject, request.first_on, request.last_on)
    if request.kind == "leave":
        facts = _leave_facts(session, subject, request, stored, days)
    else:
        facts = _shift_facts(session, subject, request, stored, days)
    plan = plan_days(session, subject.company_id, SOURCE, facts)
    for error in plan.faults.values():
        raise error
    return plan


def _leave_facts(
    session: Session,
    subject: Subject,
    request: AttendanceRequest,
    stored: DaysAsTheyAre,
    days: Sequence[dt.date],
) -> DayFacts:
    assert request.leave_kind is not None  # noqa: S101 - the table's own check
    for on in days:
        shifts = [shift for shift in stored.shifts if shift.work_on == on]
        if shifts and request.half is None:
            raise InputError("request.leave_on_shift", place="first_on", on=on)
        # Where nothing says which shift was due, nobody knows when its halves are.
        kind = _planned(session, subject, on) if shifts else None
        if kind is not None:
            refuse_worked_half(kind, shifts, request.half or "", on)
        if any(leave.first_on <= on <= leave.last_on for leave in stored.leaves):
            raise InputError("request.on_leave", place="first_on", on=on)
    return DayFacts(
        covered=frozenset((request.employment_id, on) for on in days),
        leaves=[
            LeaveFact(request.employment_id, on, request.leave_kind, half=request.half)
            for on in days
        ],
        tells_shifts=False,
        is_last_word=True,
        is_by_hand=True,
    )


def _shift_facts(
    session: Session,
    subject: Subject,
    request: AttendanceRequest,
    stored: DaysAsTheyAre,
    days: Sequence[dt.date],
) -> DayFacts:
    """Say the whole day: the other shifts stay as they are, leave and absence give way.

    Leave of half the day stays, unless the shift shows that this half was worked.
    """
    corrected = [s for s in stored.shifts if s.starts_at == request.corrects_starts_at]
    if request.corrects_starts_at is not None and not corrected:
        raise InputError("request.shift_gone", place="corrects", on=request.first_on)
    kept = [
        ShiftFact(
            subject.employment_id,
            shift.work_on,
            shift.starts_at,
            shift.ends_at,
            shift.break_minutes,
            shift.is_in_lieu,
            shift.shift_type,
            shift.late_minutes,
            shift.early_minutes,
        )
        for shift in stored.shifts
        if shift.starts_at != request.corrects_starts_at
    ]
    kind = _planned(session, subject, request.first_on)
    wanted = _wanted_shift(
        kind, subject, request, is_in_lieu=any(shift.is_in_lieu for shift in corrected)
    )
    halves = [
        LeaveFact(subject.employment_id, leave.first_on, leave.kind, leave.approval_no, leave.half)
        for leave in stored.leaves
        if leave.half and not (kind and is_half_worked(kind, (wanted,), leave.half, leave.first_on))
    ]
    return DayFacts(
        covered=frozenset((subject.employment_id, on) for on in days),
        shifts=[*kept, wanted] if days else [],
        leaves=halves if days else [],
        is_last_word=True,
        is_by_hand=True,
    )


def _wanted_shift(
    kind: Planned | None, subject: Subject, request: AttendanceRequest, *, is_in_lieu: bool
) -> ShiftFact:
    starts_at, ends_at, on = request.starts_at, request.ends_at, request.first_on
    assert starts_at is not None  # noqa: S101 - the table's own checks
    assert ends_at is not None  # noqa: S101
    name, late, early = None, 0, 0
    if kind is not None:
        name = kind.name
        late, early = late_and_early(kind, on, starts_at, ends_at)
    return ShiftFact(
        subject.employment_id,
        on,
        starts_at,
        ends_at,
        request.break_minutes or 0,
        is_in_lieu,
        name,
        late,
        early,
    )


def _planned(session: Session, subject: Subject, on: dt.date) -> Planned | None:
    """Return the kind of shift of a day; None: nothing says it, and then nobody was late for it."""
    plan = ShiftPlan.read(session, subject.company_id, on, on)
    try:
        return plan.planned(subject.company_id, subject.team_id or 0, subject.employment_id, on)
    except InputError:
        return None

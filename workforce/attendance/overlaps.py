"""A person is in one place at a time: shifts that overlap, in whatever company."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from workforce.attendance.leave_days import Day
from workforce.attendance.models import Shift
from workforce.attendance.settled import MOST_NAMED
from workforce.core.errors import DomainError, InputError
from workforce.people import queries as people
from workforce.platform import locks
from workforce.platform.scope import Scope

_DAY: Final = dt.timedelta(days=1)


class NewShift(NamedTuple):
    """A shift to be stored: its day, and its local times."""

    day: Day
    starts_at: dt.datetime
    ends_at: dt.datetime


def overlap_faults(
    session: Session,
    company_id: int,
    shifts: Iterable[NewShift],
    *,
    replaced: Collection[Day],
    source: str | None,
) -> dict[Day, DomainError]:
    """Find new shifts that overlap another of the same person, new or stored, in any company.

    Stored shifts of ``replaced`` days count only if they are of another source than ``source``, and
    not at all if that is None. A night shift of the day before and one of the day after can overlap
    too, hence the margins.
    """
    new = list(shifts)
    if not new:
        return {}
    # Another company may be storing the same person's shifts now.
    locks.hold_shifts(session)
    named = {shift.day[0] for shift in new}
    of_all = len(named) > MOST_NAMED
    persons = people.persons_of_company(company_id) if of_all else people.persons_of(named)
    person_of = dict(session.execute(persons).all())
    first_on = min(shift.day[1] for shift in new) - _DAY
    last_on = max(shift.day[1] for shift in new) + _DAY
    others = select(
        Shift.employment_id, Shift.work_on, Shift.starts_at, Shift.ends_at, Shift.source
    ).where(
        Shift.employment_id.in_(
            people.employment_ids_of_persons_in(company_id) if of_all else sorted(person_of)
        ),
        Shift.work_on >= first_on,
        Shift.work_on <= last_on,
    )
    by_person: defaultdict[int, list[_Span]] = defaultdict(list)
    for employment_id, work_on, starts_at, ends_at, of in session.execute(others):
        day = (employment_id, work_on)
        if day not in replaced or (source is not None and of != source):
            by_person[person_of[employment_id]].append(_Span(starts_at, ends_at, day, of))
    for shift in new:
        span = _Span(shift.starts_at, shift.ends_at, shift.day, "")
        by_person[person_of[shift.day[0]]].append(span)
    own: set[int] | None = None
    faults: dict[Day, DomainError] = {}
    for spans in by_person.values():
        spans.sort()
        latest = spans[0]
        for span in spans[1:]:
            if span.starts_at < latest.ends_at:
                if own is None:
                    company = Scope.company(company_id)
                    own = set(session.scalars(people.employment_ids(company)))
                for one, other in ((latest, span), (span, latest)):
                    if one.is_new:
                        faults.setdefault(one.day, _overlap(other, own))
            latest = max(latest, span, key=lambda each: each.ends_at)
    return faults


class _Span(NamedTuple):
    """A shift as the check sees it; a new one has no source yet."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    day: Day
    source: str

    @property
    def is_new(self) -> bool:
        return not self.source


def _overlap(other: _Span, own: Collection[int]) -> InputError:
    """Say which shift is in the way; of another company's only that there is one."""
    employment_id, work_on = other.day
    if employment_id not in own:
        return InputError("shift.overlap_elsewhere")
    starts, ends = f"{other.starts_at:%H:%M}", f"{other.ends_at:%H:%M}"
    if other.is_new:
        return InputError("shift.overlap", on=work_on, starts=starts, ends=ends)
    return InputError(
        "shift.overlap_stored", on=work_on, starts=starts, ends=ends, source=other.source
    )

"""Which kind of shift a person has on a day, and the shift that some hours of work make of it.

A person's own assignment goes before the team's, the team's before the company's; of several of one
rank the latest holds.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from workforce.attendance import queries
from workforce.attendance.models import ShiftAssignment, ShiftType
from workforce.core.errors import InputError
from workforce.platform import audit
from workforce.platform.audit import Actor
from workforce.platform.scope import Scope

FIRST_CODE: Final = "day"

_MINUTE: Final = dt.timedelta(minutes=1)
_DAY: Final = dt.timedelta(days=1)
_DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Planned:
    """A kind of shift as one day has it: its code and name, local times of day, minutes of break."""

    code: str
    name: str
    starts: dt.time
    ends: dt.time
    break_minutes: int
    late_grace_minutes: int = 0
    early_grace_minutes: int = 0

    @property
    def is_over_midnight(self) -> bool:
        """Tell whether it ends on the next day."""
        return self.ends <= self.starts

    @property
    def span_minutes(self) -> int:
        """Minutes from start to end, the break included."""
        minutes = (self.ends.hour - self.starts.hour) * 60 + self.ends.minute - self.starts.minute
        return minutes + _DAY_MINUTES * self.is_over_midnight

    @property
    def work_minutes(self) -> int:
        """Minutes of work that it plans."""
        return self.span_minutes - self.break_minutes

    def times(self, on: dt.date) -> tuple[dt.datetime, dt.datetime]:
        """Return when the shift of a day begins and ends."""
        starts_at = dt.datetime.combine(on, self.starts)
        return starts_at, starts_at + self.span_minutes * _MINUTE

    def worked(
        self, on: dt.date, minutes: int, half_off: str | None = None
    ) -> tuple[dt.datetime, dt.datetime, int]:
        """Return start, end and break of ``minutes`` of work that begin with the shift.

        Who has the morning off (``half_off``) works up to the end of the shift. Who works no more than half
        of the shift has no break, as with punches.
        """
        pause = self.break_minutes if minutes * 2 > self.work_minutes else 0
        starts_at, ends_at = self.times(on)
        span = (minutes + pause) * _MINUTE
        if half_off == "morning":
            return ends_at - span, ends_at, pause
        return starts_at, starts_at + span, pause

    def half(self, on: dt.date, half: str) -> tuple[dt.datetime, dt.datetime]:
        """Return when the first or the second half of its work is to be done; the break is between them."""
        starts_at, ends_at = self.times(on)
        span = self.work_minutes // 2 * _MINUTE
        return (starts_at, starts_at + span) if half == "morning" else (ends_at - span, ends_at)


def is_half_worked(kind: Planned, shifts: Iterable[Any], half: str, on: dt.date) -> bool:
    """Tell whether one of the shifts, or rows of them, goes through a whole half of a day."""
    begins, ends = kind.half(on, half)
    return any(shift.starts_at <= begins and shift.ends_at >= ends for shift in shifts)


def refuse_worked_half(kind: Planned, shifts: Iterable[Any], half: str, on: dt.date) -> None:
    """Refuse leave of a half of a day that was worked through.

    Raises:
        InputError: so it was.
    """
    if is_half_worked(kind, shifts, half, on):
        raise InputError("request.half_worked", place="half", on=on)


class ShiftPlan:
    """The kinds of shift of some days, by person, team and company; two reads for any number."""

    def __init__(self, types: Iterable[ShiftType], given: Iterable[ShiftAssignment]) -> None:
        """Take kinds and assignments; a later assignment goes before an earlier one."""
        self._types: defaultdict[tuple[int, str], list[ShiftType]] = defaultdict(list)
        for kind in types:
            self._types[kind.company_id, kind.code].append(kind)
        self._given: defaultdict[tuple[str, int], list[ShiftAssignment]] = defaultdict(list)
        for row in given:
            if row.employment_id is not None:
                subject = ("employment", row.employment_id)
            elif row.team_id is not None:
                subject = ("team", row.team_id)
            else:
                subject = ("company", row.company_id)
            self._given[subject].append(row)

    @classmethod
    def read(
        cls, session: Session, company_id: int, first_on: dt.date, last_on: dt.date
    ) -> ShiftPlan:
        """Read a company's of a range of days, both ends included."""
        scope = Scope.company(company_id)
        return cls(
            session.scalars(queries.shift_types(scope, first_on, last_on)),
            session.scalars(queries.shift_assignments(scope, first_on, last_on)),
        )

    def planned(self, company_id: int, team_id: int, employment_id: int, on: dt.date) -> Planned:
        """Return the kind of shift that somebody of a team has on a day.

        Raises:
            InputError: nothing says which.
        """
        for subject in (("employment", employment_id), ("team", team_id), ("company", company_id)):
            for row in reversed(self._given.get(subject, ())):
                if _holds(row, on):
                    return self.kind(company_id, row.shift_type_code, on)
        raise InputError("grid.no_shift_type", on=on)

    def kind(self, company_id: int, code: str, on: dt.date) -> Planned:
        """Return a kind of shift as it is on a day.

        Raises:
            InputError: there is none of this code.
        """
        for kind in self._types.get((company_id, code), ()):
            if _holds(kind, on):
                return _planned(kind)
        raise InputError("grid.unknown_shift_type", code=code, on=on)

    def kinds(self, company_id: int, on: dt.date) -> Sequence[Planned]:
        """Return all kinds of shift of a company on a day, by code."""
        return [
            _planned(kind)
            for (company, _), versions in sorted(self._types.items())
            if company == company_id
            for kind in versions
            if _holds(kind, on)
        ]


def _holds(row: ShiftType | ShiftAssignment, on: dt.date) -> bool:
    return row.valid_from <= on and (row.valid_to is None or on < row.valid_to)


def _planned(kind: ShiftType) -> Planned:
    return Planned(
        code=kind.code,
        name=kind.name,
        starts=kind.starts,
        ends=kind.ends,
        break_minutes=kind.break_minutes,
        late_grace_minutes=kind.late_grace_minutes,
        early_grace_minutes=kind.early_grace_minutes,
    )


def add_first_shift_type(
    session: Session, actor: Actor, company_id: int, valid_from: dt.date
) -> None:
    """Give a new company a day shift from nine to six, and everybody in it: a grid needs one.

    It is a proposal: whoever sets the company up changes it. The caller's unit of work commits.
    """
    values = {
        "code": FIRST_CODE,
        "name": "白班",
        "starts": dt.time(9),
        "ends": dt.time(18),
        "break_minutes": 60,
        "late_grace_minutes": 0,
        "early_grace_minutes": 0,
    }
    kind = ShiftType(company_id=company_id, valid_from=valid_from, valid_to=None, **values)
    session.add(kind)
    session.add(
        ShiftAssignment(
            company_id=company_id, shift_type_code=FIRST_CODE, valid_from=valid_from, valid_to=None
        )
    )
    session.flush()
    audit.record(
        session,
        actor,
        "shift_type.create",
        "shift_type",
        kind.id,
        company_id=company_id,
        after={**values, "valid_from": valid_from},
    )

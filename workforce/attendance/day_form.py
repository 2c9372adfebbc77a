"""The form of one person's day: what it shows, what was typed into it, and the record it asks for."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count, takewhile
from typing import TYPE_CHECKING, Final

from workforce.attendance.day_record import LONGEST_REASON, DayRecord
from workforce.attendance.lateness import late_and_early
from workforce.attendance.leave_days import HALVES_OF_DAY, Granted
from workforce.attendance.leave_rules import LEAVE_KINDS
from workforce.attendance.service import Day, ShiftFact, check_shift
from workforce.attendance.shift_types import Planned
from workforce.core.errors import DomainError, InputError
from workforce.core.work_calendar import DayClass

if TYPE_CHECKING:
    from workforce.attendance.grid import CellResult
    from workforce.attendance.team_days import TeamDays

WORK: Final = "work"
LEAVE: Final = "leave"
ABSENT: Final = "absent"
NOTHING: Final = "nothing"
_WHATS: Final = frozenset({WORK, LEAVE, ABSENT, NOTHING})

_SHIFT_ROWS: Final = 3
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})")
_BREAK: Final = re.compile(r"\d{1,4}")
_DAY: Final = dt.timedelta(days=1)
_FIELD_OF: Final = {"grid.break": "pause", "shift.break": "pause", "grid.not_in_lieu": "lieu"}
"""At which field of a shift an error is said; others at its start."""


@dataclass(slots=True)
class ShiftRow:
    """One shift as typed; ``kind`` is the name of its kind of shift."""

    starts: str = ""
    ends: str = ""
    pause: str = ""
    kind: str = ""
    is_in_lieu: bool = False

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was typed."""
        return not (self.starts or self.ends)


@dataclass(slots=True)
class DayForm:
    """What is in the form; ``errors`` by the name of the field, ``""`` for the whole."""

    what: str
    rows: list[ShiftRow]
    leave_kind: str = ""
    reason: str = ""
    seen: str = ""
    half: str = ""
    errors: dict[str, DomainError] = field(default_factory=dict)

    @classmethod
    def of(cls, days: TeamDays, day: Day) -> DayForm:
        """Make the form of a day as it is stored; an empty workday proposes the planned shift."""
        record = days.record(day)
        rows = [
            ShiftRow(
                f"{shift.starts_at:%H:%M}",
                f"{shift.ends_at:%H:%M}",
                str(shift.break_minutes),
                shift.shift_type or "",
                shift.is_in_lieu,
            )
            for shift in record.shifts
        ]
        if record.is_empty:
            rows = _proposed(days, day)
        what = NOTHING
        if record.half_leave is not None:
            what = LEAVE
        elif record.shifts or (record.is_empty and rows):
            what = WORK
        elif record.leave is not None:
            what = LEAVE
        elif record.is_absent:
            what = ABSENT
        return cls(
            what,
            _padded(rows),
            leave_kind=record.leave.kind if record.leave else "",
            seen=record.text,
            half=(record.leave.half or "") if record.leave else "",
        )

    @classmethod
    def sent(cls, form: Mapping[str, str]) -> DayForm:
        """Take what was sent, as it was typed: as many shifts as there are, for a day may have many."""
        rows = [
            ShiftRow(
                form[f"starts{number}"].strip(),
                form.get(f"ends{number}", "").strip(),
                form.get(f"pause{number}", "").strip(),
                form.get(f"kind{number}", ""),
                form.get(f"lieu{number}") == "1",
            )
            for number in takewhile(lambda number: f"starts{number}" in form, count())
        ]
        what = form.get("what", "")
        return cls(
            what if what in _WHATS else WORK,
            _padded(rows),
            form.get("leave_kind", ""),
            form.get("reason", "").strip(),
            form.get("seen", ""),
            half=form.get("half", ""),
        )

    def read(self, days: TeamDays, day: Day) -> str | None:
        """Return the text of the record that the form asks for, or None with ``errors`` set."""
        before = days.record(day)
        if len(self.reason) > LONGEST_REASON:
            self.errors["reason"] = InputError("grid.reason_length", most=LONGEST_REASON)
        if days.lock(day) is not None and not self.reason:
            self.errors["reason"] = InputError("grid.reason_needed")
        if self.what == WORK:
            shifts = self._shifts(days, day, before)
            if not shifts and not self.errors:
                self.errors["starts0"] = InputError("grid.times")
            record = DayRecord(_in_order(shifts))
        elif self.what == LEAVE:
            if self.leave_kind not in LEAVE_KINDS:
                self.errors["leave_kind"] = InputError("grid.which_leave")
            number = before.leave.approval_no if before.leave else None
            half = self.half if self.half in HALVES_OF_DAY else None
            # Of a whole day on leave nothing was worked; what stands in the rows is not meant.
            shifts = self._shifts(days, day, before) if half else []
            record = DayRecord(_in_order(shifts), Granted(self.leave_kind, number, half))
        else:
            record = DayRecord(is_absent=self.what == ABSENT)
        return None if self.errors else record.text

    def take(self, result: CellResult, days: TeamDays, *, is_own: bool) -> None:
        """Take over why saving was refused; what is seen now may be overwritten knowingly.

        ``is_own``: of the own days nobody corrects what others have told, whatever the reason.
        """
        if result.error is not None:
            is_correction = result.error.code in {"grid.other_source", "grid.approved_leave"}
            own = InputError("grid.own_day", on=result.day[1])
            self.errors[""] = own if is_own and is_correction else result.error
            self.seen = days.record(result.day).text

    def _shifts(self, days: TeamDays, day: Day, before: DayRecord) -> list[ShiftFact]:
        kinds = {kind.name: kind for kind in days.shift_plan.kinds(days.team.company_id, day[1])}
        found: list[ShiftFact] = []
        for number, row in enumerate(self.rows):
            if row.is_empty:
                continue
            try:
                found.append(_shift(row, day, kinds.get(row.kind), before))
                if row.is_in_lieu:
                    _refuse_lieu(days, day)
            except DomainError as error:
                name = _FIELD_OF.get(error.code, "starts")
                self.errors[f"{name}{number}"] = error
        return found


def _in_order(shifts: list[ShiftFact]) -> tuple[ShiftFact, ...]:
    return tuple(sorted(shifts, key=lambda shift: shift.starts_at))


def _shift(row: ShiftRow, day: Day, kind: Planned | None, before: DayRecord) -> ShiftFact:
    on = day[1]
    starts_at = dt.datetime.combine(on, _time(row.starts))
    ends_at = dt.datetime.combine(on, _time(row.ends))
    if ends_at <= starts_at:
        ends_at += _DAY
    pause = unicodedata.normalize("NFKC", row.pause) or "0"
    if _BREAK.fullmatch(pause) is None:
        raise InputError("grid.break")
    check_shift(starts_at, ends_at, int(pause))
    asked = (starts_at, ends_at, row.kind)
    for shift in before.shifts:
        if (shift.starts_at, shift.ends_at, shift.shift_type or "") == asked:
            # The same shift keeps what was counted when it was recorded.
            late, early = shift.late_minutes, shift.early_minutes
            break
    else:
        late, early = (0, 0) if kind is None else late_and_early(kind, on, starts_at, ends_at)
    return ShiftFact(
        *day, starts_at, ends_at, int(pause), row.is_in_lieu, row.kind[:40] or None, late, early
    )


def _refuse_lieu(days: TeamDays, day: Day) -> None:
    """Refuse work in lieu on a day on which the law gives no time off for it, as pay would at month end."""
    day_class = days.day_class(*day)
    is_standard = days.employments[day[0]].hours_system == "standard"
    if day_class is DayClass.HOLIDAY or (day_class is DayClass.WORKDAY and is_standard):
        raise InputError("grid.not_in_lieu", on=day[1])


def _time(text: str) -> dt.time:
    match = _TIME.fullmatch(unicodedata.normalize("NFKC", text))
    if match is None:
        raise InputError("grid.times")
    try:
        return dt.time(int(match[1]), int(match[2]))
    except ValueError:
        raise InputError("grid.times") from None


def _proposed(days: TeamDays, day: Day) -> list[ShiftRow]:
    employment_id, on = day
    if days.day_class(employment_id, on) is not DayClass.WORKDAY or on > days.today:
        return []
    try:
        kind = days.shift_plan.planned(days.team.company_id, days.team.id, employment_id, on)
    except InputError:
        return []
    pause = str(kind.break_minutes)
    return [ShiftRow(f"{kind.starts:%H:%M}", f"{kind.ends:%H:%M}", pause, kind.name)]


def _padded(rows: list[ShiftRow]) -> list[ShiftRow]:
    return [*rows, *(ShiftRow() for _ in range(_SHIFT_ROWS - len(rows)))]

"""What is recorded of one person's day, and the one line of text that says all of it.

The text is what a page shows back when it saves: if the day still reads the same, nobody else has
changed it; and a change is undone by writing the earlier text again::

    09:00-18:00/60              a shift, break in minutes
    22:00-06:00+1/0@夜班 L12 E5  over midnight, of a kind, late and left early by minutes
    09:00-18:00/60~             work balanced by time in lieu
    leave:sick_leave#A-17       leave, with the number of its approval
    leave:sick_leave/morning    leave of half the day
    absent

Parts of one day are joined by ``;``. A day without a record is the empty text. In names and numbers the
signs that mean something here are written as in addresses: ``%3B``.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote

from workforce.attendance.leave_days import Granted, leave_words
from workforce.attendance.leave_rules import LEAVE_KINDS
from workforce.attendance.service import Day, LeaveFact, ShiftFact, check_shift
from workforce.core.errors import InputError
from workforce.core.terms import term
from workforce.core.text import Text

GRID: Final = "grid"
"""The source of what is entered in the grid and its forms."""
LONGEST_REASON: Final = 400

_MINUTE: Final = dt.timedelta(minutes=1)
_DAY: Final = dt.timedelta(days=1)
_SHIFT: Final = re.compile(
    r"(?P<h>[01]\d|2[0-3]):(?P<m>[0-5]\d)-(?P<eh>[01]\d|2[0-3]):(?P<em>[0-5]\d)(?P<next>\+1)?"
    r"/(?P<pause>\d{1,4})(?P<lieu>~)?(?:@(?P<kind>[^;@]+?))?"
    r"(?: L(?P<late>\d{1,4}))?(?: E(?P<early>\d{1,4}))?"
)
_LEAVE: Final = re.compile(
    r"leave:(?P<kind>[a-z_]{1,40})(?:/(?P<half>morning|afternoon))?(?:#(?P<no>[^;]+))?"
)
_ABSENT: Final = "absent"
_SIGNS: Final = re.compile(r"[;@%]| (?=[LE]\d)")
_LONGEST_NAME: Final = 40
_MOST_SHIFTS: Final = 6


@dataclass(frozen=True, slots=True)
class DayRecord:
    """A person's day: its shifts in order, its leave, or that it was missed without leave.

    ``sources``: who told it, without doubles. It is no part of what the day says.
    """

    shifts: tuple[ShiftFact, ...] = ()
    leave: Granted | None = None
    is_absent: bool = False
    sources: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is recorded."""
        return not self.shifts and self.leave is None and not self.is_absent

    @property
    def half_leave(self) -> Granted | None:
        """The leave of half of the day, if there is one."""
        return self.leave if self.leave is not None and self.leave.half else None

    @property
    def lacks_work(self) -> bool:
        """Tell whether nothing says what became of the day, or of the half of it that is no leave."""
        is_away = self.is_absent or (self.leave is not None and not self.leave.half)
        return not (self.shifts or is_away)

    @property
    def minutes(self) -> int:
        """Minutes worked, breaks taken off."""
        return sum(worked_minutes(shift) for shift in self.shifts)

    @property
    def text(self) -> str:
        """All that the day says, in one line."""
        parts = [_shift_text(shift) for shift in self.shifts]
        if self.leave is not None:
            number = f"#{_written(self.leave.approval_no)}" if self.leave.approval_no else ""
            half = f"/{self.leave.half}" if self.leave.half else ""
            parts.append(f"leave:{self.leave.kind}{half}{number}")
        if self.is_absent:
            parts.append(_ABSENT)
        return ";".join(parts)

    def shift_words(self) -> Text:
        """Say the day's shifts in words: ``09:00–18:00，迟到 12 分钟``."""
        return listed([shift_words(shift) for shift in self.shifts])

    def words(self) -> Text:
        """Say the day in words."""
        parts = [shift_words(shift) for shift in self.shifts]
        if self.leave is not None:
            parts.append(leave_words(self.leave.kind, self.leave.half))
        if self.is_absent:
            parts.append(term("attendance.absence"))
        if not parts:
            return Text("没有记录", "No record")
        return listed(parts)

    def leave_facts(self, day: Day) -> list[LeaveFact]:
        """Return the day's leave as a fact."""
        if self.leave is None:
            return []
        return [LeaveFact(*day, self.leave.kind, self.leave.approval_no, self.leave.half)]


def listed(parts: Sequence[Text]) -> Text:
    """Join words that stand beside each other."""
    if len(parts) == 1:
        return parts[0]
    return Text("、".join(part.zh for part in parts), ", ".join(part.en for part in parts))


def worked_minutes(shift: Any) -> int:
    """Return the minutes that a shift, or a row of one, was worked."""
    return int((shift.ends_at - shift.starts_at) // _MINUTE) - int(shift.break_minutes)


def shift_words(shift: Any) -> Text:
    """Say a shift, or a row of one, in words."""
    times = f"{shift.starts_at:%H:%M}–{shift.ends_at:%H:%M}"
    if shift.ends_at.date() > shift.work_on:
        times += "+1"
    if not (shift.late_minutes or shift.early_minutes):
        return Text(times, times)
    zh, en = [times], [times]
    if shift.late_minutes:
        zh.append(f"迟到 {shift.late_minutes} 分钟")
        en.append(f"{shift.late_minutes} min late")
    if shift.early_minutes:
        zh.append(f"早退 {shift.early_minutes} 分钟")
        en.append(f"left {shift.early_minutes} min early")
    return Text("，".join(zh), ", ".join(en))


def record_of(
    shifts: Iterable[Any], leave: Any | None, *, is_absent: bool, sources: Iterable[str]
) -> DayRecord:
    """Make a record of stored rows; ``leave`` None: none."""
    return DayRecord(
        shifts=tuple(
            ShiftFact(
                row.employment_id,
                row.work_on,
                row.starts_at,
                row.ends_at,
                row.break_minutes,
                row.is_in_lieu,
                row.shift_type,
                row.late_minutes,
                row.early_minutes,
            )
            for row in shifts
        ),
        leave=None if leave is None else Granted(leave.kind, leave.approval_no, leave.half),
        is_absent=is_absent,
        sources=tuple(dict.fromkeys(sources)),
    )


def parse_record(text: str, day: Day) -> DayRecord:
    """Read a line of ``DayRecord.text`` as what somebody enters by hand now.

    Raises:
        InputError: it is none, or says what cannot be.
    """
    shifts: list[ShiftFact] = []
    leave: Granted | None = None
    is_absent = False
    for part in filter(None, text.split(";")):
        if part == _ABSENT:
            is_absent = True
        elif match := _LEAVE.fullmatch(part):
            if match["kind"] not in LEAVE_KINDS:
                raise InputError("grid.not_a_record", text=text)
            leave = Granted(match["kind"], _name(match["no"]), match["half"])
        elif match := _SHIFT.fullmatch(part):
            shifts.append(_shift(match, day))
        else:
            raise InputError("grid.not_a_record", text=text)
    is_contradiction = is_absent and (bool(shifts) or leave is not None)
    if is_contradiction or len(shifts) > _MOST_SHIFTS:
        raise InputError("grid.not_a_record", text=text)
    shifts.sort(key=lambda shift: shift.starts_at)
    return DayRecord(tuple(shifts), leave, is_absent, (GRID,) if text else ())


def day_text(values: str | None) -> str:
    """Return the line of a day that an entry of the audit holds before or after."""
    return str(json.loads(values or "{}").get("day", ""))


def words_of_entry(values: str | None, day: Day) -> Text:
    """Say the day that an entry of the audit holds; what cannot be read any more is said as it stands."""
    text = day_text(values)
    try:
        return parse_record(text, day).words()
    except InputError:
        return Text(text, text)


def _shift(match: re.Match[str], day: Day) -> ShiftFact:
    employment_id, on = day
    starts_at = dt.datetime.combine(on, dt.time(int(match["h"]), int(match["m"])))
    ends_on = on + _DAY if match["next"] else on
    ends_at = dt.datetime.combine(ends_on, dt.time(int(match["eh"]), int(match["em"])))
    check_shift(starts_at, ends_at, int(match["pause"]))
    return ShiftFact(
        employment_id,
        on,
        starts_at,
        ends_at,
        int(match["pause"]),
        bool(match["lieu"]),
        _name(match["kind"]),
        int(match["late"] or 0),
        int(match["early"] or 0),
    )


def _written(name: str) -> str:
    """Write a name so that it cannot be taken for other parts of the line."""
    return _SIGNS.sub(lambda sign: quote(sign[0]), name)


def _name(text: str | None) -> str | None:
    """Read a name as ``_written`` writes it.

    Raises:
        InputError: it is longer than any.
    """
    if text is None:
        return None
    name = unquote(text)
    if len(name) > _LONGEST_NAME:
        raise InputError("grid.not_a_record", text=text[:_LONGEST_NAME])
    return name


def _shift_text(shift: ShiftFact) -> str:
    text = f"{shift.starts_at:%H:%M}-{shift.ends_at:%H:%M}"
    if shift.ends_at.date() > shift.work_on:
        text += "+1"
    text += f"/{shift.break_minutes}"
    if shift.is_in_lieu:
        text += "~"
    if shift.shift_type:
        text += f"@{_written(shift.shift_type)}"
    if shift.late_minutes:
        text += f" L{shift.late_minutes}"
    if shift.early_minutes:
        text += f" E{shift.early_minutes}"
    return text

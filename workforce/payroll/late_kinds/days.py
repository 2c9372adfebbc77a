"""Late facts of days: a shift that was not recorded, leave that was or was not taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final, Self

import numpy as np

from workforce.core.errors import InputError
from workforce.core.facts import LeaveKind, day_number
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.payroll.facts.checks import is_text
from workforce.payroll.facts.columns import MINUTES_IN_DAY
from workforce.payroll.late_kinds import patches
from workforce.payroll.late_kinds.kind import (
    OfDays,
    read_choice,
    read_clock,
    read_count,
    read_day,
    time_text,
)

if TYPE_CHECKING:
    from workforce.payroll.facts.reading import MonthTables
    from workforce.payroll.late_kinds.patches import Lookup

LEAVE_KINDS: Final = tuple(kind.code for kind in LeaveKind if kind is not LeaveKind.ABSENCE)
HALVES: Final = ("morning", "afternoon")
_COMPREHENSIVE: Final = "comprehensive"


@dataclass(frozen=True, slots=True)
class LateShift(OfDays):
    """A shift of a day. ``act``: add | replace (all of the day) | remove (all of the day)."""

    CODE: ClassVar = "shift"
    RANK: ClassVar = 10
    FIELDS: ClassVar = ("on", "shift_act", "starts_at", "ends_at", "break_minutes")

    on: str
    act: str
    starts_at: int
    ends_at: int
    break_minutes: int

    @classmethod
    def parse(cls, said: Mapping[str, str]) -> Self:
        """Read a shift; one that ends before it begins ends on the next day."""
        act = read_choice(said, "shift_act", ("add", "replace", "remove"))
        on = read_day(said, "on")
        if act == "remove":
            return cls(on, act, 0, 0, 0)
        start, end = read_clock(said, "starts_at"), read_clock(said, "ends_at")
        end += MINUTES_IN_DAY if end <= start else 0
        rest = (
            read_count(said, "break_minutes", 0, MINUTES_IN_DAY) if said.get("break_minutes") else 0
        )
        if rest >= end - start:
            raise InputError("late.break", place="break_minutes", minutes=rest, shift=end - start)
        return cls(on, act, start, end, rest)

    def describe(self) -> Text:
        """Say the day, and the times."""
        act = term(f"late_act.{self.act}")
        if self.act == "remove":
            return Text(f"{self.on} {act.zh}", f"{self.on}: {act.en}")
        times = f"{time_text(self.starts_at)}–{time_text(self.ends_at)}"
        return Text(
            f"{self.on} {act.zh} {times}，休息 {self.break_minutes} 分钟",
            f"{self.on}: {act.en} {times}, break {self.break_minutes} min",
        )

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """The day on which it starts."""
        on = dt.date.fromisoformat(self.on)
        return on, on

    def within(self, _period: PayPeriod) -> Self:
        """Return itself: it is one day's."""
        return self

    def apply(self, tables: MonthTables, who: int, _lookup: Lookup, /) -> MonthTables:
        """Change the person's shifts of the day; work shows that nobody was absent."""
        systems = dict(
            zip(
                tables.employments.values["employment_id"],
                tables.employments.values["hours_system"],
                strict=True,
            )
        )
        if systems.get(who) == _COMPREHENSIVE:
            # Their overtime is that of a longer period, which other months have part in.
            raise InputError("late.comprehensive", place="on")
        on = dt.date.fromisoformat(self.on)
        day = day_number(on)
        shifts, idle = tables.shifts, tables.idle_output
        if self.act != "add":
            shifts = patches.kept(
                shifts, ~(patches.of(shifts, who) & (patches.shift_days(shifts) == day))
            )
        if self.act != "remove":
            shifts = patches.with_row(
                shifts,
                employment_id=who,
                starts_at=day * MINUTES_IN_DAY + self.starts_at,
                ends_at=day * MINUTES_IN_DAY + self.ends_at,
                break_minutes=self.break_minutes,
                is_in_lieu=0,
                late_minutes=0,
            )
        is_idle = patches.of(idle, who) & (idle.days("work_on") == day)
        has_output = bool(
            np.any(patches.of(tables.output, who) & (tables.output.days("work_on") == day))
        )
        if self.act == "remove" and has_output and not is_idle.any():
            # Output alone still shows that the day was worked.
            idle = patches.with_row(idle, employment_id=who, work_on=day)
        return replace(
            tables,
            shifts=shifts,
            idle_output=idle,
            absences=patches.without_absence(tables, who, on, on),
        )


@dataclass(frozen=True, slots=True)
class LateLeave(OfDays):
    """Leave that was taken, or was not. ``act``: add | remove; ``half``: morning | afternoon or None."""

    CODE: ClassVar = "leave"
    RANK: ClassVar = 20
    FIELDS: ClassVar = ("first_on", "last_on", "leave_act", "leave_kind", "half")

    first_on: str
    last_on: str
    act: str
    kind: str
    half: str | None

    @classmethod
    def parse(cls, said: Mapping[str, str]) -> Self:
        """Read leave; without a last day it is one day."""
        first = read_day(said, "first_on")
        last = read_day(said, "last_on") if said.get("last_on") else first
        half = read_choice(said, "half", HALVES) if said.get("half") else None
        if last < first:
            raise InputError("late.days", place="last_on", first=first, last=last)
        if half is not None and first != last:
            raise InputError("late.half", place="half")
        return cls(
            first,
            last,
            read_choice(said, "leave_act", ("add", "remove")),
            read_choice(said, "leave_kind", LEAVE_KINDS),
            half,
        )

    def describe(self) -> Text:
        """Say the days and the kind."""
        act, kind = term(f"late_act.{self.act}"), term(f"leave.{self.kind}")
        days = self.first_on if self.first_on == self.last_on else f"{self.first_on}–{self.last_on}"
        half = term(f"day_half.{self.half}") if self.half else Text("", "")
        return Text(
            f"{days}{half.zh} {act.zh}{kind.zh}", f"{days} {half.en}: {act.en} {kind.en}".strip()
        )

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """First and last day."""
        return dt.date.fromisoformat(self.first_on), dt.date.fromisoformat(self.last_on)

    def within(self, period: PayPeriod) -> Self:
        """Return the days of a period."""
        first_on, last_on = self.days
        return replace(
            self,
            first_on=max(first_on, period.first_on).isoformat(),
            last_on=min(last_on, period.last_on).isoformat(),
        )

    def apply(self, tables: MonthTables, who: int, _lookup: Lookup, /) -> MonthTables:
        """Add the leave, or cut its days out of what is recorded."""
        first_on, last_on = self.days
        leaves = tables.leaves
        if self.act == "add":
            leaves = patches.with_row(
                leaves,
                employment_id=who,
                kind=self.kind,
                first_on=self.first_on,
                last_on=self.last_on,
                half=self.half,
            )
            absences = patches.without_absence(tables, who, first_on, last_on)
            return replace(tables, leaves=leaves, absences=absences)
        is_meant = patches.of(leaves, who) & is_text(leaves, "kind", self.kind)
        is_meant &= leaves.days("first_on") <= day_number(last_on)
        is_meant &= leaves.days("last_on") >= day_number(first_on)
        if self.half is not None:
            is_meant &= is_text(leaves, "half", self.half)
        if not is_meant.any():
            raise InputError("late.no_leave", place="first_on", on=self.first_on)
        cut = patches.kept(leaves, is_meant)
        leaves = patches.kept(leaves, ~is_meant)
        one_day = dt.timedelta(days=1)
        for start, end, half in zip(
            patches.iso(cut.values["first_on"]),
            patches.iso(cut.values["last_on"]),
            cut.values["half"],
            strict=True,
        ):
            rests = (
                (start, (first_on - one_day).isoformat()),
                ((last_on + one_day).isoformat(), end),
            )
            for left, right in rests:
                if left <= right:
                    leaves = patches.with_row(
                        leaves,
                        employment_id=who,
                        kind=self.kind,
                        first_on=left,
                        last_on=right,
                        half=half,
                    )
        return replace(tables, leaves=leaves)

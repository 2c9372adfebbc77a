"""When something is due: the five fields of a crontab, in the base's zone, told in words.

APScheduler's ``CronTrigger`` reckons the times. Two of its readings differ from every crontab that
people know, so they never reach it: it calls Monday 0 (here 0 and 7 are Sunday, as in crontab(5)),
and where both a day of the month and a weekday are given it wants both (crontab: either), which is
refused here because it is misread either way.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from apscheduler.triggers.cron import CronTrigger

from workforce.core.errors import InputError
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.platform import clock

_FIELDS: Final = (
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day", 1, 31),
    ("month", 1, 12),
    ("weekday", 0, 7),
)
_WEEKDAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PART: Final = re.compile(r"(?:(\*)|([0-9]{1,2})(?:-([0-9]{1,2}))?)(?:/([0-9]{1,2}))?")
_YEARS_AHEAD: Final = 9
"""29 February comes back within eight years, even around 2100; what is not due by then never is."""
_MOST_COUNTED: Final = 2000
_WINDOWS: Final = tuple(dt.timedelta(days=days) for days in (1, 31, 366, 366 * _YEARS_AHEAD))


@dataclass(frozen=True, slots=True)
class Due:
    """The times that were due in a while: the newest one, those before it, and how many there were.

    ``earlier`` holds the newest few, the oldest first; ``count`` stops at 2,000.
    """

    newest: dt.datetime
    earlier: tuple[dt.datetime, ...]
    first: dt.datetime
    count: int


@dataclass(frozen=True)
class Cron:
    """A parsed crontab line; make one with ``parse``."""

    text: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int] | None
    months: frozenset[int] | None
    weekdays: frozenset[int] | None
    """0 is Sunday; None: every day."""

    def after(self, instant: dt.datetime) -> Iterator[dt.datetime]:
        """Yield the due times after an aware instant, in UTC, for the years that one can plan."""
        trigger = self._trigger(instant + dt.timedelta(days=366 * _YEARS_AHEAD))
        previous = clock.to_base(instant)
        while True:
            # Called with the real time, APScheduler would begin there and skip what has passed.
            due = trigger.get_next_fire_time(previous, previous + dt.timedelta(microseconds=1))
            if due is None:
                return
            yield due.astimezone(dt.UTC)
            previous = due

    def _trigger(self, end: dt.datetime) -> CronTrigger:
        return CronTrigger(
            minute=_listed(self.minutes),
            hour=_listed(self.hours),
            day=_listed(self.days),
            month=_listed(self.months),
            day_of_week=_listed(self.weekdays, _WEEKDAYS),
            timezone=clock.BASE_ZONE,
            end_date=end,
        )

    def next(self, instant: dt.datetime) -> dt.datetime | None:
        """Return the first due time after an instant."""
        return next(self.after(instant), None)

    def between(self, after: dt.datetime, until: dt.datetime, *, kept: int) -> Due | None:
        """Return what was due after one instant and up to another; None: nothing.

        ``kept`` limits how many of the times before the newest are told one by one.
        """
        times: list[dt.datetime] = []
        for due in islice(self.after(after), _MOST_COUNTED):
            if due > until:
                break
            times.append(due)
        if not times:
            return None
        newest = self._newest(times, until) if len(times) == _MOST_COUNTED else times[-kept - 1 :]
        return Due(newest[-1], tuple(newest[:-1][-kept:]) if kept else (), times[0], len(times))

    def _newest(self, times: Sequence[dt.datetime], until: dt.datetime) -> list[dt.datetime]:
        """Return the newest times of a very long while without walking through all of it."""
        for window in _WINDOWS:
            start = max(until - window, times[-1] - dt.timedelta(microseconds=1))
            found = []
            for due in self.after(start):
                if due > until:
                    break
                found.append(due)
            if found:
                return found
        return list(times)

    @property
    def words(self) -> Text:
        """Say when it is due, as a person would."""
        day = self._day_words()
        if self.minutes == frozenset(range(60)) and self.hours == frozenset(range(24)):
            return Text(f"{day.zh}每分钟", f"every minute{_lower(day)}")
        step = _step_of(self.minutes, 60)
        if self.hours == frozenset(range(24)):
            if step:
                return Text(f"{day.zh}每 {step} 分钟", f"every {step} minutes{_lower(day)}")
            at = ", ".join(f"{minute:02d}" for minute in sorted(self.minutes))
            return Text(f"{day.zh}每小时的第 {at} 分", f"at minute {at} of every hour{_lower(day)}")
        if len(self.minutes) * len(self.hours) <= len(_WEEKDAYS):
            at = ", ".join(
                f"{hour:02d}:{minute:02d}"
                for hour in sorted(self.hours)
                for minute in sorted(self.minutes)
            )
            return Text(
                f"{day.zh or '每天'} {at}", f"{day.en[:1].upper() + day.en[1:] or 'Daily'} at {at}"
            )
        hours = ", ".join(f"{hour:02d}" for hour in sorted(self.hours))
        minutes = ", ".join(f"{minute:02d}" for minute in sorted(self.minutes))
        return Text(
            f"{day.zh or '每天'} {hours} 时的第 {minutes} 分",
            f"{day.en[:1].upper() + day.en[1:] or 'Daily'} at hours {hours}, minutes {minutes}",
        )

    def _day_words(self) -> Text:
        """Say on which days; empty for every day."""
        zh, en = "", ""
        if self.months is not None:
            months = sorted(self.months)
            zh = f"{'、'.join(map(str, months))} 月"
            en = f"in month {', '.join(map(str, months))}"
        if self.weekdays is not None:
            # The week starts on Monday.
            names = [term(f"weekday.{number or 7}") for number in _by_monday(self.weekdays)]
            zh += f"每{'、'.join(name.zh for name in names)}"
            en = f"on {', '.join(name.en for name in names)}{' ' + en if en else ''}"
        elif self.days is not None:
            numbers = ", ".join(map(str, sorted(self.days)))
            zh = f"{zh} {numbers} 日" if zh else f"每月 {numbers} 日"
            en = f"on day {numbers} of the month" if not en else f"on day {numbers} {en}"
        elif zh:
            zh += "每天"
            en = f"daily {en}"
        return Text(zh, en)


def _listed(numbers: frozenset[int] | None, names: Sequence[str] | None = None) -> str:
    """Return numbers as APScheduler reads them: listed one by one, weekdays by name."""
    if numbers is None:
        return "*"
    return ",".join(names[number] if names else str(number) for number in sorted(numbers))


def _lower(day: Text) -> str:
    return f" {day.en}" if day.en else ""


def _by_monday(weekdays: frozenset[int]) -> list[int]:
    return sorted(weekdays, key=lambda number: number or 7)


def _step_of(values: frozenset[int], size: int) -> int | None:
    """Return n where the values are every nth of a size that n divides."""
    ordered = sorted(values)
    step = size // len(ordered)
    is_even = ordered == list(range(0, size, step)) and len(ordered) > 1
    return step if is_even and size % len(ordered) == 0 else None


def parse(text: str) -> Cron:
    """Read the five fields of a crontab; full-width digits and signs are understood.

    Raises:
        InputError: names the field that cannot be read, or says why the line is never due.
    """
    parts = unicodedata.normalize("NFKC", text).split()
    if len(parts) != len(_FIELDS):
        raise InputError("schedule.cron_fields", count=len(parts))
    values = [_values(part, *field) for part, field in zip(parts, _FIELDS, strict=True)]
    minutes, hours, days, months, weekdays = values
    if days is not None and weekdays is not None:
        raise InputError("schedule.cron_two_days")
    cron = Cron(
        text=" ".join(parts),
        minutes=minutes if minutes is not None else frozenset(range(60)),
        hours=hours if hours is not None else frozenset(range(24)),
        days=days,
        months=months,
        weekdays=None if weekdays is None else frozenset(number % 7 for number in weekdays),
    )
    if cron.next(clock.now()) is None:
        raise InputError("schedule.cron_never")
    return cron


def _values(part: str, name: str, least: int, most: int) -> frozenset[int] | None:
    """Return the numbers that a field names; None: all of them."""
    if part == "*":
        return None
    found: set[int] = set()
    for piece in part.split(","):
        match = _PART.fullmatch(piece)
        if match is None:
            raise InputError(
                "schedule.cron_field",
                field=term(f"cron_field.{name}"),
                text=piece,
                least=least,
                most=most,
            )
        star, first, last, step = match.groups()
        low = least if star else int(first)
        # As in crontab, a single number with a step runs to the end.
        high = most if star or (step and last is None) else int(last or first)
        if not least <= low <= high <= most or step in {"0", "00"}:
            raise InputError(
                "schedule.cron_field",
                field=term(f"cron_field.{name}"),
                text=piece,
                least=least,
                most=most,
            )
        found |= set(range(low, high + 1, int(step or 1)))
    return frozenset(found)

"""Pay periods, which are months or halves of months, and half-open ranges of dates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from workforce.core.errors import InputError

_MONTHS = 12
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_HALVES = 2
_SECOND_HALF_DAY = 16
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_PERIOD = re.compile(_MONTH.pattern + r"(?:-H([12]))?")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from `start` up to, not including, `end`; empty where they are equal."""

    start: date
    end: date

    def __post_init__(self) -> None:
        """Refuse a range that ends before it starts."""
        if self.end < self.start:
            raise ValueError(f"range ends ({self.end}) before it starts ({self.start})")

    def __contains__(self, on: date) -> bool:
        """Tell whether a day is inside."""
        return self.start <= on < self.end

    def __iter__(self) -> Iterator[date]:
        """Go through the days in order."""
        return (self.start + timedelta(days=offset) for offset in range(self.days))

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.end - self.start).days

    def overlap(self, other: "DateRange") -> "DateRange | None":
        """Return the days that both have, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return DateRange(start, end) if start < end else None


@dataclass(frozen=True, slots=True, order=True)
class PayPeriod:
    """A calendar month for which pay is computed, or a half of one; ordered by time.

    ``half`` 0 is the whole month, 1 its days 1–15, 2 its days from the 16th on. A month stands before
    its halves, in the order of objects and of their texts.
    """

    year: int
    month: int
    half: int = 0

    def __post_init__(self) -> None:
        """Refuse a month outside 1–12, and years in which nobody was paid here."""
        is_month = 1 <= self.month <= _MONTHS and _FIRST_YEAR <= self.year <= _LAST_YEAR
        if not (is_month and 0 <= self.half <= _HALVES):
            raise InputError("period.not_a_month", text=str(self))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2026-10``, ``2026-10-H1`` or ``2026-10-H2``.

        Raises:
            InputError: anything else.

        """
        match = _PERIOD.fullmatch(text)
        if match is None:
            raise InputError("period.not_a_period", text=text)
        return cls(int(match[1]), int(match[2]), int(match[3] or 0))

    @classmethod
    def parse_month(cls, text: str) -> Self:
        """Read ``2026-10``: a whole month and nothing else.

        Raises:
            InputError: anything else, a half month included.

        """
        match = _MONTH.fullmatch(text)
        if match is None:
            raise InputError("period.not_a_month", text=text)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, on: date) -> Self:
        """Return the month of a day."""
        return cls(on.year, on.month)

    @classmethod
    def half_of(cls, on: date) -> Self:
        """Return the half month of a day."""
        return cls(on.year, on.month, 1 if on.day < _SECOND_HALF_DAY else 2)

    def __str__(self) -> str:
        """Write ``2026-10``, or ``2026-10-H1`` for a half."""
        half = f"-H{self.half}" if self.half else ""
        return f"{self.year:04d}-{self.month:02d}{half}"

    @property
    def whole(self) -> "PayPeriod":
        """The whole month."""
        return PayPeriod(self.year, self.month) if self.half else self

    @property
    def halves(self) -> "tuple[PayPeriod, PayPeriod]":
        """Both halves of the month."""
        return PayPeriod(self.year, self.month, 1), PayPeriod(self.year, self.month, 2)

    @property
    def first_on(self) -> date:
        """First day."""
        return date(self.year, self.month, _SECOND_HALF_DAY if self.half == _HALVES else 1)

    @property
    def end_on(self) -> date:
        """Day after the last day."""
        start = date(self.year, self.month, 1)
        if self.half == 1:
            return start.replace(day=_SECOND_HALF_DAY)
        return (start + 31 * _DAY).replace(day=1)

    @property
    def last_on(self) -> date:
        """Last day."""
        return self.end_on - _DAY

    @property
    def begins_month(self) -> bool:
        """Whether it has the month's first day."""
        return self.half != _HALVES

    @property
    def ends_month(self) -> bool:
        """Whether it has the month's last day."""
        return self.half != 1

    @property
    def range(self) -> DateRange:
        """All days."""
        return DateRange(self.first_on, self.end_on)

    @property
    def days(self) -> int:
        """Number of days."""
        return self.range.days

    def at(self, on: date) -> "PayPeriod":
        """Return the period of the same length, month or half month, that a day is in."""
        return PayPeriod.half_of(on) if self.half else PayPeriod.of(on)

    def next(self) -> "PayPeriod":
        """Return the month after a month, the half month after a half."""
        return self.at(self.end_on)

    def previous(self) -> "PayPeriod":
        """Return the month before a month, the half month before a half."""
        return self.at(self.first_on - _DAY)

    def __contains__(self, on: date) -> bool:
        """Tell whether a day is in it."""
        return self.at(on) == self

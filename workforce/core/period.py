"""Pay months and half-open ranges of dates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from workforce.core.errors import InputError

_MONTHS = 12
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
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
    """A calendar month for which pay is computed; ordered by time."""

    year: int
    month: int

    def __post_init__(self) -> None:
        """Refuse a month outside 1–12, and years in which nobody was paid here."""
        if not (1 <= self.month <= _MONTHS and _FIRST_YEAR <= self.year <= _LAST_YEAR):
            raise InputError("period.not_a_month", text=str(self))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2026-10``.

        Raises:
            InputError: anything else.

        """
        match = _MONTH.fullmatch(text)
        if match is None:
            raise InputError("period.not_a_month", text=text)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, on: date) -> Self:
        """Return the month of a day."""
        return cls(on.year, on.month)

    def __str__(self) -> str:
        """Write ``2026-10``."""
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first_on(self) -> date:
        """First day."""
        return date(self.year, self.month, 1)

    @property
    def end_on(self) -> date:
        """Day after the last day."""
        return (self.first_on + 31 * _DAY).replace(day=1)

    @property
    def last_on(self) -> date:
        """Last day."""
        return self.end_on - _DAY

    @property
    def range(self) -> DateRange:
        """All days of the month."""
        return DateRange(self.first_on, self.end_on)

    @property
    def days(self) -> int:
        """Number of days."""
        return self.range.days

    def next(self) -> "PayPeriod":
        """Return the month after."""
        return PayPeriod(self.year + self.month // _MONTHS, self.month % _MONTHS + 1)

    def previous(self) -> "PayPeriod":
        """Return the month before."""
        return PayPeriod(self.year - (self.month == 1), (self.month - 2) % _MONTHS + 1)

    def __contains__(self, on: date) -> bool:
        """Tell whether a day is in the month."""
        return (on.year, on.month) == (self.year, self.month)

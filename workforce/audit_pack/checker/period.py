"""Months and half months in which people are paid."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_TEXT = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])(?:-H([12]))?")
_SECOND_HALF_DAY = 16
_SECOND = 2
_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Period:
    """A month (``half`` 0), its days 1 to 15 (1) or the rest (2); ordered by time, months first."""

    year: int
    month: int
    half: int = 0

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``2026-10``, ``2026-10-H1`` or ``2026-10-H2``.

        Raises:
            ValueError: anything else.

        """
        match = _TEXT.fullmatch(text)
        if match is None:
            raise ValueError(f"not a month: {text}")
        return cls(int(match[1]), int(match[2]), int(match[3] or 0))

    @classmethod
    def of(cls, on: date) -> Period:
        """Return the month of a day."""
        return cls(on.year, on.month)

    def __str__(self) -> str:
        """Write ``2026-10``, or ``2026-10-H1`` for a half."""
        half = f"-H{self.half}" if self.half else ""
        return f"{self.year:04d}-{self.month:02d}{half}"

    @property
    def whole(self) -> Period:
        """The whole month."""
        return Period(self.year, self.month)

    @property
    def first_on(self) -> date:
        """First day."""
        return date(self.year, self.month, _SECOND_HALF_DAY if self.half == _SECOND else 1)

    @property
    def last_on(self) -> date:
        """Last day."""
        if self.half == 1:
            return date(self.year, self.month, _SECOND_HALF_DAY - 1)
        return (date(self.year, self.month, 1) + 31 * _DAY).replace(day=1) - _DAY

    @property
    def days(self) -> list[date]:
        """All days in order."""
        count = (self.last_on - self.first_on).days + 1
        return [self.first_on + offset * _DAY for offset in range(count)]

    def __contains__(self, on: date) -> bool:
        """Tell whether a day is in it."""
        return self.first_on <= on <= self.last_on

    def at(self, on: date) -> Period:
        """Return the month, or for a half the half month, that a day is in."""
        if not self.half:
            return Period.of(on)
        return Period(on.year, on.month, 1 if on.day < _SECOND_HALF_DAY else _SECOND)

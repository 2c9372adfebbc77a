"""Which kinds of shift of a day can use one seat: their hours must not meet, over midnight too."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

DAY_MINUTES: Final = 24 * 60
_DAY: Final = dt.timedelta(days=1)

Kind = tuple[int, str]
"""A kind of shift: its company and its code."""


class Hours(NamedTuple):
    """Every day's minutes from a start up to an end, which may lie on the next day."""

    starts: int
    span: int

    @classmethod
    def between(cls, starts: dt.time, ends: dt.time) -> Hours:
        """Return the hours of a shift; one that ends as it starts, or before, does so on the next day."""
        first, last = _minute(starts), _minute(ends)
        return cls(first, (last - first) % DAY_MINUTES or DAY_MINUTES)

    def meets(self, other: Hours) -> bool:
        """Tell whether some minute of the clock belongs to both; one may begin as the other ends."""
        return (other.starts - self.starts) % DAY_MINUTES < self.span or (
            self.starts - other.starts
        ) % DAY_MINUTES < other.span


class Days(NamedTuple):
    """Days from one up to, not including, another; without an end ``dt.date.max``."""

    first: dt.date
    end: dt.date

    @classmethod
    def of(cls, valid_from: dt.date, valid_to: dt.date | None) -> Days:
        """Return the days of a dated row."""
        return cls(valid_from, valid_to or dt.date.max)

    def both(self, other: Days) -> Days:
        """Return the days in both; none where its end is not after its first day."""
        return Days(max(self.first, other.first), min(self.end, other.end))

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no day."""
        return self.end <= self.first


def last_day(valid_to: dt.date | None) -> dt.date | None:
    """Return the last day of a dated row, as people write it; None: until further notice."""
    return None if valid_to is None else valid_to - _DAY


class ShiftHours:
    """The hours of kinds of shift, version by version."""

    def __init__(self, types: Iterable[Any]) -> None:
        """Take rows of ``attendance.queries.shift_types``, of one company or of several."""
        self._versions: defaultdict[Kind, list[tuple[Days, Hours]]] = defaultdict(list)
        for row in types:
            self._versions[row.company_id, row.code].append(
                (Days.of(row.valid_from, row.valid_to), Hours.between(row.starts, row.ends))
            )

    def hours(self, kind: Kind, on: dt.date) -> Hours | None:
        """Return the hours of a kind on a day; None: there is no such kind then."""
        for days, hours in self._versions.get(kind, ()):
            if days.first <= on < days.end:
                return hours
        return None

    def meet(self, one: Kind, other: Kind, days: Days) -> bool:
        """Tell whether two kinds have hours in common on one of some days.

        A kind meets itself, also where its hours are not known.
        """
        if days.is_empty:
            return False
        return one == other or any(
            a_hours.meets(b_hours) and not a_days.both(b_days).both(days).is_empty
            for a_days, a_hours in self._versions.get(one, ())
            for b_days, b_hours in self._versions.get(other, ())
        )


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute

"""Rectangles on a floor and spans of days: what overlaps, what lies within; and lengths as people write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

from workforce.core.errors import InputError
from workforce.core.money import parse_decimal
from workforce.core.text import Text

LENGTH_LIMIT: Final = 10_000
"""No floor is longer: a kilometre, in decimetres."""
SIZE_LIMIT: Final = 100_000_000
"""No floor is larger: a million square metres, in hundredths."""
_DECIMETRE_DECIMALS: Final = 1
_SIZE_DECIMALS: Final = 2

Value = TypeVar("Value")


class Box(NamedTuple):
    """A rectangle in decimetres, from its upper left corner."""

    x: int
    y: int
    width: int
    height: int

    def meets(self, other: Box) -> bool:
        """Tell whether two share more than a wall."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def holds(self, x: int, y: int) -> bool:
        """Tell whether a point lies within or on the wall."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height


@dataclass(frozen=True, slots=True)
class Span:
    """Days from one up to, not including, another; None: until further notice."""

    valid_from: dt.date
    valid_to: dt.date | None

    @property
    def days(self) -> Text:
        """The days as people tell them: from the first one to the last."""
        if self.valid_to is None:
            return Text(f"{self.valid_from} 起", f"from {self.valid_from} on")
        last_on = self.valid_to - dt.timedelta(days=1)
        return Text(f"{self.valid_from} 至 {last_on}", f"from {self.valid_from} to {last_on}")

    @property
    def end(self) -> dt.date:
        """The first day after it; of an open one the last day there is."""
        return self.valid_to or dt.date.max

    def meets(self, other: Span) -> bool:
        """Tell whether two have a day in common; an empty one has none."""
        return max(self.valid_from, other.valid_from) < min(self.end, other.end)

    def holds(self, other: Span) -> bool:
        """Tell whether another lies within this one."""
        return self.valid_from <= other.valid_from and other.end <= self.end

    def has(self, on: dt.date) -> bool:
        """Tell whether a day is in it."""
        return self.valid_from <= on < self.end


def refuse_empty(valid_from: dt.date, valid_to: dt.date | None, place: str) -> None:
    """Refuse an end that is not after the beginning, as people tell it.

    What is stored with an end on its first day was entered in error; nobody tells it like that.

    Raises:
        InputError: so it is.
    """
    if valid_to is not None and valid_to <= valid_from:
        raise InputError("dated.empty", valid_from=valid_from, valid_to=valid_to, place=place)


def refuse_backward(first_on: dt.date, last_on: dt.date | None, place: str) -> None:
    """Refuse a last day before the first one, told as the days were typed.

    Raises:
        InputError: so it is.
    """
    if last_on is not None and last_on < first_on:
        raise InputError("premises.backward", first_on=first_on, last_on=last_on, place=place)


def history(changes: Mapping[dt.date, Value], over: Span) -> list[tuple[Span, Value]]:
    """Return what held when over a span, without a gap, given what began on which days.

    What began before the span holds from its first day on; what would begin after it falls away.
    Where nothing had begun yet on the first day, the first change holds from there.
    """
    days = sorted(changes)
    before = [day for day in days if day <= over.valid_from] or days[:1]
    starts = [before[-1], *(day for day in days if before[-1] < day < over.end)]
    begins = [over.valid_from, *starts[1:]]
    ends: list[dt.date | None] = [*begins[1:], over.valid_to]
    return [
        (Span(begin, end), changes[start])
        for start, begin, end in zip(starts, begins, ends, strict=True)
    ]


def read_metres(text: str, *, least: int = 0) -> int:
    """Return a length in metres with at most one decimal as decimetres.

    Raises:
        InputError: it is none, or less than ``least`` or more than a floor can be.
    """
    return _read(text, _DECIMETRE_DECIMALS, least, LENGTH_LIMIT)


def read_square_metres(text: str) -> int:
    """Return a size in square metres with at most two decimals as hundredths.

    Raises:
        InputError: it is none, zero, or more than a floor can be.
    """
    return _read(text, _SIZE_DECIMALS, 1, SIZE_LIMIT)


def _read(text: str, decimals: int, least: int, most: int) -> int:
    value = parse_decimal(text, decimals)
    if not least <= value <= most:
        raise InputError(
            "premises.measure",
            text=text,
            least=_plain(least, decimals),
            most=_plain(most, decimals),
        )
    return value


def metres(decimetres: int) -> str:
    """Return decimetres as metres, as one would type them: ``125`` → ``12.5``."""
    return _plain(decimetres, _DECIMETRE_DECIMALS)


def square_metres(hundredths: int) -> str:
    """Return hundredths as square metres, as one would type them: ``50000`` → ``500``."""
    return _plain(hundredths, _SIZE_DECIMALS)


def _plain(value: int, decimals: int) -> str:
    whole, rest = divmod(value, 10**decimals)
    fraction = f"{rest:0{decimals}d}".rstrip("0")
    return f"{whole}.{fraction}" if fraction else str(whole)

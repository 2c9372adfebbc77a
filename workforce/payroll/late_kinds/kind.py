"""What a kind of late fact is, and how its values are read from text.

A late fact is plain values that are kept as JSON. ``apply`` changes the rows of a month as they were
read; of the same thing the fact that was entered last is the one that holds, and facts of different
things may be laid on in any order.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import Field, fields
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from workforce.core.errors import DomainError, InputError
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.payroll.facts.columns import MINUTES_IN_DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workforce.payroll.facts.reading import MonthTables
    from workforce.payroll.late_kinds.patches import Lookup

MOST: Final = 10**9
"""More than anything that is counted."""
_COUNT: Final = re.compile(r"[+-]?[0-9]{1,9}")
_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


class LateKind(ABC):
    """One kind of late fact.

    Fields are plain values: days as ISO text, money in fen, prices in millionths of a yuan, clock
    times as minutes since midnight.
    """

    CODE: ClassVar[str]
    RANK: ClassVar[int]
    """Kinds of a lower rank are laid on first: a price must find the output that it is for."""
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    FIELDS: ClassVar[tuple[str, ...]]
    """Names of the values that are asked for, in the order of the form."""
    IS_OF_ONE: ClassVar[bool] = True
    """Whether it may name one person."""
    IS_OF_ALL: ClassVar[bool] = False
    """Whether it may name nobody, and holds for everybody of the company."""

    @classmethod
    @abstractmethod
    def parse(cls, said: Mapping[str, str]) -> Self:
        """Read the values as they were typed.

        Raises:
            InputError: one of them is not what it should be; ``place`` names it.
        """

    @abstractmethod
    def describe(self) -> Text:
        """Say in a few words what is true."""

    @abstractmethod
    def spread(self, closed: Collection[PayPeriod]) -> dict[PayPeriod, Self]:
        """Return the fact of each closed period that it concerns; ``closed`` are the person's."""

    @abstractmethod
    def apply(self, tables: MonthTables, who: int, _lookup: Lookup, /) -> MonthTables:
        """Lay it over the rows of a month; ``who`` is an employment, or ``NONE`` for everybody.

        Raises:
            InputError: it does not fit what is stored.
        """

    def new_work(self) -> tuple[str, dt.date] | None:
        """Return the task type and the day of work that it would pay besides; None: it adds none."""
        return None

    def payload(self) -> dict[str, Any]:
        """Return the values for JSON."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


class OfDays(LateKind):
    """What is about days: it belongs to the periods that these days are in."""

    @property
    @abstractmethod
    def days(self) -> tuple[dt.date, dt.date]:
        """First and last day."""

    @abstractmethod
    def within(self, period: PayPeriod) -> Self:
        """Return the part of a period."""

    def spread(self, closed: Collection[PayPeriod]) -> dict[PayPeriod, Self]:
        """Return the part of each period; every day must be in a closed one."""
        first_on, last_on = self.days
        found = {
            period: self.within(period)
            for period in sorted(closed)
            if period.first_on <= last_on and first_on <= period.last_on
        }
        on = first_on
        while on <= last_on:
            if not any(period.first_on <= on <= period.last_on for period in found):
                raise InputError("late.day_open", place=self.FIELDS[0], on=on)
            on += dt.timedelta(days=1)
        return found


class Since(LateKind):
    """What holds from a day on, in each closed period after it."""

    on: str

    def spread(self, closed: Collection[PayPeriod]) -> dict[PayPeriod, Self]:
        """Return it for each closed period that ends on that day or later."""
        since = dt.date.fromisoformat(self.on)
        found: dict[PayPeriod, Self] = {
            period: self for period in sorted(closed) if period.last_on >= since
        }
        if not found:
            raise InputError("late.day_open", place="on", on=since)
        return found


class OfPeriod(LateKind):
    """What was paid, or missed, with one period."""

    period: str

    def spread(self, closed: Collection[PayPeriod]) -> dict[PayPeriod, Self]:
        """Return it for its period, which must be closed."""
        period = PayPeriod.parse(self.period)
        if period not in closed:
            raise InputError("late.period_open", place="period", period=period)
        return {period: self}


def read_text(said: Mapping[str, str], name: str) -> str:
    """Return what was typed, which must be something.

    Raises:
        InputError: it is not; ``place`` names the field.
    """
    text = unicodedata.normalize("NFKC", said.get(name, "")).strip()
    if not text:
        raise InputError("late.missing", place=name, what=term(f"late_field.{name}"))
    return text


def read_number(said: Mapping[str, str], name: str, read: Callable[[str], int]) -> int:
    """Return a number in the unit of its reader.

    Raises:
        InputError: it is not; ``place`` names the field.
    """
    try:
        return read(read_text(said, name).replace(",", ""))
    except DomainError as error:
        raise error.at(name) from error


def read_choice(said: Mapping[str, str], name: str, known: Sequence[str]) -> str:
    """Return one of the codes that are known.

    Raises:
        InputError: it is not; ``place`` names the field.
    """
    text = read_text(said, name)
    if text not in known:
        raise InputError("late.choice", place=name, value=text, known=", ".join(known))
    return text


def read_day(said: Mapping[str, str], name: str) -> str:
    """Return a day as ISO text.

    Raises:
        InputError: it is not; ``place`` names the field.
    """
    text = read_text(said, name)
    try:
        return dt.date.fromisoformat(text.replace("/", "-")).isoformat()
    except ValueError as error:
        raise InputError("form.day", place=name, text=text) from error


def read_clock(said: Mapping[str, str], name: str) -> int:
    """Return a clock time as minutes since midnight.

    Raises:
        InputError: it is not; ``place`` names the field.
    """
    text = read_text(said, name)
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise InputError("late.clock", place=name, text=text)
    return int(found[1]) * 60 + int(found[2])


def read_count(said: Mapping[str, str], name: str, least: int, most: int) -> int:
    """Return a whole number within its bounds.

    Raises:
        InputError: it is not; ``place`` names the field.
    """
    text = read_text(said, name).replace(",", "")
    if _COUNT.fullmatch(text) is None or not least <= int(text) <= most:
        raise InputError("form.count", place=name, text=text, least=least, most=most)
    return int(text)


def read_period(said: Mapping[str, str]) -> str:
    """Return a pay period as it is stored.

    Raises:
        InputError: it is not; ``place`` names the field.
    """
    try:
        return str(PayPeriod.parse(read_text(said, "period")))
    except DomainError as error:
        raise error.at("period") from error


def time_text(minutes: int) -> str:
    """Write minutes since midnight as a clock time."""
    day = "+1 " if minutes >= MINUTES_IN_DAY else ""
    return f"{day}{minutes % MINUTES_IN_DAY // 60:02}:{minutes % 60:02}"

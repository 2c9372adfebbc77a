"""A quarter's book as one value: what the paper shows of a quarter, without how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workforce.platform.exhibits import Exhibit, Told

if TYPE_CHECKING:
    import datetime as dt

    from workforce.bureau.issues.issues import Issue
    from workforce.core.period import PayPeriod
    from workforce.core.report_period import ReportPeriod
    from workforce.core.text import Text
    from workforce.platform.exhibits import Topic


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of which anything is published; ``missing`` are its months of which nothing is.

    A book is made of it once its last month is published.
    """

    period: ReportPeriod
    missing: tuple[PayPeriod, ...]

    @property
    def is_ready(self) -> bool:
        """Whether its book can be made."""
        return self.period.last not in self.missing


@dataclass(frozen=True, slots=True)
class Entry:
    """An exhibit with its code and its number in the book, as ``3.2``."""

    code: str
    number: str
    exhibit: Exhibit

    @property
    def is_withheld(self) -> bool:
        """Whether nothing of it may be told."""
        told = {
            value.told for row in self.exhibit.rows if not row.is_reference for value in row.values
        }
        return Told.SHOWN not in told and Told.WITHHELD in told

    @property
    def withheld_count(self) -> int:
        """How many of its values are withheld."""
        values = [value for row in self.exhibit.rows for value in row.values]
        return sum(value.told is Told.WITHHELD for value in values)


@dataclass(frozen=True, slots=True)
class Chapter:
    """The exhibits of a topic that tell something."""

    number: int
    topic: Topic
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A quarter's book.

    ``base`` is what the base is called, ``issues`` are the newest issues of its months, ``withheld`` the exhibits that may not be told at
    all, ``digest`` the SHA-256 of all that it tells: equal books tell the same.
    """

    base: Text
    period: ReportPeriod
    issues: tuple[Issue, ...]
    missing: tuple[PayPeriod, ...]
    chapters: tuple[Chapter, ...]
    withheld: tuple[Entry, ...]
    made_on: dt.date
    digest: str

    def exhibit(self, code: str) -> Exhibit | None:
        """Return an exhibit that is told, or None."""
        for chapter in self.chapters:
            for entry in chapter.entries:
                if entry.code == code:
                    return entry.exhibit
        return None

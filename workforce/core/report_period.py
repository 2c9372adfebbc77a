"""What a report is of: a month, a quarter or a year, made of whole months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from workforce.core.errors import InputError
from workforce.core.period import PayPeriod

_QUARTER: Final = re.compile(r"([0-9]{4})-?Q([1-4])")
_YEAR: Final = re.compile(r"[0-9]{4}")


class Span(StrEnum):
    """How long a report's period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months it has."""
        return {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}[self]


@dataclass(frozen=True, slots=True, order=True)
class ReportPeriod:
    """The months from ``first`` on that make one period of its length; ordered by time."""

    first: PayPeriod
    span: Span = Span.MONTH

    def __post_init__(self) -> None:
        """Refuse a quarter or year that begins in the midst of one."""
        if self.first.half or (self.first.month - 1) % self.span.months:
            raise InputError("period.not_a_report_period", text=f"{self.first} ({self.span})")

    @classmethod
    def of(cls, month: PayPeriod, span: Span) -> Self:
        """Return the period of a length that a month is in."""
        first = month.month - (month.month - 1) % span.months
        return cls(PayPeriod(month.year, first), span)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2026-10``, ``2026-Q3`` or ``2026``.

        Raises:
            InputError: anything else.
        """
        if (quarter := _QUARTER.fullmatch(text)) is not None:
            return cls(PayPeriod(int(quarter[1]), 3 * int(quarter[2]) - 2), Span.QUARTER)
        if _YEAR.fullmatch(text):
            return cls(PayPeriod(int(text), 1), Span.YEAR)
        try:
            return cls(PayPeriod.parse_month(text))
        except InputError as error:
            raise InputError("period.not_a_report_period", text=text) from error

    def __str__(self) -> str:
        """Write it as `parse` reads it."""
        if self.span is Span.MONTH:
            return str(self.first)
        year = f"{self.first.year:04d}"
        return year if self.span is Span.YEAR else f"{year}-Q{self.quarter}"

    @property
    def quarter(self) -> int:
        """The number of the quarter that it begins in, from 1."""
        return (self.first.month + 2) // 3

    @property
    def months(self) -> tuple[PayPeriod, ...]:
        """Its months, in order."""
        months = [self.first]
        while len(months) < self.span.months:
            months.append(months[-1].next())
        return tuple(months)

    @property
    def last(self) -> PayPeriod:
        """Its last month."""
        return self.months[-1]

    @property
    def year_ago(self) -> ReportPeriod:
        """The same period of the year before."""
        return ReportPeriod(PayPeriod(self.first.year - 1, self.first.month), self.span)

    def next(self) -> ReportPeriod:
        """Return the period of the same length after it."""
        return ReportPeriod(self.last.next(), self.span)

    def previous(self) -> ReportPeriod:
        """Return the period of the same length before it."""
        return ReportPeriod.of(self.first.previous(), self.span)

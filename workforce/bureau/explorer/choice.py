"""What is asked of the explorer: rows, columns, measures, months. One value, which is the address.

Only cubes can be asked for: rows and columns name the axes of a declared table. What was chosen stands
in the query of the address and nowhere else, so that it can be sent, saved and come back to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

from workforce.core.errors import InputError
from workforce.core.period import PayPeriod

if TYPE_CHECKING:
    from workforce.statistics.cube import CubeSet, CubeTable

WHOLE: Final = "whole"
"""As rows: everybody together, not divided."""
MEASURES: Final = "measures"
"""As columns: one for each measure."""
MONTHS: Final = "months"
"""As columns: one for each month."""

MOST_MEASURES: Final = 6
MOST_MONTHS: Final = 25
"""Two years, and the month with which they are compared."""
SPANS: Final = (3, 6, 13, MOST_MONTHS)
"""How many months the page offers."""

Chosen = TypeVar("Chosen", bound=StrEnum)
Pair = tuple[str, str]
"""Codes of the dimensions of rows and columns; ``""`` for none."""


class Kind(StrEnum):
    """How figures are drawn; the table stands below each drawing."""

    TABLE = "table"
    BAR = "bar"
    LINE = "line"
    HEAT = "heat"


class Compare(StrEnum):
    """With which month each figure is compared."""

    NONE = "none"
    MONTH = "month"
    YEAR = "year"

    def beside(self, period: PayPeriod) -> PayPeriod | None:
        """Return the month to compare with."""
        if self is Compare.MONTH:
            return period.previous()
        return PayPeriod(period.year - 1, period.month) if self is Compare.YEAR else None


class Order(StrEnum):
    """How rows are ordered."""

    GIVEN = "given"
    LARGEST = "largest"
    """By the first column, the largest first."""


@dataclass(frozen=True, slots=True)
class Editions:
    """Which issue of each month is meant: what makes an address show the same figures for ever.

    ``usual`` is the number of every month that is not named; None: whatever is newest.
    """

    usual: int | None = None
    named: tuple[tuple[PayPeriod, int], ...] = ()

    def number(self, period: PayPeriod) -> int | None:
        """Return the number of a month's issue, None for the newest."""
        return dict(self.named).get(period, self.usual)

    @classmethod
    def of(cls, numbers: Mapping[PayPeriod, int]) -> Editions:
        """Fix the issues that are shown."""
        return cls(1, tuple(sorted((month, one) for month, one in numbers.items() if one != 1)))

    @classmethod
    def parse(cls, texts: Sequence[str]) -> Editions:
        """Read ``1`` and ``2026-10.2``.

        Raises:
            InputError: anything else.
        """
        usual, named = None, {}
        for text in texts:
            month, _, number = text.rpartition(".")
            if not (number.isascii() and number.isdigit() and 0 < len(number) < len("10000")):
                raise InputError("explorer.no_issue_number", text=text)
            if month:
                named[PayPeriod.parse_month(month)] = int(number)
            else:
                usual = int(number)
        return cls(usual, tuple(sorted(named.items())))

    def texts(self) -> list[str]:
        """Return what ``parse`` reads."""
        usual = [] if self.usual is None else [str(self.usual)]
        return usual + [f"{month}.{number}" for month, number in self.named]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One question. ``columns`` is `MEASURES`, `MONTHS` or a dimension; ``rows`` `WHOLE` or a dimension.

    ``measures`` are codes, at least one; columns of a dimension, and several rows over months, show
    the first. ``span`` is the number of months, up to ``period``, where the columns are months.
    """

    rows: str
    columns: str
    measures: tuple[str, ...]
    period: PayPeriod
    span: int = 13
    compare: Compare = Compare.NONE
    kind: Kind = Kind.BAR
    order: Order = Order.GIVEN
    editions: Editions = field(default_factory=Editions)

    @property
    def pair(self) -> Pair:
        """The dimensions that a cube must have."""
        rows = "" if self.rows == WHOLE else self.rows
        return rows, "" if self.columns in {MEASURES, MONTHS} else self.columns

    @property
    def shows_one(self) -> bool:
        """Tell whether it has room for one measure only: groups or months stand beside one another."""
        return bool(self.pair[1]) or (self.columns == MONTHS and self.rows != WHOLE)

    @property
    def shown_measures(self) -> tuple[str, ...]:
        """The measures that this question shows beside one another."""
        return self.measures[:1] if self.shows_one else self.measures

    @property
    def compared(self) -> PayPeriod | None:
        """The month beside; a row of months compares by itself."""
        return None if self.columns == MONTHS else self.compare.beside(self.period)

    @property
    def periods(self) -> list[PayPeriod]:
        """The months of the columns, the oldest first; one where they are no months."""
        if self.columns != MONTHS:
            return [self.period]
        return [months_before(self.period, count) for count in reversed(range(self.span))]

    def swapped(self) -> Choice:
        """Return the question with rows and columns exchanged; both are dimensions."""
        return replace(self, rows=self.columns, columns=self.rows)

    def newest(self) -> Choice:
        """Return the question of whatever issues are newest."""
        return replace(self, editions=Editions())

    def arguments(self) -> dict[str, Any]:
        """Return the query of the address; ``read_choice`` reads it back, equal."""
        told = {
            "rows": self.rows,
            "columns": self.columns,
            "measure": list(self.measures),
            "period": str(self.period),
            "span": str(self.span),
            "compare": self.compare.value,
            "kind": self.kind.value,
            "order": self.order.value,
        }
        issues = self.editions.texts()
        return told | {"issue": issues} if issues else told


Values = Callable[[str], Sequence[str]]
"""All values of an argument of the address: ``request.args.getlist``."""


def read_choice(values: Values, usual: Choice) -> Choice:
    """Read a question from an address; what it does not say is as ``usual``.

    Raises:
        InputError: a value that no field of the page offers.
    """

    def one(name: str, otherwise: str) -> str:
        return next((text for text in values(name) if text), otherwise)

    measures = tuple(dict.fromkeys(text for text in values("measure") if text))
    return Choice(
        rows=one("rows", usual.rows),
        columns=one("columns", usual.columns),
        measures=measures[:MOST_MEASURES] or usual.measures,
        period=PayPeriod.parse_month(one("period", str(usual.period))),
        span=_span(one("span", str(usual.span))),
        compare=_member(Compare, one("compare", usual.compare.value)),
        kind=_member(Kind, one("kind", usual.kind.value)),
        order=_member(Order, one("order", usual.order.value)),
        editions=Editions.parse([text for text in values("issue") if text]),
    )


def _span(text: str) -> int:
    if text not in map(str, range(2, MOST_MONTHS + 1)):
        raise InputError("explorer.no_such_choice", text=text, known=f"2–{MOST_MONTHS}")
    return int(text)


def _member(kind: type[Chosen], text: str) -> Chosen:
    try:
        return kind(text)
    except ValueError as error:
        known = ", ".join(kind)
        raise InputError("explorer.no_such_choice", text=text, known=known) from error


def months_before(period: PayPeriod, count: int) -> PayPeriod:
    """Return the month that is so many months earlier."""
    index = period.year * 12 + period.month - 1 - count
    return PayPeriod(index // 12, index % 12 + 1)


def tables_of(cubes: CubeSet, pair: Pair) -> list[CubeTable]:
    """Return the cubes whose axes are those of a pair, in any order."""
    wanted = sorted(code for code in pair if code)
    return [
        table
        for table in cubes.tables.values()
        if sorted(axis.code for axis in table.axes) == wanted
    ]


def measures_of(cubes: CubeSet, pair: Pair) -> list[str]:
    """Return the measures that the cubes of a pair show, in their order."""
    codes = (code for table in tables_of(cubes, pair) for code in table.figures)
    return list(dict.fromkeys(codes))


def pairs_of(cubes: CubeSet) -> list[Pair]:
    """Return every pair of dimensions that is a cube, in the order of the cubes."""
    pairs = (tuple(axis.code for axis in table.axes) for table in cubes.tables.values())
    return list(dict.fromkeys((*pair, "", "")[:2] for pair in pairs))  # type: ignore[misc]


def nearest(cubes: CubeSet, pair: Pair) -> list[Pair]:
    """Return the cubes that share a dimension with a pair that is none, which keeps its place: crossed ones first."""
    rows, columns = pair
    near = [one for one in pairs_of(cubes) if (set(one) & set(pair)) - {""}]
    placed = [
        one[::-1] if one[1] and (one[1] == rows or one[0] == columns) else one for one in near
    ]
    return sorted(placed, key=lambda one: not one[1])

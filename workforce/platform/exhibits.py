"""What the base shows of itself: one figure, curve or table, told once for the hall's screen and the county's book.

A slice declares its exhibits in its ``exhibits.py``, as plain data, and ``slices.py`` collects them::

    EXHIBITS = (ExhibitSource("seats_used", Topic.SEATS, _seats_used),)

A builder reads what is published or is about no person, for the period that it is asked about, and
returns an `Exhibit`, or None where there is nothing to tell. Whoever draws it computes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, cast

from flask import current_app

from workforce.core.money import round_half_up
from workforce.core.text import Text
from workforce.platform import jobs

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod
    from workforce.core.report_period import ReportPeriod
    from workforce.platform.audit import Actor

_EXTENSION: Final = "workforce.exhibits"
REFRESH: Final = "refresh_board"
"""The kind of job that makes what is shown of the exhibits anew."""


class Topic(StrEnum):
    """What an exhibit is about; labels are the terms ``exhibit_topic.*``, chapters and panels go in this order."""

    JOBS = "jobs"
    GROWTH = "growth"
    ORIGIN = "origin"
    WAGES = "wages"
    SEATS = "seats"
    TRAINING = "training"
    PRODUCTION = "production"
    CHAIN = "chain"
    TARGETS = "targets"


class Shape(StrEnum):
    """How an exhibit is best drawn; each can be drawn as a table, too."""

    NUMBERS = "numbers"
    """A few single figures: one value to a line, no more than one column."""
    CURVES = "curves"
    """Lines over months; columns are months, the oldest first."""
    BARS = "bars"
    """Amounts side by side, the largest first or in the natural order of the groups."""
    PARTS = "parts"
    """Parts of one whole."""
    PROGRESS = "progress"
    """What was reached beside what is aimed at: the first line is reached, the second the target."""


class Told(StrEnum):
    """Whether a value can be told."""

    SHOWN = "shown"
    WITHHELD = "withheld"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Value:
    """One value: a whole count of the last shown decimal of its unit; None unless it is shown."""

    number: int | None
    told: Told = Told.SHOWN

    def __post_init__(self) -> None:
        """Refuse a value that says both."""
        if (self.number is None) == (self.told is Told.SHOWN):
            message = f"a value that is {self.told} cannot be {self.number}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of an exhibit: a value for each of its columns.

    ``is_reference``: a target or another base's curve, drawn apart from what was reached.
    """

    label: Text
    values: tuple[Value, ...]
    is_reference: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A figure, curve or table with everything that is to be said of it.

    ``decimals`` of ``unit`` that the values count; ``columns`` as many as each row has values;
    ``note`` for what a reader must know to not misread it (what is missing, what is withheld).
    """

    title: Text
    shape: Shape
    unit: Text
    decimals: int = 0
    columns: tuple[Text, ...]
    rows: tuple[Row, ...]
    definition: Text
    source: Text
    note: Text | None = None

    def __post_init__(self) -> None:
        """Refuse rows of another length than the columns."""
        if any(len(row.values) != len(self.columns) for row in self.rows):
            message = f"rows of {self.title.en!r} differ from its columns"
            raise ValueError(message)


def month_head(month: PayPeriod) -> Text:
    """Return a month as the head of a column."""
    return Text(str(month), str(month))


YUAN: Final = Text("元", "yuan")
_TEN_THOUSAND: Final = Text("万元", "10,000 yuan")
_FEN: Final = 2
_FEN_OF_ITS_HUNDREDTH: Final = 10_000
_MANY_FEN: Final = 100_000_000


def readable(exhibit: Exhibit) -> Exhibit:
    """Return an exhibit as people read it.

    From a million yuan on in ten thousands, to their hundredth; a curve from the first month of which
    anything is known to the last, so that a month alone is drawn as one, and not as a point in nothing.
    """
    return _in_large_units(_known_months(exhibit))


def _known_months(exhibit: Exhibit) -> Exhibit:
    if exhibit.shape is not Shape.CURVES:
        return exhibit
    known = [
        at
        for at in range(len(exhibit.columns))
        if any(row.values[at].told is not Told.UNKNOWN for row in exhibit.rows)
    ]
    if not known or (known[0], known[-1]) == (0, len(exhibit.columns) - 1):
        return exhibit
    span = slice(known[0], known[-1] + 1)
    rows = tuple(replace(row, values=row.values[span]) for row in exhibit.rows)
    return replace(exhibit, columns=exhibit.columns[span], rows=rows)


def _in_large_units(exhibit: Exhibit) -> Exhibit:
    numbers = [value.number or 0 for row in exhibit.rows for value in row.values]
    if (
        exhibit.unit != YUAN
        or exhibit.decimals != _FEN
        or max(map(abs, numbers), default=0) < _MANY_FEN
    ):
        return exhibit
    rows = tuple(
        replace(row, values=tuple(map(_in_ten_thousands, row.values))) for row in exhibit.rows
    )
    return replace(exhibit, unit=_TEN_THOUSAND, rows=rows)


def _in_ten_thousands(value: Value) -> Value:
    number = value.number
    return value if number is None else Value(round_half_up(number, _FEN_OF_ITS_HUNDREDTH))


@dataclass(frozen=True, slots=True)
class ExhibitSource:
    """Where an exhibit comes from; ``code`` is stable: who made it public did so by its code."""

    code: str
    topic: Topic
    build: Callable[[Session, ReportPeriod], Exhibit | None]


def register_exhibits(app: Flask, sources: Sequence[ExhibitSource]) -> None:
    """Tell an app which exhibits there are, in the order of their topics.

    Raises:
        RuntimeError: two have one code.
    """
    known: dict[str, ExhibitSource] = {}
    order = list(Topic)
    for source in sorted(sources, key=lambda one: order.index(one.topic)):
        if known.setdefault(source.code, source) is not source:
            message = f"two exhibits are called {source.code!r}"
            raise RuntimeError(message)
    app.extensions[_EXTENSION] = known


def exhibit_sources() -> dict[str, ExhibitSource]:
    """Return the exhibits of the current app by code, in the order of their topics."""
    return cast("dict[str, ExhibitSource]", current_app.extensions[_EXTENSION])


def refresh_soon(session: Session, actor: Actor) -> None:
    """Queue the making anew of what is shown, in the caller's unit of work: what it reads has changed."""
    jobs.enqueue(session, jobs.kinds()[REFRESH], {}, actor)

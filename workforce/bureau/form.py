"""What a report form is: a title, for which periods, and a way to fill it.

There are two kinds. A *public* form is filled from cubes alone (`Filling`), for officials from published
issues and for a company or the base from their own. A *company* form names people: it is filled from
the tables, and only in the scope of one company.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from workforce.bureau.figures import PeriodFigures
from workforce.bureau.issues.frozen import FrozenMeasure
from workforce.bureau.report import NO_TEXT, Report
from workforce.core.report_period import ReportPeriod, Span
from workforce.core.text import Text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What a public form is filled from: this period and those beside it, for whom and when.

    ``opening`` has the first month that there is, for forms that compare with it. ``targets`` are by
    code of measure, in whole counts of the last shown decimal of its unit; ``definitions`` are what
    measures meant when they were published.
    """

    now: PeriodFigures
    previous: PeriodFigures
    year_ago: PeriodFigures
    opening: PeriodFigures
    targets: Mapping[str, int] = field(default_factory=dict)
    definitions: Mapping[str, FrozenMeasure] = field(default_factory=dict)
    reporter: Text
    filled_on: dt.date
    is_protected: bool
    origin: Text = NO_TEXT

    @property
    def period(self) -> ReportPeriod:
        """What the report is of."""
        return self.now.period


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportForm:
    """One report form.

    ``numbers`` gives its number (表号, this base's own, not that of a state form) for each length of
    period that it can be filled for. A public form has ``fill``; a company form ``fill_named``, which
    is given the scope of one company.
    """

    code: str
    numbers: Mapping[Span, Text]
    title: Text
    summary: Text
    """In one sentence what it tells, for the list of forms."""
    audience: Literal["public", "company"] = "public"
    fill: Callable[[Filling], Report] | None = None
    fill_named: Callable[[Session, Scope, ReportPeriod], Report] | None = None
    compares: tuple[Literal["previous", "year_ago", "opening"], ...] = ("previous", "year_ago")
    """Which other periods it reads; the others are not read for it."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """The lengths of period that it can be filled for, the shortest first."""
        return tuple(span for span in Span if span in self.numbers)

    @property
    def place(self) -> int:
        """Where it stands in a list: the figure that ends each of its numbers."""
        return int(next(iter(self.numbers.values())).en.split()[-1])

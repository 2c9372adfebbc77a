"""What a report form is: a title and a way to fill it from a month's figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from workforce.bureau.report import Report
from workforce.core.text import Text
from workforce.statistics.service import MonthFigures, TaskOutput


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What a form is filled from: this month and those beside it, for whom and when.

    ``year_ago`` is the same month of the year before, for forms that compare with it; ``output`` is
    what was paid by task type, for forms that show it.
    """

    month: MonthFigures
    previous: MonthFigures
    year_ago: MonthFigures | None = None
    output: tuple[TaskOutput, ...] = ()
    reporter: Text
    filled_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportForm:
    """One report form; ``number`` is this base's own, not that of a state form."""

    code: str
    number: Text
    title: Text
    fill: Callable[[Filling], Report]
    compares_year: bool = False
    """Whether it shows the same month of the year before, and output by task type."""

"""By which day a month's return is due: a day of the following month, or the next workday."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from workforce.core.period import PayPeriod
    from workforce.core.work_calendar import WorkCalendar

DEFAULT_DUE_DAY: Final = 10


@dataclass(frozen=True, slots=True)
class DueRule:
    """From a month on (``2026-10``), returns are due on this day of the month after it."""

    first_period: str
    due_day: int


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day; ``is_moved``: the day that was set is no workday."""

    on: dt.date
    is_moved: bool


def due_day(month: PayPeriod, rules: Sequence[DueRule]) -> int:
    """Return the day that the newest rule up to a month says, else the default."""
    known = [rule for rule in rules if rule.first_period <= str(month)]
    return max(known, key=lambda rule: rule.first_period).due_day if known else DEFAULT_DUE_DAY


def deadline(month: PayPeriod, rules: Sequence[DueRule], calendar: WorkCalendar) -> Deadline:
    """Return the last day on which a month's return is in time."""
    wanted = month.next().first_on.replace(day=due_day(month, rules))
    on = wanted
    while not calendar.is_expected_workday(on):
        on += dt.timedelta(days=1)
    return Deadline(on, on != wanted)

"""By which day withheld tax is filed and paid."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workforce.core.law import NATIONAL

if TYPE_CHECKING:
    from workforce.core.law import LawBook
    from workforce.core.period import PayPeriod


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day; ``is_moved``: the law's own day is no workday. Notices of the bureau go before it."""

    on: dt.date
    is_moved: bool


def tax_deadline(book: LawBook, month: PayPeriod) -> Deadline:
    """Return the day by which the tax of a month's pay is filed: the law's, or the next workday.

    Raises:
        LawMissingError: the law data have no day for that month.
    """
    first_on = month.whole.next().first_on
    day = book.value("tax_filing_day", NATIONAL, first_on, "tax_deadline").integer
    by_law = first_on + dt.timedelta(days=day - 1)
    on, calendar = by_law, book.calendar()
    while not calendar.is_expected_workday(on):
        on += dt.timedelta(days=1)
    return Deadline(on, on != by_law)

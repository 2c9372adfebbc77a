"""What is known of a kind of leave before it is granted: how many days there are, and by which rule.

Limits inform whoever asks and whoever decides; they refuse nothing, because a company may grant more
than the law. Whole calendar days count for the leaves that follow an event (marriage, birth, death),
workdays for annual leave and time in lieu.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workforce.core.errors import LawMissingError
from workforce.core.rules.annual_leave import LeaveSteps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workforce.core.law import LawBook

LEAVE_KINDS: Final = (
    "annual_leave",
    "personal_leave",
    "sick_leave",
    "in_lieu_off",
    "marriage_leave",
    "maternity_leave",
    "paternity_leave",
    "bereavement_leave",
    "work_injury_leave",
)
"""In the order in which people ask for them."""

UNPAID_KINDS: Final = frozenset({"personal_leave"})

_LIMITS: Final[Mapping[str, str]] = {
    "bereavement_leave": "bereavement_leave_days",
    "marriage_leave": "marriage_leave_days",
    "maternity_leave": "maternity_leave_days",
    "paternity_leave": "paternity_leave_days",
}
_ASKED_BY: Final = "leave"


@dataclass(frozen=True, slots=True)
class LeaveLimit:
    """The law's days of one leave; ``source`` cites it."""

    code: str
    days: int
    source: str
    is_estimate: bool


def limit_of(book: LawBook, region: str, kind: str, on: dt.date) -> LeaveLimit | None:
    """Return the law's limit of a kind of leave, or None where there is none or none is known."""
    code = _LIMITS.get(kind)
    if code is None:
        return None
    try:
        found = book.value(code, region, on.replace(day=1), _ASKED_BY)
    except LawMissingError:
        return None
    return LeaveLimit(code, found.integer, found.source.reference, found.is_estimate)


def leave_steps(book: LawBook, region: str, year: int) -> LeaveSteps:
    """Return the steps of annual leave that hold in a year.

    Raises:
        LawMissingError: the law data do not say.
    """
    on = dt.date(year, 1, 1)

    def number(code: str) -> int:
        return book.value(code, region, on, _ASKED_BY).integer

    return LeaveSteps(
        steps=tuple(
            (number(f"annual_leave_{step}_months"), number(f"annual_leave_{step}_days"))
            for step in ("first", "second", "third")
        ),
        year_days=number("annual_leave_year_days"),
    )

"""Time in lieu beside a month's pay: the balances of ``attendance.lieu`` as columns and remarks.

Only who has time in lieu in the month is looked at, back to the first day that is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workforce.attendance.lieu import read_lieu
from workforce.core.facts import LeaveKind
from workforce.core.results import NoteBlock

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.facts import Facts
    from workforce.core.money import Column
    from workforce.core.period import PayPeriod
    from workforce.core.work_calendar import WorkCalendar
    from workforce.payroll.facts.columns import Positions
    from workforce.platform.scope import Scope


@dataclass(frozen=True, slots=True)
class LieuBalances:
    """One row each of those with time in lieu in the month; whole minutes."""

    employee: Column
    earned_minutes: Column
    taken_minutes: Column

    def notes(self) -> tuple[NoteBlock, NoteBlock]:
        """Say what is left, and apart from it who has taken more than was earned."""
        left = self.earned_minutes - self.taken_minutes
        return self._note("lieu_balance", left >= 0), self._note("lieu_overdrawn", left < 0)

    def _note(self, code: str, rows: np.ndarray) -> NoteBlock:
        earned, taken = self.earned_minutes[rows], self.taken_minutes[rows]
        return NoteBlock(
            code=code,
            employee=self.employee[rows],
            params={
                "earned_minutes": earned,
                "taken_minutes": taken,
                "left_minutes": np.abs(earned - taken),
            },
        )


NO_LIEU = LieuBalances(*(np.zeros(0, np.int64) for _ in range(3)))


def read_balances(
    session: Session,
    scope: Scope,
    period: PayPeriod,
    facts: Facts,
    positions: Positions,
    calendar: WorkCalendar,
    daily_minutes: int,
) -> LieuBalances:
    """Return the balances at the end of a month; nothing is read where nobody has time in lieu.

    What was entered into the ledger counts as earned, or as taken where it is negative.
    """
    off = facts.leaves.kind == LeaveKind.IN_LIEU_OFF
    if not (off.any() or facts.shifts.is_in_lieu.any()):
        return NO_LIEU
    month = period.whole
    found = read_lieu(session, scope, month.first_on, month.last_on, calendar, daily_minutes)
    places = positions.of(np.array(list(found), np.int64)).tolist()
    rows = sorted(
        (
            place,
            time.earned_minutes + max(time.entered_minutes, 0),
            time.taken_minutes + max(-time.entered_minutes, 0),
        )
        for place, time in zip(places, found.values(), strict=True)
        if place >= 0
    )
    employee, earned, taken = np.array(rows, np.int64).reshape(-1, 3).T
    return LieuBalances(employee=employee, earned_minutes=earned, taken_minutes=taken)

"""Minutes late and left early: a shift's times against the kind of shift of its day.

Grace forgives whole: who comes within the grace is not late at all, who comes after it is late by all
minutes since the start, as clocks and DingTalk count. The figures are stored with the shift when it
is written: a kind of shift that is changed later changes no shift that stands.
"""

from __future__ import annotations

import datetime as dt
from typing import Protocol

_MINUTE = dt.timedelta(minutes=1)


class Times(Protocol):
    """A kind of shift of a day, as ``shift_types.Planned`` tells it."""

    @property
    def late_grace_minutes(self) -> int:
        """Minutes after the start that are forgiven."""

    @property
    def early_grace_minutes(self) -> int:
        """Minutes before the end that are forgiven."""

    def times(self, on: dt.date) -> tuple[dt.datetime, dt.datetime]:
        """Return when the shift of a day begins and ends."""


def late_and_early(
    kind: Times, work_on: dt.date, starts_at: dt.datetime, ends_at: dt.datetime
) -> tuple[int, int]:
    """Return minutes late and minutes left early of a shift that belongs to the day ``work_on``.

    A shift that lies apart from the stated one altogether (extra work in the evening) is neither.
    """
    begins, ends = kind.times(work_on)
    if starts_at >= ends or ends_at <= begins:
        return 0, 0
    late = max((starts_at - begins) // _MINUTE, 0)
    early = max((ends - ends_at) // _MINUTE, 0)
    return (
        late if late > kind.late_grace_minutes else 0,
        early if early > kind.early_grace_minutes else 0,
    )

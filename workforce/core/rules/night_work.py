"""Night shifts: at least two hours of clock time between 22:00 and 06:00, breaks not deducted.

This is a company allowance; the hours are the agreed definition, not a figure of the law.
"""

import numpy as np

from workforce.core.money import Column
from workforce.core.rules.overtime import MINUTES_IN_DAY, ShiftColumns

NIGHT_START_MINUTES = 22 * 60
NIGHT_LENGTH_MINUTES = 8 * 60
NIGHT_END_MINUTES = 6 * 60
LEAST_NIGHT_MINUTES = 2 * 60


def night_minutes(start_minute: Column, end_minute: Column) -> Column:
    """Return the clock minutes of each shift that lie in a night."""
    day = start_minute // MINUTES_IN_DAY
    total = np.zeros_like(start_minute)
    for offset in (-1, 0, 1):
        night = (day + offset) * MINUTES_IN_DAY + NIGHT_START_MINUTES
        first = np.maximum(start_minute, night)
        last = np.minimum(end_minute, night + NIGHT_LENGTH_MINUTES)
        total += np.maximum(last - first, 0)
    return total


def night_shift_count(shifts: ShiftColumns, size: int) -> Column:
    """Return the number of night shifts of the month, one row an employee."""
    span = shifts.end_minute - shifts.start_minute
    # Most shifts are by day: only those that touch a night are looked at closely.
    is_early = shifts.day_minute < NIGHT_END_MINUTES
    is_late = shifts.day_minute + span > NIGHT_START_MINUTES
    rows = np.flatnonzero(shifts.in_month & (is_early | is_late))
    minutes = night_minutes(shifts.start_minute[rows], shifts.end_minute[rows])
    who = shifts.employee[rows[minutes >= LEAST_NIGHT_MINUTES]]
    return np.bincount(who, minlength=size).astype(np.int64)

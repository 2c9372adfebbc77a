"""A shift as people state it beside a file of bare punches: 09:00-18:00/60."""

from __future__ import annotations

import re
from typing import Final

from workforce.core.errors import InputError
from workforce.core.rules.punch_pairing import DAY_MINUTES, PlannedShift

_PLANNED: Final = re.compile(
    r"([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)(?:\s*/\s*(\d{1,3}))?"
)


def planned_shift(written: str) -> PlannedShift:
    """Read a shift as people state it: 09:00-18:00/60, 22:00-06:00; the break in minutes.

    Raises:
        InputError: it is nothing of the kind, or all break.

    """
    match = _PLANNED.fullmatch(written.strip().replace("：", ":"))
    if match is None:
        raise InputError("option.shift", value=written)
    starts = int(match[1]) * 60 + int(match[2])
    ends = int(match[3]) * 60 + int(match[4])
    if ends <= starts:
        ends += DAY_MINUTES
    pause = int(match[5] or 0)
    if pause >= ends - starts:
        raise InputError("option.shift", value=written)
    return PlannedShift(starts, ends, pause)

"""The columns 上班1, 下班1 … of attendance reports: a day's punches in pairs, and the planned times."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from workforce.core.errors import InputError
from workforce.core.text import Text
from workforce.imports.reading import values
from workforce.imports.reading.tables import Row

PLANNED: Final = re.compile(r"(\d{1,2}:\d{2})\s*[-~—至]\s*(?:次日)?\s*(\d{1,2}:\d{2})")
"""The planned times in a shift's name: 白班 09:00-18:00."""

_DAY: Final = dt.timedelta(days=1)
_PAIRS: Final = (1, 2, 3)
_TYPE_LIMIT: Final = 40
_IN: Final = Text("上班", "in")
_OUT: Final = Text("下班", "out")

Pair = tuple[dt.datetime, dt.datetime]


def shift_type(name: str) -> str | None:
    """Return a shift's name without its times."""
    return PLANNED.sub("", name).strip().rstrip(":")[:_TYPE_LIMIT] or None


def punches(row: Row, on: dt.date) -> tuple[list[Pair], list[str]]:
    """Read 上班n/打卡时间, 下班n/打卡时间 and their 打卡结果: the pairs, and all results.

    Raises:
        CellError: a time cannot be read, or one of a pair is missing.

    """
    pairs: list[Pair] = []
    results: list[str] = []
    for n in _PAIRS:
        start = row.get(f"上班{n}/打卡时间", lambda value: values.moment(value, on))
        end = row.get(f"下班{n}/打卡时间", lambda value: values.moment(value, on))
        told = [row.get(f"{side}{n}/打卡结果", values.text) or "" for side in ("上班", "下班")]
        results += told
        lacks_both = start is None and end is None and all("缺卡" in result for result in told)
        if lacks_both or (start is None) != (end is None):
            missing = "上班" if start is None else "下班"
            which = _IN if start is None else _OUT
            error = InputError("punch.missing", on=on, which=which)
            if "请假" in told[0 if start is None else 1]:
                error = InputError("punch.half_leave", on=on)
            raise row.fault(f"{missing}{n}/打卡时间", error)
        if start is not None and end is not None:
            pairs.append((start, end if end > start else end + _DAY))
    return pairs, results

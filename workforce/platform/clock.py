"""The only place that reads the time of day.

The base has one zone and China keeps no daylight saving: a work day is a date of that zone, an
instant is an aware UTC datetime. Tests and the demo fix the clock with ``fixed``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final
from zoneinfo import ZoneInfo

BASE_ZONE: Final = ZoneInfo("Asia/Shanghai")
SLACK: Final = dt.timedelta(hours=1)
"""No two machines' clocks differ by more: what is noted further ahead comes from one that was set back."""


class _Own:
    """How far this process is ahead of the world's clocks, or behind them."""

    ahead = dt.timedelta(0)


_fixed: ContextVar[dt.datetime | None] = ContextVar("fixed_clock", default=None)


def now() -> dt.datetime:
    """Return this instant, aware, in UTC."""
    return _fixed.get() or dt.datetime.now(dt.UTC) + _Own.ahead


def keep_ahead(by: dt.timedelta) -> None:
    """Let this process live in another time, which runs on: that of a demo, made up for one day."""
    _Own.ahead = by


def today() -> dt.date:
    """Return the date at the base."""
    return to_base(now()).date()


def to_base(instant: dt.datetime) -> dt.datetime:
    """Return an aware instant as wall-clock time of the base, still aware."""
    return instant.astimezone(BASE_ZONE)


@contextmanager
def fixed(instant: dt.datetime) -> Iterator[None]:
    """Make ``now()`` return one aware instant inside the block.

    Raises:
        ValueError: the instant is naive.
    """
    if instant.tzinfo is None:
        message = f"naive datetime {instant!r} given for an instant"
        raise ValueError(message)
    token = _fixed.set(instant.astimezone(dt.UTC))
    try:
        yield
    finally:
        _fixed.reset(token)

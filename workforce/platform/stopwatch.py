"""Where the time of long work goes: named laps, counted only while somebody holds a stopwatch.

    with stopwatch() as laps:
        run_payroll(...)
    laps["read"]  # seconds

The code that is measured says ``with lap("read"):`` around its parts, which costs nothing elsewhere.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_running: ContextVar[dict[str, float] | None] = ContextVar("stopwatch", default=None)


@contextmanager
def stopwatch() -> Iterator[dict[str, float]]:
    """Collect the laps of the block: seconds by name."""
    laps: dict[str, float] = {}
    token = _running.set(laps)
    try:
        yield laps
    finally:
        _running.reset(token)


@contextmanager
def lap(name: str) -> Iterator[None]:
    """Add the time of the block to a lap, if a stopwatch runs."""
    laps = _running.get()
    if laps is None:
        yield
        return
    started = time.perf_counter()
    try:
        yield
    finally:
        laps[name] = laps.get(name, 0.0) + time.perf_counter() - started

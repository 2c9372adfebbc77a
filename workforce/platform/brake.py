"""A brake on what strangers may ask: so many points a minute from one network address.

It counts in the memory of one process and forgets after a minute: it is there to keep somebody from
trying address after address, not to count exactly.
"""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import Final

_SECONDS: Final = 60.0
_MOST_ADDRESSES: Final = 10_000
"""So many addresses are remembered; beyond them all are forgotten at once."""


class Brake:
    """Points spent by each address in the last minute."""

    def __init__(self, points: int) -> None:
        """Allow so many points a minute."""
        self._points = points
        self._spent: dict[str, deque[tuple[float, int]]] = {}
        self._lock = Lock()

    def is_on(self, address: str, now: float) -> bool:
        """Tell whether an address has spent its points; ``now`` in seconds of a clock that never jumps."""
        with self._lock:
            spent = self._spent.get(address)
            if spent is None:
                return False
            while spent and spent[0][0] <= now - _SECONDS:
                spent.popleft()
            if not spent:
                del self._spent[address]
            return sum(points for _, points in spent) >= self._points

    def spend(self, address: str, points: int, now: float) -> None:
        """Count what an address has just asked."""
        with self._lock:
            if len(self._spent) >= _MOST_ADDRESSES and address not in self._spent:
                self._spent.clear()
            self._spent.setdefault(address, deque()).append((now, points))

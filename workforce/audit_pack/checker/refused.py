"""Why a calculation stops."""

from __future__ import annotations


class RefusedError(Exception):
    """What is stated must be refused, or the law data lack what it needs."""

    def __init__(self, reason: str, detail: str = "") -> None:
        """Take one of a fixed set of reasons and, perhaps, what it is about."""
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason

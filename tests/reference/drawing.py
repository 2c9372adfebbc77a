"""Small draws shared by the generator's parts; all amounts come out as text."""

from __future__ import annotations

import random
from typing import Any

Scenario = dict[str, Any]


def yuan(fen: int) -> str:
    """Write fen as text."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


class Draw:
    """A seeded source of choices."""

    def __init__(self, seed: str) -> None:
        """Begin a sequence that depends on the seed alone."""
        self.rng = random.Random(seed)  # noqa: S311 - test data, no secret

    def chance(self, probability: float) -> bool:
        """Draw yes or no."""
        return self.rng.random() < probability

    def amount(self, low: int, high: int) -> str:
        """Draw an amount in yuan: often round, often with fen."""
        if self.chance(0.5):
            return yuan(self.rng.randint(low, high) * 100)
        return yuan(self.rng.randint(low * 100, high * 100))

    def one(self, *choices: str) -> str:
        """Draw one of a few."""
        return self.rng.choice(choices)

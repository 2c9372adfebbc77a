"""Values that are made when they are first asked for: a form reads few of a month's figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

V = TypeVar("V")


class Lazy(Mapping[str, V]):
    """A mapping in the order of its makers; each of them is called once at most."""

    __slots__ = ("_made", "_makers")

    def __init__(self, makers: Mapping[str, Callable[[], V]]) -> None:
        """Keep who makes which value."""
        self._makers = makers
        self._made: dict[str, V] = {}

    def __getitem__(self, key: str) -> V:
        """Return a value, made now where nobody has asked for it."""
        if key not in self._made:
            self._made[key] = self._makers[key]()
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        """Tell whether there is such a value without making it."""
        return key in self._makers

    def __iter__(self) -> Iterator[str]:
        """Yield the keys in their order."""
        return iter(self._makers)

    def __len__(self) -> int:
        """Return how many values there are."""
        return len(self._makers)

"""The law of this installation, read once for all requests until a file of it changes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from workforce.core.law import LawBook
from workforce.platform.installation import installation

if TYPE_CHECKING:
    from pathlib import Path


def law_book() -> LawBook:
    """Return the packaged law with this installation's approved files laid over it."""
    files = []
    for path in installation().law_overlays:
        state = path.stat()
        files.append((path, state.st_mtime_ns, state.st_size))
    return _read(tuple(files))


@lru_cache(maxsize=4)
def _read(files: tuple[tuple[Path, int, int], ...]) -> LawBook:
    return LawBook.load([path for path, _changed, _size in files])

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
    return _read(_files())


def law_book_as_of(law_hash: str) -> LawBook:
    """Return the law as it was when it had a fingerprint: without the files that were added since.

    Where none fits, the packaged law itself has changed with the program: then the law as it is now.
    """
    files = _files()
    for count in range(len(files), -1, -1):
        book = _read(files[:count])
        if book.hash == law_hash:
            return book
    return law_book()


_Files = tuple[tuple["Path", int, int], ...]


def _files() -> _Files:
    """Return the approved files with what tells whether they have changed."""
    states = [(path, path.stat()) for path in installation().law_overlays]
    return tuple((path, state.st_mtime_ns, state.st_size) for path, state in states)


@lru_cache(maxsize=4)
def _read(files: _Files) -> LawBook:
    return LawBook.load([path for path, _changed, _size in files])

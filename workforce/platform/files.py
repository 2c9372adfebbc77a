"""File names made by us, and files that are whole or absent.

A name that came from outside (an upload, a company's name, an employee number) never becomes a path:
it is reduced to one harmless component. A produced file appears under its name only when complete,
so that a reader never meets half a register and a killed process leaves the old file in place.
"""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

READABLE: Final = 0o640
"""Read by the account that the service runs as, and by its group."""
PRIVATE: Final = 0o600
"""Read by the account that the service runs as alone."""

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of a spreadsheet."""

_LENGTH_LIMIT_BYTES: Final = 180
# Letters and digits of any script, and a few marks; no separators, no control or format characters.
_UNSAFE: Final = re.compile(r"[^\w.\-()（）]+", re.UNICODE)
_RESERVED: Final = frozenset(
    {
        "con",
        "prn",
        "aux",
        "nul",
        *(f"com{n}" for n in range(1, 10)),
        *(f"lpt{n}" for n in range(1, 10)),
    },
)


def safe_name(text: str, *, fallback: str = "file") -> str:
    """Return one file name made of ``text``: no folder, no leading dot, at most 180 bytes of UTF-8.

    Chinese characters stay. The suffix stays when the name must be cut. The result is never empty
    and never a name that Windows reserves, because these files are sent to people who use it.
    """
    name = unicodedata.normalize("NFC", text).replace("\\", "/").rsplit("/", 1)[-1]
    name = _UNSAFE.sub("_", name).strip("._ ")
    if not name:
        name = fallback
    if name.split(".", 1)[0].lower() in _RESERVED:
        name = f"_{name}"
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix.encode()) > len("numbers1"):
        stem, suffix = name, ""
    ending = f".{suffix}" if suffix else ""
    room = _LENGTH_LIMIT_BYTES - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore") + ending


def made_name(*parts: str, ending: str) -> str:
    """Return a file name made of several texts, each whole: a slash in an employee number is no folder."""
    text = "_".join(part.replace("/", "_").replace("\\", "_") for part in parts)
    return safe_name(f"{text}.{ending}")


@contextmanager
def atomic_write(path: Path, *, mode: int = READABLE) -> Iterator[IO[bytes]]:
    """Open a binary file that takes the name ``path`` when the block ends well, else vanishes.

    The folder is made if absent. The bytes are on the disk before the name points to them. ``mode``
    is who may read it: ``READABLE`` or ``PRIVATE``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_bytes(path: Path, content: bytes, *, mode: int = READABLE) -> None:
    """Write a whole file atomically."""
    with atomic_write(path, mode=mode) as file:
        file.write(content)

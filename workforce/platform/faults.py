"""What the machine lacks when work fails: things that whoever looks after the server can put right."""

from __future__ import annotations

import errno
import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError, OperationalError

from workforce.core.errors import DomainError, InputError

_FULL: Final = frozenset({"SQLITE_FULL", "53100"})
_READ_ONLY: Final = frozenset({"SQLITE_READONLY", "25006"})
_BUSY: Final = frozenset({"SQLITE_BUSY", "55P03"})
"""SQLite's names of an error without their second part, and PostgreSQL's codes."""


def storage_fault(error: BaseException) -> DomainError | None:
    """Return what an error says of the disk: it is full, or nothing can be written; else None.

    To try again at once does not help.
    """
    code = _code(error)
    if code in _FULL or _number(error) in {errno.ENOSPC, errno.EDQUOT}:
        return InputError("storage.full")
    if code in _READ_ONLY or _number(error) == errno.EROFS:
        return InputError("storage.read_only")
    return None


def database_fault(error: DBAPIError) -> DomainError | None:
    """Return what people can put right about a database: its disk, another's writing, the way to it."""
    found = storage_fault(error)
    if found is not None:
        return found
    if _code(error) in _BUSY:
        return InputError("database.busy")
    # Without a statement it failed before there was a connection.
    if isinstance(error, OperationalError) and error.statement is None:
        return InputError("database.unreachable", reason="".join(str(error.orig).splitlines()[:1]))
    return None


def _code(error: BaseException) -> str | None:
    if not isinstance(error, DBAPIError):
        return None
    if isinstance(error.orig, sqlite3.Error):
        name = getattr(error.orig, "sqlite_errorname", "")
        return "_".join(name.split("_")[:2])
    return getattr(error.orig, "sqlstate", None)


def _number(error: BaseException) -> int | None:
    return error.errno if isinstance(error, OSError) else None

"""Preparing the database for loading millions of rows, and telling its planner of them afterwards."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

_CACHE_KIB: Final = 256 * 1024
_CHECKPOINT_PAGES: Final = 50_000
_ROWS_LOOKED_AT: Final = 1_000
"""Of each index: enough to tell a selective one from another, in moments also at 26 million rows."""


def make_room(session: Session) -> None:
    """Let the caller's connection hold many pages while millions of rows go into indexes.

    SQLite alone needs it. Nothing that keeps data safe is changed: foreign keys, the write-ahead log
    and its syncing stay as they are; the log is only folded into the file less often.
    """
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")


def gather_statistics(session: Session) -> None:
    """Tell the query planner how large the tables have become."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA analysis_limit = {_ROWS_LOOKED_AT}")
    connection.exec_driver_sql("ANALYZE")

"""A throw-away PostgreSQL server: its own folder, a Unix socket only, gone with the test run."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

_OWNER = "postgres"
TEMPLATE: Final = "template_workforce"
"""The database with all tables and no rows, which whoever starts the server makes."""


# What a database has of each kind: a test that changes its shape does not hand it on.
_SHAPE = """
SELECT (SELECT md5(string_agg(relname, ',' ORDER BY relname)) FROM pg_class),
    (SELECT count(*) FROM pg_attribute WHERE NOT attisdropped),
    (SELECT count(*) FROM pg_constraint),
    (SELECT count(*) FROM pg_proc),
    (SELECT count(*) FROM pg_trigger WHERE tgenabled = 'O')
"""

_END_OTHERS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

_NUMBER_ANEW = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL
"""


@dataclass(frozen=True)
class Server:
    """A running server."""

    socket_folder: Path
    _shapes: dict[str, tuple[object, ...]] = field(default_factory=dict)
    """Of each database that is lent and taken back."""
    _free: list[str] = field(default_factory=list)

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://{_OWNER}@/{database}?host={self.socket_folder}"

    def create(self, database: str, template: str = "template0") -> None:
        """Make a database, as a copy of another."""
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(
                sql.Identifier(database), sql.Identifier(template)
            )
        )

    def drop(self, database: str) -> None:
        """Remove a database with whoever is connected to it."""
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    def lend(self) -> str:
        """Return a copy of ``TEMPLATE``, new or used before: to make one takes longer than most tests do."""
        if self._free:
            return self._free.pop()
        name = f"lent_{len(self._shapes)}"
        self.create(name, TEMPLATE)
        with self._connect(name) as connection:
            self._shapes[name] = _shape(connection)
        return name

    def take_back(self, name: str) -> None:
        """Empty a database for the next test, or drop it: another shape is nobody else's."""
        with self._connect(name) as connection:
            connection.execute(_END_OTHERS)
            is_as_made = _shape(connection) == self._shapes[name]
            if is_as_made:
                _empty(connection)
        if is_as_made:
            self._free.append(name)
        else:
            self.drop(name)

    def _run(self, statement: sql.Composed) -> None:
        with self._connect("postgres") as connection:
            connection.execute(statement)

    def _connect(self, database: str) -> psycopg.Connection:
        address = f"host={self.socket_folder} user={_OWNER} dbname={database}"
        return psycopg.connect(address, autocommit=True)


def _shape(connection: psycopg.Connection) -> tuple[object, ...]:
    return connection.execute(_SHAPE).fetchone() or ()


def _empty(connection: psycopg.Connection) -> None:
    """Remove every row, whatever triggers and keys keep, and let numbers begin anew."""
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    asked = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(
            sql.Literal(name), sql.Identifier(name)
        )
        for (name,) in tables
    ]
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(asked)).fetchall():
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        connection.execute(_NUMBER_ANEW)


def _program(name: str) -> str:
    found = [str(path) for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}")]
    # The newest version installed; elsewhere than on Debian the programs are on the PATH.
    return max(found, key=lambda path: int(Path(path).parts[4])) if found else name


def _as_owner(*command: str) -> None:
    # The server refuses to run as root.
    prefix = ["runuser", "-u", _OWNER, "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")


@contextmanager
def server() -> Iterator[Server]:
    """Start a server and stop it with the block."""
    # A socket's path has at most 107 characters: pytest's own folders are too deep.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, _OWNER)
    data = folder / "data"
    try:
        _as_owner(
            _program("initdb"), "-D", str(data), "-U", _OWNER, "-A", "trust", "--no-sync",
            "-E", "UTF8", "--no-locale",
        )  # fmt: skip
        options = f"-c listen_addresses= -k {folder} -c fsync=off -c full_page_writes=off"
        control = (_program("pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"))
        _as_owner(*control, "-o", options, "start")
        try:
            yield Server(folder)
        finally:
            _as_owner(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)

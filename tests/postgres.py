"""A throw-away PostgreSQL server: its own folder, a Unix socket only, gone with the test run."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

_OWNER = "postgres"


@dataclass(frozen=True)
class Server:
    """A running server."""

    socket_folder: Path

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

    def _run(self, statement: sql.Composed) -> None:
        address = f"host={self.socket_folder} user={_OWNER} dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)


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

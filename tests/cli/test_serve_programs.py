"""What ``serve`` starts beside itself: started anew when it dies, gone when serve is gone."""

from __future__ import annotations

import os
import select
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.test_serve import command

_DEADLINE_S = 60


@pytest.fixture
def server(
    new_installation: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[subprocess.Popen[str]]:
    """A new installation that is being served, with one web process and a worker."""
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    words = command(new_installation, "serve", "--port", str(port), "--processes", "1")
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        yield process
        if process.poll() is None:
            process.kill()


def _hear(server: subprocess.Popen[str], words: str) -> None:
    assert server.stdout is not None
    for line in server.stdout:
        if words in line:
            return
    pytest.fail(f"{words!r} was not said")


def _worker(instance: Path) -> int:
    """Return the process number of the newest worker."""
    with sqlite3.connect(instance / "workforce.sqlite3") as database:
        (name,) = database.execute("SELECT name FROM worker ORDER BY id DESC LIMIT 1").fetchone()
    database.close()
    return int(str(name).rpartition(":")[2])


@contextmanager
def _ends(process_id: int) -> Iterator[None]:
    """Do what the block does, and see that the process has ended or ends by it.

    A process closes its output a moment before it is gone, so that alone does not tell.
    """
    handle = os.pidfd_open(process_id)
    try:
        yield
        readable, _, _ = select.select([handle], [], [], _DEADLINE_S)
    finally:
        os.close(handle)
    assert readable, f"process {process_id} is still there"


def test_a_killed_worker_is_started_anew_and_ends_with_the_server(
    tmp_path: Path, server: subprocess.Popen[str]
) -> None:
    _hear(server, "The worker is at work")
    first = _worker(tmp_path)
    os.kill(first, signal.SIGKILL)
    _hear(server, "The worker ended with code -9")
    _hear(server, "The worker is at work")
    second = _worker(tmp_path)
    assert second != first
    with _ends(second):
        server.terminate()
        assert server.stdout is not None
        # The output ends when the last process that holds it has ended.
        server.stdout.read()
    assert server.wait(timeout=_DEADLINE_S) == 0


def test_when_the_server_is_killed_the_worker_ends_by_itself(
    tmp_path: Path, server: subprocess.Popen[str]
) -> None:
    _hear(server, "The worker is at work")
    worker = _worker(tmp_path)
    with _ends(worker):
        server.kill()
        assert server.stdout is not None
        server.stdout.read()
    with sqlite3.connect(tmp_path / "workforce.sqlite3") as database:
        ended = database.execute("SELECT count(*) FROM worker WHERE ended_at IS NOT NULL")
        assert ended.fetchone() == (1,)
    database.close()

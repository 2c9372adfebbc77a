"""Serving the pages from the command line."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ENVIRON = {
    **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
    "LC_ALL": "en_US.UTF-8",
    "PYTHONUNBUFFERED": "1",
}


def _command(instance: Path, *arguments: str) -> list[str]:
    program = "from workforce.cli.main import main; main()"
    return [sys.executable, "-c", program, "--instance", str(instance), *arguments]


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    subprocess.run(_command(tmp_path, "init"), check=True, env=ENVIRON, capture_output=True)
    return tmp_path


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.feature("ALL-11")
def test_the_pages_are_served(instance: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = _command(instance, "serve", "--port", str(port))
    with subprocess.Popen(command, env=ENVIRON, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            # The line is printed when the port is open: no need to try again and again.
            assert server.stdout.readline() == f"Serving http://127.0.0.1:{port}/ (Ctrl+C stops)\n"
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as answer:
                assert answer.read() == b'{"status":"ok"}\n'
                assert answer.headers["Server"] is None
        finally:
            server.terminate()


def test_a_taken_port_is_one_sentence(instance: Path, taken_port: int) -> None:
    command = _command(instance, "serve", "--port", str(taken_port))
    result = subprocess.run(command, check=False, env=ENVIRON, capture_output=True, text=True)
    assert result.returncode == 2
    assert result.stderr.startswith(f"Error: Port {taken_port} of 127.0.0.1 cannot be used: ")
    assert len(result.stderr.splitlines()) == 1

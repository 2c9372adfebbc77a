"""Serving the pages from the command line, on a machine without a network."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests import postgres
from tests.engines import both_engines
from tests.factories import PASSWORD
from tests.payroll.test_month_by_hand import fill
from tests.payroll.world import create_world
from workforce.cli.support import State
from workforce.config import DATABASE_VARIABLE, SECOND_FACTOR_VARIABLE
from workforce.core.law import LawBook
from workforce.migrations import load_models
from workforce.platform.db import db

# What serves reaches nobody but this machine; PostgreSQL is behind a Unix socket.
PROGRAM = """
from pytest_socket import socket_allow_hosts
socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
from workforce.cli.main import main
main()
"""


def command(instance: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-c", PROGRAM, "--instance", str(instance), *arguments]


@pytest.fixture
def instance(
    engine_name: str,
    new_installation: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Path]:
    """A new installation; its database is found in the environment, as its language is."""
    load_models()
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    monkeypatch.setenv(SECOND_FACTOR_VARIABLE, "0")
    database = new_installation / "workforce.sqlite3"
    monkeypatch.setenv(DATABASE_VARIABLE, f"sqlite:///{database}")
    server: postgres.Server | None = None
    if engine_name == "postgresql":
        server = request.getfixturevalue("postgres_server")
        server.create("serve")
        monkeypatch.setenv(DATABASE_VARIABLE, server.url("serve"))
        subprocess.run(command(new_installation, "init"), check=True, capture_output=True)
    yield new_installation
    if server is not None:
        server.drop("serve")


@contextmanager
def served(instance: Path) -> Iterator[str]:
    """Serve an installation; give the address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    words = command(instance, "serve", "--port", str(port), "--processes", "1", "--no-worker")
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            # The line is printed when the port is open: no need to try again and again.
            assert server.stdout.readline() == f"Serving http://127.0.0.1:{port}/ (Ctrl+C stops)\n"
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


class Browser:
    """Gets pages and what they load, and keeps cookies."""

    def __init__(self, address: str) -> None:
        """Begin without a cookie, behind a web server on this machine."""
        self._address = address
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )
        # What a visitor claims of himself stands before what the web server saw.
        self._opener.addheaders.append(("X-Forwarded-For", "203.0.113.9, 10.1.2.3"))

    def get(self, path: str, form: dict[str, str] | None = None) -> bytes:
        """Return the body of an answer that is no error."""
        data = None if form is None else urlencode(form).encode()
        with self._opener.open(self._address + path, data) as answer:
            assert answer.headers["Server"] is None
            body: bytes = answer.read()
        return body

    def sign_in(self, login_name: str) -> None:
        """Sign in with the password of all test accounts."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get("/sign-in").decode())
        assert token is not None
        form = {"csrf_token": token[1], "login_name": login_name, "password": PASSWORD}
        assert b"/sign-out" in self.get("/sign-in", form)

    def visit(self, path: str) -> str:
        """Get a page with its styles, scripts, pictures and fonts, all of them of this server."""
        page = self.get(path).decode()
        loaded = re.findall(r'(?:\ssrc|<link[^>]*\shref|<use[^>]*\shref)="([^"]+)"', page)
        assert any(each.endswith(".css") or ".css?" in each for each in loaded)
        for each in loaded:
            assert each.startswith("/"), each
            assert self.get(each)
        return page


@both_engines
@pytest.mark.feature("ALL-11")
def test_pages_and_documents_are_served_without_a_network(instance: Path) -> None:
    """Finance looks at the run and one payslip, and takes the PDF and the register."""
    with State(instance=instance, locale="en").app():
        world = create_world(db.session(), LawBook.load())
        fill(world)
        world.run()
        run_id, slip_id = world.approve(), world.slip("W1").id
        login_name = world.approver.login_name
    with served(instance) as address:
        browser = Browser(address)
        assert json.loads(browser.get("/health"))["status"] == "ok"
        browser.sign_in(login_name)
        for path in ("/", "/payroll/runs", f"/payroll/runs/{run_id}", "/law"):
            browser.visit(path)
        page = browser.visit("/me")
        assert "10.1.2.3" in page
        assert "203.0.113.9" not in page
        assert "1,988.18" in browser.visit(f"/payroll/payslips/{slip_id}")
        assert browser.get(f"/payroll/payslips/{slip_id}/pdf").startswith(b"%PDF")
        assert browser.get(f"/payroll/runs/{run_id}/register.xlsx").startswith(b"PK")


def test_a_taken_port_is_one_sentence(instance: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        words = command(instance, "serve", "--port", str(port))
        result = subprocess.run(words, check=False, capture_output=True, text=True)
    assert result.returncode == 2
    assert result.stderr.startswith(f"Error: Port {port} of 127.0.0.1 cannot be used: ")
    assert len(result.stderr.splitlines()) == 1

"""A real browser in front of a real server, both on this machine only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import make_server

from tests.e2e.chromium import launch
from tests.factories.web import FormClient
from workforce.accounts.models import Account

ClientAs = Callable[[Account], FormClient]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The address of a server of this test's app."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Visitor:
    """A browser of its own, whose complaints are kept."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> int:
        """Go to a page of the service and return the status of the answer."""
        response = self.page.goto(f"{self.address}{path}")
        assert response is not None
        return response.status

    def speak(self, locale: str) -> None:
        """Choose the language of the pages."""
        cookie = {"name": "locale", "value": locale, "url": self.address}
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]

    def hear(self, message: ConsoleMessage) -> None:
        """Keep what the browser writes to its console."""
        self.complaints.append(f"{message.type}: {message.text}")


class Visitors:
    """Makes browsers for accounts."""

    def __init__(self, chromium: Browser, address: str, client_as: ClientAs) -> None:
        self._chromium = chromium
        self._address = address
        self._client_as = client_as
        self._contexts: list[BrowserContext] = []

    def visit(
        self, account: Account | None = None, *, width: int = 1280, has_script: bool = True
    ) -> Visitor:
        """Return a browser, as wide as asked, in which an account is signed in."""
        context = self._chromium.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=has_script
        )
        self._contexts.append(context)
        if account is not None:
            cookie = self._client_as(account).get_cookie("session")
            assert cookie is not None
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self._address}])
        visitor = Visitor(context.new_page(), self._address)
        visitor.page.on("console", visitor.hear)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        return visitor

    def close(self) -> None:
        """Close every browser."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def visitors(chromium: Browser, address: str, client_as: ClientAs) -> Iterator[Visitors]:
    """Browsers for this test."""
    visitors = Visitors(chromium, address, client_as)
    yield visitors
    visitors.close()

"""Several at the same instant, and one who has to wait for another: in sessions of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy.orm import Session

from workforce.core.errors import DomainError
from workforce.platform.db import db, unit_of_work

AT_ONCE = 8
_LONG_ENOUGH = 1.0


def together(app: Flask, attempt: Callable[[Session], bool]) -> list[bool]:
    """Make an attempt in several threads at once, each in a unit of work of its own."""
    start = threading.Barrier(AT_ONCE)

    def run(_number: int) -> bool:
        with app.app_context():
            start.wait(30)
            with unit_of_work() as working:
                return attempt(working)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(run, range(AT_ONCE)))


class Other(threading.Thread):
    """Does something in a session of its own and keeps how it ended."""

    def __init__(self, app: Flask, act: Callable[[], object]) -> None:
        """Take the app and what to do."""
        super().__init__(daemon=True)
        self.app, self.act = app, act
        self.error: DomainError | None = None

    def run(self) -> None:
        with self.app.app_context():
            try:
                self.act()
            except DomainError as error:
                self.error = error
            finally:
                db.session.remove()

    def has_to_wait(self) -> bool:
        """Begin, and tell whether it cannot go on yet."""
        self.start()
        self.join(_LONG_ENOUGH)
        return self.is_alive()

"""One web app per process and engine, which moves from one test's installation to the next's.

To make an app takes longer than most tests do: hundreds of addresses are compiled, templates are
read, and a new engine has forgotten every compiled statement.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import event, make_url

from workforce.app import create_app, use_installation
from workforce.config import Settings
from workforce.platform.db import db


class SharedApp:
    """An app and its engine, whose connections lead to the database of the day."""

    def __init__(self, settings: Settings) -> None:
        self.app = create_app(settings)
        self._extensions = dict(self.app.extensions)
        with self.app.app_context():
            self.engine = db.engine
        event.listen(self.engine, "do_connect", self._connect)

    def move(self, settings: Settings) -> Flask:
        """Serve another installation, whose engine is of the same kind.

        The connections to the one before must be closed. What a test told the app, such as kinds of
        jobs of its own, is forgotten.
        """
        self.app.extensions.clear()
        self.app.extensions.update(self._extensions)
        use_installation(self.app, settings)
        self.engine.url = make_url(settings.database_url)
        return self.app

    def _connect(self, dialect: Any, *_asked: object) -> Any:
        positional, named = dialect.create_connect_args(self.engine.url)
        return dialect.connect(*positional, **named)


class SharedApps:
    """The apps of this process, by the kind of their engine."""

    def __init__(self) -> None:
        self._apps: dict[str, SharedApp] = {}

    def open(self, engine_name: str, settings: Settings) -> Flask:
        """Return the app for an installation."""
        if engine_name not in self._apps:
            self._apps[engine_name] = SharedApp(settings)
        return self._apps[engine_name].move(settings)

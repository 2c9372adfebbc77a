"""A browser for tests that sends forms as a browser does: with the page's token."""

from __future__ import annotations

import re
import secrets
from contextvars import copy_context
from typing import Any, cast

from flask.ctx import AppContext
from flask.globals import _cv_app
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

_TOKEN = "csrf_token"


def without_tokens(text: str) -> str:
    """Return a page without its random tokens, which may contain any two letters that a test looks for."""
    return re.sub(r'"[\w.-]{60,}"', '""', text)


class FormClient(FlaskClient):
    """Flask's test client with ``post_form``, whose requests stand alone.

    A request that is made inside a test's own app context would share its ``g``, and with it the
    visitor of the request before: each request gets a context of its own, as in a server. What a
    request has changed is seen by the test's session after ``session.rollback()``.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Make one request."""
        return copy_context().run(self._open_alone, *args, **kwargs)

    def _open_alone(self, *args: Any, **kwargs: Any) -> TestResponse:
        _cv_app.set(cast("AppContext", None))
        return super().open(*args, **kwargs)

    def post_form(
        self,
        path: str,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> TestResponse:
        """Send a form with a valid token; files are given as ``(stream, name)``."""
        return self.post(path, data={**(data or {}), _TOKEN: self._new_token()}, headers=headers)

    def post_json(self, path: str, content: object) -> TestResponse:
        """Send JSON as a page's script does, with the token in a header."""
        return self.post(path, json=content, headers={"X-CSRFToken": self._new_token()})

    def _new_token(self) -> str:
        with self.session_transaction() as cookie:
            raw = cookie.setdefault(_TOKEN, secrets.token_hex(20))
        secret = self.application.config["SECRET_KEY"]
        return str(URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(raw))

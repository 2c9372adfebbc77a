"""A browser for tests that sends forms as a browser does: with the page's token."""

from __future__ import annotations

import secrets
from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

_TOKEN = "csrf_token"


class FormClient(FlaskClient):
    """Flask's test client with ``post_form``."""

    def post_form(self, path: str, data: dict[str, Any] | None = None) -> TestResponse:
        """Send a form with a valid token; files are given as ``(stream, name)``."""
        with self.session_transaction() as cookie:
            raw = cookie.setdefault(_TOKEN, secrets.token_hex(20))
        secret = self.application.config["SECRET_KEY"]
        token = URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(raw)
        return self.post(path, data={**(data or {}), _TOKEN: token})

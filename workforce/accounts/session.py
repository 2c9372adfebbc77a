"""From a signed cookie to a visitor with a role and a scope.

The cookie holds the account's key and a fingerprint of its password hash: a changed password or a
switched-off account ends every session at the next request.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast

from flask import current_app, session
from flask_login import LoginManager, UserMixin, login_user, logout_user

from workforce.accounts.models import Account
from workforce.accounts.queries import active_account
from workforce.accounts.service import scope_of
from workforce.core.permissions import Role
from workforce.platform import clock, crypto
from workforce.platform.db import db
from workforce.platform.scope import Scope
from workforce.platform.web import ask_to_sign_in

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

TeamReader = Callable[["Session", int, dt.date], frozenset[int]]
"""(session, account_id, on) → the teams that the account leads on that day."""

_TEAM_READER: Final = "workforce.team_reader"
_FINGERPRINT_DIGITS: Final = 32


class SignedIn(UserMixin):  # type: ignore[misc]
    """The visitor of a request: ``platform.web.Principal`` for Flask-Login."""

    def __init__(self, account: Account) -> None:
        """Copy what a request needs, so that an ended transaction cannot take it away."""
        self._account = account
        self.account_id = account.id
        self.login_name = account.login_name
        self.display_name = account.display_name
        self.role = Role(account.role)
        self.company_id = account.company_id
        self.person_id = account.person_id
        self.locale = account.locale
        self._fingerprint = fingerprint(account)

    def get_id(self) -> str:
        """Return what the cookie keeps."""
        return f"{self.account_id}.{self._fingerprint}"

    @cached_property
    def _reach(self) -> Scope:
        if self.role is not Role.SUPERVISOR:
            return scope_of(self._account)
        reader = cast("TeamReader", current_app.extensions[_TEAM_READER])
        return scope_of(self._account, reader(db.session(), self.account_id, clock.today()))

    def scope(self) -> Scope:
        """Return how far this account's queries reach, today."""
        return self._reach


def fingerprint(account: Account) -> str:
    """Return what a session of this account must know; it changes with the password."""
    message = f"session {account.id} {account.password_hash}".encode()
    return crypto.signature(message)[:_FINGERPRINT_DIGITS]


def _load(cookie_id: str) -> SignedIn | None:
    key, _, stamp = cookie_id.partition(".")
    if not key.isdecimal():
        return None
    account = active_account(db.session(), int(key))
    if account is None or not hmac.compare_digest(stamp, fingerprint(account)):
        return None
    return SignedIn(account)


def init_sessions(app: Flask, *, team_reader: TeamReader) -> None:
    """Let the app know its visitors; ``team_reader`` comes from a higher slice (companies)."""
    manager = LoginManager(app)
    # Phones change their network address all day: a session is not bound to it.
    manager.session_protection = None
    manager.user_loader(_load)
    manager.unauthorized_handler(ask_to_sign_in)
    app.extensions[_TEAM_READER] = team_reader


def begin_session(account: Account) -> None:
    """Begin a new session: nothing of the visitor's earlier one (a planted token, say) survives."""
    session.clear()
    session.permanent = True
    login_user(SignedIn(account))


def end_session() -> None:
    """Forget the visitor."""
    logout_user()
    session.clear()

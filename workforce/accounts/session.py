"""From a signed cookie to a visitor with a role and a scope.

The cookie holds a random token, of which the database knows the hash, and the minute of its last use.
So a session ends on the server: signing out, a changed password, a switched-off account or a reset
end every copy of its cookie at the next request. It also ends after twelve hours, and earlier when
nobody has used it for as long as its role allows: whoever reaches other people's pay leaves no open
desk. The minute lies in the cookie, so that reading a page never waits for a writer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast

from flask import current_app, flash, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from workforce.accounts import second_factor, sign_in
from workforce.accounts.models import Account
from workforce.accounts.queries import visitor
from workforce.accounts.service import scope_of
from workforce.core.permissions import Role
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.i18n import gettext as _
from workforce.platform.installation import installation
from workforce.platform.scope import Scope
from workforce.platform.web import ask_to_sign_in

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session


TeamReader = Callable[["Session", int, dt.date], frozenset[int]]
"""(session, account_id, on) → the teams that the account leads on that day."""

_TEAM_READER: Final = "workforce.team_reader"
_HALF_AN_HOUR: Final = dt.timedelta(minutes=30)
_HALF_A_SHIFT: Final = dt.timedelta(hours=4)
IDLE_LIMIT: Final = {
    Role.ANNOTATOR: sign_in.LONGEST_SESSION,
    Role.SUPERVISOR: _HALF_A_SHIFT,
    Role.FINANCE: _HALF_AN_HOUR,
    Role.COMPANY_ADMIN: _HALF_AN_HOUR,
    Role.BASE_ADMIN: _HALF_AN_HOUR,
    Role.OFFICIAL: _HALF_AN_HOUR,
}
"""How long a session may lie unused: annotators' phones lock themselves, an office desk does not."""
_SEEN: Final = "seen"
_TOKEN: Final = "_user_id"  # noqa: S105 - a key of the cookie, no password
"""Where Flask-Login keeps what ``SignedIn.get_id`` returns."""

CHANGE_PASSWORD_ENDPOINT: Final = "accounts.change_password"  # noqa: S105 - a page, no password
ENROL_ENDPOINT: Final = "accounts.enrol"
POLLED_ENDPOINT: Final = "operations.job_progress"
"""What an open page asks by itself, again and again: nobody need be at the desk."""


class SignedIn(UserMixin):  # type: ignore[misc]
    """The visitor of a request: ``platform.web.Principal`` for Flask-Login."""

    def __init__(
        self, account: Account, token: str = "", *, has_second_factor: bool = False
    ) -> None:
        """Copy what a request needs, so that an ended transaction cannot take it away."""
        self._account = account
        self.token = token
        self.token_hash = sign_in.token_hash(token)
        self.account_id = account.id
        self.login_name = account.login_name
        self.display_name = account.display_name
        self.role = Role(account.role)
        self.company_id = account.company_id
        self.person_id = account.person_id
        self.locale = account.locale
        self.must_change_password = account.must_change_password
        self.has_second_factor = has_second_factor

    def get_id(self) -> str:
        """Return what the cookie keeps."""
        return self.token

    @cached_property
    def _reach(self) -> Scope:
        if self.role is not Role.SUPERVISOR:
            return scope_of(self._account)
        reader = cast("TeamReader", current_app.extensions[_TEAM_READER])
        return scope_of(self._account, reader(db.session(), self.account_id, clock.today()))

    def scope(self) -> Scope:
        """Return how far this account's queries reach, today."""
        return self._reach

    def detour(self) -> str | None:
        """Return the page that this visitor must deal with before any other, if there is one."""
        if self.must_change_password:
            return CHANGE_PASSWORD_ENDPOINT
        if not self.has_second_factor and needs_second_factor(self.role):
            return ENROL_ENDPOINT
        return None


def needs_second_factor(role: Role) -> bool:
    """Tell whether this installation asks accounts of a role for a second factor."""
    return installation().requires_second_factor and role in second_factor.ROLES


def client() -> sign_in.Client:
    """Return where this request comes from."""
    return sign_in.Client(request.remote_addr or "", request.headers.get("User-Agent", ""))


def _load(token: str) -> SignedIn | None:
    now = clock.now()
    found = db.session.execute(
        visitor(sign_in.token_hash(token), now - sign_in.LONGEST_SESSION)
    ).first()
    if found is None:
        return None
    account, _session, factor = found
    seen = session.get(_SEEN)
    if not isinstance(seen, int):
        return None
    if now.timestamp() - seen > IDLE_LIMIT[Role(account.role)].total_seconds():
        session.clear()
        flash(_("您有一段时间没有操作，为安全起见已自动退出，请重新登录。"), "warning")
        return None
    if _minute(now) > seen and request.endpoint != POLLED_ENDPOINT:
        session[_SEEN] = _minute(now)
    return SignedIn(account, token, has_second_factor=factor is not None)


def _minute(instant: dt.datetime) -> int:
    """Return the beginning of an instant's minute: the cookie is not sent anew with every answer."""
    return int(instant.timestamp()) // 60 * 60


def init_sessions(app: Flask, *, team_reader: TeamReader) -> None:
    """Let the app know its visitors; ``team_reader`` comes from a higher slice (companies)."""
    manager = LoginManager(app)
    # Phones change their network address all day: a session is not bound to it.
    manager.session_protection = None
    manager.user_loader(_load)
    manager.unauthorized_handler(ask_to_sign_in)
    app.extensions[_TEAM_READER] = team_reader


def begin_session(account: Account, token: str) -> None:
    """Begin a new session: nothing of the visitor's earlier one (a planted token, say) survives."""
    session.clear()
    session.permanent = True
    session[_SEEN] = _minute(clock.now())
    login_user(SignedIn(account, token))


def end_session() -> None:
    """End the visitor's session, on the server too: a copy of the cookie is worth nothing."""
    token = session.get(_TOKEN)
    if isinstance(token, str):
        with unit_of_work() as working:
            sign_in.end(working, token)
    logout_user()
    session.clear()


def signed_in() -> SignedIn:
    """Return the visitor of a guarded view, with what only this slice's pages need."""
    return cast("SignedIn", current_user._get_current_object())  # noqa: SLF001 - Werkzeug's documented way

"""What the tests of signing in share."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pyotp
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import PASSWORD, create_account, create_company
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.app import use_installation
from workforce.core.permissions import Role
from workforce.platform import clock
from workforce.platform.installation import installation

NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=clock.BASE_ZONE)


@pytest.fixture
def finance(session: Session) -> Account:
    account = create_account(session, Role.FINANCE, create_company(session))
    session.commit()
    return account


def sign_in(
    client: FormClient,
    account: Account,
    password: str = PASSWORD,
    target: str = "",
    address: str = "127.0.0.1",
) -> str:
    """Try a password; return where the answer leads, or nothing where it is refused."""
    data = {"login_name": account.login_name, "password": password, "next": target}
    client.environ_base["REMOTE_ADDR"] = address
    return client.post_form("/sign-in", data).location or ""


def require_second_factor(app: Flask) -> None:
    """Let this installation ask for second factors, as a real one does."""
    with app.app_context():
        settings = installation()
    use_installation(app, replace(settings, requires_second_factor=True))


def code_of(secret: str, *, steps_later: int = 0) -> str:
    """Return what an authenticator shows at the fixed instant, some steps of 30 s later."""
    return pyotp.TOTP(secret).at(clock.now() + dt.timedelta(seconds=30 * steps_later))

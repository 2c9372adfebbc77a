"""Fixtures that every test may use; tests/plugin.py holds the markers.

Each test gets its own database: a copy of a template that is made once per process. A test for both
engines wears ``@both_engines`` from ``tests.engines``; all others run on SQLite.
"""

from __future__ import annotations

import datetime as dt
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, object_session

from tests import postgres
from tests.factories.web import FormClient
from tests.shared_app import SharedApps
from workforce.accounts.models import Account, SignInSession
from workforce.accounts.sign_in import token_hash
from workforce.app import create_app
from workforce.cli.main import main
from workforce.config import (
    DATABASE_VARIABLE,
    Keys,
    Settings,
    create_keys,
    database_url,
    load_keys,
)
from workforce.migrations import load_models
from workforce.platform.db import Base, db

pytest_plugins = ["tests.plugin"]


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with keys, made once."""
    folder = tmp_path_factory.mktemp("instance")
    create_keys(folder)
    return folder


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with all tables."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    _create_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``workforce init`` makes, made once: every migration takes its time."""
    folder = tmp_path_factory.mktemp("initialised")
    words, environ = ["--instance", str(folder), "init"], {DATABASE_VARIABLE: None}
    result = CliRunner().invoke(main, words, env=environ, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def new_installation(initialised: Path, tmp_path: Path) -> Path:
    """An installation of this test's own, as ``workforce init`` leaves it, in ``tmp_path``."""
    return shutil.copytree(initialised, tmp_path, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL server that lends databases with all tables."""
    with postgres.server() as server:
        server.create(postgres.TEMPLATE)
        _create_tables(server.url(postgres.TEMPLATE))
        yield server


def _create_tables(url: str) -> None:
    load_models()
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()


@pytest.fixture
def engine_name() -> str:
    """``sqlite``, unless the test wears ``@both_engines``."""
    return "sqlite"


@pytest.fixture
def settings(
    engine_name: str,
    keys_folder: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Settings]:
    """The settings of a fresh installation with an empty database."""
    instance = tmp_path / "instance"
    shutil.copytree(keys_folder, instance)
    keys = load_keys(instance)
    if engine_name == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, instance / "workforce.sqlite3")
        url = database_url(instance, environ={})
        yield _settings(instance, url, keys)
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    name = server.lend()
    yield _settings(instance, server.url(name), keys)
    server.take_back(name)


def _settings(instance: Path, url: str, keys: Keys) -> Settings:
    """Without second factor, which ``tests/accounts`` switches on where it is meant."""
    return Settings(
        instance=instance,
        database_url=url,
        keys=keys,
        is_testing=True,
        requires_second_factor=False,
    )


@pytest.fixture(scope="session")
def shared_apps() -> SharedApps:
    """The apps that this process has made so far."""
    return SharedApps()


@pytest.fixture
def app(settings: Settings, engine_name: str, shared_apps: SharedApps) -> Iterator[Flask]:
    """The web app of a fresh installation; a test that changes the app itself takes ``own_app``."""
    app = shared_apps.open(engine_name, settings)
    app.test_client_class = FormClient
    yield app
    _close(app)


@pytest.fixture
def own_app(settings: Settings) -> Iterator[Flask]:
    """A web app that no other test uses."""
    app = create_app(settings)
    app.test_client_class = FormClient
    yield app
    _close(app)


def _close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A database session in an app context: for factories, queries and services.

    ``unit_of_work()`` inside the test uses this same session; what factories made must be committed
    first (``session.commit()``), since a unit of work begins by ending the reading transaction.
    """
    with app.app_context():
        yield db.session()


@pytest.fixture
def client(app: Flask) -> FormClient:
    """A browser that is not signed in."""
    client = app.test_client()
    assert isinstance(client, FormClient)
    return client


@pytest.fixture
def client_as(app: Flask) -> Callable[[Account], FormClient]:
    """Return a browser in which an account (from ``create_account``) is signed in.

    The session never expires, whatever time a test fixes: it begins and was last used in the future.
    """

    def sign_in(account: Account) -> FormClient:
        client = app.test_client()
        assert isinstance(client, FormClient)
        token = _open_session(app, account)
        with client.session_transaction() as cookie:
            cookie.update({"_user_id": token, "_fresh": True, "seen": int(_FUTURE.timestamp())})
        return client

    return sign_in


_FUTURE = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


def _open_session(app: Flask, account: Account) -> str:
    """Begin a session in the test's own database session, and end what that has read so far.

    A transaction that has read cannot write any more after a request has written.
    """
    token, account_id = secrets.token_urlsafe(32), account.id
    with app.app_context():
        working = object_session(account) or db.session()
        working.commit()
        working.add(
            SignInSession(
                account_id=account_id,
                token_hash=token_hash(token),
                began_at=_FUTURE,
                address="127.0.0.1",
                agent="tests",
            )
        )
        working.commit()
    return token

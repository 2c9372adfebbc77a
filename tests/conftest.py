"""Fixtures that every test may use; tests/plugin.py holds the markers.

Each test gets its own database: a copy of a template that is made once per process. A test for both
engines wears ``@both_engines`` from ``tests.engines``; all others run on SQLite.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests import postgres
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.accounts.session import SignedIn
from workforce.app import create_app
from workforce.config import Settings, create_keys, database_url, load_keys
from workforce.migrations import load_models
from workforce.platform.db import Base, db

pytest_plugins = ["tests.plugin"]

_numbers = count(1)


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
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL server with an empty database ``template_workforce`` that has all tables."""
    with postgres.server() as server:
        server.create("template_workforce")
        _create_tables(server.url("template_workforce"))
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
        yield Settings(instance=instance, database_url=url, keys=keys, is_testing=True)
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    name = f"test_{next(_numbers)}"
    server.create(name, template="template_workforce")
    yield Settings(instance=instance, database_url=server.url(name), keys=keys, is_testing=True)
    server.drop(name)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The web app of a fresh installation."""
    app = create_app(settings)
    app.test_client_class = FormClient
    yield app
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
    """Return a browser in which an account (from ``create_account``) is signed in."""

    def sign_in(account: Account) -> FormClient:
        client = app.test_client()
        assert isinstance(client, FormClient)
        _plant_session(client, account)
        return client

    return sign_in


def _plant_session(client: FlaskClient, account: Account) -> None:
    with client.session_transaction() as cookie:
        cookie["_user_id"] = SignedIn(account).get_id()
        cookie["_fresh"] = True

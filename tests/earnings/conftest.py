"""A company whose October 2026 is open, and its annotator who looks at the own pay at noon of the 20th."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.payroll.world import World, create_world
from workforce.accounts.models import Account
from workforce.core.law import LawBook
from workforce.core.permissions import Role
from workforce.people.models import Employment, Person
from workforce.platform import clock

TODAY = dt.date(2026, 10, 20)
NOON = dt.datetime(2026, 10, 20, 4, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def book() -> LawBook:
    """The packaged law data."""
    return LawBook.load()


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(NOON):
        yield


@pytest.fixture
def world(session: Session, book: LawBook) -> World:
    """One company without people, prices 0.10 yuan a box."""
    world = create_world(session, book)
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    return world


@pytest.fixture
def worker(world: World) -> Employment:
    """A pieceworker hired on 1 October, without insurance."""
    return world.hire("W1")


@pytest.fixture
def account(session: Session, world: World, worker: Employment) -> Account:
    """The worker's own account."""
    person = session.get_one(Person, worker.person_id)
    account = factories.create_account(session, Role.ANNOTATOR, world.company, person)
    session.commit()
    return account

"""A company with a full-time worker insured at nothing, looked at on 5 November 2026; October is open."""

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

NOON = dt.datetime(2026, 11, 5, 4, tzinfo=dt.UTC)


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
    """The company."""
    return create_world(session, book)


@pytest.fixture
def worker(world: World) -> Employment:
    """Hired on 1 October with a base pay of 8000.00."""
    return world.hire("W1", base_pay_amount=800_000)


@pytest.fixture
def account(session: Session, world: World, worker: Employment) -> Account:
    """The worker's own account."""
    person = session.get_one(Person, worker.person_id)
    account = factories.create_account(session, Role.ANNOTATOR, world.company, person)
    session.commit()
    return account

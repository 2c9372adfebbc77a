"""A company whose October 2026 is approved and published; W1 earned 325.00 + 1599.60 of piecework, gross 2471.25."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.payroll.test_month_by_hand import fill
from tests.payroll.world import World, create_world
from workforce.accounts.models import Account
from workforce.core.law import LawBook
from workforce.core.permissions import Role
from workforce.people.models import Employment, Person
from workforce.platform import clock

NOON = dt.datetime(2026, 11, 5, 4, tzinfo=dt.UTC)
"""A Thursday."""


@pytest.fixture(scope="session")
def book() -> LawBook:
    """The packaged law data."""
    return LawBook.load()


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(NOON):
        yield


@pytest.fixture
def approved(session: Session, book: LawBook) -> World:
    """The company; its run of October is approved, so November is the next open month."""
    world = create_world(session, book)
    fill(world)
    world.run()
    world.approve()
    return world


@pytest.fixture
def world(approved: World) -> World:
    """The company; its people see their payslips of October."""
    approved.publish()
    return approved


def account_of(world: World, number: str) -> Account:
    """Make the account of the person with an employee number."""
    session = world.session
    employment = session.query(Employment).filter_by(employee_no=number).one()
    person = session.get_one(Person, employment.person_id)
    account = factories.create_account(session, Role.ANNOTATOR, world.company, person)
    session.commit()
    return account


@pytest.fixture
def asker(world: World) -> Account:
    """W1's own account."""
    return account_of(world, "W1")

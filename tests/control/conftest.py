"""Controls look at October 2026 early in November."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.payroll.world import World, create_world
from workforce.core.law import LawBook
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
    """A company with quality tiers and two finance accounts."""
    return create_world(session, book)

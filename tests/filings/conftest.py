"""The company of five people whose October is approved; the world of the tax files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.documents.test_tax_files import five_people
from tests.filings.results import TAX_TITLES, imported, tax_rows
from tests.payroll.world import World
from workforce.core.law import LawBook
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
def world(session: Session, book: LawBook) -> World:
    """The company; October is approved, nothing was read back."""
    return five_people(session, book)


@pytest.fixture
def read_back(world: World) -> World:
    """The tax client's result of October is read back."""
    seen = imported(world, "tax_result", TAX_TITLES, tax_rows(world))
    assert (seen.refusals, seen.is_applied) == ([], True)
    return world

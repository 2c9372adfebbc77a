"""A fixed day, the packaged law, and a company's books."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.payments.books import NOON, Books, create_books
from workforce.core.law import LawBook
from workforce.platform import clock


@pytest.fixture(scope="session")
def book() -> LawBook:
    """The packaged law data."""
    return LawBook.load()


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(NOON):
        yield


@pytest.fixture
def books(session: Session, book: LawBook) -> Books:
    """A company without people."""
    return create_books(session, book)

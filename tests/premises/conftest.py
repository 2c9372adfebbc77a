"""A floor of 80 × 50 m with nothing on it; the day is 9 November 2026."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.factories.premises import create_floor, create_site
from workforce.platform import clock
from workforce.premises.models import Floor

NOW = dt.datetime(2026, 11, 9, 2, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(NOW):
        yield


@pytest.fixture
def floor(session: Session) -> Floor:
    """The floor 1F of the site A."""
    made = create_floor(session, create_site(session, code="A"), code="1F", name="一楼")
    session.commit()
    return made

"""The day, and the world of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.production_web.world import NOW, SignIn, World
from workforce.platform import clock


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(NOW):
        yield


@pytest.fixture
def world(session: Session, client_as: SignIn) -> World:
    return World(session, client_as)

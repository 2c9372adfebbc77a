"""A team whose month is filled in, and its leader's browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from tests.attendance_web.grid_world import GridWorld, make_world
from tests.factories.web import FormClient
from workforce.accounts.models import Account


@pytest.fixture
def world(session: Session) -> GridWorld:
    return make_world(session)


@pytest.fixture
def leader(world: GridWorld, client_as: Callable[[Account], FormClient]) -> FormClient:
    return client_as(world.leader)

"""A company with one decided month, seen on a fixed day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.payroll.world import WORKDAYS, World, create_world
from workforce.core.law import LawBook
from workforce.platform import clock


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """20 November 2026: October is past, November open."""
    with clock.fixed(dt.datetime(2026, 11, 20, 9, tzinfo=clock.BASE_ZONE)):
        yield


@pytest.fixture
def world(session: Session) -> World:
    """A1 earned 0.10 × 3,000 × 18 days = 5,400.00 yuan in October; nothing is computed yet."""
    world = create_world(session, LawBook.load())
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    worker = world.hire("A1")
    world.attend(worker)
    for day in WORKDAYS:
        world.output(worker, "bbox_2d", day.day, 3000)
    session.commit()
    return world

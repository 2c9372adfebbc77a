"""The fonts, and a company whose October is the month worked out by hand."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.payroll.test_month_by_hand import fill
from tests.payroll.world import World, create_world
from workforce.config import default_font_folder
from workforce.core.law import LawBook
from workforce.documents.fonts import Fonts, load_fonts


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    """The fonts that ``make setup`` installed."""
    return load_fonts(default_font_folder())


@pytest.fixture(scope="session")
def book() -> LawBook:
    """The packaged law data."""
    return LawBook.load()


@pytest.fixture
def world(session: Session, book: LawBook) -> World:
    """A company with the run of October 2026, calculated: worker W1 earns 2471.25, gets 1988.18."""
    world = create_world(session, book)
    fill(world)
    world.run()
    return world

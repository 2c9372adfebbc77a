"""A company to try policies on."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.payroll.world import World, create_world
from workforce.core.law import LawBook
from workforce.policy_lab import levers


@pytest.fixture(scope="session")
def book() -> LawBook:
    """The packaged law data."""
    return LawBook.load()


@pytest.fixture
def one_ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let officials try the minimum wage and a subsidy alone: all ladders take seconds."""
    monkeypatch.setattr(levers, "steps", lambda: {"minimum_wage_month": "100"})


@pytest.fixture
def world(session: Session, book: LawBook) -> World:
    """One company, without people."""
    return create_world(session, book)

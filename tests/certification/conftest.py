"""The law."""

from __future__ import annotations

import pytest

from workforce.core.law import LawBook


@pytest.fixture(scope="session")
def book() -> LawBook:
    """The packaged law data."""
    return LawBook.load()

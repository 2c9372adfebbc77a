"""The day is Thursday, 5 November 2026."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from workforce.platform import clock


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(dt.datetime(2026, 11, 5, 4, tzinfo=dt.UTC)):
        yield

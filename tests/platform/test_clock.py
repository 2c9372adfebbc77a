"""The only reader of the time of day."""

from __future__ import annotations

import datetime as dt

import pytest

from workforce.platform import clock


def test_the_day_of_the_base_begins_at_16_utc() -> None:
    with clock.fixed(dt.datetime(2026, 10, 31, 15, 59, tzinfo=dt.UTC)):
        assert clock.today() == dt.date(2026, 10, 31)
    with clock.fixed(dt.datetime(2026, 10, 31, 16, 0, tzinfo=dt.UTC)):
        assert clock.today() == dt.date(2026, 11, 1)


def test_a_fixed_clock_stands_only_inside_its_block() -> None:
    instant = dt.datetime(2026, 11, 24, 8, tzinfo=clock.BASE_ZONE)
    with clock.fixed(instant):
        assert clock.now() == instant
        assert clock.now().tzinfo is dt.UTC
    assert clock.now() != instant
    with pytest.raises(ValueError, match="naive"), clock.fixed(dt.datetime(2026, 11, 24)):
        pass

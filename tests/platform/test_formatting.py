"""How figures and dates look."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.platform.formatting import count, hours, masked, micro, moment, money, percent

MINUS = "\N{MINUS SIGN}"


@pytest.mark.feature("ALL-10")
@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (386250, "3,862.50"),
        (-37650, f"{MINUS}376.50"),
        (0, "0.00"),
        (5, "0.05"),
        (-5, f"{MINUS}0.05"),
        (100_000_000_00, "100,000,000.00"),
        (10**15 + 1, "10,000,000,000,000.01"),
    ],
)
def test_money(fen: int, shown: str) -> None:
    assert money(fen) == shown


@given(st.integers(-(10**17), 10**17))
def test_money_is_exact(fen: int) -> None:
    text = money(fen).replace(",", "").replace(MINUS, "-").replace(".", "")
    assert int(text) == fen


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (220_000, "0.22"),
        (12_450_000_000, "12,450"),
        (1, "0.000001"),
        (-1_500_000, f"{MINUS}1.5"),
        (0, "0"),
    ],
)
def test_millionths(value: int, shown: str) -> None:
    assert micro(value) == shown


def test_millionths_with_decimals() -> None:
    assert micro(3_000_000, least_decimals=2) == "3.00"
    assert micro(125_000, least_decimals=2) == "0.125"


def test_other_figures() -> None:
    assert percent(982_000) == "98.2%"
    assert percent(1_000_000) == "100%"
    assert count(-12450) == f"{MINUS}12,450"
    assert hours(10_545) == "175:45"
    assert hours(5) == "0:05"
    assert masked("6228480402566621") == "•••• 6621"
    assert masked("6621") == "•••• "


def test_an_instant_is_shown_in_the_zone_of_the_base() -> None:
    assert moment(dt.datetime(2026, 10, 31, 16, 5, tzinfo=dt.UTC)) == "2026-11-01 00:05"

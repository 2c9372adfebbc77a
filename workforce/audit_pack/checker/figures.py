"""Reading and writing figures, and rounding to the fen."""

from __future__ import annotations

import re
from fractions import Fraction

MICRO = 1_000_000
"""Rates, prices and quantities are whole millionths."""

_DECIMAL = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
_CLOCK = re.compile(r"([0-9]+):([0-5][0-9])")
_FEN_DECIMALS, _MICRO_DECIMALS = 2, 6


def parse_fen(text: str) -> int:
    """Read an amount of yuan as fen.

    Raises:
        ValueError: not a decimal number of at most two decimals.

    """
    return _parse(text, _FEN_DECIMALS)


def parse_micro(text: str) -> int:
    """Read a decimal number as millionths.

    Raises:
        ValueError: not a decimal number of at most six decimals.

    """
    return _parse(text, _MICRO_DECIMALS)


def parse_hours(text: str) -> Fraction:
    """Read hours: ``7.5``, or ``7:20`` for 7 hours 20 minutes."""
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        return int(clock[1]) + Fraction(int(clock[2]), 60)
    return Fraction(text)


def format_fen(fen: int) -> str:
    """Write fen as yuan with two decimals."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def round_fen(fen: Fraction | int) -> int:
    """Round half up, away from zero."""
    exact = Fraction(fen)
    whole = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return whole if exact >= 0 else -whole


def _parse(text: str, decimals: int) -> int:
    match = _DECIMAL.fullmatch(text)
    if match is None or len(match[3] or "") > decimals:
        raise ValueError(f"not a number of at most {decimals} decimals: {text}")
    whole = int(match[2] + (match[3] or "").ljust(decimals, "0"))
    return -whole if match[1] else whole
